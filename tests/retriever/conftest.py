"""A dozen small items that the retriever's tests share, and the steps from them to a retriever."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

from retriever.domain import Facet, FacetKind, FacetRole, Item
from retriever.encoder import HashingEncoder
from retriever.generations import build
from retriever.ledger import Ledger
from retriever.open import open_retriever
from retriever.pipeline import Retriever

# The first example of a test pays for its imports; a deadline would blame the test.
settings.register_profile("retriever", deadline=None)
settings.load_profile("retriever")

FACETS = (
    Facet("year", FacetKind.YEAR, "year", role=FacetRole.YEAR),
    Facet("genres", FacetKind.TAGS, "genres", role=FacetRole.CATEGORY),
    Facet("themes", FacetKind.TAGS, "themes"),
    Facet("director", FacetKind.CATEGORY, "director", role=FacetRole.CREATOR),
    Facet("runtime_min", FacetKind.NUMBER, "runtime", unit="min"),
    Facet("colour_film", FacetKind.BOOLEAN, "in colour"),
    Facet("rating", FacetKind.NUMBER, "rating", role=FacetRole.RATING),
)

SF = "science fiction"
_ROWS = (
    ("signal", "The Signal", 2016, (SF, "drama"), ("aliens", "language", "grief"), "Ines Vale", 116, 4.1),
    ("lantern", "Lantern Moon", 2018, (SF, "drama"), ("memory", "grief"), "Ines Vale", 104, 4.4),
    ("orbit", "Slow Orbit", 2013, (SF,), ("space", "isolation"), "Tom Reiter", 91, 3.9),
    ("claws", "Claws from Beyond", 2012, (SF, "horror"), ("aliens", "monsters"), "Kit Moss", 99, 3.1),
    ("heist", "Five Locks", 2001, ("crime", "comedy"), ("heists", "friendship"), "Ana Ruiz", 110, 4.0),
    ("vault", "The Quiet Vault", 2009, ("crime", "thriller"), ("heists", "betrayal"), "Ana Ruiz", 122, 3.7),
    ("harbour", "Harbour Winter", 1974, ("drama",), ("grief", "family"), "Olu Ade", 88, 4.6),
    ("paws", "Paws on the Hill", 1999, ("family", "comedy"), ("animals", "friendship"), "May Lind", 84, 4.2),
    ("ghost", "The Attic Guest", 1961, ("horror",), ("ghosts", "family"), "Olu Ade", 95, 3.5),
    ("dune", "Red Sand Road", 2021, ("adventure",), ("wilderness", "friendship"), "Kit Moss", 131, 3.8),
    ("tango", "Last Tango in Spring", 1987, ("romance", "drama"), ("dance", "memory"), "May Lind", 107, None),
    ("untagged", "A Film Without Tags", 1990, (), (), "", None, None),
)  # fmt: skip

_DESCRIPTIONS = {
    "signal": "A linguist learns the language of visitors and remembers a daughter.",
    "lantern": "A widow keeps the memories of her husband in a lamp that may be thinking.",
    "orbit": "One astronaut, one station, and nobody who answers from the ground.",
    "claws": "Creatures fall from the sky and a village fights them off with farm tools.",
    "heist": "Five friends rob a bank by accident, and laugh about it.",
    "vault": "A locksmith is betrayed during the robbery of her life.",
    "harbour": "Two brothers mourn their father while the harbour freezes.",
    "paws": "A dog, a goat and a duck run away to live on a hill.",
    "ghost": "A family rents a house whose attic is not empty.",
    "dune": "Two strangers cross a desert in a broken truck.",
    "tango": "An old dancer recalls the partner she never married.",
    "untagged": "Nothing is known about it.",
}


def make_item(row: Sequence[object]) -> Item:
    """An item of one row above; empty values stay out, as ingestion leaves them out."""
    one, title, year, genres, themes, director, runtime, rating = row
    facets = {
        "year": float(year),
        "genres": genres,
        "themes": themes,
        "director": director,
        "runtime_min": None if runtime is None else float(runtime),
        "colour_film": None if one == "untagged" else float(year) > 1965,
        "rating": rating,
    }
    kept = {name: value for name, value in facets.items() if value not in (None, (), "")}
    return Item(str(one), str(title), _DESCRIPTIONS[str(one)], kept)


@pytest.fixture
def facets() -> tuple[Facet, ...]:
    return FACETS


@pytest.fixture
def items() -> tuple[Item, ...]:
    return tuple(make_item(row) for row in _ROWS)


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder(dim=64)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db") as opened:
        yield opened


@pytest.fixture
def load(ledger: Ledger, encoder: HashingEncoder) -> Callable[..., None]:
    """Put items and their vectors into the ledger, as ingestion does."""

    def put(items: Sequence[Item], name: str = "films", facets: Sequence[Facet] = FACETS) -> None:
        ledger.put_catalogue(name, facets, {"id": "id"}, "films.jsonl", 1.0)
        here = {item.id for item in items}
        ledger.remove_items(name, [one.id for one in ledger.items(name) if one.id not in here], 1.0)
        ledger.put_items(name, enumerate(items))
        missing = ledger.missing_vectors(name, encoder.fingerprint)
        vectors = encoder.encode([text for _, text in missing])
        ledger.put_vectors(encoder.fingerprint, zip([key for key, _ in missing], vectors, strict=True))

    return put


@pytest.fixture
def retriever(
    tmp_path: Path,
    ledger: Ledger,
    load: Callable[..., None],
    items: tuple[Item, ...],
    encoder: HashingEncoder,
) -> Retriever:
    load(items)
    build(ledger, "films", encoder, tmp_path / "generations", clock=lambda: 1.0)
    return open_retriever(tmp_path / "generations", "films", encoder)
