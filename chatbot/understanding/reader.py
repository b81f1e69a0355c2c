"""An utterance → acts, in the order of how plainly people say them.

Each step accounts for the tokens that it explains; what is left at the end is a free theme, and an
utterance that leaves only words far from everything in the catalogue is out of scope.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.understanding.finder import MentionFinder
from chatbot.understanding.judgements import judgements
from chatbot.understanding.leftovers import open_requests, themes
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.measures import halves, superlatives
from chatbot.understanding.private import leave_out_private
from chatbot.understanding.questions import QuestionReader
from chatbot.understanding.reading import Reading, Situation
from chatbot.understanding.removals import removals
from chatbot.understanding.same_sort import more_of_a_sort, same_sort
from chatbot.understanding.sentence import Sentence
from chatbot.understanding.set_phrases import no_questions, set_phrase
from chatbot.understanding.similar import similar
from chatbot.understanding.spelling import Spelling
from chatbot.understanding.tokens import Token, tokenize, words_of
from chatbot.understanding.unknown_items import name_asked_for, place_beyond, unknown_name
from chatbot.understanding.wishes import conditions_of_question, wishes
from chatbot.understanding.words import Language, Phrasebooks, Stems, load_language
from retriever.pipeline import Retriever

__all__ = ["Situation", "Understanding"]


class Understanding:
    """Reads utterances about one catalogue in one language. Read-only after it is made."""

    def __init__(self, retriever: Retriever, language: str | Language = "en") -> None:
        self._retriever = retriever
        self._language = load_language(language) if isinstance(language, str) else language
        self._books = Phrasebooks(self._language)
        self.lexicon = Lexicon(retriever.catalogue, self._language, Stems(self._language.stemmer))
        self._spelling = Spelling(self._language, self.lexicon, retriever.knows_word)
        self._finder = MentionFinder(self._language, self._books, self.lexicon, self._spelling.is_known)
        self._filler = frozenset(self._language.filler.words) | frozenset(
            word for phrases in self._language.cues.values() for phrase in phrases for word in phrase.split()
        )

    def read(self, text: str, situation: Situation) -> tuple[UserAct, ...]:
        """The acts of an utterance, at least one, in the order in which they take effect."""
        tokens = self._spelling.corrected(self._spelled_out(tokenize(text)))
        sentence = Sentence(text, tokens, self._books, self._finder, situation.shown)
        if not sentence.tokens or (not sentence.mentions and self._in_another_script(text)):
            return (acts.OutOfScope(text.strip()),)
        if not sentence.mentions and self._is_gibberish(tokens):
            return (acts.OutOfScope(text.strip()),)
        reading = Reading(sentence, situation, self._retriever, self.lexicon, self._filler)
        return tuple(_acts_of(reading))

    def _spelled_out(self, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        """Words that stand for several, as those: "romcom". All of them quote the one word.

        So does a hyphen before a facet's name: "French-language".
        """
        out: list[Token] = []
        for token in tokens:
            parts: Sequence[str] = words_of(self._language.spelled_out.get(token.norm, ""))
            first, _, last = token.norm.rpartition("-")
            if not parts and first and (self.lexicon.stems(last),) in self.lexicon.labels:
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


def _acts_of(reading: Reading) -> list[UserAct]:
    """The order of reading."""
    whole = set_phrase(reading)
    if whole is not None:
        return [whole]
    leave_out_private(reading.sentence)
    no_questions(reading)
    removed = removals(reading)
    if removed:
        return removed + wishes(reading)
    named = name_asked_for(reading)
    if named is not None:
        return [named]
    questions = QuestionReader(reading.sentence, reading.lexicon, reading.situation, reading.filler)
    question = questions.read(partial(conditions_of_question, reading))
    question = question or place_beyond(reading)
    if question is not None:
        return [question]
    judgements(reading)
    similar(reading)
    wishes(reading)
    superlatives(reading)
    halves(reading)
    same_sort(reading)
    more_of_a_sort(reading)
    unknown = None if reading.found else unknown_name(reading)
    if unknown is not None:
        return [unknown]
    themes(reading)
    open_requests(reading)
    return reading.found or [acts.OutOfScope(reading.text)]
