"""Which question is asked, what its answers are, and what is never asked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from chatbot import acts
from chatbot.bands import bands, count_in
from chatbot.codec import read_state, write_state
from chatbot.constraints import Shelves
from chatbot.doubts import Doubt, doubts_of
from chatbot.elicitation import question_for, settled
from chatbot.events import TurnRecord
from chatbot.state import DialogueState, Parked
from chatbot.tracking import hear
from retriever.catalogue import Catalogue
from retriever.coldstart import most_informative, wanted
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    InterestProfile,
    Item,
    OfFacet,
    Preference,
    Query,
    Source,
    SourceKind,
)
from retriever.filters import holds
from retriever.open import Shelf

SAID = Source(SourceKind.QUOTE, 1, "words")
PRICE = Facet("price", FacetKind.NUMBER, "price", unit="EUR", role=FacetRole.PRICE)
YEAR = Facet("year", FacetKind.YEAR, "year", role=FacetRole.YEAR)


def limits(facet: Facet, numbers: list[float]) -> list[tuple[float | None, float | None]]:
    tests = [constraint.test for constraint in bands(facet, numbers)]
    return [(test.low, test.high) for test in tests if isinstance(test, Between)]


def test_a_price_is_asked_in_three_bands_with_round_limits():
    assert limits(PRICE, [9, 12, 18, 31, 47, 52, 110, 160, 240]) == [(None, 30), (30, 100), (100, None)]
    assert limits(YEAR, [1948, 1962, 1977, 1983, 1991, 1999, 2004, 2012, 2019]) == [
        (None, 1980), (1980, 2000), (2000, None),
    ]  # fmt: skip


def test_numbers_that_are_alike_are_no_question():
    assert bands(PRICE, []) == ()
    assert bands(PRICE, [5, 5, 5]) == ()


@pytest.mark.parametrize("numbers", [[1, 2], [0.5, 0.7, 12.25], [9, 9, 10, 400], [0, 3, 3, 3, 8]])
def test_each_number_is_in_one_band(numbers: list[float]):
    catalogue = Catalogue("few", [PRICE], [Item(str(i), "", "", {"price": n}) for i, n in enumerate(numbers)])

    held = np.array([holds(catalogue, one) for one in bands(PRICE, numbers)])  # (band, item)
    assert (held.sum(axis=0) == 1).all()
    assert [count_in(one, sorted(numbers)) for one in bands(PRICE, numbers)] == held.sum(axis=1).tolist()


def test_what_was_told_asked_set_aside_or_taken_back_is_settled():
    state = DialogueState(
        constraints=(Constraint("colour", AnyOf(("red",)), SAID),),
        profile=InterestProfile((Preference(OfFacet("moods", "grim"), 0.8, SAID),)),
        parked=(Parked(Constraint("size", AnyOf(("L",)), SAID), 2),),
        asked=("genre",),
        waived=("price",),
    )
    assert settled(state) == {"colour", "moods", "size", "genre", "price"}


def test_what_is_likely_wanted_counts_more_than_the_rest():
    """Of 40 things the likely ten are half red, half blue; all ten are big, and the others aren't."""
    facets = [Facet("size", FacetKind.CATEGORY, "size"), Facet("colour", FacetKind.CATEGORY, "colour")]
    items = [
        Item(
            f"{n:02}",
            f"Thing {n}",
            "",
            {"size": "big" if n < 10 else "small", "colour": "red" if n % 2 else "blue"},
        )
        for n in range(40)
    ]
    catalogue = Catalogue("things", facets, items)
    everything = np.ones(40, dtype=bool)
    ranking = [item.id for item in items[:10]]
    weights = np.where(wanted(catalogue, ranking) > 1 / 21, 1.0, 0.001)
    gains = {f.name: bits for f, bits in most_informative(catalogue, everything, frozenset(), weights)}
    assert gains["colour"] > 10 * gains.get("size", 0.0)
    plain = {f.name: bits for f, bits in most_informative(catalogue, everything)}
    assert plain["size"] > 0.5


def test_the_first_of_a_ranking_weighs_most_and_what_is_not_ranked_least():
    catalogue = Catalogue("few", [], [Item(i, i, "", {}) for i in "abc"])
    assert wanted(catalogue, ["c", "a", "gone"]).tolist() == [1 / 12, 1 / 14, 1 / 11]


