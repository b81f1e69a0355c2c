"""Items that are spoken of with a verdict: seen, liked, disliked."""

from __future__ import annotations

from collections.abc import Callable

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.understanding.mentions import ItemMention
from chatbot.understanding.reading import Reading
from chatbot.understanding.sentence import Sentence
from retriever.domain import ItemId

_NEAR = 3  # tokens between an item and its verdict


def judgements(reading: Reading) -> None:
    """Adds what was seen, liked or disliked, one act for the items of a clause."""
    _not_known(reading)
    _seen_by_name(reading)
    s = reading.sentence
    for reference in s.references():
        if s.used[reference.start]:
            continue
        make = _verdict(s, reference)
        if make is None:
            continue
        first, last = s.clause(reference.start)
        together = [r for r in s.references() if first <= r.start < last]
        items = tuple(dict.fromkeys(item for r in together for item in r.items))
        reading.found.append(make(s.quote(first, last), items))
        for other in together:
            s.use(other)
        for name in ("seen", "like_item", "dislike_item", "not_my_taste", "love", "basket"):
            for cue in s.cue(name):
                if first <= cue[0] < last:
                    s.use_span(*cue)
    _refusal(reading)


def _not_known(reading: Reading) -> None:
    """ "I've never heard of it": accounts for the words and for what they are about; that is no verdict."""
    s = reading.sentence
    for start, end in s.cue("unknown_to_me"):
        first, last = s.clause(start)
        for reference in s.references():
            if first <= reference.start < last:
                s.use(reference)
        s.use_span(first, max(end, last))


def _refusal(reading: Reading) -> None:
    """ "Boring!", "that's awful": a verdict and nothing else is on what is talked about or shown."""
    s, shown = reading.sentence, reading.situation.shown
    if shown.meant and s.books["refusal"].whole(s.tokens):
        reading.found.append(acts.Dislike(reading.text, shown.meant))
    cues = s.cue("dislike_item")
    if reading.found or s.mentions or not cues or not shown.meant or s.has("asks_for"):
        return
    if any(s.negated[start] or _names_something(reading, start) for start, _ in cues):
        return
    used = list(s.used)
    for cue in cues:
        s.use_span(*cue)
    if reading.unexplained() or any(reading.lexicon.stems(t.norm) in reading.lexicon.nouns for t in s.tokens):
        s.used[:] = used
        return
    reading.found.append(acts.Dislike(reading.text, shown.meant))


def _names_something(reading: Reading, place: int) -> bool:
    """ "a bad one" is no verdict on what is shown."""
    s = reading.sentence
    return place > 0 and s.books.is_a("article", s.tokens[place - 1].norm)


def is_request(s: Sentence, place: int) -> bool:
    """True if the attitude at `place` asks ("I'd like …", "would love …") and doesn't judge ("I like …")."""
    before = s.tokens[place - 1].norm if place else ""
    is_a = s.books.is_a
    if not before:
        return False
    return is_a("asking", before) or (is_a("attitude", s.tokens[place].norm) and not is_a("judging", before))


def _seen_by_name(reading: Reading) -> None:
    """ "I've seen Se7en and Roma": names that are no title here, or nearly one, are no interest."""
    s = reading.sentence
    if not any(not s.used[start] for start, _ in s.cue("seen")):
        return
    used = list(s.used)
    for mention in s.mentions:
        s.use(mention)  # what is known is no name that isn't
    runs = list(s.leftovers(reading.filler))
    s.used[:] = used
    for start, end in runs:
        named = s.quote(start, end)
        if not named[:1].isupper():
            continue
        parts = [part for piece in named.split(",") for part in piece.split(" and ")]
        items = tuple(item for part in parts for item in s.finder.titles.nearest(part.strip()))
        s.use_span(start, end)
        reading.found.append(acts.Seen(reading.text, items))


def _verdict(s: Sentence, reference: ItemMention) -> Callable[[str, tuple[ItemId, ...]], UserAct] | None:
    """The act that is made of an item spoken of; None without a verdict."""
    if s.measures_against(reference):
        return None  # "not longer than Alien"
    if _has_verdict(s, reference, "seen"):
        return acts.Seen
    if s.has("basket"):
        return acts.Like  # what goes into the basket is chosen
    disliked = _has_verdict(s, reference, "dislike_item") or _has_verdict(s, reference, "not_my_taste")
    if disliked or s.negated[reference.start]:
        return acts.Dislike
    if (
        _has_verdict(s, reference, "like_item")
        and not _asks_for_similar(s, reference.start)
        and not _is_likened(s, reference.start)
    ):
        return acts.Like
    return None


def _has_verdict(s: Sentence, reference: ItemMention, name: str) -> bool:
    first, last = s.clause(reference.start)
    for start, end in s.cue(name):
        near = reference.start - end <= _NEAR and start - reference.end <= _NEAR
        if first <= start and end <= last and near and not is_request(s, start):
            return not (name == "like_item" and s.negated[start])
    return False


def _is_likened(s: Sentence, place: int) -> bool:
    """Words for likeness that are no words for liking, right before an item: "想看像《小王子》那样的"."""
    while place > 0 and s.tokens[place - 1].kind == "mark":
        place -= 1
    liking = {end for _, end in s.spans("like_item")}
    return any(end == place and end not in liking for _, end in s.spans("similar"))


def _asks_for_similar(s: Sentence, place: int) -> bool:
    """ "like Arrival" without a subject asks for its like; "I like Arrival" judges."""
    first, _ = s.clause(place)
    while place > first and s.books.is_a("article", s.tokens[place - 1].norm):
        place -= 1
    before = [token.norm for token in s.tokens[max(first, place - 3) : place]]
    subject = any(s.books.is_a("subject", word) for word in before)
    return bool(before) and s.books.is_a("like", before[-1]) and not subject
