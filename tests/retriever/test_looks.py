"""Pictures in the ranking: kept, published, and used in the direction that their vectors say."""

from __future__ import annotations

import dataclasses
import logging
import sqlite3

import numpy as np
import pytest
from PIL import Image

from retriever import picture_vectors
from retriever.domain import Leg, Query
from retriever.errors import ModelError, ModelMissing
from retriever.fusion import RRF_K, neutral_rank
from retriever.generations import build, current, is_current, kept_pictures, open_generation
from retriever.image_encoder import ImageEncoder
from retriever.ledger import Ledger
from retriever.open import Shelf, open_retriever
from retriever.schema import MIGRATIONS
from tiny_clip import tiny_clip

COLOURS = {"signal": "red", "lantern": "green", "orbit": "blue", "claws": "black", "heist": "orange"}


def picture(one):
    return f"{one.encode().hex():0>16.16}-240.webp"


class Eyes:
    """An image encoder whose vectors are chosen by hand: (2,) unit rows."""

    name, dim, fingerprint = "eyes", 2, "eyes-1"

    def __init__(self, words, error=None):
        self.words = words
        self.error = error
        self.asked = []

    def encode_texts(self, texts):
        self.asked += texts
        if self.error is not None:
            raise self.error
        return np.array([self.words.get(text, (1.0, 0.0)) for text in texts], dtype=np.float32)


def turned(degrees):
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], dtype=np.float32)


@pytest.fixture
def root(tmp_path):
    return tmp_path / "generations"


@pytest.fixture
def pictured(items):
    """The dozen films; those of `COLOURS` have a picture of that colour, and one a drawing."""
    named = {one: picture(one) for one in COLOURS} | {"vault": "00000000000000aa.svg"}
    return tuple(dataclasses.replace(item, picture=named.get(item.id, "")) for item in items)


@pytest.fixture
def seen(ledger, load, pictured, encoder, root):
    """Opens a retriever whose films have these picture vectors, by film; `eyes` reads the query's words."""

    def make(vectors, eyes):
        load(pictured)
        pairs = [(picture(one), turned(degrees)) for one, degrees in vectors.items()]
        picture_vectors.put(ledger, eyes.fingerprint, pairs)
        build(ledger, "films", encoder, root, image_fingerprint=eyes.fingerprint)
        return open_retriever(root, "films", encoder, image_encoder=eyes)

    return make


def traces(retriever, query, leg):
    found = retriever.retrieve(dataclasses.replace(query, k=12)).candidates
    return {c.item.id: trace for c in found for trace in c.trace.legs if trace.leg is leg}


# -- in the ledger ------------------------------------------------------------------------------------------


def test_a_picture_is_missing_until_its_vector_is_there_for_that_encoder(ledger, load, pictured):
    load(pictured)
    names = sorted(picture(one) for one in COLOURS)
    assert picture_vectors.missing(ledger, "films", "a") == names  # the drawing has no pixels
    picture_vectors.put(ledger, "a", [(names[0], turned(0))])
    assert picture_vectors.missing(ledger, "films", "a") == names[1:]
    assert picture_vectors.missing(ledger, "films", "b") == names


def test_items_that_share_a_picture_share_its_vector(ledger, load, pictured):
    load([dataclasses.replace(item, picture=picture("signal")) for item in pictured])
    assert picture_vectors.missing(ledger, "films", "a") == [picture("signal")]
    picture_vectors.put(ledger, "a", [(picture("signal"), turned(30))])
    rows, vectors = picture_vectors.of_catalogue(ledger, "films", "a")
    assert rows.tolist() == list(range(12))
    np.testing.assert_array_equal(vectors, np.stack([turned(30)] * 12))


def test_rows_are_the_items_places(ledger, load, pictured):
    load(pictured)
    picture_vectors.put(ledger, "a", [(picture("heist"), turned(10)), (picture("lantern"), turned(20))])
    rows, vectors = picture_vectors.of_catalogue(ledger, "films", "a")
    assert [pictured[row].id for row in rows] == ["lantern", "heist"]
    np.testing.assert_array_equal(vectors, [turned(20), turned(10)])
    rows, vectors = picture_vectors.of_catalogue(ledger, "films", "another")
    assert (rows.shape, vectors.shape) == ((0,), (0, 0))


