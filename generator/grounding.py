"""Whether a sentence says only what the evidence holds.

In: a sentence that a chat model wrote, the record that it is about, the person's words. Out: a verdict
with reasons. Strict on purpose: a true sentence that is refused costs a plain one in its place, a false
one that passes costs trust. Pure, save for the words file.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from generator.claims import Figures, Relations
from generator.labels import facet_value_label
from generator.outgoing import faults
from generator.replies import Evidence
from generator.splitting import sentences_of
from generator.untrusted import trusted_description
from generator.words import Words, words_of
from retriever.catalogue import values_of
from retriever.domain import Constraint, FacetKind, FacetRole, Item, NoneOf

Similar = Callable[[str, Collection[str]], bool]
"""Whether a word means the same as one of several; off by default: near in meaning is not the same."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_QUOTED = re.compile(r"[“\"]([^”\"]*)[”\"]")
_WINDOW = 8  # words within which two words of a description still belong together
_FEWEST_WORDS = 4
_DENIAL_WORDS = 5  # between a negation and the last word of the name that it denies


@dataclass(frozen=True, slots=True)
class Verdict:
    """`supported`, or the reasons why not, for counters and tests."""

    supported: bool
    reasons: tuple[str, ...] = ()


def check(
    sentence: str,
    evidence: Evidence,
    item: Item | None = None,
    *,
    titles: Collection[str] = (),
    similar: Similar | None = None,
) -> Verdict:
    """Check one sentence against one item's record, or against all items of the evidence.

    `titles`: the catalogue's, so that naming an item that is not in the evidence is noticed even where
    its words are in the record.
    """
    return Grounding(evidence, item, titles=titles, similar=similar).check(sentence)


