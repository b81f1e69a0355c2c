"""An utterance → acts, in the order of how plainly people say them.

Each step accounts for the tokens that it explains; what is left at the end is a free theme, and an
utterance that leaves only words far from everything in the catalogue is out of scope.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.understanding.about_me import about_profile
from chatbot.understanding.finder import MentionFinder
from chatbot.understanding.judgements import judgements
from chatbot.understanding.leftovers import open_requests, themes
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.measures import asks_for_part, unmeasured
from chatbot.understanding.mentions import Shown, ValueMention
from chatbot.understanding.parts import parts_of
from chatbot.understanding.phrases import with_wanted
from chatbot.understanding.private import leave_out_private
from chatbot.understanding.questions import QuestionReader
from chatbot.understanding.reactions import can_matter, with_reactions
from chatbot.understanding.reading import ASIDE, Reading, Situation
from chatbot.understanding.removals import removals
from chatbot.understanding.same_sort import more_of_a_sort, same_sort
from chatbot.understanding.sentence import Sentence
from chatbot.understanding.set_phrases import no_questions, set_phrase
from chatbot.understanding.several import asks_for_several, several_wishes
from chatbot.understanding.shared_values import shared_values
from chatbot.understanding.similar import similar
from chatbot.understanding.spelling import Spelling
from chatbot.understanding.talk import TALK_LANGUAGE, is_trained_for, plain_words, shares
from chatbot.understanding.tokens import Token, tokenize, without_repeats, words_of
from chatbot.understanding.unknown_items import name_asked_for, place_beyond, unknown_name
from chatbot.understanding.wanted import WANTED_LANGUAGE
from chatbot.understanding.wishes import conditions_of_question
from chatbot.understanding.words import Language, Phrasebook, Phrasebooks, Stems, load_language
from retriever.domain import About, ItemId, OfFacet, OfTheme
from retriever.pipeline import Retriever

__all__ = ["Situation", "Understanding"]

_NAMING = (acts.Like, acts.Dislike, acts.Seen, acts.AskItem)
_WISHES = (acts.Constrain, acts.Exclude, acts.Inform, acts.Similar, acts.Like)
_FIRM = (acts.Constrain, acts.Exclude, acts.Critique)
_NO_DIALOGUE = Situation(turn=0)
_ASIDES_FROM = 3  # themes in one utterance
_COURTESIES = (acts.OutOfScope, acts.Greet, acts.Thank)


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence of an utterance, in its situation, with the acts read from it."""

    text: str
    sentence: Sentence
    situation: Situation
    found: tuple[UserAct, ...]
    plain: str  # without titles, for `talk`


