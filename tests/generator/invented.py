"""Small invented records that the generator's tests speak about."""

from __future__ import annotations

from generator.replies import Evidence, ItemEvidence, Task
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    Is,
    Item,
    NoneOf,
    OfFacet,
    Preference,
    Source,
    SourceKind,
)

FILM_FACETS = (
    Facet("year", FacetKind.YEAR, "year", role=FacetRole.YEAR),
    Facet("director", FacetKind.TAGS, "director", role=FacetRole.CREATOR),
    Facet("cast", FacetKind.TAGS, "cast"),
    Facet("genres", FacetKind.TAGS, "genre", role=FacetRole.CATEGORY),
    Facet("runtime_min", FacetKind.NUMBER, "runtime", "min"),
    Facet("country", FacetKind.TAGS, "country"),
    Facet("language", FacetKind.TAGS, "language"),
    Facet("moods", FacetKind.TAGS, "moods"),
    Facet("themes", FacetKind.TAGS, "themes"),
)
SHOP_FACETS = (
    Facet("price", FacetKind.NUMBER, "price", "EUR", FacetRole.PRICE),
    Facet("category", FacetKind.CATEGORY, "category", role=FacetRole.CATEGORY),
    Facet("brand", FacetKind.CATEGORY, "brand", role=FacetRole.CREATOR),
    Facet("colour", FacetKind.TAGS, "colour"),
    Facet("material", FacetKind.TAGS, "material"),
    Facet("weight_g", FacetKind.NUMBER, "weight", "g"),
    Facet("waterproof", FacetKind.BOOLEAN, "waterproof"),
    Facet("rating", FacetKind.NUMBER, "rating", role=FacetRole.RATING),
    Facet("stock", FacetKind.NUMBER, "stock", role=FacetRole.STOCK),
    Facet("features", FacetKind.TAGS, "features"),
    Facet("capacity_persons", FacetKind.NUMBER, "capacity", "persons"),
)

LIGHTHOUSE = Item(
    "lamp-1994",
    "The Last Lamp",
    "A keeper on a northern rock counts the ships that no longer come. Slow, salty and full of rain, it "
    "listens more than it talks. Two letters from his daughter change nothing and everything.",
    {
        "year": 1994.0,
        "director": ("Ida Moss",),
        "cast": ("Per Hallan", "June Okafor"),
        "genres": ("drama", "mystery"),
        "runtime_min": 97.0,
        "country": ("Norway", "United Kingdom"),
        "language": ("Norwegian",),
        "moods": ("quiet", "melancholic"),
        "themes": ("loneliness", "fatherhood", "sea"),
    },
)
ORBIT = Item(
    "orbit-2016",
    "Orbit of Salt",
    "A linguist is called to a desert where something has landed. She learns to read smoke.",
    {
        "year": 2016.0,
        "director": ("Tomas Reyne",),
        "cast": ("June Okafor",),
        "genres": ("science fiction", "drama"),
        "runtime_min": 116.0,
        "country": ("Canada",),
        "language": ("English",),
        "moods": ("quiet", "thought-provoking"),
        "themes": ("aliens", "language"),
    },
)
JACKET = Item(
    "J-1",
    "Skerry Rain Jacket",
    "Taped seams keep a steady downpour outside for a full day's walk. The hood folds into the collar, "
    "and zips under both arms let heat out on the climb.",
    {
        "price": 99.0,
        "category": "jackets",
        "brand": "Holmgard",
        "colour": ("blue", "grey"),
        "material": ("recycled nylon",),
        "weight_g": 410.0,
        "waterproof": True,
        "rating": 4.4,
        "stock": 12.0,
        "features": ("taped seams", "pit zips", "packable"),
    },
)
FLEECE = Item(
    "J-2",
    "Cairn Fleece Jacket",
    "Thick pile traps warmth around the chest. Wind goes straight through it, so wear a shell on top.",
    {
        "price": 59.5,
        "category": "jackets",
        "brand": "Tarrow",
        "colour": ("red",),
        "material": ("wool",),
        "weight_g": 380.0,
        "waterproof": False,
        "rating": 4.1,
        "stock": 0.0,
    },
)


def said(quote: str, turn: int = 1) -> Source:
    return Source(SourceKind.QUOTE, turn, quote)


WATERPROOF = Constraint("waterproof", Is(True), said("waterproof"))
UNDER_120 = Constraint("price", Between(high=120.0, strict=True), said("under 120"))
NOT_RED = Constraint("colour", NoneOf(("red",)), said("nothing red"))
JACKETS = Constraint("category", AnyOf(("jackets",)), said("a jacket"))
AFTER_1990 = Constraint("year", Between(low=1990.0, strict=True), said("after 1990"))
NO_ALIENS = Constraint("themes", NoneOf(("aliens",)), said("no aliens"))
SHORT = Constraint("runtime_min", Between(high=120.0, strict=True), said("shorter than two hours please"))
QUIET = Preference(OfFacet("moods", "quiet"), 0.8, said("something quiet"))


def films(task: Task = Task.RECOMMEND, *items: ItemEvidence, **more: object) -> Evidence:
    given = items or (
        ItemEvidence(
            LIGHTHOUSE,
            1,
            matched=(QUIET,),
            met=(AFTER_1990, NO_ALIENS, SHORT),
            shared=(("moods", "quiet"),),
            anchor_titles=("Orbit of Salt",),
        ),
    )
    values: dict[str, object] = {
        "user_text": "something quiet like Orbit of Salt, no aliens, after 1990",
        "noun": "films",
        "active": (AFTER_1990, NO_ALIENS, SHORT),
        "eligible": 7,
    }
    return Evidence(task, FILM_FACETS, items=given, **(values | more))  # type: ignore[arg-type]


def shop(task: Task = Task.RECOMMEND, *items: ItemEvidence, **more: object) -> Evidence:
    given = items or (ItemEvidence(JACKET, 1, met=(JACKETS, WATERPROOF, UNDER_120, NOT_RED)),)
    values: dict[str, object] = {
        "user_text": "a waterproof jacket under 120, nothing red",
        "noun": "products",
        "active": (JACKETS, WATERPROOF, UNDER_120, NOT_RED),
        "eligible": 9,
    }
    return Evidence(task, SHOP_FACETS, items=given, **(values | more))  # type: ignore[arg-type]