def test_a_question_has_counted_answers_and_is_about_what_is_open(shelf: Shelf):
    retriever = shelf.get("shop")
    tents = Constraint("category", AnyOf(("tents",)), SAID)
    state = DialogueState(constraints=(tents,))
    query = Query(constraints=state.constraints)
    question = question_for(state, query, (), retriever, lambda facet, _: (("one", 2), ("other", 1)))
    assert question is not None
    assert question.facet.name != "category"
    assert question.of == sum(item.facets["category"] == "tents" for item in retriever.catalogue.items)
    assert question_for(state, query, (), retriever, lambda *_: (("only", 2),)) is None
    everything = tuple(facet.name for facet in retriever.catalogue.facets)
    assert question_for(DialogueState(asked=everything), query, (), retriever, lambda *_: ()) is None


def test_two_facets_are_asked_about_at_a_time_the_best_first(shelf: Shelf):
    for name in ("shop", "films", "books_zh"):
        retriever, state, pairs = shelf.get(name), DialogueState(), 0
        ranked = [facet.name for facet, _ in retriever.questions((), frozenset(), frozenset(), ())]
        while True:
            question = question_for(
                state, Query(), (), retriever, lambda facet, _: (("one", 2), ("other", 1))
            )
            if question is None:
                break
            about = [facet.name for facet in question.facets]
            assert about[0] == next(facet for facet in ranked if facet not in state.asked)
            assert not set(about) & set(state.asked)
            assert len(set(about)) == len(about)
            pairs += len(about) == 2
            state = DialogueState(asked=(*state.asked, *about))
        assert pairs


def test_a_question_about_a_number_goes_with_no_other_number(shelf: Shelf):
    for name in ("shop", "films"):
        retriever = shelf.get(name)
        counted = (FacetKind.NUMBER, FacetKind.YEAR)
        words = tuple(facet.name for facet in retriever.catalogue.facets if facet.kind not in counted)
        state = DialogueState(asked=words)
        assert len(retriever.questions((), frozenset(), frozenset(words), ())) > 1
        question = question_for(state, Query(), (), retriever, lambda facet, _: (("one", 2), ("other", 1)))
        assert question is not None
        assert question.also is None


def test_a_price_goes_with_the_first_question(shelf: Shelf):
    retriever = shelf.get("shop")
    question = question_for(
        DialogueState(), Query(), (), retriever, lambda facet, _: (("one", 2), ("other", 1))
    )
    assert question is not None
    best, second = (facet.name for facet, _ in retriever.questions((), frozenset(), frozenset(), ())[:2])
    assert [facet.name for facet in question.facets] == [best, "price"]
    assert second != "price"


def test_a_question_about_two_facets_offers_values_of_both_and_asks_neither_again(
    talk: Callable[..., list[TurnRecord]], shelf: Shelf
):
    first, second = talk("films", "a drama", "more")
    themes, countries = (shelf.get("films").catalogue.values(name) for name in ("themes", "country"))
    offered = [quick.label.rsplit(" (", 1)[0] for quick in first.quick_replies]
    assert first.asks == "themes"
    assert any(value in themes for value in offered)
    assert any(value in countries for value in offered)
    assert first.text.count("?") == 1
    assert second.asks
    assert second.asks not in ("themes", "country")


def test_the_second_of_two_questions_can_be_answered_alone(talk: Callable[..., list[TurnRecord]]):
    _, answered = talk("films", "a drama", "from Japan")
    assert answered.asks  # an answer: the next question follows
    _, passed_over = talk("films", "a drama", "from the 1990s")
    assert not passed_over.asks


def test_the_effect_of_the_commonest_answer_is_said_in_counts_that_are_true(
    talk: Callable[..., list[TurnRecord]], shelf: Shelf
):
    (record,) = talk("films", "a drama")
    assert record.asks
    value = record.quick_replies[0].label.rsplit(" (", 1)[0]
    items = [i for i in shelf.get("films").catalogue.items if "drama" in i.facets["genres"]]
    having = [i for i in items if value in i.facets[record.asks]]
    assert f"“{value}”" in record.text
    assert str(len(having)) in record.text.rsplit("?", 1)[1]
    assert str(len(items)) in record.text.rsplit("?", 1)[1]


def test_a_facet_that_was_declined_or_taken_back_is_never_asked_about_again(
    talk: Callable[..., list[TurnRecord]],
):
    records = talk(
        "films",
        "a drama",
        "no preference",
        "more",
        "more",
        "from the nineties",
        "forget the nineties",
        "more",
        "more",
    )
    asked = [record.asks for record in records if record.asks]
    assert len(asked) == len(set(asked))
    assert "genres" not in asked
    assert "year" not in [record.asks for record in records[5:]]


