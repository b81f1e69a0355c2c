"""Judged queries: what somebody wanted, and which items were right.

In: a JSON Lines file, one object a line. Out: checked `JudgedQuery`s, and a split of them without leakage.

    {"query": "something scary with clowns", "liked": ["f12"], "items": ["f7", "f9"],
     "dialogue": "d481", "at": 1732147200}

* `query`: the words; may be empty where `liked` is not.
* `liked`: ids of the items that the person had named or liked by then, oldest first; they are the query's
  examples, and are not to be found again.
* `items`: ids of those that were right, each with gain 1; or an object of id and gain above 0.
* `dialogue`: queries with the same name go to the same side of the split; each alone where it is left out.
* `at`: when, in seconds since any epoch. In all lines of a file or in none.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from retriever.catalogue import Catalogue
from retriever.errors import InputError


class JudgedQuery(BaseModel):
    """One line of a file of judged queries, as the module's docstring describes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    query: str = Field(max_length=10_000)
    liked: tuple[str, ...] = ()
    items: dict[str, float]
    dialogue: str = ""
    at: float | None = Field(None, allow_inf_nan=False)

    @field_validator("items", mode="before")
    @classmethod
    def _listed(cls, items: object) -> object:
        return dict.fromkeys(items, 1.0) if isinstance(items, list) else items

    @model_validator(mode="after")
    def _whole(self) -> JudgedQuery:
        if not self.query.strip() and not self.liked:
            raise ValueError("neither words nor a liked item: there is nothing to rank by")
        if not self.items or any(not math.isfinite(gain) or gain <= 0 for gain in self.items.values()):
            raise ValueError("items needs one id at least, each with a gain above 0")
        if both := sorted(set(self.liked) & set(self.items)):
            raise ValueError(f"{both[0]!r} is liked and to be found: take it out of one of the two")
        return self


@dataclass(frozen=True, slots=True)
class Split:
    """The two sides. `dropped`: training queries left out, since they would leak into the test."""

    train: tuple[JudgedQuery, ...]
    test: tuple[JudgedQuery, ...]
    dropped: int


def read_judged(path: Path, catalogue: Catalogue) -> tuple[tuple[JudgedQuery, ...], int]:
    """The queries of a file as far as the catalogue knows their items, and how many ids it does not know.

    A catalogue changes, so unknown ids are passed over; a query of which nothing is left is left out.

    Raises:
        InputError: if the file cannot be read, a line is not as described (names the line), `at` is in some
            lines only, or no query is left.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({error}); give a JSON Lines file in UTF-8") from error
    every = {
        number: _read_line(line, f"{path.name}, line {number}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    }
    timeless = [number for number, one in every.items() if one.at is None]
    if timeless and len(timeless) < len(every):
        raise InputError(
            f"{path.name}, line {timeless[0]}: no time, though other lines have one; give `at` in all of "
            "them or in none"
        )
    queries: list[JudgedQuery] = []
    unknown = 0
    for number, one in every.items():
        liked = tuple(item for item in one.liked if item in catalogue)
        items = {item: gain for item, gain in one.items.items() if item in catalogue}
        unknown += len(one.liked) + len(one.items) - len(liked) - len(items)
        if items and (one.query.strip() or liked):
            dialogue = one.dialogue or f"line {number}"
            queries.append(one.model_copy(update={"liked": liked, "items": items, "dialogue": dialogue}))
    if not queries:
        raise InputError(
            f"{path.name} holds no query about an item of {catalogue.name!r}; give the file about it"
        )
    return tuple(queries), unknown


def split(queries: Sequence[JudgedQuery], share: float, seed: int) -> Split:
    """Set the last `share` of the dialogues aside, by time; where no times are given, any, by `seed`.

    A dialogue is on one side only. By time, one that had begun but was not over when the first of the test
    began is on neither. A training query whose words and likes are a test query's is dropped, too.

    Raises:
        InputError: if a side would be empty.
    """
    dialogues: dict[str, list[JudgedQuery]] = {}
    for one in queries:
        dialogues.setdefault(one.dialogue, []).append(one)
    timed = all(one.at is not None for one in queries)
    if timed:
        names = sorted(dialogues, key=lambda name: (min(one.at or 0.0 for one in dialogues[name]), name))
    else:
        names = sorted(dialogues, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())
    count = max(1, round(share * len(names)))
    test = [one for name in names[len(names) - count :] for one in dialogues[name]]
    before = [dialogues[name] for name in names[: len(names) - count]]
    if timed:
        begun = min(one.at or 0.0 for one in test)
        before = [those for those in before if max(one.at or 0.0 for one in those) < begun]
    asked = {_asked(one) for one in test}
    train = [one for those in before for one in those if _asked(one) not in asked]
    if not train or not test:
        raise InputError(
            f"{len(dialogues)} dialogues cannot be split into training and test; give more of them, or name "
            "another file with --test"
        )
    return Split(tuple(train), tuple(test), len(queries) - len(train) - len(test))


def _asked(one: JudgedQuery) -> tuple[str, tuple[str, ...]]:
    return " ".join(one.query.casefold().split()), tuple(sorted(one.liked))


def _read_line(line: str, where: str) -> JudgedQuery:
    try:
        return JudgedQuery.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"{where}: {f'{place}: ' if place else ''}{first['msg']}; mend the line and start again"
        ) from error
