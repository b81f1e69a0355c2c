"""Which column is what in published catalogues, as their own descriptions say, without a mapping file."""

from __future__ import annotations

import pytest

from ingestion.inference import infer
from ingestion.survey import survey_file
from published import published
from retriever.domain import FacetRole

SHARED = {"id": "id", "title": "title"}
TOLD = {**SHARED, "description": "description"}
FILMS = {
    "categories": "tags category",
    "year": "year year",
    "creators": "tags creator",
}

# Set → the mapping's own fields; every facet as "kind role unit"; two facets of one column by their part.
EXPECTED: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "aws_retail_demo/catalog.jsonl.gz": (
        {**TOLD, "picture": "attributes.image_file", "currency": "currency"},
        {
            "categories first": "category category",
            "categories rest": "tags other",
            "price": "number price USD",
            "attributes.gender_affinity": "category other",
            "attributes.stock": "number stock",
            "attributes.where_visible": "category other",
            "attributes.promoted": "boolean other",
        },
    ),
    "dummyjson/catalog.jsonl.gz": (
        {**TOLD, "picture": "image_url", "currency": "currency"},
        {
            "categories first": "category category",
            "categories rest": "tags other",
            "price": "number price USD",
            "creators": "category creator",
            "attributes.rating": "number rating",
            "attributes.stock": "number stock",
            "attributes.discount_pct": "number other %",
            "attributes.weight": "number other",
            "attributes.dimensions.width": "number other",
            "attributes.dimensions.height": "number other",
            "attributes.dimensions.depth": "number other",
            "attributes.warranty": "category other",
            "attributes.shipping": "category other",
            "attributes.returns": "category other",
            "attributes.availability": "category other",
        },
    ),
    "dummyjson/recipes.jsonl.gz": (
        {**TOLD, "picture": "image_url"},
        {
            "categories": "tags category",
            "attributes.difficulty": "category other",
            "attributes.prep_min": "number other min",
            "attributes.cook_min": "number other min",
            "attributes.servings": "number other",
            "attributes.calories": "number other",
            "attributes.rating": "number rating",
            "attributes.ingredients": "tags other",
        },
    ),
    "vespa_products/catalog.jsonl.gz": (
        {**TOLD, "currency": "currency"},
        {
            "categories": "category category",
            "price": "number price USD",
            "attributes.rating": "number rating",
            "attributes.quantity": "number stock",
        },
    ),
    "wikipedia_movies/catalog.jsonl.gz": (
        {**TOLD, "picture": "image_url", "url": "attributes.wikipedia_url"},
        FILMS,
    ),
    "goodbooks10k/catalog.jsonl.gz": (
        {**SHARED, "picture": "image_url"},
        {
            "year": "year year",
            "creators": "tags creator",
            "attributes.language": "category other",
            "attributes.average_rating": "number rating",
            "attributes.ratings_count": "number other",
        },
    ),
    "crosswoz/catalog.jsonl.gz": (
        {**TOLD, "currency": "currency"},
        {
            "categories first": "category category",
            "categories rest": "tags other",
            "price": "number price CNY",
            "attributes.rating": "number rating",
            "attributes.地铁": "category other",
            "attributes.营业时间": "category other",
            "attributes.推荐菜": "tags other",
            "attributes.周边景点": "tags other",
            "attributes.周边餐馆": "tags other",
            "attributes.周边酒店": "tags other",
            "attributes.酒店类型": "category other",
            "attributes.酒店设施": "tags other",
            "attributes.游玩时间": "category other",
        },
    ),
    "redial/catalog.jsonl.gz": (
        {
            **SHARED,
            "description": "description, attributes.wikipedia_extract",
            "picture": "image_url",
            "url": "attributes.wikipedia_url",
        },
        {**FILMS, "attributes.cast": "tags creator", "attributes.writers": "tags creator"},
    ),
    "movielens_small/catalog.jsonl.gz": (
        {
            **SHARED,
            "description": "description, attributes.wikipedia_extract",
            "picture": "image_url",
        },
        {
            **FILMS,
            "attributes.cast": "tags creator",
            "attributes.keywords": "tags other",
            "attributes.tags": "tags other",
            "attributes.n_ratings": "number other",
        },
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_published_catalogue_needs_no_mapping_file(name):
    mapping = infer(survey_file(published(name)).sample)

    single = {
        "id": mapping.id,
        "title": mapping.title,
        "description": ", ".join(mapping.description),
        "picture": mapping.picture,
        "url": mapping.url,
        "currency": mapping.currency,
    }
    facets = {
        facet.column if facet.part == "all" else f"{facet.column} {facet.part}": " ".join(
            filter(None, (facet.kind.value, facet.role.value, facet.unit))
        )
        for facet in mapping.facets
    }
    by_role = {facet.role: facet.column for facet in reversed(mapping.facets)}
    assert ({field: column for field, column in single.items() if column}, facets) == EXPECTED[name]
    assert mapping.price == by_role.get(FacetRole.PRICE, "")
    assert mapping.year == by_role.get(FacetRole.YEAR, "")
    assert mapping.categories == by_role.get(FacetRole.CATEGORY, "")
