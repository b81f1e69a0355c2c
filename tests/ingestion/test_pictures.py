"""Pictures beside a catalogue: copied when harmless, never fetched, never from elsewhere."""

from __future__ import annotations

import pytest

from ingestion.pictures import PictureFolder, PictureRefused, check_svg, picture_kind

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1" fill="url(#g)"/></svg>'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "source").mkdir()
    return PictureFolder(tmp_path / "source", tmp_path / "kept")


def test_a_picture_is_copied_once_under_a_name_that_follows_its_bytes(tmp_path, folder):
    (tmp_path / "source" / "a.svg").write_bytes(SVG)
    name = folder.take("a.svg", "FH-1")
    assert (tmp_path / "kept" / name).read_bytes() == SVG
    assert folder.take("a.svg", "FH-1") == name
    assert (folder.copied, folder.kept) == (1, 1)
    (tmp_path / "source" / "a.svg").write_bytes(SVG.replace(b"1", b"2"))
    assert folder.take("a.svg", "FH-1") != name


@pytest.mark.parametrize(
    "where",
    ["https://x.example/a.png", "//x.example/a.png", "data:image/png;base64,xx", "file:///etc/passwd"],
)
def test_nothing_is_fetched(folder, where):
    assert folder.take(where, "x") == ""
    assert folder.remote == 1


def test_an_absent_picture_is_counted(folder):
    assert folder.take("absent.png", "x") == ""
    assert folder.take("a\0b" + "x" * 5000, "x") == ""
    assert folder.missing == 2


def test_nothing_outside_the_folder_is_read(tmp_path, folder):
    (tmp_path / "secret.svg").write_bytes(SVG)
    (tmp_path / "source" / "link.svg").symlink_to(tmp_path / "secret.svg")
    for where in ("../secret.svg", str(tmp_path / "secret.svg"), "link.svg"):
        with pytest.raises(PictureRefused, match="outside"):
            folder.take(where, "x")


@pytest.mark.parametrize(
    "inner",
    [
        b"<script>alert(1)</script>",
        b'<rect onload="x()"/>',
        b'<image href="https://x.example/a.png"/>',
        b'<use href="other.svg#a"/>',
        b'<a href="#x"><rect/></a>',
        b"<foreignObject><p>x</p></foreignObject>",
        b"<style>@import 'https://x.example/a.css';</style>",
        b'<rect style="fill:url(https://x.example/a)"/>',
        b"<rect style=\"fill:url('https://x.example/a')\"/>",
        b'<rect style="fill:\\75rl(//x.example)"/>',
        b"<animate attributeName='href' to='javascript:x'/>",
    ],
)
def test_an_svg_that_does_or_loads_something_is_refused(inner):
    with pytest.raises(PictureRefused):
        check_svg(b'<svg xmlns="http://www.w3.org/2000/svg">' + inner + b"</svg>")


@pytest.mark.parametrize("paint", [b"url(#g)", b"url( '#g' )", b'url("#g")', b"#abc"])
def test_an_svg_may_refer_to_itself(paint):
    check_svg(
        b"<svg xmlns='http://www.w3.org/2000/svg'><rect style='fill:"
        + paint.replace(b"'", b"&apos;")
        + b"'/></svg>"
    )


def test_entities_and_broken_markup_are_refused():
    for data in (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', b"<svg><rect></svg>"):
        with pytest.raises(PictureRefused):
            check_svg(data)


def test_the_kind_is_told_by_the_bytes():
    assert picture_kind(b"\x89PNG\r\n\x1a\n....") == "png"
    assert picture_kind(b"\xff\xd8\xff....") == "jpg"
    assert picture_kind(b"RIFF....WEBP") == "webp"
    with pytest.raises(PictureRefused, match="not PNG"):
        picture_kind(b"MZ......")
