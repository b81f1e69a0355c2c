"""Which column is what, guessed from small catalogues of many shapes."""

from __future__ import annotations

import pytest

from ingestion.inference import infer
from ingestion.mapping import Mapping, mapping_from, mapping_lines, read_mapping, write_mapping
from ingestion.readers import Row
from ingestion.wording import label_of, name_of, split_unit
from retriever.domain import FacetKind, FacetRole
from retriever.errors import LoadError

WORDS = ("warm", "light", "sturdy", "quiet", "broad", "narrow", "soft", "plain", "deep", "round")


def rows(count=40, **columns):
    """Rows with a title and the columns given as functions of the row's number."""
    return [
        Row(
            n + 2, {"title": f"Item {n} {WORDS[n % 10]}", **{name: make(n) for name, make in columns.items()}}
        )
        for n in range(count)
    ]


def facet(mapping, column):
    [found] = [f for f in mapping.facets if f.column == column]
    return found


def shape(mapping, column):
    found = facet(mapping, column)
    return found.kind.value, found.role.value, found.unit


@pytest.mark.parametrize(
    ("name", "make", "expected"),
    [
        ("price", lambda n: 9.5 + n, ("number", "price", "")),
        ("price_eur", lambda n: 9.5 + n, ("number", "price", "EUR")),
        ("Preis", lambda n: f"{n},50 €", ("number", "price", "EUR")),
        ("cost", lambda n: f"${n}.99", ("number", "price", "USD")),
        ("价格", lambda n: n + 10, ("number", "price", "")),
        ("year", lambda n: 1980 + n, ("year", "year", "")),
        ("published", lambda n: int(n % 2), ("boolean", "other", "")),
        ("release_date", lambda n: f"{1980 + n}-03-01", ("year", "year", "")),
        ("avg_rating", lambda n: 3 + n % 20 / 10, ("number", "rating", "")),
        ("rating", lambda n: f"{3 + n % 2}.5 out of 5 stars", ("number", "rating", "")),
        ("qty", lambda n: n % 7, ("number", "stock", "")),
        ("in_stock", lambda n: "yes" if n % 3 else "no", ("boolean", "stock", "")),
        ("runtime_min", lambda n: 90 + n, ("number", "other", "min")),
        ("runtime", lambda n: f"{1 + n % 2}h {n % 60}m", ("number", "other", "min")),
        ("Weight (kg)", lambda n: n / 10, ("number", "other", "kg")),
        ("weight", lambda n: f"{n + 100} g" if n % 3 else "1.2 kg", ("number", "other", "g")),
        ("waterproof", lambda n: bool(n % 2), ("boolean", "other", "")),
        ("vegan", lambda n: "ja" if n % 2 else "nein", ("boolean", "other", "")),
        ("on_sale", lambda n: "x" if n % 4 == 0 else "", ("boolean", "other", "")),
        ("colour", lambda n: ["red", "blue"][: n % 2 + 1], ("tags", "other", "")),
        ("colour", lambda n: "red, blue" if n % 2 else "blue", ("tags", "other", "")),
        ("genres", lambda n: "Drama|War" if n % 2 else "Comedy", ("tags", "category", "")),
        ("genres", lambda n: "['Drama', 'War']" if n % 2 else "['War']", ("tags", "category", "")),
        (
            "genres",
            lambda n: f'[{{"id": 1, "name": "{WORDS[n % 3]}"}}, {{"name": "{WORDS[n % 2]}"}}]',
            ("tags", "category", ""),
        ),
        ("category", lambda n: WORDS[n % 4], ("category", "category", "")),
        ("director", lambda n: f"Person {n}", ("category", "creator", "")),
        ("cast", lambda n: [f"Person {n}", f"Person {n + 1}"], ("tags", "creator", "")),
        ("authors", lambda n: f"Ann {n}, Bob {n}, Cid {n % 3}", ("tags", "creator", "")),
        ("brand", lambda n: WORDS[n % 3], ("category", "creator", "")),
        ("released", lambda n: f"{n % 28 + 1}.{n % 12 + 1}.{1990 + n % 30}", ("year", "year", "")),
        ("shown", lambda n: f"{n % 12 + 1}.{n % 9}", ("number", "other", "")),
        ("size", lambda n: ["S", "M", "L", f"EU {n}"][n % 4], ("category", "other", "")),
    ],
)
def test_a_column_gets_kind_role_and_unit(name, make, expected):
    assert shape(infer(rows(**{name: make})), name) == expected


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("creators", lambda n: [], "empty"),
        ("visible", lambda n: "web", "the same in every row"),
        ("portal", lambda n: f"https://x.example/{n}", "web addresses"),
        ("isbn13", lambda n: 9780000000000 + n * 7, "an identifier"),
        ("plu", lambda n: f"00{n}", "an identifier"),
        ("pos", lambda n: n + 1, "a row number"),
        (
            "address",
            lambda n: f"{n} Long Street near the {WORDS[n % 10]} house",
            "different in nearly every row",
        ),
        ("reviews", lambda n: [{"stars": 3, "words": "fine"}], "a list of objects"),
        ("vector", lambda n: [0.1 * n] * 64, "long lists of numbers"),
        (
            "steps",
            lambda n: [f"First do this with number {n} and then wait for a good long while."],
            "lists of long",
        ),
        ("updated_at", lambda n: f"2024-01-{n % 28 + 1:02}T00:00:00", "about the row"),
    ],
)
def test_a_column_of_no_use_is_ignored_with_a_reason(name, make, reason):
    found = infer(
        rows(
            id=lambda n: f"A-{n}",
            description=lambda n: f"A {WORDS[n % 10]} thing, number {n}, told at length.",
            **{name: make},
        )
    )
    assert found.ignored[name].startswith(reason)


