"""Several interests a person: clusters of what they like, and the graph of its values."""

from __future__ import annotations

import numpy as np
import pytest

from retriever.catalogue import Catalogue
from retriever.domain import (
    Facet,
    FacetKind,
    FacetRole,
    InterestProfile,
    Item,
    OfFacet,
    OfItem,
    OfTheme,
    Preference,
    Query,
    Source,
    SourceKind,
)
from retriever.encoder import HashingEncoder
from retriever.index import VectorIndex
from retriever.interest_graph import interest_graph, path_to, reached, value_weights
from retriever.interests import Interest, Member, interests_of
from retriever.lexical import Bm25
from retriever.pipeline import Retriever
from retriever.similarity import ItemSimilarity
from retriever.tastes import Tastes, agreements, of_each_taste
from retriever.values import ValueIndex

SAID = Source(SourceKind.QUOTE, 1, "as said")
TAGS = Facet("tags", FacetKind.TAGS, "tag")
MAKER = Facet("maker", FacetKind.CATEGORY, "maker", role=FacetRole.CREATOR)
# Two groups at right angles, and one item that stands alone. The third axis is common to all.
PLACES = {
    "ghost": (1.0, 0.0, 0.0), "haunt": (0.9, 0.1, 0.0), "crypt": (0.95, 0.05, 0.0),
    "puppy": (0.0, 1.0, 0.0), "kitten": (0.1, 0.9, 0.0), "tax": (0.0, 0.0, 1.0),
}  # fmt: skip
ITEMS = (
    Item("ghost", "Ghost", "", {"tags": ("dark", "old"), "maker": "Ann"}),
    Item("haunt", "Haunt", "", {"tags": ("dark", "new"), "maker": "Ben"}),
    Item("crypt", "Crypt", "", {"tags": ("dark", "old"), "maker": "Ann"}),
    Item("puppy", "Puppy", "", {"tags": ("sweet", "new"), "maker": "Cid"}),
    Item("kitten", "Kitten", "", {"tags": ("sweet", "old"), "maker": "Cid"}),
    Item("tax", "Tax", "", {"tags": ("dry", "new"), "maker": "Dot"}),
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue("things", (TAGS, MAKER), ITEMS)


@pytest.fixture(scope="module")
def index() -> VectorIndex:
    rows = np.array([PLACES[item.id] for item in ITEMS], dtype=np.float32)
    return VectorIndex(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@pytest.fixture(scope="module")
def similarity(catalogue: Catalogue, index: VectorIndex) -> ItemSimilarity:
    return ItemSimilarity(catalogue, index)


def likes(item: str, strength: float = 1.0, source: Source = SAID) -> Member:
    return Member(Preference(OfItem(item), strength, source), strength)


def test_two_tastes_are_two_interests_each_called_by_what_its_items_share(catalogue, index, similarity):
    members = [likes("puppy", 0.5), likes("ghost"), likes("kitten"), likes("haunt")]
    dark, sweet = interests_of(members, catalogue, index, similarity, {})
    assert [one.said for one in (dark, sweet)] == [("ghost", "haunt"), ("kitten", "puppy")]
    assert [one.weight for one in (dark, sweet)] == [2.0, 1.5]
    assert dark.shared == (("tags", "dark"),)
    assert set(sweet.shared) == {("tags", "sweet"), ("maker", "Cid")}
    assert np.linalg.norm(sweet.vector) == pytest.approx(1.0)


def test_the_order_in_which_things_were_said_makes_no_difference(catalogue, index, similarity):
    members = [likes("puppy"), likes("ghost"), likes("kitten"), likes("haunt")]
    one = interests_of(members, catalogue, index, similarity, {})
    other = interests_of(members[::-1], catalogue, index, similarity, {})
    assert [each.said for each in one] == [each.said for each in other]
    assert all((a.vector == b.vector).all() for a, b in zip(one, other, strict=True))


def test_what_is_disliked_is_never_in_one_interest_with_what_is_liked(catalogue, index, similarity):
    found = interests_of([likes("ghost"), likes("haunt", -1.0)], catalogue, index, similarity, {})
    assert [one.weight for one in found] == [1.0, -1.0]


def test_a_theme_joins_the_items_near_it(catalogue, index, similarity):
    vector = np.array([1.0, 0.0, 0.0], dtype=np.float32)
    spooky = Member(Preference(OfTheme("spooky"), 0.5, SAID), 0.5)
    (one,) = interests_of([spooky, likes("ghost")], catalogue, index, similarity, {"spooky": vector})
    assert [m.preference.key for m in one.members] == ["item:ghost", "theme:spooky"]


def test_nothing_liked_and_what_is_not_there_make_no_interest(catalogue, index, similarity):
    gone = [likes("nowhere"), Member(Preference(OfFacet("tags", "dark"), 1.0, SAID), 1.0)]
    assert interests_of([], catalogue, index, similarity, {}) == ()
    assert interests_of(gone, catalogue, index, similarity, {}) == ()


def test_agreement_with_an_interest_is_its_weight_near_it_and_nothing_far_from_it(
    catalogue, index, similarity
):
    (dark,) = interests_of([likes("ghost"), likes("haunt")], catalogue, index, similarity, {})
    (agreement,) = agreements([dark], index)
    assert agreement[catalogue.row("crypt")] > 0
    assert agreement[catalogue.row("puppy")] == agreement[catalogue.row("tax")] == 0


def test_several_vectors_at_once_are_scored_as_each_alone(index):
    vectors = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], dtype=np.float32)
    both = index.scores_of(vectors)
    assert both.shape == (2, len(ITEMS))
    assert np.allclose(both, [index.scores(vector) for vector in vectors])
    with pytest.raises(ValueError, match="must be"):
        index.scores_of(np.zeros((2, 4), dtype=np.float32))


