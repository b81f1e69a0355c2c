"""Target sentences: what an item is and how it fits, composed from hand-written frames.

In: evidence and a random source. Out: one or two sentences, true by construction where the frames are, and
checked like any model's text before they are learned from.
"""

from __future__ import annotations

import functools
import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.labels import facet_by_role
from generator.lattice import Lattice
from generator.replies import Evidence
from generator.speaker import Speaker
from generator.steering import sentence_lattice
from generator.telling import Reason, Told
from generator.words import capital
from retriever.domain import FacetRole, Item

_FOLDER = Path(__file__).parent
_NOUN_WORDS = 13  # what it is, in more words than that, leaves no room for why


@functools.cache
def tables() -> Mapping[str, Any]:
    """Frames and the wording of wishes."""
    table: Mapping[str, Any] = tomllib.loads((_FOLDER / "frames.toml").read_text(encoding="utf-8"))
    return table


class Frames:
    """Composes targets."""

    def __init__(self, frames: Mapping[str, Sequence[str]]) -> None:
        self._frames = frames

    def target(self, evidence: Evidence, told: Told, draw: random.Random) -> str:
        """One or two sentences, or "" where what it is cannot be said."""
        one = evidence.items[0]
        clauses = " ".join([*(r.clause for r in (*told.fits, *told.misses)), *told.shared])
        speaker = Speaker.of(evidence, draw.randrange(1_000_000))
        noun = noun_phrase(one.item, speaker, clauses, draw)
        if not noun:
            return ""
        plan = self._plan(told, draw)
        filled = [self._filled(name, noun, told, places, draw) for name, places in plan]
        return " ".join(filled)

    def _plan(self, told: Told, draw: random.Random) -> list[tuple[str, tuple[int, ...]]]:
        """The frames to use, in order, with the numbers of the fits that each tells."""
        fits = len(told.fits)
        first = draw.randrange(fits) if fits else 0
        if told.misses:
            if not fits or draw.random() < 0.15:
                return draw.choice([[("identity_miss", ())], [("identity", ()), ("miss", ())]])
            return draw.choice(
                [[("identity_fit", (first,)), ("miss", ())], [("identity", ()), ("fit_miss", (first,))]]
            )
        if told.likes:
            if not fits:
                return draw.choice([[("identity_like", ())], [("identity", ()), ("like", ())]])
            return draw.choice(
                [[("identity_like", ()), ("fit", (first,))], [("identity_fit", (first,)), ("like", ())]]
            )
        if not fits:
            return [("identity", ())]
        if fits == 1:
            return draw.choice(
                [
                    [("identity_fit", (0,))],
                    [("identity_fit", (0,))],
                    [("identity", ()), ("fit", (0,))],
                    [("fit", (0,)), ("identity", ())],
                ]
            )
        second = draw.choice([place for place in range(fits) if place != first])
        return draw.choice(
            [
                [("identity_fit", (first,)), ("fit", (second,))],
                [("identity", ()), ("two_fits", (first, second))],
                [("identity", ()), ("two_fits", (first, second))],
                [("identity_fit", (first,))],
            ]
        )

    def _filled(self, name: str, noun: str, told: Told, places: tuple[int, ...], draw: random.Random) -> str:
        chosen = [told.fits[place] for place in places]
        name = _variant(name, chosen, draw)
        values = {"np": noun, "name": told.name.split(" (")[0], "likes": " and ".join(told.likes)}
        values["s"] = " and ".join(told.shared[:2])
        for key, reason in zip(("", "2"), chosen, strict=False):
            values |= {f"q{key}": f'"{reason.quote}"', f"c{key}": reason.clause}
            values[f"m{key}"] = _measure(reason)
        if told.misses:
            values |= {"qm": f'"{told.misses[0].quote}"', "cm": told.misses[0].clause}
        return capital(draw.choice(list(self._frames[name])).format(**values))


