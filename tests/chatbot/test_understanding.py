"""Utterances → acts, on the demo catalogues."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chatbot import acts
from chatbot.codec import condition_text
from chatbot.understanding import Understanding
from chatbot.understanding.mentions import Shown
from chatbot.understanding.reader import Situation
from generator.replies import CatalogueFactKind
from retriever.domain import Between, Constraint, OfFacet, OfTheme, Source, SourceKind

FILMS = ("moon-2009", "interstellar-2014", "her-2013")
JACKETS = ("FH-1041", "FH-1042", "FH-1043")
AFTER_2010 = Constraint("year", Between(2010, None, True), Source(SourceKind.QUOTE, 1, "after 2010"))


def after(shown: Sequence[str], *constraints: Constraint) -> Situation:
    return Situation(2, shown=Shown(tuple(shown)), constraints=constraints)


def hard(heard: Sequence[acts.UserAct]) -> list[str]:
    found = [a.constraint for a in heard if isinstance(a, (acts.Constrain, acts.Exclude))]
    return [condition_text(c) + ("" if c.hard else " (soft)") for c in found]


def interests(heard: Sequence[acts.UserAct]) -> list[str]:
    about = [a.preference.about for a in heard if isinstance(a, acts.Inform)]
    return [
        a.value if isinstance(a, OfFacet) else a.words for a in about if isinstance(a, (OfFacet, OfTheme))
    ]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            "no horror, war or zombies",
            ["genres != horror", "genres != war", "themes != war", "themes != zombies"],
        ),
        ("french movies about grief", ["language = French", "themes = grief"]),
        ("a scifi film", ["genres = science fiction"]),
        ("dramas or comedies", ["genres = drama | comedy"]),
        ("a romantic comedy", ["moods = romantic", "genres = comedy"]),
        ("something with Tom Hanks", ["cast = Tom Hanks"]),
        ("a film by Tarantino", ["director = Quentin Tarantino"]),
        ("anything but Tom Hanks", ["cast != Tom Hanks"]),
        ("I hate musicals", ["genres != musical"]),
        ("a thriler", ["genres = thriller"]),
        ("ideally a comedy", ["genres = comedy (soft)"]),
        ("a drama, a comedy if possible", ["genres = drama", "genres = comedy (soft)"]),
        ("no clowns", ["text != clowns"]),
        ("without clowns and balloons", ["text != clowns | balloons"]),
        ("less scary", ["moods != scary (soft)"]),
        ("not American", ["country != United States"]),
    ],
)  # fmt: skip
def test_wishes_about_films(film_reader: Understanding, said: str, meant: list[str]):
    assert hard(film_reader.read(said, Situation(1))) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            "a waterproof jacket under 120, nothing red",
            ["waterproof = yes", "category = jackets", "price < 120", "colour != red"],
        ),
        ("red or blue backpack", ["colour = red | blue", "category = backpacks"]),
        ("mugs and kettles", ["category = mugs", "category = kettles"]),
        ("without leather but waterproof", ["material != leather", "waterproof = yes"]),
        ("a jaket for hiking", ["category = jackets", "activities = hiking"]),
        ("not waterproof", ["waterproof = no"]),
        ("not plastic", ["material != plastic | ABS plastic | recycled plastic"]),
        ("no plastic mugs", ["material != plastic | ABS plastic | recycled plastic", "category = mugs"]),
        (
            "a knife, a lamp and a blanket",
            [
                "category = knives",
                "category = desk lamps | floor lamps | lanterns | headlamps",
                "category = blankets",
            ],
        ),
        ("delivered within 30 days", []),
        ("a rucksack", ["category = backpacks"]),
        ("a tent below €150 ideally green", ["category = tents", "price < 150", "colour = green (soft)"]),
    ],
)  # fmt: skip
def test_wishes_in_a_shop(shop_reader: Understanding, said: str, meant: list[str]):
    assert hard(shop_reader.read(said, Situation(1))) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("something funny and romantic", ["funny", "romantic"]),
        ("I love Tarantino films", ["Quentin Tarantino"]),
        ("something darker", ["dark"]),
        ("a film about clowns in a circus tent", ["clowns in a circus tent"]),
    ],
)  # fmt: skip
def test_adjectives_attitudes_and_free_themes_are_interests(
    film_reader: Understanding, said: str, meant: list[str]
):
    assert [i for i in interests(film_reader.read(said, Situation(1))) if i in meant] == meant


@pytest.mark.parametrize(
    "said", ["something like Arrival", "in the vein of Arrival please", "Arrival, but funny", "like arrivall"]
)
def test_a_title_asks_for_its_like(film_reader: Understanding, said: str):
    first = film_reader.read(said, Situation(1))[0]
    assert isinstance(first, acts.Similar)
    assert first.items == ("arrival-2016",)


def test_a_word_that_is_also_a_title_is_no_title_in_passing(film_reader: Understanding):
    heard = film_reader.read("a comedy for her and me to drive away the blues", Situation(1))
    assert not any(isinstance(act, (acts.Similar, acts.Like)) for act in heard)


@pytest.mark.parametrize(
    ("said", "kind", "items"),
    [
        ("I liked the first one", acts.Like, FILMS[:1]),
        ("the last one looks great", acts.Like, FILMS[2:]),
        ("I loved Moon", acts.Like, FILMS[:1]),
        ("not the second", acts.Dislike, FILMS[1:2]),
        ("I don't like the second one", acts.Dislike, FILMS[1:2]),
        ("I've seen the first two", acts.Seen, FILMS[:2]),
        ("why the second?", acts.Why, FILMS[1:2]),
        ("why not Arrival?", acts.Why, ("arrival-2016",)),
        ("compare the first and the third", acts.Compare, (FILMS[0], FILMS[2])),
        ("more like the third", acts.Similar, FILMS[2:]),
        ("what is the first about?", acts.AskItem, FILMS[:1]),
        ("tell me more about Interstellar", acts.AskItem, FILMS[1:2]),
    ],
)  # fmt: skip
def test_shown_items_are_referred_to(
    film_reader: Understanding, said: str, kind: type[acts.Like], items: tuple[str, ...]
):
    heard = film_reader.read(said, after(FILMS))
    found = next(act for act in heard if isinstance(act, kind))
    assert found.items == items


@pytest.mark.parametrize(
    ("said", "facet"),
    [("who directed it?", "director"), ("how long is the second?", "runtime_min"), ("who is in it?", "cast")],
)
def test_a_question_names_the_facet_that_it_asks_for(film_reader: Understanding, said: str, facet: str):
    (asked,) = film_reader.read(said, after(FILMS))
    assert isinstance(asked, acts.AskItem)
    assert asked.facet == facet


def test_a_comparative_moves_the_bound_past_what_is_shown(shop_reader: Understanding):
    (critique,) = shop_reader.read("cheaper", after(("FH-1041", "FH-1044")))
    assert isinstance(critique, acts.Critique)
    prices = [float(shop_reader.lexicon.catalogue.item(i).facets["price"]) for i in ("FH-1041", "FH-1044")]
    assert critique.constraint.test == Between(high=min(prices), strict=True)


def test_a_comparative_with_a_reference_speaks_of_that_item(shop_reader: Understanding):
    (critique,) = shop_reader.read("lighter than the second one", after(JACKETS))
    assert isinstance(critique, acts.Critique)
    assert critique.relative_to == JACKETS[1:2]


def test_cheap_means_cheap_among_what_the_sentence_asks_for(shop_reader: Understanding):
    heard = shop_reader.read("cheap sleeping bags", Situation(1))
    cheap = next(
        a.constraint for a in heard if isinstance(a, acts.Constrain) and a.constraint.facet == "price"
    )
    bags = sorted(
        float(item.facets["price"])
        for item in shop_reader.lexicon.catalogue.items
        if item.facets.get("category") == "sleeping bags"
    )
    assert not cheap.hard
    assert isinstance(cheap.test, Between)
    assert cheap.test.high == bags[len(bags) // 3]


@pytest.mark.parametrize(
    "said", ["forget the year", "the year doesn't matter", "any year is fine", "drop the year"]
)
def test_a_wish_is_taken_back_by_its_facets_name(film_reader: Understanding, said: str):
    (removed,) = film_reader.read(said, after(FILMS, AFTER_2010))
    assert isinstance(removed, acts.Remove)
    assert removed.keys == (AFTER_2010.key,)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("do you have tents?", CatalogueFactKind.HAVE),
        ("how many tents do you have?", CatalogueFactKind.COUNT),
        ("what is the most expensive tent?", CatalogueFactKind.EXTREME),
        ("what colours do you have?", CatalogueFactKind.KINDS),
    ],
)
def test_questions_to_the_whole_catalogue(shop_reader: Understanding, said: str, kind: CatalogueFactKind):
    (asked,) = shop_reader.read(said, Situation(1))
    assert isinstance(asked, acts.AskCatalogue)
    assert asked.kind is kind


def test_the_lightest_of_these_speaks_of_what_is_shown(shop_reader: Understanding):
    (chosen,) = shop_reader.read("the lightest of these", after(JACKETS))
    assert isinstance(chosen, acts.Superlative)
    assert chosen.scope is acts.Scope.SHOWN
    assert (chosen.order.facet, chosen.order.ascending) == ("weight_g", True)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("hello", acts.Greet),
        ("Hi there!", acts.Greet),
        ("thanks a lot", acts.Thank),
        ("more", acts.More),
        ("surprise me", acts.Surprise),
        ("start over", acts.StartOver),
        ("go back", acts.Undo),
        ("what's the capital of France?", acts.OutOfScope),
        ("write me a poem", acts.OutOfScope),
        ("???", acts.OutOfScope),
    ],
)  # fmt: skip
def test_set_phrases_and_what_is_not_ours(film_reader: Understanding, said: str, kind: type[acts.UserAct]):
    assert [type(act) for act in film_reader.read(said, after(FILMS))] == [kind]


def test_every_act_quotes_words_of_the_utterance(film_reader: Understanding):
    said = "I liked the first one, but something funny, no horror, after 2010 please"
    heard = film_reader.read(said, after(FILMS))
    assert len(heard) >= 4
    assert all(act.quote in said for act in heard)


def test_several_things_at_once_are_all_heard(film_reader: Understanding):
    heard = film_reader.read("something like Arrival but no aliens, after 2010", Situation(1))
    assert [type(act) for act in heard] == [acts.Similar, acts.Exclude, acts.Constrain]
    assert hard(heard) == ["themes != aliens", "year > 2010"]
