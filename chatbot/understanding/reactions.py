"""What people say of what they were shown without naming it, and without saying what they want.

In: the acts that rules found in a sentence, the situation, and what the sentence does (`talk`). Out: acts.
Conditions stay the rules'; added are verdicts on what is shown or talked about, dropped are free themes made
of words that say no wish: "sounds great, I will check it out" is no interest in checking.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.understanding.leftovers import is_guess
from chatbot.understanding.reading import Situation
from chatbot.understanding.talk import Talk
from retriever.domain import ItemId

NO_WISH = 0.45  # below this share of `wish`, free themes are dropped
NO_QUESTION = 0.4  # below this share of `ask`, a statement about an item asks nothing
_FEW_WORDS = 4  # "the cheaper one please" asks about it by naming it
SURE = 0.7  # from this share on, something is taken as said
_OPEN = (acts.OutOfScope, acts.Surprise, acts.More)
_VERDICTS = (acts.Seen, acts.Like, acts.Dislike)
_QUESTION_MARKS = ("?", "？")


def can_matter(part: str, found: Sequence[UserAct], situation: Situation) -> bool:
    """Whether what the sentence does could change anything: not in a first one, nor beside conditions."""
    return situation.turn > 1 and all(_is_open(act, part) or _is_weak(act) for act in found)


def with_reactions(
    text: str, found: Sequence[UserAct], situation: Situation, talk: Talk
) -> tuple[UserAct, ...]:
    """The acts of a sentence; at least one."""
    kept = [act for act in found if talk.wish >= NO_WISH or not is_guess(act)]
    named = next((act.items for act in kept if isinstance(act, acts.Similar | acts.AskItem)), ())
    nearest = situation.shown.nearest
    meant = named or (() if nearest is None else (nearest,))
    if meant:
        kept = _judged(text.strip(), kept, meant, talk)
    if (
        talk.wish < NO_WISH
        and talk.more < NO_WISH
        and all(isinstance(act, acts.Surprise | acts.More) for act in kept)
    ):
        # Small talk asks for nothing.
        kept = [acts.Thank(text.strip())]
    return tuple(kept) or (acts.Thank(text.strip()),)


def _judged(words: str, kept: list[UserAct], meant: tuple[ItemId, ...], talk: Talk) -> list[UserAct]:
    """With what is said of the items that are meant, where no rule has found a verdict."""
    verdicts = [act for act in kept if isinstance(act, _VERDICTS)]
    added = _verdict(words, meant, talk) if not verdicts else _known_too(words, verdicts, talk)
    if isinstance(added, acts.AskItem) and any(isinstance(act, acts.OutOfScope) for act in kept):
        added = None  # "what's the weather like?": a question, but about nothing that is shown
    if added is None:
        idle = talk.ask < NO_QUESTION and len(words.split()) > _FEW_WORDS
        return [a for a in kept if not (idle and isinstance(a, acts.AskItem) and _is_open(a, words))]
    return [added, *(act for act in kept if not _is_open(act, words))]


def _verdict(words: str, meant: tuple[ItemId, ...], talk: Talk) -> UserAct | None:
    """The surest of what a sentence without a verdict does."""
    told = {name: getattr(talk, name) for name in ("seen", "accept", "reject", "more", "ask")}
    best = max(told, key=lambda name: told[name])
    if told[best] < SURE:
        return None
    match best:
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


def _known_too(words: str, verdicts: Sequence[UserAct], talk: Talk) -> UserAct | None:
    """ "I loved that one" likes it and has seen it."""
    liked = next((act.items for act in verdicts if isinstance(act, acts.Like)), ())
    known = any(isinstance(act, acts.Seen) for act in verdicts)
    return acts.Seen(words, liked) if liked and not known and talk.seen >= SURE else None


def _is_open(act: UserAct, words: str) -> bool:
    """What is made of words that rules know nothing firm of: a title alone, "it" alone, nothing."""
    match act:
        case acts.AskItem(_, _, facet, value, shows):
            return not (facet or value or shows) and not words.rstrip().endswith(_QUESTION_MARKS)
        case acts.Similar(quote, _):
            return quote[:1].isupper()  # by its title, with no word for likeness
        case _:
            return isinstance(act, _OPEN)


def _is_weak(act: UserAct) -> bool:
    return is_guess(act) or isinstance(act, _VERDICTS)
