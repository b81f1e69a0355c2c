"""Files of labelled utterances, as YAML holds them.

In: paths. Out: `LabelFile`s, whose content is checked and whose lines are known. Whether facets, values and
items exist is not decided here: see `labelled`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from chatbot.acts import UserAct
from chatbot.evaluation.faults import fault
from chatbot.evaluation.reading import BrokenScript, find_scripts, plain_value, yaml_nodes
from chatbot.evaluation.script import Where

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Part = Literal["dev", "held_out"]


def act_name(kind: type) -> str:
    """An act's name as labels and stored turns have it: "ask_item"."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


ACTS = tuple(act_name(kind) for kind in get_args(UserAct))
"""The names of all classes of acts. `click` comes from no utterance."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SituationOf(_Part):
    """What went before an utterance; items by title or id, conditions as dialogue scripts write them."""

    shown: list[Name] = Field([], description="The items of the last reply, in their order.")
    about: Name | None = Field(None, description="The item being talked about.")
    earlier: list[Name] = Field([], description="Items shown before those, oldest first.")
    active: list[Name] = Field([], description="The conditions in force.")
    likes: list[Name] = Field([], description='Values liked in this conversation: "moods = cosy".')
    anchors: list[Name] = Field([], description="Items that others were to be like.")
    counted: list[Name] = Field([], description="The conditions of what was just asked of the catalogue.")


class Utterance(_Part):
    """One utterance and its meaning. `acts` is a set: twice the same act counts once.

    What words leave open need not be decided: an act with "?" behind it may be heard or not, as may a
    condition with "maybe " before it, and "a || b" is either condition.
    """

    id: Name
    ability: Name = Field(description="What it takes to read it; the two parts are alike in these.")
    part: Part
    say: Annotated[str, StringConstraints(min_length=1)]
    acts: Annotated[list[Name], Field(min_length=1)]
    conditions: list[Name] = Field([], description='New after it: "price < 50", "soft colour = red".')
    gone: list[Name] = Field([], description="In force before it and no longer.")
    items: list[Name] | None = Field(None, description="What it points at; left out: not looked at.")
    after: Name | None = Field(None, description="The name of a situation of the file.")

    @model_validator(mode="after")
    def _known_acts(self) -> Self:
        for act in self.acts:
            if act.removesuffix("?") not in ACTS:
                raise ValueError(f"{act!r} is no act; the acts are {', '.join(ACTS)}")
        return self


class UtteranceFile(_Part):
    """Utterances about one catalogue in one language."""

    catalogue: Name
    language: Literal["en", "zh"]
    situations: dict[Name, SituationOf] = {}
    utterances: Annotated[list[Utterance], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A file as it was read, and the line of each value in it."""

    path: Path
    content: UtteranceFile
    lines: Mapping[Where, int] = field(repr=False)

    def broken(self, where: Where, message: str) -> BrokenScript:
        """The error for a value of this file."""
        while where and where not in self.lines:
            where = where[:-1]
        return BrokenScript(f"{self.path}:{self.lines.get(where, 1)}: {message}")


def read_files(paths: Sequence[Path]) -> tuple[LabelFile, ...]:
    """The files of labelled utterances among paths, folders searched through.

    Raises:
        BrokenScript: a path that is not there, a file that is no such file, or an id that is there twice.
    """
    files = tuple(_read(path) for path in find_scripts(paths))
    seen: dict[str, str] = {}
    for file in files:
        for place, one in enumerate(file.content.utterances):
            if one.id in seen:
                raise file.broken(
                    ("utterances", place, "id"), f"the id {one.id!r} is taken, in {seen[one.id]}"
                )
            seen[one.id] = f"{file.path.name}:{file.lines[('utterances', place)]}"
    return files


def _read(path: Path) -> LabelFile:
    (node, *others) = yaml_nodes(path, "labelled utterances begin with `catalogue:`")
    if others:
        raise BrokenScript(
            f"{path}:{others[0].start_mark.line + 1}: labelled utterances are one document; leave out the ---"
        )
    lines: dict[Where, int] = {}
    words: dict[Where, str] = {}
    value = plain_value(path, node, (), lines, words)
    if not isinstance(value, dict):
        raise BrokenScript(
            f"{path}:{lines[()]}: labelled utterances are a mapping, `catalogue`, `language` and `utterances`"
        )
    try:
        return LabelFile(path, UtteranceFile.model_validate(value), lines)
    except ValidationError as error:
        line, message = fault(error, lines, words, UtteranceFile)
        raise BrokenScript(f"{path}:{line}: {message}") from error
