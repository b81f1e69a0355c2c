"""Labelled utterances: how files are read, what counts as right, and the figures, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot import acts
from chatbot.build import Parley
from chatbot.evaluation.benchmarks.understanding.counting import (
    Confusion,
    class_figures,
    confusions,
    macro_f1,
)
from chatbot.evaluation.benchmarks.understanding.judging import changed, matches
from chatbot.evaluation.benchmarks.understanding.label_files import ACTS, read_files
from chatbot.evaluation.benchmarks.understanding.labelled import Labelled, labelled
from chatbot.evaluation.benchmarks.understanding.own import own_folder, run_own
from chatbot.evaluation.reading import BrokenScript
from chatbot.understanding.reading import Situation
from retriever.domain import AnyOf, Between, Constraint, NoneOf, Source, SourceKind
from retriever.errors import InputError

ROOT = Path(__file__).parents[3]
SAID = Source(SourceKind.QUOTE, 2, "said")
HEAD = (
    "catalogue: shop\nlanguage: en\nsituations:\n  tents: {shown: [Feather 1 Tent], active: [price < 300]}\n"
)


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "some.yaml"
    path.write_text(HEAD + "utterances:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def line(number: int, rest: str) -> str:
    return f"- {{id: u{number}, ability: values, part: dev, say: hello, {rest}}}"


def looked_up(parley: Parley, path: Path) -> list[Labelled]:
    (file,) = read_files([path])
    return list(labelled(file, parley.shelf.get("shop").catalogue))


def constraint(facet: str, test: AnyOf | NoneOf | Between, *, hard: bool = True) -> Constraint:
    return Constraint(facet, test, SAID, hard)


# --- figures ----------------------------------------------------------------------------------------

# "a": always heard. "b": never. "c": heard where it isn't, and in no label.
PAIRS = [
    (frozenset("a"), frozenset("a")),
    (frozenset("ab"), frozenset("a")),
    (frozenset("b"), frozenset("c")),
]


def test_macro_f1_is_the_plain_mean_over_the_labelled_classes():
    found = macro_f1(PAIRS)
    assert found is not None
    assert (found.mean, found.n) == (0.5, 3)  # (1 + 0) / 2
    assert 0 <= found.low <= 0.5 <= found.high <= 1


def test_a_class_heard_too_often_loses_precision():
    found = macro_f1([(frozenset("a"), frozenset("a")), (frozenset("b"), frozenset("ab"))])
    assert found is not None
    assert found.mean == pytest.approx((2 / 3 + 1) / 2)  # a: 2·1 / (2·1 + 1); b: 1


def test_without_labels_there_is_no_figure():
    assert macro_f1([]) is None


def test_classes_are_told_the_worst_first():
    b, a = class_figures(PAIRS)
    assert (b.act, b.labels, b.precision, b.recall, b.f1) == ("b", 2, None, 0, 0)
    assert (a.act, a.labels, a.precision, a.recall, a.f1) == ("a", 2, 1, 1, 1)


def test_what_is_taken_for_what_is_counted():
    assert confusions(PAIRS) == (Confusion("b", "c", 1), Confusion("b", "–", 1))


# --- what counts as right ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "heard", "right"),
    [
        ("price < 50", [constraint("price", Between(None, 50, True))], True),
        ("price < 50", [constraint("price", Between(None, 50))], False),
        ("price < 50", [constraint("price", Between(None, 50, True), hard=False)], False),
        ("soft price < 50", [constraint("price", Between(None, 50, True), hard=False)], True),
        ("price < 50", [], False),
        ("price ~ 100", [constraint("price", Between(85, 115))], True),
        ("price ~ 100", [constraint("price", Between(60, 115))], False),
        ("price ~ 100", [constraint("price", Between(None, 115))], False),
        ("price < ?", [constraint("price", Between(None, 7))], True),
        ("price < ?", [constraint("price", Between(7, None))], False),
        ("colour = red || colour = blue", [constraint("colour", AnyOf(("blue",)))], True),
        ("maybe colour = red", [], True),
        ("maybe colour = red", [constraint("colour", AnyOf(("red",)))], True),
        ("maybe colour = red", [constraint("colour", AnyOf(("blue",)))], False),
        ("colour != red | blue", [constraint("colour", NoneOf((c,))) for c in ("blue", "red")], True),
        ("colour != red | blue", [constraint("colour", NoneOf(("red",)))], False),
        ("colour = red", [constraint("colour", NoneOf(("red",)))], False),
        ("colour = red", [constraint("colour", AnyOf((c,))) for c in ("blue", "red")], False),
    ],
)
def test_a_condition_is_right_if_it_says_the_same(
    parley: Parley, tmp_path: Path, label: str, heard: list[Constraint], right: bool
):
    (one,) = looked_up(parley, written(tmp_path, line(1, f'acts: [constrain], conditions: ["{label}"]')))
    assert matches(one.conditions, heard) is right


def test_what_replaces_an_older_condition_is_new_and_the_older_gone(parley: Parley):
    held = Constraint("price", Between(None, 300, True), Source(SourceKind.QUOTE, 1, "under 300"))
    tents = constraint("category", AnyOf(("tents",)))
    cheaper = constraint("price", Between(None, 200, True))
    heard = (acts.Constrain("tents", tents), acts.Constrain("under 200", cheaper))
    new, gone = changed(heard, Situation(2, constraints=(held,)), parley.shelf.get("shop").catalogue.facet)
    assert [(c.facet, c.test) for c in new] == [("category", tents.test), ("price", cheaper.test)]
    assert gone == (held,)


def test_an_act_that_is_left_open_counts_neither_way(parley: Parley, tmp_path: Path):
    (one,) = looked_up(parley, written(tmp_path, line(1, 'acts: [constrain, "inform?"]')))
    assert (one.acts, one.optional) == ({"constrain"}, {"inform"})
    assert not one.states


# --- files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ("acts: [shout]", "some.yaml:6: 'shout' is no act; the acts are inform"),
        ("act: [greet]", "some.yaml:6: 'act' is no key here; did you mean 'acts'"),
        ("acts: [greet], conditions: [price < cheap]", "some.yaml:6: 'price < cheap': 'price' is a number"),
        ('acts: [greet], gone: ["colour = tartan"]', "some.yaml:6: 'colour = tartan': no item"),
        (
            "acts: [greet], items: [Tent of Dreams]",
            "some.yaml:6: no item of 'shop' is called 'Tent of Dreams'",
        ),
        ("acts: [greet], after: lamps", "some.yaml:6: there is no situation 'lamps'; there are: tents"),
    ],
)
def test_a_wrong_label_is_told_with_its_line(parley: Parley, tmp_path: Path, rest: str, says: str):
    with pytest.raises(BrokenScript) as told:
        looked_up(parley, written(tmp_path, line(1, rest)))
    assert says in str(told.value)


def test_an_id_is_there_once(tmp_path: Path):
    path = written(tmp_path, line(1, "acts: [greet]"), line(1, "acts: [greet]"))
    with pytest.raises(BrokenScript, match=r"some\.yaml:7: the id 'u1' is taken, in some\.yaml:6"):
        read_files([path])


def test_a_situation_is_what_was_shown_and_said(parley: Parley, tmp_path: Path):
    (one,) = looked_up(parley, written(tmp_path, line(1, "acts: [greet], after: tents")))
    assert one.situation.shown.items == ("FH-1002",)
    assert [(c.facet, c.test) for c in one.situation.constraints] == [("price", Between(None, 300.0, True))]


def test_without_the_repository_the_folder_has_to_be_named(tmp_path: Path):
    assert own_folder(ROOT) == ROOT / "tests" / "utterances"
    with pytest.raises(InputError, match="name a folder of such files with --own"):
        own_folder(tmp_path)


# --- our own utterances -----------------------------------------------------------------------------


def test_our_own_labels_hold_every_act_in_both_parts():
    utterances = [one for file in read_files([own_folder(ROOT)]) for one in file.content.utterances]
    for part in ("dev", "held_out"):
        named = {act.removesuffix("?") for one in utterances if one.part == part for act in one.acts}
        assert named == set(ACTS) - {"click", "adjust"}  # which come of taps
    dev = sum(one.part == "dev" for one in utterances)
    assert len(utterances) >= 600
    assert abs(2 * dev - len(utterances)) <= 12
    assert sum(file.content.language == "zh" for file in read_files([own_folder(ROOT)])) == 1


def test_a_sample_of_our_own_utterances_is_read_as_labelled(parley: Parley):
    files = read_files([own_folder(ROOT)])
    some = [
        type(file)(
            file.path,
            file.content.model_copy(
                update={"utterances": [one for one in file.content.utterances if one.part == "dev"][::6]}
            ),
            file.lines,
        )
        for file in files
    ]
    done = run_own(parley, some)
    every = done.groups[0].figures
    assert every.acts is not None
    assert every.conditions is not None
    # With this encoder, which means nothing; the embedded one does better.
    assert every.utterances >= 60
    assert every.acts.mean >= 0.85
    assert every.conditions.mean >= 0.88
    assert len(done.misread) < 12
