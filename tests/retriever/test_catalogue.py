"""A catalogue in memory: look-ups, aggregates, words; what to show and ask first; what is liked together."""

from __future__ import annotations

import math

import numpy as np
import pytest

from retriever.catalogue import Catalogue, NumberRange
from retriever.coldstart import most_informative, prior
from retriever.collaborative import co_mention_vectors, likers
from retriever.domain import Facet, FacetKind, FacetRole, Item
from retriever.errors import UnknownItem
from retriever.ledger import Interaction
from retriever.lexical import Bm25
from retriever.tokens import framed_stems, query_stems, telling_words, tokenize


@pytest.fixture
def catalogue(facets, items):
    return Catalogue("films", facets, items)


def test_values_are_counted_commonest_first_with_spellings_merged():
    facet = Facet("colour", FacetKind.TAGS, "colour")
    written = [("Red", "blue"), ("red",), ("red", "RED"), ()]  # one item's second spelling counts nothing
    items = [Item(str(n), "t", "", {"colour": one} if one else {}) for n, one in enumerate(written)]
    catalogue = Catalogue("c", (facet,), items)
    assert list(catalogue.values("colour").items()) == [("red", 3), ("blue", 1)]
    assert catalogue.column("colour").present.tolist() == [True, True, True, False]


def test_numbers_have_their_range_over_the_items_that_have_them(catalogue):
    assert catalogue.numbers("runtime_min") == NumberRange(84.0, 131.0, (93.0, 104.0, 113.0), 11)
    assert catalogue.numbers("genres") is None
    assert catalogue.numbers("colour_film") is None
    assert dict(catalogue.values("runtime_min")) == {}


def test_items_are_found_by_id_and_facets_by_role(catalogue):
    assert catalogue.items[catalogue.row("orbit")] is catalogue.item("orbit")
    assert catalogue.by_role(FacetRole.CREATOR).name == "director"
    assert (catalogue.by_role(FacetRole.PRICE), catalogue.currency, catalogue.facet("price")) == (
        None,
        "",
        None,
    )
    with pytest.raises(UnknownItem, match="no item 'gone' in catalogue 'films'"):
        catalogue.row("gone")


def test_an_id_twice_is_refused(facets, items):
    with pytest.raises(ValueError, match="holds an id twice"):
        Catalogue("films", facets, (*items, items[0]))


def test_the_currency_is_the_price_facets_unit():
    price = Facet("price", FacetKind.NUMBER, "price", unit="EUR", role=FacetRole.PRICE)
    assert Catalogue("shop", (price,), ()).currency == "EUR"


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("Running SHOES", ["run", "shoe"]),
        ("Amélie's café", ["ameli", "cafe"]),
        ("ﬁlm Ⅳ", ["film", "iv"]),
        ("科幻电影 2046", ["科幻", "幻电", "电影", "2046"]),
        ("狐", ["狐"]),
        ("snake_case, rock'n'roll!", ["snake", "case", "rock'n'rol"]),
        ("\x00 — …", []),
    ],
)
def test_words_become_stems(text, stems):
    assert tokenize(text) == stems


def test_a_phrase_lies_within_its_own_frame_only():
    assert framed_stems("red sand") in framed_stems("the Red Sands road")
    assert framed_stems("and") not in framed_stems("sand")


def test_queries_lose_their_stop_words_unless_they_have_no_others():
    assert query_stems("show me a film about ships") == ["ship"]
    assert query_stems("It") == ["it"]
    assert telling_words("Show me the sad, SAD ships of Åland", 2) == ["sad", "ships"]


def test_bm25_prefers_the_rarer_word_and_forgets_words_that_nobody_has(catalogue):
    lexical = Bm25.build(catalogue.stems)
    assert lexical.scores("betrayed locksmith").argmax() == catalogue.row("vault")
    assert not lexical.scores("zeppelin").any()
    assert not Bm25.build([]).scores("x").any()
    assert Bm25.build(["  ", "  "]).scores("x").tolist() == [0.0, 0.0]


def test_a_saved_lexical_index_scores_as_before(catalogue, tmp_path):
    lexical = Bm25.build(catalogue.stems)
    lexical.save(tmp_path)
    loaded = Bm25.load(tmp_path)
    assert loaded.framed == lexical.framed
    np.testing.assert_array_equal(loaded.scores("drama of a bank"), lexical.scores("drama of a bank"))