@pytest.mark.parametrize("bad", [np.array([np.nan, 0]), np.zeros((1, 2))])
def test_a_vector_that_is_none_is_refused_with_all_beside_it(ledger, load, pictured, bad):
    load(pictured)
    with pytest.raises(ValueError, match="not a finite row"):
        picture_vectors.put(ledger, "a", [(picture("signal"), turned(0)), (picture("orbit"), bad)])
    assert len(picture_vectors.missing(ledger, "films", "a")) == len(COLOURS)


def test_vectors_of_pictures_that_nothing_shows_go_with_the_next_generation(
    ledger, load, pictured, encoder, root
):
    load(pictured)
    picture_vectors.put(ledger, "a", [(picture("signal"), turned(0)), (picture("orbit"), turned(1))])
    load([dataclasses.replace(item, picture="") if item.id == "orbit" else item for item in pictured])
    build(ledger, "films", encoder, root, image_fingerprint="a")
    assert ledger.read("SELECT picture FROM picture_vectors") == [(picture("signal"),)]


def test_an_older_ledger_gets_the_table_and_keeps_what_it_has(tmp_path):
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as raw:
        for statement in MIGRATIONS[0]:
            raw.execute(statement)
        raw.execute("INSERT INTO catalogues VALUES ('films', '[]', '{}', 'f.csv', 1.0, '', '')")
        raw.execute("PRAGMA user_version = 1")
    raw.close()
    with Ledger.open(path) as ledger:
        assert ledger.catalogue("films").source_name == "f.csv"
        picture_vectors.put(ledger, "a", [("x", turned(0))])


# -- in a generation ----------------------------------------------------------------------------------------


def test_a_generation_holds_the_vectors_and_whose_they_are(ledger, load, pictured, encoder, root):
    load(pictured)
    picture_vectors.put(ledger, "a", [(picture("orbit"), turned(40))])
    opened = open_generation(build(ledger, "films", encoder, root, image_fingerprint="a"))
    assert [pictured[row].id for row in opened.pictures.rows] == ["orbit"]
    np.testing.assert_array_equal(opened.pictures.vectors, [turned(40)])
    assert open_generation(build(ledger, "films", encoder, root, image_fingerprint="")).pictures is None


@pytest.mark.parametrize("file", ["pictures.npy", "picture_rows.npy"])
def test_a_damaged_file_of_pictures_is_noticed(ledger, load, pictured, encoder, root, file):
    load(pictured)
    picture_vectors.put(ledger, "a", [(picture("orbit"), turned(40))])
    path = build(ledger, "films", encoder, root, image_fingerprint="a") / file
    path.write_bytes(path.read_bytes()[:-1] + b"\7")
    assert not is_current(ledger, "films", encoder, root)


def test_another_image_encoder_makes_a_generation_old_and_who_knows_of_none_keeps_it(
    ledger, load, pictured, encoder, root
):
    load(pictured)
    build(ledger, "films", encoder, root, image_fingerprint="a")
    assert is_current(ledger, "films", encoder, root, "a")
    assert not is_current(ledger, "films", encoder, root, "b")
    assert not is_current(ledger, "films", encoder, root, "")
    # A history is loaded without a word of pictures.
    assert is_current(ledger, "films", encoder, root)
    build(ledger, "films", encoder, root)
    assert is_current(ledger, "films", encoder, root, "a")


def test_the_pictures_of_every_generation_on_the_disk_are_kept(ledger, load, pictured, encoder, root):
    assert kept_pictures(root, "films") == frozenset()
    for gone in ("signal", "lantern", "orbit"):
        pictured = tuple(item for item in pictured if item.id != gone)
        load(pictured)
        build(ledger, "films", encoder, root)
    kept = kept_pictures(root, "films")
    assert picture("signal") not in kept
    assert picture("lantern") not in kept  # its last generation was two publications ago
    assert {picture("orbit"), picture("claws"), picture("heist"), "00000000000000aa.svg"} == kept


