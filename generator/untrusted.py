"""What of a catalogue's text may be told to people and chat models, and what gives orders to a machine.

In: titles, descriptions and values, by anybody. Out: the same without what speaks to a machine, hides what
it says, or is a link or markup; nothing is taken out of the ledger or the index. Pure, save for its words.
"""

from __future__ import annotations

import base64
import binascii
import functools
import html
import re
import tomllib
import unicodedata
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from generator.splitting import sentences_of
from generator.words import Words
from retriever.domain import FacetValue, Item

_FILE = Path(__file__).parent / "words" / "untrusted.toml"
_NAME_WORDS = 6  # so few words may be a name, whatever they say
_SENTENCE_WORDS = 5  # a value of more words that ends like a sentence is one
_KEPT_TEXTS = 50_000  # verdicts: a catalogue's sentences are looked at again in each turn
_LONGEST_WORD = 60  # the longest word of a dictionary has 45 letters

# Letters of other scripts that look like Latin ones, where unicode has no decomposition for them.
_ALIKE = str.maketrans(
    "аеіјорсухѕһԁԛԝкмтвнгпвієɑοαρνυικτχεηςбзАВЕКМНОРСТХІЈЅУΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeijopcyxshdqwkmtbhrnbieaoapvuiktxenc63abekmhopctxijsyabezhikmnoptyx",
)
_HIDING = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_TAG = re.compile("[\U000e0000-\U000e007f]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[ :]?){12,}")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d][ ._·|*~-]{1,2}){4,}[^\W\d](?!\w)")
_SEGMENT = re.compile(r"\s+[-–—|/•·*]+\s+|[.:;!?。！？；：]\s*(?=\s|$|[^\x00-\x7f])|[\[\](){}<>]")
ReadAs = Literal["sentence", "softer", "name", "anywhere"]
# Languages whose letters tell that a text is worth a look.
_SCRIPTS = {"zh": "[\u4e00-\u9fff]", "ja": "[\u3040-\u30ff\u4e00-\u9fff]", "ru": "[\u0400-\u04ff]"}


def speaks_to_machine(text: str) -> bool:
    """Whether a text gives orders to whoever reads it, hides what it says, or leads elsewhere."""
    return _verdict(text, "sentence") != ""


def _may_order(text: str) -> bool:
    """Whether a text tells its reader to do something with words, though it may mean people."""
    return _verdict(text, "softer") != ""


def _orders(text: str) -> bool:
    return speaks_to_machine(text) or _may_order(text)


def _title_orders(title: str) -> bool:
    """Whether a title gives orders, at whatever word they begin; of a short one, less counts as such."""
    short = title.isascii() and len(title.split()) <= _NAME_WORDS
    return _verdict(title, "name" if short else "anywhere") != ""


@functools.lru_cache(maxsize=_KEPT_TEXTS)
def _verdict(text: str, read_as: ReadAs) -> str:
    """Why a text is not to be told; empty for one that is fine."""
    if read_as != "softer" and _hides(text):
        return "hides"
    for seen in _readings(text):
        for needs, why, pattern in _patterns(read_as):
            if needs.search(seen) and pattern.search(seen):
                return why
    return ""


@functools.cache
def _patterns(read_as: ReadAs) -> tuple[tuple[re.Pattern[str], str, re.Pattern[str]], ...]:
    """(what a text needs so that it is worth a look, the verdict, the patterns)."""
    words = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    marks, cues, softer = words["marks"], words["cues"], words["softer"]["en"]
    latin = [cue for name, listed in cues.items() if name not in _SCRIPTS for cue in listed]
    scripts = [(needs, "gives orders", cues[name]) for name, needs in _SCRIPTS.items()]
    match read_as:
        case "softer":
            groups = [("[a-z]", "may give orders", softer)]
        case "name":
            groups = [("[a-z]", "gives orders", words["names"]["cues"])]
        case "anywhere":
            begun = [_at_any_word(cue) for cue in (*latin, *softer)]
            groups = [("[a-z]", "gives orders", begun), *scripts]
        case "sentence":
            groups = [("[a-z]", "gives orders", latin), *scripts]
    if read_as != "softer":
        groups.append((r"[^\w\s,']", "leads elsewhere", [*marks["links"], *marks["hosts"]]))
        groups.append((r"[^\w\s,'.]", "gives orders", marks["roles"]))
    return tuple((re.compile(needs), why, re.compile("|".join(listed))) for needs, why, listed in groups)


def _at_any_word(cue: str) -> str:
    """A cue that looks for the beginning of a text, for the beginning of any word."""
    begins = r"(?<!\S)"
    return re.sub(r"^\^", lambda _: begins, cue).replace("(?:^|", f"(?:{begins}|")


def _hides(text: str) -> bool:
    """Whether something is written so that people do not read what a machine does."""
    if _TAG.search(text) or _SPACED.search(text):
        return True
    if any(len(word) > _LONGEST_WORD and word.isascii() for word in text.split()):
        return True
    if not text.isascii() and any(_mixes_scripts(word) for word in re.findall(r"[^\W\d_]{2,}", text)):
        return True
    return any(True for _ in _decoded(text))


