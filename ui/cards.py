"""Item cards inside an answer.

In: a `Card`, all of whose text is untrusted. Out: markup. Buttons carry `data-act` and the item's id; the
page's one listener reads them, so no script is ever built from data.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from chatbot.events import Card
from ingestion.pictures.names import renditions
from ui.icons import icon
from ui.markup import Html, tag
from ui.posters import poster

PICTURE_NAME = re.compile(r"[A-Za-z0-9._-]+\Z")
CATALOGUE_NAME = re.compile(r"[\w.-]+\Z")
# More facts than this push the reason, which people read first, below the fold of a phone.
MAX_FACTS = 6
# CSS pixels that a card's picture takes at most, as page.css lays it out; a phone crops it to a column.
SIZES = "(max-width: 584px) 240px, 362px"


def card_grid(catalogue: str, cards: Sequence[Card], *, live: bool = True) -> Html:
    """The cards of one answer as a list, best first; empty markup for none.

    `live` False leaves the buttons out: an old answer's cards are a record.
    """
    if not cards:
        return Html("")
    return tag(
        "ol",
        *(card(catalogue, each, live=live) for each in cards),
        class_="pl-cards",
        aria_label="Recommendations",
    )


def card(catalogue: str, shown: Card, *, live: bool = True) -> Html:
    """One item: picture, title, leading facts, reason, and the two judgements."""
    lead, facts = _split_facts(shown.facts)
    body = tag(
        "div",
        tag("p", shown.search, class_="pl-card-search") if shown.search else None,
        tag("h3", shown.title, class_="pl-card-title"),
        tag("p", *_lead(lead), class_="pl-card-lead") if lead else None,
        tag("p", shown.reason, class_="pl-card-reason") if shown.reason.strip() else None,
        tag("dl", *(_fact(label, value) for label, value in facts), class_="pl-card-facts")
        if facts
        else None,
        class_="pl-card-body",
    )
    judged = {True: " is-liked", False: " is-unwanted", None: ""}[shown.liked]
    return tag(
        "li",
        tag(
            "div",
            picture(catalogue, shown),
            tag("span", str(shown.rank), class_="pl-card-rank", aria_hidden="true"),
            class_="pl-card-media",
        ),
        body,
        _judgements(shown) if live else None,
        class_=f"pl-card{judged}",
        data_item=shown.item_id,
    )


def picture(catalogue: str, shown: Card) -> Html:
    """The catalogue's own picture, or a print made from the title when there is none."""
    address = picture_address(catalogue, shown.picture)
    if not address:
        return poster(shown.title)
    sizes = picture_sizes(catalogue, shown.picture)
    # The title stands beside it: an empty alt keeps a screen reader from saying it twice.
    return tag(
        "img",
        src=address,
        srcset=", ".join(f"{one} {width}w" for width, one in sizes) or None,
        sizes=SIZES if sizes else None,
        alt="",
        loading="lazy",
        decoding="async",
        class_="pl-picture",
    )


def picture_address(catalogue: str, name: str) -> str:
    """Where this server has a picture; empty when there is none, or its name is not a plain one."""
    if not (PICTURE_NAME.match(name) and CATALOGUE_NAME.match(catalogue)):
        return ""
    return f"/pictures/{quote(catalogue)}/{quote(name)}"


def picture_sizes(catalogue: str, name: str) -> list[tuple[int, str]]:
    """(width in pixels, address) of each size of a picture, narrowest first; of a drawing, none."""
    found = ((one.width, picture_address(catalogue, one.name)) for one in renditions(name))
    return [(width, address) for width, address in found if address]


def _split_facts(facts: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Price and year lead; a rating joins them; the rest is the list below."""
    leading = {"price", "year", "rating"}
    lead = [fact for fact in facts if fact[0].casefold() in leading][:3]
    rest = [fact for fact in facts if fact not in lead]
    return lead, rest[:MAX_FACTS]


def _lead(facts: Sequence[tuple[str, str]]) -> list[Html]:
    return [
        tag(
            "span",
            icon("star") if label.casefold() == "rating" else None,
            tag("span", f"{label}: ", class_="pl-unseen"),
            value,
            class_=f"pl-lead-{label.casefold()}" if label.casefold() in {"price", "year", "rating"} else None,
        )
        for label, value in facts
    ]


def _fact(label: str, value: str) -> Html:
    return tag("div", tag("dt", label), tag("dd", value))


def _judgements(shown: Card) -> Html:
    return tag(
        "div",
        _judgement("like", "heart", "Like", shown, shown.liked is True),
        _judgement("unlike", "minus", "Not for me", shown, shown.liked is False),
        class_="pl-card-judgements",
    )


def _judgement(act: str, symbol: str, label: str, shown: Card, pressed: bool) -> Html:
    return tag(
        "button",
        icon(symbol),
        tag("span", label),
        type="button",
        class_=f"pl-judge pl-judge-{act}",
        # A second press takes the judgement back.
        data_act="unjudge" if pressed else act,
        data_item=shown.item_id,
        aria_pressed="true" if pressed else "false",
        aria_label=f"{label}: {shown.title}",
    )
