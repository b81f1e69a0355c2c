"""What a file is: gzip or not, which characters, which layout, told from its bytes.

In: a path. Out: a FileFormat, and the opened stream of its bytes or its text.
"""

from __future__ import annotations

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import TextIOWrapper
from itertools import pairwise
from pathlib import Path
from typing import IO, cast

from ingestion.readers.shopify import is_shopify
from retriever.errors import LoadError

_SNIFF = 1 << 16
_CHUNK = 1 << 20

_CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32)])

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_KNOWN_BINARIES = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook; save the sheet as CSV and load that"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file; save the sheet as CSV and load that"),
    # Plain ones never come this far.
    (b"PAR1", "a gzipped Parquet file; unpack it first (Parquet is compressed inside)"),
    (b"PARE", "a gzipped, encrypted Parquet file; unpack and decrypt it first"),
    (b"SQLite format 3", "an SQLite database; say with --table NAME which of its tables holds the items"),
    (b"%PDF", "a PDF; Parley needs rows: CSV, TSV, JSON, Parquet or a product feed"),
    (b"\x89PNG", "a picture; Parley needs rows: CSV, TSV, JSON, Parquet or a product feed"),
    (b"\xff\xd8\xff", "a picture; Parley needs rows: CSV, TSV, JSON, Parquet or a product feed"),
    (b"GIF8", "a picture; Parley needs rows: CSV, TSV, JSON, Parquet or a product feed"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it first, or use gzip"),
    (b"BZh", "compressed with bzip2; unpack it first, or use gzip"),
    (b"\xfd7zXZ", "compressed with xz; unpack it first, or use gzip"),
)