def _mixes_scripts(word: str) -> bool:
    """ "pаypal" with a Cyrillic letter: no language writes a word in Latin and such letters together."""
    if word.isascii():
        return False
    scripts = {unicodedata.name(c, "").partition(" ")[0] for c in word}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


def _decoded(text: str) -> Iterator[str]:
    """What words in base64 or hexadecimal digits say, where they say something."""
    for match in _BASE64.finditer(text):
        word = match.group().rstrip("=").replace("-", "+").replace("_", "/")
        with_end = word[: len(word) // 4 * 4] if len(word) % 4 == 1 else word + "=" * (-len(word) % 4)
        try:
            said = base64.b64decode(with_end, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
        if said.isprintable() and any(c.isalpha() for c in said):
            yield said
    for match in _HEX.finditer(text):
        try:
            said = bytes.fromhex(re.sub(r"[ :]", "", match.group())).decode("utf-8")
        except (ValueError, UnicodeDecodeError):
            continue
        if said.isprintable() and " " in said:
            yield said


def _readings(text: str) -> Iterator[str]:
    """The text as cues are written, and as it reads to who looks through another way of writing it."""
    plain = _folded(text)
    yield plain
    if not text.isascii():
        yield _folded(text.translate(_ALIKE))
    if "%" in text and (unquoted := urllib.parse.unquote(text)) != text:
        yield _folded(unquoted)
    if "&" in text and (unescaped := html.unescape(text)) != text:
        yield _folded(unescaped)
    if "\\" in text or "_" in text:
        yield _folded(text.replace("\\", "").replace("_", " "))


def _folded(text: str) -> str:
    bare = _HIDING.sub("", text)
    if not bare.isascii():
        decomposed = unicodedata.normalize("NFKD", bare)
        bare = "".join(c for c in decomposed if not unicodedata.combining(c))
        bare = bare.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return " ".join(bare.casefold().split())


# parts of a record


def trusted_description(item: Item, words: Words) -> str:
    """The description up to what in it speaks to a machine: what follows an order belongs to it.

    What a language's own list names is left out alone: it sells something elsewhere, and orders nothing.
    """
    return " ".join(trusted_sentences(item, words))


def trusted_sentences(item: Item, words: Words) -> tuple[str, ...]:
    """The sentences of `trusted_description`."""
    suspect = words.listed("extract.suspect")
    kept = []
    for sentence in sentences_of(item.description, (item.title,)):
        if speaks_to_machine(sentence):
            break
        if not (_may_order(sentence) or any(mark in sentence.casefold() for mark in suspect)):
            kept.append(sentence)
    return tuple(kept)


def trusted_item(item: Item, words: Words) -> Item:
    """The item as it may be told: without values and sentences that speak to a machine, or such a title."""
    facets: dict[str, FacetValue] = {}
    for name, value in item.facets.items():
        if isinstance(value, tuple):
            if kept := trusted_values(value, words):
                facets[name] = kept
        elif not (isinstance(value, str) and not trusted_values((value,), words)):
            facets[name] = value
    title = trusted_title(item.title, words)
    told = trusted_sentences(item, words)
    whole = len(told) == len(sentences_of(item.description, (item.title,)))
    if whole and facets == dict(item.facets) and title == item.title:
        return item
    description = item.description if whole else " ".join(told)
    return replace(item, facets=facets, title=title, description=description)


def trusted_values(values: Iterable[str], words: Words) -> tuple[str, ...]:
    """Those of some values that name something: no orders, no links, no whole sentences."""
    # Single marks ("<") stand in values that say something of the item.
    suspect = [mark for mark in words.listed("extract.suspect") if len(mark) > 1]
    return tuple(
        value
        for value in values
        if not any(mark in value.casefold() for mark in suspect)
        and not _is_sentence(value)
        and not _orders(value)
    )


def _is_sentence(value: str) -> bool:
    return len(value.split()) > _SENTENCE_WORDS and value.endswith((".", "。"))


def trusted_title(title: str, words: Words) -> str:
    """The title as a sentence may name it: its parts up to one that gives orders or leads elsewhere.

    Where nothing is left, what any item may be called. A card shows the whole title, as text.
    """
    if not _title_orders(title):
        return title
    kept_to = 0
    for part, end in _parts(title):
        if _orders(part):
            break
        kept_to = end
    # An order may begin at any word, without a mark before it.
    kept = title[:kept_to].split()
    while begun := [at for at in range(len(kept)) if _orders(" ".join(kept[at:]))]:
        kept = kept[: begun[-1]]
    return " ".join(kept).strip(" -–—|/•·*:;,([{<") or words.text("names.untold")


def _parts(title: str) -> Iterator[tuple[str, int]]:
    """A title's parts between marks, each with where it ends."""
    start = 0
    for match in _SEGMENT.finditer(title):
        if title[start : match.start()].strip():
            yield title[start : match.start()], match.start() + len(match.group().rstrip())
        start = match.end()
    if title[start:].strip():
        yield title[start:], len(title)
