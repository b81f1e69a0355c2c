"""Where a turn's time goes, for one person and for many at once, beside the naive pipeline.

In: the running product over the demo catalogues, and a peer. Out: a `TurnRun`. Conversations are scripted;
people are threads with a session each, who answer at once. Sessions are kept in the product's own store.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from chatbot.build import Parley
from chatbot.evaluation.benchmarks.believing import profile_updates
from chatbot.evaluation.benchmarks.naive import NaivePipeline
from chatbot.evaluation.benchmarks.spoken import Conversation, conversations
from chatbot.events import Done, TextPiece
from generator.collecting import WRITING_THREAD
from retriever.errors import ParleyError
from retriever.timing import Ratio, Spread, at_least, ratio_of_medians, spread

OURS = "Parley"
LEAST_TURNS = 2  # that each of many people has with us; with the peer, which has no second turn, one


@dataclass(frozen=True, slots=True)
class TurnTimes:
    """One turn: seconds a stage, whether the chat model failed or was too slow, sentences removed."""

    seconds: dict[str, float]
    degraded: bool = False
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Crowd:
    """What one system did for so many people at once, over all rounds.

    `stages`: by name. Ours: understand with its part profile, retrieve with its part policy, write,
    first_words, total; the peer's: encode, query, generate, total: it does not stream, so its first words are
    its last. `total_s`: of each turn.
    """

    system: str
    people: int
    turns: int
    turns_per_s: float
    stages: dict[str, Spread]
    degraded_turns: int
    removed_sentences: int
    total_s: tuple[float, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CrowdRatio:
    """The peer's median turn over ours, and our turns per second over the peer's, for so many people."""

    people: int
    turn_p50: Ratio
    turns_per_s: float


@dataclass(frozen=True, slots=True)
class TurnRun:
    """All crowds, ours and the peer's; `peer` is empty where it was left out.

    `profile_update`: a turn's change of the fullest profile there can be, in processor time.
    """

    chat_model: str
    encoder: str
    peer: str
    crowds: tuple[Crowd, ...]
    ratios: tuple[CrowdRatio, ...]
    profile_update: Spread


@dataclass(slots=True)
class _Sum:
    """One system's turns for so many people, so far; `wall_s`: from the first word to the last."""

    turns: list[TurnTimes] = field(default_factory=list)
    wall_s: float = 0.0


Speak = Callable[[Conversation, int], list[TurnTimes]]
"""Hold the first turns of a conversation, so many."""


def run_turn(
    parley: Parley,
    peer: NaivePipeline | None,
    *,
    people: Sequence[int],
    rounds: int = 2,
    turns: int = 8,
    peer_rounds: int = 1,
    tell: Callable[[str], None] = lambda _: None,
    seed: int = 0,
) -> TurnRun:
    """Measure. One person has `turns` turns a round; of more people each has turns / people, at least two.

    The peer takes part in the first `peer_rounds` rounds, after us and before us by turns; a person has half
    as many turns with it, at least one. `tell` gets a line before each part.

    Raises:
        InputError: a size is below 1.
        UnknownCatalogue: a demo catalogue is not loaded.
    """
    for name, number in (("--rounds", rounds), ("--turns", turns), *(("--people", one) for one in people)):
        at_least(name, number)
    speakers: dict[str, Speak] = {OURS: lambda talk, most: _with_us(parley, talk, most)}
    if peer is not None:
        speakers["peer"] = lambda talk, most: _with_peer(peer, talk, most)
    for speak in speakers.values():
        for talk in conversations()[:2]:
            speak(talk, LEAST_TURNS)
    sums = {(name, count): _Sum() for count in people for name in speakers}
    for number in range(rounds):
        now = [name for name in speakers if name == OURS or number < peer_rounds]
        for count in people:
            for name in now if number % 2 == 0 else reversed(now):
                tell(f"round {number + 1}: {name}, {count} at once")
                most, least = (turns, LEAST_TURNS) if name == OURS else ((turns + 1) // 2, 1)
                each = max(min(most, least), most // count)
                _round(speakers[name], count, each, number, sums[name, count])
    crowds = {key: _crowd(*key, one) for key, one in sums.items() if one.turns}
    ratios = tuple(
        CrowdRatio(
            count,
            ratio_of_medians(crowds["peer", count].total_s, crowds[OURS, count].total_s, seed),
            crowds[OURS, count].turns_per_s / crowds["peer", count].turns_per_s,
        )
        for count in people
        if ("peer", count) in crowds
    )
    model = parley.chat_model
    return TurnRun(
        chat_model=model.name if model is not None else "none",
        encoder=parley.encoder.name,
        peer=peer.name if peer is not None else "",
        crowds=tuple(crowds.values()),
        ratios=ratios,
        profile_update=profile_updates(),
    )


def _round(speak: Speak, people: int, turns: int, number: int, total: _Sum) -> None:
    """All people at once, each with so many turns of a conversation; adds to the sum."""
    known = conversations()
    begin = threading.Barrier(people)

    def person(place: int) -> list[TurnTimes]:
        begin.wait()
        return speak(known[(place + number) % len(known)], turns)

    begun = time.perf_counter()
    with ThreadPoolExecutor(people) as pool:
        for times in pool.map(person, range(people)):
            total.turns += times
    total.wall_s += time.perf_counter() - begun
    until_quiet()


def until_quiet() -> None:
    """Wait for what replies that were cut left writing: it would slow what is measured next, ours or not.

    It ends by itself, having the reply's deadline too. A process that ends before it aborts.
    """
    for thread in threading.enumerate():
        if thread.name == WRITING_THREAD:
            thread.join()


def _with_us(parley: Parley, talk: Conversation, most: int) -> list[TurnTimes]:
    session = parley.chatbot.start(talk.catalogue)
    return [_our_turn(parley, session, text) for text in talk.texts[:most]]


def _our_turn(parley: Parley, session: str, text: str) -> TurnTimes:
    begun = time.perf_counter()
    first: float | None = None
    for event in parley.chatbot.reply(session, text):
        if first is None and isinstance(event, TextPiece) and event.text.strip():
            first = time.perf_counter() - begun
        if isinstance(event, Done):
            total = time.perf_counter() - begun
            seconds = {stage: ms / 1000 for stage, ms in event.turn.timings_ms.items()}
            seconds |= {"first_words": total if first is None else first, "total": total}
            return TurnTimes(seconds, event.turn.degraded, event.turn.ungrounded_removed)
    raise ParleyError("the turn ended without a reply")


def _with_peer(peer: NaivePipeline, talk: Conversation, most: int) -> list[TurnTimes]:
    return [TurnTimes(peer.turn(talk.catalogue, text).seconds) for text in talk.texts[:most]]


def _crowd(system: str, people: int, total: _Sum) -> Crowd:
    stages = dict.fromkeys(stage for turn in total.turns for stage in turn.seconds)
    taken = {stage: [t.seconds[stage] for t in total.turns if stage in t.seconds] for stage in stages}
    return Crowd(
        system=system,
        people=people,
        turns=len(total.turns),
        turns_per_s=len(total.turns) / total.wall_s,
        stages={stage: spread(seconds) for stage, seconds in taken.items()},
        degraded_turns=sum(turn.degraded for turn in total.turns),
        removed_sentences=sum(turn.removed for turn in total.turns),
        total_s=tuple(taken["total"]),
    )
