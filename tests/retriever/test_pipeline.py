from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.catalogue import Catalogue
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    InterestProfile,
    Is,
    Item,
    Leg,
    NoneOf,
    OfFacet,
    OfItem,
    OfTheme,
    Order,
    Preference,
    Query,
    Source,
    SourceKind,
)
from retriever.encoder import HashingEncoder
from retriever.errors import IndexMismatch, UnknownItem
from retriever.fusion import RRF_K
from retriever.index import VectorIndex
from retriever.lexical import Bm25
from retriever.pipeline import SOFT_COST, Retriever
from retriever.records import encoded_text
from retriever.values import ValueIndex, meaningful_values

SAID = Source(SourceKind.QUOTE, 1, "said so")


def hard(facet, test):
    return Constraint(facet, test, SAID)


def likes(about, weight=1.0):
    return Preference(about, weight, SAID)


def titles(shortlist):
    return [candidate.item.id for candidate in shortlist.candidates]


def legs(candidate):
    return {trace.leg: trace for trace in candidate.trace.legs}


def test_like_one_film_without_what_it_is_known_for(retriever):
    query = Query(
        anchors=("signal",),
        constraints=(hard("themes", NoneOf(("aliens",))), hard("year", Between(2010, strict=True))),
        k=2,
    )
    shortlist = retriever.retrieve(query)
    assert titles(shortlist)[0] == "lantern"
    assert shortlist.eligible == 3  # lantern, orbit, dune; the anchor itself is no candidate
    assert ("themes", "grief") in shortlist.candidates[0].trace.shared
    assert ("director", "Ines Vale") in shortlist.candidates[0].trace.shared


def test_words_find_what_is_written(retriever):
    candidate = retriever.retrieve(Query(text="a bank robbery with friends", k=1)).candidates[0]
    assert candidate.item.id == "heist"
    assert {Leg.DENSE, Leg.LEXICAL} <= set(legs(candidate))


def test_words_that_a_tag_means_are_named_in_the_trace(retriever):
    candidate = retriever.retrieve(Query(text="heists", k=1)).candidates[0]
    assert OfFacet("themes", "heists") in candidate.trace.meant
    assert legs(candidate)[Leg.FACET].rank == 1


def test_a_rank_follows_from_its_trace(retriever):
    soft = Constraint("genres", AnyOf(("drama",)), SAID, hard=False)
    query = Query(
        text="grief in winter",
        anchors=("signal",),
        constraints=(soft,),
        profile=InterestProfile(short_term=(likes(OfFacet("genres", "drama")),)),
        k=9,
    )
    candidates = retriever.retrieve(query).candidates
    for candidate in candidates:
        added = sum(one.weight / (RRF_K + one.rank) for one in candidate.trace.legs)
        assert candidate.trace.fused == pytest.approx(added - candidate.trace.penalty)
        assert bool(candidate.trace.penalty) == bool(candidate.trace.broken)
    # Taking the displacement back gives the order of the fused scores.
    before = sorted(candidates, key=lambda c: c.rank - c.trace.displaced)
    assert [c.trace.fused for c in before] == sorted((c.trace.fused for c in candidates), reverse=True)


def test_a_broken_soft_constraint_costs_a_share_of_the_range(retriever):
    soft = Constraint("colour_film", Is(True), SAID, hard=False)
    free = {c.item.id: c.trace for c in retriever.retrieve(Query(text="family house", k=12)).candidates}
    bound = retriever.retrieve(Query(text="family house", constraints=(soft,), k=12))
    assert bound.eligible == 12
    span = max(t.fused for t in free.values()) - min(t.fused for t in free.values())
    for candidate in bound.candidates:
        fails = candidate.item.id in ("ghost", "untagged")
        assert candidate.trace.broken == ((soft,) if fails else ())
        cost = SOFT_COST * span if fails else 0.0
        assert candidate.trace.fused == pytest.approx(free[candidate.item.id].fused - cost)


def test_an_order_decides_alone_and_items_without_the_number_come_last(retriever):
    shortlist = retriever.retrieve(Query(text="drama", order=Order("runtime_min", ascending=True), k=12))
    numbers = [candidate.item.facets.get("runtime_min") for candidate in shortlist.candidates]
    assert numbers[:-1] == sorted(numbers[:-1])
    assert numbers[-1] is None
    assert legs(shortlist.candidates[0])[Leg.ORDER].score == 84.0
    assert Leg.ORDER not in legs(shortlist.candidates[-1])
    descending = retriever.retrieve(Query(order=Order("runtime_min", ascending=False), k=1))
    assert titles(descending) == ["dune"]


