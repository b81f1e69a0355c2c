"""Pictures in a whole load: what is shown, what is refused, what stays for whom, and what is encoded."""

from __future__ import annotations

import io
import json
import sys

import pytest
from PIL import Image

from chatbot.build import build
from chatbot.settings import load_settings
from ingestion.load import LoadOptions, load_file
from ingestion.pictures import encode_pictures
from ingestion.pictures.names import files_of, renditions
from retriever import picture_vectors
from retriever.domain import Leg, Query
from retriever.encoder import HashingEncoder
from retriever.errors import LoadError
from retriever.generations import current, open_generation
from retriever.image_encoder import ImageEncoder
from retriever.ledger import Ledger
from retriever.open import open_retriever
from tiny_clip import tiny_clip

COLOURS = ("red", "green", "blue", "black", "orange", "white")


class Shop:
    """A file of lamps, a folder of their pictures, and a data folder."""

    def __init__(self, folder):
        self.folder = folder
        self.pictures = folder / "photos"
        self.pictures.mkdir()
        self.kept = folder / "data" / "pictures" / "lamps"
        self.root = folder / "data" / "generations"
        self.ledger = Ledger.open(folder / "data" / "ledger.sqlite3")
        self.encoder = HashingEncoder(64)

    def paint(self, name, colour, size=(300, 200), form="PNG"):
        Image.new("RGB", size, colour).save(self.pictures / name, form)

    def write(self, count=6, **columns):
        rows = [
            {"sku": f"L{n}", "title": f"Lamp {n} of glass", "price": 10.5 + n}
            | {name: values[n] for name, values in columns.items() if values[n] is not None}
            for n in range(count)
        ]
        path = self.folder / "lamps.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    def load(self, path, **options):
        options.setdefault("picture_folder", self.pictures)
        chosen = {name: options.pop(name) for name in ("prune", "rebuild", "max_rejects") if name in options}
        return load_file(
            path,
            "lamps",
            ledger=self.ledger,
            encoder=self.encoder,
            root=self.root,
            pictures=self.kept.parent,
            options=LoadOptions(**chosen),
            **options,
        )

    def names(self):
        return {item.id: item.picture for item in self.ledger.items("lamps") if item.picture}

    def files(self):
        return {path.name for path in self.kept.iterdir()}


@pytest.fixture
def shop(tmp_path):
    shop = Shop(tmp_path)
    yield shop
    shop.ledger.close()


@pytest.fixture(scope="module")
def eyes(tmp_path_factory):
    return ImageEncoder(str(tiny_clip(tmp_path_factory.mktemp("clip") / "m")), device="cpu", threads=1)


def test_pictures_are_found_by_id_where_the_file_names_none(shop):
    for n, colour in enumerate(COLOURS[:4]):
        shop.paint(f"L{n}.{('jpg', 'PNG', 'webp', 'gif')[n]}", colour, form=("JPEG", "PNG", "WEBP", "GIF")[n])
    shop.paint("somebody.png", "white")
    report = shop.load(shop.write())
    assert (report.pictures.copied, report.pictures.missing, report.fields_left_out) == (4, 0, 0)
    assert set(shop.names()) == {"L0", "L1", "L2", "L3"}
    assert shop.files() == {file for name in shop.names().values() for file in files_of(name)}
    assert any("'somebody.png'" in note for note in report.notes)


def test_a_picture_that_is_refused_costs_the_row_nothing_else(shop):
    for n in range(3):
        shop.paint(f"p{n}.png", COLOURS[n])
    (shop.pictures / "p1.png").write_bytes((shop.pictures / "p1.png").read_bytes()[:60])
    (shop.pictures / "p2.png").write_bytes(b"<html>404</html>")
    report = shop.load(shop.write(3, image=["p0.png", "p1.png", "p2.png"]))
    assert (report.loaded, report.rejected, report.fields_left_out) == (3, 0, 2)
    lines = [json.loads(line) for line in report.reject_file.read_text("utf-8").splitlines()]
    assert [(one["line"], one["field"], one["value"]) for one in lines] == [
        (2, "image", "p1.png"),
        (3, "image", "p2.png"),
    ]
    assert "cut short" in lines[0]["reason"]
    assert "not PNG" in lines[1]["reason"]
    assert set(shop.names()) == {"L0"}


