"""Utterances that are one set phrase: "hi", "thanks", "start over", "show me more"."""

from __future__ import annotations

from collections.abc import Callable

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.understanding.mentions import LabelMention, ReferenceMention, ValueMention
from chatbot.understanding.reading import Reading

# List in the data file → the act of an utterance that is one of its phrases.
_WHOLE: dict[str, Callable[[str], UserAct]] = {
    "small_talk": acts.Chat,
    "start_over": acts.StartOver,
    "undo": acts.Undo,
    "greet": acts.Greet,
    "thank": acts.Thank,
    "more": acts.More,
    "surprise": acts.Surprise,
    "accept": acts.Thank,
    "yes": acts.More,
}
_FEW = 3  # small words that may follow a greeting or thanks: "hi there you"


def set_phrase(reading: Reading) -> UserAct | None:
    """The act of a whole utterance, or None if it says more than a set phrase."""
    s = reading.sentence
    for name, make in _WHOLE.items():
        if s.books[name].whole(s.tokens):
            act = make(reading.text)
            if isinstance(act, acts.Surprise):
                return acts.Surprise(reading.text, s.has("indifferent"))
            return act
    special = _special(reading)
    if special is not None:
        return special
    if s.has("forget_me") or (s.has("erasing") and s.has("about_me")):
        return acts.ForgetMe(reading.text)
    if s.has("start_over") and not s.of(ValueMention) and _says_only(reading, "start_over"):
        return acts.StartOver(reading.text)
    if s.has("goes_back") and _names_nothing(reading) and _says_only(reading, "goes_back"):
        return acts.Undo(reading.text)
    spoken = [t for t in s.tokens if t.kind != "mark"]
    for name in ("greet", "thank"):
        length = s.books[name].at(spoken, 0) if spoken else 0
        rest = spoken[length:]
        only_small_words = all(t.norm in reading.filler for t in rest) and len(rest) <= _FEW
        if length and only_small_words and not s.mentions:
            return _WHOLE[name](reading.text)
    return None


def _special(reading: Reading) -> UserAct | None:
    """Leaving, refusing all that is shown, asking for a person, for reasons or for an earlier list."""
    s, shown = reading.sentence, reading.situation.shown
    if s.has("speaks_to_person") and not s.references():
        return acts.AskForPerson(reading.text)
    if _leaves(reading):
        return acts.Thank(reading.text)
    if s.books["no"].whole(s.tokens) and shown.items:
        return acts.More(reading.text)
    if not shown.meant and _asks_why_only(reading):
        return acts.Why(reading.text, ())
    return _recall(reading)


def _leaves(reading: Reading) -> bool:
    """ "This isn't working, bye": who leaves wants nothing more, and takes nothing back."""
    s = reading.sentence
    names = ("farewell", "gives_up", "thank")
    told = {p for name in names for a, b in s.spans(name) for p in range(a, b)}
    if not s.has("farewell") or any(m.start not in told for m in s.mentions):
        return False
    rest = [t for p, t in enumerate(s.tokens) if p not in told and t.kind != "mark"]
    return all(t.norm in reading.filler for t in rest)


def _asks_why_only(reading: Reading) -> bool:
    """ "Why do you recommend that?", where nothing was recommended."""
    s = reading.sentence
    if not s.begins("why") or s.begins("why_not") or s.has("think_so") or any(s.negated):
        return False
    return not s.mentions and not any(True for _ in s.leftovers(reading.filler))


def _recall(reading: Reading) -> acts.Recall | None:
    """ "Show me the first list again"."""
    s = reading.sentence
    wants = s.has("again") or bool(s.begins("shows"))
    for start, _ in s.spans("shown_list") if wants and s.has("again") else ():
        place = s.finder.place_before(s.tokens, start)
        if place is not None:
            return acts.Recall(reading.text, place)
    return None


def _names_nothing(reading: Reading) -> bool:
    """True if nothing is spoken of but, perhaps, what is shown or was asked for as such."""
    return all(isinstance(m, (ReferenceMention, LabelMention)) for m in reading.sentence.mentions)


def _says_only(reading: Reading, name: str) -> bool:
    """ "How do I reset my router?" is no wish to begin afresh: beside the cue only small words stand."""
    s = reading.sentence
    if not s.begins("question"):
        return True
    before = list(s.used)
    for start, end in s.spans(name):
        s.use_span(start, end)
    says_more = any(True for _ in s.leftovers(reading.filler))
    s.used[:] = before
    return not says_more


def no_questions(reading: Reading) -> None:
    """ "please don't ask me questions", beside whatever else is said."""
    for start, end in reading.sentence.cue("no_questions"):
        reading.found.append(acts.NoQuestions(reading.sentence.quote(start, end)))
        reading.sentence.use_span(start, end)
