"""What the published sets have in common: their rows, one conversation under reading, counts by dialogue.

In: files of JSON lines, retrievers. Out: rows with their hash, acts turn by turn, an `F1` with its interval
and what was most often missed or heard wrongly. No file but the rows is read, and none written.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.acts import UserAct
from chatbot.constraints import Shelves
from chatbot.state import DialogueState, union
from chatbot.tracking import hear
from chatbot.understanding import Understanding
from chatbot.understanding.mentions import Shown
from chatbot.understanding.reading import Situation
from retriever.bootstrap import ratio_interval
from retriever.domain import ItemId
from retriever.errors import InputError
from retriever.pipeline import Retriever

MOST_EXAMPLES = 12  # of what is missed or heard wrongly, in a figure


@dataclass(frozen=True, slots=True)
class Rows:
    """The dialogues of a file; `digest`: SHA-256 of its unpacked bytes."""

    dialogues: tuple[dict[str, Any], ...]
    digest: str


def read_dialogues(path: Path) -> Rows:
    """The rows of a file of JSON lines, gzipped or not.

    Raises:
        InputError: it cannot be read, or a row is no object with `dialogue_id` and a list of `turns`.
    """
    try:
        packed = path.read_bytes()
        text = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise InputError(f"{path.name} cannot be read ({error}); name a file of JSON lines") from error
    rows = []
    for number, line in enumerate(filter(bytes.strip, text.splitlines()), start=1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"row {number} of {path.name} is no JSON: {error}") from error
        if not isinstance(row, dict) or not isinstance(row.get("turns"), list) or "dialogue_id" not in row:
            raise InputError(
                f"row {number} of {path.name} has no dialogue_id and turns; is it the file of dialogues?"
            )
        rows.append(row)
    return Rows(tuple(rows), hashlib.sha256(text).hexdigest())


class Conversation:
    """One dialogue under reading, with the state that Parley would keep of it. For one thread."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.catalogue = reader.retriever.catalogue
        self.state = DialogueState()

    def shows(self, items: Iterable[ItemId]) -> None:
        """The assistant named these: they are what can be pointed at next."""
        there = tuple(dict.fromkeys(i for i in items if i in self.catalogue))
        if there:
            seen = union(self.state.ever_shown, there)
            self.state = replace(self.state, shown=there, ever_shown=seen, talked=(), focus=there[0])

    def hears(self, text: str, asked: str = "") -> tuple[UserAct, ...]:
        """The acts of the person's next utterance. `asked`: the facet that the assistant just asked about."""
        state = self.state
        situation = Situation(
            state.turn + 1,
            shown=Shown(state.shown, state.focus, state.talked, union(state.ever_shown, state.talked)),
            constraints=state.constraints,
            preferences=state.profile.short_term,
            anchors=state.anchors,
            counted=state.counted,
            asked=(asked,) if asked else (),
        )
        heard = self._reader.understanding.read(text, situation)
        self.state, _ = hear(state, heard, self._reader.shelves, 0.0)
        return heard


class Reader:
    """What reads utterances about one catalogue."""

    def __init__(self, retriever: Retriever, language: str = "en") -> None:
        self.retriever = retriever
        self.understanding = Understanding(retriever, language)
        self.shelves = Shelves(retriever.catalogue.facet, retriever.count)


@dataclass(frozen=True, slots=True)
class F1:
    """One figure. `low`, `high`: of `f1`, 95 %, dialogues drawn. A share of nothing is 0.

    `by_label`: label → (right, missed, false); `macro`: the plain mean of the labels' own F1.
    `missed`, `false`: what is most often not heard, and heard without being said, with counts.
    """

    name: str
    definition: str
    instances: int
    dialogues: int
    precision: float
    recall: float
    f1: float
    low: float
    high: float
    macro: float
    by_label: Mapping[str, tuple[int, int, int]]
    missed: tuple[tuple[str, int], ...]
    false: tuple[tuple[str, int], ...]


@dataclass
class Tally:
    """Counts (right, missed, false) by dialogue and label while a set is read."""

    name: str
    definition: str
    instances: int = 0
    by_dialogue: list[list[int]] = field(default_factory=list)
    by_label: dict[str, list[int]] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)

    def begin_dialogue(self) -> None:
        """What is counted from here on is another dialogue's."""
        self.by_dialogue.append([0, 0, 0])

    def right(self, label: str) -> None:
        """Something said was heard."""
        self._add(label, 0)

    def miss(self, label: str, example: str) -> None:
        """Something said was not heard."""
        self._add(label, 1)
        self.missed[example] += 1

    def alarm(self, label: str, example: str) -> None:
        """Something was heard that was not said."""
        self._add(label, 2)
        self.false[example] += 1

    def _add(self, label: str, which: int) -> None:
        self.by_dialogue[-1][which] += 1
        self.by_label.setdefault(label, [0, 0, 0])[which] += 1

    def figure(self) -> F1:
        """The counts as shares; F1 = 2 right / (2 right + missed + false)."""
        counts = np.array(self.by_dialogue or [[0, 0, 0]], dtype=float)  # (dialogue, right missed false)
        right, missed, false = counts.sum(axis=0)
        spoken = counts.any(axis=1)
        low, high = ratio_interval(2 * counts[spoken, 0], counts[spoken] @ np.array([2.0, 1.0, 1.0]))
        if not spoken.any():
            low = high = 0.0
        each = [_f1(*of) for of in self.by_label.values()]
        return F1(
            self.name,
            self.definition,
            self.instances,
            len(self.by_dialogue),
            _share(right, right + false),
            _share(right, right + missed),
            _f1(right, missed, false),
            low,
            high,
            sum(each) / len(each) if each else 0.0,
            {label: (of[0], of[1], of[2]) for label, of in sorted(self.by_label.items())},
            tuple(self.missed.most_common(MOST_EXAMPLES)),
            tuple(self.false.most_common(MOST_EXAMPLES)),
        )


@dataclass(frozen=True, slots=True)
class SetRun:
    """What was measured on one file. `left_out`: what of it is not counted, and how often, by reason."""

    name: str
    rows: str
    figures: tuple[F1, ...]
    left_out: tuple[tuple[str, int], ...]


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


def _f1(right: float, missed: float, false: float) -> float:
    return _share(2 * right, 2 * right + missed + false)
