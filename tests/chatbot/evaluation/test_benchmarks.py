"""The benchmark of conversational recommendation: rows read right, ranks and means as computed apart."""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.evaluation.benchmarks.crs import run_crs
from chatbot.evaluation.benchmarks.instances import BadRows, Instance, read_items, read_rows
from chatbot.evaluation.benchmarks.peers import Copy, Scores, Sum, fold_of
from chatbot.evaluation.benchmarks.ranking import measure, rank_of
from retriever.encoder import HashingEncoder
from retriever.errors import InputError

FILMS = ["Amber", "Basalt", "Cobalt", "Dune Sea", "Ember", "Flint"]
ITEMS = [{"entity_id": n, "name": name, "redial_ids": [str(100 + n)]} for n, name in enumerate(FILMS)]
CATALOGUE = [
    {
        "id": str(100 + n),
        "title": name,
        "year": 1990 + n,
        "categories": ["drama" if n % 2 else "comedy"],
        "creators": [f"Maker {n}"],
        "description": f"A tale of {name.lower()}.",
        "attributes": {"cast": [f"Star {n}"]},
    }
    for n, name in enumerate(FILMS)
]
ROWS = [
    {
        "dialog_id": "1",
        "turn_id": 1,
        "context": ["hi", "something like Amber"],
        "entity": ["Amber"],
        "rec_entity_ids": [1, 2],
    },
    {
        "dialog_id": "1",
        "turn_id": 3,
        "context": ["hi", "Amber", "Basalt"],
        "entity": ["Amber", "Basalt"],
        "rec_entity_ids": [1],
    },
    {
        "dialog_id": "2",
        "turn_id": 1,
        "context": ["a drama by Maker 3"],
        "entity": ["drama"],
        "rec_entity_ids": [3],
    },
]
TRAIN = [
    {"dialog_id": "9", "turn_id": 1, "context": ["Amber"], "entity": ["Amber"], "rec_entity_ids": [2]},
    {"dialog_id": "8", "turn_id": 1, "context": ["x"], "entity": [], "rec_entity_ids": [2, 4]},
    {"dialog_id": "2", "turn_id": 9, "context": ["x"], "entity": [], "rec_entity_ids": [5, 5]},
]


def lines(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in rows).encode()))
    return path


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    return {
        "items": lines(tmp_path / "items.jsonl.gz", ITEMS),
        "catalogue": lines(tmp_path / "catalogue.jsonl.gz", CATALOGUE),
        "rows": lines(tmp_path / "rows.jsonl.gz", ROWS),
        "train": lines(tmp_path / "train.jsonl.gz", TRAIN),
    }


def test_rows_and_items_are_read_as_their_protocol_says(files: dict[str, Path], tmp_path: Path):
    items = read_items(files["items"], files["catalogue"])
    assert items[3].words == ("drama", "Maker 3", "Star 3")
    rows = read_rows(files["rows"], "ievalm", items)
    assert [(i.named, i.targets) for i in rows.instances] == [
        (("0",), ("1", "2")),
        (("0", "1"), ("1",)),
        ((), ("3",)),
    ]
    assert rows.labels == 4
    other = lines(
        tmp_path / "cikm.jsonl.gz",
        [
            {
                "dialogue_id": 1,
                "turn_id": 0,
                "context": ["a"],
                "prev_entity_ids": [0],
                "rec_ids": [1, 77],
                "is_user": 0,
            },
            {
                "dialogue_id": 1,
                "turn_id": 1,
                "context": ["a"],
                "prev_entity_ids": [0],
                "rec_ids": [2],
                "is_user": 1,
            },
            {
                "dialogue_id": 1,
                "turn_id": 2,
                "context": ["a"],
                "prev_entity_ids": [0],
                "rec_ids": [],
                "is_user": 0,
            },
        ],
    )
    assert [i.targets for i in read_rows(other, "cikm23", items).instances] == [("1",)]


def test_the_copying_peer_has_the_figures_that_a_hand_computes(files: dict[str, Path]):
    items = read_items(files["items"], None)
    rows = read_rows(files["rows"], "ievalm", items).instances
    found = measure(Copy(items), items, rows)
    # Ranks among all: row 1: item 1 → 2, item 2 → 3 (item 0 first, then file order); row 2: item 1 was named
    # last → 1; row 3: nothing named → item 3 is fourth. New: row 1 without item 0: 1 and 2; row 2's is gone.
    assert found.labels == 4
    assert found.new_labels == 3
    assert found.every["recall@1"].mean == 1 / 4
    assert found.every["mrr@10"].mean == pytest.approx((1 / 2 + 1 / 3 + 1 + 1 / 4) / 4)
    assert found.new["recall@1"].mean == pytest.approx(1 / 3)
    expected = (1 + 1 / math.log2(3) + 1 / math.log2(5)) / 3
    assert found.new["ndcg@10"].mean == pytest.approx(expected)


