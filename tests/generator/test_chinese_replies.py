"""The Chinese words of replies: complete, filled from the same evidence, not from an English model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

import pytest

from generator.backends.scripted import ScriptedChatModel
from generator.labels import constraint_label, fact_list
from generator.replies import Evidence, ItemEvidence, Reply, Task
from generator.retelling import lost
from generator.words import words_of
from generator.writer import Writer
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    Item,
    NoneOf,
    Outside,
    Source,
    SourceKind,
    Test,
)

# Tables that only a language with a checked chat model has, or with plurals and articles.
WITHOUT = {
    "cards",
    "coverage",
    "cards_measure",
    "plural_verbs",
    "steered",
    "kind_nouns",
    "kind_attributes",
    "grounding",
    "telling",
    "nouns",
    "spoken_values",
    "facets",
}
YEAR = Facet("year", FacetKind.YEAR, "year", role=FacetRole.YEAR)
AUTHOR = Facet("author", FacetKind.TAGS, "author", role=FacetRole.CREATOR)
KIND = Facet("facet_1", FacetKind.TAGS, "类型", role=FacetRole.CATEGORY)
FACETS = (YEAR, AUTHOR, KIND)
BOOK = Item(
    "santi",
    "三体",
    "三颗太阳轮番升起。他躲进山里数着倒计时。",
    {"year": 2008.0, "author": ("刘慈欣",), "facet_1": ("科幻小说",)},
)
CLICK = Source(SourceKind.CLICK, 1)


def texts(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every dotted path with its texts."""
    for name, entry in table.items():
        where = f"{path}{name}"
        if isinstance(entry, Mapping):
            yield from texts(entry, f"{where}.")
        else:
            yield where, [entry] if isinstance(entry, str) else [str(one) for one in entry]


def slots(templates: list[str]) -> set[str]:
    return {name for text in templates for _, name, _, _ in Formatter().parse(text) if name}


def test_all_that_is_said_in_english_is_said_in_chinese_with_no_other_slots():
    english, chinese = dict(texts(words_of("en").table)), dict(texts(words_of("zh").table))
    said = {path for path in english if path.split(".")[0] not in WITHOUT}
    said -= {path for path in said if path.startswith("units.") and path.endswith(".one")}  # no singular
    assert said - chinese.keys() == set()
    shared = [path for path in said if not path.startswith(("labels.", "extract."))]
    foreign = {path: slots(chinese[path]) - slots(english[path]) for path in shared}
    # What the same sentence is given anyway, whether English needs it or not.
    given = {"noun", "name", "Name", "conditions"}
    assert {path: left - given for path, left in foreign.items() if left - given} == {}


def test_conditions_and_facts_are_labelled_in_chinese():
    def label(facet: str, test: Test) -> str:
        return constraint_label(Constraint(facet, test, CLICK), FACETS, "zh")

    assert label("year", Between(low=2000)) == "2000年起"
    assert label("year", Between(high=1950, strict=True)) == "1950年以前"
    assert label("year", Between(1980, 1989)) == "1980年代"
    assert label("year", Outside(1980, 1989)) == "不要1980年代"
    assert label("author", AnyOf(("余华", "莫言"))) == "余华或莫言的作品"
    assert label("facet_1", NoneOf(("推理小说",))) == "不要推理小说"
    assert fact_list(BOOK, FACETS, 3, "zh") == (("年份", "2008"), ("类型", "科幻小说"), ("作者", "刘慈欣"))


WISHED = Constraint("author", AnyOf(("刘慈欣",)), CLICK)
ASKED = Evidence(
    Task.RECOMMEND,
    FACETS,
    user_text="刘慈欣的书",
    active=(WISHED,),
    eligible=1,
    items=(ItemEvidence(BOOK, 1, met=(WISHED,)),),
    language="zh",
)


@pytest.mark.parametrize(
    "wording",
    [
        "This book is about three suns.",
        "作者是余华。三颗太阳轮番升起。",
        "作者是刘慈欣。三颗月亮轮番升起。",
        "作者不是刘慈欣。三颗太阳轮番升起。",
        "作者是刘慈欣，2010年的作品。三颗太阳轮番升起。",
        "作者是刘慈欣。三颗太阳轮番升起。请看 https://example.org 。",
    ],
)
def test_a_wording_in_chinese_that_says_something_else_leaves_the_plain_one(wording):
    *_, reply = Writer(ScriptedChatModel([wording])).write(ASKED)
    assert isinstance(reply, Reply)
    assert "符合的是《三体》（2008）" in reply.text
    assert "三颗太阳轮番升起。" in reply.text
    assert "作者是刘慈欣" in reply.text
    assert "1 部作品" in reply.text
    assert wording not in reply.text
    assert reply.ungrounded_removed > 0
    assert not reply.degraded


def test_a_wording_in_chinese_that_says_the_same_is_said_by_a_chat_model_that_speaks_freely():
    wording = "您要的正是这本：作者是刘慈欣，三颗太阳轮番升起。"
    *_, reply = Writer(ScriptedChatModel([wording])).write(ASKED)
    assert isinstance(reply, Reply)
    assert wording in reply.text
    assert reply.recommendations[0].reason == wording
    assert reply.ungrounded_removed == 0


def test_what_is_denied_in_chinese_stays_denied():
    assert lost("不要推理小说。", "要推理小说。", [], words_of("zh")) == ["不要"]
    assert lost("不要推理小说。", "推理小说不要。", [], words_of("zh")) == []


def test_a_sentence_that_leans_on_the_one_before_is_not_quoted_alone():
    evidence = Evidence(
        Task.RECOMMEND,
        FACETS,
        user_text="他躲进山里",
        eligible=1,
        items=(ItemEvidence(BOOK, 1),),
        language="zh",
    )
    *_, reply = Writer(None).write(evidence)
    assert isinstance(reply, Reply)
    assert "三颗太阳" in reply.text
    assert "他躲进山里" not in reply.text
