"""What replies are worth, counted: truth, the person's own words, variety, length, speed.

In: replies with the cards that are looked at. Out: a `Quality`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatbot.evaluation.benchmarks.listening import Overheard
from chatbot.evaluation.wording import count_words, without_quotations, words
from generator.replies import Recommendation
from generator.splitting import sentences_of
from generator.variety import distinct_2, share_an_opening
from retriever.timing import Spread, spread
from retriever.tokens import framed_stems

_LEAST_LETTERS = 3  # of a quotation that counts as somebody's words
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class SeenReply:
    """A reply to `said`. `cards`: those looked at, of items that nobody was shown before; `unsupported`:
    names and figures of its text that neither the catalogue nor the person has, by the oracle; `doubted`:
    what `SecondCheck` finds nowhere, by card.
    """

    catalogue: str
    said: str
    overheard: Overheard
    cards: tuple[Recommendation, ...]
    unsupported: tuple[str, ...]
    doubted: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """One system's. What only a chat model has is None for plain sentences.

    `ungrounded_shown`: names and figures that nobody has, in what was shown. `doubted_share`: of the cards,
    those with a claim that `SecondCheck` finds nowhere, whoever wrote it. `removed_share`: of the chat
    model's sentences that were looked at (removed or shown), those removed; `free_removed_share`: the same of
    sentences in its own words, leaving out those that it was steered to. Of the `reasoned` cards, whose
    item meets something that the person said: `quoted_share`, those that quote the person in quotation marks;
    `own_words_share`, those or with the same words, by their stems, outside of the item's description.
    `shared_openings`: replies, of those with several cards, in which two cards begin with the same three
    words. `fallback_share`: cards without a sentence of the chat model. `words_per_s`: while it writes.
    `first_card`: see `Overheard`. `degraded`: replies in which the chat model failed.
    """

    system: str
    cards: int
    replies: int
    ungrounded_shown: int
    ungrounded: tuple[str, ...]
    doubted_share: float | None
    doubted: tuple[str, ...]
    spoken_sentences: int | None
    removed_share: float | None
    free_removed_share: float | None
    reasoned: int
    quoted_share: float | None
    own_words_share: float | None
    distinct_2: float
    shared_openings: float | None
    words_a_card: float
    fallback_share: float | None
    words_per_s: float | None
    first_words: Spread
    first_card: Spread
    whole_reply: Spread
    degraded: int


def quality_of(system: str, replies: Sequence[SeenReply]) -> Quality:
    """Count all of it.

    Raises:
        ValueError: without a card.
    """
    reasons = [card.reason for one in replies for card in one.cards]
    if not reasons:
        raise ValueError(f"{system} showed no card")
    spoken = [each for one in replies for each in one.overheard.spoken]
    speaks = bool(spoken)
    shown = sum(len(_shown_sentences(one)) for one in replies)
    free = sum(len(_shown_sentences(one, free=True)) for one in replies)
    removed = sum(one.overheard.reply.ungrounded_removed for one in replies)
    several = [one for one in replies if len(one.cards) > 1]
    reasoned = [(one.said, *pair) for one in replies for pair in _reasoned(one)]
    quoting = [quotes_person(card.reason, said) for said, card, _ in reasoned]
    speaking = [uses_words(card, quotes) for _, card, quotes in reasoned]
    written_s = sum(each.seconds for each in spoken)
    first_cards = [one.overheard.first_card_s for one in replies if one.overheard.first_card_s is not None]
    return Quality(
        system=system,
        cards=len(reasons),
        replies=len(replies),
        ungrounded_shown=sum(len(one.unsupported) for one in replies),
        ungrounded=tuple(sorted({name for one in replies for name in one.unsupported})),
        doubted_share=_share([bool(claims) for one in replies for claims in one.doubted]),
        doubted=tuple(sorted({claim for one in replies for claims in one.doubted for claim in claims})),
        spoken_sentences=shown + removed if speaks else None,
        removed_share=removed / (shown + removed) if speaks and shown + removed else None,
        # Steered sentences are true by construction, so that what is removed was free.
        free_removed_share=removed / (free + removed) if free + removed else None,
        reasoned=len(quoting),
        quoted_share=_share(quoting),
        own_words_share=_share([a or b for a, b in zip(quoting, speaking, strict=True)]),
        distinct_2=distinct_2(reasons),
        shared_openings=_share([share_an_opening([card.reason for card in one.cards]) for one in several]),
        words_a_card=sum(map(count_words, reasons)) / len(reasons),
        fallback_share=_share([fell for one in replies for fell in _fallen_back(one)]) if speaks else None,
        words_per_s=sum(count_words(each.text) for each in spoken) / written_s if written_s else None,
        first_words=spread([one.overheard.first_words_s for one in replies]),
        first_card=spread(first_cards),
        whole_reply=spread([one.overheard.total_s for one in replies]),
        degraded=sum(one.overheard.reply.degraded for one in replies),
    )


def quotes_person(text: str, said: str) -> bool:
    """Whether something between quotation marks in the text is what the person said, word for word."""
    folded = _spaced(said)
    return any(
        len(quoted.replace(" ", "")) >= _LEAST_LETTERS and f" {quoted} " in f" {folded} "
        for quoted in map(_spaced, _quotations(text))
    )


def _quotations(text: str) -> Iterator[str]:
    for first, last in words()["quotes"]["pairs"]:
        yield from re.findall(f"{re.escape(first)}([^{re.escape(last)}]*){re.escape(last)}", text)


def _spaced(text: str) -> str:
    """Letters and digits only, with one blank between words."""
    return _NOT_LETTERS.sub(" ", text.casefold()).strip()


def uses_words(card: Recommendation, quotes: Sequence[str]) -> bool:
    """Whether the words of one of the quotes stand in a row on the card, outside of the description's own."""
    text = framed_stems(without_quotations(card.reason, [card.item.description]))
    return any(framed_stems(quote) in text for quote in quotes)


def _reasoned(one: SeenReply) -> Iterator[tuple[Recommendation, list[str]]]:
    """The cards whose evidence has something that the person said, with what they said."""
    evidence = {each.item.id: each for each in one.overheard.evidence.items}
    for card in one.cards:
        item = evidence[card.item.id]
        sources = [*(each.source for each in item.met), *(each.source for each in item.matched)]
        if quotes := [source.quote for source in sources if source.quote]:
            yield card, quotes


def _shown_sentences(one: SeenReply, *, free: bool = False) -> list[str]:
    """The chat model's sentences that stand on one of the reply's cards; with `free`, those not steered."""
    cards = [_spaced(card.reason) for card in one.overheard.reply.recommendations]
    titles = [card.item.title for card in one.overheard.reply.recommendations]
    sentences = {
        _spaced(sentence)
        for each in one.overheard.spoken
        if each.free or not free
        for sentence in sentences_of(" ".join(each.text.split()), titles)
    }
    return [sentence for sentence in sentences if sentence and any(sentence in card for card in cards)]


def _fallen_back(one: SeenReply) -> list[bool]:
    """For each card, whether no sentence of the chat model stands on it."""
    shown = _shown_sentences(one)
    return [not any(sentence in _spaced(card.reason) for sentence in shown) for card in one.cards]


def _share(truths: Sequence[bool]) -> float | None:
    return sum(truths) / len(truths) if truths else None
