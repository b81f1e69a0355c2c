"""Utterances of several sentences, answers to our questions, and yes/no facets and counts in other words."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest

from chatbot import acts
from chatbot.codec import act_json
from chatbot.understanding import Understanding
from chatbot.understanding.mentions import Shown
from chatbot.understanding.reactions import can_matter, with_reactions
from chatbot.understanding.reading import Situation
from chatbot.understanding.talk import BUCKETS, LABELS, Talk, layer, runs_of
from loading import load_all
from retriever.domain import AnyOf, Between, Constraint, Source, SourceKind
from retriever.encoder import HashingEncoder
from retriever.ledger import Ledger
from retriever.open import Shelf


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Understanding]:
    folder = tmp_path_factory.mktemp("houses")
    rows = [
        {
            "id": f"h{number}",
            "title": "Paris" if number == 0 else f"House Nr{number}",
            "categories": ["Houses", ("Cottage", "Villa")[number % 2]],
            "town": ("Paris", "Rome", "Lisbon")[number % 3],
            "pets_allowed": "yes" if number % 2 else "no",
            "good_for_kids": "yes" if number % 3 else "no",
            "seating_outdoors": "no" if number % 4 else "yes",
            "number_of_beds": 1 + number % 5,
            "star_rating": 1 + number % 4,
            "rating": round(3 + number % 7 / 4, 1),
        }
        for number in range(24)
    ]
    path = folder / "houses.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    encoder = HashingEncoder(dim=64)
    with Ledger.open(folder / "ledger.sqlite3") as ledger:
        load_all({"homes": path}, ledger, encoder, folder)
        yield Understanding(Shelf(folder / "generations", ledger, encoder).get("homes"))


def _conditions(reader: Understanding, said: str, situation: Situation | None = None) -> list[str]:
    heard = reader.read(said, situation or Situation(1))
    return [act_json(act)["constraint"] for act in heard if isinstance(act, acts.Constrain)]


@pytest.mark.parametrize(
    "said",
    [
        "pets allowed",
        "a pet-friendly one",
        "it allows pets",
        "one where pets are welcome",
        "one that takes pets",
    ],
)
def test_what_is_allowed_is_said_in_several_ways(houses: Understanding, said: str) -> None:
    assert "pets_allowed = yes" in _conditions(houses, said)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("something child-friendly", "good_for_kids = yes"),
        ("with outdoor seating", "seating_outdoors = yes"),
        ("three bedrooms", "number_of_beds = 3"),
        ("at least 2 beds", "number_of_beds >= 2"),
        ("a two star house", "star_rating = 2"),
        ("4.2 or higher rating", "rating >= 4.2"),
    ],
)
def test_counts_and_stars_find_their_facet(houses: Understanding, said: str, heard: str) -> None:
    assert _conditions(houses, said) == [heard]


def test_pets_alone_allow_nothing(houses: Understanding) -> None:
    assert _conditions(houses, "I have two pets") == []


def test_what_all_items_are_is_no_condition(houses: Understanding) -> None:
    assert _conditions(houses, "houses in Rome") == ["town = Rome"]


def test_a_place_is_no_title(houses: Understanding) -> None:
    assert _conditions(houses, "somewhere in Paris") == ["town = Paris"]


@pytest.mark.parametrize(
    ("asked", "heard"), [(("town", "number_of_beds"), ["number_of_beds = 4"]), ((), []), (("town",), [])]
)
def test_a_bare_number_answers_only_a_question_for_a_number(
    houses: Understanding, asked: tuple[str, ...], heard: list[str]
) -> None:
    assert _conditions(houses, "4 will be fine", Situation(2, asked=asked)) == heard


def test_a_question_does_not_swallow_the_sentence_before_it(film_reader: Understanding) -> None:
    heard = film_reader.read("I loved Arrival. Who directed Moon?", Situation(1))
    assert [type(act) for act in heard] == [acts.Like, acts.AskItem]


def test_an_abbreviation_ends_no_sentence(film_reader: Understanding) -> None:
    heard = film_reader.read("I loved Dr. Strangelove", Situation(1))
    assert [type(act) for act in heard] == [acts.Like]


def test_what_one_does_not_know_is_no_verdict(film_reader: Understanding) -> None:
    item = film_reader.lexicon.catalogue.items[0].id
    shown = Shown(items=(item,), focus=item)
    for said in ("I haven't seen it", "I've never heard of that one"):
        heard = film_reader.read(said, Situation(2, shown=shown))
        assert not any(isinstance(act, acts.Seen | acts.Like | acts.Dislike) for act in heard), said


# --- reactions: what the layer tells where rules find nothing firm ----------------------------------


def _talk(**shares: float) -> Talk:
    return Talk(**{**dict.fromkeys(("wish", "seen", "accept", "reject", "more", "ask"), 0.1), **shares})


@pytest.mark.parametrize(
    ("share", "made"),
    [
        ("seen", acts.Seen),
        ("accept", acts.Like),
        ("reject", acts.Dislike),
        ("more", acts.More),
        ("ask", acts.AskItem),
    ],
)
def test_the_surest_reaction_is_about_what_is_shown(share: str, made: type) -> None:
    situation = Situation(2, shown=Shown(items=("a", "b"), focus="b"))
    (heard,) = with_reactions("so", (acts.Surprise("so"),), situation, _talk(**{share: 0.9}))
    assert isinstance(heard, made)
    assert getattr(heard, "items", ("b",)) == ("b",)


def test_nothing_is_made_of_what_is_unsure() -> None:
    situation = Situation(2, shown=Shown(items=("a",), focus="a"))
    (heard,) = with_reactions("so", (acts.OutOfScope("so"),), situation, _talk(accept=0.3, wish=0.5))
    assert isinstance(heard, acts.OutOfScope)


def test_an_accepted_item_is_none_of_those_said_to_be_known() -> None:
    situation = Situation(2, shown=Shown(items=("a", "b"), focus="a"))
    (heard,) = with_reactions("so", (acts.Thank("so"),), situation, _talk(accept=0.9), {"a"})
    assert heard == acts.Like("so", ("b",))


def test_who_asks_whether_it_was_good_has_not_seen_it() -> None:
    situation = Situation(2, shown=Shown(items=("a",), focus="a"))
    (heard,) = with_reactions("so?", (acts.Thank("so?"),), situation, _talk(ask=0.9, seen=0.9))
    assert heard == acts.AskItem("so?", ("a",))


def test_a_verdict_of_the_rules_is_dropped_where_the_sentence_does_something_else() -> None:
    situation = Situation(2, shown=Shown(items=("a",), focus="a", earlier=("a",)))
    heard = with_reactions("so", (acts.Seen("so", ("a",)),), situation, _talk(seen=0.05, accept=0.9))
    assert heard == (acts.Like("so", ("a",)),)


def test_what_was_funny_is_no_condition() -> None:
    situation = Situation(2, shown=Shown(items=("a",), focus="a"))
    funny = Constraint("genre", AnyOf(("funny",)), Source(SourceKind.QUOTE, 2, "funny"))
    wished = (acts.Constrain("funny", funny),)
    assert with_reactions("so", wished, situation, _talk(seen=0.9)) == (acts.Seen("so", ("a",)),)
    assert with_reactions("so", wished, situation, _talk(wish=0.9)) == wished


def test_conditions_in_figures_and_comparisons_are_left_to_the_rules() -> None:
    figures = Constraint("price", Between(None, 30.0), Source(SourceKind.QUOTE, 2, "under 30"))
    assert not can_matter((acts.Constrain("under 30", figures),), Situation(2))
    assert not can_matter((acts.Critique("cheaper", figures, ("a",)),), Situation(2))
    assert can_matter((acts.Thank("so"),), Situation(2))
    assert not can_matter((acts.Thank("so"),), Situation(1))


def test_a_title_is_read_as_one_that_was_spoken_of_or_another(houses: Understanding) -> None:
    assert houses.plain_words("I loved Paris (2019), really.", ("h0",)) == "I loved that one, really."
    assert houses.plain_words("I loved Paris, really.", ()) == "I loved another one, really."


def test_runs_of_words_have_unit_length_and_tell_order() -> None:
    runs = runs_of("it was good")
    assert sum(value * value for value in runs.values()) == pytest.approx(1.0)
    assert runs != runs_of("was it good")
    assert runs == runs_of("It was  GOOD")


def test_a_question_about_nothing_that_is_shown_stays_out_of_scope() -> None:
    situation = Situation(2, shown=Shown(items=("a",), focus="a"))
    (heard,) = with_reactions("so?", (acts.OutOfScope("so?"),), situation, _talk(ask=0.9, wish=0.5))
    assert isinstance(heard, acts.OutOfScope)


def test_the_layer_has_a_weight_for_each_label_and_dimension() -> None:
    weights = layer()
    assert weights.weights.shape == (384, len(LABELS))
    assert weights.runs.shape == (BUCKETS, len(LABELS))
    assert bool(np.isfinite(weights.weights).all() and np.isfinite(weights.runs).all())
