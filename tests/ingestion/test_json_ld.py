"""schema.org in JSON-LD: every usual wrapper, what an item's nested parts become, and references."""

from __future__ import annotations

import gzip
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.convert import Converter
from ingestion.inference import infer
from ingestion.readers import inspect_file, open_rows
from ingestion.readers.elements import JsonText
from ingestion.survey import survey_file
from ingestion.values import parse_minutes
from retriever.errors import LoadError

CONTEXT = {"@context": "https://schema.org"}


@pytest.fixture
def put(tmp_path):
    def put(value, name="items.json"):
        path = tmp_path / name
        data = value if isinstance(value, bytes | str) else json.dumps(value)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return put


def rows(path):
    return list(open_rows(path))


def fields(path):
    return [row.fields for row in rows(path)]


def only(path):
    [one] = fields(path)
    return one


def product(number, **more):
    return {
        "@type": "Product",
        "sku": f"S{number}",
        "name": f"Lamp {number}",
        "description": f"A lamp for corner number {number}, with a heavy foot and a long arm.",
        **more,
    }


def shapes(mapping):
    return {f.column: (f.kind.value, f.role.value, f.unit) for f in mapping.facets}


# -- wrappers -------------------------------------------------------------------------------------------

SITE = [
    {"@type": "WebSite", "name": "A shop"},
    {"@type": ["Organization", "OnlineStore"], "@id": "#us", "name": "Us"},
    {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": 1, "name": "Home"},
            {"@type": "ListItem", "position": 2, "item": {"@id": "https://x.example/lamps", "name": "Lamps"}},
        ],
    },
]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda items: items,
        lambda items: [*SITE, *items],
        lambda items: {**CONTEXT, "@graph": [*SITE, *items]},
        lambda items: {"@graph": items, **CONTEXT},
        lambda items: {**CONTEXT, "@type": "ItemList", "numberOfItems": 12, "itemListElement": items},
        lambda items: {
            **CONTEXT,
            "@type": "ItemList",
            "itemListElement": [
                {"@type": "ListItem", "position": n, "item": item} for n, item in enumerate(items)
            ],
        },
        lambda items: {
            **CONTEXT,
            "@type": "DataFeed",
            "dataFeedElement": [{"@type": "DataFeedItem", "item": item} for item in items],
        },
        lambda items: {
            "@type": "CollectionPage",
            "mainEntity": {"@type": "ItemList", "itemListElement": items},
        },
        lambda items: {
            "@type": "OfferCatalog",
            "itemListElement": [{"@type": "Offer", "price": 3, "itemOffered": item} for item in items],
        },
        lambda items: "\n".join(json.dumps({**CONTEXT, "@graph": [*SITE, item]}) for item in items),
        lambda items: "\n".join(json.dumps({**CONTEXT, **item}, indent=1) for item in items),
        lambda items: '{"@graph": [\n' + ",\n".join(map(json.dumps, items)) + "\n]}\n",
        lambda items: json.dumps({**CONTEXT, "@graph": items}, indent=2).encode("utf-16"),
        lambda items: gzip.compress(json.dumps({"@graph": items}).encode(), mtime=0),
    ],
)
def test_items_are_found_in_every_usual_wrapper(put, wrap):
    found = fields(put(wrap([product(n) for n in range(3)])))
    assert [(one["id"], one["name"]) for one in found] == [
        ("S0", "Lamp 0"),
        ("S1", "Lamp 1"),
        ("S2", "Lamp 2"),
    ]


def test_types_are_a_column_where_there_are_several(put):
    found = fields(put([product(1), {"@type": "Book", "name": "B"}]))
    assert [one["type"] for one in found] == ["Product", "Book"]
    assert "type" not in only(put([product(1)]))


def test_the_dialect_is_told_from_the_content(put):
    assert str(inspect_file(put([product(1)], "x.csv"))) == "json, schema.org, utf-8"
    assert str(inspect_file(put([{"title": 'says "@type": "Product"'}]))) == "json, utf-8"


def test_items_of_a_graph_have_the_line_where_they_begin(put):
    text = json.dumps({**CONTEXT, "@graph": [product(1), product(2)]}, indent=1)
    lines = text.splitlines()
    begins = [n for n, line in enumerate(lines, start=1) if line == "  {"]
    assert [row.line for row in rows(put(text))] == begins


def test_one_item_alone_is_one_item_whatever_it_holds(put):
    one = product(1, offers=[{"price": 3}, {"price": 2}], review=[{"@type": "Review", "name": "fine"}] * 5)
    assert only(put({**CONTEXT, **one}))["name"] == "Lamp 1"


