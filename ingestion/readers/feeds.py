"""Product feeds in XML (RSS 2.0 and Atom with Google Merchant's fields) → rows.

In: a path and its format. Out: a row an <item> or <entry> under the fields' plain names ("g:image_link" is
"image_link"), and rejects for those without id or title. Holds one entry at a time. A document type is
refused: a feed needs none, and entities could grow without bound or read files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from ingestion.readers.elements import RECORD_CAP
from ingestion.readers.encoding import FileFormat, open_bytes
from ingestion.readers.rows import Row
from ingestion.rejects import Reject, shorten
from retriever.errors import LoadError

_CHUNK = 1 << 16
_MERCHANT = "base.google.com"
_ROOTS = frozenset({"rss", "feed", "RDF"})
_ENTRIES = frozenset({"item", "entry"})
_DEPTH = 4
"""Elements within elements of an entry that are kept: entry, shipping, price, and one to spare."""

# RSS's and Atom's own fields; the first of a list that an entry has fills the column.
_OWN = {
    "id": ("guid", "id"),
    "title": ("title",),
    "description": ("description", "encoded", "content", "summary"),
    "link": ("link",),
    "category": ("category", "subject"),
    "author": ("author", "creator"),
    "published": ("pubDate", "published", "date"),
}
# What a feed without Merchant's fields is about is its entries; with them, it is the things for sale.
_OF_ENTRY = frozenset({"author", "published"})
_PROSE = frozenset({"title", "description", "encoded", "content", "summary"})


def read_feed(path: Path, form: FileFormat) -> Iterator[Row | Reject]:
    """Entries in file order, with the line where each begins.

    Broken XML ends it: behind the break no element could be trusted.

    Raises:
        LoadError: naming the line of the break; or if it is cut short, is no feed, or has a document type.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import make_parser

    parser = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    entries = _Entries(path.name, parser.getLineNumber)
    whole = False
    parser.setContentHandler(entries)
    try:
        with open_bytes(path, form.gzipped) as stream:
            while chunk := stream.read(_CHUNK):
                parser.feed(chunk)
                yield from entries.take()
            whole = True
            parser.close()
    except DefusedXmlException as error:
        raise LoadError(
            f"{path.name} declares a document type or entities (<!DOCTYPE …>), which no product feed needs "
            "and which can hide an attack; remove the declaration and load it again"
        ) from error
    except SAXParseException as error:
        line = error.getLineNumber()
        if whole:
            raise LoadError(
                f"{path.name} ends in the middle (line {line}): it is cut short; fetch the feed again"
            ) from error
        raise LoadError(
            f"{path.name} is no well-formed XML from line {line} on ({error.getMessage()}); mend it there, "
            "or fetch the feed again"
        ) from error
    except (SAXException, ValueError, LookupError) as error:
        raise LoadError(
            f"{path.name} is XML that cannot be read ({error}); save it as UTF-8 and load that"
        ) from error


@dataclass
class _Element:
    """An element of an entry while it is read: where it belongs, its text so far, and what lies in it."""

    merchant: bool
    name: str
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)
    parts: list[_Element] = field(default_factory=list)

    def said(self) -> str:
        """Its text with that of elements in it, which in prose are markup."""
        return " ".join(filter(None, ("".join(self.text).strip(), *(part.said() for part in self.parts))))

    def value(self) -> Any:
        """Text, or {name: value} for an element that only holds others."""
        if not self.parts or self.name in _PROSE:
            return self.said() or self.attributes.get("href", self.attributes.get("term", ""))
        return _columns(self.parts)


class _Entries(ContentHandler):
    """Collects entries as the parser meets them; `take` hands out those that are complete."""

    def __init__(self, name: str, line: Callable[[], int | None]) -> None:
        super().__init__()
        self._name = name
        self._line_now = line
        self._ready: list[Row | Reject] = []
        self._open: list[_Element] = []
        self._rooted = False
        self._skipped = 0
        self._line = 0
        self._size = 0

    def take(self) -> list[Row | Reject]:
        """What became complete since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def startElementNS(
        self, name: tuple[str | None, str], _qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        """Called by the parser."""
        space, local = name
        if not self._rooted:
            self._rooted = True
            if local not in _ROOTS:
                raise LoadError(
                    f"{self._name} is XML but no product feed: its outermost element is <{shorten(local)}>, "
                    "not <rss> or <feed>; export the items as a feed, CSV or JSON"
                )
        elif not self._open:
            if local in _ENTRIES:
                self._line = self._line_now() or 0
                self._size = 0
                self._open.append(_Element(False, local, {}))
        elif len(self._open) > _DEPTH or self._size > RECORD_CAP:
            self._skipped += 1
        else:
            attributes = {key[1]: value for key, value in attrs.items() if not key[0]}
            element = _Element(_MERCHANT in (space or ""), local, attributes)
            self._open[-1].parts.append(element)
            self._open.append(element)
            self._size += 100 + len(local) + sum(map(len, attributes.values()))

    def characters(self, content: str) -> None:
        """Called by the parser; what lies too deep belongs to the last element that is kept."""
        if self._open and self._size <= RECORD_CAP:
            self._size += len(content)
            self._open[-1].text.append(content)

    def endElementNS(self, _name: tuple[str | None, str], _qname: str | None) -> None:
        """Called by the parser."""
        if self._skipped:
            self._skipped -= 1
        elif self._open:
            element = self._open.pop()
            if not self._open:
                self._ready.append(self._record(element))

    def _record(self, entry: _Element) -> Row | Reject:
        if self._size > RECORD_CAP:
            return Reject(self._line, "", "", f"longer than {RECORD_CAP:,} characters")
        fields = _fields(entry.parts)
        for needed in ("id", "title"):
            if not fields.get(needed):
                other = fields.get("title") or fields.get("id") or ""
                return Reject(
                    self._line, needed, shorten(other), f"no {needed}: each <{entry.name}> needs one"
                )
        return Row(self._line, fields)


def _fields(parts: Sequence[_Element]) -> dict[str, Any]:
    """The columns of one entry: Merchant's fields, then the feed's own where those leave a gap."""
    merchant = [part for part in parts if part.merchant]
    fields = _columns(merchant)
    path = fields.get("product_type")
    if isinstance(path, list):
        # The first is the one that counts, by Merchant's own rule.
        fields["product_type"] = path[0]
    for column, names in _OWN.items():
        if merchant and column in _OF_ENTRY:
            continue
        found = _columns([part for part in parts if not part.merchant and _links_here(part)])
        value = next((found[name] for name in names if found.get(name)), None)
        if value and not fields.get(column):
            fields[column] = value["name"] if isinstance(value, dict) and "name" in value else value
    for detail in _listed(fields.pop("product_detail", [])):
        if isinstance(detail, dict) and (name := detail.get("attribute_name")):
            fields.setdefault(str(name), detail.get("attribute_value", ""))
    return {"id": fields.pop("id", ""), "title": fields.pop("title", ""), **fields}


def _links_here(part: _Element) -> bool:
    """Not a link to something else than the item's page: its picture, its edit address."""
    return part.name != "link" or part.attributes.get("rel", "alternate") == "alternate"


def _columns(parts: Sequence[_Element]) -> dict[str, Any]:
    """Values by name; what occurs several times is a list."""
    found: dict[str, list[Any]] = {}
    for part in parts:
        if (value := part.value()) not in ("", {}):
            found.setdefault(part.name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
