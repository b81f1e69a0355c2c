"""A second opinion on what a card says of an item, by other means than the generator's own check.

In: a card's text, the item, what the person said, the catalogue's vocabulary. Out: the claims that nothing
bears out. It works from the vocabulary: whatever value of the whole catalogue a text names, the item must
have, or the text must deny while the item has it not. Words of neither record nor person are claims too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from chatbot.evaluation.oracle import figure_of, figures_in, figures_of_item
from chatbot.evaluation.wording import sentences, without_quotations, words
from retriever.catalogue import Catalogue, values_of
from retriever.domain import Facet, FacetKind, Item

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LONGEST = 4  # words of a value
_STEM = 5  # letters that two forms of a word share
_SHORT = 3  # a value of fewer letters stands in too many words
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class SecondCheck:
    """What may be said of items of one catalogue."""

    catalogue: Catalogue

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """All values of all items, and labels of yes/no facets, in lower case."""
        values = {
            text
            for facet in self.catalogue.facets
            if facet.kind in (FacetKind.TAGS, FacetKind.CATEGORY)
            for text in self.catalogue.values(facet.name)
        }
        labels = {facet.label for facet in self.catalogue.facets if facet.kind is FacetKind.BOOLEAN}
        return frozenset(_flat(text) for text in values | labels if len(text) > _SHORT)

    def unsupported(self, text: str, item: Item, said: str = "") -> list[str]:
        """The claims of a text that neither the item's record nor the person's words bear out."""
        record = _record(item, self.catalogue.facets)
        labels = " ".join(facet.label for facet in self.catalogue.facets)
        known = {_stem(word) for word in _WORD.findall(_flat(f"{record} {said} {labels}"))}
        known |= {_stem(word) for word in words()["second_check"]["own_words"]}
        found: list[str] = []
        own = {_flat(sentence) for sentence in sentences(item.description)}
        for sentence in sentences(without_quotations(text, [])):
            if _flat(sentence) in own:
                continue
            told = _flat(sentence)
            named = list(self._values_in(told))
            found += [f"value {v!r}" for v in named if not _borne_out(v, told, record)]
            # Values were judged; what is denied is nobody's word otherwise.
            judged = {word for value in named for word in value.split()}
            plain = [w for w in _WORD.findall(told) if w not in judged and not any(c.isdigit() for c in w)]
            found += [f"word {word!r}" for word in plain if not known & _forms(word)]
            figures = figures_of_item(item) | set(figures_in(said))
            found += [f"figure {f}" for f in _FIGURE.findall(told) if figure_of(f) not in figures]
        return found

    def _values_in(self, told: str) -> Iterable[str]:
        parts = _WORD.findall(told)
        for at in range(len(parts)):
            for length in range(_LONGEST, 0, -1):
                phrase = " ".join(parts[at : at + length])
                # "Suits" are a kind of clothes.
                if phrase in self._vocabulary and phrase not in words()["second_check"]["own_words"]:
                    yield phrase
                    break


def _borne_out(value: str, told: str, record: str) -> bool:
    has = _has(value, record)
    # "Listed with no warranty and listed under fruits" denies no fruits.
    clause = re.split(r"[,;:]| and ", told.split(value)[0])[-1]
    denied = bool(set(clause.split()) & set(words()["second_check"]["denials"]))
    return has != denied


def _has(value: str, record: str) -> bool:
    """Whether a record names a value, in this form or another of it."""
    if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", record):
        return True
    stems = {_stem(word) for word in _WORD.findall(record)}
    return all(_stem(word) in stems for word in _WORD.findall(value))


def _record(item: Item, facets: Sequence[Facet]) -> str:
    texts = [item.title, item.description]
    for facet in facets:
        value = item.facets.get(facet.name)
        if isinstance(value, bool):
            texts += [facet.label] if value else []
        elif value is not None:
            texts += [str(word) for word in values_of(value)]
    spoken = words()["second_check"]["spoken"]
    texts += [spoken[text.casefold()] for text in texts if text.casefold() in spoken]
    return _flat(" ".join(texts))


def _flat(text: str) -> str:
    """In lower case, with plain apostrophes and blanks for hyphens."""
    return " ".join(text.casefold().replace("’", "'").replace("-", " ").replace("'s", "").split())


def _forms(word: str) -> set[str]:
    """Stems of a word and of its plural, which differ where the word is short: "toy", "knife"."""
    return {_stem(form) for form in (word, f"{word}s", f"{word}es", f"{word[:-2]}ves")}


def _stem(word: str) -> str:
    return word.casefold()[:_STEM]