class Grounding:
    """What may be said about one record; made once, asked for each sentence.

    `told`: a reply from evidence alone, which is evidence too: for saying the same in other words.
    """

    def __init__(
        self,
        evidence: Evidence,
        item: Item | None = None,
        *,
        told: str = "",
        titles: Collection[str] = (),
        similar: Similar | None = None,
    ) -> None:
        self._words = words_of(evidence.language)
        self._similar = similar
        self._stemmed: dict[str, str] = {}
        items = [item] if item is not None else [one.item for one in evidence.items]
        self._descriptions = [trusted_description(one, self._words) for one in items]
        self._plain = told
        if told:
            self._descriptions.append(told)
        own_titles = {one.title for one in items}
        anchors = {title for one in evidence.items for title in one.anchor_titles}
        self._names = own_titles | anchors | {title for title in titles if told and title in told}
        self._titles = titles
        values = [text for one in items for text in _value_texts(one, evidence)]
        values += [self._words.singular(v) for v in values if self._words.is_plural(v)]
        record = " ".join([*own_titles, *self._descriptions, *values, *anchors])
        self._record_words = set(_WORD.findall(record))
        self._called = " ".join([*own_titles, *values, *anchors])
        self._names |= set(values)  # "Akira Kurosawa" does not name the film "Akira"
        negations = set(self._words.listed("grounding.negations"))
        # "Free parking" and "No Country" deny nothing.
        self._denying_names = [n for n in self._names if negations & set(n.casefold().split())]
        quotes = [*_quotes(evidence), *_QUOTED.findall(told)]
        self._quotes = [" ".join(q.casefold().split()) for q in quotes]
        self._general = _nouns(evidence, self._words) | set(self._words.listed("grounding.general"))
        self._glue = set(self._words.listed("grounding.glue")) | _nouns(evidence, self._words)
        self._value_stems = self._stems([*own_titles, *values, *anchors])
        self._told = [self._sequence(s) for d in self._descriptions for s in sentences_of(d)]
        self._known = self._value_stems | {stem for told in self._told for stem in told}
        self._identity = self._stems([*own_titles, *_kinds(items, evidence, self._words)])
        self._denied = self._stems(_denied(evidence, items))
        self._labels = self._stems(facet.label for facet in evidence.facets)
        self._figures = Figures(items, evidence, self._descriptions, self._words)
        self._relations = Relations(items, evidence.facets, self._descriptions, self._words)

    def check(self, sentence: str) -> Verdict:
        """The verdict on one sentence."""
        sentence = sentence.strip()
        reasons = list(self._malformed(sentence))
        if not reasons:
            unquoted, quote_reasons = self._without_quotes(sentence)
            reasons += quote_reasons
            reasons += self._figures.wrong(unquoted)
            reasons += self._wrong_names(unquoted)
            reasons += self._relations.wrong(unquoted)
            if not self._verbatim(unquoted):
                reasons += self._wrong_words(self._figures.removed(unquoted))
                reasons += self._wrong_denials(unquoted)
                reasons += self._wrong_kind(unquoted)
        return Verdict(not reasons, tuple(dict.fromkeys(reasons)))

    # form

    def _malformed(self, sentence: str) -> Iterable[str]:
        folded = sentence.casefold()
        words = [word.casefold() for word in _WORD.findall(sentence)]
        if "\n" in sentence or any(s in folded for s in self._words.listed("grounding.suspect")):
            yield "speaks to a machine, or is no plain sentence"
        yield from faults(sentence, self._called)
        asks = sentence.endswith("?") and "?" in self._plain
        if not (asks or sentence.endswith((".", "!", "。"))) or sentence.endswith(("...", "…")):
            yield "does not end"
        if len(re.findall(r"\w+", sentence)) < _FEWEST_WORDS and sentence.isascii() and not self._plain:
            yield "is too short"
        elif self._last(sentence) in self._words.listed("grounding.never_last"):
            yield "is cut off"
        # The person's words may stand beside the record's: "by Ida Moss", which answers “by Ida Moss”.
        unnamed = _QUOTED.sub(" ", sentence)
        # "J. J. Abrams" repeats nothing, nor does "like Like Water for Chocolate".
        for place, name in enumerate(sorted(self._names)):
            unnamed = unnamed.replace(name, f"name{chr(97 + place)}") if " " in name else unnamed
        if _repeats([word.casefold() for word in _WORD.findall(unnamed)]):
            yield "repeats itself"
        verbs = set(self._words.listed("grounding.verbs"))
        if verbs and not verbs & set(words) and not self._plain and not self._verbatim(sentence):
            yield "has no verb"

    @staticmethod
    def _last(sentence: str) -> str:
        """The word at the end; "" where a figure or a quotation ends the sentence."""
        match = re.search(r"([^\W\d_]+)[.!]?$", sentence)
        return match[1].casefold() if match else ""

    def _verbatim(self, sentence: str) -> bool:
        """Whether the description itself says exactly this, as a whole sentence."""
        body = sentence.strip().casefold()
        return any(body == told.casefold() for text in self._descriptions for told in sentences_of(text, ()))

    def _without_quotes(self, sentence: str) -> tuple[str, list[str]]:
        """The sentence without quotations, and what is wrong with those."""
        wrong = []
        for quoted in _QUOTED.findall(sentence):
            body = " ".join(quoted.casefold().split()).strip(" .,;:!?…")
            if not body or not any(body in quote for quote in self._quotes):
                wrong.append(f"misquotes {quoted!r}")
        return _QUOTED.sub(" ", sentence), wrong

    # names and words

    def _wrong_names(self, sentence: str) -> list[str]:
        wrong = [
            f"names {title!r}"
            for title in self._titles
            # The plain look first: a catalogue has thousands of titles.
            if title in sentence and title[:1].isupper() and title not in self._names
            if _mentions(sentence, title, self._names)
        ]
        for place, match in enumerate(_WORD.finditer(sentence)):
            word = match.group()
            if not word[0].isupper() or (place == 0 and word.casefold() in self._glue):
                continue
            folded_ok = (place == 0 and self._is_known(word)) or self._rightly_denied(sentence, match)
            if word not in self._record_words and word != "I" and not folded_ok:
                wrong.append(f"names {word!r}")
        return wrong

    def _rightly_denied(self, sentence: str, name: re.Match[str]) -> bool:
        """Whether a name is known to be absent, and said to be: "it is not in French"."""
        before = [word.casefold() for word in _WORD.findall(sentence[: name.start()])][-_DENIAL_WORDS:]
        negations = set(self._words.listed("grounding.negations"))
        return bool(negations & set(before)) and self._stem(name.group().casefold()) in self._denied

    def _wrong_words(self, sentence: str) -> list[str]:
        wrong = []
        comparing = set(self._words.listed("grounding.superlatives"))
        exceptions = self._words.listed("grounding.superlative_exceptions")
        pattern = self._words.get("grounding.superlative_pattern")
        negations = set(self._words.listed("grounding.negations"))
        words = [word.casefold() for word in _WORD.findall(sentence)]
        # What is absent may be named where something is denied; whether rightly, _wrong_denials tells.
        absent = self._denied if negations & set(words) else set()
        free = self._glue | negations
        content: list[str] = []
        for place, word in enumerate(words):
            superlative = pattern and re.fullmatch(pattern, word) and word not in exceptions
            claims = (word in comparing or superlative) and self._stem(word) not in absent
            if claims and not self._told_so(words, place):
                wrong.append(f"compares: {word!r}")
            elif word in free or self._stem(word) in absent or self._labels_something(words, place):
                continue
            elif not self._is_known(word):
                wrong.append(f"says {word!r}")
            else:
                content.append(self._stem(word))
        return wrong + self._torn_apart(content)

    def _labels_something(self, words: list[str], place: int) -> bool:
        """ "Thai as cuisine", "ginger among its ingredients": a facet's name where a value is told of it."""
        if not place or self._stem(words[place]) not in self._labels:
            return False
        before = words[place - 1]
        return before in self._words.listed("grounding.before_labels") or self._stem(before) in self._labels

    def _told_so(self, words: list[str], place: int) -> bool:
        """Whether a comparing word stands between the same neighbours as in a value or the description."""
        if self._stem(words[place]) in self._value_stems:
            return True
        around = [self._stem(word) for word in words[max(0, place - 1) : place + 2]]
        return any(told[at : at + len(around)] == around for told in self._told for at in range(len(told)))

    def _is_known(self, word: str) -> bool:
        stem = self._stem(word.casefold())
        if stem in self._known:
            return True
        if not word.isascii():  # scripts without blanks between words
            return any(word in text for text in self._descriptions) or word in self._record_words
        return self._similar is not None and self._similar(word, self._record_words)

    def _torn_apart(self, content: list[str]) -> list[str]:
        """Neighbours that the description holds, but nowhere near each other: words put together anew.

        "A robot destroys a family" from "a robot child … destroys a family" elsewhere has only true words.
        """
        wrong = []
        for first, second in itertools.pairwise(content):
            if first in self._value_stems or second in self._value_stems or first == second:
                continue
            if not any(_near(told, first, second) for told in self._told):
                wrong.append(f"joins {first!r} and {second!r}")
        return wrong

    def _wrong_kind(self, sentence: str) -> list[str]:
        """ "It is a two-way zip" of a jacket: what a thing is called is its kind or its title's word."""
        pattern = self._words.get("grounding.identity")
        match = re.match(str(pattern), sentence, re.IGNORECASE) if pattern and self._identity else None
        if match is None:
            return []
        words = [word.casefold() for word in _WORD.findall(sentence[match.end() :])]
        stops = self._glue | set(self._words.listed("grounding.negations"))
        stops -= {self._words.text("lists.and").strip()}  # "a quiet and slow drama"
        phrase = list(itertools.takewhile(lambda word: word not in stops, words))
        while phrase and phrase[-1] not in self._identity and phrase[-1] in self._glue:
            phrase.pop()  # "It is a hat, and it …"
        if words[len(phrase) : len(phrase) + 1] and words[len(phrase)] in self._general:
            return []  # "a quiet film": film is what any of them is
        own = not phrase or self._stem(phrase[-1]) in self._identity
        return [] if own else [f"calls it {phrase[-1]!r}"]

    # denials

    def _wrong_denials(self, sentence: str) -> list[str]:
        negations = set(self._words.listed("grounding.negations"))
        for name in self._denying_names:
            sentence = sentence.replace(name, " ")
        words = [word.casefold() for word in _WORD.findall(sentence)]
        wrong = []
        for place, word in enumerate(words):
            if word not in negations:
                continue
            after = [self._stem(w) for w in words[place + 1 : place + 5] if w not in self._glue]
            denied = bool(after) and after[0] in self._denied
            told = bool(after) and any(_near(seq, self._stem(word), after[0], window=4) for seq in self._told)
            if not denied and not told:
                wrong.append(f"denies with {word!r}")
        denied_only = self._denied - self._known
        affirmed = [w for w in words if w not in self._glue and self._stem(w) in denied_only]
        if affirmed and not set(words) & negations:
            wrong.append(f"affirms {affirmed[0]!r}")
        return wrong

    # stems

    def _sequence(self, text: str) -> list[str]:
        return [self._stem(w.casefold()) for w in _WORD.findall(text)]

    def _stems(self, texts: Iterable[str]) -> set[str]:
        return {stem for text in texts for stem in self._sequence(text)}

    def _stem(self, word: str) -> str:
        if word not in self._stemmed:
            import snowballstemmer

            # Made anew: a stemmer keeps its word inside, so threads must not share one.
            stemmer = snowballstemmer.stemmer(self._words.text("stemmer"))
            self._stemmed[word] = stemmer.stemWord(word.replace("’", "'"))
        return self._stemmed[word]


