"""How acts change the dialogue state."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chatbot import acts, profile
from chatbot.codec import condition_text, read_state, write_state
from chatbot.constraints import Shelves
from chatbot.state import DialogueState
from chatbot.tracking import fold, give_way
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    InterestProfile,
    Is,
    NoneOf,
    OfFacet,
    OfItem,
    OfTheme,
    Order,
    Outside,
    Preference,
    Replaced,
    Source,
    SourceKind,
)

SAID = Source(SourceKind.QUOTE, 1, "as said")
FACETS = {
    "category": Facet("category", FacetKind.CATEGORY, "category", role=FacetRole.CATEGORY),
    "genres": Facet("genres", FacetKind.TAGS, "genre"),
    "price": Facet("price", FacetKind.NUMBER, "price", "EUR", FacetRole.PRICE),
}
ANYTHING_GOES = Shelves(FACETS.get, lambda constraints: 1)


def wish(facet: str, *values: str) -> acts.Constrain:
    return acts.Constrain("as said", Constraint(facet, AnyOf(values), SAID), adds=facet == "genres")


def price(low: float | None = None, high: float | None = None) -> acts.Constrain:
    return acts.Constrain("as said", Constraint("price", Between(low, high), SAID))


def after(*heard: acts.UserAct, shelves: Shelves = ANYTHING_GOES) -> DialogueState:
    """The state when each act is a turn of its own."""
    state = DialogueState()
    for turn, act in enumerate(heard, start=1):
        if isinstance(act, acts.Constrain | acts.Exclude | acts.Critique):
            source = replace(act.constraint.source, turn=turn)
            act = replace(act, constraint=replace(act.constraint, source=source))
        state, _ = fold(state, [act], shelves, 0.0)
    return state


def at_once(*heard: acts.UserAct, shelves: Shelves = ANYTHING_GOES) -> DialogueState:
    """The state when all acts are said in one turn."""
    return fold(DialogueState(), heard, shelves, 0.0)[0]


def texts(state: DialogueState) -> list[str]:
    return [condition_text(c) for c in state.constraints]


def test_the_budget_outlives_a_change_of_mind():
    assert texts(after(wish("category", "tents"), price(high=200), wish("category", "lamps"))) == [
        "price <= 200",
        "category = lamps",
    ]


def test_a_soft_wish_lives_within_a_hard_limit_on_the_same_facet():
    cheap = acts.Constrain("cheap", Constraint("price", Between(high=44), SAID, hard=False))
    assert texts(at_once(price(high=100), cheap)) == ["price <= 100", "price <= 44"]


def test_things_listed_in_one_breath_are_alternatives():
    listed = (wish("category", "knives"), wish("category", "lamps"), wish("category", "blankets"))
    assert texts(at_once(*listed)) == ["category = knives | lamps | blankets"]


def test_two_values_said_together_are_both_meant_even_if_nothing_has_both():
    never_both = Shelves(FACETS.get, lambda constraints: 0)
    said = (wish("genres", "war"), wish("genres", "comedy"))
    assert texts(at_once(*said, shelves=never_both)) == ["genres = war", "genres = comedy"]


def test_an_older_limit_that_a_new_one_contradicts_is_set_aside_and_named():
    state = after(price(low=500))
    _, changes = fold(state, [price(high=400)], ANYTHING_GOES, 0.0)
    assert [condition_text(c) for c in changes.parked] == ["price >= 500"]


def fits_unless(text: str, *texts_together: str):
    """Shelves where nothing meets these conditions together."""

    def fits(constraints) -> int:
        said = {condition_text(c) for c in constraints}
        return 0 if {text, *texts_together} <= said else 5

    return Shelves(FACETS.get, fits)


def test_an_older_value_gives_way_to_a_new_one_but_never_to_a_limit():
    shelves = fits_unless("genres = war", "genres = comedy", "price <= 100")
    older = after(price(high=100), wish("genres", "war"))
    newer = replace(wish("genres", "comedy").constraint, source=replace(SAID, turn=3))
    state, changes = fold(older, [acts.Constrain("comedy", newer, adds=True)], shelves, 0.0)
    state, changes = give_way(state, changes, shelves)
    assert texts(state) == ["price <= 100", "genres = comedy"]
    assert [condition_text(c) for c in changes.parked] == ["genres = war"]

    older = after(wish("genres", "war"), wish("genres", "comedy"))
    limit = replace(price(high=100).constraint, source=replace(SAID, turn=3))
    state, changes = fold(older, [acts.Constrain("under 100", limit)], shelves, 0.0)
    assert give_way(state, changes, shelves) == (state, changes)


def test_a_new_limit_replaces_the_old_one_and_joins_the_other_side():
    assert texts(after(price(high=200), price(high=100))) == ["price <= 100"]
    assert texts(after(price(low=50), price(high=100))) == ["50 <= price <= 100"]


def test_limits_that_leave_nothing_between_are_a_change_of_mind():
    assert texts(after(price(high=100), price(low=150))) == ["price >= 150"]


def test_a_second_genre_narrows_when_items_have_both_and_replaces_when_none_has():
    assert texts(after(wish("genres", "war"), wish("genres", "comedy"))) == [
        "genres = war",
        "genres = comedy",
    ]
    never_both = Shelves(FACETS.get, lambda constraints: 0)
    assert texts(after(wish("genres", "war"), wish("genres", "comedy"), shelves=never_both)) == [
        "genres = comedy"
    ]


def test_ruling_out_what_was_asked_for_takes_the_wish_back():
    no_war = acts.Exclude("no war", Constraint("genres", NoneOf(("war",)), SAID))
    assert texts(after(wish("genres", "war"), no_war)) == ["genres != war"]
    assert texts(after(no_war, wish("genres", "war"))) == ["genres = war"]


def test_a_critique_keeps_the_other_side_of_the_range():
    cheaper = acts.Critique("cheaper", Constraint("price", Between(high=80, strict=False), SAID), ("x",))
    assert texts(after(price(20, 100), cheaper)) == ["20 <= price <= 80"]


def test_asking_about_another_shelf_sets_the_wishes_aside_and_says_which():
    state = after(wish("category", "jackets"), price(high=120))
    question = acts.AskCatalogue(
        "do you have tents?", acts_kind(), (Constraint("category", AnyOf(("tents",)), SAID),)
    )
    state, changes = fold(state, [question], ANYTHING_GOES, 0.0)
    assert texts(state) == ["category = tents"]
    assert [condition_text(c) for c in changes.parked] == ["category = jackets", "price <= 120"]


def acts_kind():
    from generator.replies import CatalogueFactKind

    return CatalogueFactKind.HAVE


def test_taking_back_reaches_constraints_interests_anchors_and_likes():
    taste = acts.Inform("funny", Preference(OfFacet("genres", "comedy"), 0.8, SAID))
    state = after(price(high=100), taste, acts.Similar("like A", ("a",)), acts.Like("", ("b",)))
    keys = ("price between ..100", "genres=comedy", "anchor:a", "item:b")
    state, _ = fold(state, [acts.Remove("", keys)], ANYTHING_GOES, 0.0)
    assert state.constraints == ()
    assert state.profile == InterestProfile()
    assert (state.anchors, state.liked) == ((), ())


def test_a_dislike_takes_a_like_back():
    state = after(acts.Like("", ("a",)), acts.Dislike("", ("a",)))
    assert (state.liked, state.disliked) == ((), ("a",))
    assert [p.weight for p in state.profile.short_term] == [-1.0]


# --- the profile -----------------------------------------------------------------------------------


def liking(value: str, weight: float = 0.8, turn: int = 1) -> Preference:
    return Preference(OfFacet("genres", value), weight, Source(SourceKind.QUOTE, turn, value), at=0.0)


def test_the_newest_word_about_a_thing_stands():
    learnt = profile.learn(InterestProfile(), [liking("war", 0.8), liking("War", -0.8)])
    assert [(p.key, p.weight) for p in learnt.short_term] == [("genres=war", -0.8)]


def test_only_what_is_loved_lasts_beyond_the_session():
    learnt = profile.learn(InterestProfile(), [liking("war", 0.8), liking("comedy", 1.0)])
    assert [p.key for p in learnt.long_term] == ["genres=comedy"]
    assert learnt.long_term[0].weight == profile.LONG_TERM_SHARE


def test_short_term_interest_halves_in_its_half_life_and_items_do_not_fade():
    item = Preference(OfItem("a"), 1.0, SAID)
    state = profile.learn(InterestProfile(), [liking("war"), item])
    for turn in range(2, 2 + int(profile.SHORT_HALF_LIFE_TURNS)):
        state = profile.decay_turn(state, turn)
    assert [round(p.weight, 6) for p in state.short_term] == [0.4, 1.0]


def test_long_term_interest_halves_in_its_half_life_of_days():
    later = profile.LONG_HALF_LIFE_DAYS * 86_400
    (kept,) = profile.begin_session([liking("war", 0.6)], later).long_term
    assert round(kept.weight, 6) == 0.3
    assert kept.source.kind is SourceKind.HISTORY


words = st.text(min_size=1, max_size=6)
abouts = st.one_of(st.builds(OfFacet, words, words), st.builds(OfItem, words), st.builds(OfTheme, words))
sources = st.builds(Source, st.sampled_from(SourceKind), st.integers(0, 99), words, st.just("") | words)
preferences = st.builds(
    Preference,
    abouts,
    st.floats(-1, 1),
    sources,
    st.floats(0, 1),
    st.just(5.0),
    st.floats(0, 5),
    st.floats(0, 9),
    st.integers(1, 9),
)
bounds = st.none() | st.floats(-1e6, 1e6)
tests = st.one_of(
    st.builds(AnyOf, st.tuples(words)),
    st.builds(NoneOf, st.tuples(words, words)),
    st.builds(Between, bounds, bounds, st.booleans()),
    st.builds(Outside, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
    st.builds(Is, st.booleans()),
)
constraints = st.builds(Constraint, words, tests, sources, st.booleans())


@given(st.lists(preferences, max_size=8))
def test_a_profile_holds_each_thing_once_however_often_it_was_spoken_of(evidence: list[Preference]):
    learnt = profile.learn(InterestProfile(), evidence)
    keys = [p.key for p in learnt.short_term]
    assert len(keys) == len(set(keys)) == len({p.key for p in evidence})
    assert profile.learn(learnt, learnt.short_term).short_term == learnt.short_term


@given(st.lists(preferences, max_size=5), st.data())
def test_what_is_forgotten_is_gone_from_both_terms(evidence: list[Preference], data: st.DataObject):
    learnt = profile.learn(InterestProfile(), evidence)
    gone = data.draw(st.sets(st.sampled_from([p.key for p in evidence]))) if evidence else set()
    left = profile.forget(learnt, gone)
    assert not gone & {p.key for p in (*left.short_term, *left.long_term)}


@given(
    st.builds(
        DialogueState,
        turn=st.integers(0, 99),
        constraints=st.tuples(constraints),
        profile=st.builds(
            InterestProfile,
            *[st.tuples(preferences)] * 5,
            st.tuples(st.builds(Replaced, preferences, preferences, st.floats(0, 9))),
        ),
        anchors=st.tuples(words),
        focus=st.none() | words,
        order=st.none() | st.builds(Order, words, st.booleans()),
        asked=st.tuples(words),
    )
)
def test_a_stored_state_is_read_back_as_it_was(state: DialogueState):
    assert read_state(write_state(state)) == state