def test_people_and_shops_are_items_where_nothing_else_is(put):
    found = fields(put([{"@type": "Person", "name": "Ada"}, {"@type": "Person", "name": "Ben"}]))
    assert [one["name"] for one in found] == ["Ada", "Ben"]


def test_full_addresses_and_typed_literals_are_read(put):
    node = {
        "@type": ["http://schema.org/Product"],
        "http://schema.org/name": [{"@value": "Lamp", "@language": "en"}],
        "http://schema.org/sku": [{"@value": "S1"}],
        "http://schema.org/color": {"@list": [{"@value": "red"}, {"@value": "blue"}]},
    }
    assert only(put([node])) == {
        "id": "S1",
        "name": "Lamp",
        "sku": "S1",
        "color": ["red", "blue"],
    }


# -- what an item says ----------------------------------------------------------------------------------


def test_references_are_followed_wherever_the_node_stands(put):
    graph = [
        {"@type": "Movie", "@id": "/m/1", "name": "Tide", "director": {"@id": "#ida"},
         "offers": {"@id": "#o"}},
        {"@type": "Person", "@id": "#ida", "name": "Ida Brand"},
        {"@type": "Offer", "@id": "#o", "price": "3.99", "priceCurrency": "EUR"},
        {"@type": "Movie", "@id": "/m/2", "name": "Map", "director": [{"@id": "#ida"}, {"@id": "#gone"}],
         "author": {"@type": "Person", "@id": "#bo", "name": "Bo"}},
        {"@type": "Movie", "@id": "/m/3", "name": "Engines", "author": {"@id": "#bo"}},
    ]  # fmt: skip
    first, second, third = fields(put({"@graph": graph}))
    assert (first["id"], first["director"], first["price"], first["currency"]) == (
        "/m/1",
        ["Ida Brand"],
        "3.99",
        "EUR",
    )
    assert (second["director"], third["author"]) == (["Ida Brand"], ["Bo"])


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ({"price": "129.00", "priceCurrency": "EUR"}, ("129.00", "EUR")),
        ([{"price": 20, "priceCurrency": "EUR"}, {"price": 9, "priceCurrency": "USD"}], (20, "EUR")),
        ([{"price": 20}, {"price": 15}, {"price": "on request"}], (15, None)),
        ({"@type": "AggregateOffer", "lowPrice": 5, "highPrice": 9, "priceCurrency": "EUR"}, (5, "EUR")),
        ({"@type": "AggregateOffer", "offers": [{"price": 8}, {"price": 7}]}, (7, None)),
        ({"priceSpecification": {"price": 4, "priceCurrency": "GBP"}}, (4, "GBP")),
        (
            {"priceSpecification": [{"price": 9, "priceType": "https://schema.org/StrikethroughPrice"},
                                    {"price": 6, "priceCurrency": "EUR"}]},
            (6, "EUR"),
        ),
        ({"price": "on request"}, ("on request", None)),
        ({"availability": "https://schema.org/SoldOut"}, (None, None)),
        ([], (None, None)),
    ],
)  # fmt: skip
def test_the_price_is_that_of_the_cheapest_offer_in_the_first_currency(put, offers, expected):
    found = only(put([product(1, offers=offers)]))
    assert (found.get("price"), found.get("currency")) == expected


def test_an_item_is_available_if_any_offer_is(put):
    states = ["https://schema.org/OutOfStock", "http://schema.org/InStock"]
    assert only(put([product(1, offers=[{"availability": s} for s in states])]))["availability"] == "InStock"


def test_nested_parts_become_columns(put):
    found = only(
        put(
            [
                product(
                    1,
                    brand={"@type": "Brand", "name": "Ember"},
                    weight={"@type": "QuantitativeValue", "value": 1.2, "unitCode": "KGM"},
                    aggregateRating={"ratingValue": "4.5", "reviewCount": 12},
                    image=[{"@type": "ImageObject", "name": "front", "url": "https://x.example/1.jpg"}],
                    keywords="warm, brass",
                    offers={"itemCondition": "https://schema.org/NewCondition"},
                    additionalProperty=[
                        {"@type": "PropertyValue", "name": "Cord", "value": 2, "unitText": "m"}
                    ],
                    review=[{"@type": "Review", "reviewBody": "fine"}],
                    sameAs="https://other.example",
                )
            ]
        )
    )
    assert found == {
        "id": "S1", "sku": "S1", "name": "Lamp 1", "description": found["description"],
        "brand": "Ember", "weight": "1.2 kg", "rating": "4.5", "number of ratings": 12,
        "image": ["https://x.example/1.jpg"], "keywords": ["warm", "brass"], "Cord": "2 m",
        "condition": "New",
    }  # fmt: skip


