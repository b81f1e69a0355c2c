"""What is said of items to people: is it true, is it about them, is it different each time, is it quick?

In: the running product, catalogues, chat models to compare. Out: a `GenerateRun`. Simulated people open a
conversation with what they wish; each item shown for it is a card, one (item, person) pair. The same people
speak to every system. The clock cuts no reply short here, so that what is said depends on no load.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from chatbot.build import Parley, make_closest
from chatbot.evaluation.benchmarks.listening import ListeningWriter, Overheard
from chatbot.evaluation.benchmarks.quality import Quality, SeenReply, quality_of
from chatbot.evaluation.oracle import unsupported_figures, unsupported_names
from chatbot.evaluation.people.drawing import draw_person
from chatbot.evaluation.people.keeping import SilentWriter
from chatbot.evaluation.people.speech import Speech
from chatbot.evaluation.second_check import SecondCheck
from chatbot.evaluation.stage import Stage, open_stage
from chatbot.events import TurnRecord
from generator.chat_model import ChatModel, Message, Sampling, SteerableChatModel, SteerRequest
from generator.peers import LibraryChatModel
from retriever.catalogue import Catalogue
from retriever.errors import InputError
from retriever.timing import Ratio, alternate, at_least, ratio_of_medians

_MOST_PEOPLE = 60  # for each card wanted: enough where most are shown what others were shown
_TOKENS = 60
_CARD_TOKENS, _WARMTH = 96, 0.7  # as the writer asks for cards


@dataclass(frozen=True, slots=True)
class Contender:
    """A system: a chat model, or None for plain sentences alone. `as_tuned`: see `ListeningWriter`."""

    name: str
    chat_model: ChatModel | None
    as_tuned: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """So many replies with so many cards in all; the peer writes one card at a time."""

    replies: int
    cards: int
    ours_per_s: float
    peer_per_s: float
    ratio: Ratio


@dataclass(frozen=True, slots=True)
class Decoding:
    """Tokens a second over the same prompts, reading them included, one answer at a time; `ratio`: the
    peer's time for a token over ours.

    The peer writes as many tokens as we do. `together`: the same of the cards of several replies, those of
    one steered side by side; None where none were.
    """

    peer: str
    prompts: int
    ours_per_s: float
    peer_per_s: float
    ratio: Ratio
    together: Together | None = None


@dataclass(frozen=True, slots=True)
class ShownCard:
    """What somebody read of an item, for reading by hand."""

    system: str
    catalogue: str
    said: str
    item: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class GenerateRun:
    """`cards`: of each system, over all catalogues; `decoding`: None without a peer."""

    catalogues: tuple[str, ...]
    cards: int
    qualities: tuple[Quality, ...]
    decoding: Decoding | None
    shown: tuple[ShownCard, ...] = field(repr=False)


def run_generate(
    parley: Parley,
    catalogues: Sequence[str],
    contenders: Sequence[Contender],
    *,
    cards: int = 60,
    peer: LibraryChatModel | None = None,
    timed: int = 8,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> GenerateRun:
    """Measure; the first contender is the one whose decoding is timed beside the peer's.

    Raises:
        InputError: a size is below 1, or a catalogue shows too little for people's wishes.
        UnknownCatalogue: one is not loaded.
    """
    at_least("--pairs", cards, len(catalogues))
    at_least("--timed", timed)
    qualities, shown, prompts = [], list[ShownCard](), list[tuple[Message, ...]]()
    together: list[tuple[SteerRequest, ...]] = []
    for contender in contenders:
        if contender.chat_model is not None:
            contender.chat_model.warm_up()
        tell(f"{contender.name}: {cards} cards over {', '.join(catalogues)}")
        replies = list(_replies(parley, catalogues, contender, cards, seed))
        qualities.append(quality_of(contender.name, replies))
        shown += [
            ShownCard(contender.name, one.catalogue, one.said, r.item.id, r.item.title, r.reason)
            for one in replies
            for r in one.cards
        ]
        if contender is contenders[0]:
            prompts = [each.messages for one in replies for each in one.overheard.spoken]
            together = [one.overheard.together for one in replies if len(one.overheard.together) > 1]
    decoding = None
    model = contenders[0].chat_model
    if peer is not None and model is not None and prompts:
        tell(f"decoding beside {peer.name}")
        some = prompts[:: max(1, len(prompts) // timed)][:timed]
        decoding = time_decoding(model, peer, some, seed, together=together[:timed])
    return GenerateRun(tuple(catalogues), cards, tuple(qualities), decoding, tuple(shown))


def _replies(
    parley: Parley, catalogues: Sequence[str], contender: Contender, cards: int, seed: int
) -> Iterator[SeenReply]:
    """Replies that show so many cards in all, shared out evenly: each item once, to whom it comes first."""
    writer = ListeningWriter(
        contender.chat_model, closest=make_closest(parley.encoder), as_tuned=contender.as_tuned
    )
    # Looked at in silence first: words take a hundred times as long.
    with open_stage(parley, writer) as stage, open_stage(parley, SilentWriter()) as silent:
        for place, name in enumerate(catalogues):
            wanted = (cards + place) // len(catalogues)
            second = SecondCheck(stage.catalogue(name))
            seen: set[str] = set()
            for number in range(_MOST_PEOPLE * wanted):
                if len(seen) >= wanted:
                    break
                said = _opening(second.catalogue, number, seed)
                record = _performed(silent, second.catalogue, number, seed, said)
                if all(item["id"] in seen for item in record.items):
                    continue
                writer.message_comes()
                record = _performed(stage, second.catalogue, number, seed, said)
                reply = _seen(record, writer.heard[-1], second, said, seen, wanted - len(seen))
                if reply is not None:
                    seen |= {card.item.id for card in reply.cards}
                    yield reply
            if len(seen) < wanted:
                raise InputError(
                    f"{wanted - len(seen)} items short of {name!r}: it shows too few for people's wishes; "
                    "ask for fewer with --pairs, or leave it out"
                )


def _opening(catalogue: Catalogue, number: int, seed: int) -> str:
    """What a person says first."""
    person = draw_person(catalogue, number, seed)
    draw = random.Random(f"{seed} {number} {catalogue.name} words")
    return Speech(catalogue, draw, 0.0).opening(person.wishes[: draw.randint(1, 2)])


def _performed(stage: Stage, catalogue: Catalogue, number: int, seed: int, said: str) -> TurnRecord:
    """The first turn of a person's conversation."""
    stage.begin(f"{seed} {number} {catalogue.name}")
    return stage.finish(stage.chatbot.reply(stage.chatbot.start(catalogue.name), said))


