"""Pictures at the doors: which size is asked for, how long it may be kept, and that nothing else gets out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fakes import fake_parley
from PIL import Image
from typer.testing import CliRunner

from chatbot.events import Card
from chatbot.settings import Settings
from ingestion.pictures import PictureFolder
from ingestion.pictures.names import files_of
from ui import cli, ingesting
from ui.cards import SIZES, card
from ui.doctor import check_models
from ui.markup import tag
from ui.wire import wire_card

PHOTO, SMALL, DRAWING = "0123456789abcdef-640.webp", "0123456789abcdef-200.webp", "0123456789abcdef.svg"


def shown(picture: str) -> Card:
    return Card("L1", "Lamp", 1, "It is warm.", picture, (("price", "12"),))


def attribute(markup: str, name: str) -> str | None:
    found = re.search(rf' {name}="([^"]*)"', markup)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        (
            PHOTO,
            [
                (240, "/pictures/shop/0123456789abcdef-640-240.webp"),
                (480, "/pictures/shop/0123456789abcdef-640-480.webp"),
                (640, "/pictures/shop/0123456789abcdef-640.webp"),
            ],
        ),
        (SMALL, [(200, "/pictures/shop/0123456789abcdef-200.webp")]),
        (DRAWING, []),
        ("a.png", []),
        ("0123456789abcdef-640-240.webp", []),
        ("", []),
    ],
)
def test_a_picture_offers_every_size_that_there_is(name: str, sizes: list[tuple[int, str]]):
    markup = card("shop", shown(name))
    written = ", ".join(f"{address} {width}w" for width, address in sizes)
    assert attribute(markup, "srcset") == (written or None)
    assert attribute(markup, "sizes") == (SIZES if sizes else None)
    assert attribute(markup, "src") == (f"/pictures/shop/{name}" if name else None)
    assert wire_card(shown(name), "shop").picture_sizes == sizes


def test_a_catalogue_of_an_odd_name_offers_nothing():
    wired = wire_card(shown(PHOTO), "../shop")
    assert (wired.picture, wired.picture_sizes) == ("", [])


@pytest.mark.parametrize(
    "addresses",
    [
        "https://x.example/a.png 1w", "/a.png 1w, //x.example/a.png 2w", "/a.png", "/a.png 1w, x 3w",
        "javascript:x 1w", "/a.png 1w ", "",
    ],
)  # fmt: skip
def test_a_set_of_sizes_stays_on_this_server(addresses: str):
    with pytest.raises(ValueError, match="does not stay on this server"):
        tag("img", srcset=addresses)


@pytest.fixture
def kept(served: Any, tmp_path: Path) -> str:
    """A photo as a load keeps it, in the served catalogue's folder; its name."""
    Image.new("RGB", (1000, 700), "red").save(tmp_path / "a.jpg")
    folder = served.parley.settings.data_dir / "pictures" / "lamps"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own.png").write_bytes((tmp_path / "a.jpg").read_bytes())
    return PictureFolder(tmp_path, folder).take("a.jpg", "x")


def test_every_size_is_sent_as_what_it_is_and_may_be_kept_for_ever(served: Any, kept: str):
    assert len(files_of(kept)) == 3
    for name in files_of(kept):
        answer = served.client.get(f"/pictures/lamps/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.content[8:12] == b"WEBP"


def test_a_file_of_somebody_may_change_and_is_asked_for_again(served: Any, kept: str):
    assert served.client.get("/pictures/lamps/own.png").headers["cache-control"] == "private, max-age=3600"
    assert "immutable" not in str(served.client.get("/pictures/lamps/absent.png").headers)


def test_the_doctor_speaks_of_an_image_encoder_only_where_one_is_set(tmp_path: Path):
    def about(**settings: str) -> list[Any]:
        given = Settings(data_dir=tmp_path, encoder="hashing", chat_model="none", **settings)
        return [one for one in check_models(given) if one.name == "image encoder"]

    assert about() == []
    (check,) = about(image_encoder="nobody/nothing")
    assert not check.ok
    assert check.remedy == "unset PARLEY_IMAGE_ENCODER"


def test_a_folder_of_pictures_is_named_on_the_command_line(tmp_path: Path, monkeypatch: Any):
    monkeypatch.setattr(cli, "_build", lambda settings: fake_parley(tmp_path))
    taken: list[Any] = []
    monkeypatch.setattr(ingesting, "_load", lambda _, __, order, *rest: taken.append(order.picture_folder))
    (tmp_path / "lamps.csv").write_text("id,title\n1,Lamp\n")
    for more in ([], ["--pictures", str(tmp_path)]):
        done = CliRunner().invoke(cli.app, ["ingest", str(tmp_path / "lamps.csv"), "-c", "lamps", *more])
        assert done.exit_code == 0, done.stderr
    assert taken == [None, tmp_path]
