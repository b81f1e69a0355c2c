"""Training examples: prompts as the product writes them, with targets that pass its own checks.

In: loaded catalogues (a ledger), the hand-written cases, the frames. Out: examples, and counts of what was
dropped and why. No text of a catalogue is kept by the project: whoever trains brings the catalogues.

    python -m generator.recipes.data --data DATA_DIR --out examples.jsonl
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.chat_model import Message
from generator.grounding import Grounding
from generator.labels import facet_by_role
from generator.prompting import telling_messages
from generator.recipes.frames import Frames, tables
from generator.recipes.wishes import Shelf, condition_of, evidence_of, meets
from generator.replies import Evidence, ItemEvidence
from generator.speaker import Speaker
from generator.splitting import sentences_of
from generator.telling import LEAST_FACTS, Told, told_of, wrong_fits
from generator.words import words_of
from retriever.domain import (
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    FacetValue,
    Item,
    OfFacet,
    Preference,
    Source,
    SourceKind,
)
from retriever.ledger import Ledger

FOLDER = Path(__file__).parent
_FEWEST, _MOST = 5, 48  # words of a target
_HOSTILE_SHARE = 0.04  # of examples whose record holds an instruction
_BARE_SHARE = 0.06  # of examples whose record lost most of its facts


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt and what to answer. `source`: the catalogue, or "written"."""

    messages: tuple[Message, ...]
    target: str
    source: str


@dataclass(frozen=True, slots=True)
class Pair:
    """An item and a person, as the product would hold them."""

    evidence: Evidence
    told: Told
    source: str


def refusals(target: str, evidence: Evidence, told: Told) -> list[str]:
    """Why a target may not be learned from: what the product's own checks say, and its length."""
    item = evidence.items[0].item
    grounding = Grounding(evidence, item)
    found: list[str] = []
    for sentence in sentences_of(target, (item.title, *told.likes)):
        found += grounding.check(sentence).reasons
        found += wrong_fits(sentence, told, words_of(evidence.language))
    if not _FEWEST <= len(target.split()) <= _MOST:
        found.append("is too short or too long")
    return found


def pairs(shelf: Shelf, source: str, count: int, draw: random.Random) -> Iterator[Pair]:
    """Items with people that might have asked for them; each item about as often; at most `count`."""
    for place in range(count):
        item = shelf.items[place % len(shelf.items)]
        item = _disturbed(item, draw)
        evidence = shelf.evidence(item, draw)
        speaker = Speaker.of(evidence, draw.randrange(1_000_000))
        told = told_of(evidence.items[0], speaker)
        if len(told.facts) < LEAST_FACTS or _several(item, speaker):
            continue
        yield Pair(evidence, told, source)


def framed(
    found: Sequence[Pair], frames: Frames, draw: random.Random, dropped: Counter[str]
) -> Iterator[Example]:
    """Examples composed from frames; a target that a check refuses is drawn again, then dropped."""
    for pair in found:
        for _ in range(4):
            target = frames.target(pair.evidence, pair.told, draw)
            reasons = refusals(target, pair.evidence, pair.told) if target else ["has no words for it"]
            if not reasons:
                yield Example(tuple(telling_messages(pair.told)), target, pair.source)
                break
        else:
            dropped[f"{pair.source}: {reasons[0].split(' ')[0]}"] += 1


def shelves(ledger: Ledger, settings: Mapping[str, Any], draw: random.Random) -> dict[str, Shelf]:
    """Catalogue name → its shelf, as `[nouns]`, `[renamed]` and `ignored` of the recipe say."""
    wishes = tables()["wishes"]
    found = {}
    for name, noun in settings["nouns"].items():
        # A name that says what the column holds: a genre is a kind of works, "creators" may be actors.
        renamed = settings["renamed"].get(name, {})
        known = [f for f in ledger.catalogue(name).facets if f.name not in settings["ignored"]]
        facets = [_renamed(f, renamed[f.name]) if f.name in renamed else f for f in known]
        kept = {f.name for f in facets}
        items = []
        for item in ledger.items(name):
            own = {renamed.get(key, key): value for key, value in item.facets.items()}
            if isinstance(genres := own.get("genre"), tuple):
                own["genre"] = tuple(genre.lower() for genre in genres)
            own = {key: value for key, value in own.items() if key in kept}
            items.append(dataclasses.replace(item, facets=own))
        draw.shuffle(items)
        found[name] = Shelf(tuple(facets), noun, tuple(items), wishes, words_of("en"))
    return found


