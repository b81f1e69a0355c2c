"""import-report.html: one page that needs nothing else, also where nothing was loaded."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from ingestion.distributions import Distributions, Histogram, Values, histogram
from ingestion.load import LoadOptions, load_file
from ingestion.mapping import Mapping
from ingestion.staging import Staged
from retriever.domain import Facet, FacetKind, FacetRole, Item
from retriever.encoder import HashingEncoder
from retriever.errors import LoadError, TooManyRejects
from retriever.ledger import Ledger

TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "div", "nav", "a", "p", "b", "ul",
    "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "code", "span", "details", "summary",
    "section", "svg", "rect", "i",
}  # fmt: skip
HOSTILE = (
    '<script>alert("x")</script>Tent',
    '" onmouseover="alert(1)" x="',
    "'><img src=https://evil.example/x onerror=alert(1)>",
    "{{ 7 * 7 }}{% for a in b %}",
    "Lamp \u202egnp.exe\u202c of the night",
    "</title></style></svg><iframe src=//evil.example>",
)


class Page(HTMLParser):
    """The tags, attributes and words of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


class Place:
    def __init__(self, folder):
        self.folder = folder
        self.root = folder / "generations"
        self.ledger = Ledger.open(folder / "ledger.db")

    def load(self, rows, mapping=None, **options):
        path = self.folder / "goods.jsonl"
        path.write_text("".join(f"{json.dumps(row) if isinstance(row, dict) else row}\n" for row in rows))
        return load_file(
            path,
            "goods",
            ledger=self.ledger,
            encoder=HashingEncoder(16),
            root=self.root,
            pictures=self.folder / "pictures",
            mapping=mapping,
            options=LoadOptions(**options),
            clock=lambda: 1_600_000_000.0,
        )

    @property
    def page(self):
        return Page((self.folder / "imports" / "goods" / "import-report.html").read_text("utf-8"))


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    yield place
    place.ledger.close()


def goods(count=30):
    return [
        {
            "id": f"G{n}",
            "title": f"Good {n} of the shop",
            "description": f"It is the good number {n}, and no other one.",
            "price": f"{n},50 €",
            "colour": ["red", "RED", "blue"][n % 3],
            "weight": "1,2 kg" if n % 2 else "700 g",
            "year": f"{n % 28 + 1}.12.{2000 + n % 9}",
        }
        for n in range(count)
    ]


def test_it_tells_what_was_done_and_is_named_in_the_report(place):
    report = place.load([*goods(), {"id": "x", "title": ""}, "bad"])
    assert report.report_file == place.folder / "imports" / "goods" / "import-report.html"
    text = place.page.text
    for said in (
        "goods from goods.jsonl",
        "2020-09-13 12:26 UTC",
        "32 rows read",
        "30 loaded",
        "2 rows refused",
        "gen-1, new",
        "no title",
        "not valid JSON",
        "spelling unified",
        "RED → red",
        "unit converted",
        "1,2 kg → 1200 g",
        "year taken from a date",
        "1.12.2000 → 2000",
        "No item is like another.",
    ):
        assert said in text, said


def test_it_needs_nothing_else_and_nothing_in_it_runs(place):
    rows = goods()
    for row, hostile in zip(rows, HOSTILE, strict=False):
        row |= {"title": hostile, "colour": hostile, "weight": hostile}
    rows += [{**row, "id": f"again {row['id']}"} for row in rows[:8]]
    rows += [{"id": hostile, "title": hostile, "price": hostile} for hostile in HOSTILE]
    rows += [f'{{"{hostile}"' for hostile in HOSTILE]
    place.load(rows)
    page = place.page
    assert page.tags <= TAGS
    names = {name for name, _ in page.attributes}
    assert not [name for name in names if name.startswith("on") or name in ("src", "srcset", "xlink:href")]
    assert all(value.startswith("#") for name, value in page.attributes if name == "href")
    assert dict(page.attributes)["content"]  # the policy and the width are there
    source = page.rawdata + (place.folder / "imports" / "goods" / "import-report.html").read_text("utf-8")
    assert "url(" not in source
    assert "@import" not in source
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", source)
    assert "\\u202e" in source
    assert HOSTILE[3] in page.text


def test_a_load_over_its_budget_says_that_nothing_was_changed(place):
    place.load(goods())
    with pytest.raises(TooManyRejects):
        place.load([*goods(5), {"id": "x", "title": ""}, {"id": "y", "title": ""}], max_rejects=1)
    text = place.page.text
    assert "Nothing was changed. 2 rows of goods.jsonl are refused, 1 allowed" in text
    assert "5 usable" in text
    assert "gen-" not in text


