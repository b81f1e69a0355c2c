"""What real people do in a turn, counted anew from published dialogues; simulated ones do as much."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from chatbot.evaluation.people import measured
from chatbot.evaluation.people.drawing import Habits
from chatbot.evaluation.people.meeting import meet
from chatbot.evaluation.people.mind import Kind
from chatbot.evaluation.people.persons import Manner, Person, Taste, Wish, bounded, wanted
from chatbot.evaluation.people.systems import Answer
from published import published, rows_of
from retriever.catalogue import Catalogue
from retriever.domain import Facet, FacetKind, FacetRole, Item
from retriever.errors import InputError

# --- what real people do ------------------------------------------------------------------------------

RECOMMENDS, ASKS = {"REC-S", "REC-E"}, {"REQ", "CLQ"}
WISHES, CRITIQUES = {"PRO", "REF", "IQU"}, {"CRI-F", "CRI-A", "CRI-C"}


def labelled() -> Iterator[tuple[set[str], set[str]]]:
    """(the assistant's labels, the person's) where the person neither accepts, stops nor is only polite."""
    for row in rows_of(published("iard/dialogues_partial.jsonl.gz")):
        for before, now in zip(row["turns"], row["turns"][1:], strict=False):
            said = set(now["intents"])
            if (before["speaker"], now["speaker"]) != ("assistant", "user"):
                continue
            if not said & {"ACC", "STO"} and said != {"OTH"}:
                yield set(before["intents"]), said


def test_the_shares_of_who_tells_criticises_and_answers_are_those_counted_in_iard():
    unasked = [said for before, said in labelled() if before & RECOMMENDS and not before & ASKS]
    alone = [said for before, said in labelled() if before & ASKS and not before & RECOMMENDS]
    beside = [said for before, said in labelled() if before & ASKS and before & RECOMMENDS]

    def answered(turns: list[set[str]]) -> tuple[int, int]:
        return sum(bool(said & (WISHES | CRITIQUES | {"ANS"})) for said in turns), len(turns)

    critical = [said for said in unasked if said & CRITIQUES]
    unprompted = [said for said in unasked if said & WISHES and not said & CRITIQUES]
    assert (len(unprompted), len(unasked)) == measured.UNPROMPTED
    assert (len(critical), len(unasked)) == measured.CRITICISES
    assert answered(alone) == measured.ANSWERS_ALONE
    assert answered(beside) == measured.ANSWERS_BESIDE


LITTLE = {
    "a",
    "the",
    "of",
    "and",
    "or",
    "to",
    "in",
    "with",
    "for",
    "some",
    "my",
    "no",
    "not",
    "any",
    "i",
    "on",
    "at",
}


def stems(text: str) -> set[str]:
    words = re.findall(r"[a-z0-9]+", text.casefold())
    return {re.sub(r"(ies|es|s|ing|ed)$", "", word) for word in words}


def content(value: str) -> frozenset[str]:
    return frozenset(stems(value) - LITTLE or stems(value))


def told(row: dict[str, Any]) -> Iterator[tuple[str, Counter[str]]]:
    """(the assistant's words, preferences told for the first time by category) after each assistant's turn.

    A person's first turn is left out. Of values that share a word only the longest counts.
    """
    preferences = {(kind, value) for kind, values in (row["preferences"] or {}).items() for value in values}
    heard: set[tuple[str, str]] = set()
    opened, before = False, None
    for turn in row["turns"]:
        if turn["speaker"] == "user":
            said = stems(turn["text"])
            new = {one for one in preferences - heard if content(one[1]) and content(one[1]) <= said}
            heard |= new
            if opened and before is not None and before["speaker"] == "assistant":
                yield before["text"], Counter(kind for kind, _ in apart(new))
            opened = True
        before = turn


def apart(values: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    taken: set[str] = set()
    for kind, value in sorted(values, key=lambda one: (-len(content(one[1])), one)):
        if not content(value) & taken:
            taken |= content(value)
            yield kind, value


def is_recommendation(text: str) -> bool:
    proposes = re.search(r"https?://|www\.|\b(recommend|suggest|how about|what about)\b", text, re.I)
    return proposes is not None


def without_addresses(text: str) -> str:
    return re.sub(r"https?://\S+", "", text)


def asks_one_thing(text: str) -> bool:
    bare = without_addresses(text)
    questions = [one for one in re.split(r"(?<=[.!?])\s+", bare) if "?" in one]
    return bare.count("?") == 1 and re.search(r"\b(and|or)\b|,", questions[0], re.I) is None


def test_how_much_is_told_at_a_time_is_what_was_counted_in_laps():
    turns = [one for row in rows_of(published("laps/dialogues.jsonl.gz")) for one in told(row)]
    telling = [(text, new) for text, new in turns if new]
    asked = [new for text, new in telling if not is_recommendation(text) and asks_one_thing(text)]
    twice = [
        new
        for text, new in telling
        if not is_recommendation(text) and without_addresses(text).count("?") == 2
    ]
    unasked = [new for text, new in telling if is_recommendation(text) and "?" not in without_addresses(text)]
    assert (sum(max(new.values()) > 1 for new in asked), len(asked)) == measured.SEVERAL_VALUES
    assert (sum(len(new) > 1 for new in asked), len(asked)) == measured.ADDS
    assert (sum(len(new) > 1 for new in twice), len(twice)) == measured.BOTH
    assert (sum(len(new) > 1 for new in unasked), len(unasked)) == measured.UNPROMPTED_TWO


# --- what simulated people do -------------------------------------------------------------------------

LAMP = Wish(wanted("category", ("lamps",)))
DEAR = Wish(bounded("price", 50.0, float("inf")))
OAK = Wish(wanted("wood", ("oak",)), hard=False)
GOLD, BLUE = Taste("colour", "gold", 1.0), Taste("colour", "blue", 0.5)


@pytest.fixture(scope="module")
def lamps() -> Catalogue:
    """Four lamps that nobody wants: neither gold nor blue, of pine, all above 50."""
    facets = [
        Facet("category", FacetKind.CATEGORY, "category", role=FacetRole.CATEGORY),
        Facet("price", FacetKind.NUMBER, "price", unit="EUR", role=FacetRole.PRICE),
        Facet("colour", FacetKind.TAGS, "colour"),
        Facet("wood", FacetKind.CATEGORY, "wood"),
    ]
    values = {"category": "lamps", "price": 60.0, "colour": ("red",), "wood": "pine"}
    return Catalogue("lamps", facets, [Item(one, f"Lamp {one}", "", values) for one in "abcd"])


class Shows:
    """The next lamp each turn, with or without a question."""

    name = "shows"

    def __init__(self, asks: str = "", also: str = "", *, cards: bool = True) -> None:
        self._asks, self._also, self._cards, self._turn = asks, also, cards, 0

    def begin(self, person: int) -> None:
        self._turn = 0

    def say(self, text: str) -> Answer:
        self._turn += 1
        return Answer(("abcd"[self._turn % 4],) if self._cards else (), self._asks, also=self._also)


def second_moves(lamps: Catalogue, system: Shows, **changes: object) -> list[tuple[Kind, str]]:
    """What 600 people do after a first reply."""
    values = {"number": 1, "wishes": (LAMP, DEAR, OAK), "patience": 2, "contradiction_rate": 0.0,
              "typing_error_rate": 0.0, "threshold": 2.0, "manner": Manner.MEASURED}  # fmt: skip
    person = Person(**(values | changes))  # type: ignore[arg-type]
    talks = [meet(person, system, lamps, seed).transcript for seed in range(600)]
    return [(talk[1].kind, talk[1].said) for talk in talks]


def test_they_tell_and_criticise_unasked_as_often_as_was_counted(lamps: Catalogue):
    moves = second_moves(lamps, Shows(), tastes=(GOLD,))
    kinds = Counter(kind for kind, _ in moves)
    assert kinds[Kind.TELL] / 600 == pytest.approx(measured.UNPROMPTED.rate, abs=0.05)
    assert kinds[Kind.CRITIQUE] / 600 == pytest.approx(measured.CRITICISES.rate, abs=0.05)
    assert kinds[Kind.TELL] + kinds[Kind.CRITIQUE] + kinds[Kind.OTHERS] + kinds[Kind.REFUSE] == 600


def test_who_has_told_all_criticises_instead(lamps: Catalogue):
    kinds = Counter(kind for kind, _ in second_moves(lamps, Shows(), wishes=(LAMP,), tastes=(GOLD,)))
    both = measured.UNPROMPTED.rate + measured.CRITICISES.rate
    assert kinds[Kind.CRITIQUE] / 600 == pytest.approx(both, abs=0.05)


def test_a_question_beside_cards_is_passed_over_more_often_than_one_alone(lamps: Catalogue):
    for cards, share in ((True, measured.ANSWERS_BESIDE), (False, measured.ANSWERS_ALONE)):
        moves = second_moves(lamps, Shows("wood", cards=cards))
        answers = sum(kind is Kind.ANSWER for kind, _ in moves)
        assert answers / 600 == pytest.approx(share.rate, abs=0.06)


def test_who_takes_up_a_question_and_has_no_wish_about_it_says_so(lamps: Catalogue):
    moves = second_moves(lamps, Shows("colour", cards=False))
    kinds = Counter(kind for kind, _ in moves)
    assert kinds[Kind.INDIFFERENT] / 600 == pytest.approx(measured.ANSWERS_ALONE.rate, abs=0.05)


def test_an_answer_now_and_then_tells_more_than_one_thing(lamps: Catalogue):
    moves = second_moves(lamps, Shows("colour", cards=False), tastes=(GOLD, BLUE))
    said = [text for kind, text in moves if kind is Kind.ANSWER]
    both = sum("gold" in text and "blue" in text for text in said)
    also = sum("50" in text for text in said)
    assert both / len(said) == pytest.approx(measured.SEVERAL_VALUES.rate, abs=0.06)
    assert also / len(said) == pytest.approx(measured.ADDS.rate, abs=0.06)


def test_of_two_things_asked_at_a_time_both_are_answered_as_often_as_was_counted(lamps: Catalogue):
    moves = second_moves(lamps, Shows("colour", "wood", cards=False), tastes=(GOLD,))
    said = [text for kind, text in moves if kind is Kind.ANSWER]
    assert all("gold" in text for text in said)
    both = sum("oak" in text for text in said)
    assert both / len(said) == pytest.approx(measured.BOTH.rate, abs=0.06)


def test_the_second_of_two_things_is_answered_where_there_is_nothing_to_say_about_the_first(lamps: Catalogue):
    moves = second_moves(lamps, Shows("colour", "wood", cards=False))
    assert all("oak" in text for kind, text in moves if kind is Kind.ANSWER)


def test_each_of_two_things_that_were_told_before_is_a_needless_question(lamps: Catalogue):
    told = Person(1, (LAMP, DEAR, OAK), 1, 0.0, 0.0, threshold=2.0, verbosity=3)
    assert meet(told, Shows("category", "price"), lamps, 0).tally.needless == 2
    assert meet(told, Shows("category", "colour"), lamps, 0).tally.needless == 1


def test_with_nothing_to_look_at_and_nothing_asked_they_go_on_telling(lamps: Catalogue):
    assert {kind for kind, _ in second_moves(lamps, Shows(cards=False))} == {Kind.TELL}


def test_more_people_than_all_are_refused():
    with pytest.raises(InputError, match=r"0\.6 of the people reticent and 0\.5 telling everything"):
        Habits(reticent=0.6, telling_all=0.5)
