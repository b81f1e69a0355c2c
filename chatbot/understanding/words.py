"""A language's data file as a typed value, with its phrases ready to be found in a sentence."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeVar

import snowballstemmer
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from chatbot.understanding.tokens import Token, spoken, tokenize, words_of
from retriever.errors import SettingsError

_TELLING_CUES = ("private",)  # of words that say something by themselves
_Said = TypeVar("_Said")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Units(_Strict):
    """One group of units: `words` maps a unit as said to its size in the group's base (units.toml)."""

    words: dict[str, float]


class Measure(_Strict):
    """Adjectives about one measurable thing, by direction; `most_…` are superlatives."""

    less: list[str] = []
    most_less: list[str] = []
    more: list[str] = []
    most_more: list[str] = []


class PhraseList(_Strict):
    """A plain list of words."""

    words: list[str]


class Language(_Strict):
    """How people say things in one language; see the comments in the data file."""

    language: str
    stemmer: str
    noun_of_items: str
    script: str
    cues: dict[str, list[str]]
    idioms: dict[str, list[str]] = {}
    small: dict[str, frozenset[str]]
    compare: dict[str, list[str]]
    numbers: dict[str, float | str]
    decades: dict[str, int]
    centuries: dict[str, int] = {}
    ago: dict[str, tuple[float, float]] = {}
    units: dict[str, Units]
    currencies: dict[str, str]
    facet_words: dict[str, list[str]]
    label_words: dict[str, list[str]]
    measures: dict[str, Measure]
    grades: dict[str, list[str]] = {}
    references: dict[str, list[str]]
    synonyms: dict[str, list[str]]
    spelled_out: dict[str, str] = {}
    filler: PhraseList
    chips: dict[str, str]
    item_nouns: PhraseList = Field(default_factory=lambda: PhraseList(words=[]))

    @field_validator("numbers", "decades", "synonyms")
    @classmethod
    def _by_tokens(cls, table: dict[str, _Said]) -> dict[str, _Said]:
        """Keyed as spoken tokens are joined: of characters, each stands alone."""
        return {spoken(words_of(key)): value for key, value in table.items()}

    def every_word(self) -> Iterator[str]:
        """All words that mean something to the reading of this language."""
        phrases: list[str] = [*self.numbers, *self.decades, *self.currencies, *self.synonyms]
        phrases += [*self.filler.words, *self.item_nouns.words]
        for table in (self.cues, self.idioms, self.compare, self.facet_words, self.label_words):
            phrases += [phrase.rstrip("*") for listed in table.values() for phrase in listed]
        phrases += [word for listed in self.small.values() for word in listed]
        phrases += [word for group in self.units.values() for word in group.words]
        phrases += [word for listed in self.references.values() for word in listed]
        for measure in self.measures.values():
            phrases += [*measure.less, *measure.most_less, *measure.more, *measure.most_more]
        return (word for phrase in phrases for word in words_of(phrase))


@cache
def load_language(code: str) -> Language:
    """The words of a language.

    Raises:
        SettingsError: there is no such file, or it has a form that we don't know.
    """
    source = files("chatbot") / "words" / f"{code}.toml"
    if not source.is_file():
        raise SettingsError(f"there are no words for language {code!r}; add chatbot/words/{code}.toml")
    try:
        return Language.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise SettingsError(f"chatbot/words/{code}.toml cannot be used: {error}") from error


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that there are words for."""
    names = sorted(entry.name for entry in (files("chatbot") / "words").iterdir())
    return tuple(
        name.removesuffix(".toml") for name in names if name.endswith(".toml") and name != "units.toml"
    )


@cache
def unit_symbols() -> Mapping[str, Mapping[str, float]]:
    """Group of units → symbol as catalogues write it, case-folded → its size in the group's base."""
    source = files("chatbot") / "words" / "units.toml"
    table: dict[str, dict[str, float]] = tomllib.loads(source.read_text(encoding="utf-8"))
    return table


