"""What the page shows, as markup: header, conversation, what was understood, the empty state.

In: the chatbot's values (turns, cards, chips, quick replies), all of whose text is untrusted. Out: `Html`.
Pure. Every control is a real button or select with `data-act`; `page.js` knows no other way in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.chips import KEY_JOINT
from chatbot.events import Card, Chip, Quick, TurnRecord
from retriever.ledger import CatalogueInfo
from ui import telling
from ui.cards import card_grid
from ui.icons import icon
from ui.markup import Html, join, paragraphs, tag
from ui.posters import poster
from ui.remove_button import remove_button

# A chip's key for a judged item, as `Preference.key` writes it.
_ITEM_KEY = "item:"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The turn that is being answered: what was sent, and what has arrived of the reply so far.

    `judged`: the person tapped a card or a chip instead of writing; `user` then says what the tap did.
    """

    user: str
    judged: bool = False
    text: str = ""
    cards: tuple[Card, ...] = ()


def header(catalogues: Sequence[CatalogueInfo], chosen: str) -> Html:
    """Name, catalogue chooser, light or dark, and a new conversation."""
    options = [
        tag("option", f"{each.name} · {each.item_count:,}", value=each.name, selected=each.name == chosen)
        for each in catalogues
    ]
    chooser = tag(
        "label",
        tag("span", "Catalogue", class_="pl-unseen"),
        tag("select", *options, data_act="catalogue", class_="pl-select"),
        icon("down"),
        class_="pl-chooser",
    )
    return tag(
        "header",
        tag("h1", _mark(), tag("span", "Parley"), class_="pl-brand"),
        tag(
            "div",
            chooser if options else None,
            tag(
                "button",
                icon("theme"),
                type="button",
                class_="pl-round",
                data_local="theme",
                aria_label="Switch between light and dark",
                title="Light or dark",
            ),
            tag(
                "button",
                icon("plus"),
                tag("span", "New conversation"),
                type="button",
                class_="pl-new",
                data_act="new",
                aria_label="New conversation",
            )
            if options
            else None,
            class_="pl-header-controls",
        ),
        class_="pl-header",
    )


def _mark() -> Html:
    """Two speech bubbles that meet: theirs outlined, ours filled."""
    return tag(
        "svg",
        tag(
            "path",
            class_="pl-mark-theirs",
            d="M4 5.5h13a2.5 2.5 0 0 1 2.5 2.5v6a2.5 2.5 0 0 1-2.5 2.5H9l-4 3.5v-3.5"
            "H4A2.5 2.5 0 0 1 1.5 14V8A2.5 2.5 0 0 1 4 5.5Z",
        ),
        tag(
            "path",
            class_="pl-mark-ours",
            d="M15 12.5h12a2.5 2.5 0 0 1 2.5 2.5v6a2.5 2.5 0 0 1-2.5 2.5h-.5V27l-4-3.5"
            "H15a2.5 2.5 0 0 1-2.5-2.5v-6a2.5 2.5 0 0 1 2.5-2.5Z",
        ),
        viewbox="0 0 31 32",
        class_="pl-mark",
        aria_hidden="true",
        focusable="false",
    )


def welcome(catalogue: CatalogueInfo | None, openings: Sequence[Quick]) -> Html:
    """The empty state: what this is, and three ways to begin that this catalogue can answer."""
    if catalogue is None:
        return tag(
            "section",
            tag("h2", "Nothing to recommend yet"),
            tag(
                "p",
                "No catalogue is loaded. Run ",
                tag("code", "parley ingest --demo"),
                " for the two that come with Parley, or ",
                tag("code", "parley ingest FILE --catalogue NAME"),
                " for your own, then reload this page.",
            ),
            class_="pl-welcome",
        )
    return tag(
        "section",
        tag("h2", "What are you looking for?"),
        tag(
            "p",
            f"Say it as you would to a friend who knows all {catalogue.item_count:,} in ",
            tag("strong", catalogue.name),
            " by heart. Change your mind whenever you like.",
        ),
        tag(
            "ul",
            *(_opening(quick) for quick in openings[:3]),
            class_="pl-openings",
            aria_label="Ways to begin",
        )
        if openings
        else None,
        class_="pl-welcome",
    )


