"""What holds of every profile: replay is live, undo is exact, order and deletion leave no trace."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import acts, profile
from chatbot.codec import act_json, read_state, write_state
from chatbot.constraints import Shelves
from chatbot.events import TurnRecord
from chatbot.going_back import before_last_step
from chatbot.profile.knowledge import knowledge
from chatbot.sessions import Session, Turn
from chatbot.state import DialogueState
from chatbot.tracking import hear
from retriever.domain import (
    AnyOf,
    Constraint,
    Facet,
    FacetKind,
    InterestProfile,
    NoneOf,
    OfFacet,
    OfItem,
    OfTheme,
    Preference,
    Query,
    Source,
    SourceKind,
)
from retriever.open import Shelf

FACETS = {"genres": Facet("genres", FacetKind.TAGS, "genre"), "moods": Facet("moods", FacetKind.TAGS, "mood")}
SHELVES = Shelves(FACETS.get, lambda constraints: 5)
FILMS = ("arrival-2016", "alien-1979", "shrek-2001", "the-shining-1980", "babe-1995", "unforgiven-1992")
VALUES = tuple(OfFacet("genres", value) for value in ("western", "horror", "comedy", "war", "religion"))
THEMES = (OfTheme("long journeys"), OfTheme("rainy nights"), OfTheme("my faith"))

few = settings(max_examples=25, deadline=None)
abouts = st.sampled_from((*VALUES, *THEMES, *(OfItem(film) for film in FILMS)))
weights = st.sampled_from((-1.0, -0.8, -0.4, 0.3, 0.5, 0.8, 1.0))
kinds = st.sampled_from((SourceKind.QUOTE, SourceKind.CLICK, SourceKind.IMPLICIT))
SAID = Source(SourceKind.QUOTE, 1, "as said")


def informed(about, weight: float) -> acts.Inform:
    return acts.Inform("as said", Preference(about, weight, SAID, at=5.0))


values = st.sampled_from([value.value for value in VALUES])
items = st.sampled_from(FILMS).map(lambda film: (film,))
said = st.one_of(
    st.builds(informed, abouts, weights),
    st.builds(acts.Like, st.just(""), items),
    st.builds(acts.Dislike, st.just("no"), items),
    st.builds(acts.Seen, st.just("seen"), items),
    st.builds(acts.Click, st.just(""), items),
    st.builds(acts.Adjust, st.just(""), st.just("genres=western"), weights),
    values.map(lambda value: acts.Constrain("as said", Constraint("genres", AnyOf((value,)), SAID))),
    values.map(lambda value: acts.Exclude("as said", Constraint("genres", NoneOf((value,)), SAID))),
    values.map(lambda value: acts.Remove("as said", (f"genres={value}",))),
)
turns = st.lists(st.lists(said, min_size=1, max_size=3), max_size=6)


def in_turn(act: acts.UserAct, turn: int) -> acts.UserAct:
    """The act as if it was read in that turn."""
    source = Source(SourceKind.QUOTE, turn, "as said")
    if isinstance(act, acts.Inform):
        return replace(act, preference=replace(act.preference, source=source, at=float(turn)))
    if isinstance(act, acts.Constrain | acts.Exclude):
        return replace(act, constraint=replace(act.constraint, source=source))
    return act


def after(state: DialogueState, every: Sequence[Sequence[acts.UserAct]]) -> DialogueState:
    for heard in every:
        turn = state.turn + 1
        state, _ = hear(state, [in_turn(act, turn) for act in heard], SHELVES, float(turn))
    return state


@given(turns)
@few
def test_replay_equals_live(every: list[list[acts.UserAct]]):
    live = DialogueState()
    for heard in every:  # each turn begins with what was stored after the last
        live = read_state(json.loads(json.dumps(write_state(after(live, [heard])))))
    assert live == after(DialogueState(), every)


@given(turns, items)
@few
def test_undo_is_exact(every: list[list[acts.UserAct]], liked: tuple[str, ...]):
    session, state = Session("films", DialogueState()), DialogueState()
    new = Preference(OfTheme("nothing said before"), 0.8, SAID)
    for heard in (*every, [acts.Inform("as said", new)]):
        before, state = state, after(state, [heard])
        told = tuple(act_json(act) for act in heard)
        record = TurnRecord(state.turn, "as said", told, "recommend", (), {}, (), "", 0, {})
        session = replace(session, turns=(*session.turns, Turn(record, state, 0.0)))
    assert before_last_step(session) == before
    assert liked


def of_sources(kind: SourceKind, about, weight: float) -> Preference:
    return Preference(about, weight, Source(kind, 1, "as said"), at=5.0)


evidence = st.lists(st.builds(of_sources, kinds, abouts, weights), max_size=8, unique_by=lambda one: one.key)


def shown(shelf: Shelf, known: InterestProfile) -> list[tuple[str, object, frozenset[str]]]:
    """What ranking and its reasons make of a profile."""
    found = shelf.get("films").retrieve(Query(profile=known, k=5)).candidates
    return [(one.item.id, one.trace.nearby, frozenset(p.key for p in one.trace.matched)) for one in found]


@given(evidence, st.randoms(use_true_random=False))
@few
def test_the_order_of_independent_statements_makes_no_difference(shelf: Shelf, every: list[Preference], draw):
    shuffled = draw.sample(every, len(every))
    one, other = (profile.learn(InterestProfile(), each) for each in (every, shuffled))
    for part in ("short_term", "long_term", "mentioned"):
        assert set(getattr(one, part)) == set(getattr(other, part))
    assert shown(shelf, one) == shown(shelf, other)


@given(
    st.lists(st.lists(st.builds(of_sources, kinds, abouts, weights), max_size=4), max_size=3),
    abouts,
)
@few
def test_a_deleted_preference_leaves_no_trace(shelf: Shelf, every: list[list[Preference]], gone):
    key = Preference(gone, 1.0, SAID).key
    known = never = InterestProfile()
    for heard in every:
        known = profile.learn(known, heard)
        never = profile.learn(never, [one for one in heard if one.key != key])
    left = profile.forget(known, [key])
    assert left == never
    assert shown(shelf, left) == shown(shelf, never)
    exported = json.dumps(
        knowledge(DialogueState(profile=left), shelf.get("films").catalogue, "en", 9.0).as_json()
    )
    assert json.dumps(key) not in exported


@given(turns)
@few
def test_nothing_sensitive_is_ever_kept(every: list[list[acts.UserAct]]):
    known = after(DialogueState(), every).profile
    kept = (*known.short_term, *known.long_term, *known.mentioned, *(one.was for one in known.record))
    assert not {one.key for one in kept} & {"genres=religion", "theme:my faith"}