def test_ties_of_an_order_go_by_relevance(retriever):
    crime = hard("genres", AnyOf(("crime",)))
    by_colour = Order("colour_film", ascending=False)
    for words, first in (("laugh by accident", "heist"), ("locksmith betrayed", "vault")):
        assert (
            titles(retriever.retrieve(Query(text=words, constraints=(crime,), order=by_colour)))[0] == first
        )


def test_a_liked_value_comes_first_and_a_disliked_one_last(retriever):
    comedy, horror = likes(OfFacet("genres", "comedy")), likes(OfFacet("genres", "horror"), -1.0)
    shortlist = retriever.retrieve(Query(profile=InterestProfile(short_term=(comedy, horror)), k=12))
    by_fusion = sorted(shortlist.candidates, key=lambda c: -c.trace.fused)
    assert {c.item.id for c in by_fusion[:2]} == {"heist", "paws"}
    assert {c.item.id for c in by_fusion[-2:]} == {"claws", "ghost"}
    assert by_fusion[0].trace.matched == (comedy,)
    assert by_fusion[-1].trace.matched == (horror,)


def test_this_session_beats_a_stable_taste_about_the_same(retriever):
    stable = InterestProfile(
        short_term=(likes(OfFacet("genres", "Horror"), -0.6),),
        long_term=(likes(OfFacet("genres", "horror")), likes(OfFacet("genres", "crime"))),
    )
    ranked = sorted(retriever.retrieve(Query(profile=stable, k=12)).candidates, key=lambda c: -c.trace.fused)
    assert {c.item.id for c in ranked[:2]} == {"heist", "vault"}
    assert {c.item.id for c in ranked[-2:]} == {"claws", "ghost"}


def test_a_liked_item_pulls_and_a_disliked_one_pushes(retriever):
    for weight, place in ((1.0, 0), (-1.0, -1)):
        profile = InterestProfile(short_term=(likes(OfItem("vault"), weight),))
        query = Query(profile=profile, excluded=frozenset({"vault"}), k=12)
        ranked = sorted(retriever.retrieve(query).candidates, key=lambda c: -c.trace.fused)
        assert ranked[place].item.id == "heist"


def test_a_theme_in_free_words_is_met_by_who_says_it(retriever):
    theme = likes(OfTheme("a broken truck"))
    candidate = retriever.retrieve(Query(profile=InterestProfile(short_term=(theme,)), k=1)).candidates[0]
    assert (candidate.item.id, candidate.trace.matched) == ("dune", (theme,))


def test_nothing_known_gives_the_best_rated_and_not_all_alike(retriever):
    candidates = retriever.retrieve(Query(k=3)).candidates
    assert candidates[0].item.id == "harbour"
    assert all(set(legs(c)) == {Leg.PRIOR} for c in candidates)


def test_without_ratings_the_middle_of_a_kind_comes_first(facets):
    kinds = [("war",)] * 6 + [("war", "sport")] + [("opera",)]
    items = [Item(f"i{n}", f"title {n}", "", {"genres": kind}) for n, kind in enumerate(kinds)]
    ranked = make(facets, items, HashingEncoder(32)).retrieve(Query(k=8)).candidates
    scores = {c.item.id: legs(c)[Leg.PRIOR].score for c in ranked}
    assert min(scores, key=scores.__getitem__) == "i7"
    assert ranked[0].item.id != "i7"


def test_nothing_eligible_says_what_each_condition_costs(retriever):
    horror, long = hard("genres", AnyOf(("horror",))), hard("runtime_min", Between(120))
    shortlist = retriever.retrieve(Query(text="anything", constraints=(horror, long)))
    assert (shortlist.candidates, shortlist.eligible) == ((), 0)
    assert shortlist.relaxations == ((horror, 2), (long, 2))


def test_ids_from_before_a_load_do_no_harm(retriever):
    profile = InterestProfile(short_term=(likes(OfItem("gone")),))
    query = Query(anchors=("gone",), excluded=frozenset({"gone too"}), profile=profile, k=20)
    assert len(retriever.retrieve(query).candidates) == 12


def test_k_below_one_is_refused(retriever):
    with pytest.raises(ValueError, match="k must be at least 1"):
        retriever.retrieve(Query(k=0))


def test_counts_rows_and_facet_counts_agree(retriever):
    constraints = (hard("genres", AnyOf(("drama",))),)
    without = frozenset({"tango"})
    assert retriever.count(constraints) == 4
    assert [item.id for item in retriever.rows(constraints, without)] == ["signal", "lantern", "harbour"]
    counts = retriever.facet_counts("themes", constraints, without)
    assert counts[0] == ("grief", 3)
    assert dict(counts) == {"grief": 3, "memory": 1, "family": 1, "aliens": 1, "language": 1}
    assert retriever.facet_counts("runtime_min", constraints) == ()


