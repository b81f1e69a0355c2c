"""What no other step explains: free themes ("about grief"), open requests ("surprise me"), out of scope."""

from __future__ import annotations

from dataclasses import replace

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.understanding.exclusions import exclude_words
from chatbot.understanding.mentions import LabelMention, ValueMention
from chatbot.understanding.reading import SOFT, STATED, Reading
from chatbot.understanding.tokens import phrase_of
from retriever.domain import TEXT_FACET, AnyOf, Constraint, OfTheme

# Below this cosine to its nearest item an utterance that names nothing is not about this catalogue.
# Measured with all-MiniLM-L6-v2, see tests/chatbot/test_scope.py.
FAR_FROM_CATALOGUE = 0.22
_MOST_GUESSED = 6  # runs of words of which it is guessed what values they mean, by a pass of the encoder
_STORY = 6  # words from which a free wish is told as a story
# From this cosine on, free words count as (weak) interest in a facet value.
NEAR_VALUE = 0.58


def themes(reading: Reading) -> None:
    """Adds the unexplained words as interests in a theme, or rules them out where they are negated."""
    s = reading.sentence
    for mention in s.of(LabelMention):
        s.use(mention)
    runs = _as_one_story(reading, reading.unexplained())
    if len(runs) > 1:
        # In one go, and remembered: one by one they cost a forward pass each.
        reading.retriever.encode([s.quote(start, end) for start, end in runs[:_MOST_GUESSED]])
    for place, (start, end) in enumerate(runs):
        words = s.quote(start, end)
        if s.points_at_card(start, end):
            continue  # "the red one" is no theme
        if all(reading.lexicon.stems(t.norm) in reading.filler for t in s.tokens[start:end]):
            continue  # "loves", "watched": other forms of small words
        if reading.found and all(s.books.is_a("idle", t.norm) for t in s.tokens[start:end]):
            continue  # "probably", "trying": beside what is said, they say nothing
        if s.negated[start]:
            exclude_words(reading, start, end)
            continue
        if place < _MOST_GUESSED:
            _value_near(reading, words)
        _text_wish(reading, start, end, words)
        reading.found.append(acts.Inform(words, reading.preference(OfTheme(words), STATED, words)))


def _as_one_story(reading: Reading, runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of words that name nothing are one description: "a man lives the same day again and again".

    Small words carry its sense, so they stay in.
    """
    s = reading.sentence
    first, last = runs[0][0] if runs else 0, len(s.tokens)
    while last > first and s.tokens[last - 1].kind == "mark":
        last -= 1
    tastes = all(isinstance(act, acts.Inform) for act in reading.found)
    first = min([first, *(m.start for m in s.mentions)]) if runs and tastes and s.mentions else first
    others = [m for m in s.mentions if not isinstance(m, ValueMention)]
    plain = tastes and not others and not any(s.negated) and s.clause(first)[1] >= last
    plain = plain and len(s.mentions) == len(reading.found)
    return [(first, last)] if runs and plain and last - first >= _STORY else runs


def open_requests(reading: Reading) -> None:
    """ "more", "surprise me" beside or instead of wishes; words far from everything are out of scope."""
    s, text = reading.sentence, reading.text
    stray = any(_is_theme(act) for act in reading.found)
    errand = bool(s.begins("errand") or s.has("errand_within")) and not s.references()
    requests = bool(s.begins("requesting")) and not all(is_guess(act) for act in reading.found)
    # "What we are after is a tent for two under 300": no question, though it begins like one.
    states = sum(isinstance(a, acts.Constrain) and not is_guess(a) for a in reading.found) > 1
    asks = s.has("asks_for") or requests or (states and not text.endswith("?")) or _asks_for_item(reading)
    puzzled = bool(s.begins("question")) and stray and not asks
    if errand or puzzled:
        # An errand, or a question with words that mean nothing here: not ours to answer.
        reading.found[:] = [acts.OutOfScope(text)]
    elif not reading.found:
        request = _open_request(reading)
        if request is not None:
            reading.found.append(request)
    elif (
        all(_is_theme(act) for act in reading.found)
        # Who asks for a present has come to the right place, whoever it is for.
        and not s.has("for_someone")
        and reading.retriever.closeness(text) < FAR_FROM_CATALOGUE
    ):
        reading.found[:] = [acts.OutOfScope(text)]


def _open_request(reading: Reading) -> UserAct | None:
    """What an utterance without any wish asks for."""
    s, text = reading.sentence, reading.text
    if s.cue("more"):
        return acts.More(text)
    if s.cue("surprise"):
        return acts.Surprise(text, s.has("indifferent"))
    if s.cue("thank"):
        return acts.Thank(text)
    if s.cue("greet"):
        return acts.Greet(text)
    if s.references():
        return acts.AskItem(text, tuple(item for r in s.references() for item in r.items))
    if not s.has("asks_for"):
        # "a film, please"
        named = any(reading.lexicon.stems(t.norm) in reading.lexicon.nouns for t in s.tokens)
        return acts.More(text) if named and not reading.unexplained() else None
    # Nothing that we can name, but a request: its meaning as a whole ranks.
    if any(t.kind == "number" for t in s.tokens) or s.has("possessive"):
        return acts.Inform(text, reading.preference(OfTheme(text), SOFT, text))
    return acts.Surprise(text, s.has("indifferent"))


def _asks_for_item(reading: Reading) -> bool:
    """ "what's the film with the rat who cooks": an item by what is in it."""
    s = reading.sentence
    return any(
        reading.lexicon.stems(token.norm) in reading.lexicon.nouns
        and place + 1 < len(s.tokens)
        and s.books.is_a("relative", s.tokens[place + 1].norm)
        for place, token in enumerate(s.tokens)
    )


def _is_theme(act: UserAct) -> bool:
    return isinstance(act, acts.Inform) and isinstance(act.preference.about, OfTheme)


def is_guess(act: UserAct) -> bool:
    """An interest in a theme, what it may mean, or its words: nothing that the catalogue surely has."""
    guessed = isinstance(act, acts.Inform) and act.preference.confidence < 1
    soft = isinstance(act, acts.Constrain | acts.Exclude) and act.constraint.facet == TEXT_FACET
    return _is_theme(act) or guessed or soft


def _text_wish(reading: Reading, start: int, end: int, words: str) -> None:
    """One or two words that stand in some item's text lower the items that lack them: "in leather"."""
    s = reading.sentence
    content = [t for t in s.tokens[start:end] if t.kind != "mark"]
    constraint = Constraint(TEXT_FACET, AnyOf((phrase_of(content),)), reading.source(words), hard=False)
    moves = s.has("opens_topic")
    introduced = s.before(start, "text_before", 0) or moves
    if len(content) <= 2 and introduced and reading.retriever.count((replace(constraint, hard=True),)):
        reading.found.append(acts.Constrain(words, constraint, adds=True, moves=moves))


def _value_near(reading: Reading, words: str) -> None:
    """Adds the facet values nearest in meaning to the words as weak interests."""
    for about, cosine in reading.retriever.nearest_values(words, 2):
        if cosine >= NEAR_VALUE:
            preference = replace(reading.preference(about, SOFT, words), confidence=round(cosine, 3))
            reading.found.append(acts.Inform(words, preference))