def test_the_prior_knows_ratings_and_what_is_sold_out():
    facets = (
        Facet("stars", FacetKind.NUMBER, "rating", role=FacetRole.RATING),
        Facet("stock", FacetKind.NUMBER, "stock", role=FacetRole.STOCK),
    )
    rows = [
        {"stars": 5.0, "stock": 2.0},
        {"stars": 1.0, "stock": 2.0},
        {"stock": 2.0},
        {"stars": 5.0, "stock": 0.0},
    ]
    worth = prior(Catalogue("c", facets, [Item(str(n), "t", "", row) for n, row in enumerate(rows)]))
    assert worth[0] > worth[2] > worth[1]
    assert worth[3] == pytest.approx(worth[0] - 1.0)
    assert not prior(Catalogue("c", (), [Item("a", "t", "", {})])).any()


def test_a_question_is_worth_the_entropy_of_its_answers():
    kind = Facet("kind", FacetKind.CATEGORY, "kind", role=FacetRole.CATEGORY)
    items = [Item(str(n), "t", "", {"kind": "ab"[n % 2]} if n < 6 else {}) for n in range(8)]
    catalogue = Catalogue("c", (kind,), items)
    ((asked, gain),) = most_informative(catalogue, np.ones(8, dtype=bool))
    wanted = -sum(p * math.log2(p) for p in (3 / 8, 3 / 8, 2 / 8))  # a missing one is a value of its own
    assert (asked, gain) == (kind, pytest.approx(wanted, abs=1e-4))


def test_what_was_asked_ids_and_names_are_not_asked(catalogue):
    everything = np.ones(12, dtype=bool)
    facets = [facet.name for facet, _ in most_informative(catalogue, everything)]
    assert facets[0] == "genres"
    assert not {"director", "rating"} & set(facets)
    assert "genres" not in [f.name for f, _ in most_informative(catalogue, everything, frozenset({"genres"}))]
    one = Facet("code", FacetKind.CATEGORY, "code")
    ids = Catalogue("c", (one,), [Item(str(n), "t", "", {"code": f"x{n}"}) for n in range(20)])
    assert most_informative(ids, np.ones(20, dtype=bool)) == ()


def test_what_people_like_together_lies_together(catalogue):
    likes = [("ann", "signal"), ("ann", "lantern"), ("bob", "signal"), ("bob", "lantern"), ("cy", "heist"),
             ("cy", "vault"), ("di", "heist"), ("di", "vault"), ("di", "gone"), ("ed", "paws")]  # fmt: skip
    interactions = [Interaction(person, item) for person, item in likes]
    vectors = co_mention_vectors(catalogue, interactions)
    row = catalogue.row
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = (vectors / np.maximum(lengths, 1e-9)) @ (vectors / np.maximum(lengths, 1e-9)).T
    assert cosine[row("signal"), row("lantern")] > 0.9
    assert abs(cosine[row("signal"), row("vault")]) < 0.1
    assert not vectors[row("paws")].any()  # liked alone
    np.testing.assert_array_equal(vectors, co_mention_vectors(catalogue, interactions[::-1]))


def test_the_lengths_of_vectors_tell_how_many_people_like_an_item(catalogue):
    likes = [(f"fan {n}", item) for n in range(9) for item in ("heist", "vault")] + [("ann", "paws")]
    counts = likers(co_mention_vectors(catalogue, [Interaction(person, item) for person, item in likes]))
    assert counts[catalogue.row("vault")] == pytest.approx(9, rel=1e-5)
    assert counts[catalogue.row("paws")] == 0.0


def test_renown_counts_in_the_prior_by_its_logarithm():
    three = Catalogue("c", (), [Item(str(n), "t", "", {}) for n in range(3)])
    worth = prior(three, np.array([0.0, np.e - 1, np.e**2 - 1]))
    assert list(worth) == pytest.approx([-math.sqrt(1.5), 0.0, math.sqrt(1.5)], abs=1e-6)
    assert not prior(three, np.zeros(3)).any()


def test_what_many_people_like_has_the_longer_vector(catalogue):
    likes = [(f"fan {n}", item) for n in range(16) for item in ("heist", "vault")]
    likes += [("ann", "signal"), ("ann", "lantern")]
    vectors = co_mention_vectors(catalogue, [Interaction(person, item) for person, item in likes])
    lengths = np.linalg.norm(vectors, axis=1)
    assert lengths[catalogue.row("heist")] == pytest.approx(16**0.25)
    assert lengths[catalogue.row("signal")] == pytest.approx(1.0)
    assert lengths[catalogue.row("paws")] == 0.0


@pytest.mark.parametrize(
    "likes", [[], [("ann", "signal", 1.0)], [("ann", "signal", 1.0), ("ann", "orbit", -1.0)]]
)
def test_nothing_liked_together_gives_no_vectors(catalogue, likes):
    assert co_mention_vectors(catalogue, [Interaction(*one) for one in likes]) is None