def _opening(quick: Quick) -> Html:
    return tag(
        "li",
        tag(
            "button",
            poster(quick.text),
            tag("span", quick.label, class_="pl-opening-label"),
            icon("arrow"),
            type="button",
            class_="pl-opening",
            data_act="say",
            data_text=quick.text,
        ),
    )


def conversation(
    catalogue: str, turns: Sequence[TurnRecord], chips: Sequence[Chip], *, asks: bool = True
) -> tuple[Html, Html]:
    """All turns but the last, and the last one; both empty for no turns.

    `asks`: the last turn has its quick replies, since nothing was said after it. Every card shows the
    judgement that holds now, not the one that held when it was shown.
    """
    judgements = judged_items(chips)
    shown: list[Html] = []
    titles: dict[str, str] = {}
    labels: dict[str, str] = {}
    for position, turn in enumerate(turns, start=1):
        head = (
            _said(turn.user, judged=False)
            if turn.user
            else _said(click_line(turn, titles, labels), judged=True)
        )
        quick = turn.quick_replies if asks and position == len(turns) else ()
        shown.append(_finished_turn(catalogue, turn, head, judgements, quick))
        titles |= {card.item_id: card.title for card in turn.cards}
        labels |= {chip.key: chip.label for chip in turn.chips}
    return join(shown[:-1]), shown[-1] if shown else Html("")


def judged_items(chips: Iterable[Chip]) -> dict[str, bool]:
    """Item id → liked (True) or not for me (False), read from what is understood now."""
    return {
        key.removeprefix(_ITEM_KEY): chip.polarity > 0
        for chip in chips
        for key in chip.key.split(KEY_JOINT)
        if chip.kind == "like" and key.startswith(_ITEM_KEY)
    }


