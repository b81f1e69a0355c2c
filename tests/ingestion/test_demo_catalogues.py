"""The catalogues that ship with Parley: complete, varied, free of copied text, and drawn by their script."""

from __future__ import annotations

import json
import re
from collections import Counter
from xml.etree import ElementTree

import pytest

from ingestion.demo import demo_catalogues
from ingestion.demo.draw_pictures import CatalogueError, draw, main
from ingestion.inference import infer
from ingestion.readers import Row
from retriever.domain import FacetRole

FILM_KEYS = (
    "id",
    "title",
    "year",
    "director",
    "cast",
    "genres",
    "runtime_min",
    "country",
    "language",
    "description",
    "moods",
    "themes",
)
SHOP_KEYS = (
    "id",
    "title",
    "price",
    "currency",
    "brand",
    "department",
    "category",
    "colour",
    "material",
    "size",
    "weight_g",
    "waterproof",
    "rating",
    "stock",
    "season",
    "activities",
    "features",
    "capacity_persons",
    "volume_l",
    "temperature_c",
    "power_w",
    "warranty_years",
    "audience",
    "description",
    "picture",
)
BOOK_KEYS = ("编号", "书名", "作者", "出版年", "类型", "主题", "地区", "篇幅", "风格")
BOOK_FILLED_IF_KNOWN = ("影视改编", "奖项")
BOOK_ROLES = {
    "作者": FacetRole.CREATOR,
    "出版年": FacetRole.YEAR,
    "类型": FacetRole.CATEGORY,
    "主题": FacetRole.OTHER,
    "地区": FacetRole.OTHER,
    "篇幅": FacetRole.OTHER,
    "风格": FacetRole.OTHER,
    "影视改编": FacetRole.OTHER,
    "奖项": FacetRole.OTHER,
}
LENGTHS = {"薄本", "中等篇幅", "大部头"}
NULLABLE = {"capacity_persons", "volume_l", "temperature_c", "power_w"}
GENRES = {
    "action",
    "adventure",
    "animation",
    "biography",
    "comedy",
    "crime",
    "documentary",
    "drama",
    "family",
    "fantasy",
    "history",
    "horror",
    "musical",
    "mystery",
    "romance",
    "science fiction",
    "sport",
    "thriller",
    "war",
    "western",
}
# A word of a description → the theme by which a person would exclude the film.
EXCLUDED_BY = {
    r"\baliens?\b": "aliens",
    r"\bzombies?\b": "zombies",
    r"\bvampires?\b": "vampires",
    r"\bserial killers?\b": "serial killers",
}
ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: value for value, word in enumerate(ONES, start=1)} | {
    word: 10 * tens for tens, word in enumerate(TENS, start=2)
}
PEOPLE = "persons?|people|adults?|sleepers?|friends|campers|hikers|climbers|guests"
# (field, what a description says about it, factor from the words' unit to the field's). Kilos spelled out
# are what a rucksack can carry; two people who carry the thing are not the people whom it is for.
STATEMENTS = (
    ("weight_g", r"([\d.]+) ?g\b", 1),
    ("weight_g", r"([\d.]+) ?kg\b", 1000),
    ("volume_l", r"\b([\w.-]+)[ -]litres?\b", 1),
    ("volume_l", r"([\d.]+) ?ml\b", 0.001),
    ("capacity_persons", rf"(?<!job for )\b([\w-]+)[ -](?:{PEOPLE})\b(?! should carry)", 1),
    ("power_w", r"\b([\w.]+)(?: ?W|[ -]watts?)\b", 1),
    ("temperature_c", r"(-?[\d.]+) ?°C", 1),
)
DRAWN_WITH = {"svg", "title", "g", "path", "rect", "ellipse", "circle", "line", "polygon"}
SVG = "{http://www.w3.org/2000/svg}"
MOST_PICTURE_BYTES = 4096


