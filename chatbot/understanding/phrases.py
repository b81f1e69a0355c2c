"""Free themes, cut to the words that name something wanted (`wanted`).

In: a sentence as it was read, the acts found in it. Out: its acts. A theme without such a word is dropped
("etc", "worried"), one with more around them is cut to them ("caught a massive salmon"), and such words that
no act accounts for become themes. Titles, people and conditions on the catalogue's facets stay what the rules
made of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.understanding.leftovers import is_guess
from chatbot.understanding.reading import SOFT, Situation
from chatbot.understanding.sentence import PARTS, Sentence
from chatbot.understanding.tokens import phrase_of
from chatbot.understanding.wanted import shares
from retriever.domain import (
    TEXT_FACET,
    Constraint,
    NoneOf,
    OfTheme,
    Preference,
    Source,
    SourceKind,
)

# Shares, best on a fifth of the persons in LAPS's train, whose sentences the weights had not seen then;
# 0.05 to 0.1 more or less changes its F1 by 0.005.
LEAST = 0.6  # share of a word from which it may be named by a theme
# Of what is refused, which is worse to lose: "no perfume" .36, but "not sure" .02, "no problem" .11.
LEAST_REFUSED = 0.12
SURE = 0.6  # from which it is one by itself
ALONE = 0.4  # from which a theme stays that is all a sentence says
_GAP = 2  # small words within one phrase: "bread with the seeds"
_ADDS_TO = (
    acts.Inform,
    acts.Constrain,
    acts.Exclude,
    acts.Similar,
    acts.Surprise,
    acts.More,
    acts.Thank,
    acts.Like,
    acts.Dislike,
    acts.Seen,
)
_EMPTY = (acts.Surprise, acts.More, acts.Thank)  # what is made of a sentence that says no wish


@dataclass(frozen=True, slots=True)
class _Judged:
    """A sentence's tokens with their shares; `content`: which are no small words."""

    sentence: Sentence
    share: list[float]
    content: list[bool]

    def best(self, places: Sequence[int]) -> float:
        """The highest share; 1 for no words, as nothing speaks against them."""
        return max((self.share[place] for place in places), default=1.0)

    def of_act(self, act: UserAct) -> float:
        """The highest share of the act's own words."""
        return self.best(self.inside(act.quote))

    def inside(self, words: str) -> list[int]:
        """The content words of a quotation, by their places."""
        start = self.sentence.text.find(words)
        end = start + len(words)
        return [
            place
            for place, token in enumerate(self.sentence.tokens)
            if self.content[place] and start <= token.start and token.end <= end
        ]

    def runs(self, places: Sequence[int], least: float) -> Iterator[tuple[int, int]]:
        """First token and end of the stretches of wanted words; other content words and marks part them."""
        begun = last = -1
        for place in places:
            wanted = self.share[place] >= least
            if begun >= 0 and (not wanted or self._parted(last, place)):
                yield begun, last + 1
                begun = -1
            if wanted:
                begun, last = (place if begun < 0 else begun), place
        if begun >= 0:
            yield begun, last + 1

    def _parted(self, last: int, place: int) -> bool:
        between = self.sentence.tokens[last + 1 : place]
        return len(between) > _GAP or any(token.norm in PARTS for token in between)


def _judged_in(sentence: Sentence, filler: frozenset[str]) -> _Judged:
    tokens = sentence.tokens
    content = [token.kind == "word" and token.norm not in filler and len(token.norm) > 1 for token in tokens]
    told = shares([token.norm for token in tokens])
    named = [not sentence.books.is_a("unnamed", token.norm) for token in tokens]
    return _Judged(sentence, [share * may for share, may in zip(told, named, strict=True)], content)


def with_wanted(
    sentence: Sentence,
    found: Sequence[UserAct],
    situation: Situation,
    filler: frozenset[str],
    nouns: Collection[str] = (),
) -> tuple[UserAct, ...]:
    """The acts of a sentence; at least one.

    `filler`: small words, which name nothing. `nouns`: what items are called in it.
    """
    told = _judged_in(sentence, filler)
    kept = [one for act in found for one in _cut(told, act, whole=situation.turn == 1)]
    if all(isinstance(act, _ADDS_TO) for act in found):
        kept += _added(told, kept, situation, nouns)
    if len(kept) > 1 and any(isinstance(act, acts.Inform) for act in kept):
        kept = [act for act in kept if not isinstance(act, _EMPTY)]
    if not kept and (situation.turn == 1 or max(map(told.of_act, found)) >= ALONE):
        return tuple(found)
    return tuple(kept) or (acts.Thank(sentence.text.strip()),)


def _cut(told: _Judged, act: UserAct, *, whole: bool) -> Iterator[UserAct]:
    """The act, if something wanted is in its words; of a theme those words, unless it is left `whole`."""
    if not _is_free(act):
        yield act
        return
    places = told.inside(act.quote)
    if isinstance(act, acts.Exclude) and isinstance(act.constraint.test, NoneOf):
        values = {word for value in act.constraint.test.values for word in value.split()}
        places = [place for place in places if told.sentence.tokens[place].norm in values] or places
    if told.best(places) < (LEAST_REFUSED if isinstance(act, acts.Exclude) else LEAST):
        return
    theme = isinstance(act, acts.Inform) and isinstance(act.preference.about, OfTheme)
    if whole or not theme or not places or not isinstance(act, acts.Inform):
        yield act
        return
    for start, end in told.runs(places, LEAST):
        words = told.sentence.quote(start, end)
        source = replace(act.preference.source, quote=words)
        yield acts.Inform(words, replace(act.preference, about=OfTheme(words), source=source))


def _is_free(act: UserAct) -> bool:
    return is_guess(act) or (isinstance(act, acts.Exclude) and act.constraint.facet == TEXT_FACET)


def _added(
    told: _Judged, kept: Sequence[UserAct], situation: Situation, nouns: Collection[str]
) -> Iterator[UserAct]:
    """What is surely wanted, or refused, and is in no act's words."""
    sentence = told.sentence
    covered = {place for act in kept if not isinstance(act, _EMPTY) for place in told.inside(act.quote)}
    covered |= {place for mention in sentence.mentions for place in range(mention.start, mention.end)}
    # "A funny film": the noun that a value stands before belongs to it.
    ends = {mention.end for mention in sentence.mentions if mention.end < len(sentence.tokens)}
    covered |= {end for end in ends if sentence.tokens[end].norm in nouns}
    free = [place for place, content in enumerate(told.content) if content]
    for start, end in told.runs(free, SURE):
        if covered.isdisjoint(range(start, end)):
            words = sentence.quote(start, end)
            source = Source(SourceKind.QUOTE, situation.turn, words)
            if sentence.negated[start]:
                test = NoneOf((phrase_of(sentence.tokens[start:end]),))
                yield acts.Exclude(words, Constraint(TEXT_FACET, test, source))
            else:
                yield acts.Inform(words, Preference(OfTheme(words), SOFT, source, at=situation.now))