def test_a_column_that_says_the_same_of_all_takes_no_role_from_another():
    found = infer(rows(type=lambda n: "film", cuisine=lambda n: WORDS[n % 4]))
    assert found.ignored["type"].startswith("the same in every row")
    assert shape(found, "cuisine") == ("category", "category", "")


def test_lists_that_run_from_general_to_special_become_two_facets():
    found = infer(
        rows(categories=lambda n: [["garden", "spade"], ["kitchen", "pan"], ["garden", "rake"]][n % 3])
    )
    first, rest = found.facets
    assert (first.name, first.kind, first.role) == ("category", FacetKind.CATEGORY, FacetRole.CATEGORY)
    assert (rest.name, rest.kind, rest.role) == ("subcategory", FacetKind.TAGS, FacetRole.OTHER)
    assert rest.examples[0] in ("spade", "pan", "rake")


def test_lists_in_any_order_stay_one_facet():
    found = infer(rows(categories=lambda n: [["drama", "war"], ["war", "drama"], ["drama"]][n % 3]))
    assert shape(found, "categories") == ("tags", "category", "")


def test_paths_in_text_become_levels():
    found = infer(rows(category=lambda n: f"Home > {'Kitchen > Pans' if n % 2 else 'Garden'}"))
    assert [f.part for f in found.facets] == ["first", "rest"]


def test_nested_objects_are_opened():
    found = infer(rows(attributes=lambda n: {"stock": n, "size": {"width": n * 1.5}}))
    assert facet(found, "attributes.stock").role is FacetRole.STOCK
    assert facet(found, "attributes.size.width").name == "width"


def test_the_price_takes_its_unit_from_the_currency_column_and_its_copies_go():
    found = infer(rows(price=lambda n: n + 0.5, currency=lambda n: "GBP", cents=lambda n: (n + 0.5) * 100))
    assert shape(found, "price") == ("number", "price", "GBP")
    assert found.ignored["cents"] == "'price' times 100"


def test_gender_and_language_codes_become_words():
    found = infer(rows(gender=lambda n: "FM"[n % 2], language=lambda n: ["eng", "en-US", "fre"][n % 3]))
    assert facet(found, "gender").values == {"f": "women", "m": "men"}
    assert facet(found, "language").values == {"eng": "English", "en-us": "English", "fre": "French"}


def test_the_file_is_read_with_decimal_commas_where_its_numbers_prove_them():
    assert infer(rows(price=lambda n: f"{n}.299,50")).decimal == ","
    assert infer(rows(price=lambda n: f"{n},299.50")).decimal == "."


def test_id_title_description_picture_and_url_are_found():
    found = infer(
        [
            Row(n, {
                "sku": f"A{n}", "product_name": f"Thing {n}", "body_html": f"<p>About {n} in many words</p>",
                "image": f"pics/{n}.png", "link": f"https://x.example/{n}",
            })
            for n in range(20)
        ]
    )  # fmt: skip
    assert (found.id, found.title, found.description) == ("sku", "product_name", ("body_html",))
    assert (found.picture, found.url) == ("image", "link")


def test_the_columns_of_a_public_title_table_are_understood():
    found = infer(
        [
            Row(n, {
                "tconst": f"tt{n:07}", "titleType": ["movie", "short"][n % 2], "primaryTitle": f"Film {n} a",
                "isAdult": str(int(n % 9 == 0)), "startYear": str(1950 + n), "endYear": "\\N",
                "runtimeMinutes": str(60 + n), "genres": ["Drama,War", "Comedy", "Comedy,War"][n % 3],
            })
            for n in range(40)
        ]
    )  # fmt: skip
    assert (found.id, found.title, found.year) == ("tconst", "primaryTitle", "startYear")
    assert shape(found, "genres") == ("tags", "category", "")
    assert shape(found, "isAdult") == ("boolean", "other", "")
    assert shape(found, "runtimeMinutes") == ("number", "other", "min")
    assert found.ignored["endYear"] == "empty"


