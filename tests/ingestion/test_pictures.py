"""Pictures of a catalogue: found, checked, scaled, kept; never fetched, and never from elsewhere."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from ingestion.pictures import PictureFolder, PictureRefused, check_svg, picture_kind
from ingestion.pictures import folder as folders
from ingestion.pictures.names import WIDTHS, files_of, is_lasting, renditions
from ingestion.pictures.scaling import MOST_PIXELS, scaled
from ingestion.pictures.sources import named_pictures
from retriever.errors import LoadError, StorageError

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1" fill="url(#g)"/></svg>'
RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 60), (30, 60, 200), (255, 255, 255)


def drawn(form="PNG", size=(60, 40), colour=RED, mode="RGB", **options):
    """The bytes of a picture of one colour."""
    held = io.BytesIO()
    Image.new("RGB", size, colour).convert(mode).save(held, form, **options)
    return held.getvalue()


def quarters(size=(80, 80)):
    """Red, green / blue, white: a picture whose turning shows."""
    image = Image.new("RGB", size, WHITE)
    half = (size[0] // 2, size[1] // 2)
    image.paste(RED, (0, 0, *half))
    image.paste(GREEN, (half[0], 0, size[0], half[1]))
    image.paste(BLUE, (0, half[1], half[0], size[1]))
    return image


def saved(image, form, **options):
    held = io.BytesIO()
    image.save(held, form, **options)
    return held.getvalue()


def shown(data):
    """The largest rendition of a picture, decoded."""
    done = scaled(data, picture_kind(data))
    return Image.open(io.BytesIO(done.files[done.width]))


def near(image, place, colour, apart=12):
    return all(abs(a - b) <= apart for a, b in zip(image.getpixel(place), colour, strict=False))


@pytest.fixture
def source(tmp_path):
    (tmp_path / "source").mkdir()
    return tmp_path / "source"


@pytest.fixture
def folder(tmp_path, source):
    return PictureFolder(source, tmp_path / "kept")


@pytest.fixture
def extra(tmp_path):
    (tmp_path / "extra").mkdir()
    return tmp_path / "extra"


@pytest.fixture
def with_extra(tmp_path, source, extra):
    return PictureFolder(source, tmp_path / "kept", extra)


# -- finding ----------------------------------------------------------------------------------


def test_a_picture_is_kept_once_under_a_name_that_follows_its_bytes(tmp_path, source, folder):
    (source / "a.svg").write_bytes(SVG)
    name = folder.take("a.svg", "FH-1")
    assert (tmp_path / "kept" / name).read_bytes() == SVG
    assert folder.take("a.svg", "FH-2") == name
    assert (folder.copied, folder.kept) == (1, 1)
    (source / "a.svg").write_bytes(SVG.replace(b"1", b"2"))
    assert folder.take("a.svg", "FH-1") != name


@pytest.mark.parametrize(
    "where",
    ["https://x.example/a.png", "//x.example/a.png", "data:image/png;base64,xx", "file:///etc/passwd"],
)
def test_an_address_is_counted_and_shows_nothing(folder, where):
    assert folder.take(where, "x") == ""
    assert (folder.remote, folder.missing) == (1, 0)


def test_an_address_names_a_file_that_is_in_the_folder_of_pictures(extra, with_extra):
    (extra / "tent 1.png").write_bytes(drawn())
    assert with_extra.take("https://cdn.example/x/tent%201.png?width=800#top", "x")
    assert (with_extra.remote, with_extra.copied) == (0, 1)


def test_an_absent_picture_is_counted(folder):
    assert folder.take("absent.png", "x") == ""
    assert folder.take("a\0b" + "x" * 5000, "x") == ""
    assert folder.take(".", "x") == ""
    assert folder.take("", "x") == ""
    assert folder.missing == 3


def test_nothing_outside_the_folders_is_read(tmp_path, source, extra, folder, with_extra):
    (tmp_path / "secret.svg").write_bytes(SVG)
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "b.svg").write_bytes(SVG)
    for place in (source, extra):
        (place / "link.svg").symlink_to(tmp_path / "secret.svg")
        (place / "dir").symlink_to(tmp_path / "others")
    (extra / "T1.PNG").symlink_to(tmp_path / "secret.svg")
    for where in ("../secret.svg", str(tmp_path / "secret.svg"), "link.svg", "link.SVG", "dir/b.svg"):
        for each in (folder, with_extra):
            with pytest.raises(PictureRefused, match="outside"):
                each.take(where, "x")
    with pytest.raises(PictureRefused, match="outside"):
        with_extra.take("", "T1")
    assert not (tmp_path / "kept").exists()


def test_a_link_that_stays_inside_is_followed(source, folder):
    (source / "deep").mkdir()
    (source / "deep" / "a.png").write_bytes(drawn())
    (source / "link.png").symlink_to(source / "deep" / "a.png")
    assert folder.take("link.png", "x")


@pytest.mark.parametrize(
    ("where", "file"),
    [
        ("img/a.jpg", "img/a.jpg"),
        ("img/a.jpg", "img/a.JPG"),
        ("img/a.JPEG", "img/a.jpeg"),
        ("a, b.png", "a, b.png"),
        ("img\\a.png", "img/a.png"),
    ],
)
def test_a_path_is_taken_from_beside_the_file_whatever_its_suffix_looks_like(source, folder, where, file):
    (source / "img").mkdir()
    (source / file).write_bytes(drawn())
    assert folder.take(where, "x")


@pytest.mark.parametrize("where", ["a.png", "/var/www/media/a.png", "C:\\photos\\a.PNG", "img/sub/a.png"])
def test_a_folder_of_pictures_has_files_by_their_last_part(extra, with_extra, where):
    (extra / "a.png").write_bytes(drawn())
    assert with_extra.take(where, "x")


@pytest.mark.parametrize("file", ["T 1.jpg", "T 1.PNG", "T 1.webp", "T 1.Gif"])
def test_without_a_name_the_items_id_is_looked_for(extra, with_extra, file):
    (extra / file).write_bytes(drawn())
    (extra / "T 10.png").write_bytes(drawn(colour=BLUE))
    assert with_extra.take("", "T 1")
    assert with_extra.unclaimed() == ("T 10.png",)
    assert with_extra.take("", "../extra/T 10") == ""


def test_the_first_usable_one_of_several_counts(source, folder):
    (source / "bad.png").write_bytes(b"MZ")
    (source / "good.png").write_bytes(drawn())
    (source / "other.png").write_bytes(drawn(colour=BLUE))
    expected = folder.take("good.png", "x")
    assert folder.take(("https://x.example/a.png", "bad.png", "good.png", "other.png"), "x") == expected
    for between in (",", ", ", ";", " | ", "\n"):
        assert folder.take(between.join(("bad.png", "absent.png", "good.png")), "x") == expected
    with pytest.raises(PictureRefused, match="not PNG"):
        folder.take(("bad.png", "absent.png"), "x")


def test_a_comma_inside_an_address_parts_nothing():
    assert named_pictures("https://x.example/w_1,h_2/a.png") == ("https://x.example/w_1,h_2/a.png",)
    assert named_pictures("") == ()


def test_a_folder_of_pictures_that_is_none_is_told(tmp_path, source):
    with pytest.raises(LoadError, match="--pictures"):
        PictureFolder(source, tmp_path / "kept", tmp_path / "nowhere")


# -- kinds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["jpg", "svg", "txt"])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_what_a_picture_is_its_bytes_say(tmp_path, source, folder, form, suffix):
    (source / f"a.{suffix}").write_bytes(drawn(form))
    name = folder.take(f"a.{suffix}", "x")
    with Image.open(tmp_path / "kept" / name) as image:
        assert (image.format, image.size) == ("WEBP", (60, 40))
        assert near(image.convert("RGB"), (30, 20), RED)


def test_avif_is_read():
    assert near(shown(drawn("AVIF")).convert("RGB"), (30, 20), RED)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"MZ......", b"<html><body>404</body></html>", b"%PDF-1.7", b"GIF88a", b"RIFF....WAVE",
        b"\0\0\0\x18ftypheic\0\0\0\0heicmif1", b"BM" + b"\0" * 60, b"II*\0" + b"\0" * 60,
    ],
)  # fmt: skip
def test_anything_else_is_refused(data):
    with pytest.raises(PictureRefused, match="not PNG, JPEG, WebP, GIF, AVIF or SVG"):
        picture_kind(data)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_picture_cut_short_is_refused(form, share):
    rng = np.random.default_rng(1)
    whole = saved(Image.fromarray(rng.integers(0, 255, (200, 200, 3), dtype=np.uint8)), form)
    data = whole[: int(len(whole) * share)]
    with pytest.raises(PictureRefused, match="broken or cut short"):
        scaled(data, picture_kind(data))


@given(st.binary(max_size=300), st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]), st.integers(4, 40))
def test_whatever_follows_a_good_beginning_is_refused_or_scaled(tail, form, kept):
    data = drawn(form)[:kept] + tail
    try:
        done = scaled(data, picture_kind(data))
    except PictureRefused:
        return
    assert done.files


def claiming(width, height):
    """A PNG of 60 bytes that says it has this size."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("size", [(8_001, 8_000), (12_000, 12_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_claims_too_many_pixels_is_not_decoded(size):
    assert size[0] * size[1] > MOST_PIXELS
    data = claiming(*size)
    with pytest.raises(PictureRefused, match="more than the 64 million"):
        scaled(data, picture_kind(data))