def test_all_peers_run_and_what_is_measured_is_not_learnt_from(files: dict[str, Path]):
    run = run_crs(
        "ievalm", files["rows"], files["items"], files["catalogue"], files["train"], HashingEncoder(64)
    )
    assert (run.turns, run.labels, run.items, run.learnt, run.left_out) == (3, 4, 6, 2, 1)
    names = [each.name for each in run.measured]
    assert names[0] == "copy what was named"
    assert names[-1] == "Parley"
    assert {"popularity", "co-mention counts"} <= set(names)
    popularity = next(each for each in run.measured if each.name == "popularity")
    # Independently: item 2 was a target twice, item 4 once, all else never (dialogue 2 is measured).
    counts = Counter({2: 2, 4: 1})
    order = sorted(range(6), key=lambda n: (-counts[n], n))
    ranks = [order.index(target) + 1 for row in ROWS for target in row["rec_entity_ids"]]  # type: ignore[attr-defined]
    assert popularity.every["mrr@10"].mean == pytest.approx(sum(1 / rank for rank in ranks) / len(ranks))
    untrained = run_crs("ievalm", files["rows"], files["items"], None, None, HashingEncoder(64))
    assert "popularity" not in [each.name for each in untrained.measured]


def test_rows_that_are_none_are_refused_with_their_line(files: dict[str, Path], tmp_path: Path):
    items = read_items(files["items"], None)
    with pytest.raises(BadRows, match="has no 'is_user'"):
        read_rows(files["rows"], "cikm23", items)
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"dialog_id": 1}\n', encoding="utf-8")
    with pytest.raises(BadRows, match=r"broken\.jsonl:1"):
        read_rows(broken, "ievalm", items)
    broken.write_text("hello\n", encoding="utf-8")
    with pytest.raises(BadRows, match=r":1: this is no JSON"):
        read_rows(broken, "ievalm", items)
    with pytest.raises(BadRows, match="cannot be read"):
        read_rows(tmp_path / "nothing.jsonl", "ievalm", items)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.data())
def test_a_rank_is_the_place_in_a_stable_sort(scores: list[int], data: st.DataObject):
    row = data.draw(st.integers(0, len(scores) - 1))
    order = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
    assert rank_of(row, np.array(scores, dtype=np.float64)) == order.index(row) + 1


def test_without_rows_to_learn_from_a_dialogue_is_ranked_by_what_the_other_folds_hold(
    files: dict[str, Path], tmp_path: Path
):
    # Every dialogue has a target of its own: whoever learns from it would put that first.
    rows = [
        {"dialog_id": str(n), "turn_id": 1, "context": ["x"], "entity": [], "rec_entity_ids": [n]}
        for n in range(6)
    ]
    path = lines(tmp_path / "own.jsonl.gz", rows)
    run = run_crs("ievalm", path, files["items"], None, None, HashingEncoder(8), folds=3, only=["popularity"])
    (popularity,) = run.measured
    assert (run.folds, run.learnt) == (3, 6)
    parts = [fold_of(str(n), 3) for n in range(6)]
    ranks = []
    for n in range(6):
        known = [other for other in range(6) if parts[other] != parts[n]]
        order = sorted(range(6), key=lambda item: (item not in known, item))
        ranks.append(order.index(n) + 1)
    assert popularity.every["mrr@10"].mean == pytest.approx(sum(1 / rank for rank in ranks) / 6)
    assert set(parts) == {0, 1, 2}


def test_folds_and_names_that_cannot_be_are_refused(files: dict[str, Path]):
    def run(**how: object) -> object:
        return run_crs("ievalm", files["rows"], files["items"], None, None, HashingEncoder(8), **how)  # type: ignore[arg-type]

    with pytest.raises(InputError, match="3 folds cannot part 2 dialogues; give 2 to 2, or 0"):
        run(folds=3)
    with pytest.raises(InputError, match="1 folds cannot part"):
        run(folds=1)
    with pytest.raises(InputError, match=r"no ranker oracle; there are copy what was named.*Parley"):
        run(only=["oracle"])


def test_added_scores_are_made_alike_before_they_are_added():
    class Fixed:
        def __init__(self, name: str, scores: list[float]) -> None:
            self.name = name
            self._scores = np.array(scores)

        def scores(self, instance: Instance) -> Scores:
            return self._scores

    both = Sum(
        [Fixed("one, whole", [0.0, 10.0, 5.0]), Fixed("two", [1.0, 0.0, 0.5]), Fixed("none", [0, 0, 0])]
    )
    assert both.name == "one + two + none"
    assert list(both.scores(Instance("1", 1, (), (), ()))) == [1.0, 1.0, 1.0]
