"""The second opinion on cards: what nobody bears out is found, what is true is left alone."""

from __future__ import annotations

import pytest

from chatbot.evaluation.second_check import SecondCheck
from retriever.catalogue import Catalogue
from retriever.domain import Facet, FacetKind, FacetRole, Item

FACETS = (
    Facet("year", FacetKind.YEAR, "year", role=FacetRole.YEAR),
    Facet("genres", FacetKind.TAGS, "genre", role=FacetRole.CATEGORY),
    Facet("moods", FacetKind.TAGS, "moods"),
    Facet("director", FacetKind.TAGS, "director"),
    Facet("restored", FacetKind.BOOLEAN, "restored"),
)
LAMP = Item(
    "lamp",
    "The Last Lamp",
    "A keeper counts ships.",
    {"year": 1994.0, "genres": ("drama", "history"), "moods": ("quiet",), "director": ("Ida Moss",),
     "restored": False},
)  # fmt: skip
OTHER = Item(
    "other",
    "Orbit",
    "A linguist learns to read smoke.",
    {
        "year": 2016.0,
        "genres": ("horror",),
        "moods": ("tense",),
        "director": ("Tomas Reyne",),
        "restored": True,
    },
)


@pytest.fixture(scope="module")
def check() -> SecondCheck:
    return SecondCheck(Catalogue("films", FACETS, (LAMP, OTHER)))


@pytest.mark.parametrize(
    "text",
    [
        "You said “something tense”: it is quiet, and it is a historical drama.",
        "It is from 1994, directed by Ida Moss. A keeper counts ships.",
        "It is not tense, and it is without horror.",
        "This is a quiet drama that is not restored.",
    ],
)
def test_what_is_true_is_left_alone(check, text):
    assert check.unsupported(text, LAMP, "something tense") == []


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("It is a tense drama.", "value 'tense'"),
        ("It is directed by Tomas Reyne.", "value 'tomas reyne'"),
        ("It is a quiet horror drama.", "value 'horror'"),
        ("It is restored.", "value 'restored'"),
        ("It is not quiet.", "value 'quiet'"),
        ("It is a magnificent drama.", "word 'magnificent'"),
        ("It is from 1993.", "figure 1993"),
    ],
)
def test_what_nobody_bears_out_is_found(check, text, claim):
    assert claim in check.unsupported(text, LAMP)