def rows(name):
    return [json.loads(line) for line in demo_catalogues()[name].read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def films():
    return rows("films")


@pytest.fixture(scope="module")
def shop():
    return rows("shop")


@pytest.fixture(scope="module")
def books():
    return rows("books_zh")


@pytest.fixture(scope="module")
def described(films, shop):
    """(id, description) of every item of both English catalogues."""
    return [(row["id"], row["description"]) for row in films + shop]


@pytest.fixture(scope="module")
def pictures():
    return demo_catalogues()["shop"].parent / "pictures"


def words(text):
    return re.findall(r"[\w'’-]+", text.casefold())


def amount(text):
    """The number that a numeral or number words such as "thirty-five" stand for; None for other words."""
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    parts = text.casefold().split("-")
    return float(sum(NUMBERS[part] for part in parts)) if all(part in NUMBERS for part in parts) else None


def values(catalogue, key):
    return Counter(value for row in catalogue for value in row[key])


# Films and shop


def test_the_catalogues_are_large_enough_to_talk_about(films, shop):
    assert len(films) >= 400
    assert len(shop) >= 200


@pytest.mark.parametrize(("name", "keys"), [("films", FILM_KEYS), ("shop", SHOP_KEYS)])
def test_every_item_has_every_key_in_the_same_order(name, keys):
    assert [row["id"] for row in rows(name) if tuple(row) != keys] == []


@pytest.mark.parametrize(
    ("name", "may_be_empty"),
    [("films", {"cast"}), ("shop", NULLABLE | {"stock", "waterproof"})],
)
def test_nothing_is_left_blank(name, may_be_empty):
    blank = [
        (row["id"], key)
        for row in rows(name)
        for key, value in row.items()
        if key not in may_be_empty and not value
    ]
    assert blank == []


def test_no_id_is_used_twice(described):
    ids = Counter(item for item, _ in described)
    assert [item for item, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("name", ["films", "shop"])
def test_no_list_says_a_thing_twice(name):
    doubled = [
        (row["id"], key)
        for row in rows(name)
        for key, value in row.items()
        if isinstance(value, list) and len(set(value)) < len(value)
    ]
    assert doubled == []


def test_descriptions_are_of_forty_to_eighty_words(described):
    lengths = {item: len(text.split()) for item, text in described}
    assert {item: length for item, length in lengths.items() if not 40 <= length <= 80} == {}


def test_no_sentence_occurs_twice(described):
    sentences = Counter(
        " ".join(words(sentence)) for _, text in described for sentence in re.split(r"(?<=[.!?])\s+", text)
    )
    assert [sentence for sentence, count in sentences.items() if count > 1] == []


def test_no_two_descriptions_share_seven_words_in_a_row(described):
    first: dict[tuple[str, ...], str] = {}
    shared = []
    for item, text in described:
        said = words(text)
        for start in range(len(said) - 6):
            run = tuple(said[start : start + 7])
            if first.setdefault(run, item) != item:
                shared.append((first[run], item, " ".join(run)))
    assert shared == []


# Films


def test_films_come_from_many_decades_and_countries(films):
    assert len({film["year"] // 10 for film in films}) >= 8
    assert len(values(films, "country")) >= 20


def test_a_third_of_the_films_is_not_from_the_united_states(films):
    abroad = sum("United States" not in film["country"] for film in films)
    assert abroad * 3 >= len(films)


def test_every_genre_has_films_and_no_film_has_another(films):
    assert set(values(films, "genres")) == GENRES


def test_years_and_running_times_are_plausible(films):
    odd = [
        (film["id"], film["year"], film["runtime_min"])
        for film in films
        if not (1895 <= film["year"] <= 2025 and 60 <= film["runtime_min"] <= 240)
    ]
    assert odd == []


def test_the_id_of_a_film_ends_with_its_year(films):
    assert [film["id"] for film in films if not film["id"].endswith(f"-{film['year']}")] == []


def test_no_film_is_listed_twice(films):
    assert len({(film["title"].casefold(), film["year"]) for film in films}) == len(films)


def test_only_documentaries_have_no_cast(films):
    assert [f["id"] for f in films if not f["cast"] and "documentary" not in f["genres"]] == []


def test_a_war_film_has_the_theme_war(films):
    assert [f["id"] for f in films if "war" in f["genres"] and "war" not in f["themes"]] == []


@pytest.mark.parametrize(("word", "theme"), EXCLUDED_BY.items())
def test_what_a_description_names_can_be_excluded_by_its_theme(films, word, theme):
    named = [film for film in films if re.search(word, film["description"].casefold())]
    assert [film["id"] for film in named if theme not in film["themes"]] == []
    assert theme in values(films, "themes")


# Shop


def test_prices_ratings_and_stock_are_plausible(shop):
    odd = [
        row["id"]
        for row in shop
        if not (0 < row["price"] == round(row["price"], 2) and row["currency"] == "EUR")
        or not (1 <= row["rating"] <= 5 and row["stock"] >= 0 and row["weight_g"] > 0)
    ]
    assert odd == []


def test_no_title_is_sold_twice(shop):
    assert len({row["title"].casefold() for row in shop}) == len(shop)


@pytest.mark.parametrize(("field", "pattern", "factor"), STATEMENTS)
def test_a_description_states_the_numbers_of_the_fields(shop, field, pattern, factor):
    stated = [
        (row["id"], amount(said) * factor, row[field])
        for row in shop
        for said in re.findall(pattern, row["description"])
        if amount(said) is not None
    ]
    assert stated
    assert [claim for claim in stated if claim[2] is None or claim[1] != pytest.approx(claim[2])] == []


# Books


def sentences_of(text):
    return [sentence for sentence in re.split(r"(?<=[。？！])", text) if sentence]


def test_there_are_books_enough_to_talk_about_and_none_is_listed_twice(books):
    assert len(books) >= 150
    assert len({book["编号"] for book in books}) == len({book["书名"] for book in books}) == len(books)


def test_every_book_has_a_title_who_wrote_it_a_year_a_kind_and_a_theme(books):
    always = [(book["编号"], key) for book in books for key in (*BOOK_KEYS, "简介") if not book.get(key)]
    others = {key for book in books for key in book} - {*BOOK_KEYS, "简介"}
    blank = [(b["编号"], k) for b in books for k in BOOK_FILLED_IF_KNOWN if k in b and not b[k]]
    assert (always, blank) == ([], [])
    assert others == set(BOOK_FILLED_IF_KNOWN)


def test_columns_of_books_are_told_without_a_map_and_read_well_in_chinese(books):
    mapping = infer([Row(line, book) for line, book in enumerate(books, start=1)])
    assert (mapping.id, mapping.title, mapping.description) == ("编号", "书名", ("简介",))
    assert {facet.label: facet.role for facet in mapping.facets} == BOOK_ROLES
    assert mapping.ignored == {}


def test_a_book_is_described_in_two_or_three_sentences_that_occur_nowhere_else(books):
    said = Counter(sentence for book in books for sentence in sentences_of(book["简介"]))
    assert [b["编号"] for b in books if not 2 <= len(sentences_of(b["简介"])) <= 3] == []
    assert [b["编号"] for b in books if not 40 <= len(b["简介"]) <= 100] == []
    assert [sentence for sentence, count in said.items() if count > 1] == []


def test_no_two_descriptions_of_books_share_ten_characters_in_a_row(books):
    first: dict[str, str] = {}
    shared = []
    for book in books:
        text = re.sub(r"\W", "", book["简介"])
        for start in range(len(text) - 9):
            run = text[start : start + 10]
            if first.setdefault(run, book["编号"]) != book["编号"]:
                shared.append((first[run], book["编号"], run))
    assert shared == []


def test_kinds_themes_and_moods_of_books_come_from_short_lists(books):
    assert set(values(books, "类型")) >= {"科幻小说", "历史", "推理小说", "武侠小说", "传记", "儿童文学"}
    assert len(values(books, "类型")) <= 25
    assert len(values(books, "主题")) <= 75
    assert len(values(books, "风格")) <= 30
    assert {book["篇幅"] for book in books} == LENGTHS


def test_science_fiction_history_and_what_was_filmed_are_well_stocked(books):
    kinds = values(books, "类型")
    filmed = [b for b in books if "科幻电影" in b.get("影视改编", ())]
    assert kinds["科幻小说"] >= 40
    assert kinds["历史"] >= 25
    assert len(filmed) >= 20
    assert all("电影" in b["影视改编"] and {"科幻小说", "恐怖小说"} & set(b["类型"]) for b in filmed)


def test_no_list_of_a_book_says_a_thing_twice(books):
    lists = [(b["编号"], k, v) for b in books for k, v in b.items() if isinstance(v, list)]
    assert [(book, key) for book, key, value in lists if len(set(value)) < len(value)] == []


def test_years_of_books_are_plausible_and_go_far_back(books):
    years = [book["出版年"] for book in books]
    assert all(1500 <= year <= 2025 for year in years)
    assert len({year // 50 for year in years}) >= 7


# Pictures of the shop


def test_every_product_has_its_own_picture_and_no_picture_is_left_over(shop, pictures):
    assert [row["id"] for row in shop if row["picture"] != f"pictures/{row['id']}.svg"] == []
    assert {path.name for path in pictures.iterdir()} == {f"{row['id']}.svg" for row in shop}


def test_pictures_are_small(pictures):
    assert [p.name for p in pictures.iterdir() if p.stat().st_size >= MOST_PICTURE_BYTES] == []


def test_pictures_hold_shapes_only(pictures):
    """A picture that is not well-formed XML fails here too."""
    strange = [
        (path.name, element.tag, attribute)
        for path in sorted(pictures.iterdir())
        for element in ElementTree.parse(path).iter()
        for attribute in ["", *element.attrib]
        if element.tag.removeprefix(SVG) not in DRAWN_WITH
        or re.fullmatch(r"(.*\})?(href|src|style|on.*)", attribute.casefold())
        or "url(" in element.get(attribute, "").casefold()
    ]
    assert strange == []


def test_a_picture_is_titled_like_its_product(shop, pictures):
    titles = {
        row["id"]: ElementTree.parse(pictures / f"{row['id']}.svg").findtext(f"{SVG}title") for row in shop
    }
    assert titles == {row["id"]: row["title"] for row in shop}


def test_the_pictures_are_what_the_script_draws(tmp_path, shop, pictures):
    assert draw(tmp_path / "drawn", [demo_catalogues()["shop"]]) == len(shop)
    drawn = {path.name: path.read_bytes() for path in (tmp_path / "drawn").iterdir()}
    kept = {path.name: path.read_bytes() for path in pictures.iterdir()}
    assert sorted(drawn) == sorted(kept)
    assert [name for name in kept if drawn[name] != kept[name]] == []


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("colour", ["ultraviolet"], "add unknown ones to COLOURS or KINDS"),
        ("colour", [], "add unknown ones"),
        ("category", "submarines", "add unknown ones"),
        ("id", "../FH-1001", "is no file name"),
    ],
)
def test_nothing_is_drawn_for_a_catalogue_with_a_line_that_cannot_be(tmp_path, shop, key, value, complaint):
    catalogue = tmp_path / "shop.jsonl"
    lines = [json.dumps(row) for row in (shop[0], shop[1] | {key: value})]
    catalogue.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(CatalogueError, match=f"line 2.*{complaint}"):
        draw(tmp_path / "drawn", [catalogue])
    assert not (tmp_path / "drawn").exists()


def test_the_script_says_what_is_wrong_and_how_it_is_called(tmp_path, capsys):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
    assert main([str(tmp_path / "drawn"), str(tmp_path / "absent.jsonl")]) == 2
    assert "absent.jsonl" in capsys.readouterr().err
