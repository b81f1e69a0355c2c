"""A folder as GroupLens publishes it → ratings, tags, and which of its films the catalogue has.

In: a folder of one of the layouts below, files plain or gzipped; the catalogue's items. Out: parts whose rows
are read as any others, and ids of films → ids of items.

    ml-latest, ml-20m …   ratings.csv, tags.csv, movies.csv
    ml-1m, ml-10m         ratings.dat, tags.dat, movies.dat: "::" between cells, Latin-1
    ml-100k               u.data: tabs; u.item: "|", Latin-1
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingestion.history.columns import Guess, HistoryColumns
from ingestion.readers.encoding import FileFormat, Layout, open_text
from ingestion.readers.rows import Row
from ingestion.rejects import Reject
from ingestion.wording import fold
from retriever.domain import Item, ItemId
from retriever.errors import LoadError

_RATING = ("userId", "movieId", "rating", "timestamp")
_TAG = ("userId", "movieId", "tag", "timestamp")
_YEAR = re.compile(r"^(?P<title>.*?)\s*\((?P<year>\d{4})(?:[-–]\d{0,4})?\)\s*$", re.DOTALL)
_ARTICLE = re.compile(r"^(?P<rest>.+), (?P<article>The|A|An|Le|La|Les|L'|Il|Lo|El|Los|Las|Der|Die|Das)$")
_ALSO = re.compile(r"\s*\((?:a\.?k\.?a\.? )?(?P<title>[^()]*)\)\s*", re.IGNORECASE)
_SAME_IDS = 0.5  # of the films whose number the catalogue knows have to bear the same title


@dataclass(frozen=True, slots=True)
class _Form:
    """One layout: its files' names and what stands between cells. A header is passed over."""

    ratings: str
    tags: str
    movies: str
    separator: str
    movie_separator: str
    encoding: str
    has_header: bool


