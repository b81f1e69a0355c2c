"""What an item is, as a lattice of true sentences: the chat model chooses, the record limits.

In: one item's evidence. Out: a lattice whose every path is a grammatical sentence about that record:
moods before the kind, themes after "about", makers after "by", a clause of its description after
"in which". The model's choice is which of them, in which wording; a wrong relation has no path.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from generator.labels import phrases
from generator.lattice import Lattice
from generator.reasons import stands_alone
from generator.replies import ItemEvidence
from generator.speaker import Speaker
from generator.splitting import sentences_of
from generator.words import Words
from retriever.domain import FacetRole, Item

_LEAST_OF_GOODS = 2
_MOST_OPTIONS = 5  # values of one facet that stand to choice
_CLAUSE_WORDS = range(6, 30)


@dataclass(slots=True)
class _Net:
    """A lattice while it grows, from place to place."""

    edges: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    skips: dict[str, list[str]] = field(default_factory=dict)

    def add(self, place: str, texts: Iterable[str], to: str) -> None:
        self.edges.setdefault(place, []).extend((text, to) for text in texts)

    def skip(self, place: str, to: str) -> None:
        self.skips.setdefault(place, []).append(to)

    def closed(self) -> Lattice:
        return Lattice(
            {place: tuple(dict.fromkeys(edges)) for place, edges in self.edges.items()},
            {place: tuple(to) for place, to in self.skips.items()},
        )


def sentence_lattice(one: ItemEvidence, speaker: Speaker, said: str = "") -> Lattice | None:
    """The true sentences about what an item is; None where its record or the language has too little.

    `said`: text next to it in the reply; values in it are not offered again.
    """
    words = speaker.words
    if words.get("steered") is None:
        return None
    item, values = one.item, _values(one.item, speaker, said)
    heads = _heads(item, speaker, values)
    tails = _tails(item, speaker, values)
    if not heads or not tails:
        return None
    net = _Net()
    work = _is_work(speaker)
    several = not work and words.is_plural(item.title.rpartition(" ")[2])
    starts = "works" if work else "several" if several else "goods"
    net.add("start", words.listed(f"steered.starts_{starts}"), "article")
    _add_heads(net, heads, values.get("mood", ()), words, article=not several)
    # One fact makes a sentence about a work; of goods one alone says little.
    _add_tails(net, tails, least=1 if work else min(_LEAST_OF_GOODS, len(tails)))
    return net.closed()


def _is_work(speaker: Speaker) -> bool:
    """Films and books are told by what happens in them, goods by what they are made of."""
    return any(f.role is FacetRole.YEAR for f in speaker.evidence.facets)


def _values(item: Item, speaker: Speaker, said: str) -> dict[str, tuple[str, ...]]:
    """Kind of phrase (a key of [facets]) → the item's values of it, without those said already."""
    tables = speaker.words.get("facets")
    keys = {id(table): key for key, table in tables.items()}
    found: dict[str, tuple[str, ...]] = {}
    folded = said.casefold()
    nothing = speaker.words.listed("nothing.values")
    for facet in speaker.evidence.facets:
        value = item.facets.get(facet.name)
        own = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
        key = keys[id(phrases(facet, speaker.words))]
        fresh = [v for v in own if _plain(v) and v.casefold() not in nothing]
        if key not in ("genre", "category"):
            fresh = [v for v in fresh if v.casefold() not in folded]
        if fresh and key not in found:
            found[key] = tuple(fresh[:_MOST_OPTIONS])
    return found


def _plain(value: str) -> bool:
    """A value that reads as words: no marks that a list of codes or an instruction would have."""
    return len(value) <= 40 and re.fullmatch(r"[\w .,'’&/-]+", value) is not None