_PARQUET = (b"PAR1", b"PARE")  # in the clear, or with its footer encrypted
# Atomic: a file that begins with many comments would else be tried in every way to cut them.
_WEB_PAGE = re.compile(
    r"(?>(?:<\?[^>]*>|<!--.*?-->)\s*)*+<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_STRAY_BYTE = re.compile("[\udc80-\udcff]")  # as surrogateescape decodes a byte that is no UTF-8
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_LINKED = re.compile(r'(?<!\\)"@(?:type|graph|context)"\s*:')


class Layout(StrEnum):
    """How rows are laid out in the file."""

    TABLE = "table"  # CSV, TSV and their kin
    JSON_LINES = "json lines"
    JSON = "json"  # one array of objects, or one object that holds such an array
    FEED = "feed"  # RSS or Atom with the fields of a product feed
    PARQUET = "parquet"
    SQL = "sql"  # a table or query of a database, not a file


class Dialect(StrEnum):
    """Whose way of saying things the rows follow; such rows are brought to one item a row."""

    PLAIN = ""
    SCHEMA_ORG = "schema.org"  # JSON-LD
    SHOPIFY = "shopify"  # a product export: a row a variant or picture


@dataclass(frozen=True, slots=True)
class FileFormat:
    """What a file was found to be.

    `lenient`: UTF-8 with a few foreign bytes; the rows that hold them are refused, the rest loads.
    """

    layout: Layout
    encoding: str
    gzipped: bool
    lenient: bool = False
    dialect: Dialect = Dialect.PLAIN

    def __str__(self) -> str:
        return ", ".join(
            filter(None, (self.layout, self.dialect, "gzipped" if self.gzipped else "", self.encoding))
        )


@contextmanager
def open_bytes(path: Path, gzipped: bool) -> Iterator[IO[bytes]]:
    """The file's bytes, unpacked.

    Raises:
        LoadError: if it cannot be opened, or the gzip stream is damaged or cut short.
    """
    try:
        with gzip.open(path, "rb") if gzipped else path.open("rb") as stream:
            yield cast("IO[bytes]", stream)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise LoadError(
            f"{path.name} is a damaged or cut-short gzip file ({error}); fetch it again"
        ) from error
    except FileNotFoundError as error:
        raise LoadError(f"there is no file {path}; check the path") from error
    except IsADirectoryError as error:
        raise LoadError(f"{path} is a folder; name the file in it that holds the items") from error
    except OSError as error:
        raise LoadError(f"{path} cannot be read: {error.strerror or error}") from error


@contextmanager
def open_text(path: Path, form: FileFormat) -> Iterator[TextIOWrapper]:
    """The file's text with line ends as they are; foreign bytes in lenient UTF-8 become lone surrogates."""
    with open_bytes(path, form.gzipped) as stream:
        # A legacy code page has holes (0x81 in cp1252); one such byte is not worth a whole file.
        errors = "surrogateescape" if form.lenient else "strict" if form.encoding[:3] == "utf" else "replace"
        try:
            yield TextIOWrapper(stream, encoding=form.encoding, errors=errors, newline="")
        except UnicodeError as error:
            raise LoadError(
                f"{path.name} is not {form.encoding} throughout; save it as UTF-8 and load that"
            ) from error


def inspect_file(path: Path) -> FileFormat:
    """Find out what a file is, reading it once.

    Raises:
        LoadError: if it is missing, a folder, empty, or not a file of rows.
    """
    if path.is_dir():
        raise LoadError(f"{path} is a folder; name the file in it that holds the items")
    if path.is_fifo() or path.is_socket() or path.is_char_device():
        # It is read several times over, and a pipe gives its bytes once.
        raise LoadError(f"{path} is a pipe or a device; save what it gives as a file, or pipe it in as -")
    with open_bytes(path, gzipped=False) as stream:
        head = stream.read(4)
    if head in _PARQUET:
        return FileFormat(Layout.PARQUET, "", gzipped=False)
    gzipped = head[:2] == b"\x1f\x8b"
    with open_bytes(path, gzipped) as stream:
        sample = stream.read(_SNIFF)
    _refuse_binary(path, sample)
    encoding, lenient = _find_encoding(path, gzipped, sample)
    text = sample.decode(encoding, "replace" if not encoding.startswith("utf-8") else "ignore")
    if not text.strip("\ufeff \t\r\n"):
        raise LoadError(f"{path.name} is empty; it needs a header line and rows, or JSON objects")
    text = text.lstrip("\ufeff \t\r\n")
    layout = _find_layout(path, text)
    return FileFormat(layout, encoding, gzipped, lenient, _find_dialect(layout, text))


def _refuse_binary(path: Path, sample: bytes) -> None:
    if not sample:
        raise LoadError(f"{path.name} is empty; it needs a header line and rows, or JSON objects")
    for magic, what in _KNOWN_BINARIES:
        if sample.startswith(magic):
            raise LoadError(f"{path.name} is {what}")


def _find_encoding(path: Path, gzipped: bool, sample: bytes) -> tuple[str, bool]:
    """Name of the encoding, and whether foreign bytes have to be expected in it."""
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name, False
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if even + odd > len(sample) // 5 and (even == 0 or odd == 0):
        return ("utf-16-le" if odd else "utf-16-be"), False
    # A text may hold a stray control character (it is cleaned away); many mean that it's no text.
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > len(sample) // 100 + 1:
        raise LoadError(
            f"{path.name} is not a text file; Parley needs rows: CSV, TSV, JSON, Parquet or a product feed"
        )
    foreign, wide, around = _count_foreign(path, gzipped)
    if foreign == 0:
        return "utf-8", False
    # More well-formed UTF-8 than foreign bytes: a UTF-8 file with damaged rows, not another encoding.
    if wide > foreign:
        return "utf-8", True
    return _guess_legacy(around), False


def _count_foreign(path: Path, gzipped: bool) -> tuple[int, int, bytes]:
    """How many bytes are not UTF-8, how many characters take several bytes, and lines around the first."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    foreign = wide = 0
    around = b""
    with open_bytes(path, gzipped) as stream:
        while chunk := stream.read(_CHUNK):
            text = decoder.decode(chunk)
            if text.isascii():
                continue
            strange = len(_STRAY_BYTE.findall(text))
            foreign += strange
            wide += len(_NOT_ASCII.findall(text)) - strange
            if strange and len(around) < 4 * _SNIFF:
                around += b"\n".join(line for line in chunk.splitlines() if not line.isascii())[: 4 * _SNIFF]
    return foreign, wide, around


def _guess_legacy(around: bytes) -> str:
    """The encoding of text that isn't UTF-8, from its non-ASCII lines."""
    from charset_normalizer import from_bytes

    western = _reads_western(around)
    if western is not None:
        return western
    best = from_bytes(around, cp_exclusion=["utf_7"]).best()
    return best.encoding if best is not None else "cp1252"


def _reads_western(around: bytes) -> str | None:
    """cp1252 when nearly all of its high characters are letters of western Europe or typographic signs.

    Tried before statistics, which on a few accents among ASCII often pick an exotic code page.
    """
    expected = set(
        "äöüÄÖÜßàâáãåæçèéêëìíîïñòóôõøùúûýÿÀÂÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕØÙÚÛœŒšŠžŽ€£¥©®°§²³½¼¾«»‘’“”„‚…–—•·´¡¿±×µª\xa0™"
    )
    high = [c for c in around.decode("cp1252", "replace") if c > "\x7f"]
    # Two high characters side by side are rare in western text and the rule in Cyrillic, Greek or Chinese.
    pairs = sum(1 for a, b in pairwise(around) if a > 0x7F and b > 0x7F)
    fits = sum(1 for c in high if c in expected) >= 0.97 * len(high)
    return "cp1252" if high and fits and pairs < 0.2 * len(high) else None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_wrapped(text: str, lines: list[str]) -> bool:
    """Whether the objects on lines of their own are a list's, and not lines after a damaged first one."""
    return any(line[-1:] == "," and _is_object(line[:-1]) for line in map(str.rstrip, lines)) or _is_json(
        text
    )


def _find_layout(path: Path, text: str) -> Layout:
    """JSON lines, JSON or a table, from the first characters."""
    if text[0] == "[":
        # A JSON array, unless each line is an array or the table's first header is bracketed.
        return Layout.JSON
    if text[0] == "{":
        # One object on one line and nothing after it may still wrap a list of items.
        lines = [line for line in text.splitlines()[:20] if line.strip()]
        whole = any(line.startswith("{") and _is_object(line) for line in lines)
        if not whole or len(lines) == 1:
            return Layout.JSON
        return Layout.JSON_LINES if _is_object(lines[0]) or not _is_wrapped(text, lines) else Layout.JSON
    if text.strip() in {"null", "true", "false"} or (text[0] == '"' and _is_json(text)):
        raise LoadError(f"{path.name} holds one JSON value and no items; it needs a list of objects")
    if text[0] == "<":
        if _WEB_PAGE.match(text):
            raise LoadError(f"{path.name} is a web page; export the items as CSV, JSON or a product feed")
        return Layout.FEED
    return Layout.TABLE


def _find_dialect(layout: Layout, text: str) -> Dialect:
    if layout in (Layout.JSON, Layout.JSON_LINES) and _LINKED.search(text):
        return Dialect.SCHEMA_ORG
    if layout is Layout.TABLE and is_shopify(re.split(r"[,;\t|]", text.partition("\n")[0])):
        return Dialect.SHOPIFY
    return Dialect.PLAIN
