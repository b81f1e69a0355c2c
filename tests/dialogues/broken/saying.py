"""Breaks of what is said: false figures and names, false reasons, orders obeyed, another language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chatbot import evidence, records
from generator import answers, grounding, reasons, sentences, speaker, writer
from generator.backends.scripted import ScriptedChatModel
from generator.grounding import Verdict
from generator.sentences import PlainReply
from generator.speaker import Speaker
from generator.words import Words
from retriever.domain import Facet, FacetRole, Item

_INVENTED = "It took the Marrowgate Prize and is sold with code MARROW77."


def _opening(patch: pytest.MonkeyPatch, change: Any) -> None:
    real = writer.plain_reply

    def plain_reply(*args: Any) -> PlainReply:
        reply = real(*args)
        return replace(reply, opening=change(reply.opening))

    patch.setattr(writer, "plain_reply", plain_reply)


def price_invented(patch: pytest.MonkeyPatch) -> None:
    real = speaker.number_label

    def number_label(value: float, facet: Facet, words: Words, **more: Any) -> str:
        return real(value * 0.9 if facet.role is FacetRole.PRICE else value, facet, words, **more)

    patch.setattr(speaker, "number_label", number_label)


def price_of_a_card_invented(patch: pytest.MonkeyPatch) -> None:
    """The reply is right, and the card beside it isn't."""
    real = records.fact_list

    def fact_list(item: Item, *rest: Any) -> Any:
        numbers = {name: v * 0.9 if isinstance(v, float) else v for name, v in item.facets.items()}
        return real(replace(item, facets=numbers), *rest)

    patch.setattr(records, "fact_list", fact_list)


def source_of_a_chip_invented(patch: pytest.MonkeyPatch) -> None:
    real = records.chips

    def chips(*given: Any) -> Any:
        return tuple(replace(chip, source="you said “the cheaper the better”") for chip in real(*given))

    patch.setattr(records, "chips", chips)


def name_invented(patch: pytest.MonkeyPatch) -> None:
    _opening(patch, lambda text: f"{text} People who bought it also like the Marrowgate Lantern.")


def figure_invented(patch: pytest.MonkeyPatch) -> None:
    _opening(patch, lambda text: f"{text} Already 48,213 people took one.")


def chat_model_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ScriptedChatModel, "_next", lambda *_: _INVENTED)
    patch.setattr(grounding.Grounding, "check", lambda *_: Verdict(True, ()))


def quotes_nobody(patch: pytest.MonkeyPatch) -> None:
    """The person is quoted with words that they never said."""
    patch.setattr(Speaker, "quote", lambda *_: "“something cosy for rainy weekends”")


def no_reasons(patch: pytest.MonkeyPatch) -> None:
    """Whatever is asked, it fits because it fits."""
    patch.setattr(sentences, "explain_sentences", lambda *_: ("It simply seemed to fit.",))
    patch.setattr(sentences, "absence", lambda *_: ())


def yes_for_no(patch: pytest.MonkeyPatch) -> None:
    real = answers.item_answer

    def item_answer(item: Item, facet: Facet | None, voice: Speaker) -> str:
        turned = {name: (not v) if isinstance(v, bool) else v for name, v in item.facets.items()}
        return real(replace(item, facets=turned), facet, voice)

    patch.setattr(sentences, "item_answer", item_answer)


def tells_another_attribute(patch: pytest.MonkeyPatch) -> None:
    """Whatever is asked of an item, its main kind is the answer."""
    real = answers.item_answer

    def item_answer(item: Item, facet: Facet | None, voice: Speaker) -> str:
        kind = next((f for f in voice.evidence.facets if f.role is FacetRole.CATEGORY), facet)
        return real(item, kind if facet is not None else None, voice)

    patch.setattr(sentences, "item_answer", item_answer)


def compares_one_thing(patch: pytest.MonkeyPatch) -> None:
    real = answers.comparison

    def comparison(items: Any, voice: Speaker) -> str:
        return real(items[:1], voice)

    patch.setattr(sentences, "comparison", comparison)


def orders_in_descriptions_obeyed(patch: pytest.MonkeyPatch) -> None:
    """Sentences of a description that speak to a machine are passed on as facts."""

    def whole(item: Item, _: Words) -> str:
        return item.description

    def stands_alone(_: str, __: Words) -> bool:
        return True

    def as_it_is(item: Item, _: Words) -> Item:
        return item

    patch.setattr(evidence, "trusted_item", as_it_is)
    patch.setattr(answers, "trusted_description", whole)
    patch.setattr(reasons, "stands_alone", stands_alone)


def another_language(patch: pytest.MonkeyPatch) -> None:
    real = writer.plain_reply

    def plain_reply(*args: Any) -> PlainReply:
        reply = real(*args)
        lines = tuple(replace(one, what="", why="很适合您。", caveat="") for one in reply.lines)
        return PlainReply("好的，请看下面这些，希望您喜欢，有什么想法请告诉我。", lines, "")

    patch.setattr(writer, "plain_reply", plain_reply)


def empty_shelf_not_told(patch: pytest.MonkeyPatch) -> None:
    """What is sold out is praised like the rest."""
    patch.setattr(reasons, "out_of_stock", lambda *_: False)


def more_words_than_anybody_reads(patch: pytest.MonkeyPatch) -> None:
    _opening(patch, lambda text: text + " As I said, there is much to choose from here." * 12)
