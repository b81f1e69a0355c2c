"""The whole load, with the shipped hashing encoder: what it writes, and what a second one leaves alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingestion.demo import demo_catalogues
from ingestion.load import LoadOptions, load_file, propose_mapping
from ingestion.mapping import Mapping
from retriever.domain import FacetRole
from retriever.encoder import HashingEncoder
from retriever.errors import CatalogueBusy, LoadError, UnknownCatalogue
from retriever.generations import current, open_generation
from retriever.ledger import Ledger
from retriever.locking import catalogue_lock

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>'


class Place:
    """A source folder and everything that a load writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "data" / "generations"
        self.ledger = Ledger.open(folder / "data" / "ledger.db")
        self.clock = iter(range(1, 1000))

    def write(self, rows, name="items.jsonl"):
        text = rows if isinstance(rows, str) else "".join(json.dumps(row) + "\n" for row in rows)
        (self.folder / name).write_text(text, "utf-8")
        return self.folder / name

    def load(self, path, catalogue="things", encoder=None, mapping=None, progress=None, **options):
        return load_file(
            path,
            catalogue,
            ledger=self.ledger,
            encoder=encoder or HashingEncoder(64),
            root=self.root,
            pictures=self.folder / "data" / "pictures",
            mapping=mapping,
            progress=progress,
            options=LoadOptions(**options),
            clock=lambda: float(next(self.clock)),
        )

    def rejects(self, report):
        return [json.loads(line) for line in report.reject_file.read_text("utf-8").splitlines()]


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    yield place
    place.ledger.close()


def tents(count=20, **extra):
    return [
        {"id": f"T{n}", "title": f"Tent {n}", "price": 10.5 + n, "kind": "ab"[n % 2], **extra}
        for n in range(count)
    ]


def test_a_first_load_publishes_a_whole_generation(place):
    report = place.load(place.write(tents()))
    assert (report.read, report.loaded, report.new, report.rejected, report.encoded) == (20, 20, 20, 0, 20)
    assert report.published
    served = open_generation(current(place.root, "things"))
    assert [item.id for item in served.catalogue.items] == [f"T{n}" for n in range(20)]
    assert report.reject_file is None


def test_a_second_load_of_the_same_file_changes_nothing(place):
    path = place.write(tents())
    first = place.load(path)
    before = place.ledger.catalogue("things")
    again = place.load(path)
    assert (again.new, again.changed, again.unchanged, again.encoded) == (0, 0, 20, 0)
    assert (again.published, again.generation) == (False, first.generation)
    assert place.ledger.catalogue("things") == before


def test_only_what_changed_is_encoded_and_what_the_file_no_longer_has_stays(place):
    rows = tents()
    place.load(place.write(rows))
    rows[3]["title"] = "Palace"
    rows[4]["price"] = 99.5
    report = place.load(place.write([*rows[:10], {**rows[0], "id": "N", "title": "New"}]))
    assert (report.new, report.changed, report.unchanged) == (1, 2, 8)
    assert (report.gone, report.removed, report.encoded) == (10, 0, 2)
    assert any("10 items of the catalogue are not in the file; they stay" in note for note in report.notes)
    items = open_generation(current(place.root, "things")).catalogue
    assert len(items) == 21
    assert items.item("T4").facets["price"] == 99.5


def test_pruned_items_leave_softly_and_come_back_without_encoding(place):
    rows = tents()
    place.load(place.write(rows))
    report = place.load(place.write(rows[:10]), prune=True)
    assert (report.gone, report.removed, report.published) == (10, 10, True)
    assert any("10 items are no longer in the file and left" in note for note in report.notes)
    assert len(open_generation(current(place.root, "things")).catalogue) == 10
    assert place.ledger.removed_items("things") == 10
    back = place.load(place.write(rows))
    assert (back.new, back.unchanged, back.encoded) == (10, 10, 0)
    assert place.ledger.removed_items("things") == 0


def test_pruning_nothing_changes_nothing(place):
    path = place.write(tents())
    place.load(path)
    again = place.load(path, prune=True)
    assert (again.gone, again.removed, again.published) == (0, 0, False)


def test_a_changed_order_is_followed(place):
    rows = tents()
    place.load(place.write(rows))
    report = place.load(place.write(rows[::-1]))
    assert (report.changed, report.encoded, report.published) == (0, 0, True)
    assert next(iter(place.ledger.items("things"))).id == "T19"