def _heads(item: Item, speaker: Speaker, values: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Nouns for the item: "science fiction drama", "horror film", "jacket"."""
    words = speaker.words
    if not _is_work(speaker):
        return _goods_heads(item, speaker)
    kinds = values.get("genre", ())
    noun = speaker.nouns()[0]
    if not kinds or not speaker.evidence.noun:
        return ()
    nouns, attributes = words.get("kind_nouns"), words.get("kind_attributes")
    heads = [
        nouns.get(kind) or words.text("steered.head", kind=attributes.get(kind, kind), noun=noun)
        for kind in kinds
    ]
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
    several = words.is_plural(last)
    body = set(re.findall(r"\w+", item.description.casefold()))
    heads = []
    if last.isalpha() and last.istitle() and body & {last.casefold(), words.singular(last.casefold())}:
        heads.append(last.casefold())
    for facet in speaker.evidence.facets:
        value = item.facets.get(facet.name)
        if facet.role is FacetRole.CATEGORY and isinstance(value, str) and words.is_plural(value):
            heads.append(value if several else words.singular(value))
    return tuple(dict.fromkeys(heads))


def _add_heads(net: _Net, heads: Sequence[str], moods: Sequence[str], words: Words, *, article: bool) -> None:
    """ "a quiet, bittersweet crime drama": one or two moods, then the noun; the article fits what follows."""
    comma, link = words.text("lists.comma"), words.text("lists.and")
    # "A mysterious mystery" and "a romantic romance" say it twice.
    moods = [
        mood for mood in moods if not any(mood[:5] == word[:5] for head in heads for word in head.split())
    ]
    described = [*moods, *(f"{a}{j}{b}" for a, b in itertools.permutations(moods, 2) for j in (comma, link))]
    for text in described:
        net.add("article", [f" {_with_article(text, words)}"], "kind")
    if not described:
        net.add("article", [f" {_with_article(head, words) if article else head}" for head in heads], "tail")
    net.add("kind", [f" {head}" for head in heads], "tail")


def _with_article(text: str, words: Words) -> str:
    an = re.search(str(words.get("steered.an_before")), text) is not None
    return f"{words.text('steered.an' if an else 'steered.a')} {text}"


def _tails(item: Item, speaker: Speaker, values: dict[str, tuple[str, ...]]) -> list[list[str]]:
    """What may follow the noun, in its order; of each list at most one is said."""
    words = speaker.words
    spoken = words.get("spoken_values") or {}
    features = [v for v in values.get("feature", ()) if v.count(" ") == 1 and words.is_plural(v)]
    audience = [v for v in values.get("audience", ()) if v not in words.listed("steered.not_an_audience")]
    measures = _measures(item, speaker)
    kind = " ".join(values.get("category", ()))  # a sleeping bag is not said to be for sleeping
    slots: list[tuple[str, Sequence[str]]] = [
        ("measures.persons", measures.get("persons", ())),
        ("for_use", audience),
        ("in_colour", _joined(values.get("colour", ())[:3], words)),
        ("about", _pairs([spoken.get(v, v) for v in values.get("theme", ())], words)),
        ("by", values.get("director", ())[:1]),
        ("by_author", values.get("author", ())[:1]),
        ("with_cast", _pairs(values.get("cast", ())[:3], words, pairs_only=True)),
        ("of_material_only", _joined(values.get("material", ())[:2], words)),
        *((f"measures.{unit}", measures.get(unit, ())) for unit in ("g", "kg", "l")),
        ("for_use", _pairs([v for v in values.get("use", ()) if v not in kind], words)),
        ("with_feature", _pairs(features, words)),
        ("by_brand", values.get("brand", ())[:1]),
        ("in_which", _clauses(item, speaker) if _is_work(speaker) else ()),
    ]
    tails = []
    for slot, own in slots:
        templates = words.listed(f"steered.{slot}")
        said = [text.format(values=one, value=one, clause=one) for text in templates for one in own]
        if said:
            tails.append([text if text.startswith((",", " ")) else f" {text}" for text in said])
    return tails


def _joined(values: Sequence[str], words: Words) -> list[str]:
    """All of them as one choice: half of a thing's colours would mislead."""
    return [words.join(values)] if values else []


def _measures(item: Item, speaker: Speaker) -> dict[str, list[str]]:
    """Unit → the measure as written, of those that help to choose goods: for how many, how heavy."""
    known = speaker.words.get("steered.measures")
    found = {
        facet.unit.casefold(): [speaker.measure(item, facet)]
        for facet in speaker.evidence.facets
        if facet.unit.casefold() in known and not _is_work(speaker)
    }
    return {unit: written for unit, written in found.items() if written[0]}


def _pairs(values: Sequence[str], words: Words, *, pairs_only: bool = False) -> list[str]:
    """Each value, and each two of them in either order."""
    both = [words.join(pair) for pair in itertools.permutations(values, 2)]
    return both if pairs_only and both else [*values, *both]


def _clauses(item: Item, speaker: Speaker) -> list[str]:
    """Sentences of the description that can follow "in which": they tell what happens, not what it is."""
    words = speaker.words
    openings, never = words.listed("steered.clause_openings"), set(words.listed("steered.clause_never"))
    clauses = []
    for sentence in sentences_of(item.description, (item.title,))[:1]:
        parts = re.findall(r"[\w'’-]+", sentence)
        body, first = {part.casefold() for part in parts}, parts[0].casefold() if parts else ""
        if first not in openings or body & never or len(parts) not in _CLAUSE_WORDS:
            continue
        if stands_alone(sentence, words) and sentence.endswith(".") and ":" not in sentence:
            clauses.append(sentence[0].lower() + sentence[1:].rstrip("."))
    return clauses


def _add_tails(net: _Net, tails: Sequence[Sequence[str]], least: int) -> None:
    """Any of the tails in their order, at least `least` of them; then the full stop."""

    def place(said: int, last: int) -> str:
        """After `said` tails, the last of them being number `last`; all counts from `least` on are one."""
        return "tail" if said == 0 else f"said{min(said, least)} tail{last}"

    for said in range(least + 1):
        for last in range(said - 1, len(tails)) if said else [-1]:
            here = place(said, last)
            # Enough tails have to remain after this one.
            for following in range(last + 1, len(tails) - max(0, least - said - 1)):
                net.add(here, tails[following], place(said + 1, following))
            if said >= least:
                net.add(here, ["."], "end")