def click_line(turn: TurnRecord, titles: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """What a tap did, for a turn without words; empty when the turn does not say.

    `titles`: by item id, `labels`: by chip key, both of what was shown before.
    """
    for act in turn.acts:
        items = [titles.get(str(item), "that") for item in act.get("items", ())]
        if act.get("intent") == "like" and items:
            return judgement_line(" and ".join(items), True)
        if act.get("intent") == "dislike" and items:
            return judgement_line(" and ".join(items), False)
        if act.get("intent") == "adjust":
            return weight_line(str(act.get("key")), float(act.get("weight", 0)), titles, labels)
        if act.get("intent") == "remove":
            return removal_line(KEY_JOINT.join(map(str, act.get("keys", ()))), titles, labels)
    return ""


def judgement_line(title: str, liked: bool | None) -> str:
    """What a tap on a card's button says in the conversation."""
    return {True: f"You like {title}", False: f"{title} is not for you", None: f"No judgement of {title}"}[
        liked
    ]


def weight_line(key: str, weight: float, titles: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """What setting a weight says in the conversation."""
    about = labels.get(key) or titles.get(key.removeprefix(_ITEM_KEY)) or key.partition("=")[2]
    return f"“{about or 'that'}”: {'more of it' if weight > 0 else 'less of it'}"


def removal_line(key: str, titles: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """What the removal of a chip, or of a judgement, says in the conversation."""
    if key in labels and not key.startswith(_ITEM_KEY):
        return f"Without “{labels[key]}”"
    title = labels.get(key) or titles.get(key.removeprefix(_ITEM_KEY), "that")
    return judgement_line(title, None)


def _finished_turn(
    catalogue: str,
    turn: TurnRecord,
    head: Html | None,
    judgements: Mapping[str, bool],
    quick_replies: Sequence[Quick],
) -> Html:
    cards = tuple(replace(card, liked=judgements.get(card.item_id)) for card in turn.cards)
    text = telling.finished(turn.text, cards)
    answer = tag(
        "div",
        paragraphs(text),
        card_grid(catalogue, cards),
        quick_row(quick_replies),
        class_="pl-answer",
    )
    return tag("article", head, answer, class_="pl-turn", aria_label=f"Turn {turn.turn}")


def unfinished_turn(catalogue: str, turn: Unfinished) -> Html:
    """The turn being answered: words as they arrive, then its cards."""
    waiting = tag("p", *(tag("i") for _ in range(3)), class_="pl-dots", aria_hidden="true")
    text, cards = telling.arriving(turn.text, turn.cards)
    return tag(
        "article",
        _said(turn.user, judged=turn.judged),
        tag("div", paragraphs(text) if text else waiting, card_grid(catalogue, cards), class_="pl-answer"),
        class_="pl-turn pl-turn-live",
        data_busy=True,
    )


def _said(user: str, *, judged: bool) -> Html | None:
    if not user.strip():
        return None
    if judged:
        return tag("p", user, class_="pl-event")
    return tag("div", tag("span", "You said: ", class_="pl-unseen"), paragraphs(user), class_="pl-said")


def quick_row(quick_replies: Sequence[Quick]) -> Html | None:
    """Things to say next, one tap each; None when there are none."""
    if not quick_replies:
        return None
    buttons = (
        tag(
            "li",
            tag(
                "button", quick.label, type="button", class_="pl-quick", data_act="say", data_text=quick.text
            ),
        )
        for quick in quick_replies
    )
    return tag("ul", *buttons, class_="pl-quicks", aria_label="Quick replies")


def notice(sentence: str, *, user: str = "") -> Html:
    """A fault, as one sentence in the place of the answer."""
    return tag(
        "article",
        _said(user, judged=False),
        tag("p", sentence, class_="pl-notice", role="alert"),
        class_="pl-turn",
    )


def announcement(text: str, cards: int) -> Html:
    """What a screen reader says when a turn is finished; nothing is read out while words still arrive."""
    found = "" if not cards else "1 recommendation. " if cards == 1 else f"{cards} recommendations. "
    return tag("p", f"{found}{text}", class_="pl-unseen", role="status")


def panel(chips: Sequence[Chip], known: Html | None = None) -> Html:
    """What was understood: conditions, then interests, each with its origin and a way to take it back.

    `known`: what is known beyond that, to stand below it.
    """
    must = [chip for chip in chips if chip.kind == "constraint" and chip.hard]
    rather = [chip for chip in chips if chip.kind == "constraint" and not chip.hard]
    tastes = [chip for chip in chips if chip.kind == "interest"]
    judged = [chip for chip in chips if chip.kind not in {"constraint", "interest"}]
    groups = [
        _group("Must be so", must),
        _group("Rather so", rather),
        _group("Interests", tastes),
        _group("Your judgements", judged),
    ]
    empty = tag(
        "p",
        "Nothing yet. What you ask for and what you like will stand here, and you can take each back.",
        class_="pl-panel-empty",
    )
    return tag(
        "aside",
        tag("h2", "What I understood"),
        *(groups if chips else [empty]),
        known,
        class_="pl-panel",
        aria_label="What I understood",
        data_count=len(chips),
    )


def _group(title: str, chips: Sequence[Chip]) -> Html | None:
    if not chips:
        return None
    return tag(
        "section",
        tag("h3", title),
        tag("ul", *(_chip(chip) for chip in chips), class_="pl-chips"),
        class_="pl-chip-group",
    )


def _chip(chip: Chip) -> Html:
    against = chip.polarity < 0
    return tag(
        "li",
        tag(
            "span",
            icon("minus") if against else None,
            tag("span", "not for you: ", class_="pl-unseen") if against else None,
            chip.label,
            class_="pl-chip-label",
            tabindex=0 if chip.source else None,
        ),
        tag("span", chip.source, class_="pl-chip-source", role="tooltip") if chip.source else None,
        remove_button(chip.key, f"Remove: {chip.label}"),
        class_=f"pl-chip pl-chip-{'against' if against else 'for'}",
    )


def panel_toggle() -> Html:
    """Opens the panel where the page is narrow; hidden by the style sheet where it is wide."""
    return tag(
        "button",
        icon("ear"),
        tag("span", "What I understood"),
        tag("span", "0", class_="pl-toggle-count"),
        icon("down"),
        type="button",
        class_="pl-panel-toggle",
        data_local="panel",
        aria_expanded="false",
        aria_controls="parley-panel",
    )
