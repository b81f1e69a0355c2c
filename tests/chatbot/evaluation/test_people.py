"""Simulated people: drawn from a seed, content only with what they wished, and not to be gamed."""

from __future__ import annotations

import dataclasses
import json
import random

import pytest

from chatbot.build import Parley
from chatbot.evaluation.conditions import Condition
from chatbot.evaluation.people.drawing import Habits, draw_person
from chatbot.evaluation.people.gathering import Gathering, gather
from chatbot.evaluation.people.meeting import GaveUp, Meeting, meet
from chatbot.evaluation.people.mind import Kind
from chatbot.evaluation.people.peers import KeywordSystem, PerfectEar, flood
from chatbot.evaluation.people.persons import Leaning, Person, Taste, Wish
from chatbot.evaluation.people.speech import Speech
from chatbot.evaluation.people.systems import Answer, fixed_facets
from chatbot.evaluation.people.table import Difference, differences
from chatbot.evaluation.people.writing import run_json
from chatbot.evaluation.stage import Stage, open_stage
from retriever.catalogue import Catalogue
from retriever.domain import Facet, FacetKind, FacetRole, Item
from retriever.errors import InputError

TENTS = Wish(Condition("category = tents", "category", ("tents",)))
CHEAP = Wish(Condition("price <= 100", "price", bounds=(-float("inf"), 100.0)))


class Recorded:
    """A system that shows what it was told to, and remembers what it heard."""

    name = "recorded"

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.heard: list[str] = []

    def begin(self, person: int) -> None:
        self.heard = []

    def say(self, text: str) -> Answer:
        self.heard.append(text)
        return self._answers[min(len(self.heard), len(self._answers)) - 1]


def ids(catalogue: Catalogue, *, category: str, below: float) -> tuple[str, ...]:
    return tuple(
        item.id
        for item in catalogue.items
        if item.facets["category"] == category and item.facets["price"] < below
    )[:3]