def test_rebuild_publishes_without_encoding(place):
    path = place.write(tents())
    place.load(path)
    report = place.load(path, rebuild=True)
    assert (report.encoded, report.generation, report.published) == (0, "gen-2", True)


def test_another_encoder_encodes_and_publishes_anew(place):
    path = place.write(tents())
    place.load(path)
    report = place.load(path, encoder=HashingEncoder(32))
    assert (report.changed, report.encoded, report.published) == (0, 20, True)


def test_a_damaged_pointer_is_mended_by_loading_again(place):
    path = place.write(tents())
    place.load(path)
    (place.root / "things" / "CURRENT").write_text("gen-99\n")
    assert place.load(path).published
    assert open_generation(current(place.root, "things")).catalogue.items


def test_bad_rows_go_to_the_rejects_file_and_the_rest_loads(place):
    lines = [json.dumps(row) for row in tents(30)]
    lines[4] = '{"id": "T4", "title": '
    lines[9] = json.dumps({"id": "T9", "title": ""})
    lines[12] = json.dumps({"id": "T1", "title": "Twin"})
    lines[15] = json.dumps({"id": "T15", "title": "Odd", "price": "a lot"})
    report = place.load(place.write("\n".join(lines)))
    assert (report.read, report.loaded, report.rejected) == (30, 26, 4)
    assert [(r["line"], r["field"]) for r in place.rejects(report)] == [
        (5, ""),
        (10, "title"),
        (13, "id"),
        (16, "price"),
    ]
    assert dict(report.reject_reasons) == {
        "not valid JSON": 1, "no title": 1, "an id used before": 1, "the price is not a number": 1,
    }  # fmt: skip


FAULTS = [
    '{"id": "x", "title": ',
    '{"id": "x", "title": "a",}',
    "{'id': 'x', 'title': 'a'}",
    '{"id": "x", "title": "\\x"}',
    '{"id": "x" "title": "a"}',
    '{"id": "x", "title": "a"} trailing',
    "[1, 2]",
    "12",
    '"text"',
    "null",
    "tent, 12, red",
    "{}",
    "[" * 3000,
    '{"id": "x", "title": "a", "n": ' + "9" * 5000 + "}",
    '{"id": "x"}',
    '{"id": "x", "title": null}',
    '{"id": "x", "title": "  "}',
    '{"id": "x", "title": "\\u200b\\ufeff"}',
    '{"id": "x", "title": ["a"]}',
    '{"id": "x", "title": {"en": "a"}}',
    '{"title": "no id"}',
    '{"id": null, "title": "a"}',
    '{"id": ["x"], "title": "a"}',
    '{"id": "' + "x" * 300 + '", "title": "a"}',
    '{"id": "T1", "title": "twin"}',
    '{"id": "@", "title": "a", "price": "on request"}',
    '{"id": "@", "title": "a", "price": -1}',
    '{"id": "@", "title": "a", "price": "5-10"}',
    '{"id": "@", "title": "a", "price": true}',
    '{"id": "@", "title": "a", "price": ["b"]}',
]


def test_every_kind_of_bad_row_is_refused_with_its_line_and_the_good_ones_load(place):
    lines = [json.dumps(row) for row in tents(900)]
    for n in range(100):
        lines.insert(10 * n + 7, FAULTS[n % len(FAULTS)].replace("@", f"price-{n}"))
    report = place.load(place.write("\n".join(lines)))
    assert (report.read, report.loaded, report.rejected, report.fields_left_out) == (1000, 900, 100, 0)
    found = place.rejects(report)
    assert [r["line"] for r in found] == [10 * n + 8 for n in range(100)]
    assert all(r["reason"] for r in found)
    again = place.load(place.folder / "items.jsonl")
    assert (again.unchanged, again.published, again.rejected) == (900, False, 100)


def test_the_rejects_of_an_earlier_load_go_when_there_are_none(place):
    report = place.load(place.write([*tents(), {"id": "x"}]))
    assert report.reject_file.exists()
    place.load(place.write(tents()))
    assert not report.reject_file.exists()


