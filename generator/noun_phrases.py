"""What an item is called, as a net of noun phrases: "a quiet drama about the sea, directed by Ida Moss".

In: an item's record. Out: phrases that may be put together in their order: moods before the kind, themes
after "about", makers after "by", a clause of its description after "in which". Each path is true of the
record; a wrong relation has no path.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from generator.labels import phrases
from generator.lattice import Net
from generator.reasons import stands_alone
from generator.speaker import Speaker
from generator.splitting import sentences_of
from generator.words import Words, capital
from retriever.catalogue import values_of
from retriever.domain import FacetRole, Item

_MOST_OPTIONS = 5  # values of one facet that stand to choice
_CLAUSE_WORDS = range(6, 30)


@dataclass(frozen=True, slots=True)
class NounPhrases:
    """`heads`: nouns for the item; `moods` may stand before them; `tails`: lists of which each gives at most
    one phrase, in their order. `several`: the noun is in the plural and has no article. `story`: the last
    list tells what happens, and nothing may follow it.
    """

    heads: tuple[str, ...]
    moods: tuple[str, ...]
    tails: tuple[tuple[str, ...], ...]
    several: bool
    story: bool


def noun_phrases(item: Item, speaker: Speaker, said: str = "") -> NounPhrases | None:
    """The true noun phrases for an item; None where its record or the language has no noun for it.

    `said`: text that stands beside it; what is told there is not told again.
    """
    words = speaker.words
    if words.get("steered") is None:
        return None
    values = _values(item, speaker, said)
    heads = _heads(item, speaker, values)
    several = bool(heads) and not is_work(speaker) and _is_several(item, speaker)
    if not heads and speaker.evidence.noun:
        heads = (speaker.nouns()[0],)
    if not heads:
        return None
    if several and (pairs := [words.text("steered.pair", values=h) for h in heads if _is_pair(h, words)]):
        heads, several = tuple(pairs), False
    stories = _stories(item, speaker)
    tails = [tuple(tail) for tail in _tails(item, speaker, values, said)]
    if stories:
        tails.append(tuple(stories))
    return NounPhrases(heads, values.get("mood", ()), tuple(tails), several, bool(stories))


def add_noun_phrase(
    net: Net, found: NounPhrases, words: Words, start: str, end: str, *, least: int, most: int, first: bool
) -> None:
    """Put the phrases between two places of a net, with `least` to `most` tails.

    `first`: the phrase begins the sentence: in upper case, without a blank before it.
    """

    def opens(texts: Sequence[str]) -> list[str]:
        made = [text if found.several else words.with_article(text) for text in texts]
        return [capital(text) if first else f" {text}" for text in made]

    kind, tail = f"{start} kind", f"{start} tail"
    described = _described(found, words)
    if described:
        net.add(start, opens(described), kind)
        net.add(kind, [f" {head}" for head in found.heads], tail)
    else:
        net.add(start, opens(found.heads), tail)
    _add_tails(net, found.tails, tail, end, least=min(least, len(found.tails)), most=most)


def is_work(speaker: Speaker) -> bool:
    """Films and books are told by what happens in them, goods by what they are made of."""
    return any(f.role is FacetRole.YEAR for f in speaker.evidence.facets)


def _values(item: Item, speaker: Speaker, said: str) -> dict[str, tuple[str, ...]]:
    """Kind of phrase (a key of [facets]) → the item's values of it, without those said already."""
    tables = speaker.words.get("facets")
    keys = {id(table): key for key, table in tables.items()}
    found: dict[str, tuple[str, ...]] = {}
    folded = said.casefold()
    for facet in speaker.evidence.facets:
        value = item.facets.get(facet.name)
        own = values_of(value)
        key = keys[id(phrases(facet, speaker.words))]
        fresh = list(speaker.plain(own))
        if key not in ("genre", "category"):
            fresh = [v for v in fresh if v.casefold() not in folded]
        if fresh and key not in found:
            found[key] = tuple(fresh[:_MOST_OPTIONS])
    return found