def _value_texts(item: Item, evidence: Evidence) -> list[str]:
    """An item's values as words; a boolean that is true by its label."""
    texts = []
    words = words_of(evidence.language)
    # "History" is told as "a historical drama".
    spoken = {**(words.get("kind_attributes") or {}), **(words.get("spoken_values") or {})}
    for facet in evidence.facets:
        value = item.facets.get(facet.name)
        if value is None:
            continue
        if isinstance(value, bool):
            texts += [facet.label] if value else []
        elif isinstance(value, str | tuple):
            own = [value] if isinstance(value, str) else list(value)
            texts += [*own, *(spoken[v] for v in own if v in spoken)]
            texts += [v.replace("-", " ") for v in own if "-" in v]  # "kitchen-accessories"
        else:
            texts.append(f"{facet.label} {facet_value_label(value, facet, evidence.language)}")
    return texts


def _kinds(items: Iterable[Item], evidence: Evidence, words: Words) -> list[str]:
    """What the items' own records call them: values of their category, one and several."""
    kinds = [
        value
        for item in items
        for facet in evidence.facets
        if facet.role is FacetRole.CATEGORY
        for value in values_of(item.facets.get(facet.name))
    ]
    return [*kinds, *(words.singular(kind) for kind in kinds)]


def _nouns(evidence: Evidence, words: Words) -> set[str]:
    """What the items are called, one and several."""
    noun = evidence.noun.casefold()
    return {noun, words.singular(noun)} - {""} if noun else set()


