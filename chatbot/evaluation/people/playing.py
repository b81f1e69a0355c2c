"""A chat model that words what a simulated person says. It decides nothing: items are taken by the profile.

In: who the person is, and the conversation so far. Out: a message, or None where the model failed. What the
model writes is data: one line, without controls or markers, passed to the system under test and to nobody
else. The prompt is person.md.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatbot.evaluation.oracle import figures_in
from chatbot.evaluation.people.meeting import Exchange
from chatbot.evaluation.people.mind import Kind, Mind, Move
from chatbot.evaluation.people.persons import ATTENTION, Leaning, Person, Taste, Wish
from chatbot.evaluation.people.speech import Speech
from generator.chat_model import ChatModel, Message, Sampling
from generator.prompting import as_data, filled, read_prompt
from retriever.catalogue import Catalogue, values_of
from retriever.domain import Facet, Item
from retriever.errors import ChatModelFailed, InputError
from retriever.tokens import framed_stems

PROMPT = Path(__file__).with_name("person.md")
_MOST_CHARS = 300  # of a message: people write less
_REPLY_CHARS, _FACTS_CHARS = 600, 240
_SAMPLING = Sampling(max_tokens=80, temperature=0.7, deadline_s=60.0)
_NOTHING = "nothing in particular"


def check_player(name: str, *, insist: bool) -> None:
    """Refuse a chat model that cannot play a person; `name` is what PARLEY_CHAT_MODEL would hold.

    Raises:
        InputError: there is none, or one too weak that was not insisted on.
    """
    if name == "none":
        raise InputError("no chat model is there to play people; name one by its URL, folder or hub name")
    if insist:
        return
    if name == "embedded":
        raise InputError(
            "the embedded chat model has 135 million parameters and was tuned to tell of items: it cannot "
            "stay a person with wishes over several messages; name a larger one, or add --insist"
        )
    if name == "scripted":
        raise InputError(
            "the scripted chat model says what a test has put into it and listens to nobody; "
            "name a real one, or add --insist"
        )


class ChatModelPlayer:
    """Plays any person through a chat model, as repeatable as the model is for one seed."""

    def __init__(self, model: ChatModel, seed: int = 0) -> None:
        self._model = model
        self._seed = seed

    def move(self, mind: Mind, transcript: Sequence[Exchange], catalogue: Catalogue) -> Move | None:
        """The person's next message by the model; None if it fails or says nothing."""
        messages = _messages(mind.person, transcript, catalogue)
        seed = self._seed * 1_000_003 + mind.person.number * 101 + len(transcript)
        sampling = Sampling(
            _SAMPLING.max_tokens, _SAMPLING.temperature, seed % 2**31, ("\n",), _SAMPLING.deadline_s
        )
        try:
            written = "".join(self._model.stream(messages, sampling))
        except ChatModelFailed:
            return None
        text = as_data(written, _MOST_CHARS)
        if not any(letter.isalnum() for letter in text):
            return None
        return Move(Kind.PLAYED, text, tells=tuple(_told_in(text, mind, catalogue)))


def _messages(person: Person, transcript: Sequence[Exchange], catalogue: Catalogue) -> list[Message]:
    speech = Speech(catalogue, random.Random(person.number), 0.0)
    values = {
        "must": _joined(speech.wish(wish, exactly=True) for wish in person.wishes if wish.hard),
        "nice": _joined(speech.wish(wish, exactly=True) for wish in person.wishes if not wish.hard),
        "unsaid": _joined(speech.about(one, exactly=True) for one in person.feelings),
        "patience": str(person.patience),
    }
    messages = filled(read_prompt(PROMPT), values)
    for exchange in transcript:
        messages.append(Message("assistant", exchange.said))
        messages.append(Message("user", _heard(exchange, catalogue)))
    return messages


def _joined(parts: Iterator[str]) -> str:
    return as_data("; ".join(parts), _REPLY_CHARS) or _NOTHING


def _heard(exchange: Exchange, catalogue: Catalogue) -> str:
    """An answer as the model reads it: what was said, and the cards that a person looks at."""
    lines = [f'The assistant: "{as_data(exchange.answered, _REPLY_CHARS)}"']
    for place, item_id in enumerate(exchange.items[:ATTENTION], 1):
        lines.append(f"{place}. {_card(catalogue.item(item_id), catalogue.facets)}")
    return "\n".join(lines)


def _card(item: Item, facets: Sequence[Facet]) -> str:
    facts = []
    for facet in facets:
        value = item.facets.get(facet.name)
        words = ", ".join(values_of(value))
        if words:
            facts.append(f"{facet.label} {words}")
        elif isinstance(value, bool):
            facts.append(facet.label if value else "")
        elif isinstance(value, float | int):
            facts.append(f"{facet.label} {value:g} {facet.unit}".strip())
    return f"{as_data(item.title, 120)} ({as_data('; '.join(f for f in facts if f), _FACTS_CHARS)})"


def _told_in(text: str, mind: Mind, catalogue: Catalogue) -> Iterator[Wish | Taste | Leaning]:
    """What of the profile a message tells: a value by its stems, a bound by its figure, yes by the label.

    What is said in other words is not found, and a system that ignores it is not charged.
    """
    stems, figures = framed_stems(text), figures_in(text)
    person = mind.person
    for wish in person.wishes:
        condition = wish.condition
        facet = catalogue.facet(condition.facet)
        if condition.bounds is not None:
            told = any(bound in figures for bound in condition.bounds)
        elif condition.flag is not None:
            told = facet is not None and framed_stems(facet.label) in stems
        else:
            told = any(framed_stems(value) in stems for value in condition.values)
        if told:
            yield wish
    yield from (taste for taste in person.tastes if framed_stems(taste.value) in stems)
    yield from (leaning for leaning in person.leanings if leaning.good in figures)
