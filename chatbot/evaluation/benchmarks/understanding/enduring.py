"""What understanding endures: utterances that nobody means well, through the door that people use.

In: the running product and how many. Out: an `EnduranceRun`: of each kind how many were read, how many were
refused as no message, how long the slowest took, and what raised.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chatbot.build import Parley
from chatbot.evaluation.hostile import hostile_utterances
from chatbot.messages import clean
from chatbot.understanding import Understanding
from chatbot.understanding.reader import Situation
from chatbot.understanding.words import load_language
from retriever.catalogue import Catalogue, values_of
from retriever.errors import InputError

# They load the encoder and try whether it reads Chinese, as a server does at its start.
_WARM = ("something quiet about the sea, please", "关于大海的安静故事")


@dataclass(frozen=True, slots=True)
class Endured:
    """One kind of utterances, over all catalogues. Times in wall-clock milliseconds."""

    kind: str
    utterances: int
    refused: int
    slowest_ms: float


@dataclass(frozen=True, slots=True)
class EnduranceRun:
    """Everything measured. `raised`: (kind, what, the text's beginning); `late`: over the limit."""

    kinds: tuple[Endured, ...]
    raised: tuple[tuple[str, str, str], ...]
    late: int
    limit_ms: float


def run_enduring(
    parley: Parley,
    readers: Sequence[tuple[str, str]],
    count: int,
    *,
    limit_ms: float = 100.0,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> EnduranceRun:
    """Read `count` utterances in all, shared out evenly; `readers`: pairs of catalogue and language."""
    times: dict[str, list[float]] = defaultdict(list)
    refused: dict[str, int] = defaultdict(int)
    raised: list[tuple[str, str, str]] = []
    for place, (name, language) in enumerate(readers):
        tell(f"reading ill-meant words about {name} in {language}")
        retriever = parley.shelf.get(name)
        reader = Understanding(retriever, language)
        for said in _WARM:
            reader.read(said, Situation(1))
        share = count // len(readers) + (place < count % len(readers))
        named = named_things(retriever.catalogue)
        for kind, text in hostile_utterances(share, seed + place, load_language(language), named):
            begun = time.perf_counter()
            try:
                said = clean(text, parley.settings.max_message_chars)
                if not reader.read(said, Situation(1)):
                    raised.append((kind, "no act was read", said[:80]))
            except InputError:
                refused[kind] += 1
            except Exception as error:  # noqa: BLE001  # whatever it is, it has to be told and counted
                raised.append((kind, f"{type(error).__name__}: {error}", text[:80]))
            times[kind].append(1000 * (time.perf_counter() - begun))
    kinds = tuple(Endured(kind, len(took), refused[kind], max(took)) for kind, took in times.items())
    late = sum(ms > limit_ms for took in times.values() for ms in took)
    return EnduranceRun(kinds, tuple(raised), late, limit_ms)


def named_things(catalogue: Catalogue) -> tuple[str, ...]:
    """What a catalogue's words are made of: titles, values, labels."""
    values = {v for item in catalogue.items for value in item.facets.values() for v in values_of(value)}
    return (*catalogue.titles(), *sorted(values), *(facet.label for facet in catalogue.facets))