def person(**changes: object) -> Person:
    values = {"number": 1, "wishes": (TENTS, CHEAP), "patience": 5, "contradiction_rate": 0.0,
              "typing_error_rate": 0.0}  # fmt: skip
    return Person(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def lamps() -> Catalogue:
    """Six lamps, small enough to see by eye who would like which."""
    rows = [
        ("a", "lamps", 10.0, ("red",), 900.0),
        ("b", "lamps", 20.0, ("blue",), 500.0),
        ("c", "lamps", 30.0, ("blue", "gold"), 400.0),
        ("d", "lamps", 40.0, ("green",), 300.0),
        ("e", "chairs", 15.0, ("blue",), 4000.0),
        ("f", "lamps", 60.0, ("gold", "red"), 200.0),
    ]
    facets = [
        Facet("category", FacetKind.CATEGORY, "category", role=FacetRole.CATEGORY),
        Facet("price", FacetKind.NUMBER, "price", unit="EUR", role=FacetRole.PRICE),
        Facet("colour", FacetKind.TAGS, "colour"),
        Facet("weight", FacetKind.NUMBER, "weight", unit="g"),
    ]
    items = [
        Item(one, f"Lamp {one.upper()}", "", {"category": c, "price": p, "colour": t, "weight": w})
        for one, c, p, t, w in rows
    ]
    return Catalogue("lamps", facets, items)


LAMPS = Wish(Condition("category = lamps", "category", ("lamps",)))


def fond_of_lamps(**changes: object) -> Person:
    return person(**({"wishes": (LAMPS,), "threshold": 0.9, "patience": 6} | changes))


# --- who they are -------------------------------------------------------------------------------------


def test_people_come_out_the_same_for_the_same_seed_and_can_be_pleased(stage: Stage):
    for name in ("shop", "films"):
        catalogue = stage.catalogue(name)
        people = [draw_person(catalogue, number, 7) for number in range(20)]
        assert people == [draw_person(catalogue, number, 7) for number in range(20)]
        assert people[:2] != [draw_person(catalogue, number, 8) for number in range(2)]
        for one in people:
            fitting = [item for item in catalogue.items if one.accepts(item)]
            assert 2 <= len(fitting) <= 0.04 * len(catalogue)
            # Of what keeps the musts, so few that three cards seldom please by chance.
            possible = [item for item in catalogue.items if one.allows(item)]
            assert len(fitting) <= max(2, 0.05 * len(possible))
            assert len(possible) >= 8
            assert len(one.wishes) >= 2
            assert one.tastes or one.leanings


def test_a_catalogue_that_tells_nothing_apart_has_nobody():
    with pytest.raises(InputError, match="nobody can be made up"):
        draw_person(Catalogue("dull", (), []), 1, 0)


def test_what_an_item_is_worth_is_the_weighted_share_of_what_it_has_right(lamps: Catalogue):
    one = fond_of_lamps(
        wishes=(LAMPS, Wish(Condition("price <= 35", "price", bounds=(-float("inf"), 35.0)), hard=False)),
        tastes=(Taste("colour", "blue", 1.0), Taste("colour", "gold", -0.5)),
        leanings=(Leaning("weight", 300.0, 700.0, 1.0),),
    )
    # Weights: soft wish 0.5, blue 1, gold 0.5, weight 1; together 3.
    # b: cheap, blue, no gold, 500 g is half way from 300 to 700: (0.5 + 1 + 0.5 + 0.5) / 3
    assert one.utility(lamps.item("b")) == pytest.approx(2.5 / 3)
    # c: cheap, blue, but gold; 400 g leaves three quarters: (0.5 + 1 + 0 + 0.75) / 3
    assert one.utility(lamps.item("c")) == pytest.approx(2.25 / 3)
    # f: dear, not blue, gold, 200 g is better than good: 1 / 3
    assert one.utility(lamps.item("f")) == pytest.approx(1 / 3)
    assert one.best(lamps.items) == pytest.approx(2.5 / 3)
    assert person(wishes=(LAMPS,)).utility(lamps.item("a")) == 1.0


def test_a_hard_wish_outweighs_everything(lamps: Catalogue):
    one = fond_of_lamps(tastes=(Taste("colour", "blue", 1.0),))
    assert one.utility(lamps.item("e")) == 1.0
    assert not one.accepts(lamps.item("e"))


def test_people_settle_for_a_little_less_with_each_turn_and_not_for_much_less():
    one = person(threshold=0.8)
    assert one.expects(1) == 0.8
    assert one.expects(4) == pytest.approx(0.77)
    assert one.expects(11) == one.expects(60) == pytest.approx(0.7)


# --- what they do -------------------------------------------------------------------------------------


def test_a_person_takes_what_fits_and_says_which(stage: Stage):
    catalogue = stage.catalogue("shop")
    system = Recorded(Answer(ids(catalogue, category="tents", below=100.0)))
    meeting = meet(person(), system, catalogue, 0)
    assert meeting.success
    assert meeting.turns == 1
    assert meeting.satisfaction == 1.0
    assert "first" in system.heard[-1]


def test_who_settles_for_less_than_the_best_is_less_content(lamps: Catalogue):
    one = fond_of_lamps(tastes=(Taste("colour", "blue", 1.0), Taste("colour", "gold", 0.25)), threshold=0.8)
    # b is blue: worth 1 of 1.25; c has the gold as well.
    meeting = meet(one, Recorded(Answer(()), Answer(("a", "b"))), lamps, 0)
    assert meeting.taken == "b"
    assert meeting.regret == pytest.approx(0.2)
    assert meeting.satisfaction == pytest.approx(1 - 0.2 - 0.08)


def test_the_best_card_is_taken_and_a_card_behind_the_third_is_not_seen(lamps: Catalogue):
    one = fond_of_lamps(tastes=(Taste("colour", "gold", 1.0),), threshold=1.0)
    assert meet(one, Recorded(Answer(("a", "b", "c", "d"))), lamps, 0).taken == "c"
    easy = dataclasses.replace(one, threshold=0.0)
    assert meet(easy, Recorded(Answer(("a", "b", "c", "d"))), lamps, 0).taken == "c"
    assert not meet(one, Recorded(Answer(("a", "b", "d", "c"))), lamps, 0).success


def test_a_person_insists_on_what_is_ignored_and_gives_up(stage: Stage):
    catalogue = stage.catalogue("shop")
    system = Recorded(Answer(ids(catalogue, category="jackets", below=500.0)))
    meeting = meet(person(), system, catalogue, 0)
    assert meeting.gave_up is GaveUp.ANNOYED
    assert meeting.satisfaction == 0.0
    assert meeting.tally.breaking >= 3
    assert meeting.tally.repeated >= 3
    assert any("tents" in said for said in system.heard[1:])


def test_a_question_about_a_waiting_wish_is_answered_and_a_needless_one_is_counted(stage: Stage):
    catalogue = stage.catalogue("shop")
    for seed in range(6):
        system = Recorded(Answer((), asks="price"), Answer((), asks="price"))
        meeting = meet(person(), system, catalogue, seed)
        assert any("100" in said for said in system.heard[:2])
        assert meeting.tally.needless >= 1
        assert meeting.tally.questions == meeting.turns


def test_who_is_shown_and_asked_nothing_leaves_after_three_replies(stage: Stage):
    meeting = meet(person(), Recorded(Answer(())), stage.catalogue("shop"), 0)
    assert meeting.gave_up is GaveUp.NOTHING
    assert meeting.turns == 3


def test_a_vague_person_opens_without_a_wish(stage: Stage):
    system = Recorded(Answer(()))
    meet(person(vague=True), system, stage.catalogue("shop"), 3)
    assert not any(word in system.heard[0] for word in ("tent", "100"))
    assert "tents" in system.heard[1]


def test_a_person_asks_about_the_item_before_taking_it(lamps: Catalogue):
    system = Recorded(Answer(("b",)), Answer(()))
    meeting = meet(fond_of_lamps(curiosity=1.0), system, lamps, 0)
    assert "?" in system.heard[1]
    assert meeting.transcript[1].kind is Kind.ASK
    assert (meeting.taken, meeting.turns) == ("b", 2)


def test_a_mistake_is_taken_back_before_anything_is_taken(stage: Stage):
    catalogue = stage.catalogue("shop")
    fitting = Answer(ids(catalogue, category="tents", below=100.0))
    system = Recorded(Answer(()), fitting)
    meeting = meet(person(contradiction_rate=1.0), system, catalogue, 1)
    assert meeting.success
    assert meeting.turns == 3
    assert "forget" in system.heard[2] or "never mind" in system.heard[2]


def test_what_is_shown_for_a_slip_of_the_tongue_is_not_held_against_the_system(stage: Stage):
    catalogue = stage.catalogue("shop")
    jackets = Answer(ids(catalogue, category="jackets", below=500.0))
    system = Recorded(Answer(()), jackets, Answer(()))
    meeting = meet(person(wishes=(TENTS,), contradiction_rate=1.0), system, catalogue, 1)
    assert meeting.transcript[1].kind is Kind.SLIP
    assert meeting.tally.breaking == 0


def test_a_change_of_mind_moves_the_target(lamps: Catalogue):
    red = Wish(Condition("colour = red", "colour", ("red",)))
    one = fond_of_lamps(wishes=(red,), contradiction_rate=1.0, change_rate=1.0, patience=8, threshold=0.0)
    moved = 0
    for seed in range(12):
        # Nothing to take at first; then, for good, the one red lamp that nothing else can be said for.
        meeting = meet(one, Recorded(Answer(()), Answer(("a",))), lamps, seed)
        kinds = [exchange.kind for exchange in meeting.transcript]
        if Kind.CHANGE not in kinds:
            continue
        moved += 1
        said = meeting.transcript[kinds.index(Kind.CHANGE)].said
        assert "blue" in said or "gold" in said
        if meeting.taken:
            # They may come back to red, but only by another change of mind.
            assert kinds.count(Kind.CHANGE) >= 2
        assert meeting.transcript[1].items == ("a",)
        assert meeting.turns > 2
    assert moved == 12


# --- what they say about what they are shown ----------------------------------------------------------


def test_a_dislike_is_told_when_a_card_shows_it_and_not_before(lamps: Catalogue):
    one = fond_of_lamps(tastes=(Taste("colour", "gold", -1.0),), threshold=1.1)
    system = Recorded(Answer(("a",)), Answer(("b",)), Answer(("d", "c")), Answer(()))
    meet(one, system, lamps, 0)
    assert not any("gold" in said for said in system.heard[:3])
    assert "gold" in system.heard[3]


def test_a_question_about_the_facet_brings_a_dislike_out_too(lamps: Catalogue):
    one = fond_of_lamps(tastes=(Taste("colour", "gold", -1.0),), threshold=1.1)
    system = Recorded(Answer(("a",), asks="colour"), Answer(()))
    meet(one, system, lamps, 0)
    assert "gold" in system.heard[1]


def test_a_comparative_names_the_card_that_is_worse(lamps: Catalogue):
    one = fond_of_lamps(leanings=(Leaning("price", 12.0, 60.0, 1.0),), threshold=1.1)
    heard = set()
    for seed in range(12):
        # a costs 10 and is fine, d costs 40.
        system = Recorded(Answer(("a", "d")), Answer(()))
        meet(one, system, lamps, seed)
        heard.add(system.heard[1])
    assert all("second" in said for said in heard)
    assert any("cheaper" in said or "less expensive" in said for said in heard)


PLACES = {"first": 0, "second": 1, "third": 2}
COMPARATIVES = (  # words → facet, and whether they ask for less of it
    (("shorter", "too long"), "runtime_min", True),
    (("longer", "too short"), "runtime_min", False),
    (("older", "earlier", "too new", "too recent"), "year", True),
    (("newer", "more recent", "too old"), "year", False),
)


@pytest.fixture(scope="module")
def hard_to_please(parley: Parley) -> list[Meeting]:
    """People who speak out, in plain words, and take nothing: as many critiques as can be had."""
    catalogue = parley.shelf.get("films").catalogue
    habits = Habits(contradictions=0.0, typing_errors=0.0, loose=0.0, curiosity=0.0, telling_all=1.0)
    people = [draw_person(catalogue, number, 5, habits=habits) for number in range(30)]
    return [
        meet(dataclasses.replace(one, outspoken=1.0, threshold=2.0), PerfectEar(catalogue), catalogue, 5)
        for one in people
    ]


def values(item: Item) -> set[str]:
    return {word.casefold() for value in item.facets.values() if isinstance(value, tuple) for word in value}


def test_every_critique_is_true_of_the_cards_that_were_shown(stage: Stage, hard_to_please: list[Meeting]):
    """Read from the words alone, against the records: what a named card is said to be, it is."""
    catalogue = stage.catalogue("films")
    checked = dict.fromkeys(("liked", "disliked", "compared"), 0)
    for meeting in hard_to_please:
        for before, now in zip(meeting.transcript, meeting.transcript[1:], strict=False):
            if now.kind is not Kind.CRITIQUE:
                continue
            said = now.said.casefold()
            cards = [catalogue.item(one) for one in before.items[:3]]
            named = [cards[at] for word, at in PLACES.items() if f"the {word} one" in said]
            spoken_of = named or cards
            for taste in meeting.person.tastes:
                if taste.value.casefold() not in said:
                    continue
                has = [taste.value.casefold() in values(card) for card in spoken_of]
                assert all(has) if taste.weight < 0 else not any(has), now.said
                checked["disliked" if taste.weight < 0 else "liked"] += 1
            for words, facet, to_less in COMPARATIVES:
                if any(word in said for word in words):
                    (leaning,) = [one for one in meeting.person.leanings if one.facet == facet]
                    for card in spoken_of:
                        number = card.facets[facet]
                        assert number > leaning.good if to_less else number < leaning.good, now.said
                    checked["compared"] += 1
    assert min(checked.values()) >= 10, checked


def test_no_dislike_is_told_before_a_card_has_it(stage: Stage, hard_to_please: list[Meeting]):
    catalogue = stage.catalogue("films")
    told = 0
    for meeting in hard_to_please:
        wished = {value for wish in meeting.person.wishes for value in wish.condition.values}
        for taste in (t for t in meeting.person.tastes if t.weight < 0 and t.value not in wished):
            seen: set[str] = set()
            for exchange in meeting.transcript:
                if taste.value.casefold() in exchange.said.casefold():
                    assert taste.value.casefold() in seen, exchange.said
                    told += 1
                seen.update(*(values(catalogue.item(one)) for one in exchange.items[:3]))
    assert told >= 10


def test_a_system_that_ignores_or_repeats_is_charged_for_it(lamps: Catalogue):
    one = fond_of_lamps(tastes=(Taste("colour", "gold", -1.0),), threshold=1.1, patience=3)
    # Turn 1 shows gold, turn 2 shows another gold lamp, turn 3 the first one again.
    meeting = meet(one, Recorded(Answer(("c",)), Answer(("f",)), Answer(("c",))), lamps, 0)
    assert (meeting.tally.shown, meeting.tally.ignoring, meeting.tally.repeated) == (3, 2, 1)
    assert meeting.tally.breaking == 0
    # A card annoys once: c goes against what was told and was there before.
    assert meeting.tally.annoyances == 2
    charged = meet(one, Recorded(Answer(("c",)), Answer(("a",)), Answer(("b",))), lamps, 0)
    assert (charged.tally.ignoring, charged.tally.repeated, charged.tally.annoyances) == (0, 0, 0)


def test_what_was_turned_down_by_name_counts_when_it_comes_again(lamps: Catalogue):
    one = fond_of_lamps(tastes=(Taste("colour", "gold", -1.0),), threshold=1.1, patience=3)
    meeting = meet(one, Recorded(Answer(("a", "c")), Answer(("c",)), Answer(("b",))), lamps, 2)
    assert any(word in meeting.transcript[1].said for word in ("second", "gold"))
    assert meeting.tally.again == 1


# --- how they talk ------------------------------------------------------------------------------------


def test_typing_errors_change_words_but_not_figures(stage: Stage):
    speech = Speech(stage.catalogue("shop"), random.Random(0), 1.0)
    assert speech.typed("under 200 or so") != "under 200 or so"
    assert "200" in speech.typed("under 200 or so")
    exact = Speech(stage.catalogue("shop"), random.Random(0), 0.0)
    assert exact.typed("waterproof jackets") == "waterproof jackets"


def test_who_does_not_know_the_catalogues_word_says_another_until_they_insist(stage: Stage):
    speech = Speech(stage.catalogue("shop"), random.Random(0), 0.0, loose_rate=1.0, careless=True)
    spoken = {speech.wish(TENTS) for _ in range(20)}
    assert not any("tents" in words for words in spoken)
    assert all("tent" in words for words in spoken)
    assert "tents" in speech.wish(TENTS, exactly=True)
    assert speech.typed("from the United States") == "from the united states"


def test_a_wish_that_is_no_must_is_hedged(stage: Stage):
    speech = Speech(stage.catalogue("shop"), random.Random(0), 0.0)
    hedges = ("ideally", "if possible", "preferably", "would be nice")
    soft = dataclasses.replace(CHEAP, hard=False)
    for said in [speech.wish(soft) for _ in range(10)]:
        assert any(hedge in said for hedge in hedges)
    for said in [speech.wish(CHEAP) for _ in range(10)]:
        assert not any(hedge in said for hedge in hedges)


# --- the peers and the table --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gathered(parley: Parley) -> dict[str, Gathering]:
    systems = ("parley", "popular", "random", "flood", "interrogator", "perfect-ear")
    with open_stage(parley) as stage:
        return {each.system: each for each in gather(stage, "shop", 24, 3, systems=systems)}


def test_peers_that_hear_nothing_please_nobody_as_parley_does(gathered: dict[str, Gathering]):
    satisfaction = {
        name: {f.name: f for f in each.figures}["satisfaction"] for name, each in gathered.items()
    }
    for peer in ("random", "most popular", "flood", "interrogator"):
        assert satisfaction["Parley"].low > satisfaction[peer].high, peer
    assert satisfaction["perfect ear"].mean > satisfaction["random"].high


def test_the_same_people_meet_every_system_and_meet_it_again_alike(
    gathered: dict[str, Gathering], stage: Stage
):
    first, *others = gathered.values()
    for other in others:
        assert [m.person for m in first.meetings] == [m.person for m in other.meetings]
    again = gather(stage, "shop", 4, 3, systems=("random", "parley"))
    for each in again:
        assert each.meetings == gathered[each.system].meetings[:4]
    written = json.dumps(run_json(again, {"seed": 3}))
    assert json.loads(written)["gatherings"][1]["meetings"][0]["person"]["number"] == 0


def test_parley_that_never_asks_asks_nothing_and_with_fixed_questions_the_same_of_all(stage: Stage):
    asking, quiet, fixed = gather(stage, "shop", 4, 3, systems=("parley", "never-asks", "fixed-questions"))
    assert sum(m.tally.questions for m in asking.meetings) > 0
    assert sum(m.tally.questions for m in quiet.meetings) == 0
    assert {m.transcript[0].asks for m in fixed.meetings} == {("category",)}
    assert any(m.transcript[0].items for m in fixed.meetings)


def test_an_interrogator_asks_its_list_before_it_shows_anything(gathered: dict[str, Gathering], stage: Stage):
    facets = fixed_facets(stage.catalogue("shop"))
    assert facets[:2] == ("category", "price")
    for meeting in gathered["interrogator"].meetings:
        asked = [exchange.asks for exchange in meeting.transcript[: len(facets)]]
        assert asked == [(facet,) for facet in facets][: len(asked)]
        assert not any(exchange.items for exchange in meeting.transcript[: len(facets)])


def test_a_flood_shows_fifty_a_turn_and_keyword_remembers_nothing(stage: Stage):
    catalogue = stage.catalogue("shop")
    everything = flood(catalogue)
    everything.begin(0)
    assert [len(everything.say("").items) for _ in range(5)] == [50, 50, 50, 50, len(catalogue) - 200]
    deaf = KeywordSystem(catalogue)
    deaf.begin(0)
    tents = deaf.say("tents").items
    assert all(catalogue.item(one).facets["category"] == "tents" for one in tents)
    assert deaf.say("tents").items == tents
    assert deaf.say("zzzz").items == ()


def met(number: int, turns: int, *, left: GaveUp | None = None) -> Meeting:
    return Meeting(person(number=number, patience=9), turns, gave_up=left)


def test_differences_are_between_the_same_people():
    first = [met(0, 2), met(1, 4), met(2, 3)]
    second = [met(0, 4), met(1, 4), met(2, 2, left=GaveUp.ANNOYED)]
    by_name: dict[str, Difference] = {one.name: one for one in differences(first, second)}
    # Who gave up counts with all their patience: 2, 4, 3 against 4, 4, 9.
    assert by_name["turns"].mean == pytest.approx((-2 + 0 - 6) / 3)
    assert by_name["turns"].share == pytest.approx(9 / 17 - 1)
    assert by_name["success"].mean == pytest.approx(1 / 3)
    assert by_name["turns"].low <= by_name["turns"].mean <= by_name["turns"].high
    assert by_name["turns"].people == 3
    with pytest.raises(ValueError, match="different people"):
        differences(first, second[:2])
