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

NO_WISH = 0.3  # below this share of `wish`, free themes are dropped
SURE = 0.7  # from this share on, something is taken as said
_OPEN = (acts.OutOfScope, acts.Surprise, acts.More, acts.Thank, acts.Greet)
_VERDICTS = (acts.Seen, acts.Like, acts.Dislike)
_QUESTIONS = (acts.AskItem, acts.AskUnknown, acts.AskCatalogue, acts.Why, acts.Compare)


def can_matter(found: Sequence[UserAct], situation: Situation) -> bool:
    """Whether what the sentence does could change anything: not in a first one, nor beside conditions."""
    return situation.turn > 1 and not any(_is_firm(act) for act in found)


def with_reactions(
    text: str, found: Sequence[UserAct], situation: Situation, talk: Talk
) -> tuple[UserAct, ...]:
    """The acts of a sentence; at least one."""
    kept = [act for act in found if talk.wish >= NO_WISH or not is_guess(act)]
    meant = situation.shown.nearest
    if meant is not None:
        kept = _judged(text, kept, (meant,), talk)
    return tuple(kept) or (acts.OutOfScope(text.strip()),)


def _judged(text: str, kept: list[UserAct], meant: tuple[ItemId, ...], talk: Talk) -> list[UserAct]:
    """With what is said of the item that is meant, where no rule has found a verdict or question."""
    words = text.strip()
    if any(isinstance(act, _QUESTIONS) for act in kept):
        return kept
    found: list[UserAct] = []
    verdicts = [act for act in kept if isinstance(act, _VERDICTS)]
    if talk.seen >= SURE and not any(isinstance(act, acts.Seen) for act in verdicts):
        named = next((act.items for act in verdicts if act.items), meant)
        found.append(acts.Seen(words, named))
    if talk.reject >= SURE and talk.reject > talk.accept and not verdicts:
        found.append(acts.Dislike(words, meant))
    elif talk.accept >= SURE and not verdicts and talk.accept > talk.seen:
        found.append(acts.Like(words, meant))
    if not found and not verdicts and talk.more >= SURE and all(isinstance(act, _OPEN) for act in kept):
        found.append(acts.More(words))
    if not found and not verdicts and talk.ask >= SURE and talk.ask > talk.more:
        found.append(acts.AskItem(words, meant))
    return [*found, *(act for act in kept if not (found and isinstance(act, _OPEN)))]


def _is_firm(act: UserAct) -> bool:
    return not is_guess(act) and not isinstance(act, (*_OPEN, *_VERDICTS))