def test_too_many_rejects_change_nothing(place):
    place.load(place.write(tents()))
    before = place.ledger.catalogue("things")
    with pytest.raises(
        LoadError, match=r"2 rows .* are refused, 1 allowed: no title \(2×\); nothing was changed"
    ):
        place.load(place.write([*tents(5), {"id": "x"}, {"id": "y"}]), max_rejects=1)
    assert place.ledger.catalogue("things") == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("title,price\n", "holds no items"),
        ("a,b\n1,2\n", "title"),
        ('{"title": ""}\n{"title": " "}\n', "title"),
    ],
)
def test_a_file_without_items_is_refused_in_a_sentence(place, text, says):
    with pytest.raises(LoadError, match=says):
        place.load(place.write(text, "x.csv"))
    assert place.ledger.catalogues() == ()


def test_a_name_that_cannot_be_a_folder_is_refused_first(place):
    with pytest.raises(UnknownCatalogue, match="cannot name a catalogue"):
        place.load(place.write(tents()), "../evil")


def test_a_german_shop_table_loads_at_the_first_try(place):
    text = "Artikelnummer;Bezeichnung;Preis;Kategorie;Gewicht (g);Wasserdicht;Beschreibung\r\n" + "".join(
        f'{n};Größe {n} Zelt;"1.{n:03},90 €";{["Kocher", "Zelte"][n % 2]};{n * 10 + 100};'
        f"{['nein', 'ja'][n % 3 > 0]};"
        f'"Für {n} Leute,\r\nwarm und dicht"\r\n'
        for n in range(30)
    )
    path = place.folder / "shop.csv"
    path.write_bytes(text.encode("cp1252"))
    report = place.load(path, "shop")
    assert (report.loaded, report.rejected) == (30, 0)
    item = next(iter(place.ledger.items("shop")))
    assert (item.id, item.title, item.description) == ("0", "Größe 0 Zelt", "Für 0 Leute, warm und dicht")
    assert dict(item.facets) == {
        "preis": 1000.9, "kategorie": "Kocher", "gewicht_g": 100.0, "wasserdicht": False,
    }  # fmt: skip
    units = {facet.name: facet.unit for facet in place.ledger.catalogue("shop").facets}
    assert (units["preis"], units["gewicht_g"]) == ("EUR", "g")


def test_pictures_beside_the_file_are_copied_and_old_ones_removed(place):
    (place.folder / "p").mkdir()
    for n in range(3):
        (place.folder / "p" / f"{n}.svg").write_text(SVG.replace("1", str(n + 1)))
    (place.folder / "p" / "2.svg").write_text("<svg><script/></svg>")
    rows = [{**row, "picture": f"p/{n}.svg"} for n, row in enumerate(tents(4))]
    report = place.load(place.write(rows))
    assert (report.pictures.copied, report.pictures.missing, report.fields_left_out, report.loaded) == (
        2,
        1,
        1,
        4,
    )
    kept = place.folder / "data" / "pictures" / "things"
    assert {path.name for path in kept.iterdir()} == {
        i.picture for i in place.ledger.items("things") if i.picture
    }
    place.load(place.write(rows[:1]), prune=True)
    assert len(list(kept.iterdir())) == 2  # a server may still show what the generation before names
    place.load(place.write(rows[:1]), rebuild=True)
    assert len(list(kept.iterdir())) == 1


def test_remote_pictures_are_counted_and_never_fetched(place):
    report = place.load(place.write(tents(image="https://x.example/a.png")))
    assert report.pictures.remote == 20
    assert any("nothing is ever fetched" in note for note in report.notes)


def test_a_column_that_only_rare_rows_have_is_named_in_a_note(place):
    rows = tents(5000)
    rows[4999]["rare"] = "x"
    assert "rare" not in str(propose_mapping(place.write(rows)).mapping.columns())
    assert any("'rare' (1 rows)" in note for note in place.load(place.write(rows)).notes)


def test_a_map_is_obeyed_and_kept(place):
    report = place.load(
        place.write(tents(code="x7")), mapping=Mapping(title="id", ignored={"kind": "secret"})
    )
    assert report.mapping.title == "id"
    assert place.ledger.catalogue("things").mapping["ignored"]["kind"] == "secret"


def test_progress_covers_every_stage_to_its_total(place):
    class Watching:
        def __init__(self):
            self.stages = []

        def start(self, total, label):
            self.stages.append([label, total, 0, False])

        def advance(self, n):
            self.stages[-1][2] += n

        def finish(self):
            self.stages[-1][3] = True

    watching = Watching()
    place.load(place.write(tents(450)), progress=watching)
    assert [stage[0] for stage in watching.stages] == [
        "reading",
        "checking",
        "duplicates",
        "comparing",
        "storing",
        "encoding",
        "publishing",
        "reporting",
    ]
    assert all(done == total for _, total, done, _ in watching.stages if total)
    assert all(ended for *_, ended in watching.stages)