def _seen(
    record: TurnRecord,
    overheard: Overheard,
    second: SecondCheck,
    said: str,
    seen: Collection[str],
    most: int,
) -> SeenReply | None:
    """A reply with the cards of items that nobody has `seen`; None where there are none."""
    cards = tuple(card for card in overheard.reply.recommendations if card.item.id not in seen)[:most]
    if not record.cards or not cards:
        return None
    # The cards say in full what the text may have said before.
    shown = replace(record, text="\n\n".join([record.text, *(card.reason for card in record.cards)]))
    catalogue = second.catalogue
    unsupported = {*unsupported_names(catalogue, [shown]), *unsupported_figures(catalogue, [shown])}
    return SeenReply(
        catalogue=catalogue.name,
        said=said,
        overheard=overheard,
        cards=cards,
        unsupported=tuple(sorted(unsupported)),
        doubted=tuple(tuple(second.unsupported(card.reason, card.item, said)) for card in cards),
    )


def time_decoding(
    model: ChatModel,
    peer: LibraryChatModel,
    prompts: Sequence[tuple[Message, ...]],
    seed: int = 0,
    *,
    together: Sequence[Sequence[SteerRequest]] = (),
) -> Decoding:
    """Both answer each prompt once, by turns, after a first one that is not counted.

    The peer writes as many tokens as our answer has, so that reading the prompt weighs alike. `together`:
    what replies ask for their cards, steered side by side, a reply a round; the peer writes those one by one.
    """

    def ours(number: int) -> list[str]:
        return ["".join(model.stream(prompts[number % len(prompts)], Sampling(_TOKENS, deadline_s=120.0)))]

    def cards(number: int) -> list[str]:
        assert isinstance(model, SteerableChatModel)  # only then are there groups
        asked = groups[number % len(groups)]
        texts = [""] * len(asked)
        for place, piece in model.steer_all(asked, Sampling(_CARD_TOKENS, _WARMTH, deadline_s=120.0)):
            texts[place] += piece
        return texts

    def by_peer(asked: Sequence[Sequence[Message]], lengths: Sequence[int]) -> None:
        for messages, length in zip(asked, lengths, strict=True):
            peer.answer(messages, length, exactly=True)

    def lengths_of(texts: Sequence[str]) -> list[int]:
        return [max(1, peer.tokens(text)) for text in texts]

    groups = together if isinstance(model, SteerableChatModel) else ()
    rounds = max(len(prompts), len(groups))
    alone = [lengths_of(ours(number)) for number in range(len(prompts))]
    beside = [lengths_of(cards(number)) for number in range(len(groups))]
    actions: dict[str, Callable[[int], object]] = {
        "ours": ours,
        "peer": lambda n: by_peer([prompts[n % len(prompts)]], alone[n % len(prompts)]),
    }
    if groups:
        actions["cards"] = cards
        actions["peer's cards"] = lambda n: by_peer(
            [one.messages for one in groups[n % len(groups)]], beside[n % len(groups)]
        )
    taken = alternate(actions, rounds, warm_up=1)
    rates = {
        name: _rate(taken[name], [sum(lengths[(n + 1) % len(lengths)]) for n in range(rounds)])
        for name, lengths in zip(actions, (alone, alone, beside, beside), strict=False)
    }
    return Decoding(
        peer=peer.name,
        prompts=len(prompts),
        ours_per_s=rates["ours"][0],
        peer_per_s=rates["peer"][0],
        ratio=ratio_of_medians(rates["peer"][1], rates["ours"][1], seed),
        together=Together(
            replies=len(groups),
            cards=sum(map(len, groups)),
            ours_per_s=rates["cards"][0],
            peer_per_s=rates["peer's cards"][0],
            ratio=ratio_of_medians(rates["peer's cards"][1], rates["cards"][1], seed),
        )
        if groups
        else None,
    )


def _rate(seconds: Sequence[float], tokens: Sequence[int]) -> tuple[float, list[float]]:
    """Tokens a second over all rounds, and each round's seconds a token."""
    return sum(tokens) / sum(seconds), [s / n for s, n in zip(seconds, tokens, strict=True)]