def test_a_group_of_products_takes_price_and_colours_from_its_variants(put):
    group = {
        "@type": "ProductGroup", "productGroupID": "G1", "name": "Shirt", "variesBy": "color",
        "hasVariant": [
            {"color": "red", "size": "M", "offers": {"price": 30, "priceCurrency": "EUR"}},
            {"color": "blue", "size": "M", "offers": {"price": 25, "priceCurrency": "EUR"}},
        ],
    }  # fmt: skip
    found = only(put([group]))
    assert (found["id"], found["price"], found["color"], found["size"]) == ("G1", 25, ["red", "blue"], ["M"])


@pytest.mark.parametrize(
    ("node", "identity"),
    [
        ({"@id": "_:b0", "name": "x"}, None),
        ({"@id": "https://x.example/1", "name": "x"}, "https://x.example/1"),
        ({"@id": "/1", "sku": 7, "name": "x"}, 7),
        ({"identifier": {"@type": "PropertyValue", "propertyID": "a", "value": "V1"}, "name": "x"}, "V1"),
        ({"isbn": "978", "url": "https://x.example/b", "name": "x"}, "978"),
    ],
)
def test_the_surest_identifier_is_the_id(put, node, identity):
    assert only(put([{"@type": "Book", **node}])).get("id") == identity


# -- as a catalogue -------------------------------------------------------------------------------------


def films(count=24):
    return [
        {
            "@type": "Movie",
            "@id": f"https://films.example/{n}",
            "name": f"Tide {n}",
            "description": f"A keeper of lighthouse number {n} learns to swim, slowly and against advice.",
            "director": {"@type": "Person", "name": f"Ida {n % 5}"},
            "actor": [
                {"@type": "Person", "name": f"Actor {n % 7}"},
                {"@type": "Person", "name": f"Actor {n % 3}"},
            ],
            "genre": [["Drama", "Sea"], ["Sea"], ["War", "Drama"]][n % 3],
            "duration": f"PT{1 + n % 2}H{10 + n}M",
            "dateCreated": f"{1990 + n}-05-01",
            "contentRating": (6, 12, 16)[n % 3],
            "aggregateRating": {"@type": "AggregateRating", "ratingValue": 5 + n / 10},
            "inLanguage": ("en", "fr")[n % 2],
        }
        for n in range(count)
    ]


def test_films_need_no_mapping(put):
    mapping = infer(survey_file(put({**CONTEXT, "@graph": films()})).sample)
    assert (mapping.id, mapping.title, mapping.description) == ("id", "name", ("description",))
    assert shapes(mapping) == {
        "director": ("tags", "creator", ""),
        "actor": ("tags", "creator", ""),
        "genre": ("tags", "category", ""),
        "duration": ("number", "other", "min"),
        "datePublished": ("year", "year", ""),
        "contentRating": ("number", "other", ""),
        "rating": ("number", "rating", ""),
        "language": ("category", "other", ""),
    }


def test_a_duration_loads_as_minutes(put):
    survey = survey_file(put({"@graph": films()}))
    item = Converter(infer(survey.sample)).convert(survey.sample[1]).item
    assert (item.facets["duration"], item.facets["date_published"]) == (131.0, 1991.0)


def test_products_need_no_mapping(put):
    items = [
        product(
            n,
            brand={"@type": "Brand", "name": ("Ember", "Loom")[n % 2]},
            category=("Home > Lamps", "Garden > Lights")[n % 2],
            offers={"price": f"{20 + n}.50", "priceCurrency": "EUR",
                    "availability": "https://schema.org/" + ("InStock", "OutOfStock")[n % 2]},
            weight={"value": 1 + n / 10, "unitCode": "KGM"},
        )
        for n in range(24)
    ]  # fmt: skip
    survey = survey_file(put(items))
    mapping = infer(survey.sample)
    assert {f.column: (f.kind.value, f.role.value, f.unit) for f in mapping.facets if f.part != "rest"} == {
        "brand": ("category", "creator", ""),
        "category": ("category", "category", ""),
        "price": ("number", "price", "EUR"),
        "availability": ("boolean", "stock", ""),
        "weight": ("number", "other", "kg"),
    }
    item = Converter(mapping).convert(survey.sample[1]).item
    assert (item.facets["price"], item.facets["availability"], item.facets["weight"]) == (21.5, False, 1.1)