_FORMS = (
    _Form("ratings.csv", "tags.csv", "movies.csv", ",", ",", "utf-8", True),
    _Form("ratings.dat", "tags.dat", "movies.dat", "::", "::", "latin-1", False),
    _Form("u.data", "", "u.item", "\t", "|", "latin-1", False),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the folder: its name, its rows' columns, and where it lies."""

    name: str
    columns: HistoryColumns
    path: Path
    names: Sequence[str]
    separator: str
    encoding: str
    has_header: bool

    def rows(self) -> Iterator[Row | Reject]:
        """The rows in file order; a row with other than four cells is refused."""
        for line, cells in _cells(self.path, self.separator, self.encoding):
            if line == 1 and self.has_header:
                continue
            if len(cells) == len(self.names):
                yield Row(line, dict(zip(self.names, cells, strict=True)))
            else:
                yield Reject(line, "", "", f"cells don't fit: {len(cells)}, wanted {len(self.names)}")


@dataclass(frozen=True, slots=True)
class Matched:
    """Which films are which items. `items`: film → item where their ids differ.

    `by_id` and `by_title` count films; `unmatched` those that the catalogue doesn't have; `foreign`: the
    catalogue's numbers are not MovieLens's, so that a film's number says nothing.
    """

    items: Mapping[str, ItemId]
    by_id: int
    by_title: int
    unmatched: int
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class MovieLens:
    """A folder that was recognised."""

    parts: tuple[Part, ...]
    movies: Path | None
    form: _Form

    def match(self, items: Iterable[Item], year_facet: str) -> Matched:
        """Films that the catalogue has, by number where titles agree, else by title and year.

        Without a file of films only numbers can be compared, and nothing is counted. A title and year that
        two items share is none's.
        """
        every = {item.id: item for item in items}
        films = dict(self._films()) if self.movies is not None else {}
        if not films:
            return Matched({}, 0, 0, 0)
        numbered = [film for film in films if film in every]
        agree = sum(1 for film in numbered if _names(every[film].title)[0] & films[film][0])
        foreign = bool(numbered) and agree < _SAME_IDS * len(numbered)
        titled = _by_title(every.values(), year_facet)
        found: dict[str, ItemId] = {}
        by_id = 0
        for film, (names, year) in films.items():
            if film in every and not foreign:
                by_id += 1
                continue
            item = next((one for name in names if (one := titled.get((name, year)))), "")
            if item:
                found[film] = item
            elif foreign:
                # Its number is another item's.
                found[film] = f"movielens:{film}"
        by_title = sum(1 for item in found.values() if item in every)
        return Matched(found, by_id, by_title, len(films) - by_id - by_title, foreign)

    def _films(self) -> Iterator[tuple[str, tuple[frozenset[str], int | None]]]:
        assert self.movies is not None
        for line, cells in _cells(self.movies, self.form.movie_separator, self.form.encoding):
            if not (line == 1 and self.form.has_header) and len(cells) >= 2:
                yield cells[0].strip(), _names(cells[1])


def find_movielens(folder: Path) -> MovieLens:
    """Recognise a folder.

    Raises:
        LoadError: it has no file of ratings under any of the names above.
    """
    for form in _FORMS:
        ratings = _file(folder, form.ratings)
        if ratings is None:
            continue
        parts = [_part(ratings, _RATING, "rating", form)]
        tags = _file(folder, form.tags) if form.tags else None
        if tags is not None:
            parts.append(_part(tags, _TAG, "tag", form))
        return MovieLens(tuple(parts), _file(folder, form.movies), form)
    wanted = ", ".join(form.ratings for form in _FORMS)
    there = ", ".join(sorted(path.name for path in folder.iterdir())[:12]) or "nothing"
    raise LoadError(
        f"{folder} is a folder, but no MovieLens one: it has none of {wanted} (also .gz), but {there}; "
        "name the folder that holds them, or a file of events"
    )


def _file(folder: Path, name: str) -> Path | None:
    return next((p for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None)


def _part(path: Path, names: Sequence[str], said: str, form: _Form) -> Part:
    sure = {"person": names[0], "item": names[1], "rating" if said == "rating" else "text": names[2]}
    guesses = {role: Guess(column, 1.0) for role, column in {**sure, "time": names[3]}.items()}
    return Part(
        path.name, HistoryColumns(guesses), path, names, form.separator, form.encoding, form.has_header
    )


def _cells(path: Path, separator: str, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each row that isn't blank."""
    with path.open("rb") as stream:
        gzipped = stream.read(2) == b"\x1f\x8b"
    form = FileFormat(Layout.TABLE, encoding, gzipped, lenient=encoding == "utf-8")
    with open_text(path, form) as text:
        if separator != ",":
            for line, row in enumerate(text, start=1):
                if row.strip():
                    yield line, row.rstrip("\r\n").split(separator)
            return
        reader = csv.reader(line.replace("\0", "") for line in text)
        while True:
            begun = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error:
                cells = [""]  # a cell without an end; refused for the number of its cells
            if cells is None:
                return
            if cells:
                yield begun, cells


def _names(title: str) -> tuple[frozenset[str], int | None]:
    """The names that a title as MovieLens writes it stands for, folded, and its year.

    "Postman, The (Postino, Il) (1994)" is "the postman" and "il postino" of 1994.
    """
    dated = _YEAR.match(title.strip())
    year = int(dated["year"]) if dated else None
    whole = dated["title"] if dated else title.strip()
    main = _ALSO.sub(" ", whole).strip()
    also = [match["title"] for match in _ALSO.finditer(whole)]
    return frozenset(filter(None, (_folded(one) for one in (main, whole, *also)))), year


def _folded(title: str) -> str:
    if article := _ARTICLE.match(title.strip()):
        joint = "" if article["article"].endswith("'") else " "
        title = f"{article['article']}{joint}{article['rest']}"
    return " ".join("".join(c if c.isalnum() else " " for c in fold(title)).split())


def _by_title(items: Iterable[Item], year_facet: str) -> dict[tuple[str, int | None], ItemId]:
    """(name, year) → item, of those that one item alone has. An item without a year is under None."""
    held: Counter[tuple[str, int | None]] = Counter()
    found: dict[tuple[str, int | None], ItemId] = {}
    for item in items:
        names, year = _names(item.title)
        said = item.facets.get(year_facet) if year_facet else None
        year = int(said) if isinstance(said, float) else year
        for name in names:
            held[name, year] += 1
            found[name, year] = item.id
    return {key: item for key, item in found.items() if held[key] == 1}
