"""A real conversation → a dialogue script that expects what happened then.

In: a stored session. Out: YAML. What it expects is the state and the items, not the wording, so that the
script says when Parley begins to understand or rank differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from chatbot.codec import condition_text
from chatbot.evaluation.interests import history_entry
from chatbot.events import Chip, TurnRecord
from chatbot.sessions import Session
from chatbot.state import ITEM_KEY, DialogueState
from retriever.domain import ItemId
from retriever.errors import InputError

_CLICKS = ("like", "dislike", "click")


class CannotRecord(InputError):
    """A session that no script could repeat."""


def script_of(session: Session, name: str, catalogue_hash: str = "") -> str:
    """The YAML of a conversation, called `name`.

    `catalogue_hash`: the beginning of the catalogue's content hash, where the script shall insist on it.

    Raises:
        CannotRecord: the conversation has no turns, or has a click that no script knows.
    """
    if not session.turns:
        raise CannotRecord("the conversation has no turns yet; say something first")
    script: dict[str, Any] = {"dialogue": name, "catalogue": session.catalogue}
    if catalogue_hash:
        script["catalogue_hash"] = catalogue_hash
    if lasting := session.begun.profile.long_term:
        script["history"] = [history_entry(preference) for preference in lasting]
    cards: tuple[ItemId, ...] = ()
    chips: tuple[Chip, ...] = ()
    turns = []
    for turn in session.turns:
        turns.append(_step(turn.record, cards, chips) | {"expect": _expected(turn.record, turn.state)})
        cards = tuple(card.item_id for card in turn.record.cards) or cards
        chips = turn.record.chips
    text: str = yaml.safe_dump(
        script | {"turns": turns}, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False
    )
    return text


def _step(record: TurnRecord, cards: Sequence[ItemId], chips: Sequence[Chip]) -> dict[str, Any]:
    """What the person said or clicked in a turn."""
    if record.user:
        return {"user": record.user}
    for act in record.acts:
        if act["intent"] in _CLICKS:
            return {act["intent"]: _place(str(act["items"][0]), cards)}
        if act["intent"] == "remove":
            keys = [str(key) for key in act["keys"]]
            if len(keys) == 1 and keys[0].startswith(ITEM_KEY):
                return {"unjudge": _place(keys[0].removeprefix(ITEM_KEY), cards)}
            removed = next((chip.label for chip in chips if set(keys) <= set(chip.key.split(" + "))), None)
            if removed is not None:
                return {"remove": removed}
    raise CannotRecord(f"turn {record.turn} is a click that no script knows")


def _place(item: ItemId, cards: Sequence[ItemId]) -> int | str:
    return cards.index(item) + 1 if item in cards else item


def _expected(record: TurnRecord, state: DialogueState) -> dict[str, Any]:
    expected: dict[str, Any] = {
        "action": record.action,
        "constraints": {
            "exactly": [
                f"{'hard' if each.hard else 'soft'} {condition_text(each)}" for each in state.constraints
            ]
        },
        "asks": record.asks or "nothing",
        "text": {"grounded": True},
    }
    if record.items:
        ids = [str(item["id"]) for item in record.items]
        expected["items"] = {"includes": ids, "max": len(ids), "first": ids[0]}
    else:
        expected["items"] = {"max": 0}
    return expected