def test_a_file_that_is_too_large_is_refused(source, folder, monkeypatch):
    monkeypatch.setattr(folders, "SIZE_CAP", 1 << 20)
    monkeypatch.setattr(folders, "DRAWING_CAP", 1 << 10)
    (source / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * (1 << 20))
    (source / "a.svg").write_bytes(SVG.replace(b"<rect", b" " * 1024 + b"<rect"))
    for where in ("a.png", "a.svg"):
        with pytest.raises(PictureRefused, match="larger than"):
            folder.take(where, "x")


# -- what becomes of the pixels ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (2000, 1000, [(240, 120), (480, 240), (720, 360)]),
        (720, 720, [(240, 240), (480, 480), (720, 720)]),
        (500, 250, [(240, 120), (500, 250)]),
        (600, 600, [(240, 240), (480, 480), (600, 600)]),
        (599, 599, [(240, 240), (599, 599)]),
        (240, 10, [(240, 10)]),
        (1, 1, [(1, 1)]),
        (100, 28_800, [(10, 2880)]),
        (7200, 1, [(240, 1), (480, 1), (720, 1)]),
    ],
)
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_picture_has_the_widths_that_cards_show_and_is_never_enlarged(form, width, height, expected):
    data = drawn(form, (width, height))
    done = scaled(data, picture_kind(data))
    sizes = [Image.open(io.BytesIO(one)).size for one in done.files.values()]
    assert sizes == expected
    assert [w for w, _ in sizes] == list(done.files)
    assert done.width == expected[-1][0]