# --- the graph ----------------------------------------------------------------------------------------


def test_a_value_is_liked_as_much_as_the_items_that_have_it(catalogue, similarity):
    graph = interest_graph(
        [likes("ghost", 0.6), likes("haunt", 0.5), likes("tax", -0.2)], catalogue, similarity
    )
    weights = value_weights(graph)
    assert next(iter(weights)) == ("tags", "dark")
    assert weights[("tags", "dark")] == pytest.approx(1.1)
    assert weights[("tags", "new")] == pytest.approx(0.3)


def test_what_was_said_of_a_value_counts_in_full_beside_it(catalogue, similarity):
    dark = Member(Preference(OfFacet("tags", "DARK"), -0.8, SAID), -0.8)
    weights = value_weights(interest_graph([likes("ghost", 0.6), dark], catalogue, similarity))
    alone = value_weights(interest_graph([likes("ghost", 0.6)], catalogue, similarity))
    assert weights[("tags", "dark")] == pytest.approx(alone[("tags", "dark")] - 0.8)


def test_one_step_further_it_reaches_the_items_with_these_values(catalogue, similarity):
    scores = reached(interest_graph([likes("ghost")], catalogue, similarity), catalogue)
    best = sorted(catalogue.items, key=lambda item: -scores[catalogue.row(item.id)])
    assert [item.id for item in best[:2]] == ["ghost", "crypt"]
    assert scores[catalogue.row("tax")] == 0


def test_the_way_to_an_item_is_the_liked_one_and_the_value_they_share(catalogue, similarity):
    graph = interest_graph([likes("ghost"), likes("puppy", 0.2)], catalogue, similarity)
    assert path_to(graph, [("maker", "ann"), ("tags", "new")]) == ("ghost", "maker", "Ann")
    assert path_to(graph, [("maker", "Dot")]) is None
    assert path_to(graph, [("maker", "Ann"), ("maker", "Cid")], over=["puppy"]) == ("puppy", "maker", "Cid")


def test_nobody_is_told_that_they_like_what_they_dislike(catalogue, similarity):
    graph = interest_graph([likes("ghost", -1.0)], catalogue, similarity)
    assert path_to(graph, [("maker", "Ann")]) is None


# --- as ranking reads them ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def retriever(catalogue: Catalogue) -> Retriever:
    encoder = HashingEncoder(dim=3)
    rows = np.array([PLACES[item.id] for item in ITEMS], dtype=np.float32)
    vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    lexical = Bm25.build([f"{item.title}" for item in ITEMS])
    return Retriever(
        catalogue, VectorIndex(vectors), lexical, encoder, ValueIndex((), np.zeros((0, 3), dtype=np.float32))
    )


def ranked(retriever: Retriever, *members: Member, k: int = 2):
    profile = InterestProfile(short_term=tuple(m.preference for m in members))
    gone = frozenset(m.preference.about.item for m in members)
    return retriever.retrieve(Query(profile=profile, excluded=gone, k=k)).candidates


def test_a_list_for_two_tastes_has_something_of_each(retriever):
    found = ranked(retriever, likes("ghost"), likes("haunt"), likes("puppy"))
    assert {candidate.item.id for candidate in found} == {"crypt", "kitten"}


def test_each_strong_interest_has_its_best_item_and_what_was_chosen_of_it():
    axis = np.zeros(3, dtype=np.float32)
    relevance = np.array([0.9, 0.8, 0.1, 0.5])
    near_dark, near_sweet = np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.0, 0.0, 0.5, 0.5])
    dark = (Interest((), 2.0, axis), near_dark)

    def kinds(weight: float):
        tastes = Tastes((dark, (Interest((), weight, axis), near_sweet)))
        return of_each_taste(tastes, [0, 1], relevance, np.ones(4, dtype=bool))

    assert kinds(1.0) == [[0, 0, 1], [3]]
    assert kinds(0.9) == []  # less than half as strong: one taste
    assert kinds(-1.0) == []


def test_a_candidate_tells_the_interest_that_it_lies_in(retriever):
    found = {
        c.item.id: c.trace.nearby for c in ranked(retriever, likes("ghost"), likes("haunt"), likes("puppy"))
    }
    crypt, kitten = found["crypt"], found["kitten"]
    assert crypt is not None
    assert kitten is not None
    assert (crypt.items, crypt.values) == (("ghost", "haunt"), (("tags", "dark"),))
    assert kitten.path == ("puppy", "tags", "sweet")  # as telling as the maker, and its facet comes first


def test_what_was_only_opened_is_no_interest_that_is_told(retriever):
    opened = Source(SourceKind.IMPLICIT, 1)
    found = ranked(retriever, likes("ghost", 0.3, opened), likes("haunt", 0.3, opened))
    assert [candidate.trace.nearby for candidate in found] == [None, None]
