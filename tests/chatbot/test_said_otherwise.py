"""Many ways of saying one thing: letting be, going back, naming what isn't there, more of a facet."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chatbot import acts
from chatbot.codec import condition_text
from chatbot.understanding import Understanding
from chatbot.understanding.mentions import Shown
from chatbot.understanding.reader import Situation
from retriever.domain import AnyOf, Between, Constraint, NoneOf, Source, SourceKind, Test
from retriever.open import Shelf

JACKETS = ("FH-1041", "FH-1043", "FH-1044")  # Squall, Beacon (red), Petrel
TOYS = ("FH-2105", "FH-2104", "FH-2103")  # Knitted Moose, Rainy Day Kite, Wooden Forest Blocks


@pytest.fixture(scope="module")
def chinese_reader(shelf: Shelf) -> Understanding:
    return Understanding(shelf.get("books_zh"), "zh")


def held(facet: str, test: Test, *, hard: bool = True) -> Constraint:
    return Constraint(facet, test, Source(SourceKind.QUOTE, 1, "said before"), hard)


def after(shown: Sequence[str], *constraints: Constraint) -> Situation:
    items = tuple(shown)
    return Situation(
        2, shown=Shown(items, items[0], (), items) if items else Shown(), constraints=constraints
    )


def conditions(heard: Sequence[acts.UserAct]) -> list[str]:
    found = [a.constraint for a in heard if isinstance(a, (acts.Constrain, acts.Exclude, acts.Critique))]
    return [("" if c.hard else "soft ") + condition_text(c) for c in found]


NO_LEATHER = held("material", NoneOf(("leather",)))
UNDER_120 = held("price", Between(None, 120, True))
FOR_CHILDREN = held("audience", AnyOf(("children",)))


@pytest.mark.parametrize(
    ("said", "let_be"),
    [
        ("leather is fine after all", NO_LEATHER),
        ("leather too", NO_LEATHER),
        ("it can cost more than 120", UNDER_120),
        ("dearer ones are fine too", UNDER_120),
        ("not just for children", FOR_CHILDREN),
        ("prices don't matter", UNDER_120),
    ],
)
def test_what_was_ruled_out_or_asked_for_is_let_be(shop_reader: Understanding, said: str, let_be: Constraint):
    (act,) = shop_reader.read(said, after(JACKETS, NO_LEATHER, UNDER_120, FOR_CHILDREN))
    assert isinstance(act, acts.Remove)
    assert act.keys == (let_be.key,)


def test_another_limit_on_the_same_side_replaces_and_lifts_nothing(shop_reader: Understanding):
    heard = shop_reader.read("it can cost up to 150", after(JACKETS, UNDER_120))
    assert conditions(heard) == ["price <= 150"]
    assert not any(isinstance(act, acts.Remove) for act in heard)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("can we go back one step?", acts.Undo),
        ("no, take me back to the previous ones", acts.Undo),
        ("let's begin from the beginning", acts.StartOver),
        ("how do I reset my router", acts.OutOfScope),
        ("erase my history", acts.ForgetMe),
        ("wipe all my data please", acts.ForgetMe),
        ("enough with the questions", acts.NoQuestions),
        ("the red one please", acts.AskItem),
        ("show me alternatives to the Rocking Reed Armchair", acts.Similar),
        ("I bought these already", acts.Seen),
        ("a few other ideas?", acts.More),
        ("do you have Jurassic World?", acts.AskUnknown),
        ("what makes you think I'd like the Beacon?", acts.Why),
        ("which should I take, the first or the second?", acts.Compare),
    ],
)
def test_moves_are_heard_in_other_words(shop_reader: Understanding, said: str, kind: type):
    assert [type(act) for act in shop_reader.read(said, after(JACKETS, UNDER_120))] == [kind]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a fantasy film or an adventure film", ["genres = fantasy | adventure"]),
        ("a romcom", ["moods = romantic", "genres = comedy"]),
        ("French-language", ["language = French"]),
        ("a Spanish language film", ["language = Spanish"]),
        ("murder mysteries", ["themes = murder", "genres = mystery"]),
        ("not animated", ["genres != animation"]),
        ("hitchcock films", ["director = Alfred Hitchcock"]),
        ("if you can, no western", ["soft genres != western"]),
        ("exactly two hours", ["runtime_min = 120"]),
        ("after the year 2000", ["year > 2000"]),
        ("don't give me dramas", ["genres != drama"]),
        ("around two hours long", ["102 <= runtime_min <= 138"]),
    ],
)
def test_wishes_for_films_in_other_words(film_reader: Understanding, said: str, meant: list[str]):
    assert conditions(film_reader.read(said, Situation(1))) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("coats", ["category = jackets"]),
        ("sleeping pads", ["category = sleeping mats"]),
        ("a rating of 4.5", ["rating >= 4.5"]),
        ("my limit is 90", ["price <= 90"]),
        ("a bottle of about a litre", ["category = bottles", "0.85 <= volume_l <= 1.15"]),
        ("someone who loves gardening", ["activities = gardening"]),
    ],
)
def test_wishes_for_goods_in_other_words(shop_reader: Understanding, said: str, meant: list[str]):
    assert conditions(shop_reader.read(said, Situation(1))) == meant


def test_an_adjective_that_is_negated_bans_no_goods(shop_reader: Understanding):
    heard = conditions(shop_reader.read("not so expensive boots", Situation(1)))
    assert "category = boots" in heard
    assert "category != boots" not in heard


def test_a_comparative_with_a_facets_name_is_feedback(shop_reader: Understanding):
    heard = shop_reader.read("with a longer warranty", after(JACKETS))
    assert conditions(heard) == ["warranty_years > 3"]
    assert isinstance(heard[0], acts.Critique)


@pytest.mark.parametrize(
    ("said", "kind", "item"),
    [
        ("not the kite", acts.Dislike, "FH-2104"),
        ("how much is the moose?", acts.AskItem, "FH-2105"),
        ("why is the kite on this list", acts.Why, "FH-2104"),
        ("is the kite waterproof?", acts.AskItem, "FH-2104"),
    ],
)
def test_one_word_of_a_title_points_at_a_card(shop_reader: Understanding, said: str, kind: type, item: str):
    (act,) = shop_reader.read(said, after(TOYS))
    assert isinstance(act, kind)
    assert act.items == (item,)  # type: ignore[attr-defined]


def test_likeness_to_what_was_just_spoken_of(film_reader: Understanding):
    heard = film_reader.read("I've seen Alien, something like it but no horror", Situation(1))
    similar = [act for act in heard if isinstance(act, acts.Similar)]
    assert [act.items for act in similar] == [("alien-1979",)]
    assert conditions(heard) == ["genres != horror"]


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("返回上一步", [acts.Undo]),
        ("删除我的个人信息", [acts.ForgetMe]),
        ("有没有类似《斗破苍穹》的", [acts.AskUnknown]),
        ("怎么没有《笑傲江湖》", [acts.Why]),
        ("想看像《小王子》那样的", [acts.Similar]),
        ("给我讲讲《三体》", [acts.AskItem]),
        ("随便来几本", [acts.Surprise]),
        ("比2012年更新的书", [acts.Constrain]),
        ("不早于1990年", [acts.Constrain]),
        ("2010年左右的", [acts.Constrain]),
        ("美国以外的科幻小说", [acts.Exclude, acts.Constrain]),
        ("特别想看推理小说", [acts.Constrain]),
        ("刘慈新写的书", [acts.Constrain]),
        ("太厚了", [acts.Exclude]),
    ],
)
def test_chinese_in_other_words(chinese_reader: Understanding, said: str, kinds: list[type]):
    assert [type(act) for act in chinese_reader.read(said, Situation(1))] == kinds


@pytest.mark.parametrize(
    ("said", "test"),
    [
        ("比2012年更新的书", Between(2012, None, True)),
        ("不早于1990年", Between(1990, None)),
        ("最晚1970年", Between(None, 1970)),
        ("2010年左右的", Between(2008, 2012)),
        ("不要2000年以前的", Between(2000, None)),
    ],
)
def test_chinese_years(chinese_reader: Understanding, said: str, test: Between):
    (act,) = chinese_reader.read(said, Situation(1))
    assert isinstance(act, acts.Constrain)
    assert act.constraint.test == test


def test_all_but_one_value_takes_nothing_back(chinese_reader: Understanding):
    assert conditions(chinese_reader.read("除了武侠都可以", Situation(1))) == ["category != 武侠小说"]


def test_a_comparison_before_the_comparative_is_with_that_item(chinese_reader: Understanding):
    heard = chinese_reader.read("比《活着》更新的", Situation(1))
    assert [type(act) for act in heard] == [acts.Critique]
    assert conditions(heard) == ["year > 1993"]