def test_a_file_without_a_usable_row_says_that_nothing_was_changed(place):
    rows = [{"id": n, "title": f"Tent {n}", "price": "ask us"} for n in range(5)]
    with pytest.raises(LoadError, match=r"no row of goods\.jsonl can be loaded"):
        place.load(rows, mapping=Mapping(price="price"))
    text = place.page.text
    assert "Nothing was changed. no row of goods.jsonl can be loaded" in text
    assert "the price is not a number" in text
    assert "0 usable" in text


def test_duplicates_are_listed_with_ids_lines_and_likeness(place):
    rows = goods()
    rows.append({**rows[2], "id": "T2"})
    place.load(rows)
    text = place.page.text
    assert "1 item repeats an earlier one: 1 group of equal items, 0 groups of nearly equal ones." in text
    assert "Good 2 of the shop G2, line 3 Good 2 of the shop T2, line 31 100 %" in text
    assert "1 item: 1 the same as an earlier item" in text


def test_items_without_text_or_facet_are_listed_as_hardly_recommendable(place):
    rows = goods()
    rows[3]["description"] = ""
    rows[4] = {"id": "G4", "title": "Good 4 of the shop", "price": "4,50 €"}
    place.load(rows)
    text = place.page.text
    assert "2 items: 2 no description, 1 no facet" in text
    assert "5 Good 4 of the shop G4 no description, no facet" in text


def test_a_table_of_many_bad_rows_shows_the_first_of_each_reason(place):
    path = place.folder / "goods.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "price"])
        writer.writerows([n, f"Good {n}", "ask" if n % 4 == 3 else n] for n in range(100))
    load_file(
        path,
        "goods",
        ledger=place.ledger,
        encoder=HashingEncoder(16),
        root=place.root,
        pictures=place.folder / "pictures",
    )
    text = place.page.text
    assert "the first 5 of 25" in text
    assert "5 price ask" in text
    assert "25 price ask" not in text


# -- counting -----------------------------------------------------------------------------------------------


def spread(facet, values, **more):
    counting = Distributions([facet], described=False, twice=(), **more)
    items = (
        Staged(n, n, Item(str(n), "x", "", {} if v is None else {facet.name: v}))
        for n, v in enumerate(values)
    )
    counting.count(items)
    return counting.spreads()[0]


COLOUR = Facet("colour", FacetKind.TAGS, "colour")
PRICE = Facet("price", FacetKind.NUMBER, "price", "EUR", FacetRole.PRICE)
YEAR = Facet("year", FacetKind.YEAR, "year", "", FacetRole.YEAR)


def test_values_are_counted_with_the_commonest_first():
    found = spread(COLOUR, [("red", "blue"), ("red",), None])
    assert (found.filled, found.missing, found.total) == (2, 1, 3)
    assert found.shape == Values((("red", 2), ("blue", 1)), 2, False)


def test_of_very_many_values_only_so_many_are_counted():
    found = spread(COLOUR, [(str(n),) for n in range(20_005)])
    assert (found.shape.distinct, found.shape.is_capped) == (20_000, True)


def test_no_value_has_no_shape():
    assert spread(PRICE, [None, None]).shape is None
    assert spread(PRICE, []).total == 0


def test_a_histogram_counts_every_number_once():
    found = spread(PRICE, [float(n) / 7 for n in range(1000)]).shape
    assert isinstance(found, Histogram)
    assert sum(count for _, _, count in found.bins) == 1000
    assert (found.least, found.most) == (0.0, 999 / 7)


def test_one_far_number_does_not_flatten_the_rest():
    found = spread(PRICE, [10.5 + n / 100 for n in range(999)] + [1e6]).shape
    assert found.most == 1e6
    assert found.above
    assert found.bins[-1][1] < 30
    assert max(count for _, _, count in found.bins) < 100


def test_years_get_whole_bins_of_equal_width():
    found = spread(YEAR, [float(year) for year in range(1900, 2000)]).shape
    assert all(low == int(low) and high == int(high) for low, high, _ in found.bins)
    assert [count for _, _, count in found.bins][:-1] == [5] * (len(found.bins) - 1)


@pytest.mark.parametrize("numbers", [[3.0], [2.5], [2.5, 2.5], [-1.0, -1.0, 4.0], [0.0]])
def test_few_numbers_make_a_histogram_too(numbers):
    found = histogram(np.array(numbers), min(numbers), max(numbers), len(numbers))
    assert sum(count for _, _, count in found.bins) == len(numbers)
