"""How an item and a facet are written down, hashed, and put into words for the encoder.

Pure. The same record form serves the ledger's rows and a generation's snapshot.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from retriever.domain import Facet, FacetKind, FacetRole, FacetValue, Item

ENCODED_CHARACTERS = 2_000
"""The default encoder reads 256 tokens, about 1,200 characters; the rest leaves room for others."""


def content_hash(item: Item) -> str:
    """Digest of everything that is encoded or shown of an item; its own `content_hash` field is left out.

    The order of facets does not matter, the order of a facet's tags does.
    """
    shown = [item.id, item.title, item.description, dict(item.facets), item.picture]
    return _digest(json.dumps(shown, sort_keys=True, separators=(",", ":"), allow_nan=False))


def text_hash(text: str) -> str:
    """Key of an encoded text's vector."""
    return _digest(text)


def rows_hash(facets: str, rows: Iterable[tuple[str, str]]) -> str:
    """Digest of a whole catalogue: its facets as written, then (id, content hash) in order."""
    digest = hashlib.sha256(facets.encode())
    for one, content in rows:
        digest.update(f"\x00{one}\x00{content}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def encoded_text(item: Item, facets: Sequence[Facet]) -> str:
    """The words that the encoder reads: title, description, then "label: values" of categories and tags.

    Numbers stay out (cosine does not compare sizes; filters do), and so do names of people: a cast of
    four blurs what a film is about. Cut at `ENCODED_CHARACTERS`.
    """
    parts = [item.title, item.description]
    for facet in facets:
        value = item.facets.get(facet.name)
        worded = facet.kind in (FacetKind.CATEGORY, FacetKind.TAGS) and facet.role is not FacetRole.CREATOR
        if value and worded:
            parts.append(f"{facet.label}: {', '.join(value) if isinstance(value, tuple) else value}")
    return "\n".join(part for part in parts if part)[:ENCODED_CHARACTERS]


def item_values(item: Item) -> tuple[str, str, str, str, str]:
    """(id, title, description, facets as JSON, picture)."""
    return item.id, item.title, item.description, json.dumps(dict(item.facets)), item.picture


def values_item(values: Sequence[Any], digest: str) -> Item:
    """The inverse of `item_values`."""
    one, title, description, facets, picture = values
    return Item(one, title, description, read_values(json.loads(facets)), picture, digest)


def item_record(item: Item) -> dict[str, object]:
    """An item as one JSON object, for a generation's snapshot."""
    return {
        "id": item.id,
        "title": item.title,
        "description": item.description,
        "facets": dict(item.facets),
        "picture": item.picture,
        "content_hash": item.content_hash,
    }


def read_item(record: Mapping[str, Any]) -> Item:
    """The inverse of `item_record`."""
    return Item(
        id=record["id"],
        title=record["title"],
        description=record["description"],
        facets=read_values(record["facets"]),
        picture=record["picture"],
        content_hash=record["content_hash"],
    )


def read_values(values: Mapping[str, Any]) -> dict[str, FacetValue]:
    """Facet values as the domain has them: JSON's lists become tuples, its whole numbers floats."""
    return {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> FacetValue:
    if isinstance(value, list):
        return tuple(value)
    # bool is an int to Python, not to us.
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def facet_record(facet: Facet) -> dict[str, str]:
    """A facet as a JSON object."""
    return {
        "name": facet.name,
        "kind": facet.kind.value,
        "label": facet.label,
        "unit": facet.unit,
        "role": facet.role.value,
    }


def read_facet(record: Mapping[str, str]) -> Facet:
    """The inverse of `facet_record`."""
    return Facet(
        name=record["name"],
        kind=FacetKind(record["kind"]),
        label=record["label"],
        unit=record["unit"],
        role=FacetRole(record["role"]),
    )


def _digest(text: str) -> str:
    # surrogatepass: a hash must not be the place where odd text fails.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
