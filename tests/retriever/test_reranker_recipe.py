"""The recipe that trains a reranker: what it reads, how it splits and measures, and whether it goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retriever.catalogue import Catalogue
from retriever.cross_encoder import CrossEncoderReranker
from retriever.errors import InputError
from retriever.recipes.cases import Source, gather
from retriever.recipes.judged import JudgedQuery, read_judged, split
from retriever.recipes.measured import compared, measured, table
from retriever.recipes.reranker import (
    Recipe,
    compare,
    learning_rate,
    pairs_of_step,
    read_recipe,
    reranked,
    run,
)
from retriever.reranker import OverlapReranker
from tiny_models import tiny_model


@pytest.fixture(autouse=True)
def _fresh_accelerate():
    """Accelerate keeps one precision a process; a recipe is a process of its own, but its tests are not."""
    from accelerate.state import AcceleratorState

    AcceleratorState._reset_state(reset_partial_state=True)
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


RECIPE = Path(__file__).parents[2] / "retriever" / "recipes" / "reranker.toml"


def judged(query="grief", items=("harbour",), dialogue="d", at=None, liked=()):
    return JudgedQuery(
        query=query, liked=tuple(liked), items=dict.fromkeys(items, 1.0), dialogue=dialogue, at=at
    )


def write(path, *lines):
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


@pytest.fixture
def catalogue(items, facets):
    return Catalogue("films", facets, items)


# -- reading ---------------------------------------------------------------------------------------------

GOOD = {"query": "sad", "items": ["harbour"]}


def test_a_file_of_judged_queries_is_read(tmp_path, catalogue):
    path = write(
        tmp_path / "j.jsonl",
        {"query": "sad", "liked": ["tango", "gone"], "items": {"harbour": 0.5, "lost": 1}, "dialogue": "d1"},
        "",
        {"query": "", "liked": ["heist"], "items": ["vault"]},
        {"query": "of nothing that is here", "items": ["lost"]},
    )
    queries, unknown = read_judged(path, catalogue)
    assert queries == (
        JudgedQuery(query="sad", liked=("tango",), items={"harbour": 0.5}, dialogue="d1"),
        JudgedQuery(query="", liked=("heist",), items={"vault": 1.0}, dialogue="line 3"),
    )
    assert unknown == 3


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", r"j\.jsonl, line 2: .*EOF"),
        ({"query": "sad"}, r"line 2: items: Field required"),
        ({"query": "sad", "items": []}, "line 2: .*one id at least"),
        ({"query": "sad", "items": {"harbour": 0}}, "line 2: .*a gain above 0"),
        ({"query": " ", "items": ["harbour"]}, "line 2: .*nothing to rank by"),
        ({"query": "sad", "items": [7]}, "line 2: items"),
        (
            {"query": "sad", "liked": ["harbour"], "items": ["harbour"]},
            "line 2: .*'harbour' is liked and to be",
        ),
        ({**GOOD, "dialog": "d1"}, "line 2: dialog: Extra inputs"),
        ({**GOOD, "at": "noon"}, "line 2: at: "),
        ({**GOOD, "at": 5}, "line 1: no time, though other lines have one"),
    ],
)
def test_a_bad_line_is_named(tmp_path, catalogue, line, why):
    with pytest.raises(InputError, match=why):
        read_judged(write(tmp_path / "j.jsonl", GOOD, line), catalogue)


def test_a_file_about_something_else_is_refused(tmp_path, catalogue):
    with pytest.raises(InputError, match="no query about an item of 'films'"):
        read_judged(write(tmp_path / "j.jsonl", {"query": "sad", "items": ["lost"]}), catalogue)
    with pytest.raises(InputError, match="cannot be read"):
        read_judged(tmp_path / "none.jsonl", catalogue)


# -- splitting -------------------------------------------------------------------------------------------


def test_a_dialogue_is_on_one_side_and_the_split_repeats():
    queries = [judged(f"q{n}", dialogue=f"d{n // 3}") for n in range(60)]
    made = split(queries, 0.25, seed=1)
    sides = [{one.dialogue for one in side} for side in (made.train, made.test)]
    assert not sides[0] & sides[1]
    assert (len(sides[0]), len(sides[1]), made.dropped) == (15, 5, 0)
    assert split(queries[::-1], 0.25, seed=1).test[0].dialogue in sides[1]
    assert {one.dialogue for one in split(queries, 0.25, seed=2).test} != sides[1]


def test_by_time_training_ends_before_the_test_begins():
    queries = [judged(f"q{n}", dialogue=f"d{n}", at=float(n)) for n in range(8)]
    # d1 began early and goes on when the test (d6, d7) has begun: it is on neither side.
    made = split([*queries, judged("late", dialogue="d1", at=6.5)], 0.25, seed=1)
    assert {one.dialogue for one in made.test} == {"d6", "d7"}
    assert {one.dialogue for one in made.train} == {"d0", "d2", "d3", "d4", "d5"}
    assert made.dropped == 2


def test_a_question_of_the_test_is_not_trained_on():
    same = [judged("Hello  there" if n % 2 else "hello there", dialogue=f"d{n}") for n in range(9)]
    made = split([*same, *(judged(f"else {n}", dialogue=f"e{n}") for n in range(9))], 0.5, seed=1)
    assert any(one.query.startswith("H") for one in made.test)
    assert made.train
    assert all(one.query.startswith("else") for one in made.train)
    assert len(made.train) + len(made.test) + made.dropped == 18


def test_too_few_dialogues_are_told():
    with pytest.raises(InputError, match="1 dialogues cannot be split"):
        split([judged()], 0.5, seed=1)


# -- measuring -------------------------------------------------------------------------------------------


def test_means_and_their_difference_are_as_by_hand():
    queries = [judged(items=("a",), dialogue="d1"), judged(items=("b", "c"), dialogue="d2")]
    before = measured(queries, [("x", "a"), ("b", "x", "c")])
    after = measured(queries, [("a", "x"), ("b", "x", "c")])
    # nDCG of "x a" is 1/log2(3) = 0.6309; of "b x c" (1 + 1/2) / (1 + 0.6309) = 0.9197.
    np.testing.assert_allclose(before, [[0.6309, 0.5, 1.0], [0.9197, 1.0, 1.0]], atol=1e-4)
    ndcg, mrr, recall = compared(queries, before, after, seed=1)
    assert (ndcg.before, ndcg.after) == (pytest.approx(0.7753, abs=1e-4), pytest.approx(0.9599, abs=1e-4))
    # Of two dialogues, none, one or both draws are the one that gained: the interval is nothing to all of it.
    assert (ndcg.low, ndcg.high) == (0.0, pytest.approx(0.3691, abs=1e-4))
    assert (mrr.metric, mrr.high) == ("MRR", 0.5)
    assert (recall.low, recall.high) == (0.0, 0.0)
    assert "| x | MRR | 0.7500 | 1.0000 | +0.2500 (+0.0000 to +0.5000) |" in table([("x", [mrr])])


def test_whole_dialogues_are_drawn():
    """A hundred queries of one dialogue that all gained say no more than one: the interval has no width."""
    queries = [judged(items=("a",))] * 100
    before, after = np.zeros((100, 3)), np.random.default_rng(1).random((100, 3))
    for one in compared(queries, before, after, seed=1):
        assert one.low == pytest.approx(one.high) == pytest.approx(one.after)


# -- the recipe ------------------------------------------------------------------------------------------


def test_the_shipped_recipe_is_read_and_its_rate_goes_up_and_down():
    recipe = read_recipe(RECIPE)
    rates = [learning_rate(recipe, step) for step in (0, recipe.warm_up_steps, recipe.steps - 1)]
    assert 0 < rates[0] < rates[1] == recipe.learning_rate
    assert 0 < rates[2] < 0.01 * recipe.learning_rate


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("steps = 800", "steps = 0", "steps: Input should be greater"),
        ("seed = 7", "sead = 7", "seed: Field required"),
        ("seed = 7", "seed = ", "cannot be read as TOML"),
    ],
)
def test_a_bad_recipe_is_told(tmp_path, old, new, why):
    text = RECIPE.read_text("utf-8")
    assert old in text
    path = tmp_path / "r.toml"
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(InputError, match=why):
        read_recipe(path)


@pytest.fixture
def source(tmp_path, retriever):
    wishes = ("grief and family", "a bank robbery", "alone in space", "animals on a hill", "a haunted house")
    right = ("harbour", "heist", "orbit", "paws", "ghost")
    lines = [
        {"query": f"{wish} {n}", "items": [item], "liked": ["tango"], "dialogue": f"{wish} {n}"}
        for n in range(6)
        for wish, item in zip(wishes, right, strict=True)
    ]
    return Source("films", write(tmp_path / "judged.jsonl", *lines), retriever)


def make_recipe(**changes):
    return read_recipe(RECIPE).model_copy(
        update={"steps": 4, "evaluate_every": 2, "warm_up_steps": 1, "dropout": 0.2, "depth": 8,
                "rerank_items": 5, "negatives": 3, "queries_a_step": 2, "max_tokens": 128,
                "learning_rate": 1e-3, **changes}
    )  # fmt: skip


def cases_of(recipe, source):
    return gather(
        [source], [], test_share=0.2, valid_share=0.2, valid_queries=5, depth=recipe.depth, seed=recipe.seed
    )


def test_what_was_right_comes_first_and_what_was_liked_not_at_all(source):
    recipe = make_recipe()
    material = cases_of(recipe, source)
    assert (len(material.train), len(material.valid)) == (19, 5)
    pairs = pairs_of_step(recipe, material.train, 3)
    assert pairs == pairs_of_step(recipe, material.train, 3) != pairs_of_step(recipe, material.train, 4)
    assert len(pairs) == 2 * (1 + 3)
    asked = {case.wish.words: case for case in material.train}
    every = [pair for step in range(20) for pair in pairs_of_step(recipe, material.train, step)]
    for place, (words, text) in enumerate(every):
        case = asked[words.split("\n")[0]]
        assert words.split("\n")[1].startswith("Last Tango in Spring")
        right = [source.text(item) for item in case.judged.items]
        assert (text in right) == (place % 4 == 0)
        assert not text.startswith("Last Tango")


def test_a_catalogue_smaller_than_a_list_of_wrong_items_is_enough(source):
    recipe = make_recipe(negatives=30)
    assert len(pairs_of_step(recipe, cases_of(recipe, source).train, 0)) == 2 * 31


def test_only_the_head_is_ranked_anew(source):
    recipe = make_recipe()
    case = cases_of(recipe, source).train[0]
    ranked = reranked(case, OverlapReranker(), 5)
    assert sorted(ranked[:5]) == sorted(case.head[:5])
    assert ranked[5:] == case.head[5:]
    same = compare([case], OverlapReranker(liked_share=0.0), recipe)
    assert all(one.low <= one.after - one.before <= one.high for one in same)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return str(tiny_model(tmp_path_factory.mktemp("base") / "tiny", head=False))


@pytest.mark.models
def test_a_run_leaves_a_reranker_a_curve_and_a_card(tmp_path, source, base):
    out = tmp_path / "run"
    told = run(make_recipe(base=base), [source], [], out)
    curve = [json.loads(line) for line in (out / "curve.jsonl").read_text("utf-8").splitlines()]
    assert [line["step"] for line in curve] == [2, 4]
    assert all(np.isfinite(line["loss"]) for line in curve)
    assert told in (card := (out / "model" / "README.md").read_text("utf-8"))
    assert "films, held-out dialogues | nDCG@10" in card
    assert "judged.jsonl, sha256 " in card
    measurements = json.loads((out / "measurements.json").read_text("utf-8"))
    assert [one["metric"] for one in measurements] == ["nDCG@10", "MRR", "recall@10"]
    made = CrossEncoderReranker(str(out / "model"), device="cpu")
    case = cases_of(make_recipe(), source).train[0]
    assert np.isfinite(made.score(case.wish, [source.text(item) for item in case.head])).all()
    assert not list(out.rglob("pytorch_model.bin"))
    assert not (out / "trial").exists()


class Stopped(Source):
    """Somebody ends the run as soon as there is a checkpoint."""

    def text(self, item):
        if (self.path.parent / "stopped" / "checkpoint" / "progress.json").exists():
            raise KeyboardInterrupt
        return super().text(item)


@pytest.mark.models
def test_a_stopped_run_goes_on_to_the_same_end(tmp_path, source, base):
    from safetensors.numpy import load_file

    recipe = make_recipe(base=base)
    run(recipe, [source], [], tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(recipe, [Stopped(source.name, source.path, source.retriever)], [], tmp_path / "stopped")
    assert len((tmp_path / "stopped" / "curve.jsonl").read_text("utf-8").splitlines()) == 1
    run(recipe, [source], [], tmp_path / "stopped")
    whole, gone_on = (
        load_file(tmp_path / name / "checkpoint" / "model.safetensors") for name in ("whole", "stopped")
    )
    assert whole.keys() == gone_on.keys()
    for name, weights in whole.items():
        np.testing.assert_allclose(weights, gone_on[name], atol=1e-6, err_msg=name)


@pytest.mark.models
def test_a_run_killed_between_two_renames_goes_on(tmp_path, source, base):
    out = tmp_path / "run"
    run(make_recipe(base=base), [source], [], out)
    (out / "checkpoint").rename(out / "checkpoint.new")
    (out / "curve.jsonl").unlink()
    run(make_recipe(base=base), [source], [], out)
    assert not (out / "curve.jsonl").exists()  # nothing was left to train


@pytest.mark.models
def test_more_tokens_than_the_base_reads_are_refused(tmp_path, source, base):
    with pytest.raises(InputError, match="reads at most 128 tokens, and max_tokens is 192"):
        run(make_recipe(base=base, max_tokens=192), [source], [], tmp_path / "run")


@pytest.mark.models
def test_a_folder_of_another_run_is_left_alone(tmp_path, source, base):
    run(make_recipe(base=base, steps=1), [source], [], tmp_path / "run")
    with pytest.raises(InputError, match="another recipe or other data"):
        run(make_recipe(base=base, steps=2), [source], [], tmp_path / "run")


@pytest.mark.models
def test_the_command_tells_what_is_wrong_in_one_sentence(tmp_path):
    command = [sys.executable, "-m", "retriever.recipes.reranker", str(RECIPE), "--data-dir", str(tmp_path)]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "run"), "--train", "films"],
        capture_output=True, text=True, check=False, cwd=RECIPE.parents[2],
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "'films' is not CATALOGUE=FILE with a file that is there; mend it\n"


def test_a_catalogue_named_twice_is_refused(tmp_path, source):
    with pytest.raises(InputError, match="named twice"):
        run(make_recipe(), [source], [source], tmp_path / "run")


def test_every_field_of_the_recipe_is_in_the_file():
    text = RECIPE.read_text("utf-8")
    assert all(f"\n{name} = " in text for name in Recipe.model_fields)
