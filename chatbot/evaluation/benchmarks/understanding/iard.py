"""IARD: what a person of a ReDial dialogue does in a turn, against the acts that the reader makes of it.

In: its dialogues and a reader over ReDial's films. Out: a `SetRun` for each half of the dialogues: words and
rules are tuned on `dev`, `held-out` is only measured.

| our label | IARD's | acts |
|---|---|---|
| wish | IQU, REF, STO, PRO, CRI-F, CRI-A, CRI-C | conditions, exclusions, critiques, interests, items to be |
| | | like, superlatives, "do you have …", verdicts on items that the assistant has not named |
| seen | SEE | Seen of what the assistant named |
| accept | ACC | Like of what the assistant named, unless it is Seen in the same turn |
| reject | REJ | Dislike of what the assistant named |
| more | CON | More and Surprise, once the assistant has named something; before that they are wishes |
| ask | INQ, ASK, CLQ | questions about items, why, comparisons, items that aren't there |

ANS may be any wish, so one heard beside it is neither right nor wrong. OTH (greetings, thanks, talk), NRE
("haven't heard of it") and the assistant's labels are not counted.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.evaluation.benchmarks.understanding.columns import plain
from chatbot.evaluation.benchmarks.understanding.published import Conversation, Reader, Rows, SetRun, Tally
from generator.replies import CatalogueFactKind
from retriever.catalogue import Catalogue
from retriever.domain import FacetRole, ItemId

LABELS: Mapping[str, str] = {
    **dict.fromkeys(("IQU", "REF", "STO", "PRO", "CRI-F", "CRI-A", "CRI-C"), "wish"),
    **dict.fromkeys(("INQ", "ASK", "CLQ"), "ask"),
    "SEE": "seen",
    "ACC": "accept",
    "REJ": "reject",
    "CON": "more",
}
CRITIQUES = ("CRI-F", "CRI-A", "CRI-C")
_ANSWER = "ANS"
_YEAR = re.compile(r"\((\d{4})\)")
_LONGEST_TITLE = 12  # words
_AGAIN = re.compile(r"<[^>]*>")  # the file repeats some titles in brackets
_WISHES = (
    acts.Constrain,
    acts.Exclude,
    acts.Critique,
    acts.Inform,
    acts.Similar,
    acts.Superlative,
    acts.Remove,
)
_QUESTIONS = (acts.AskItem, acts.AskUnknown, acts.Why, acts.Compare)

INTENTS = (
    "F1 of (turn, label) over six labels: wish (IQU, REF, STO, PRO, CRI-*), seen (SEE), accept (ACC), "
    "reject (REJ), more (CON), ask (INQ, ASK, CLQ); a turn has each label once"
)
CRITIQUED = (
    "of turns labelled CRI-F, CRI-A or CRI-C: how many are heard as a wish or a rejection; what is heard in "
    "other turns that follow a recommendation, and carry no label for wish, rejection or answer, is false"
)


def half_of(dialogue: str) -> str:
    """ "dev" or "held-out", by the hash of the dialogue's id."""
    return "dev" if hashlib.sha256(dialogue.encode()).digest()[0] % 2 == 0 else "held-out"


class NamedFilms:
    """Items that a text names with their year: "Frozen (2013)"."""

    def __init__(self, catalogue: Catalogue) -> None:
        year = catalogue.by_role(FacetRole.YEAR)
        self._by_name: dict[tuple[str, int], list[ItemId]] = defaultdict(list)
        for item in catalogue.items:
            known = item.facets.get(year.name) if year is not None else None
            if isinstance(known, float):
                self._by_name[plain(item.title), int(known)].append(item.id)

    def of(self, text: str) -> tuple[ItemId, ...]:
        """The items, in the order of the text; at each year the longest title that stands before it."""
        found: dict[ItemId, None] = {}
        for match in _YEAR.finditer(text):
            words = plain(text[: match.start()]).split()
            for length in range(min(_LONGEST_TITLE, len(words)), 0, -1):
                items = self._by_name.get((" ".join(words[-length:]), int(match.group(1))))
                if items:
                    found[items[0]] = None
                    break
        return tuple(found)


def cleaned(text: str) -> str:
    """The words as they were typed: without the file's marks for titles, one message a line's end."""
    return re.sub(r"\s*\.\.\.\s*", ". ", _AGAIN.sub("", html.unescape(text))).strip()