def test_a_second_load_is_refused_with_the_holders_pid_before_it_reads_anything(place):
    with catalogue_lock(place.root, "things"), pytest.raises(CatalogueBusy, match=rf"pid {os.getpid()}\b"):
        place.load(place.folder / "not there.jsonl")
    with pytest.raises(LoadError, match="there is no file"):
        place.load(place.folder / "not there.jsonl")


def test_a_load_that_may_wait_goes_on_when_the_other_has_ended(place):
    path = place.write(tents())
    with ThreadPoolExecutor(1) as pool:
        with catalogue_lock(place.root, "things"):
            waiting = pool.submit(place.load, path, wait=30)
            time.sleep(0.3)
            assert not waiting.done()
        assert waiting.result(timeout=30).loaded == 20


def test_loads_of_two_catalogues_do_not_hinder_each_other(place):
    path = place.write(tents())
    with catalogue_lock(place.root, "others"):
        assert place.load(path).loaded == 20


def test_a_load_that_was_killed_is_taken_up_by_the_next(place):
    path = place.write(tents(3000))
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from ingestion.load import load_file
        from retriever.encoder import HashingEncoder
        from retriever.ledger import Ledger

        class Slow(HashingEncoder):
            def encode(self, texts, *, on_batch=None):
                print("batch", flush=True)
                time.sleep(0.3)
                return super().encode(texts, on_batch=on_batch)

        folder = Path(sys.argv[1])
        load_file(folder / "items.jsonl", "things", encoder=Slow(64),
                  ledger=Ledger.open(folder / "data" / "ledger.db"),
                  root=folder / "data" / "generations", pictures=folder / "data" / "pictures")
        """
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    loader = subprocess.Popen(
        [sys.executable, "-c", script, str(place.folder)], stdout=subprocess.PIPE, env=env
    )
    for _ in range(3):
        assert loader.stdout.readline() == b"batch\n"
    time.sleep(0.05)
    loader.send_signal(signal.SIGKILL)
    loader.wait(timeout=20)
    loader.stdout.close()
    assert current(place.root, "things") is None
    report = place.load(path)
    assert report.loaded == 3000
    # Two batches of 512 were committed before the third was cut off.
    assert report.encoded == 3000 - 2 * 512
    assert len(open_generation(current(place.root, "things")).catalogue.items) == 3000


@pytest.mark.parametrize(("name", "least"), [("films", 400), ("shop", 200)])
def test_the_shipped_catalogues_load_whole_without_a_map(place, name, least):
    report = place.load(demo_catalogues()[name], name)
    assert (report.rejected, report.fields_left_out, report.pictures.missing) == (0, 0, 0)
    assert report.loaded >= least
    roles = {facet.role for facet in place.ledger.catalogue(name).facets}
    assert {FacetRole.CATEGORY, FacetRole.CREATOR} <= roles


def test_a_full_disk_is_said_and_the_served_generation_stays(place):
    place.load(place.write(tents()))
    place.write(tents(4000, description="A long story. " * 30), "more.jsonl")
    script = textwrap.dedent(
        """
        import resource, sys
        from pathlib import Path
        from ingestion.load import load_file
        from retriever.encoder import HashingEncoder
        from retriever.errors import StorageError
        from retriever.ledger import Ledger

        folder = Path(sys.argv[1])
        ledger = Ledger.open(folder / "data" / "ledger.db")
        # A file that may not grow is the same errno family as a disk that cannot hold it.
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
        try:
            load_file(folder / "more.jsonl", "things", encoder=HashingEncoder(64), ledger=ledger,
                      root=folder / "data" / "generations", pictures=folder / "data" / "pictures")
        except StorageError as error:
            print(error)
        """
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(place.folder)], capture_output=True, text=True, env=env
    )
    assert "bytes free, about " in done.stdout, done.stderr
    assert "bytes are needed" in done.stdout
    assert len(open_generation(current(place.root, "things")).catalogue.items) == 20
    assert place.load(place.folder / "more.jsonl").loaded == 4000
