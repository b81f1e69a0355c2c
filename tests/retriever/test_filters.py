from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever import filters
from retriever.catalogue import Catalogue
from retriever.domain import (
    TEXT_FACET,
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    Is,
    Item,
    NoneOf,
    Outside,
    Source,
    SourceKind,
    either,
)

SAID = Source(SourceKind.QUOTE, 1)


def ids(catalogue, *tests, excluded=frozenset()):
    kept = filters.mask(catalogue, [Constraint(facet, test, SAID) for facet, test in tests], excluded)
    return [item.id for item, keep in zip(catalogue.items, kept, strict=True) if keep]


@pytest.fixture
def catalogue(facets, items):
    return Catalogue("films", facets, items)


def test_any_of_compares_whole_values_case_folded(catalogue):
    assert ids(catalogue, ("genres", AnyOf(("CRIME", "Family")))) == ["heist", "vault", "paws"]
    assert ids(catalogue, ("genres", AnyOf(("science",)))) == []


def test_none_of_passes_items_without_the_facet(catalogue):
    kept = ids(catalogue, ("themes", NoneOf(("Aliens", "grief"))))
    assert "untagged" in kept
    assert not {"signal", "claws", "lantern", "harbour"} & set(kept)


def test_between_includes_its_ends_unless_strict_and_fails_a_missing_number(catalogue):
    assert ids(catalogue, ("runtime_min", Between(None, 88.0))) == ["harbour", "paws"]
    assert ids(catalogue, ("runtime_min", Between(None, 88.0, strict=True))) == ["paws"]
    assert "untagged" not in ids(catalogue, ("runtime_min", Between()))


def test_outside_leaves_out_a_span_with_its_ends_and_passes_a_missing_number(catalogue):
    inside = set(ids(catalogue, ("runtime_min", Between(80.0, 88.0))))
    kept = ids(catalogue, ("runtime_min", Outside(80.0, 88.0)))
    assert inside
    assert not inside & set(kept)
    assert "untagged" in kept
    assert len(kept) + len(inside) == 12


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (AnyOf(("a",)), AnyOf(("b", "a")), AnyOf(("a", "b"))),
        (Between(0.0, 2.0), Between(5.0, 6.0), Between(0.0, 6.0)),
        (Between(0.0, 2.0), Between(low=5.0), None),
        (AnyOf(("a",)), NoneOf(("b",)), None),
    ],
)
def test_a_choice_of_two_tests_holds_what_either_holds(one, other, both):
    assert either(one, other) == both


@pytest.mark.parametrize(
    ("test", "rules_out"),
    [(NoneOf(("a",)), True), (Outside(1.0, 2.0), True), (Is(False), False), (Between(high=2.0), False)],
)
def test_some_conditions_say_what_must_not_be(test, rules_out):
    assert Constraint("facet", test, SAID).rules_out is rules_out


def test_a_missing_boolean_counts_as_false(catalogue):
    assert ids(catalogue, ("colour_film", Is(False))) == ["ghost", "untagged"]


def test_words_are_found_by_stem_and_several_only_in_a_row(catalogue):
    assert ids(catalogue, (TEXT_FACET, AnyOf(("memory",)))) == ["lantern", "tango"]  # "memories", "memory"
    assert ids(catalogue, (TEXT_FACET, AnyOf(("red sand",)))) == ["dune"]
    assert ids(catalogue, (TEXT_FACET, AnyOf(("sand red",)))) == []
    assert "claws" not in ids(catalogue, (TEXT_FACET, NoneOf(("monster",))))


@pytest.mark.parametrize("nothing", ["", "  ", "!?"])
def test_words_that_are_none_match_nothing(catalogue, nothing):
    assert ids(catalogue, (TEXT_FACET, AnyOf((nothing,)))) == []
    assert len(ids(catalogue, (TEXT_FACET, NoneOf((nothing,))))) == 12


def test_a_facet_that_does_not_exist_counts_as_absent_from_every_item(catalogue):
    assert ids(catalogue, ("weight", AnyOf(("x",)))) == ids(catalogue, ("weight", Between(1.0))) == []
    assert len(ids(catalogue, ("weight", NoneOf(("x",))))) == len(ids(catalogue, ("weight", Is(False)))) == 12


def test_a_number_can_be_asked_for_by_value(catalogue):
    assert ids(catalogue, ("year", AnyOf(("2016", "1990")))) == ["signal", "untagged"]
    assert ids(catalogue, ("colour_film", AnyOf(("false",)))) == ["ghost"]
    assert ids(catalogue, ("year", AnyOf(("soon", "nan")))) == []