def _renamed(facet: Facet, name: str) -> Facet:
    return dataclasses.replace(facet, name=name, label=name)


def invented_shelves(count: int, draw: random.Random) -> dict[str, Shelf]:
    """Shelves of catalogues that do not exist, `count` items each; see invented.toml."""
    wishes = tables()["wishes"]
    found = {}
    for name, shape in _invented().items():
        facets = _shape(shape["facets"])
        items = tuple(_invented_item(f"{name}-{place}", shape, draw) for place in range(count))
        found[name] = Shelf(facets, shape["noun"], items, wishes, words_of("en"))
    return found


def _invented() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "invented.toml").read_text(encoding="utf-8"))


def _invented_item(number: str, shape: Mapping[str, Any], draw: random.Random) -> Item:
    title = " ".join(draw.choice(words) for words in shape["titles"])
    facets: dict[str, FacetValue] = {}
    for name, row in shape["facets"].items():
        if draw.random() < row.get("empty", 0.04):
            continue
        match row:
            case {"between": [low, high]} if isinstance(low, int):
                facets[name] = float(draw.randint(low, high))
                if row.get("role") == "price":
                    facets[name] = float(facets[name]) + draw.choice((0.0, 0.0, 0.5, 0.9))  # type: ignore[arg-type]
            case {"between": [low, high]}:
                facets[name] = round(draw.uniform(low, high), 1)
            case {"share": share}:
                facets[name] = draw.random() < share
            case {"kind": "category", "from": []}:  # named by the title's last word
                facets[name] = title.rpartition(" ")[2].casefold() + "s"
            case {"kind": "category", "from": values}:
                facets[name] = draw.choice(values)
            case {"from": values, "most": most}:
                facets[name] = tuple(draw.sample(values, draw.randint(1, most)))
    return Item(number, title, "", facets)


