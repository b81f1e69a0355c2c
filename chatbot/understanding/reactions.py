"""What people say of what they were shown: what rules found in a sentence, weighed against what `talk` hears.

In: the acts that rules found in a sentence, the situation, and the shares of what it does. Out: acts.
Conditions stay the rules' to make. Added are verdicts on what is shown or talked about, requests for more
and questions; dropped are such that the sentence surely doesn't say, and wishes made of words of a verdict:
"sounds great, I will check it out" is no interest in checking, "I saw that, it was funny" no wish for fun.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import astuple

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.understanding.leftovers import is_guess
from chatbot.understanding.reading import Situation
from chatbot.understanding.talk import Talk
from retriever.domain import AnyOf, ItemId

SAID = {"seen": 0.45, "accept": 0.45, "reject": 0.33, "more": 0.5, "ask": 0.5}  # from this share on
DENIED = 0.15  # a verdict of the rules, or a request for more, is dropped below this share
NO_WISH = 0.3  # below this share of `wish`, free themes are dropped
NO_FIRM_WISH = 0.35  # and below this one conditions, where a verdict is told instead
HARDLY = 0.03
ELSE = 0.5
LIKED_SEEN = 0.5  # "I loved that one" likes it and has seen it
SURE = 0.4
NO_QUESTION = 0.1  # below this share of `ask`, a statement about an item asks nothing
_FEW_WORDS = 4  # "the cheaper one please" asks about it by naming it
_OPEN = (acts.OutOfScope, acts.Surprise, acts.More, acts.Thank)
_VERDICTS = (acts.Seen, acts.Like, acts.Dislike)
_WISHES = (acts.Constrain, acts.Inform, acts.Similar, acts.Exclude)
_QUESTIONS = (acts.AskItem, acts.AskUnknown, acts.AskCatalogue, acts.Why, acts.Compare)
_WEIGHED = (*_OPEN, *_VERDICTS, *_WISHES, acts.AskItem)
_QUESTION_MARKS = ("?", "？")


def can_matter(found: Sequence[UserAct], situation: Situation) -> bool:
    """Whether what the sentence does could change anything: not in a first one, nor where rules are sure."""
    return situation.turn > 1 and not any(_is_sure(act) for act in found)


def with_reactions(
    text: str,
    found: Sequence[UserAct],
    situation: Situation,
    talk: Talk,
    seen: Collection[ItemId] = (),
) -> tuple[UserAct, ...]:
    """The acts of a sentence; at least one. `seen`: what the sentences before it said is known already."""
    words = text.strip()
    verdict = max(talk.seen, talk.accept, talk.reject)
    told = verdict >= SURE and talk.wish < min(verdict, 0.5)  # the words are of what was shown
    kept = [act for act in found if not is_guess(act) or (talk.wish >= NO_WISH and not told)]
    nearest = situation.shown.nearest
    if nearest is not None:
        kept = _judged(words, kept, situation, talk, seen)
    if (
        talk.wish < NO_WISH
        and talk.more < SAID["more"]
        and all(isinstance(act, acts.Surprise | acts.More) for act in kept)
    ):
        kept = []  # small talk asks for nothing
    return tuple(kept) or (acts.Thank(words),)


def _judged(
    words: str, kept: list[UserAct], situation: Situation, talk: Talk, seen: Collection[ItemId]
) -> list[UserAct]:
    """With what is said of the items that are meant."""
    known = frozenset(situation.shown.earlier) | frozenset(situation.shown.items)
    said = _said(words, talk)
    if any(isinstance(act, acts.Exclude | acts.Constrain) and not is_guess(act) for act in kept):
        # "Not a comedy" refuses comedies; the card that came first may be none.
        said = [name for name in said if name != "reject"]
    named = _named(kept)
    meant = tuple(item for item in named if item in known) or (
        () if named else _meant(situation, seen if "accept" in said and "seen" not in said else ())
    )
    kept = [act for act in kept if not _is_denied(act, words, known, talk)]
    added = [_made(name, words, meant) for name in said if meant or name == "more"]
    liked = tuple(item for act in kept if isinstance(act, acts.Like) for item in act.items)
    if liked:
        known_too = [acts.Seen(words, liked)] if talk.seen >= LIKED_SEEN else []
        added = [*known_too, *(act for act in added if not isinstance(act, acts.Seen))]
    if any(isinstance(act, acts.OutOfScope) for act in kept):
        # "what's the weather like?": a question, but about nothing that is shown
        added = [act for act in added if not isinstance(act, acts.AskItem)]
    added = [act for act in added if not any(_says_same(act, other) for other in kept)]
    if not added:
        return kept
    return [*added, *(act for act in kept if not _is_open(act, words))]


def _said(words: str, talk: Talk) -> list[str]:
    """What the sentence surely does. Who refuses, or asks if it was good, has not said to have seen it."""
    said = [name for name, least in SAID.items() if getattr(talk, name) >= least]
    asks = "ask" in said and words.rstrip().endswith(_QUESTION_MARKS)
    if "seen" in said and (asks or "reject" in said):
        said.remove("seen")
    return said


def _named(kept: Sequence[UserAct]) -> tuple[ItemId, ...]:
    """The items that the sentence names."""
    items = (
        act.items
        for act in kept
        if isinstance(act, acts.Similar | acts.AskItem | acts.Seen | acts.Like | acts.Dislike)
    )
    return tuple(dict.fromkeys(item for some in items for item in some))


def _meant(situation: Situation, seen: Collection[ItemId]) -> tuple[ItemId, ...]:
    """ "That one": what is nearest; what is accepted is none of what was just said to be known."""
    shown = situation.shown
    nearest = shown.nearest
    others = [item for item in (nearest, *shown.items) if item is not None and item not in seen]
    return (others[0],) if others else () if nearest is None else (nearest,)


def _made(name: str, words: str, meant: tuple[ItemId, ...]) -> UserAct:
    match name:
        case "seen":
            return acts.Seen(words, meant)
        case "accept":
            return acts.Like(words, meant)
        case "reject":
            return acts.Dislike(words, meant)
        case "more":
            return acts.More(words)
        case _:
            return acts.AskItem(words, meant)


def _says_same(act: UserAct, other: UserAct) -> bool:
    """Whether rules found as much."""
    if isinstance(act, acts.AskItem):
        return isinstance(other, _QUESTIONS) and not _is_open(other, act.quote)
    return isinstance(act, type(other))


def _is_denied(act: UserAct, words: str, known: Collection[ItemId], talk: Talk) -> bool:
    """What rules made of words that surely say something else."""
    verdict = max(talk.seen, talk.accept, talk.reject)
    match act:
        case acts.Seen(_, items):
            return bool(set(items) & set(known)) and _does_else(talk, talk.seen, DENIED)
        case acts.Like(_, items):
            return bool(set(items) & set(known)) and _does_else(talk, max(talk.accept, talk.seen), DENIED)
        case acts.Dislike(_, items):
            return bool(set(items) & set(known)) and _does_else(talk, talk.reject, HARDLY)
        case acts.More():
            return _does_else(talk, talk.more, DENIED)
        case acts.AskItem():
            return (
                _does_else(talk, max(talk.ask, talk.more), NO_QUESTION)
                and len(words.split()) > _FEW_WORDS
                and _is_open(act, words)
            )
        case acts.Similar(quote, items) if _is_bare(quote):
            return talk.wish < (NO_WISH if set(items) & set(known) else HARDLY)
        case acts.Constrain() | acts.Inform() | acts.Similar():
            told = talk.wish < NO_FIRM_WISH and verdict >= SURE
            return told or (talk.wish < DENIED and talk.ask >= SURE)
        case _:
            return False


def _does_else(talk: Talk, share: float, least: float) -> bool:
    """Whether a share is below the least, and something else is likelier than not."""
    return share < least and max(astuple(talk)) >= ELSE


def _is_sure(act: UserAct) -> bool:
    """What is said in figures, compares, or is about the talk itself."""
    if isinstance(act, acts.Constrain):
        return any(map(str.isdigit, act.quote)) and not isinstance(act.constraint.test, AnyOf)
    return not isinstance(act, _WEIGHED)


def _is_bare(quote: str) -> bool:
    """A title by itself, or a word that is one by chance ("lol")."""
    return quote[:1].isupper() or len(quote.split()) == 1


def _is_open(act: UserAct, words: str) -> bool:
    """What is made of words that rules know nothing firm of: a title alone, "it" alone, nothing."""
    match act:
        case acts.AskItem(_, _, facet, value, shows):
            return not (facet or value or shows) and not words.rstrip().endswith(_QUESTION_MARKS)
        case acts.Similar(quote, _):
            return quote[:1].isupper()  # by its title, with no word for likeness
        case _:
            return isinstance(act, _OPEN)
