"""Our own labelled utterances, read by the product.

In: files of labelled utterances, and the running product with their catalogues. Out: an `OwnRun`. What was
misread is told of the part that may be worked on; of the part held out only totals are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import chatbot
from chatbot.build import Parley
from chatbot.evaluation.benchmarks.understanding.counting import (
    ClassFigures,
    Confusion,
    Figures,
    class_figures,
    confusions,
    figures_of,
    times_of,
)
from chatbot.evaluation.benchmarks.understanding.judging import Judged, judge
from chatbot.evaluation.benchmarks.understanding.label_files import LabelFile, read_files
from chatbot.evaluation.benchmarks.understanding.labelled import Labelled, labelled
from chatbot.understanding import Understanding
from chatbot.understanding.tongues import Tongues
from retriever.errors import InputError
from retriever.timing import Spread

PARTS = ("dev", "held_out")
_WARM_UP = 3  # utterances of each reader that are not timed
_TITLES_READ = 50  # that tell the language a conversation begins in, as the product has it


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of the utterances of one part, one catalogue and one language; empty: of all."""

    part: str
    catalogue: str
    language: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Misread:
    """An utterance of the part that may be worked on, which was not read as labelled."""

    id: str
    where: str
    text: str
    acts: tuple[str, ...]
    heard: tuple[str, ...]
    conditions: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    items_right: bool | None


@dataclass(frozen=True, slots=True)
class AbilityFigures:
    """How many utterances need an ability, and the shares read right, acts and conditions together."""

    ability: str
    utterances: int
    right: float


@dataclass(frozen=True, slots=True)
class OwnRun:
    """Everything measured. `digest`: SHA-256 over the files. `classes`, `confusions`: of all utterances of
    the part that may be worked on, as are `abilities` and `misread`.
    """

    encoder: str
    digest: str
    groups: tuple[Group, ...]
    classes: tuple[ClassFigures, ...]
    confusions: tuple[Confusion, ...]
    abilities: tuple[AbilityFigures, ...]
    times: Spread
    misread: tuple[Misread, ...] = field(repr=False)


def own_folder(root: Path | None = None) -> Path:
    """Where the labelled utterances lie in a checkout, whose `root` is where this Parley's packages are.

    Raises:
        InputError: this Parley is installed without its tests.
    """
    folder = (root or Path(chatbot.__file__).parents[1]) / "tests" / "utterances"
    if not folder.is_dir():
        raise InputError(
            "the labelled utterances are not installed with Parley, they lie in its repository; "
            "run from a checkout, or name a folder of such files with --own"
        )
    return folder


def read_own(folder: Path) -> tuple[LabelFile, ...]:
    """The files of a folder, or one file.

    Raises:
        BrokenScript: see `read_files`.
    """
    return read_files([folder])


def run_own(
    parley: Parley,
    files: Sequence[LabelFile],
    *,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> OwnRun:
    """Read every utterance as a conversation about its catalogue would, in the language that it tells.

    Raises:
        BrokenScript: a label names what the catalogue does not have.
        UnknownCatalogue: a catalogue is not loaded.
    """
    judged: list[Judged] = []
    for file in files:
        tell(f"{file.path.name}: {len(file.content.utterances)} utterances")
        judged += _judged(parley, file)
    dev = [one for one in judged if one.label.part == "dev"]
    pairs = [(one.label.acts, one.heard) for one in dev]
    content = "".join(file.content.model_dump_json() for file in files)
    return OwnRun(
        encoder=parley.encoder.name,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        groups=tuple(groups_of(judged, seed)),
        classes=class_figures(pairs),
        confusions=confusions(pairs),
        abilities=tuple(_abilities(dev)),
        times=times_of(judged),
        misread=tuple(_misread(one) for one in dev if not _is_right(one)),
    )


def _judged(parley: Parley, file: LabelFile) -> Iterator[Judged]:
    retriever = parley.shelf.get(file.content.catalogue)
    catalogue = retriever.catalogue
    tongues = Tongues()
    begun = tongues.of_titles([item.title for item in catalogue.items[:_TITLES_READ]])
    readers: dict[str, Understanding] = {}
    utterances: Sequence[Labelled] = list(labelled(file, catalogue))
    for one in utterances:
        language = tongues.of(one.text, begun)
        if language not in readers:
            readers[language] = Understanding(retriever, language)
            for first in utterances[:_WARM_UP]:
                readers[language].read(first.text, first.situation)
        yield judge(one, readers[language], catalogue.facet)


def groups_of(judged: Sequence[Judged], seed: int = 0) -> Iterator[Group]:
    """Both parts in all, then each catalogue and language of each part."""
    for part in PARTS:
        of_part = [one for one in judged if one.label.part == part]
        if not of_part:
            continue
        yield Group(part, "", "", figures_of(of_part, seed))
        kinds = dict.fromkeys((one.label.catalogue, one.label.language) for one in of_part)
        for kind in kinds:
            some = [one for one in of_part if (one.label.catalogue, one.label.language) == kind]
            yield Group(part, *kind, figures_of(some, seed))


def _is_right(one: Judged) -> bool:
    return one.acts_right and one.conditions_right and one.items_right is not False


def _abilities(judged: Sequence[Judged]) -> Iterator[AbilityFigures]:
    """Each ability, the worst first."""
    found = []
    for ability in dict.fromkeys(one.label.ability for one in judged):
        some = [one for one in judged if one.label.ability == ability]
        found.append(AbilityFigures(ability, len(some), sum(map(_is_right, some)) / len(some)))
    yield from sorted(found, key=lambda one: (one.right, one.ability))


def _misread(one: Judged) -> Misread:
    return Misread(
        id=one.label.id,
        where=one.label.where,
        text=one.label.text,
        acts=tuple(sorted(one.label.acts)),
        heard=tuple(sorted(one.heard)),
        conditions=(
            *(each.text for each in one.label.conditions),
            *(f"gone: {each.text}" for each in one.label.gone),
        ),
        new=one.new,
        gone=one.gone,
        items_right=one.items_right,
    )