# -- in the ranking -----------------------------------------------------------------------------------------


def test_words_rank_pictures_by_their_cosine(seen):
    angles = {"signal": 10, "lantern": 80, "orbit": 40, "claws": 170, "heist": 60}
    retriever = seen(angles, Eyes({"something bright": turned(45)}))
    found = traces(retriever, Query(text="something bright"), Leg.PICTURE)
    known = {one: trace for one, trace in found.items() if not trace.neutral}
    # |45 - angle|: orbit 5, heist 15, then signal and lantern 35 alike, claws 125.
    assert {one: trace.rank for one, trace in known.items()} == {
        "orbit": 1, "heist": 2, "signal": 3, "lantern": 3, "claws": 5,
    }  # fmt: skip
    for one, trace in known.items():
        assert trace.score == pytest.approx(np.cos(np.radians(45 - angles[one])), abs=1e-6)


def test_a_picture_that_fits_lifts_its_item_and_one_that_does_not_lowers_it(seen):
    words = "a film about family"
    moved = 0
    for one in COLOURS:
        fits = seen({**dict.fromkeys(COLOURS, 90), one: 0}, Eyes({words: turned(0)}))
        fails = seen({**dict.fromkeys(COLOURS, 0), one: 90}, Eyes({words: turned(0)}))
        # Before diversity, which weighs the whole list anew.
        lifted = fits.recall(Query(text=words), 12).index(one)
        lowered = fails.recall(Query(text=words), 12).index(one)
        assert lifted <= lowered
        moved += lowered - lifted
    assert moved > 0


def test_pictures_like_those_named_come_first(seen):
    retriever = seen({"signal": 0, "lantern": 90, "orbit": 5, "claws": 60, "heist": 30}, Eyes({}))
    found = traces(retriever, Query(anchors=("signal",)), Leg.LOOKS)
    known = [one for one in sorted(found, key=lambda one: found[one].rank) if not found[one].neutral]
    assert known == ["orbit", "heist", "claws", "lantern"]
    assert traces(retriever, Query(anchors=("signal",)), Leg.PICTURE) == {}  # no words, nothing to compare


def test_an_anchor_without_a_picture_has_no_looks(seen):
    retriever = seen({"signal": 0, "orbit": 5}, Eyes({}))
    assert traces(retriever, Query(anchors=("vault",)), Leg.LOOKS) == {}
    found = traces(retriever, Query(anchors=("vault", "signal")), Leg.LOOKS)
    assert found["orbit"].rank == 1


def test_items_without_a_picture_are_neutral_and_the_trace_says_so(seen):
    retriever = seen({"signal": 0, "lantern": 90, "orbit": 5}, Eyes({"space": turned(0)}))
    found = traces(retriever, Query(text="space"), Leg.PICTURE)
    assert len(found) == 12
    assert {one for one, trace in found.items() if not trace.neutral} == {"signal", "lantern", "orbit"}
    average = np.mean([1 / (RRF_K + rank) for rank in (1, 2, 3)])
    for one in set(found) - {"signal", "lantern", "orbit"}:
        assert 1 / (RRF_K + found[one].rank) == pytest.approx(average, rel=0.01)
        assert found[one].score == 0.0


def test_what_a_leg_added_still_sums_up_to_the_fused_score(seen):
    retriever = seen({"signal": 0, "lantern": 90, "orbit": 5}, Eyes({"grief in space": turned(20)}))
    for candidate in retriever.retrieve(Query(text="grief in space", anchors=("signal",), k=11)).candidates:
        added = sum(one.weight / (RRF_K + one.rank) for one in candidate.trace.legs)
        assert candidate.trace.fused == pytest.approx(added)
        assert {Leg.PICTURE, Leg.LOOKS} <= {one.leg for one in candidate.trace.legs}


@pytest.mark.parametrize("count", [1, 2, 3, 10, 100, 5000])
def test_a_neutral_rank_adds_what_the_others_add_on_average(count):
    average = sum(1 / (RRF_K + rank) for rank in range(1, count + 1)) / count
    rank = neutral_rank(count)
    assert 1 / (RRF_K + rank + 1) <= average <= 1 / (RRF_K + rank - 1)
    assert 1 <= rank <= count


