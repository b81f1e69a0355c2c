from __future__ import annotations

import dataclasses
import sqlite3
import threading

import numpy as np
import pytest

from retriever.domain import Facet, FacetKind, FacetRole, Item
from retriever.errors import GenerationError, StorageError, UnknownCatalogue
from retriever.feedback import Tier
from retriever.history_tables import HistoryEvent
from retriever.ledger import Ledger, content_hash, encoded_text


def test_items_come_back_as_they_went_in_and_in_order(ledger, load, items):
    load(items)
    back = list(ledger.items("films"))
    assert [dataclasses.replace(item, content_hash="") for item in back] == list(items)
    assert all(item.content_hash == content_hash(item) for item in back)


def test_more_items_than_a_page_come_back_once_each(ledger, facets):
    many = [Item(f"i{n:05}", f"title {n}", "", {}) for n in range(2_501)]
    ledger.put_catalogue("films", facets, {}, "x", 0.0)
    ledger.put_items("films", enumerate(many))
    assert [item.id for item in ledger.items("films")] == [item.id for item in many]


def test_what_is_known_of_a_catalogue_comes_back(ledger, load, items, facets):
    load(items)
    info = ledger.catalogue("films")
    assert (info.item_count, info.facets, info.mapping, info.source_name, info.loaded_at) == (
        12, facets, {"id": "id"}, "films.jsonl", 1.0,
    )  # fmt: skip
    assert ledger.catalogues() == (info,)


def test_an_unknown_catalogue_is_named_with_those_that_are_loaded(ledger, load, items):
    load(items)
    with pytest.raises(UnknownCatalogue, match=r"'shop'.*loaded: films.*parley ingest FILE --catalogue shop"):
        ledger.catalogue("shop")
    with pytest.raises(UnknownCatalogue):
        list(ledger.items("shop"))


def test_a_second_load_changes_no_hash_and_misses_no_vector(ledger, load, items, encoder):
    load(items)
    before = ledger.catalogue("films").content_hash
    load(items)
    assert ledger.catalogue("films").content_hash == before
    assert ledger.missing_vectors("films", encoder.fingerprint) == []


def test_order_and_content_are_part_of_the_catalogues_hash(ledger, load, items):
    load(items)
    before = ledger.catalogue("films").content_hash
    load(items[::-1])
    turned = ledger.catalogue("films").content_hash
    load((dataclasses.replace(items[0], title="Another"), *items[1:]))
    assert len({before, turned, ledger.catalogue("films").content_hash}) == 3


def test_a_new_number_costs_no_encoding_but_new_words_do(ledger, load, items, encoder):
    load(items)
    dearer = dataclasses.replace(items[0], facets={**items[0].facets, "runtime_min": 300.0})
    ledger.put_items("films", [(0, dearer)])
    assert ledger.missing_vectors("films", encoder.fingerprint) == []
    ledger.put_items("films", [(0, dataclasses.replace(items[0], description="Other words."))])
    assert len(ledger.missing_vectors("films", encoder.fingerprint)) == 1


def test_a_new_label_is_encoded_anew(ledger, load, items, encoder, facets):
    load(items)
    renamed = tuple(dataclasses.replace(f, label="topics") if f.name == "themes" else f for f in facets)
    ledger.put_catalogue("films", renamed, {}, "films.jsonl", 2.0)
    missing = ledger.missing_vectors("films", encoder.fingerprint)
    assert len(missing) == 11  # every item but the one without themes
    assert "topics: aliens, language, grief" in missing[0][1]


def test_equal_texts_are_encoded_once(ledger, facets, encoder):
    ledger.put_catalogue("films", facets, {}, "x", 0.0)
    ledger.put_items("films", [(n, Item(f"i{n}", "same", "words", {})) for n in range(3)])
    assert len(ledger.missing_vectors("films", encoder.fingerprint)) == 1


def test_vectors_stand_in_the_order_of_positions(ledger, load, items, encoder):
    load(items[::-1])
    ids, matrix = ledger.vectors("films", encoder.fingerprint)
    assert ids == tuple(item.id for item in items[::-1])
    wanted = encoder.encode([encoded_text(item, ledger.catalogue("films").facets) for item in items[::-1]])
    np.testing.assert_array_equal(matrix, wanted)


def test_a_missing_vector_is_said_and_counted(ledger, load, items):
    load(items)
    with pytest.raises(GenerationError, match="12 of 12 items of 'films' have no vector of encoder 'other'"):
        ledger.vectors("films", "other")


@pytest.mark.parametrize("bad", [[np.nan, 1.0], [[1.0, 2.0]]])
def test_a_vector_that_is_no_finite_row_is_refused(ledger, bad):
    with pytest.raises(ValueError, match="not a finite row"):
        ledger.put_vectors("f", [("key", np.array(bad, dtype=np.float32))])


def test_removed_items_are_out_of_the_catalogue_but_not_of_the_ledger(ledger, load, items, encoder):
    load(items)
    before = ledger.catalogue("films")
    assert ledger.remove_items("films", ["orbit", "never there"], 5.0) == 1
    assert ledger.remove_items("films", ["orbit"], 6.0) == 0
    info = ledger.catalogue("films")
    assert info.item_count == len(items) - 1
    assert info.content_hash != before.content_hash
    assert "orbit" not in [item.id for item in ledger.items("films")]
    assert "orbit" not in [one for one, _, _ in ledger.item_hashes("films")]
    assert "orbit" not in ledger.vectors("films", encoder.fingerprint)[0]
    assert ledger.removed_items("films") == 1
    ledger.put_items("films", enumerate(items))
    assert ledger.catalogue("films").content_hash == before.content_hash
    assert ledger.missing_texts("films", encoder.fingerprint) == 0


