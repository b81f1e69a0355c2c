"""Foreign text made fit to store, show and encode.

In: whatever a file holds. Out: NFC text without markup, control, bidirectional or invisible characters.
Pure: no file, clock or random source. What comes out is still untrusted data, to be escaped where shown.
"""

from __future__ import annotations

import html
import re
import unicodedata

import nh3

from ingestion.changes import Change

ID_CAP = 200
TITLE_CAP = 300
DESCRIPTION_CAP = 10_000
VALUE_CAP = 120

# Controls (tab and line breaks are blanks, handled below), surrogates, soft hyphen, zero-width and
# bidirectional marks, invisible operators, language tags, annotation marks, further variation selectors.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)
# Joiners shape Persian, Indic scripts and emoji; beside ASCII or an edge they only hide differences.
_STRAY_JOINER = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")
_HIDDEN = re.compile(f"{_INVISIBLE.pattern}|[\t\n\v\f\r\x85\u2028\u2029\u200c\u200d]")
_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_TAGS = (
    "a|abbr|article|aside|b|big|blockquote|body|br|button|center|code|col|dd|del|details|div|dl|dt|em|embed|"
    "figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|"
    "main|mark|meta|nav|object|ol|p|pre|q|s|script|section|small|span|strike|strong|style|sub|summary|sup|svg|table|"
    "tbody|td|tfoot|th|thead|title|tr|tt|u|ul|video"
)
_MARKUP = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE)
_BLOCK = re.compile(
    r"<(?:br|/?(?:p|div|li|ul|ol|tr|td|th|h[1-6]|table|section|article|dd|dt|blockquote))(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")


def strip_markup(text: str) -> str:
    """HTML to text: scripts and styles go with what they hold, blocks become blanks, entities characters.

    Text without a known HTML tag or an entity comes back as it was, so "a < b" and "<3" survive.
    Twice-escaped HTML, which feeds often hold, is unescaped once more.
    """
    for _ in range(2):
        if _MARKUP.search(text):
            text = nh3.clean(_BLOCK.sub(" ", text), tags=set(), clean_content_tags={"script", "style"})
        elif not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return text


def clean_text(text: str, cap: int = DESCRIPTION_CAP) -> str:
    """One line of NFC text of at most `cap` characters, cut between words if it can be; may be empty."""
    return clean_noting(text, cap)[0]


def clean_noting(text: str, cap: int = DESCRIPTION_CAP) -> tuple[str, tuple[Change, ...]]:
    """What `clean_text` makes of a text, and what it did; blanks at the ends go without being told."""
    done: tuple[Change, ...] = ()
    # Far more than is kept; bounds the work on a hostile cell.
    given = text = text[: cap * 20]
    if "<" in text or "&" in text:
        text = strip_markup(text)
        if text != given:
            done = (Change.MARKUP,)
    if not (text.isascii() and text.isprintable()):
        normal = unicodedata.normalize("NFC", text)
        if normal != text:
            done += (Change.UNICODE,)
        text = _STRAY_JOINER.sub("", _INVISIBLE.sub("", normal))
        if len(text) != len(normal):
            done += (Change.INVISIBLE,)
    trimmed = text.strip()
    text = _BLANKS.sub(" ", trimmed)
    # Where a tag stood, a blank or two stay behind: no change of its own.
    if text != trimmed and Change.MARKUP not in done:
        done += (Change.BLANKS,)
    if len(text) <= cap:
        return text, done
    cut = text[: cap - 1]
    head, blank, _ = cut.rpartition(" ")
    return (head if blank and len(head) > cap * 0.8 else cut).rstrip(" ,;:-") + "…", (*done, Change.CUT)


def visible(text: str) -> str:
    """The text with each character that nobody could see, or that reorders others, as its code: \\u200b."""
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(_code, text)


def _code(match: re.Match[str]) -> str:
    char = match[0]
    return _NAMED.get(char) or (f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}")


def slug(text: str, cap: int = 60) -> str:
    """Lower-case ASCII letters, digits and hyphens for ids and file names; empty when none remain."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:cap].strip("-")
