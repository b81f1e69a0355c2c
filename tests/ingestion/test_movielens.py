"""MovieLens folders of every layout, and the catalogue's films found by number or by title and year."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from histories import ENCODER, KEY
from ingestion.history.load import load_history
from ingestion.history.movielens import find_movielens
from ingestion.history.report import HistoryReport
from ingestion.load import load_file
from published import published
from retriever.errors import LoadError
from retriever.ledger import Ledger
from retriever.pseudonyms import hash_person

RATINGS = (("1", "10", "5", "100"), ("1", "20", "0.5", "200"), ("2", "30", "3.5", "300"))
TAGS = (("2", "10", "quiet", "400"),)
FILMS = (
    ("10", "Postman, The (Postino, Il) (1994)", "Drama"),
    ("20", "Amélie (2001)", "Comedy"),
    ("30", "Unheard of (1950)", "Drama"),
)
FilmLoad = Callable[[Path], HistoryReport]


def table(rows: object, separator: str, header: str = "") -> bytes:
    lines = [separator.join(f'"{c}"' if separator == "," and "," in c else c for c in row) for row in rows]  # type: ignore[attr-defined]
    return "".join(f"{line}\n" for line in ([header] if header else []) + lines).encode("utf-8")


def latest(folder: Path, pack: bool = False) -> Path:
    folder.mkdir()
    for name, rows, header in (
        ("ratings", RATINGS, "userId,movieId,rating,timestamp"),
        ("tags", TAGS, "userId,movieId,tag,timestamp"),
        ("movies", FILMS, "movieId,title,genres"),
    ):
        data = table(rows, ",", header)
        (folder / (f"{name}.csv.gz" if pack else f"{name}.csv")).write_bytes(
            gzip.compress(data, mtime=0) if pack else data
        )
    return folder


def million(folder: Path) -> Path:
    folder.mkdir()
    (folder / "ratings.dat").write_bytes(table(RATINGS, "::"))
    (folder / "tags.dat").write_bytes(table(TAGS, "::"))
    (folder / "movies.dat").write_bytes(table(FILMS, "::").decode().encode("latin-1"))
    return folder


def hundred(folder: Path) -> Path:
    folder.mkdir()
    (folder / "u.data").write_bytes(table(RATINGS, "\t"))
    films = [(number, title, "01-Jan-1994", "", "0") for number, title, _ in FILMS]
    (folder / "u.item").write_bytes(table(films, "|").decode().encode("latin-1"))
    return folder


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite3") as opened:
        yield opened


@pytest.fixture
def load(tmp_path: Path, ledger: Ledger) -> FilmLoad:
    def put(folder: Path) -> HistoryReport:
        root = tmp_path / "generations"
        return load_history(folder, "films", ledger=ledger, encoder=ENCODER, root=root, key=KEY)

    return put


def films(tmp_path: Path, ledger: Ledger, rows: str) -> None:
    file = tmp_path / "films.csv"
    file.write_text(f"id,title,year,description\n{rows}", encoding="utf-8")
    load_file(
        file,
        "films",
        ledger=ledger,
        encoder=ENCODER,
        root=tmp_path / "generations",
        pictures=tmp_path / "pictures",
    )


def kept(ledger: Ledger) -> set[tuple[str, str, float | None, float, str]]:
    return set(ledger.read("SELECT item, kind, value, at, text FROM events"))


BY_NUMBER = "10,The Postman,1994,x\n20,Amélie,2001,y\n"
EVENTS = {
    ("10", "rating", 5.0, 100.0, ""),
    ("20", "rating", 0.5, 200.0, ""),
    ("30", "rating", 3.5, 300.0, ""),
}
TAGGED = {("10", "tag", None, 400.0, "quiet")}


@pytest.mark.parametrize("layout", [latest, million, hundred])
def test_each_layout_is_read_and_films_are_known_by_their_numbers(
    tmp_path: Path, ledger: Ledger, load: FilmLoad, layout: Callable[[Path], Path]
):
    films(tmp_path, ledger, BY_NUMBER)
    report = load(layout(tmp_path / "ml"))
    assert kept(ledger) == EVENTS | (set() if layout is hundred else TAGGED)
    assert report.unknown == 1
    assert "2 are in the catalogue by number, 0 by title and year, 1 are not (ids agree)" in report.notes[0]
    weights = {
        one.item: one.weight for one in ledger.interactions("films") if one.person == hash_person(KEY, "1")
    }
    assert weights == {"10": 1.0, "20": -1.0}


def test_gzipped_files_are_read_alike(tmp_path: Path, ledger: Ledger, load: FilmLoad):
    films(tmp_path, ledger, BY_NUMBER)
    load(latest(tmp_path / "ml", pack=True))
    assert kept(ledger) == EVENTS | TAGGED


def test_other_ids_are_found_by_title_and_year(tmp_path: Path, ledger: Ledger, load: FilmLoad):
    films(tmp_path, ledger, "tt1,Il Postino,1994,x\ntt2,Amelie,2001,y\ntt3,Amelie,1999,z\n")
    report = load(million(tmp_path / "ml"))
    assert "0 are in the catalogue by number, 2 by title and year, 1 are not" in report.notes[0]
    assert {row[0] for row in kept(ledger)} == {"tt1", "tt2", "30"}


def test_a_number_that_is_another_films_is_not_taken_for_it(tmp_path: Path, ledger: Ledger, load: FilmLoad):
    films(tmp_path, ledger, "10,Amélie,2001,x\n20,Something else,1990,y\n30,Third,1991,z\n")
    report = load(latest(tmp_path / "ml"))
    assert "the catalogue's ids are not MovieLens's numbers" in report.notes[0]
    assert {row[0] for row in kept(ledger)} == {"10", "movielens:10", "movielens:30"}
    assert report.unknown == 3


def test_a_title_and_year_of_two_items_is_none_of_theirs(tmp_path: Path, ledger: Ledger, load: FilmLoad):
    films(tmp_path, ledger, "a,Amélie,2001,x\nb,Amelie,2001,y\nc,The Postman,1994,z\n")
    load(latest(tmp_path / "ml"))
    assert {row[0] for row in kept(ledger)} == {"20", "c", "30"}


def test_a_broken_row_is_told_with_its_file(tmp_path: Path, ledger: Ledger, load: FilmLoad):
    films(tmp_path, ledger, BY_NUMBER)
    folder = million(tmp_path / "ml")
    with (folder / "tags.dat").open("a", encoding="utf-8") as file:
        file.write("2::10\n")
    report = load(folder)
    assert report.refused == 1
    assert report.reject_file is not None
    assert b'"line":2,"field":"tags.dat"' in report.reject_file.read_bytes()


def test_a_folder_of_something_else_is_told(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(LoadError, match=r"none of ratings.csv, ratings.dat, u.data.*but notes.txt"):
        find_movielens(tmp_path)


def test_the_published_ratings_and_tags_are_all_kept(tmp_path: Path, ledger: Ledger, load: FilmLoad):
    folder = published("movielens_small/ratings.csv.gz").parent
    with gzip.open(folder / "ratings.csv.gz", "rt") as ratings:
        items = sorted({line.split(",")[1] for line in ratings} - {"movieId"})[:400]
    films(tmp_path, ledger, "".join(f"{one},Film {one},1990,x\n" for one in items))
    report = load(folder)
    assert (report.rows, report.refused, report.now.people) == (100_836 + 3_683, 0, 610)
    assert report.new == 100_836 + 3_683 == report.now.events
    assert report.notes == ("the folder has no file of films, so films are known by their numbers alone",)
    assert not load(folder).new