# --- what may have been misread -----------------------------------------------------------------------


def test_a_correction_that_the_wish_rests_on_is_a_doubt_and_one_wrong_letter_a_small_one(shelf: Shelf):
    catalogue = shelf.get("films").catalogue
    western = Constraint("genres", AnyOf(("western",)), SAID)
    heard = [acts.Constrain("a westrn", western)]
    assert doubts_of(heard, [("westrn", "western")], catalogue) == (Doubt("westrn", "western"),)
    assert doubts_of(heard, [("plaese", "please")], catalogue) == ()
    far = doubts_of([acts.Constrain("a wesetrns", western)], [("wesetrns", "western")], catalogue)
    assert far == (Doubt("wesetrns", "western", far=True),)


def test_a_title_that_is_nearly_one_is_a_doubt_and_the_exact_one_is_none(shelf: Shelf):
    catalogue = shelf.get("films").catalogue
    (one,) = [item for item in catalogue.items if item.title == "Ratatouille"]
    heard = [acts.Similar("like Ratatuille", (one.id,))]
    assert doubts_of(heard, [], catalogue) == (Doubt("ratatuille", "Ratatouille", far=True),)
    assert doubts_of([acts.Similar("like Ratatouille", (one.id,))], [], catalogue) == ()
    assert doubts_of(heard, [], catalogue, [one.id]) == ()


def test_a_misspelt_word_that_leaves_nothing_is_confirmed_and_can_be_taken_back(
    talk: Callable[..., list[TurnRecord]],
):
    (record,) = talk("films", "a westrn from after 2015 under 60 minutes")
    assert record.action == "confirm"
    assert "“westrn”" in record.text
    assert "“western”" in record.text
    assert record.items == ()
    assert record.quick_replies[0].label == "not “western”"
    (_, back) = talk("films", "a westrn from after 2015 under 60 minutes", record.quick_replies[0].text)
    assert not any(c["facet"] == "genres" for c in back.constraints)


def test_the_nearest_is_named_with_what_differs_where_nothing_fits(talk: Callable[..., list[TurnRecord]]):
    (record,) = talk("shop", "a tent under 20 euros")
    assert record.action == "relax"
    assert record.items == ()
    assert "earest" in record.text or "losest" in record.text
    assert "costs €" in record.text


# --- what was shown -----------------------------------------------------------------------------------


def test_a_new_wish_shows_what_was_not_shown_first(talk: Callable[..., list[TurnRecord]]):
    first, second = talk("films", "a drama", "from the 1990s")
    assert len(second.items) == 3
    assert not {item["id"] for item in first.items} & {item["id"] for item in second.items}


def test_where_too_little_is_new_what_was_shown_follows_it(
    talk: Callable[..., list[TurnRecord]], shelf: Shelf
):
    kettles = [i.id for i in shelf.get("shop").catalogue.items if i.facets["category"] == "kettles"]
    first, second = talk("shop", "kettles", "from 10 euros")
    shown, new = [item["id"] for item in first.items], [item["id"] for item in second.items]
    assert len(kettles) < 6
    assert [item for item in new if item in shown] == new[len(kettles) - 3 :]
    assert [item["rank"] for item in second.items] == [1, 2, 3]


def test_who_wants_more_than_there_is_hears_so_and_sees_nothing_again(
    talk: Callable[..., list[TurnRecord]],
):
    *_, last = talk("shop", "kettles", "more", "more")
    assert last.action == "relax"
    assert last.items == ()
    assert "more" in last.text


def test_what_was_taken_back_is_settled_from_then_on():
    cheap = Constraint("price", Between(high=50.0), SAID)
    shelves = Shelves(lambda _: PRICE, lambda _: 5)
    taken_back = acts.Remove("forget the price", (cheap.key,))
    state, _ = hear(DialogueState(constraints=(cheap,)), [taken_back], shelves, 0.0)
    assert state.constraints == ()
    assert "price" in settled(state)


def test_what_was_taken_back_is_still_settled_after_a_restart():
    state = DialogueState(waived=("price",), asked=("colour",))
    assert read_state(write_state(state)) == state
    stored = write_state(state)
    del stored["waived"]  # as an earlier Parley wrote it
    assert read_state(stored).waived == ()