def _quotes(evidence: Evidence) -> list[str]:
    constraints: list[Constraint] = [*evidence.active, *evidence.heard]
    preferences = list(evidence.wishes)
    for one in evidence.items:
        constraints += [*one.met, *one.broken]
        preferences += one.matched
    sources = [c.source.quote for c in constraints] + [p.source.quote for p in preferences]
    return [text for text in (evidence.user_text, *sources) if text]


def _denied(evidence: Evidence, items: Iterable[Item]) -> list[str]:
    """What is known to be absent: excluded values that the items lack, labels of false booleans."""
    items, words = list(items), words_of(evidence.language)
    held = {v.casefold() for i in items for value in i.facets.values() for v in values_of(value)}
    attributes, nothing = words.get("kind_attributes") or {}, words.listed("nothing.values")
    texts = []
    for constraint in (*evidence.active, *(c for one in evidence.items for c in one.met)):
        if isinstance(constraint.test, NoneOf):
            texts += [v for v in constraint.test.values if v.casefold() not in held]
            texts += [attributes[v] for v in constraint.test.values if v in attributes and v not in held]
    for facet in evidence.facets:
        told = [v for i in items for v in values_of(i.facets.get(facet.name))]
        if told and all(v.casefold() in nothing for v in told):
            texts.append(facet.label)  # "it has no language" of a silent film
        if (
            facet.kind is FacetKind.BOOLEAN
            and items
            and all(i.facets.get(facet.name) is False for i in items)
        ):
            texts.append(facet.label)
    return texts


def _mentions(sentence: str, title: str, own: Collection[str]) -> bool:
    """Whether a sentence holds a title, other than inside one of its own."""
    for name in own:
        if title in name:
            sentence = sentence.replace(name, " ")
    return re.search(rf"(?<!\w){re.escape(title)}(?!\w)", sentence) is not None


def _near(told: list[str], first: str, second: str, window: int = _WINDOW) -> bool:
    """Whether `second` follows `first` within the window in one sentence of the description."""
    places = [place for place, stem in enumerate(told) if stem == first]
    return any(second in told[place + 1 : place + 1 + window] for place in places)


def _repeats(words: list[str]) -> bool:
    triples = list(zip(words, words[1:], words[2:], strict=False))
    doubled = any(a == b for a, b in itertools.pairwise(words))
    return doubled or len(set(triples)) < len(triples)