def test_lists_of_pictures_give_the_first_that_can_be_shown(shop):
    shop.paint("b.png", "red")
    report = shop.load(shop.write(2, image=[["a.png", "b.png"], ["b.png", "c.png"]]))
    assert report.pictures.missing == 0
    assert len(set(shop.names().values())) == 1


def test_a_second_load_neither_decodes_nor_writes_nor_publishes(shop, monkeypatch):
    for n in range(6):
        shop.paint(f"L{n}.png", COLOURS[n])
    path = shop.write()
    shop.load(path)
    before = {file.name: file.stat().st_mtime_ns for file in shop.kept.iterdir()}
    monkeypatch.setattr(Image, "open", None)
    report = shop.load(path)
    assert (report.unchanged, report.published, report.pictures.kept) == (6, False, 6)
    assert {file.name: file.stat().st_mtime_ns for file in shop.kept.iterdir()} == before


def test_a_changed_picture_has_another_name_and_only_its_item_changes(shop):
    for n in range(6):
        shop.paint(f"L{n}.png", COLOURS[n])
    path = shop.write()
    shop.load(path)
    before = shop.names()
    shop.paint("L2.png", "yellow")
    report = shop.load(path)
    assert (report.changed, report.unchanged, report.encoded) == (1, 5, 0)
    assert {one for one, name in shop.names().items() if before[one] != name} == {"L2"}


def test_what_an_older_generation_shows_stays_until_it_is_gone(shop):
    path = shop.write()
    seen = []
    for colour in COLOURS[:4]:
        shop.paint("L0.png", colour)
        shop.load(path)
        seen.append(files_of(shop.names()["L0"]))
        on_disk = [one for one in shop.root.joinpath("lamps").glob("gen-*") if one.is_dir()]
        # Whatever generation a server may still have open, its pictures are there.
        for generation in on_disk:
            named = {item.picture for item in open_generation(generation).catalogue.items} - {""}
            assert {file for name in named for file in files_of(name)} <= shop.files()
        assert shop.files() == set().union(*seen[-2:])


def test_a_load_that_is_refused_leaves_the_pictures_that_are_served(shop):
    shop.paint("L0.png", "red")
    shop.load(shop.write())
    served = shop.names()["L0"]
    shop.paint("L0.png", "green")
    bad = shop.folder / "lamps.jsonl"
    bad.write_text('{"sku": "L0", "title": "Lamp"}\n{"sku": "L1", "title": ""}\n', encoding="utf-8")
    with pytest.raises(LoadError):
        shop.load(bad, max_rejects=0)
    assert files_of(served) <= shop.files()
    # What the refused load had made goes with the next that is not.
    shop.paint("L0.png", "red")
    shop.load(shop.write())
    assert shop.files() == files_of(served)


# Heard for as long as the process lives, since Python has no way of ending it; used by one test.
_ASKED: list[str] = []
_NETWORK = ("socket.__new__", "socket.connect", "socket.getaddrinfo", "urllib.Request")


def test_a_remote_picture_opens_no_socket_when_it_is_loaded_nor_when_its_item_is_shown(tmp_path):
    sys.addaudithook(lambda event, _: _ASKED.append(event) if event in _NETWORK else None)
    shop = Shop(tmp_path)
    shop.encoder = HashingEncoder()
    path = shop.write(image=[f"https://cdn.example/{n}.png" for n in range(6)])
    _ASKED.clear()
    report = shop.load(path)
    shop.ledger.close()
    assert (report.pictures.remote, report.pictures.missing) == (6, 0)
    assert any("nothing is ever fetched" in note for note in report.notes)
    parley = build(load_settings(data_dir=tmp_path / "data", encoder="hashing", chat_model="none"))
    try:
        said = list(parley.chatbot.reply(parley.chatbot.start("lamps"), "a lamp of glass"))[-1]
    finally:
        parley.close()
    assert [card.picture for card in said.turn.cards] == ["", "", ""]
    assert _ASKED == []


