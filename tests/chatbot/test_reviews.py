"""What a loaded history says in words: reviews name values, with the sign of their rating."""

from __future__ import annotations

import numpy as np
import pytest
from turns import NOON, finish

from chatbot.engine import Chatbot
from chatbot.known import KnownPeople, Review, opinions
from chatbot.sql_sessions import SqlSessionStore
from chatbot.understanding import Understanding
from generator.writer import Writer
from retriever.collaborative import co_mention_vectors
from retriever.domain import (
    InterestProfile,
    Leg,
    OfFacet,
    OfItem,
    OfTheme,
    Preference,
    Query,
    Source,
    SourceKind,
)
from retriever.feedback import Interaction, Tier
from retriever.history_tables import HistoryEvent
from retriever.ledger import Ledger
from retriever.legs import collaborative_leg, held_preferences
from retriever.open import Shelf
from retriever.pseudonyms import hash_person

KEY = b"k" * 32
ALIEN, SHREK = "alien-1979", "shrek-2001"
HORROR, COMEDY = OfFacet("genres", "horror"), OfFacet("genres", "comedy")


def wrote(ledger: Ledger, text: str, item: str, weight: float, at: float = NOON - 1) -> None:
    event = HistoryEvent(hash_person(KEY, "ann"), item, "review", Tier.STATED, weight, at=at, text=text)
    ledger.put_events("films", ledger.begin_history_load("films", "r.csv", at), [event])


def test_a_review_names_values_liked_as_its_item_was():
    read = {"great horror": (HORROR,), "a dull comedy": (COMEDY,)}
    reviews = [Review("great horror", 1.0, 1.0), Review("a dull comedy", -0.6, 2.0)]
    kept = opinions(reviews, lambda text: read[text])
    assert [(one.about, round(one.weight, 3)) for one in kept] == [(HORROR, 0.3), (COMEDY, -0.18)]
    assert all(one.source.event == "review" and one.source.explicit for one in kept)


def test_of_a_thing_the_newest_review_counts():
    reviews = [Review("horror", 1.0, 1.0), Review("horror", -1.0, 2.0)]
    (one,) = opinions(reviews, lambda _: (HORROR,))
    assert one.weight < 0


def test_a_tag_is_a_theme_and_a_long_text_that_names_nothing_is_none():
    read = [OfTheme("time loops")]
    assert [one.about for one in opinions([Review("time loops", 0.5, 1.0)], lambda _: read)] == read
    assert opinions([Review("it went on and on until I slept", 0.5, 1.0)], lambda _: read) == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("A wonderful western with a slow start", (OfFacet("genres", "western"),)),
        ("no western, thank heavens", ()),
        ("zzxq", ()),
        ("", ()),
    ],
)
def test_a_text_is_read_as_understanding_reads_values(film_reader: Understanding, text: str, named):
    assert film_reader.interests(text) == named


def test_the_words_of_a_persons_reviews_are_part_of_their_lasting_interest(
    ledger: Ledger, shelf: Shelf, store: SqlSessionStore
):
    wrote(ledger, "A gripping horror film", ALIEN, 1.0)
    wrote(ledger, "my depression comedy", SHREK, -1.0)
    bot = Chatbot(
        shelf, store, Writer(None), now=lambda: NOON, known=KnownPeople(ledger, lambda: KEY).long_term_of
    )
    session = bot.start("films", "ann")
    known = {one.key: one for one in bot.insight(session).knowledge.beliefs}
    assert known["genres=horror"].weight > 0
    assert known["genres=comedy"].weight < 0
    assert "depression" not in str(known)
    why = finish(bot.reply(session, "why do you think I like horror?"))
    assert "A gripping horror film" in why.text


def test_similar_peoples_interest_is_a_leg_from_the_first_like_and_never_shown(
    shelf: Shelf, store: SqlSessionStore
):
    """What people who liked this also liked moves up, and is no belief about the person."""
    retriever = shelf.get("films")
    catalogue = retriever.catalogue
    far = [item.id for item in catalogue.items if "western" in item.facets.get("genres", ())][:2]
    people = [Interaction(f"p{n}", item) for n in range(5) for item in (ALIEN, *far)]
    vectors = co_mention_vectors(catalogue, people)
    assert vectors is not None
    likes = InterestProfile((Preference(OfItem(ALIEN), 1.0, Source(SourceKind.CLICK, 1)),))
    everywhere = np.ones(len(catalogue), dtype=bool)
    leg = collaborative_leg(catalogue, vectors, [], held_preferences(likes), everywhere)
    assert leg is not None
    assert leg.leg is Leg.COLLABORATIVE
    best = {catalogue.items[row].id for row in np.argsort(-leg.scores)[:3]}
    assert best == {ALIEN, *far}
    found = retriever.retrieve(Query(profile=likes, k=5)).candidates
    assert all(p.about == OfItem(ALIEN) for c in found for p in c.trace.matched)
