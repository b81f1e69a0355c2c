"""What a reranker reads: the wish in words, and what items say of themselves. Pure.

In: a query and its catalogue. Out: a Wish; a text an item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retriever.catalogue import Catalogue
from retriever.domain import AnyOf, Facet, FacetKind, Item, OfFacet, OfItem, OfTheme, Query

MOST_LIKED = 3  # a reranker's input is short, and the latest say most
ITEM_CHARACTERS = 1_000  # of an item's text: about 220 tokens


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: words, and the texts of items liked or named, latest first. Either may be empty."""

    words: str = ""
    liked: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.liked)


def wish_of(query: Query, catalogue: Catalogue) -> Wish:
    """The query's words, the values that it asks for or likes, and the items that it names or likes.

    What is disliked or excluded stays out: constraints see to it, and a model that reads pairs takes "no
    aliens" for aliens. Items that the catalogue does not have are passed over.
    """
    words = dict.fromkeys([query.text.strip()])
    liked = list(query.anchors[::-1])
    for constraint in query.constraints:
        if isinstance(constraint.test, AnyOf):
            words.update(dict.fromkeys(constraint.test.values))
    for preference in query.profile.short_term[::-1]:
        if preference.weight <= 0:
            continue
        match preference.about:
            case OfFacet(_, value):
                words.setdefault(value)
            case OfTheme(theme):
                words.setdefault(theme)
            case OfItem(item):
                liked.append(item)
    known = [catalogue.item(one) for one in dict.fromkeys(liked) if one in catalogue]
    return Wish(
        ", ".join(word for word in words if word),
        tuple(item_text(item, catalogue.facets) for item in known[:MOST_LIKED]),
    )


def item_text(item: Item, facets: Sequence[Facet]) -> str:
    """Title, "label: values" of every category and tag, then the description; cut at `ITEM_CHARACTERS`.

    People's names are in it, other than in what the encoder reads: read as a pair, a name said and a
    name written are seen to be one. Facets come first because descriptions are what is cut.
    """
    parts = [item.title]
    for facet in facets:
        value = item.facets.get(facet.name)
        if value and facet.kind in (FacetKind.CATEGORY, FacetKind.TAGS):
            parts.append(f"{facet.label}: {', '.join(value) if isinstance(value, tuple) else value}")
    parts.append(item.description)
    return "\n".join(part for part in parts if part)[:ITEM_CHARACTERS]