def test_the_same_bytes_give_the_same_bytes():
    data = saved(quarters((900, 700)), "JPEG")
    first, again = scaled(data, picture_kind(data)), scaled(data, picture_kind(data))
    assert first == again


# Which corner of the upright picture each EXIF orientation stores where: the standard's own table.
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(orientation):
    stored = {
        1: lambda i: i,
        2: lambda i: i.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: lambda i: i.transpose(Image.Transpose.ROTATE_180),
        4: lambda i: i.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: lambda i: i.transpose(Image.Transpose.TRANSPOSE),
        6: lambda i: i.transpose(Image.Transpose.ROTATE_90),
        7: lambda i: i.transpose(Image.Transpose.TRANSVERSE),
        8: lambda i: i.transpose(Image.Transpose.ROTATE_270),
    }[orientation](quarters((80, 60)))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = shown(saved(stored, "JPEG", exif=exif, quality=95)).convert("RGB")
    assert image.size == (80, 60)
    assert near(image, (10, 10), RED, 30)
    assert near(image, (70, 10), GREEN, 30)
    assert near(image, (10, 50), BLUE, 30)


def test_where_and_by_what_it_was_taken_is_not_kept():
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 0.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = Image.new("RGB", (900, 700), RED)
    palette = photo.quantize(4)
    for image, form, more in (
        (photo, "JPEG", {"comment": b"SECRET-WORD"}),
        (photo, "WEBP", {"xmp": b"<x>SECRET</x>"}),
        (photo, "PNG", {}),
        (palette, "PNG", {}),
        (palette.resize((50, 50)), "PNG", {}),
    ):
        data = saved(image, form, exif=exif, icc_profile=profile, **more)
        assert b"SECRET" in data
        for kept in scaled(data, picture_kind(data)).files.values():
            assert b"SECRET" not in kept
            assert not set(chunks(kept)) - {b"VP8 ", b"VP8X", b"VP8L", b"ALPH"}
            assert not Image.open(io.BytesIO(kept)).getexif()