def labels_of(heard: Iterable[UserAct], named: Iterable[ItemId]) -> frozenset[str]:
    """Our labels of a turn's acts; `named`: what the assistant has named so far."""
    known, found = frozenset(named), set()
    every = list(heard)
    seen = {item for act in every if isinstance(act, acts.Seen) for item in act.items}
    for act in every:
        match act:
            case acts.Seen(_, items):
                found.add("seen" if not items or known & set(items) else "wish")
            case acts.Like(_, items):
                if not known & set(items):
                    found.add("wish")
                elif not seen & set(items):
                    found.add("accept")
            case acts.Dislike(_, items):
                found.add("reject" if known & set(items) else "wish")
            case acts.More() | acts.Surprise():
                found.add("more" if known else "wish")
            case acts.AskCatalogue(_, kind):
                found.add("wish" if kind is CatalogueFactKind.HAVE else "ask")
            case _ if isinstance(act, _WISHES):
                found.add("wish")
            case _ if isinstance(act, _QUESTIONS):
                found.add("ask")
            case _:
                pass
    return frozenset(found)


def measure(
    rows: Rows, reader: Reader, *, tell: Callable[[str, int, int], None] | None = None
) -> tuple[SetRun, ...]:
    """Both halves."""
    films = NamedFilms(reader.retriever.catalogue)
    halves = {half: _Counted() for half in ("dev", "held-out")}
    for number, dialogue in enumerate(rows.dialogues, start=1):
        halves[half_of(str(dialogue["dialogue_id"]))].dialogue(dialogue, Conversation(reader), films)
        if tell is not None:
            tell("iard", number, len(rows.dialogues))
    return tuple(
        SetRun(
            f"iard {half}",
            rows.digest,
            (counted.intents.figure(), counted.critiques.figure()),
            tuple(counted.left_out.most_common()),
        )
        for half, counted in halves.items()
    )


class _Counted:
    """The tallies of one half while dialogues are read."""

    def __init__(self) -> None:
        self.intents = Tally("intents", INTENTS)
        self.critiques = Tally("critiques", CRITIQUED)
        self.left_out: Counter[str] = Counter()

    def dialogue(self, dialogue: Mapping[str, Any], talk: Conversation, films: NamedFilms) -> None:
        """Read one dialogue. A turn is the assistant's or the person's, whoever begins."""
        self.intents.begin_dialogue()
        self.critiques.begin_dialogue()
        recommended = False
        for turn in dialogue["turns"]:
            text, intents = cleaned(turn["text"]), tuple(turn.get("intents") or ())
            if turn["speaker"] != "user":
                talk.shows(films.of(text))
                recommended = any(intent.startswith("REC") for intent in intents)
                continue
            named = talk.state.ever_shown
            if not text:
                self.left_out["empty turns"] += 1
                continue
            heard = labels_of(talk.hears(text), named)
            self._count(intents, heard)
            self._count_critique(intents, heard, recommended=recommended)

    def _count(self, intents: tuple[str, ...], heard: frozenset[str]) -> None:
        wanted = {LABELS[intent] for intent in intents if intent in LABELS}
        for intent in intents:
            if intent not in LABELS:
                self.left_out[f"label {intent}"] += 1
        self.intents.instances += len(wanted)
        for label in sorted(wanted):
            if label in heard:
                self.intents.right(label)
            else:
                told = "/".join(intent for intent in intents if LABELS.get(intent) == label)
                self.intents.miss(label, f"{told}, heard {', '.join(sorted(heard)) or 'nothing'}")
        for label in sorted(heard - wanted):
            if not (label == "wish" and _ANSWER in intents):
                self.intents.alarm(label, f"{label}, labelled {', '.join(sorted(set(intents)))}")

    def _count_critique(self, intents: tuple[str, ...], heard: frozenset[str], *, recommended: bool) -> None:
        hears = bool(heard & {"wish", "reject"})
        told = [intent for intent in intents if intent in CRITIQUES]
        self.critiques.instances += len(set(told))
        for intent in sorted(set(told)):
            if hears:
                self.critiques.right(intent)
            else:
                self.critiques.miss(intent, f"{intent}, heard {', '.join(sorted(heard)) or 'nothing'}")
        may = {"wish", "reject"} & {LABELS.get(intent) for intent in intents} or _ANSWER in intents
        if recommended and hears and not may:
            self.critiques.alarm("none", f"labelled {', '.join(sorted(set(intents)))}")
