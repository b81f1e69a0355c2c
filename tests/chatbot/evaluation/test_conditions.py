"""Conditions as scripts write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.codec import condition_text
from chatbot.evaluation.conditions import ImpossibleCondition, parse
from retriever.catalogue import Catalogue
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    Is,
    Item,
    NoneOf,
    Source,
    SourceKind,
)
from retriever.filters import holds

SAID = Source(SourceKind.QUOTE, 1, "so")
FACETS = (
    Facet("price", FacetKind.NUMBER, "price", "EUR", FacetRole.PRICE),
    Facet("weight_g", FacetKind.NUMBER, "weight", "g"),
    Facet("category", FacetKind.CATEGORY, "category", role=FacetRole.CATEGORY),
    Facet("colour", FacetKind.TAGS, "colour"),
    Facet("waterproof", FacetKind.BOOLEAN, "waterproof"),
)
CATALOGUE = Catalogue(
    "lamps",
    FACETS,
    [
        Item("a", "Amber Lamp", "Warm.", {"price": 20.0, "category": "lamps", "colour": ("red", "gold")}),
        Item("b", "Blue Tent", "Dry.", {"price": 90.0, "category": "tents", "waterproof": True}),
        Item("c", "Plain Box", "Empty.", {"category": "boxes", "colour": ("blue",), "waterproof": False}),
    ],
)


def those_with(text: str) -> str:
    condition = parse(text, CATALOGUE)
    return "".join(item.id for item in CATALOGUE.items if condition.holds(item))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("price <= 20", "a"),
        ("price < 20", ""),
        ("price >= 20", "ab"),
        ("price > 20", "b"),
        ("20 < price <= 90", "b"),
        ("20 <= price < 90", "a"),
        ("price != 20", "bc"),
        ("category = tent", "b"),
        ("category = lamps | tents", "ab"),
        ("colour != red", "bc"),
        ("colour = GOLD", "a"),
        ("waterproof = yes", "b"),
        ("waterproof = no", "ac"),
        ("waterproof != yes", "ac"),
        ("title = blue tent", "b"),
        ("text = warm", "a"),
        ("text != dry", "ac"),
        ("weight = 5", ""),
    ],
)
def test_a_condition_holds_for_the_items_that_a_reader_would_name(text: str, ids: str):
    assert those_with(text) == ids


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("prize <= 20", "did you mean 'price'"),
        ("colour = rad", "did you mean 'red'"),
        ("colour < red", "not more or less"),
        ("waterproof = perhaps", "yes or no"),
        ("price = cheap", "is none"),
        ("price <= nan", "no number that an item could have"),
        ("cheap", "is no condition"),
        ("10 < colour < 20", "no facet with numbers"),
        ("title < 3", "not more or less"),
    ],
)
def test_what_no_item_could_be_asked_is_refused_with_what_is_known(text: str, told: str):
    with pytest.raises(ImpossibleCondition, match=told):
        parse(text, CATALOGUE)


TESTS = st.one_of(
    st.builds(
        Between, st.none() | st.integers(0, 99).map(float), st.integers(100, 200).map(float), st.booleans()
    ).map(lambda test: Constraint("price", test, SAID)),
    st.sampled_from([("red",), ("blue", "gold")]).map(lambda v: Constraint("colour", AnyOf(v), SAID)),
    st.sampled_from([("red",), ("blue", "gold")]).map(lambda v: Constraint("colour", NoneOf(v), SAID)),
    st.booleans().map(lambda v: Constraint("waterproof", Is(v), SAID)),
)


@given(TESTS)
def test_the_written_form_of_a_constraint_reads_as_the_same_constraint(constraint: Constraint):
    condition = parse(condition_text(constraint), CATALOGUE)
    assert condition.says_same(constraint)
    own = [condition.holds(item) for item in CATALOGUE.items]
    assert own == list(holds(CATALOGUE, constraint))


def test_hard_and_soft_are_told_apart_where_a_script_asks_for_it():
    soft = Constraint("price", Between(None, 20.0), SAID, hard=False)
    assert parse("price <= 20", CATALOGUE).says_same(soft)
    assert parse("soft price <= 20", CATALOGUE).says_same(soft)
    assert not parse("hard price <= 20", CATALOGUE).says_same(soft)
    assert not parse("price < 20", CATALOGUE).says_same(soft)
