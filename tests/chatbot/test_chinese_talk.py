"""Chinese utterances about the Chinese demo catalogue: language, understanding, answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chatbot import acts
from chatbot.codec import condition_text
from chatbot.engine import Chatbot
from chatbot.events import TurnRecord
from chatbot.understanding import Understanding
from chatbot.understanding.reader import Situation
from chatbot.understanding.tongues import Tongues
from chatbot.understanding.words import languages, load_language
from retriever.domain import Facet, OfFacet
from retriever.open import Shelf

HAN = range(0x4E00, 0xA000)


@pytest.fixture(scope="module")
def reader(shelf: Shelf) -> Understanding:
    return Understanding(shelf.get("books_zh"), "zh")


@pytest.fixture(scope="module")
def labels(reader: Understanding) -> dict[str, Facet]:
    return {facet.name: facet for facet in reader.lexicon.catalogue.facets}


def named(text: str, labels: dict[str, Facet]) -> str:
    """A condition by its facet's label: codes of columns in other scripts say nothing."""
    for name, facet in labels.items():
        if name != "year":
            text = text.replace(name, facet.label)
    return text


@pytest.fixture
def conditions(reader: Understanding, labels: dict[str, Facet]) -> Callable[[str], list[str]]:
    def read(said: str) -> list[str]:
        heard = reader.read(said, Situation(1))
        limits = (act.constraint for act in heard if isinstance(act, (acts.Constrain, acts.Exclude)))
        return [named(condition_text(limit), labels) for limit in limits]

    return read


@pytest.mark.parametrize(
    ("text", "before", "language"),
    [
        ("推荐几本科幻小说", "en", "zh"),
        ("a science fiction novel", "zh", "en"),
        ("a novel by 刘慈欣", "zh", "en"),
        ("类似 The Lord of the Rings 的书", "en", "zh"),
        ("刘慈欣", "en", "zh"),  # only Chinese is written so
        ("Tolkien", "zh", "en"),
        ("2000", "zh", "zh"),
        ("2000", "en", "en"),
        ("?", "zh", "zh"),
        ("", "zh", "zh"),
    ],
)
def test_the_language_is_told_by_small_words_and_script(text: str, before: str, language: str):
    assert Tongues().of(text, before) == language


def test_a_conversation_goes_on_in_its_language_and_begins_in_that_of_the_titles():
    tongues = Tongues()
    assert tongues.lately(("推荐几本书", "2000", "?"), "en") == "zh"
    assert tongues.of_titles(["三体", "地铁", "Dune"]) == "zh"
    assert tongues.of_titles(["Dune", "Alien"]) == "en"
    assert tongues.of_titles([]) == "en"


def test_every_language_has_the_same_lists():
    english = load_language("en")
    assert {"en", "zh"} <= set(languages())
    for code in languages():
        other = load_language(code)
        for table in ("cues", "small", "compare", "facet_words", "measures", "references", "chips"):
            assert getattr(other, table).keys() == getattr(english, table).keys()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("推荐几本科幻小说", ["类型 = 科幻小说"]),
        ("科幻", ["类型 = 科幻小说"]),
        ("刘慈欣的书", ["作者 = 刘慈欣"]),
        ("有没有托尔斯泰的小说", []),  # asked, not wished: see below
        ("不要太长的", ["篇幅 != 大部头"]),
        ("不要推理", ["类型 != 推理小说"]),
        ("不要推理、恐怖", ["类型 != 推理小说", "类型 != 恐怖小说"]),
        ("不要日本的推理小说", ["地区 != 日本", "类型 = 推理小说"]),
        ("特别温暖的散文", ["类型 = 散文"]),  # "别" is a part of another word
        ("2000年以后的", ["year >= 2000"]),
        ("1950年以前", ["year < 1950"]),
        ("从1990年到2000年", ["1990 <= year <= 2000"]),
        ("1998年的", ["year = 1998"]),
        ("八十年代的", ["1980 <= year <= 1989"]),
        ("上世纪八十年代", ["1980 <= year <= 1989"]),
        ("十九世纪的小说", ["1800 <= year <= 1899"]),
        ("余华或者莫言的", ["作者 = 余华 | 莫言"]),
        ("艾萨克·阿西莫夫写的", ["作者 = 艾萨克·阿西莫夫"]),
        ("日本的治愈系小说", ["地区 = 日本", "风格 = 治愈 | 温暖"]),
    ],
)  # fmt: skip
def test_a_wish_in_chinese_becomes_these_conditions(
    conditions: Callable[[str], list[str]], said: str, meant: list[str]
):
    assert conditions(said) == meant


