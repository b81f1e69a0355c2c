"""Expectations → checks: each either holds of a turn, or says in a sentence what was seen instead.

In: an `Expect` and the catalogue. Out: `Check`s. What can never hold (an unknown facet, value, act or item,
a turn that is still to come) is refused before anything runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from rapidfuzz import process

from chatbot.acts import Action, UserAct
from chatbot.evaluation.bench import Bench, Check, Seen
from chatbot.evaluation.item_checks import item_checks
from chatbot.evaluation.script import Expect, Where
from chatbot.evaluation.state_checks import constraint_checks, profile_checks
from chatbot.evaluation.text_checks import text_checks
from retriever.tokens import framed_stems

_ANYTHING = ("nothing", "something")
_NOTHINGS = ("none", "no", "nobody", "null", "no one")  # what people write for `nothing`
INTENTS = tuple(re.sub(r"(?<!^)(?=[A-Z])", "_", act.__name__).lower() for act in get_args(UserAct))


def compile_checks(expect: Expect, bench: Bench, where: Where) -> tuple[Check, ...]:
    """The checks of one turn, in the order in which a reader would look.

    Raises:
        BrokenScript: an expectation that can never hold, with its line.
    """
    made = list(_what_was_done(expect, bench, where))
    if expect.constraints is not None:
        made += constraint_checks(expect.constraints, bench, (*where, "constraints"))
    if expect.profile is not None:
        made += profile_checks(expect.profile, bench, (*where, "profile"))
    if expect.items is not None:
        made += item_checks(expect.items, bench, (*where, "items"))
    if expect.asks:
        made.append(_asks(expect.asks, bench, (*where, "asks")))
    if expect.text is not None:
        made += text_checks(expect.text, bench, (*where, "text"))
    if expect.ungrounded is not None:
        made.append(_ungrounded(expect.ungrounded, (*where, "ungrounded")))
    return tuple(made)


def _what_was_done(expect: Expect, bench: Bench, where: Where) -> Iterator[Check]:
    if expect.action:
        yield _acted(expect.action, (*where, "action"))
    for place, act in enumerate(expect.acts):
        at = (*where, "acts", place)
        payload = {"intent": act} if isinstance(act, str) else act
        _refuse_unknown(payload.get("intent"), bench, at)
        yield _heard(payload, at)
    for place, name in enumerate(expect.no_acts):
        at = (*where, "no_acts", place)
        _refuse_unknown(name, bench, at)
        yield _not_heard(name, at)


def _acted(wanted: Sequence[Action], where: Where) -> Check:
    names = [action.value for action in wanted]

    def judge(seen: Seen) -> str:
        action = seen[-1].record.action
        return "" if action in names else f"it is {action}"

    return Check(where, f"the action is {' or '.join(names)}", judge)


def _refuse_unknown(intent: Any, bench: Bench, where: Where) -> None:
    if intent not in INTENTS:
        near = process.extractOne(str(intent), INTENTS, score_cutoff=60)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(INTENTS)}"
        raise bench.written.broken(where, f"{intent!r} is no act; {hint}")


def _heard(payload: Mapping[str, Any], where: Where) -> Check:
    def judge(seen: Seen) -> str:
        acts = seen[-1].record.acts
        if any(_has(act, payload) for act in acts):
            return ""
        return f"heard: {'; '.join(map(_flat, acts)) or 'nothing'}"

    return Check(where, f"heard {_flat(payload)}", judge)


def _not_heard(name: str, where: Where) -> Check:
    def judge(seen: Seen) -> str:
        found = [act for act in seen[-1].record.acts if act["intent"] == name]
        return f"heard: {'; '.join(map(_flat, found))}" if found else ""

    return Check(where, f"did not hear {name}", judge)


def _has(act: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
    return all(_alike(act.get(key), value) for key, value in payload.items())


def _alike(own: Any, wanted: Any) -> bool:
    """Whether a payload holds what is wanted: texts by words, lists as sets, objects in part."""
    if isinstance(wanted, dict):
        return isinstance(own, dict) and _has(own, wanted)
    if isinstance(wanted, list):
        return isinstance(own, list) and all(any(_alike(o, w) for o in own) for w in wanted)
    if isinstance(wanted, str) and isinstance(own, str):
        return framed_stems(own) == framed_stems(wanted) and _signs(own) == _signs(wanted)
    return bool(own == wanted)


def _signs(text: str) -> list[str]:
    """What stems leave out and conditions turn on."""
    return re.findall(r"[<>=!]+", text)


def _flat(act: Mapping[str, Any]) -> str:
    more = ", ".join(f"{key} {value}" for key, value in act.items() if key not in ("intent", "quote"))
    return f"{act.get('intent', '')} ({more})" if more else str(act.get("intent", ""))


def _asks(wanted: Sequence[str], bench: Bench, where: Where) -> Check:
    """One of those without "not", and none of those with it."""
    one_of: list[str] = []
    none_of: list[str] = []
    for place, text in enumerate(wanted):
        at = (*where, place)
        plain = text.strip().removeprefix("not ").strip()
        if plain in _ANYTHING and plain != text.strip():
            other = next(each for each in _ANYTHING if each != plain)
            raise bench.written.broken(at, f"write `asks: {other}` for {text!r}")
        if plain.casefold() in _NOTHINGS and not any(f.name == plain for f in bench.catalogue.facets):
            raise bench.written.broken(at, f"write `asks: nothing` for {text!r}")
        name = plain if plain in _ANYTHING else bench.facet(plain, at)
        (one_of if plain == text.strip() else none_of).append(name)

    def judge(seen: Seen) -> str:
        asked = seen[-1].record.asks
        matched = {asked or "nothing", "something" if asked else "nothing"}
        fits = (not one_of or bool(matched.intersection(one_of))) and not matched.intersection(none_of)
        return "" if fits else f"it asks about {asked or 'nothing'}"

    told = [" or ".join(one_of)] if one_of else []
    return Check(where, f"asks about {' and '.join([*told, *(f'not {name}' for name in none_of)])}", judge)


def _ungrounded(most: int, where: Where) -> Check:
    def judge(seen: Seen) -> str:
        count = seen[-1].record.ungrounded_removed
        return "" if count <= most else f"{count} were"

    return Check(where, f"at most {most} sentences were taken out", judge)