def test_nothing_ranks_nobody():
    assert neutral_rank(0) == 0


def test_where_no_eligible_item_has_a_picture_there_is_no_leg(seen):
    eyes = Eyes({})
    retriever = seen({"signal": 0}, eyes)
    query = Query(text="family", excluded=frozenset({"signal"}))
    assert traces(retriever, query, Leg.PICTURE) == {}


def test_without_an_image_encoder_nothing_of_it_is_there(seen, root, encoder):
    seen({"signal": 0}, Eyes({}))
    retriever = open_retriever(root, "films", encoder)
    query = Query(text="space", anchors=("signal",))
    assert traces(retriever, query, Leg.PICTURE) == traces(retriever, query, Leg.LOOKS) == {}


def test_pictures_of_another_encoder_stay_out_and_the_log_says_what_to_do(seen, root, encoder, caplog):
    seen({"signal": 0}, Eyes({}))
    other = Eyes({})
    other.fingerprint = "eyes-2"
    with caplog.at_level(logging.WARNING):
        retriever = open_retriever(root, "films", encoder, image_encoder=other)
    assert traces(retriever, Query(text="space"), Leg.PICTURE) == {}
    assert "eyes-1" in caplog.text
    assert "parley ingest FILE --catalogue films" in caplog.text


@pytest.mark.parametrize(("error", "asked"), [(ModelMissing("gone"), 1), (ModelError("odd"), 2)])
def test_an_encoder_that_fails_leaves_the_other_legs(seen, error, asked, caplog):
    eyes = Eyes({}, error)
    retriever = seen({"signal": 0}, eyes)
    for _ in range(2):
        assert len(retriever.retrieve(Query(text="space", k=3)).candidates) == 3
    assert len(eyes.asked) == asked  # weights that are not there are not tried again
    assert "pictures stay out of the ranking" in caplog.text


def test_words_are_encoded_once(seen):
    eyes = Eyes({})
    retriever = seen({"signal": 0}, eyes)
    for _ in range(3):
        retriever.retrieve(Query(text="space"))
    assert eyes.asked == ["space"]


def test_a_running_server_takes_pictures_up_with_the_generation(
    ledger, load, pictured, encoder, root, monkeypatch
):
    load(pictured)
    build(ledger, "films", encoder, root)
    eyes = Eyes({})
    now = iter(range(100))
    shelf = Shelf(root, ledger, encoder, clock=lambda: float(2 * next(now)), image_encoder=eyes)
    assert traces(shelf.get("films"), Query(text="space"), Leg.PICTURE) == {}
    picture_vectors.put(ledger, "eyes-1", [(picture("signal"), turned(0))])
    build(ledger, "films", encoder, root, image_fingerprint="eyes-1")
    assert not traces(shelf.get("films"), Query(text="space"), Leg.PICTURE)["signal"].neutral


# -- with a network -----------------------------------------------------------------------------------------


def test_colours_are_ranked_as_a_clip_model_sees_them(ledger, load, pictured, encoder, root, tmp_path):
    eyes = ImageEncoder(str(tiny_clip(tmp_path / "clip")), device="cpu", threads=1)
    load(pictured)
    squares = [Image.new("RGB", (30, 30), colour) for colour in COLOURS.values()]
    vectors = eyes.encode_pictures(squares)  # (colour, dim)
    names = [picture(one) for one in COLOURS]
    picture_vectors.put(ledger, eyes.fingerprint, zip(names, vectors, strict=True))
    build(ledger, "films", encoder, root, image_fingerprint=eyes.fingerprint)
    assert current(root, "films") is not None
    retriever = open_retriever(root, "films", encoder, image_encoder=eyes)
    for words in ("red", "a blue square", "green"):
        cosine = dict(zip(COLOURS, vectors @ eyes.encode_texts([words])[0], strict=True))
        found = traces(retriever, Query(text=words), Leg.PICTURE)
        known = [one for one in sorted(found, key=lambda one: found[one].rank) if not found[one].neutral]
        assert known == sorted(COLOURS, key=lambda one: -cosine[one])