def test_recipes_get_times_and_energy_as_numbers(put):
    items = [
        {
            "@type": "Recipe",
            "name": f"Soup {n}",
            "recipeCuisine": ("French", "Thai")[n % 2],
            "recipeCategory": ("Starter", "Main")[n % 3 > 0],
            "cookTime": f"PT{20 + n}M",
            "totalTime": f"PT1H{n}M",
            "nutrition": {
                "@type": "NutritionInformation",
                "calories": f"{200 + n * 37 % 50} calories",
                "fatContent": f"{n} g",
            },
            "recipeInstructions": [{"@type": "HowToStep", "text": "Stir it well for a long while. " * 3}],
        }
        for n in range(24)
    ]
    survey = survey_file(put(items))
    mapping = infer(survey.sample)
    found = shapes(mapping)
    assert found["cookTime"] == found["totalTime"] == ("number", "other", "min")
    assert found["calories"] == ("number", "other", "")
    assert found["nutrition.fatContent"] == ("number", "other", "g")
    assert found["recipeCategory"] == ("category", "category", "")
    assert "recipeInstructions" in mapping.ignored
    item = Converter(mapping).convert(survey.sample[3]).item
    assert (item.facets["calories"], item.facets["cook_time"]) == (211.0, 23.0)


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_iso_durations_are_minutes(hours, minutes, seconds):
    assert parse_minutes(f"PT{hours}H{minutes}M{seconds}S") == pytest.approx(
        hours * 60 + minutes + seconds / 60, abs=1e-5
    )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("PT1H30M", 90), ("PT1.5H", 90), ("P1D", 1440), ("P1DT2H", 1560), ("P1W", 10080), ("PT0S", 0),
     ("P1Y", None), ("P1M", None), ("P", None), ("PT", None), ("PS5", None)],
)  # fmt: skip
def test_only_durations_of_fixed_length_are_read(text, minutes):
    assert parse_minutes(text) == minutes


# -- damaged, and large ---------------------------------------------------------------------------------


def test_a_cut_graph_is_refused_whole(put):
    text = json.dumps({"@graph": [product(n) for n in range(3)]}, indent=1)
    with pytest.raises(LoadError, match=r"items.json (is no JSON from|ends before) .*line"):
        rows(put(text[: text.rindex("Lamp 2")]))
    with pytest.raises(LoadError, match=r"ends before its list does .* cut short"):
        rows(put(text[: text.rindex("]")]))


def test_what_follows_the_graph_is_not_lost_in_silence(put):
    one = json.dumps({"@graph": [product(1)]}, indent=1)
    with pytest.raises(LoadError, match=r"goes on behind its first object .* JSON lines"):
        rows(put(f"{one}\n{one}"))


def test_a_number_that_two_pieces_share_is_one_number():
    text = JsonText("x", iter(['{"n": 12', '34, "@graph": [1', "23, 4", "]}"]))
    assert list(text.listed({"@graph"})) == [(123, 1), (4, 1)]


def test_things_nested_without_end_are_one_load_error(put):
    nested = '{"@type": "ListItem", "item": ' * 3000 + "1" + "}" * 3000
    with pytest.raises(LoadError, match="nested too deep"):
        rows(put(f"[{nested}]"))


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["@type", "@id", "@graph", "@value", "name", "offers", "price", "item", "image", "hasVariant",
             "itemListElement", "aggregateRating", "nutrition", "keywords", "value", "additionalProperty",
             "priceSpecification", "itemOffered", "mainEntity", "identifier", "dateCreated", "availability"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None)  # writes a file each time
@given(st.lists(json_values, min_size=1, max_size=4))
def test_any_nodes_give_rows_and_no_fault(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("any") / "x.json"
    path.write_text(json.dumps([{"@type": "Product", "name": "x"}, *values]))
    assert rows(path)


def test_a_large_graph_is_not_held_in_memory(put):
    path = put({**CONTEXT, "@graph": [product(n, text="word " * 200) for n in range(4000)]})
    form = inspect_file(path)
    tracemalloc.start()
    count = sum(1 for _ in open_rows(path, form))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 4.6 MB of text; what is held is a piece of 256 Ki characters, twice while it is taken.
    assert (count, peak < 2_500_000) == (4000, True)