class Understanding:
    """Reads utterances about one catalogue in one language. Read-only after it is made."""

    def __init__(self, retriever: Retriever, language: str | Language = "en") -> None:
        self._retriever = retriever
        self._language = load_language(language) if isinstance(language, str) else language
        self._books = Phrasebooks(self._language)
        self.lexicon = Lexicon(retriever.catalogue, self._language, Stems(self._language.stemmer))
        self._spelling = Spelling(self._language, self.lexicon, retriever.knows_word)
        self._finder = MentionFinder(self._language, self._books, self.lexicon, self._spelling.is_known)
        self._ago = tuple((Phrasebook([phrase]), span) for phrase, span in self._language.ago.items())
        self._reacts = self._language.language == TALK_LANGUAGE and is_trained_for(retriever)
        self._filler = frozenset(self._language.filler.words) | frozenset(
            word for phrases in self._language.cues.values() for phrase in phrases for word in phrase.split()
        )

    def read(self, text: str, situation: Situation) -> tuple[UserAct, ...]:
        """The acts of an utterance, at least one, in the order in which they take effect."""
        text = without_repeats(text)
        tokens = tokenize(text)
        parts = parts_of(text, tokens, lambda place: self._finder.titles.crosses(tokens, place))
        read: list[_Part] = []
        for first, end in parts:
            said = text[tokens[first].start : tokens[end - 1].end] if len(parts) > 1 else text
            sentence = self._sentence(said, situation)
            plain = plain_words(sentence, situation.shown.earlier)
            read.append(_Part(said, sentence, situation, self._read(sentence, situation), plain))
            situation = _after(situation, read[-1].found)
        read = [self._with_wanted(part) for part in self._with_reactions(read)]
        return _with_asides(self._together(read) if len(read) > 1 else read[0].found)

    def _together(self, read: Sequence[_Part]) -> tuple[UserAct, ...]:
        """The acts of all sentences, each once.

        Courtesies and a bare "yes" only where they are all; "any ideas?" behind a first wish adds nothing.
        """
        every = tuple(dict.fromkeys(act for part in read for act in part.found))
        yes = self._books["yes"]
        wants = any(isinstance(act, _WISHES) for act in every) and not read[0].situation.shown.items
        telling = tuple(
            act
            for act in every
            if not isinstance(act, _COURTESIES)
            and not (isinstance(act, acts.More) and yes.whole(tokenize(act.quote)))
            and not (wants and isinstance(act, acts.More | acts.Surprise))
        )
        return telling or tuple(act for act in every if not isinstance(act, acts.OutOfScope)) or every[:1]

    def _with_reactions(self, read: list[_Part]) -> list[_Part]:
        """The parts, with what the layer tells of those in which it could change anything."""
        if not self._reacts:
            return read
        weighed = [
            place
            for place, part in enumerate(read)
            if can_matter(part.found, part.situation) and not self._asks_openly(part)
        ]
        if not weighed:
            return read
        talks = dict(zip(weighed, shares(self._retriever, [read[p].plain for p in weighed]), strict=True))
        out: list[_Part] = []
        seen: set[ItemId] = set()
        for place, part in enumerate(read):
            found = part.found
            if place in talks:
                found = with_reactions(part.text, found, part.situation, talks[place], seen)
            seen |= {item for act in found if isinstance(act, acts.Seen) for item in act.items}
            out.append(replace(part, found=found))
        return out

    def _with_wanted(self, part: _Part) -> _Part:
        """The part with its free themes cut to what they name, in the language that this was learnt in."""
        if self._language.language != WANTED_LANGUAGE:
            return part
        nouns = {t.norm for t in part.sentence.tokens if self.lexicon.stems(t.norm) in self.lexicon.nouns}
        found = with_wanted(part.sentence, part.found, part.situation, self._filler, nouns)
        return replace(part, found=found)

    def _asks_openly(self, part: _Part) -> bool:
        """ "Surprise me", "any others?", a bare "yes" or "no": said in as many words."""
        tokens = tokenize(part.text)
        spoken = [token for token in tokens if not self._books.is_a("opening", token.norm)] or tokens
        if any(self._books[name].whole(spoken) for name in ("yes", "no")):
            return True
        open_request = all(isinstance(act, acts.Surprise | acts.More) for act in part.found)
        return open_request and bool(self._books["surprise"].find(tokens))

    def _sentence(self, text: str, situation: Situation) -> Sentence:
        tokens = self._spelling.corrected(self._spelled_out(tokenize(text)))
        return Sentence(text, tokens, self._books, self._finder, situation.shown, _year(situation))

    def _read(self, sentence: Sentence, situation: Situation) -> tuple[UserAct, ...]:
        text, tokens = sentence.text, sentence.tokens
        if not sentence.tokens or (not sentence.mentions and self._in_another_script(text)):
            return (acts.OutOfScope(text.strip()),)
        if not sentence.mentions and self._is_gibberish(tokens):
            return (acts.OutOfScope(text.strip()),)
        reading = Reading(sentence, situation, self._retriever, self.lexicon, self._filler, self._ago)
        return tuple(_acts_of(reading))

    def interests(self, text: str) -> tuple[About, ...]:
        """What a text says, as far as it is about something: the facet values that it names, each once.

        Of one that names none the text itself, as free words; nothing of one that says nothing readable. What
        stands under a negation is left out. No act is made of it, and nothing of a dialogue is known.
        """
        sentence = self._sentence(text, _NO_DIALOGUE)
        tokens = sentence.tokens
        named = [
            OfFacet(mention.facet, value)
            for mention in sentence.of(ValueMention)
            if not sentence.negated[mention.start]
            for value in mention.values
        ]
        if named or sentence.mentions:
            return tuple(dict.fromkeys(named))
        readable = tokens and not self._in_another_script(text) and not self._is_gibberish(tokens)
        words = [sentence.quote(start, end) for start, end in sentence.leftovers(self._filler)]
        return (OfTheme(" ".join(words)),) if readable and words and not any(sentence.negated) else ()

    def plain_words(self, text: str, known: tuple[ItemId, ...]) -> str:
        """A sentence as `talk` reads it. `known`: the items that the talk was about."""
        return plain_words(self._sentence(text, replace(_NO_DIALOGUE, shown=Shown(earlier=known))), known)

    def corrections(self, text: str) -> tuple[tuple[str, str], ...]:
        """(word as written, word as read) of the typing errors that are read as known words."""
        written = tokenize(text)
        read = self._spelling.corrected(written)
        return tuple((a.text, b.norm) for a, b in zip(written, read, strict=True) if a.norm != b.norm)

    def _spelled_out(self, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        """Words that stand for several, as those: "romcom". All of them quote the one word.

        So does a hyphen before a facet's name: "French-language".
        """
        out: list[Token] = []
        for token in tokens:
            parts: Sequence[str] = words_of(self._language.spelled_out.get(token.norm, ""))
            first, _, last = token.norm.rpartition("-")
            decade = last in self._language.decades  # "mid-nineties"
            if not parts and first and (decade or (self.lexicon.stems(last),) in self.lexicon.labels):
                parts = (first, last)
            out += [replace(token, norm=part) for part in parts] if parts else [token]
        return tuple(out)

    def _is_gibberish(self, tokens: tuple[Token, ...]) -> bool:
        """True if nobody knows a single word of it."""
        words = [token.norm for token in tokens if token.kind == "word"]
        return bool(words) and not any(self._spelling.is_known(word) for word in words)

    def _in_another_script(self, text: str) -> bool:
        """True if no letter is of the language's script: it can't be read, so nothing is made of it."""
        letters = [c for c in text if c.isalpha()]
        return bool(letters) and not any(
            unicodedata.name(c, "").startswith(self._language.script) for c in letters
        )


def _with_asides(heard: tuple[UserAct, ...]) -> tuple[UserAct, ...]:
    """The acts, with free themes as asides where there are many of them beside plain wishes.

    Who tells of mice in the cellar before asking for a tent is not interested in mice.
    """
    themes = [act for act in heard if isinstance(act, acts.Inform) and _is_free(act)]
    firm = any(
        isinstance(act, _FIRM) or (isinstance(act, acts.Inform) and not _is_free(act)) for act in heard
    )
    if not firm or len(themes) < _ASIDES_FROM:
        return heard
    return tuple(
        replace(act, preference=replace(act.preference, weight=ASIDE))
        if isinstance(act, acts.Inform) and _is_free(act)
        else act
        for act in heard
    )


def _is_free(act: acts.Inform) -> bool:
    return isinstance(act.preference.about, OfTheme) and act.preference.weight > 0


def _after(situation: Situation, heard: Sequence[UserAct]) -> Situation:
    """The situation for the next sentence: what was just named is what "that" means there."""
    named = [item for act in heard if isinstance(act, _NAMING) for item in act.items]
    if not named:
        return situation
    shown = situation.shown
    talked = tuple(dict.fromkeys(named))
    return replace(situation, shown=replace(shown, focus=named[0], talked=talked))


def _acts_of(reading: Reading) -> list[UserAct]:
    """The order of reading."""
    whole = set_phrase(reading)
    if whole is not None:
        return [whole]
    about = about_profile(reading)
    if about is not None:
        return [about]
    leave_out_private(reading.sentence)
    no_questions(reading)
    removed = removals(reading)
    if removed:
        several_wishes(reading)
        return removed + reading.found
    named = name_asked_for(reading)
    if named is not None:
        return [named]
    request = asks_for_several(reading) or asks_for_part(reading)
    shares = shared_values(reading)
    question = None if request or shares else _question(reading)
    if question is not None:
        return [question]
    judgements(reading)
    similar(reading)
    several_wishes(reading)
    same_sort(reading)
    more_of_a_sort(reading)
    unknown = None if reading.found else unknown_name(reading)
    if unknown is not None:
        return [unknown]
    unmeasured(reading)
    themes(reading)
    open_requests(reading)
    if not reading.found and reading.sentence.cue("unknown_to_me"):
        return [acts.Thank(reading.text)]  # heard, and nothing is wanted by it
    return reading.found or [acts.OutOfScope(reading.text)]


def _year(situation: Situation) -> int:
    """The year that it is; 0 where nobody knows."""
    return datetime.fromtimestamp(situation.now, UTC).year if situation.now else 0


def _question(reading: Reading) -> UserAct | None:
    questions = QuestionReader(reading.sentence, reading.lexicon, reading.situation, reading.filler)
    return questions.read(partial(conditions_of_question, reading)) or place_beyond(reading)
