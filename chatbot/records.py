"""What a turn leaves behind: its cards and its record.

In: a plan, the reply that was written, what was heard. Out: plain values for doors and the store.
Nothing is looked up in an index, written or stored here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chatbot.acts import Action, UserAct
from chatbot.chips import chips
from chatbot.codec import act_json, constraints_json, profile_json
from chatbot.events import Card, Quick, TurnRecord
from chatbot.plans import Desk, Plan
from chatbot.state import DialogueState
from generator.labels import fact_list
from generator.replies import Reply
from generator.untrusted import trusted_item
from generator.words import words_of
from retriever.domain import FacetRole, FacetValue, ItemId

_CARD_FACTS = 4


def make_cards(desk: Desk, plan: Plan, reasons: Mapping[ItemId, str]) -> tuple[Card, ...]:
    """A card for each item that the plan shows; without a reason where none was written (yet)."""
    facets = desk.retriever.catalogue.facets
    words = words_of(desk.language)
    liked, disliked = plan.state.liked, plan.state.disliked
    return tuple(
        Card(
            item_id=item.id,
            title=item.title,
            rank=rank,
            reason=reasons.get(item.id, ""),
            picture=item.picture,
            facts=fact_list(trusted_item(item, words), facets, _CARD_FACTS, desk.language),
            liked=True if item.id in liked else False if item.id in disliked else None,
            search=plan.kinds.get(item.id, ""),
        )
        for rank, item in enumerate(plan.items, start=1)
    )


def make_record(
    desk: Desk,
    plan: Plan,
    heard: Sequence[UserAct],
    said: str,
    reply: Reply,
    cards: tuple[Card, ...],
    timings_ms: dict[str, float],
) -> TurnRecord:
    """The finished turn. `said` is empty for a click, which is answered without the chat model on purpose."""
    catalogue = desk.retriever.catalogue
    price = catalogue.by_role(FacetRole.PRICE)
    state = plan.state
    return TurnRecord(
        turn=state.turn,
        user=said,
        acts=tuple(act_json(act) for act in heard),
        action=plan.action.value,
        constraints=constraints_json(state),
        profile=profile_json(state),
        items=tuple(
            {
                "id": item.id,
                "title": item.title,
                "rank": rank,
                "price": item.facets.get(price.name) if price else None,
                "facets": {name: _listed(value) for name, value in item.facets.items()},
            }
            for rank, item in enumerate(plan.items, start=1)
        ),
        text=reply.text,
        ungrounded_removed=reply.ungrounded_removed,
        timings_ms=timings_ms,
        degraded=reply.degraded and bool(said),
        asks=plan.question.facet.name if plan.question is not None else "",
        cards=cards,
        chips=chips(state, catalogue, desk.language),
        quick_replies=plan.quick or desk.quick.after(state, plan.question, plan.action),
    )


def make_silent_record(
    desk: Desk,
    state: DialogueState,
    heard: Sequence[UserAct],
    quick_replies: tuple[Quick, ...],
    timings_ms: dict[str, float],
) -> TurnRecord:
    """A turn in which something was taken in and nothing said: what could be said next stays."""
    catalogue = desk.retriever.catalogue
    return TurnRecord(
        turn=state.turn,
        user="",
        acts=tuple(act_json(act) for act in heard),
        action=Action.NOTE.value,
        constraints=constraints_json(state),
        profile=profile_json(state),
        items=(),
        text="",
        ungrounded_removed=0,
        timings_ms=timings_ms,
        chips=chips(state, catalogue, desk.language),
        quick_replies=quick_replies,
    )


def is_silent(record: TurnRecord) -> bool:
    """Whether a turn was taken in without a word: no page shows it."""
    return record.action == Action.NOTE.value


def _listed(value: FacetValue) -> object:
    """A facet value for scripts: a list for tags, a whole number without its point."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