def _heads(item: Item, speaker: Speaker, values: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Nouns for the item: "science fiction drama", "horror film", "jacket"."""
    words = speaker.words
    if not is_work(speaker):
        return _goods_heads(item, speaker)
    nouns, attributes = words.get("kind_nouns"), words.get("kind_attributes")
    kinds = tuple(kind.casefold() for kind in values.get("genre", ()))
    if speaker.evidence.noun:
        heads = [speaker.kind_noun(kind) for kind in kinds]
    else:  # what its works are called is not known: only kinds that are nouns by themselves
        heads = [nouns[kind] for kind in kinds if kind in nouns]
    pairs = [
        f"{attributes.get(first, first)} {nouns[second]}"
        for first, second in itertools.permutations(kinds, 2)
        if (second in nouns and first not in nouns) or (first in attributes and second in nouns)
    ]
    return tuple(dict.fromkeys([*pairs, *heads]))


def _goods_heads(item: Item, speaker: Speaker) -> tuple[str, ...]:
    """What goods are called: their kind, and the last word of the title where the description says it too.

    Plural when the title is ("Trail Shoes").
    """
    words = speaker.words
    last = item.title.rpartition(" ")[2]
    several = _is_several(item, speaker)
    heads = []
    counted = last.casefold() in words.listed("steered.not_heads")
    if last.isalpha() and last.istitle() and not counted and _is_thing(last.casefold(), item, words):
        heads.append(last.casefold())
    for facet in speaker.evidence.facets:
        value = item.facets.get(facet.name)
        if facet.role is FacetRole.CATEGORY and isinstance(value, str) and words.is_plural(value):
            kind = value.replace("-", " ")  # "kitchen-accessories"
            heads.append(kind if several else words.singular(kind))
    return tuple(dict.fromkeys(heads))


def _is_several(item: Item, speaker: Speaker) -> bool:
    """Whether the title is in the plural: "Trail Shoes", and not "Echo Plus" or "5s"."""
    last = item.title.rpartition(" ")[2]
    kinds = [v for f in speaker.evidence.facets if f.role is FacetRole.CATEGORY
             for v in values_of(item.facets.get(f.name))]  # fmt: skip
    known = any(last.casefold() == word for kind in kinds for word in kind.casefold().split())
    plural = last.isalpha() and speaker.words.is_plural(last)
    return plural and (known or _is_thing(last.casefold(), item, speaker.words))


def _is_thing(word: str, item: Item, words: Words) -> bool:
    """Whether the description calls it that: "this jacket", or in the plural "boots" anywhere."""
    body = item.description.casefold()
    if words.is_plural(word):
        return re.search(rf"\b(?:{re.escape(word)}|{re.escape(words.singular(word))})\b", body) is not None
    determined = "|".join(map(re.escape, words.listed("steered.determiners")))
    return re.search(rf"\b(?:{determined})(?: [\w'-]+){{0,2}} {re.escape(word)}\b", body) is not None


def _described(found: NounPhrases, words: Words) -> list[str]:
    """What stands before the noun: one or two moods; "a mysterious mystery" would say it twice."""
    comma, link = words.text("lists.comma"), words.text("lists.and")
    moods = [
        mood
        for mood in found.moods
        if not any(mood[:5] == word[:5] for head in found.heads for word in head.split())
    ]
    return [*moods, *(f"{a}{j}{b}" for a, b in itertools.permutations(moods, 2) for j in (comma, link))]


def _is_pair(head: str, words: Words) -> bool:
    return head.rpartition(" ")[2] in words.listed("steered.pairs")


def _tails(item: Item, speaker: Speaker, values: dict[str, tuple[str, ...]], said: str) -> list[list[str]]:
    """What may follow the noun, in its order; of each list at most one is said."""
    words = speaker.words
    spoken = words.get("spoken_values") or {}
    # "Taped seams", not "burns twigs".
    features = [v for v in values.get("feature", ()) if v.count(" ") == 1 and words.is_plural(v)]
    features = [v for v in features if not v.partition(" ")[0].endswith("s")]
    audience = [v for v in values.get("audience", ()) if v not in words.listed("steered.not_an_audience")]
    measures = _measures(item, speaker)
    kind = " ".join(values.get("category", ()))  # a sleeping bag is not said to be for sleeping
    slots: list[tuple[str, Sequence[str]]] = [
        ("measures.persons", measures.get("persons", ())),
        ("for_use", audience),
        ("in_colour", _whole(values, "colour", item, words)),
        ("about", _pairs([spoken.get(v, v) for v in values.get("theme", ())], words)),
        ("by", values.get("director", ())[:1]),
        ("by_author", values.get("author", ())[:1]),
        ("with_cast", _pairs(values.get("cast", ())[:3], words, pairs_only=True)),
        ("of_material_only", _whole(values, "material", item, words)),
        *((f"measures.{unit}", measures.get(unit, ())) for unit in ("g", "kg", "l")),
        ("for_use", _pairs([v for v in values.get("use", ()) if v not in kind], words)),
        ("with_feature", _pairs(features, words)),
        ("by_brand", values.get("brand", ())[:1]),
    ]
    tails = []
    for slot, own in slots:
        told = [one.rstrip(".") for one in own if one.casefold() not in said.casefold()]
        texts = [text.format(values=one) for text in words.listed(f"steered.{slot}") for one in told]
        if texts:
            tails.append([f" {text}" for text in texts])
    return tails


def _whole(values: dict[str, tuple[str, ...]], key: str, item: Item, words: Words) -> list[str]:
    """All of a facet's values as one choice, or none: half of a thing's colours would mislead."""
    own = values.get(key, ())
    wholes = [{each} if isinstance(each, str) else set(each) for each in item.facets.values()
              if isinstance(each, str | tuple)]  # fmt: skip
    return [words.join(own)] if own and set(own) in wholes else []


def _measures(item: Item, speaker: Speaker) -> dict[str, list[str]]:
    """Unit → the measure as written, of those that help to choose goods: for how many, how heavy."""
    known = speaker.words.get("steered.measures")
    found = {
        facet.unit.casefold(): [speaker.measure(item, facet)]
        for facet in speaker.evidence.facets
        if facet.unit.casefold() in known and not is_work(speaker)
    }
    return {unit: written for unit, written in found.items() if written[0]}


def _pairs(values: Sequence[str], words: Words, *, pairs_only: bool = False) -> list[str]:
    """Each value, and each two of them in either order."""
    both = [words.join(pair) for pair in itertools.permutations(values, 2)]
    return both if pairs_only and both else [*values, *both]


def _stories(item: Item, speaker: Speaker) -> list[str]:
    """A work's description where it can follow "in which": it tells what happens, not what it is."""
    words = speaker.words
    openings, never = words.listed("steered.clause_openings"), set(words.listed("steered.clause_never"))
    if not is_work(speaker):
        return []
    for sentence in sentences_of(item.description, (item.title,))[:1]:
        parts = re.findall(r"[\w'’-]+", sentence)
        body, first = {part.casefold() for part in parts}, parts[0].casefold() if parts else ""
        if first not in openings or body & never or len(parts) not in _CLAUSE_WORDS:
            continue
        if stands_alone(sentence, words) and sentence.endswith(".") and ":" not in sentence:
            clause = sentence[0].lower() + sentence[1:].rstrip(".")
            return [text.format(clause=clause) for text in words.listed("steered.in_which")]
    return []


def _add_tails(
    net: Net, tails: Sequence[Sequence[str]], start: str, end: str, *, least: int, most: int
) -> None:
    """`least` to `most` of the tails in their order, from one place to another."""

    def place(count: int, last: int) -> str:
        """After `count` tails, the last of them being number `last`."""
        return start if count == 0 else f"{start} {count} {last}"

    for count in range(most + 1):
        for last in range(count - 1, len(tails)) if count else [-1]:
            here = place(count, last)
            if count >= least:
                net.skip(here, end)
            if count == most:
                continue
            # Enough tails have to remain after this one.
            for following in range(last + 1, len(tails) - max(0, least - count - 1)):
                net.add(here, tails[following], place(count + 1, following))