def test_lists_of_values_that_never_recur_are_ignored():
    found = infer(rows(also_bought=lambda n: [f"B{n}", f"C{n}"]))
    assert found.ignored["also_bought"] == "different in nearly every row"


def test_without_a_column_called_title_the_most_telling_text_is_it():
    found = infer([Row(n, {"thing": f"Object {n}", "shade": WORDS[n % 3], "n": n}) for n in range(30)])
    assert found.title == "thing"
    assert found.confidence["title"] < 0.7


def test_without_any_title_the_sentence_names_the_columns_and_the_way_out():
    with pytest.raises(LoadError, match=r"no column looks like a title \(the columns are: a, b\).*--map"):
        infer([Row(n, {"a": n, "b": n * 2}) for n in range(30)])


def test_no_two_facets_share_a_name():
    found = infer(
        rows(a=lambda n: {"size": WORDS[n % 3]}, b=lambda n: {"size": n % 7}, Size=lambda n: n * 2.5)
    )
    assert len({f.name for f in found.facets}) == 3


def test_one_row_is_enough():
    assert infer([Row(2, {"title": "Tent", "price": 3})]).price == "price"


# -- what a person says ---------------------------------------------------------------------------------


def test_a_map_overrides_and_the_rest_is_guessed():
    given = mapping_from(
        {"title": "code", "facets": [{"column": "shade", "kind": "tags", "separator": "-", "label": "tone"}],
         "ignored": {"price": "not for everyone"}}
    )  # fmt: skip
    found = infer(
        rows(
            code=lambda n: f"C{n}", shade=lambda n: "red-blue", price=lambda n: n, size=lambda n: "ML"[n % 2]
        ),
        given,
    )
    assert found.title == "code"
    assert facet(found, "shade").label == "tone"
    assert found.price == ""
    assert shape(found, "size") == ("category", "other", "")


def test_a_map_that_names_an_absent_column_is_refused_with_those_that_are():
    with pytest.raises(LoadError, match=r"'naam'.*it has: title, price"):
        infer(rows(price=lambda n: n), Mapping(title="naam"))


def test_a_fixed_currency_can_be_given():
    assert infer(rows(price=lambda n: n + 1), Mapping(currency="SEK")).facets[0].unit == "SEK"


def test_a_mapping_survives_its_toml(tmp_path):
    table = rows(price=lambda n: f"{n},50 €", genres=lambda n: ['a "b"', "c\\d", "é"][n % 3], x=lambda n: "")
    found = infer(table)
    path = tmp_path / "map.toml"
    write_mapping(found, path)
    assert read_mapping(path) == found
    assert infer(table, found).model_dump(exclude={"confidence"}) == found.model_dump(exclude={"confidence"})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = ", "not TOML"),
        ('naam = "x"', "wrong at naam"),
        ('[[facets]]\ncolumn = "x"\nkind = "colour"', "kind"),
    ],
)
def test_a_wrong_map_is_refused_with_the_place(tmp_path, text, says):
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(LoadError, match=says):
        read_mapping(path)


def test_every_column_is_accounted_for_once():
    found = infer(rows(price=lambda n: n, note=lambda n: "", brand=lambda n: WORDS[n % 3]))
    assert {line.column for line in mapping_lines(found)} == {"(none)", "title", "price", "note", "brand"}


# -- names ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "stem", "unit"),
    [
        ("runtime_min", "runtime", "min"),
        ("Weight (kg)", "Weight", "kg"),
        ("Gewicht in g", "Gewicht", "g"),
        ("priceEur", "price", "EUR"),
        ("price_min", "price min", ""),
        ("top_all", "top all", ""),
        ("size", "size", ""),
    ],
)
def test_units_are_read_off_names(column, stem, unit):
    assert split_unit(column) == (stem, unit)


def test_a_role_names_a_facet_whose_own_name_has_no_latin_letters():
    found = infer(
        rows(**{"价格": lambda n: n + 1, "类别": lambda n: WORDS[n % 3], "颜色": lambda n: WORDS[n % 2]})
    )
    assert [f.name for f in found.facets][:2] == ["price", "category"]
    assert [f.label for f in found.facets] == ["价格", "类别", "颜色"]


def test_names_are_plain_and_labels_human():
    assert name_of("attributes.Größe (cm)") == "grosse_cm"
    assert name_of("颜色").startswith("facet_")
    assert name_of("x.size", frozenset({"size"})) == "x_size"
    assert label_of("n_ratings") == "number of ratings"
    assert label_of("attributes.genderAffinity") == "gender affinity"
    assert label_of("genres") == "genre"