def test_vectors_that_no_text_needs_any_more_are_forgotten(ledger, load, items, encoder):
    load(items)
    load(items[:4], name="few")
    ledger.remove_items("films", [item.id for item in items], 1.0)
    assert ledger.forget_unused_vectors() == 0  # the removed may come back
    ledger.delete_catalogue("films")
    assert ledger.forget_unused_vectors() == 8
    assert len(ledger.vectors("few", encoder.fingerprint)[0]) == 4


def test_missing_texts_are_given_in_portions(ledger, items, facets, encoder):
    ledger.put_catalogue("films", facets, {}, "x", 0.0)
    ledger.put_items("films", enumerate(items))
    assert ledger.missing_texts("films", encoder.fingerprint) == 12
    first = ledger.missing_vectors("films", encoder.fingerprint, 5)
    assert first == ledger.missing_vectors("films", encoder.fingerprint)[:5]


def test_hashes_come_by_id(ledger, load, items):
    load(items)
    hashes = list(ledger.item_hashes("films"))
    assert [one for one, _, _ in hashes] == sorted(item.id for item in items)
    assert list(ledger.item_hashes("never loaded")) == []


def test_aliases_are_replaced_as_a_whole(ledger, load, items):
    load(items)
    ledger.put_aliases("films", [("a", "signal"), ("b", "orbit")])
    ledger.put_aliases("films", [("c", "orbit")])
    assert ledger.aliases("films") == {"c": "orbit"}


def test_the_latest_loads_are_remembered(ledger, load, items):
    load(items)
    for number in range(103):
        ledger.put_load("films", float(number), {"number": number})
    loads = ledger.loads("films")
    assert len(loads) == 100
    assert loads[0] == (102.0, {"number": 102})


def test_a_failed_write_leaves_nothing_half_done(ledger, load, items):
    load(items)

    def broken():
        yield 0, dataclasses.replace(items[0], title="New title")
        raise RuntimeError("the reader failed")

    with pytest.raises(RuntimeError, match="the reader failed"):
        ledger.put_items("films", broken())
    assert next(ledger.items("films")).title == "The Signal"


def test_deleting_a_catalogue_takes_its_items_and_interactions(ledger, load, items):
    load(items)
    liked = HistoryEvent("ann", "signal", "like", Tier.STATED, 1.0)
    ledger.put_events("films", ledger.begin_history_load("films", "h.csv", 1.0), [liked])
    ledger.delete_catalogue("films")
    assert ledger.catalogues() == ()
    load(items)
    assert ledger.interactions("films") == ()


def test_several_threads_write_without_loss(ledger, facets):
    ledger.put_catalogue("films", facets, {}, "x", 0.0)

    def write(part: int) -> None:
        for n in range(50):
            ledger.put_items("films", [(part * 50 + n, Item(f"{part}-{n}", "t", "", {}))])

    threads = [threading.Thread(target=write, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.catalogue("films").item_count == 200


def test_a_ledger_from_a_newer_parley_is_refused(tmp_path):
    with Ledger.open(tmp_path / "l.db"):
        pass
    with sqlite3.connect(tmp_path / "l.db") as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(StorageError, match=r"has schema 99.*upgrade Parley"):
        Ledger.open(tmp_path / "l.db")


def test_a_file_that_is_no_ledger_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "l.db"
    path.write_bytes(b"no database " * 1000)
    with pytest.raises(StorageError, match="damaged or no ledger"):
        Ledger.open(path)
    assert path.read_bytes().startswith(b"no database")


def test_a_closed_ledger_says_so(tmp_path):
    ledger = Ledger.open(tmp_path / "l.db")
    ledger.close()
    with pytest.raises(StorageError, match="open the ledger again"):
        ledger.catalogues()


def test_the_content_hash_covers_what_is_shown_and_not_the_order_of_facets():
    item = Item("a", "t", "d", {"x": 1.0, "y": ("b", "c")}, "p.svg")
    turned = dataclasses.replace(item, facets={"y": ("b", "c"), "x": 1.0}, content_hash="anything")
    assert content_hash(item) == content_hash(turned)
    for other in ({"id": "b"}, {"title": "u"}, {"description": "e"}, {"facets": {"x": 2.0}}, {"picture": ""}):
        assert content_hash(dataclasses.replace(item, **other)) != content_hash(item)


def test_the_encoded_text_has_words_and_labels_but_no_numbers_and_no_names_of_people():
    facets = (
        Facet("tags", FacetKind.TAGS, "moods"),
        Facet("price", FacetKind.NUMBER, "price"),
        Facet("by", FacetKind.TAGS, "cast", role=FacetRole.CREATOR),
    )
    item = Item("a", "Title", "Words.", {"tags": ("quiet", "sad"), "price": 4.0, "by": ("Ann Lee",)})
    assert encoded_text(item, facets) == "Title\nWords.\nmoods: quiet, sad"
    assert len(encoded_text(dataclasses.replace(item, description="x" * 9_999), facets)) == 2_000