def test_nearest_values_and_similarity(retriever):
    assert retriever.nearest_values("heist", 1)[0][0] == OfFacet("themes", "heists")
    assert retriever.nearest_values("  ") == ()
    assert retriever.similarity("heist", "vault") > retriever.similarity("heist", "ghost")
    assert retriever.similarity("heist", "heist") == 1.0
    with pytest.raises(UnknownItem, match="no item 'gone'"):
        retriever.similarity("heist", "gone")


def test_people_are_no_values_to_be_near_to(retriever):
    assert all(pair.facet != "director" for pair in meaningful_values(retriever.catalogue))


def test_the_same_words_are_encoded_once(items, facets):
    class Counting(HashingEncoder):
        calls = 0

        def encode(self, texts, *, on_batch=None):
            self.calls += len(texts)
            return super().encode(texts, on_batch=on_batch)

    encoder = Counting(32)
    made = make(facets, items, encoder)
    encoder.calls = 0
    first = made.retrieve(Query(text="bank"))
    again = made.retrieve(Query(text="bank"))
    assert (encoder.calls, again) == (1, first)


def test_an_index_of_another_width_is_refused(items, facets):
    catalogue = Catalogue("films", facets, items)
    index = VectorIndex(HashingEncoder(16).encode(catalogue.titles()))
    with pytest.raises(IndexMismatch, match=r"dim 16.*makes dim 32"):
        Retriever(
            catalogue,
            index,
            Bm25.build(catalogue.stems),
            HashingEncoder(32),
            ValueIndex((), index.row(0)[:0]),
        )


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_items_are_enough(items, facets, count):
    retriever = make(facets, items[:count], HashingEncoder(32))
    query = Query(text="language", anchors=("signal",), order=Order("year", True), k=5)
    assert titles(retriever.retrieve(query)) == [item.id for item in items[1:count]]
    assert len(retriever.retrieve(Query(text="language", k=5)).candidates) == count
    assert all(gain <= 1.0 for _, gain in retriever.questions(()))  # two items are one bit apart


def make(facets, items, encoder):
    catalogue = Catalogue("films", facets, items)
    vectors = encoder.encode([encoded_text(item, facets) for item in items]).reshape(len(items), encoder.dim)
    pairs = meaningful_values(catalogue)
    values = ValueIndex(
        pairs, encoder.encode([pair.value for pair in pairs]).reshape(len(pairs), encoder.dim)
    )
    return Retriever(catalogue, VectorIndex(vectors), Bm25.build(catalogue.stems), encoder, values)


WORDS = st.lists(st.sampled_from(["old", "red", "dog", "the", "ship", ""]), max_size=4).map(" ".join)
TAGS = st.lists(st.sampled_from(["dog", "ship", "snow"]), unique=True, max_size=3).map(tuple)
ROWS = st.lists(st.tuples(WORDS, TAGS, st.integers(0, 3)), min_size=1, max_size=8)
PREFERENCES = st.lists(
    st.builds(
        likes,
        st.one_of(
            st.builds(OfFacet, st.just("tags"), st.sampled_from(["dog", "ice"])),
            st.builds(OfItem, st.sampled_from(["i0", "i1", "gone"])),
            st.builds(OfTheme, st.sampled_from(["red ship", "nothing"])),
        ),
        st.sampled_from([-1.0, -0.3, 0.0, 0.5, 1.0]),
    ),
    max_size=3,
).map(tuple)


@given(
    rows=ROWS,
    text=WORDS,
    low=st.integers(0, 3),
    anchors=st.lists(st.sampled_from(["i0", "i2", "gone"]), max_size=2).map(tuple),
    preferences=PREFERENCES,
    order=st.sampled_from([None, Order("size", True), Order("size", False), Order("tags", True)]),
    k=st.integers(1, 10),
)
def test_every_answer_is_eligible_distinct_ranked_and_repeatable(
    rows, text, low, anchors, preferences, order, k
):
    facets = (Facet("tags", FacetKind.TAGS, "tags"), Facet("size", FacetKind.NUMBER, "size"))
    items = [
        Item(f"i{n}", words, "", {"size": float(size), **({"tags": tags} if tags else {})})
        for n, (words, tags, size) in enumerate(rows)
    ]
    retriever = make(facets, items, HashingEncoder(16))
    query = Query(
        text=text,
        constraints=(hard("size", Between(low)),),
        profile=InterestProfile(short_term=preferences),
        anchors=anchors,
        order=order,
        k=k,
    )
    shortlist = retriever.retrieve(query)
    fit = {item.id for item in items if item.facets["size"] >= low} - set(anchors)
    found = titles(shortlist)
    assert shortlist.eligible == len(fit)
    assert len(found) == len(set(found)) == min(k, len(fit))
    assert set(found) <= fit
    assert [c.rank for c in shortlist.candidates] == list(range(1, len(found) + 1))
    assert retriever.retrieve(query) == shortlist