def test_soft_constraints_exclude_nothing_and_name_who_breaks_them(catalogue):
    soft = Constraint("genres", AnyOf(("crime",)), SAID, hard=False)
    assert filters.mask(catalogue, [soft]).all()
    kept = ~filters.broken(catalogue, [soft])[0]
    assert [catalogue.items[row].id for row in np.flatnonzero(kept)] == ["heist", "vault"]


def test_excluded_items_are_out_and_unknown_ids_do_no_harm(catalogue):
    assert len(ids(catalogue, excluded=frozenset({"signal", "gone"}))) == 11


def test_relaxations_say_what_each_condition_costs_best_first(catalogue):
    year = Constraint("year", Between(2010), SAID)
    crime = Constraint("genres", AnyOf(("crime",)), SAID)
    long = Constraint("runtime_min", Between(115), SAID)
    assert filters.relaxations(catalogue, [year, crime, long]) == ((crime, 2), (year, 1))
    assert filters.relaxations(catalogue, [year, crime, long], frozenset({"vault"})) == ((crime, 2),)


VALUES = st.sampled_from(["a", "A", "b", "c d", "ß", "ss"])
NUMBERS = st.one_of(st.none(), st.integers(-3, 3).map(float))
SPANS = st.integers(-3, 3).map(float)
FACETS = (
    Facet("tags", FacetKind.TAGS, "tags"),
    Facet("kind", FacetKind.CATEGORY, "kind"),
    Facet("size", FacetKind.NUMBER, "size"),
    Facet("new", FacetKind.BOOLEAN, "new"),
)
TESTS = st.one_of(
    st.tuples(
        st.sampled_from(["tags", "kind"]), st.lists(VALUES, min_size=1, max_size=3).map(tuple).map(AnyOf)
    ),
    st.tuples(
        st.sampled_from(["tags", "kind"]), st.lists(VALUES, min_size=1, max_size=3).map(tuple).map(NoneOf)
    ),
    st.tuples(st.just("size"), st.builds(Between, NUMBERS, NUMBERS, st.booleans())),
    st.tuples(st.just("size"), st.builds(Outside, SPANS, SPANS)),
    st.tuples(st.just("new"), st.builds(Is, st.booleans())),
)


@st.composite
def values(draw):
    raw = {
        "tags": tuple(dict.fromkeys(draw(st.lists(VALUES, max_size=3)))),
        "kind": draw(st.one_of(st.none(), VALUES)),
        "size": draw(NUMBERS),
        "new": draw(st.one_of(st.none(), st.booleans())),
    }
    return {name: value for name, value in raw.items() if value is not None and value != ()}


def passes(item, facet, test):
    """The definition, one item at a time."""
    value = item.facets.get(facet)
    words = {w.casefold() for w in (value if isinstance(value, tuple) else (value,)) if isinstance(w, str)}
    match test:
        case AnyOf(wanted):
            return bool(words & {w.casefold() for w in wanted})
        case NoneOf(wanted):
            return not words & {w.casefold() for w in wanted}
        case Is(wanted):
            return (value is True) == wanted
        case Outside(low, high):
            return value is None or not low <= value <= high
        case Between(low, high, strict):
            if value is None:
                return False
            return (low is None or (value > low if strict else value >= low)) and (
                high is None or (value < high if strict else value <= high)
            )


@given(st.lists(values(), max_size=6), st.lists(TESTS, max_size=4))
def test_the_mask_is_the_definition_for_every_item(rows, tests):
    items = [Item(f"i{n}", "t", "", row) for n, row in enumerate(rows)]
    catalogue = Catalogue("c", FACETS, items)
    wanted = [item.id for item in items if all(passes(item, *one) for one in tests)]
    assert ids(catalogue, *tests) == wanted


@given(st.lists(values(), max_size=6), st.lists(TESTS, max_size=4))
def test_a_relaxation_counts_what_leaving_the_condition_out_would_give(rows, tests):
    catalogue = Catalogue("c", FACETS, [Item(f"i{n}", "t", "", row) for n, row in enumerate(rows)])
    hard = [Constraint(facet, test, SAID) for facet, test in tests]
    counts = [
        (one, int(filters.mask(catalogue, [c for m, c in enumerate(hard) if m != n]).sum()))
        for n, one in enumerate(hard)
    ]
    got = filters.relaxations(catalogue, hard)
    assert sorted(n for _, n in got) == sorted(n for _, n in counts if n)
    assert all(pair in counts for pair in got)
