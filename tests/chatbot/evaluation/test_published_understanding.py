"""Counting what is understood of published dialogues, on rows written for these tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chatbot.evaluation.benchmarks.understanding import columns, iard, laps, sgd
from chatbot.evaluation.benchmarks.understanding.published import Reader, Rows, Tally, read_dialogues
from chatbot.understanding.words import load_language
from loading import load_all
from retriever.encoder import HashingEncoder
from retriever.errors import InputError
from retriever.ledger import Ledger
from retriever.open import Shelf

_TOWNS = ("Oakridge", "Fernhill", "Millbrook")
# A cafe in each town; `place` says the same as `town`, `open` differs from everything.
_CAFES: list[dict[str, Any]] = [
    {
        "id": f"c{number}",
        "title": f"Cafe Number{number}",
        "categories": ["Cafes"],
        "attributes": {
            "services": ["Cafes_1"],
            "town": _TOWNS[number % 3],
            "place": _TOWNS[number % 3],
            "terrace": "True" if number % 2 else "False",
            "number_of_rooms": str(1 + number % 4),
        },
    }
    for number in range(24)
]
_FILMS: list[dict[str, Any]] = [
    {"id": "f1", "title": "Quiet Harbour", "year": 1999, "categories": ["drama"], "description": "A port."},
    {"id": "f2", "title": "Quiet Harbour", "year": 2010, "categories": ["comedy"], "description": "A farce."},
    {"id": "f3", "title": "Harbour", "year": 1999, "categories": ["horror"], "description": "A ghost."},
]


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Reader]]:
    folder = tmp_path_factory.mktemp("published")
    files = {"cafes": folder / "cafes.jsonl", "harbours": folder / "harbours.jsonl"}
    for path, rows in zip(files.values(), (_CAFES, _FILMS), strict=True):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    encoder = HashingEncoder(dim=64)
    with Ledger.open(folder / "ledger.sqlite3") as ledger:
        load_all(files, ledger, encoder, folder)
        shelf = Shelf(folder / "generations", ledger, encoder)
        yield {name: Reader(shelf.get(name)) for name in files}


def _turn(speaker: str, text: str, **more: Any) -> dict[str, Any]:
    return {"speaker": speaker, "text": text, **more}


def test_counts_become_shares_with_the_harmonic_mean() -> None:
    tally = Tally("t", "")
    tally.begin_dialogue()
    for _ in range(3):
        tally.right("a")
    tally.miss("a", "x")
    tally.begin_dialogue()
    tally.alarm("b", "y")
    tally.alarm("b", "y")
    figure = tally.figure()
    # 3 right, 1 missed, 2 false: P 3/5, R 3/4, F1 6/9; label a 6/7, label b 0
    assert (figure.precision, figure.recall) == (0.6, 0.75)
    assert figure.f1 == pytest.approx(2 / 3)
    assert figure.macro == pytest.approx(3 / 7)
    assert (figure.missed, figure.false) == ((("x", 1),), (("y", 2),))
    assert figure.low <= figure.f1 <= figure.high


def test_nothing_counted_is_no_figure_but_zero() -> None:
    figure = Tally("t", "").figure()
    assert (figure.f1, figure.low, figure.high, figure.dialogues) == (0.0, 0.0, 0.0, 0)


def test_a_row_without_turns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"dialogue_id": "1", "turns": []}\n{"dialogue_id": "2"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"row 2 of rows\.jsonl has no dialogue_id"):
        read_dialogues(path)


# --- SGD --------------------------------------------------------------------------------------------


def test_a_slot_is_every_facet_that_says_the_same(readers: dict[str, Reader]) -> None:
    found = columns.Columns(readers["cafes"].retriever.catalogue, _CAFES)
    # `place`, the same column again, was not loaded; what is said of it stands in `town`.
    assert found.of("town") == found.of("place") == ("town",)
    assert found.of("hour") == ()
    assert found.has("number_of_rooms", "three")
    assert not found.has("number_of_rooms", "9")


def test_values_heard_missed_and_imagined_are_counted_once_each(readers: dict[str, Reader]) -> None:
    said = [
        ["Cafes_1", "INFORM", "town", ["Fernhill, Westshire"]],
        ["Cafes_1", "INFORM", "number_of_rooms", ["4"]],
        ["Cafes_1", "INFORM", "hour", ["noon"]],
        ["Cafes_1", "INFORM", "town", ["Atlantis"]],
    ]
    rows = Rows(
        (
            {
                "dialogue_id": "1",
                "turns": [
                    _turn("user", "A cafe in Fernhill at noon.", acts=said),
                    _turn("user", "Somewhere in Oakridge.", acts=[["Cafes_1", "REQUEST", "hour", []]]),
                    _turn("user", "A train, please.", acts=[["Trains_1", "INFORM", "to", ["Oakridge"]]]),
                ],
            },
        ),
        "d",
    )
    run = sgd.measure(rows, _CAFES, {"Cafes": readers["cafes"]})
    slots = run.figures[0]
    # Fernhill heard; four rooms said in the acts only; Oakridge asked for in no act
    assert slots.instances == 2
    assert (slots.recall, slots.precision) == (0.5, 0.5)
    assert slots.missed == (("Cafes number_of_rooms: 4", 1),)
    assert dict(run.left_out) == {
        "slot without a column in the catalogue: Cafes hour": 1,
        "value that no item has: Cafes town": 1,
        "turns of services without items": 1,
    }


def test_a_bare_number_answers_the_question_that_was_asked(readers: dict[str, Reader]) -> None:
    rows = Rows(
        (
            {
                "dialogue_id": "1",
                "turns": [
                    _turn("assistant", "How many?", acts=[["Cafes_1", "REQUEST", "number_of_rooms", []]]),
                    _turn("user", "3 will do", acts=[["Cafes_1", "INFORM", "number_of_rooms", ["3"]]]),
                ],
            },
        ),
        "d",
    )
    assert sgd.measure(rows, _CAFES, {"Cafes": readers["cafes"]}).figures[0].f1 == 1.0


# --- IARD -------------------------------------------------------------------------------------------


def test_films_are_found_by_the_longest_title_before_their_year(readers: dict[str, Reader]) -> None:
    films = iard.NamedFilms(readers["harbours"].retriever.catalogue)
    assert films.of("Try Quiet Harbour (2010) or that old Harbour (1999)") == ("f2", "f3")
    assert films.of("Quiet Harbour (1950)") == ()


def test_intents_are_counted_by_turn_and_half(readers: dict[str, Reader]) -> None:
    half = iard.half_of("1")
    rows = Rows(
        (
            {
                "dialogue_id": "1",
                "turns": [
                    _turn("assistant", "Quiet Harbour (1999) ?", intents=["REC-S"]),
                    _turn("user", "I've seen Quiet Harbour (1999)", intents=["SEE", "OTH"]),
                    _turn("user", "A comedy, please", intents=["REJ"]),
                ],
            },
        ),
        "d",
    )
    runs = {run.name: run for run in iard.measure(rows, readers["harbours"])}
    intents, critiques = runs[f"iard {half}"].figures
    # seen heard; the rejection missed, and a wish heard in its place
    assert dict(intents.by_label) == {"seen": (1, 0, 0), "reject": (0, 1, 0), "wish": (0, 0, 1)}
    assert critiques.instances == 0
    assert sum(run.figures[0].dialogues for run in runs.values()) == 1


# --- LAPS -------------------------------------------------------------------------------------------


def test_values_are_the_same_when_one_holds_the_other_but_not_much_more() -> None:
    matching = laps.Matching(load_language("en"))
    assert laps.same(matching.of("Mushrooms"), matching.of("mushroom soup"))
    assert not laps.same(matching.of("soup"), matching.of("leek tomato barley celery soup"))
    assert not laps.same(matching.of("mushroom soup"), matching.of("mushroom pie"))
    assert not laps.same(matching.of("no"), matching.of("none"))


def test_a_session_is_measured_against_its_gold_values(readers: dict[str, Reader]) -> None:
    rows = Rows(
        (
            {
                "dialogue_id": "1",
                "split": "valid",
                "domain": "movie",
                "preferences": {
                    "genre_preferences_like": ["comedy", "westerns"],
                    "content_restrictions": ["No restrictions"],
                    "viewing_companions": ["friends"],
                },
                "turns": [_turn("assistant", "Hello."), _turn("user", "I would like a comedy")],
            },
            {"dialogue_id": "2", "split": "valid", "domain": "opera", "preferences": {}, "turns": []},
        ),
        "d",
    )
    (run,) = laps.measure(rows, {"movie": readers["harbours"]})
    values, spoken = run.figures
    assert (values.instances, values.recall, values.precision) == (2, 0.5, 1.0)
    assert (spoken.instances, spoken.f1) == (1, 1.0)
    assert dict(run.left_out)["sessions about opera"] == 1