def _variant(name: str, chosen: Sequence[Reason], draw: random.Random) -> str:
    """Frames for measures where there is one."""
    if name in ("identity_fit", "fit") and _measure(chosen[0]) and draw.random() < 0.7:
        return {"identity_fit": "identity_measured", "fit": "fit_measured"}[name]
    return name


def _measure(reason: Reason) -> str:
    """The figure of "costs €99.00", "runs 1 h 37 min", "weighs 410 g"."""
    match = re.match(tables()["parts"]["measured"], reason.clause)
    return match[1] if match else ""


def noun_phrase(item: Item, speaker: Speaker, said: str, draw: random.Random) -> str:
    """ "a quiet drama about the sea", without what is said anyway; "" for several things or none."""
    lattice = sentence_lattice(speaker.evidence.items[0], speaker, said=said)
    told = {word.casefold()[:6] for word in re.findall(r"\w{3,}", said)}
    clause = tables()["parts"]["clause"]
    if lattice is not None:
        for _ in range(12):
            walked = walk(lattice, draw)
            noun = re.sub(tables()["parts"]["opening"], "", walked).rstrip(".")
            if noun == walked.rstrip("."):
                return ""  # "They are …"
            fresh = {word.casefold()[:6] for word in re.findall(r"\w{4,}", noun)}
            if len(noun.split()) <= _NOUN_WORDS and not (fresh & told) and clause not in noun:
                return noun
    return _plain_noun(item, speaker, told, draw)


def _plain_noun(item: Item, speaker: Speaker, said: set[str], draw: random.Random) -> str:
    """Kind and maker, for records that have little else."""
    words, facets = speaker.words, speaker.evidence.facets
    if not _work(speaker) and words.is_plural(item.title.rpartition(" ")[2]):
        return ""
    parts, noun = tables()["parts"], speaker.nouns()[0]
    category = facet_by_role(FacetRole.CATEGORY, facets)
    kinds = item.facets.get(category.name) if category else None
    if isinstance(kinds, str):
        noun = words.singular(kinds) if words.is_plural(kinds) else noun
    elif isinstance(kinds, tuple) and kinds and len(kinds[0]) < 20:
        noun = f"{kinds[0]} {noun}"
    tails = []
    creator = facet_by_role(FacetRole.CREATOR, facets)
    makers = item.facets.get(creator.name) if creator else None
    if isinstance(makers, tuple):
        makers = makers[0] if makers else None
    if isinstance(makers, str) and len(makers) <= 28:
        # Those who act in it did not make it.
        acts = creator is not None and "cast" in creator.name
        tails.append(parts["with" if acts else "by"].format(v=makers))
    year = facet_by_role(FacetRole.YEAR, facets)
    if year and isinstance(value := item.facets.get(year.name), float) and draw.random() < 0.6:
        tails.append(parts["from"].format(v=f"{value:.0f}"))
    price = facet_by_role(FacetRole.PRICE, facets)
    if price and isinstance(item.facets.get(price.name), float):
        tails.append(parts["for"].format(v=speaker.measure(item, price)))
    tails = [tail for tail in tails if not said & {w.casefold()[:6] for w in re.findall(r"\w{2,}", tail)}]
    draw.shuffle(tails)
    an = re.search(str(words.get("steered.an_before")), noun) is not None
    return " ".join([words.text("steered.an" if an else "steered.a"), noun, *tails[:2]])


def _work(speaker: Speaker) -> bool:
    return facet_by_role(FacetRole.YEAR, speaker.evidence.facets) is not None


def walk(lattice: Lattice, draw: random.Random) -> str:
    """A path through a lattice by chance: the phrases, joined."""
    places, text = lattice.closure([lattice.start]), ""
    while True:
        edges = [edge for place in sorted(places) for edge in lattice.edges.get(place, ())]
        if not edges:
            return text
        # The full stop is one edge among many: drawn as often as each of the other ways on.
        stop = [edge for edge in edges if edge[1] == lattice.end]
        if stop and draw.random() < 0.55:
            return text + stop[0][0]
        phrase, to = draw.choice(edges)
        text += phrase
        if to == lattice.end:
            return text
        places = lattice.closure([to])