def chunks(webp):
    """The names of a WebP file's parts."""
    at, found = 12, []
    while at < len(webp):
        length = int.from_bytes(webp[at + 4 : at + 8], "little")
        found.append(webp[at : at + 4])
        at += 8 + length + length % 2
    return found


def test_broken_metadata_costs_a_picture_nothing():
    data = saved(quarters(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff", icc_profile=b"no profile")
    assert near(shown(data).convert("RGB"), (10, 10), RED, 30)


def test_colours_are_brought_to_srgb():
    # A profile whose red and green are swapped: a colour that is kept as it is would come out red.
    swapped = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = swapped.index(b"rXYZ"), swapped.index(b"gXYZ")
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    for mode in ("RGB", "RGBA", "P"):
        for size in ((20, 20), (900, 900)):
            image = Image.new("RGB", size, (220, 20, 20)).convert(mode)
            pixel = shown(saved(image, "PNG", icc_profile=bytes(swapped))).convert("RGB").getpixel((10, 10))
            assert pixel[1] > 150 > pixel[0], (mode, size)


def test_every_way_of_storing_pixels_is_read():
    cmyk = Image.new("CMYK", (40, 40), (0, 255, 255, 0))
    assert near(shown(saved(cmyk, "JPEG", quality=95)).convert("RGB"), (20, 20), (255, 0, 0), 40)
    grey16 = Image.fromarray(np.full((40, 40), 0x8000, dtype=np.uint16))
    assert near(shown(saved(grey16, "PNG")).convert("RGB"), (20, 20), (128, 128, 128))
    for mode, colour in (("L", (76, 76, 76)), ("P", RED), ("1", (0, 0, 0)), ("LA", (76, 76, 76))):
        image = shown(saved(Image.new("RGB", (40, 40), RED).convert(mode), "PNG")).convert("RGB")
        assert near(image, (20, 20), colour, 40), mode


def test_large_palettes_and_16_bits_are_scaled_like_the_others():
    grey16 = Image.fromarray(np.full((900, 900), 0x8000, dtype=np.uint16))
    assert near(shown(saved(grey16, "PNG")).convert("RGB"), (20, 20), (128, 128, 128))
    palette = quarters((900, 900)).quantize(8)
    assert near(shown(saved(palette, "PNG")).convert("RGB"), (20, 20), RED, 20)


def test_what_is_transparent_stays_so():
    image = Image.new("RGBA", (900, 900), (0, 0, 0, 0))
    image.paste((*RED, 255), (0, 0, 450, 900))
    kept = shown(saved(image, "PNG"))
    assert (kept.getpixel((10, 10))[3], kept.getpixel((700, 10))[3]) == (255, 0)
    palette = Image.new("P", (20, 20), 0)
    palette.putpalette([*RED, 0, 0, 0])
    assert shown(saved(palette, "GIF", transparency=0)).getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_is_shown(form):
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, GREEN, BLUE)]
    kept = shown(saved(frames[0], form, save_all=True, append_images=frames[1:], duration=100))
    assert near(kept.convert("RGB"), (20, 20), RED, 20)
    assert getattr(kept, "n_frames", 1) == 1