# -- image vectors ------------------------------------------------------------------------------------------


def paint_all(shop):
    for n, colour in enumerate(COLOURS):
        shop.paint(f"L{n}.png", colour)
    (shop.pictures / "L5.png").unlink()
    (shop.pictures / "L5.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>')


def test_pictures_are_encoded_once_and_published(shop, eyes):
    paint_all(shop)
    path = shop.write()
    shop.load(path, image_encoder=eyes)
    opened = open_generation(current(shop.root, "lamps"))
    assert opened.pictures.rows.tolist() == [0, 1, 2, 3, 4]  # the drawing has none
    flat = [Image.new("RGB", (300, 200), colour) for colour in COLOURS[:5]]
    for row, expected in zip(opened.pictures.vectors, eyes.encode_pictures(flat), strict=True):
        assert float(row @ expected) > 0.98  # what WebP changes of a colour
    assert picture_vectors.missing(shop.ledger, "lamps", eyes.fingerprint) == []

    class Blind:
        fingerprint, dim = eyes.fingerprint, eyes.dim

        def encode_pictures(self, pictures):
            assert not pictures, "a picture was encoded again"

    shop.paint("L5.webp", "white")
    again = shop.load(path, image_encoder=Blind(), rebuild=True)
    assert again.published
    assert open_generation(current(shop.root, "lamps")).pictures.rows.tolist() == [0, 1, 2, 3, 4]


def test_only_a_changed_picture_is_encoded_again(shop, eyes):
    paint_all(shop)
    path = shop.write()
    shop.load(path, image_encoder=eyes)
    shop.paint("L1.png", "yellow")
    counted = []

    class Counting:
        fingerprint, dim = eyes.fingerprint, eyes.dim

        def encode_pictures(self, pictures):
            counted.append(len(pictures))
            return eyes.encode_pictures(pictures)

    shop.load(path, image_encoder=Counting())
    assert counted == [1]


def test_words_find_lamps_by_their_pictures(shop, eyes):
    paint_all(shop)
    shop.load(shop.write(), image_encoder=eyes)
    opened = open_generation(current(shop.root, "lamps"))
    retriever = open_retriever(shop.root, "lamps", shop.encoder, image_encoder=eyes)
    candidates = retriever.retrieve(Query(text="green", k=6)).candidates
    found = {c.item.id: t for c in candidates for t in c.trace.legs if t.leg is Leg.PICTURE}
    cosine = opened.pictures.vectors @ eyes.encode_texts(["green"])[0]
    expected = [f"L{row}" for row in sorted(range(5), key=lambda row: -cosine[row])]
    assert (
        sorted((one for one in found if not found[one].neutral), key=lambda one: found[one].rank) == expected
    )
    assert found["L5"].neutral


def test_a_picture_whose_file_is_lost_is_left_out_and_counted(shop, eyes):
    paint_all(shop)
    shop.load(shop.write())
    names = shop.names()
    for one in renditions(names["L0"]):
        (shop.kept / one.name).unlink()
    (shop.kept / renditions(names["L1"])[0].name).write_bytes(b"RIFF")
    done = encode_pictures(shop.ledger, "lamps", eyes, shop.kept)
    assert (done.encoded, done.unreadable) == (3, 2)  # of the five that are no drawing


def test_an_image_encoder_that_comes_later_makes_a_new_generation(shop, eyes):
    paint_all(shop)
    path = shop.write()
    assert shop.load(path).published
    assert not shop.load(path).published
    assert shop.load(path, image_encoder=eyes).published
    assert not shop.load(path, image_encoder=eyes).published
    assert shop.load(path).published


def test_transparent_pictures_are_seen_on_white(shop, eyes):
    clear = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    held = io.BytesIO()
    clear.save(held, "PNG")
    (shop.pictures / "L0.png").write_bytes(held.getvalue())
    shop.load(shop.write(), image_encoder=eyes)
    row = open_generation(current(shop.root, "lamps")).pictures.vectors[0]
    white = eyes.encode_pictures([Image.new("RGB", (300, 200), "white")])[0]
    assert float(row @ white) > 0.999