def without_accents(word: str) -> str:
    """ "Agnès" as many type it."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


class Stems:
    """Word → stem in one language, remembered. Accents make no difference."""

    def __init__(self, stemmer: str) -> None:
        self._stem = snowballstemmer.stemmer(stemmer)
        self._known: dict[str, str] = {}

    def __call__(self, word: str) -> str:
        stem = self._known.get(word)
        if stem is None:
            if len(self._known) > 50_000:  # bounded: people can type anything
                self._known.clear()
            stem = self._known[word] = str(self._stem.stemWord(without_accents(word)))
        return stem

    def of(self, words: Iterable[str]) -> tuple[str, ...]:
        """The stems of several words."""
        return tuple(self(word) for word in words)


class Phrasebook:
    """Finds phrases of one meaning in a sentence, longest first."""

    def __init__(self, phrases: Iterable[str]) -> None:
        by_first: dict[str, dict[int, set[tuple[str, ...]]]] = {}
        prefixes: list[str] = []
        for phrase in phrases:
            if phrase.endswith("*") and " " not in phrase:
                prefixes.append(phrase[:-1].casefold())
                continue
            words = words_of(phrase)
            if words:
                by_first.setdefault(words[0], {}).setdefault(len(words), set()).add(words)
        # First word → (length, the phrases of that length), the longest first.
        self._by_first = {first: sorted(table.items(), reverse=True) for first, table in by_first.items()}
        self._prefixes = tuple(prefixes)

    def at(self, tokens: Sequence[Token], start: int) -> int:
        """The number of tokens of the longest phrase that begins at `start`; 0 for none."""
        first = tokens[start].norm
        for length, phrases in self._by_first.get(first, ()):
            if length == 1 or tuple(token.norm for token in tokens[start : start + length]) in phrases:
                return length
        return int(bool(self._prefixes) and first.startswith(self._prefixes))

    def may_begin(self, token: Token) -> bool:
        """True if some phrase begins with the token."""
        return token.norm in self._by_first or (
            bool(self._prefixes) and token.norm.startswith(self._prefixes)
        )

    def find(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """All (start, end) of its phrases, left to right, without overlap."""
        found, end = [], 0
        for position, token in enumerate(tokens):
            # Nearly every token begins no phrase of a book, and there are a hundred books.
            if position < end or not self.may_begin(token):
                continue
            length = self.at(tokens, position)
            if length:
                end = position + length
                found.append((position, end))
        return found

    def whole(self, tokens: Sequence[Token]) -> bool:
        """True if the sentence is one of the phrases, marks aside."""
        spoken = [token for token in tokens if token.kind != "mark"]
        return bool(spoken) and self.at(spoken, 0) == len(spoken)


class Phrasebooks:
    """All phrasebooks of a language, by the name of their list."""

    def __init__(self, language: Language) -> None:
        said = {name: [*phrases] for name, phrases in language.cues.items()}
        for name, phrases in language.idioms.items():
            said.setdefault(name, []).extend(phrases)
        self._books: Mapping[str, Phrasebook] = {
            name: Phrasebook(phrases)
            for table in (said, {f"compare.{k}": v for k, v in language.compare.items()})
            for name, phrases in table.items()
        }
        self._small = language.small
        self._joined = Phrasebook(_joined_phrases(language))
        self._small_places: tuple[Sequence[Token], frozenset[int]] | None = None

    def __getitem__(self, name: str) -> Phrasebook:
        return self._books[name]

    def small_places(self, tokens: Sequence[Token]) -> frozenset[int]:
        """Tokens inside an idiom, or inside a small word of several characters."""
        last = self._small_places
        if last is not None and last[0] is tokens:  # asked for again and again while one utterance is read
            return last[1]
        places = frozenset(place for start, end in self._joined.find(tokens) for place in range(start, end))
        self._small_places = (tokens, places)
        return places

    def is_a(self, name: str, word: str) -> bool:
        """True if a word is one of the small words of that name."""
        return word in self._small[name]


def _joined_phrases(language: Language) -> Iterator[str]:
    """Idioms, and small words, nouns and cues that are written as several characters without a blank."""
    yield from (phrase for phrases in language.idioms.values() for phrase in phrases)
    cues = (phrases for name, phrases in language.cues.items() if name not in _TELLING_CUES)
    listed = (language.filler.words, language.item_nouns.words, *cues)
    for phrase in (phrase for phrases in listed for phrase in phrases):
        tokens = tokenize(phrase)
        if len(tokens) > 1 and all(token.kind == "cjk" for token in tokens):
            yield phrase
