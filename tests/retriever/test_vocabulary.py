"""What else people may write for a value or call it, and that it is published with the index."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.catalogue import Catalogue
from retriever.domain import Facet, FacetKind, FacetRole, Item
from retriever.encoder import HashingEncoder
from retriever.generations import build, current, is_current, open_generation
from retriever.ledger import Ledger
from retriever.vocabulary import (
    build_vocabulary,
    load_vocabulary,
    save_vocabulary,
    synonyms_of,
    without_value,
)

KIND = Facet("kind", FacetKind.CATEGORY, "kind", role=FacetRole.CATEGORY)
MAKER = Facet("maker", FacetKind.CATEGORY, "maker", role=FacetRole.CREATOR)
PROSE = ("The lamp is for the table and lights the wall behind it with a warm light, " * 5,)


def words(*values, synonyms=None, facet=KIND, prose=PROSE):
    """Each value's words in a vocabulary of just these values, each of one item."""
    known = dict.fromkeys(values, 1)
    vocabulary = build_vocabulary([facet], lambda _: known, {facet.name: synonyms or {}}, prose)
    return {one.value: one for one in vocabulary.of(facet.name)}


@pytest.mark.parametrize(
    ("value", "forms"),
    [
        ("tent", {"tents"}),
        ("tents", {"tent"}),
        ("sleeping bag", {"sleeping bags", "sleeping-bag", "sleepingbag"}),
        ("box", {"boxes"}),
        ("glasses", {"glass"}),
        ("berry", {"berries"}),
        ("knife", {"knives"}),
        ("bookshelf", {"bookshelves"}),
        ("women", {"woman"}),
        ("sci-fi", {"sci fi"}),
        (
            "hard-shell case",
            {"hard shell case", "hardshell case", "hard-shell-case", "hardshellcase", "hard-shell cases"},
        ),
        ("hard-shell", {"hard shell", "hardshell"}),
        ("Café", {"Cafe", "Cafes"}),
        ("Tür", {"Tur", "Tuer", "Turs"}),
        ("news", set()),
        ("bus", set()),
        ("EU 42", set()),
        ("科幻", set()),
    ],
)
def test_a_value_has_the_forms_in_which_people_write_it(value, forms):
    assert set(words(value)[value].forms) == forms


def test_nouns_get_no_english_plural_where_the_prose_is_not_english():
    german = ("Die Lampe steht auf dem Tisch und leuchtet an die Wand dahinter mit warmem Licht. " * 5,)
    assert words("Zelt", prose=german)["Zelt"].forms == ()
    assert words("Zelt", prose=())["Zelt"].forms == ()
    assert words("Gürtel", prose=german)["Gürtel"].forms == ("Gurtel", "Guertel")


def test_a_form_that_is_another_value_is_left_to_it():
    assert words("glass", "glasses")["glass"].forms == ()


@pytest.mark.parametrize(
    ("value", "others"),
    [
        ("TV/Television", ("TV", "Television")),
        ("Sneakers (trainers)", ("Sneakers", "trainers")),
        ("Sofa / Couch", ("Sofa", "Couch")),
        ("1/2 inch", ()),
        ("24/7", ()),
        ("S/M", ()),
        ("Pan (28 cm)", ()),
        ("sofa", ()),
    ],
)
def test_a_value_names_its_own_alternatives(value, others):
    assert words(value)[value].synonyms == others


def test_the_owners_synonyms_come_first_and_are_no_values():
    found = words("TV/Television", "Radio", synonyms={"tv/television": ("telly", "Radio", "TV", " telly ")})
    assert found["TV/Television"].synonyms == ("telly", "TV", "Television")


def test_names_of_makers_have_no_plural_and_no_alternatives():
    found = words("AC/DC", "Agnès Varda", facet=MAKER)
    assert (found["AC/DC"].synonyms, found["AC/DC"].forms) == ((), ())
    assert found["Agnès Varda"].forms == ("Agnes Varda",)


def test_counts_come_with_the_values_the_commonest_first():
    items = [Item(str(n), f"Thing {n}", "", {"kind": "lamp" if n else "rug"}) for n in range(3)]
    vocabulary = Catalogue("shop", [KIND], items).vocabulary
    assert [(one.value, one.count) for one in vocabulary.of("kind")] == [("lamp", 2), ("rug", 1)]
    assert vocabulary.of("price") == ()


def test_a_facet_of_names_by_the_ten_thousand_is_no_vocabulary():
    assert words(*(f"n{n}" for n in range(20_001))) == {}


def test_synonyms_of_a_value_that_no_item_has_are_told():
    vocabulary = build_vocabulary([KIND], lambda _: {"sofa": 1}, {})
    said = {"kind": {"Sofa": ["couch"], "soffa": ["settee"]}}
    assert without_value(said, vocabulary) == (("kind", "soffa"),)


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12), max_size=6))
def test_any_values_survive_being_written(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("vocabulary")
    known = dict.fromkeys(values, 1)
    vocabulary = build_vocabulary([KIND], lambda _: known, {}, PROSE)
    save_vocabulary(vocabulary, folder)
    assert load_vocabulary(folder) == vocabulary
    for one in vocabulary.of("kind"):
        assert {w.casefold() for w in (*one.forms, *one.synonyms)}.isdisjoint(v.casefold() for v in known)


# -- in a generation ------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path):
    ledger = Ledger.open(tmp_path / "ledger.db")
    encoder = HashingEncoder()
    items = [Item(f"i{n}", f"Thing {n}", "", {"kind": "sofa" if n % 2 else "lamp"}) for n in range(4)]

    def put(mapping):
        ledger.put_catalogue("shop", [KIND], mapping, "shop.csv", 0.0)

    put({})
    ledger.put_items("shop", list(enumerate(items)))
    missing = ledger.missing_vectors("shop", encoder.fingerprint)
    vectors = encoder.encode([text for _, text in missing])
    ledger.put_vectors(encoder.fingerprint, zip((key for key, _ in missing), vectors, strict=True))
    yield ledger, encoder, tmp_path / "generations", put
    ledger.close()


def test_a_generation_holds_the_vocabulary_and_new_synonyms_make_a_new_one(store):
    ledger, encoder, root, put = store
    build(ledger, "shop", encoder, root)
    assert is_current(ledger, "shop", encoder, root)

    put({"facets": [{"name": "kind", "column": "kind", "kind": "category", "synonyms": {"sofa": ["couch"]}}]})
    assert not is_current(ledger, "shop", encoder, root)
    build(ledger, "shop", encoder, root)

    assert is_current(ledger, "shop", encoder, root)
    opened = open_generation(current(root, "shop"))
    assert {one.value: one.synonyms for one in opened.catalogue.vocabulary.of("kind")} == {
        "lamp": (),
        "sofa": ("couch",),
    }


def test_a_generation_of_before_vocabularies_is_read_all_the_same(store):
    ledger, encoder, root, _ = store
    path = build(ledger, "shop", encoder, root)
    (path / "vocabulary.json").unlink()
    assert load_vocabulary(path) is None
    manifest = json.loads((path / "manifest.json").read_text())
    assert manifest["synonyms"] == synonyms_of({})
