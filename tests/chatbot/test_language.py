"""Nothing of English is in the code: in a made-up language the same things are said and understood."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chatbot.codec import act_json
from chatbot.understanding import Understanding
from chatbot.understanding.reader import Situation
from chatbot.understanding.words import Language, load_language
from retriever.errors import SettingsError
from retriever.open import Shelf

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
# Tables whose keys are what people say; the keys of the others name parts of a catalogue.
SPOKEN_KEYS = {"numbers", "decades", "centuries", "currencies", "synonyms", "words"}
# Endings of English word forms, applied to facet values, which stay English here.
KEPT = {"comparative_endings", "chips"}


def backwards(text: str) -> str:
    """Each word of a phrase spelt from its end: the made-up language."""
    return WORD.sub(lambda match: match.group()[::-1], text)


def translated(value: Any, name: str = "") -> Any:
    if name in KEPT:
        return value
    if isinstance(value, dict):
        turn = name in SPOKEN_KEYS
        return {(backwards(k) if turn else k): translated(v, k if not turn else "") for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [backwards(one) if isinstance(one, str) else one for one in value]
    if isinstance(value, str) and name not in ("language", "stemmer", "noun_of_items", "script"):
        return backwards(value)
    return value


@pytest.fixture(scope="module")
def hsilgne() -> Language:
    data = load_language("en").model_dump()
    turned = translated(data)
    for name in ("references", "label_words"):
        turned[name] = {key: translated(said) for key, said in data[name].items()}
    turned["synonyms"] = {backwards(said): others for said, others in data["synonyms"].items()}
    return Language.model_validate(turned)


SAYINGS = {
    # In angle brackets: values and titles of the catalogue, which have no other name in any language.
    "shop": [
        "a <waterproof> <jacket> under 120, nothing <red>",
        "<red> or <blue> <backpack>, between 30 and 40 litres",
        "a <tent> for two at most two hundred euros ideally <green>",
        "without <leather> but <waterproof>",
        "do you have <tents>?",
        "how many <mugs> do you have?",
        "what is the most expensive <tent>?",
        "cheap <tents>",
        "a <tent> for four or more that should not weigh more than three kilos",
        "we are five, at most two hundred and fifty euros",
        "how many <tents> do you have in total?",
        "how much do your <tents> cost?",
        "what does a <tent> weigh on average?",
        "hello",
        "thanks a lot",
        "start over",
    ],
    "films": [
        "something like <Arrival> but no <aliens>, after 2010",
        "no <horror>, <war> or <zombies>",
        "I love <Tarantino> films",
        "not older than 2010, at most an hour and a half",
        "from the nineties",
        "at most an hour and twenty minutes, from this century",
        "something <funny> and <romantic>",
        "who directed <Arrival>?",
        "I've seen <Moon>",
    ],
}


@pytest.mark.parametrize(("catalogue", "said"), [(c, said) for c, texts in SAYINGS.items() for said in texts])
def test_the_same_is_understood_in_another_language(
    shelf: Shelf, hsilgne: Language, catalogue: str, said: str
):
    english = Understanding(shelf.get(catalogue))
    other = Understanding(shelf.get(catalogue), hsilgne)
    parts = re.split(r"(<[^>]*>)", said)
    foreign = "".join(p[1:-1] if p.startswith("<") else backwards(p) for p in parts)
    plain = said.replace("<", "").replace(">", "")

    def heard(reader: Understanding, text: str) -> list[dict[str, Any]]:
        acts = [act_json(act) for act in reader.read(text, Situation(1))]
        return [{k: v for k, v in act.items() if k != "quote"} for act in acts]

    assert heard(other, foreign) == heard(english, plain)
    assert backwards(plain) != plain


def test_a_language_without_words_is_named():
    with pytest.raises(SettingsError, match=r"chatbot/words/xx\.toml"):
        load_language("xx")