@pytest.mark.parametrize(
    ("said", "quoted"), [("不要太长的", "不要太长的"), ("推荐几本书，不要外星人", "不要外星人")]
)
def test_what_is_quoted_of_a_ban_begins_with_its_negation(reader: Understanding, said: str, quoted: str):
    bans = [act for act in reader.read(said, Situation(1)) if isinstance(act, acts.Exclude)]
    assert [ban.quote for ban in bans] == [quoted]


def test_kinds_of_books_with_a_noun_each_are_wanted_side_by_side(reader: Understanding, labels):
    heard = reader.read("我喜欢阅读科幻小说、历史书籍和科幻电影", Situation(1))
    kinds = [
        named(condition_text(act.constraint), labels) for act in heard if isinstance(act, acts.Constrain)
    ]
    liked = [act.preference for act in heard if isinstance(act, acts.Inform)]
    assert kinds == ["类型 = 科幻小说", "类型 = 历史"]
    assert [(p.about.value, p.weight) for p in liked if isinstance(p.about, OfFacet)] == [("科幻电影", 1.0)]


@pytest.mark.parametrize(
    ("said", "titles"),
    [
        ("类似《三体》的", ["三体"]),
        ("类似三体的", ["三体"]),
        ("三体", ["三体"]),
        ("像黑暗森林那样的", ["三体Ⅱ：黑暗森林"]),
        ("类似百年孤独的", ["百年孤独"]),
        ("第二次世界大战", []),  # the end of a longer word
        ("想看呼吸急促的", []),  # an everyday word, not marked as a title
    ],
)
def test_titles_are_known_by_their_marks_or_by_what_stands_around_them(
    reader: Understanding, said: str, titles: list[str]
):
    heard = reader.read(said, Situation(1))
    found = [item for act in heard if isinstance(act, acts.Similar) for item in act.items]
    assert [reader.lexicon.catalogue.item(item).title for item in found] == titles


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("你好", acts.Greet),
        ("谢谢你，再见", acts.Thank),
        ("还有别的吗？", acts.More),
        ("随便推荐一本", acts.Surprise),
        ("重新开始", acts.StartOver),
        ("讲讲《围城》", acts.AskItem),
        ("《围城》是谁写的", acts.AskItem),
        ("比较《活着》和《边城》", acts.Compare),
        ("你们有多少本推理小说？", acts.AskCatalogue),
        ("有没有托尔斯泰的小说", acts.AskCatalogue),
        ("最早的是哪一本？", acts.AskCatalogue),
    ],
)
def test_what_people_do_in_chinese_is_understood(reader: Understanding, said: str, act: type):
    assert [type(heard) for heard in reader.read(said, Situation(1))] == [act]


def test_what_one_says_of_ones_health_is_no_wish(reader: Understanding, labels: dict[str, Facet]):
    heard = reader.read("我得了癌症，想看温暖的书", Situation(1))
    assert [named(condition_text(a.constraint), labels) for a in heard if isinstance(a, acts.Constrain)] == [
        "风格 = 温暖"
    ]
    assert len(heard) == 1


def test_a_chinese_talk_is_answered_in_chinese_and_an_english_one_in_english(
    talk: Callable[..., list[TurnRecord]],
):
    chinese, english, again = talk("books_zh", "推荐几本科幻小说", "something by 余华", "不要太长的")
    assert "部作品" in chinese.text
    assert "items" in english.text
    assert "篇幅" in again.text or "部作品" in again.text
    assert [chip.label for chip in again.chips] != []
    assert all(any(ord(c) in HAN for c in chip.label) for chip in chinese.chips)
    assert {"换一批"} <= {quick.text for quick in chinese.quick_replies}


def test_a_catalogue_is_at_home_where_its_titles_are_in_the_usual_language(chatbot: Chatbot):
    assert [chatbot.is_at_home_in(name) for name in ("films", "books_zh")] == [True, False]


def test_what_is_offered_to_say_in_chinese_is_understood(shelf: Shelf, talk: Callable[..., list[TurnRecord]]):
    offered = [quick.text for quick in talk("books_zh", "你好")[0].quick_replies]
    assert len(offered) == 3
    for text in offered:
        (record,) = talk("books_zh", text)
        assert (record.action, len(record.items)) == ("recommend", 3)