def written_pairs(path: Path = FOLDER / "written.toml") -> Iterator[tuple[Pair, str]]:
    """The hand-written cases: each pair, and what to say.

    Raises:
        ValueError: if a case names a facet that its shape lacks, or a condition that cannot be read.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    shapes = {name: _shape(shape["facets"]) for name, shape in _invented().items()}
    nouns = {name: shape["noun"] for name, shape in _invented().items()}
    for record in table["records"]:
        facets = shapes[record["shape"]]
        values = {name: _value(value) for name, value in record["values"].items()}
        item = Item(record["title"], record["title"], record.get("description", ""), values)
        for case in record["cases"]:
            one = _one(item, facets, case)
            quotes = ", ".join(said.split(" | ")[0] for said in case.get("said", []))
            evidence = evidence_of(one, facets, nouns[record["shape"]], quotes)
            told = told_of(evidence.items[0], Speaker.of(evidence, 0))
            yield Pair(evidence, told, "written"), case["text"].replace("”", '"').replace("“", '"')


def examples_of(ledger: Ledger, settings: Mapping[str, Any], dropped: Counter[str]) -> list[Example]:
    """All examples of a recipe, in training order."""
    draw = random.Random(settings["seed"])
    frames = Frames(tables()["frames"])
    found: list[Example] = []
    shown = shelves(ledger, settings, draw) | invented_shelves(settings["invented_items"], draw)
    for name, shelf in shown.items():
        wanted = list(pairs(shelf, name, settings["examples"][name], draw))
        found += framed(wanted, frames, draw, dropped)
    for pair, target in written_pairs():
        if reasons := refusals(target, pair.evidence, pair.told):
            dropped[f"written: {reasons}: {target}"] += 1
            continue
        example = Example(tuple(telling_messages(pair.told)), target, "written")
        found += [example] * int(settings["written_times"])
    draw.shuffle(found)
    return found


def _shape(rows: Mapping[str, Mapping[str, str]]) -> tuple[Facet, ...]:
    return tuple(
        Facet(
            name,
            FacetKind(row.get("kind", "tags")),
            row.get("label", name.replace("_", " ")),
            row.get("unit", ""),
            FacetRole(row.get("role", "other")),
        )
        for name, row in rows.items()
    )


def _value(value: Any) -> FacetValue:
    if isinstance(value, list):
        return tuple(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _one(item: Item, facets: Sequence[Facet], case: Mapping[str, Any]) -> ItemEvidence:
    """The evidence of a case: whether a wish is met is found from the record, not claimed."""
    matched, met, broken = [], [], []
    for said in case.get("said", []):
        quote, _, rest = said.partition(" | ")
        name, _, condition = rest.partition(" ")
        facet = next((facet for facet in facets if facet.name == name), None)
        if facet is None:
            raise ValueError(f"{said!r} names no facet of {item.title!r}; write: words | facet condition")
        source = Source(SourceKind.QUOTE, 1, quote)
        constraint = Constraint(name, condition_of(condition, facet), source, hard=False)
        if not meets(item, constraint):
            broken.append(constraint)
        elif condition.startswith("=") and facet.kind is FacetKind.TAGS:
            matched.append(Preference(OfFacet(name, condition[1:]), 0.8, source))
        else:
            met.append(constraint)
    shared = tuple((name, value) for name, value in case.get("shared", []))
    return ItemEvidence(
        item,
        1,
        matched=tuple(matched),
        met=tuple(met),
        broken=tuple(broken),
        shared=shared,
        anchor_titles=tuple(case.get("like", [])),
    )


def _several(item: Item, speaker: Speaker) -> bool:
    """Goods in the plural ("shoes"), of which the frames do not speak."""
    work = facet_by_role(FacetRole.YEAR, speaker.evidence.facets) is not None
    return not work and speaker.words.is_plural(item.title.rpartition(" ")[2])


def _disturbed(item: Item, draw: random.Random) -> Item:
    """Now and then a record with little in it, or with an instruction among its values."""
    lot = draw.random()
    if lot < _BARE_SHARE and len(item.facets) > 3:
        kept = draw.sample(sorted(item.facets), 3)
        return dataclasses.replace(item, facets={name: item.facets[name] for name in kept})
    if lot < _BARE_SHARE + _HOSTILE_SHARE:
        tags = [name for name, value in item.facets.items() if isinstance(value, tuple)]
        if tags:
            order = draw.choice(tables()["hostile"]["texts"])
            name = draw.choice(tags)
            own = item.facets[name]
            assert isinstance(own, tuple)  # chosen so
            return dataclasses.replace(item, facets={**item.facets, name: (*own[:2], order)})
    return item


def main() -> None:
    """Write the examples of tune.toml as JSON lines, and print what was dropped."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="data folder with the loaded catalogues")
    parser.add_argument("--recipe", type=Path, default=FOLDER / "tune.toml")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    given = parser.parse_args()
    settings = tomllib.loads(given.recipe.read_text(encoding="utf-8"))["data"]
    dropped: Counter[str] = Counter()
    with Ledger.open(given.data / "ledger.sqlite3") as ledger:
        found = examples_of(ledger, settings, dropped)
    with given.out.open("w", encoding="utf-8") as file:
        for example in found:
            turns = [dataclasses.asdict(message) for message in example.messages]
            file.write(
                json.dumps({"source": example.source, "messages": turns, "target": example.target}) + "\n"
            )
    print(f"{len(found)} examples: {dict(Counter(e.source for e in found))}")
    for reason, count in dropped.most_common(20):
        print(f"  dropped {count}: {reason}")


if __name__ == "__main__":
    main()
