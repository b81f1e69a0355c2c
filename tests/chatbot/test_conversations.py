"""Whole conversations with the demo catalogues: what a person would expect, turn by turn."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from turns import finish

from chatbot.engine import Chatbot
from chatbot.events import Cards, Done, Heard, TurnRecord
from retriever.domain import Item
from retriever.errors import InputError, UnknownCatalogue, UnknownItem
from retriever.filters import mask
from retriever.open import Shelf

Talk = Callable[..., list[TurnRecord]]


def conditions(turn: TurnRecord) -> set[str]:
    return {c["text"] for c in turn.constraints}


def values(turn: TurnRecord, facet: str) -> list[object]:
    return [item["facets"].get(facet) for item in turn.items]


def test_the_film_conversation(talk: Talk):
    first, liked, shorter, why, forgot = talk(
        "films",
        "something like Arrival but no aliens, after 2010",
        "I liked the first one",
        "shorter than two hours please",
        "why the second?",
        "forget the year",
    )
    assert first.action == "recommend"
    assert conditions(first) == {"themes != aliens", "year > 2010"}
    assert len(first.items) == 3
    assert all("aliens" not in themes for themes in values(first, "themes"))
    assert all(year > 2010 for year in values(first, "year"))
    assert "arrival-2016" not in [item["id"] for item in first.items]

    assert liked.profile["liked"] == [first.items[0]["id"]]
    assert not {i["id"] for i in first.items} & {i["id"] for i in liked.items}

    assert conditions(shorter) == {"themes != aliens", "year > 2010", "runtime_min < 120"}
    assert all(minutes < 120 for minutes in values(shorter, "runtime_min"))

    assert why.action == "explain"
    assert shorter.items[1]["title"] in why.text
    assert "no aliens" in why.text

    assert conditions(forgot) == {"themes != aliens", "runtime_min < 120"}
    assert forgot.action == "recommend"


def test_the_shop_conversation(talk: Talk, shelf: Shelf):
    first, cheaper, lightest, tents, dearest = talk(
        "shop",
        "a waterproof jacket under 120, nothing red",
        "cheaper",
        "the lightest of these",
        "do you have tents?",
        "what is the most expensive tent?",
    )
    assert conditions(first) == {"waterproof = yes", "category = jackets", "price < 120", "colour != red"}
    assert all(item["price"] < 120 and item["facets"]["waterproof"] for item in first.items)
    assert all("red" not in colours for colours in values(first, "colour"))

    assert cheaper.items
    assert max(i["price"] for i in cheaper.items) < max(i["price"] for i in first.items)

    weights = {item["title"]: item["facets"]["weight_g"] for item in cheaper.items}
    assert lightest.items[0]["title"] == min(weights, key=lambda title: weights[title])
    assert lightest.items[0]["title"] in lightest.text

    catalogue = shelf.get("shop").catalogue
    prices = [i.facets["price"] for i in catalogue.items if i.facets.get("category") == "tents"]
    assert str(len(prices)) in tents.text
    assert f"{min(prices):,.2f}" in tents.text
    assert f"{max(prices):,.2f}" in tents.text

    dearest_tent = max(
        (i for i in catalogue.items if i.facets.get("category") == "tents"), key=lambda i: i.facets["price"]
    )
    assert [item["id"] for item in dearest.items] == [dearest_tent.id]
    assert f"{dearest_tent.facets['price']:,.2f}" in dearest.text


def test_the_lightest_tent_is_the_lightest_of_all_tents(talk: Talk, shelf: Shelf):
    (turn,) = talk("shop", "show me the lightest tent")
    tents = [i for i in shelf.get("shop").catalogue.items if i.facets.get("category") == "tents"]
    assert turn.items[0]["facets"]["weight_g"] == min(i.facets["weight_g"] for i in tents)


def test_the_record_of_a_turn_has_the_keys_that_scripts_read_in_order(talk: Talk):
    (turn,) = talk("shop", "a tent under 200")
    assert list(turn.as_json()) == [
        "turn",
        "user",
        "acts",
        "action",
        "constraints",
        "profile",
        "items",
        "text",
        "ungrounded_removed",
        "timings_ms",
        "session",
    ]
    assert list(turn.items[0]) == ["id", "title", "rank", "price", "facets"]
    assert list(turn.timings_ms) == ["understand", "retrieve", "write", "profile", "policy", "total"]


SAYINGS = {
    "films": [
        "a comedy", "no horror", "after 1990", "before 2010", "french", "something dark", "shorter",
        "newer", "not too long", "like Moon", "the second one but funnier", "I liked the first one",
        "not the last one", "I've seen the second", "forget the year", "forget everything", "more",
        "surprise me", "why the first?", "who directed it?", "compare the first two", "no drama", "go back",
        "actually a thriller", "something with trains", "the oldest", "do you have westerns?", "cheaper",
    ],
    "shop": [
        "a jacket", "waterproof", "nothing red", "under 100", "cheaper", "lighter", "a tent for two",
        "blue or green", "the cheapest", "forget the budget", "more", "not the first", "go back",
        "I like the second one", "do you have mugs?", "what brands do you have?", "the lightest of these",
        "without leather", "ideally wool", "over 30", "in stock", "for camping", "start over",
        "better rated", "is the first one waterproof?", "something warm",
    ],
}  # fmt: skip


@pytest.mark.parametrize("catalogue", ["films", "shop"])
@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_said_every_shown_item_meets_every_hard_constraint(
    chatbot: Chatbot, shelf: Shelf, catalogue: str, seed: int
):
    draw = random.Random(seed)
    session = chatbot.start(catalogue)
    known = shelf.get(catalogue).catalogue
    for _ in range(14):
        turn = finish(chatbot.reply(session, draw.choice(SAYINGS[catalogue])))
        state = chatbot._load(session).state
        meets = mask(known, state.constraints)
        for item in turn.items if turn.action == "recommend" else ():
            assert meets[known.row(item["id"])], (turn.user, turn.constraints, item["title"])
            assert item["id"] not in (*state.disliked, *state.liked, *state.known)


def test_a_page_hears_then_reads_then_sees(chatbot: Chatbot):
    events = list(chatbot.reply(chatbot.start("shop"), "a tent under 300"))
    kinds = [type(event) for event in events]
    assert kinds[0] is Heard
    assert Cards in kinds
    assert kinds[-1] is Done


def test_a_like_and_its_taking_back_rank_again_without_a_word(chatbot: Chatbot):
    session = chatbot.start("films")
    shown = finish(chatbot.reply(session, "something funny")).items[0]["id"]
    liked = finish(chatbot.feedback(session, shown, True))
    assert liked.profile["liked"] == [shown]
    assert shown not in [item["id"] for item in liked.items]
    back = finish(chatbot.feedback(session, shown, None))
    assert back.profile["liked"] == []


def test_a_removed_chip_is_no_longer_believed(chatbot: Chatbot):
    session = chatbot.start("shop")
    turn = finish(chatbot.reply(session, "a jacket under 60"))
    chip = next(c for c in turn.chips if "60" in c.label)
    assert conditions(finish(chatbot.remove(session, chip.key))) == {"category = jackets"}


def test_every_quick_reply_is_understood_and_leads_somewhere(chatbot: Chatbot):
    for catalogue in ("films", "shop"):
        session = chatbot.start(catalogue)
        turn = finish(chatbot.reply(session, chatbot.openings(catalogue)[0].text))
        for quick in turn.quick_replies:
            other = chatbot.start(catalogue)
            finish(chatbot.reply(other, turn.user))
            answer = finish(chatbot.reply(other, quick.text))
            assert answer.items, quick.text


def test_going_back_restores_what_was_wished_before(talk: Talk):
    *_, back = talk("shop", "a jacket", "under 100", "go back")
    assert conditions(back) == {"category = jackets"}


def test_two_people_never_see_each_others_wishes(chatbot: Chatbot):
    one, other = chatbot.start("shop"), chatbot.start("shop")
    finish(chatbot.reply(one, "a red jacket under 90"))
    turn = finish(chatbot.reply(other, "a tent"))
    assert conditions(turn) == {"category = tents"}
    assert [t.user for t in chatbot.restore(one).turns] == ["a red jacket under 90"]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("x" * 100_000, "100,000 characters"),
        ("\ud800", "lone surrogate"),
        ("  \u200b\n", "empty"),
        ("", "empty"),
    ],
)
def test_a_message_that_cannot_be_taken_is_refused_with_what_to_do(
    chatbot: Chatbot, message: str, reason: str
):
    session = chatbot.start("shop")
    finish(chatbot.reply(session, "a tent"))
    with pytest.raises(InputError, match=reason):
        list(chatbot.reply(session, message))
    assert len(chatbot.restore(session).turns) == 1


def test_unknown_catalogues_sessions_and_items_are_named(chatbot: Chatbot):
    with pytest.raises(UnknownCatalogue, match="parley"):
        chatbot.start("nowhere")
    with pytest.raises(InputError, match="start a new one"):
        list(chatbot.reply("no-such-session", "hello"))
    with pytest.raises(UnknownItem):
        list(chatbot.feedback(chatbot.start("shop"), "no-such-item", True))


def test_counts_and_extremes_are_the_ledgers(talk: Talk, shelf: Shelf):
    (answer,) = talk("shop", "how many waterproof jackets do you have?")
    items: tuple[Item, ...] = shelf.get("shop").catalogue.items
    count = sum(i.facets.get("category") == "jackets" and i.facets.get("waterproof") is True for i in items)
    assert str(count) in answer.text


def test_what_the_catalogue_lacks_is_said_and_not_wished_for(talk: Talk):
    first, none = talk("shop", "a jacket under 100", "do you sell motorcycles?")
    assert "motorcycles" in none.text
    assert conditions(none) == conditions(first)


def test_a_wish_that_gave_way_comes_back_when_what_took_its_place_is_taken_back(talk: Talk):
    magic, science, back = talk("films", "fantasy about magic", "about science", "no, forget science")
    assert {"genres = fantasy", "themes = magic"} == conditions(magic)
    assert "genres = fantasy" not in conditions(science)
    assert "themes = science" in conditions(science)
    assert {"genres = fantasy", "themes = magic"} == conditions(back)
    assert "“fantasy”" in back.text
    assert all("fantasy" in genres for genres in values(back, "genres"))


def test_what_was_set_aside_does_not_come_back_unasked(talk: Talk):
    *_, last = talk("films", "fantasy about magic", "about science", "before 2015", "forget the year")
    assert conditions(last) == {"themes = magic", "themes = science"}