# -- keeping ----------------------------------------------------------------------------------


def test_a_picture_has_a_file_for_each_of_its_sizes(tmp_path, source, folder):
    (source / "a.png").write_bytes(drawn(size=(1000, 500)))
    name = folder.take("a.png", "x")
    assert {path.name for path in (tmp_path / "kept").iterdir()} == files_of(name)
    assert [one.width for one in renditions(name)] == list(WIDTHS)
    for one in renditions(name):
        with Image.open(tmp_path / "kept" / one.name) as image:
            assert image.width == one.width


def test_what_is_there_is_neither_decoded_nor_written_again(tmp_path, source, folder, monkeypatch):
    (source / "a.png").write_bytes(drawn(size=(1000, 500)))
    name = folder.take("a.png", "x")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").iterdir()}
    again = PictureFolder(source, tmp_path / "kept")
    monkeypatch.setattr(Image, "open", None)
    assert again.take("a.png", "x") == name
    assert (again.copied, again.kept) == (0, 1)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").iterdir()} == before


@pytest.mark.parametrize("damage", ["gone", "empty"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_size_that_was_lost_is_made_again(tmp_path, source, folder, damage, place):
    (source / "a.png").write_bytes(drawn(size=(1000, 500)))
    name = folder.take("a.png", "x")
    lost = tmp_path / "kept" / renditions(name)[place].name
    whole = lost.read_bytes()
    lost.write_bytes(b"")
    if damage == "gone":
        lost.unlink()
    assert PictureFolder(source, tmp_path / "kept").take("a.png", "x") == name
    assert lost.read_bytes() == whole


def test_only_what_nothing_needs_is_removed(tmp_path, source, folder):
    names = []
    for colour in (RED, GREEN, BLUE):
        (source / "a.png").write_bytes(drawn(size=(1000, 500), colour=colour))
        names.append(folder.take("a.png", "x"))
    (tmp_path / "kept" / ".x.part").write_bytes(b"half")
    (tmp_path / "kept" / "old-0123456789ab.png").write_bytes(b"of an earlier version")
    assert folder.forget_others({names[0]}, lambda: {names[1]}) == len(files_of(names[2])) + 2
    assert {path.name for path in (tmp_path / "kept").iterdir()} == files_of(names[0]) | files_of(names[1])
    # Older generations are read only if something would go.
    assert folder.forget_others({names[0], names[1]}, lambda: pytest.fail("asked for nothing")) == 0


def test_a_full_disk_is_told_and_leaves_no_half_file(tmp_path, source, folder, monkeypatch):
    (source / "a.png").write_bytes(drawn())

    def full(self, data):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(StorageError, match="is full"):
        folder.take("a.png", "x")
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "lasting"),
    [
        ("0123456789abcdef.svg", True),
        ("0123456789abcdef-640.webp", True),
        ("0123456789abcdef-640-240.webp", True),
        ("0123456789abcdef.webp", False),
        ("0123456789abcdef.png", False),
        ("a.svg", False),
        ("0123456789abcdef-640.webp\n", False),
        ("", False),
    ],
)
def test_a_lasting_name_has_a_digest(name, lasting):
    assert is_lasting(name) is lasting


# -- drawings ---------------------------------------------------------------------------------


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
