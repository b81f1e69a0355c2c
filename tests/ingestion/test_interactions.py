"""A history becomes interactions under keyed hashes, and ranking reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.interactions import load_interactions
from ingestion.load import load_file
from retriever.domain import Leg, Query
from retriever.encoder import HashingEncoder
from retriever.errors import LoadError, UnknownCatalogue
from retriever.ledger import Ledger
from retriever.open import open_retriever

KEY = b"k" * 32
ENCODER = HashingEncoder(dim=64)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    file = tmp_path / "lamps.csv"
    rows = (
        f"{name},{name} lamp,A lamp called {name}" for name in ("ash", "beech", "cedar", "dogwood", "elm")
    )
    file.write_text("id,title,description\n" + "\n".join(rows) + "\n", encoding="utf-8")
    with Ledger.open(tmp_path / "ledger.sqlite3") as opened:
        load_file(
            file,
            "lamps",
            ledger=opened,
            encoder=ENCODER,
            root=tmp_path / "gen",
            pictures=tmp_path / "pictures",
        )
        yield opened


def load(ledger: Ledger, tmp_path: Path, text: str, name: str = "history.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return load_interactions(path, "lamps", ledger=ledger, encoder=ENCODER, root=tmp_path / "gen", key=KEY)


def test_ratings_count_from_the_middle_of_their_range(ledger: Ledger, tmp_path: Path):
    report = load(
        ledger, tmp_path, "userId,movieId,rating,timestamp\n1,ash,5,100\n1,elm,1,200\n2,ash,3,300\n"
    )
    kept = ledger.interactions("lamps")
    assert sorted((one.item, one.weight, one.at) for one in kept) == [
        ("ash", 0.0, 300.0),
        ("ash", 1.0, 100.0),
        ("elm", -1.0, 200.0),
    ]
    assert (report.rows, report.kept, report.persons) == (3, 3, 2)


def test_kinds_of_events_have_their_weights_and_unknown_ones_are_counted(ledger: Ledger, tmp_path: Path):
    report = load(
        ledger, tmp_path, "user,item,event\nann,ash,purchase\nann,elm,view\nann,cedar,sneeze\nann,oak,buy\n"
    )
    assert {one.item: one.weight for one in ledger.interactions("lamps")} == {"ash": 0.8, "elm": 0.1}
    assert (report.unusable, report.unknown) == (1, 1)


def test_people_are_kept_as_hashes_only(ledger: Ledger, tmp_path: Path):
    load(ledger, tmp_path, "user,item\nann@example.org,ash\n")
    assert len(ledger.interactions("lamps")[0].person) == 64
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("ledger.sqlite3*"))
    assert b"ann@example.org" not in raw


def test_ranking_learns_what_is_liked_together(ledger: Ledger, tmp_path: Path):
    lines = [f"p{n},{item}" for n in range(12) for item in ("ash", "elm")]
    lines += [f"q{n},{item}" for n in range(12) for item in ("beech", "cedar")]
    report = load(ledger, tmp_path, "user,item\n" + "\n".join(lines) + "\n")
    assert report.published
    retriever = open_retriever(tmp_path / "gen", "lamps", ENCODER)
    first = retriever.retrieve(Query(anchors=("ash",), k=1)).candidates[0]
    assert first.item.id == "elm"
    assert Leg.COLLABORATIVE in [leg.leg for leg in first.trace.legs]


def test_the_same_history_twice_changes_nothing(ledger: Ledger, tmp_path: Path):
    for text in ("user,item,time\nann,ash,2024-01-01\nben,elm,2024-01-02\n", "user,item\nann,cedar\n"):
        assert load(ledger, tmp_path, text).published
        assert not load(ledger, tmp_path, text).published


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("user,colour\nann,red\n", "is the item"),
        ("user,item\nann,oak\n", "no row of history.csv can be used"),
    ],
)
def test_a_history_that_says_nothing_is_refused(ledger: Ledger, tmp_path: Path, text: str, reason: str):
    with pytest.raises(LoadError, match=reason):
        load(ledger, tmp_path, text)


def test_an_unknown_catalogue_is_named(ledger: Ledger, tmp_path: Path):
    path = tmp_path / "h.csv"
    path.write_text("user,item\nann,ash\n", encoding="utf-8")
    with pytest.raises(UnknownCatalogue):
        load_interactions(path, "nowhere", ledger=ledger, encoder=ENCODER, root=tmp_path / "gen", key=KEY)
