"""What goes over the wire of `/api/v1`: requests that were checked, answers that were typed.

In: JSON from anybody. Out: pydantic models; from chatbot values to answers. A field that is not named here
is refused coming in, and is not sent going out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chatbot.events import Card, Chip, Quick, SessionView, TurnRecord
from chatbot.profile.evolution import Series
from retriever.ledger import CatalogueInfo
from ui.cards import picture_address, picture_sizes

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class NewSession(_Request):
    """Begin a conversation in a catalogue."""

    catalogue: Name


class NewMessage(_Request):
    """Say something. The length that counts is the server's own setting; this bound only spares it work."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class NewFeedback(_Request):
    """Judge an item: true likes it, false is "not for me", null takes either back."""

    item_id: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    liked: bool | None


class NewClick(_Request):
    """An item's own page was opened: a weak interest, to which nothing is answered."""

    item_id: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class NewWeight(_Request):
    """Set how much the person likes something, by a belief's key: −1 not at all, 0 forget it, 1 love it."""

    key: Annotated[str, StringConstraints(min_length=1, max_length=600)]
    weight: Annotated[float, Field(ge=-1.0, le=1.0, strict=False)]


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class WireCard(_Answer):
    """An item as shown. `picture` is an address on this server, or empty.

    `picture_sizes`: (width in pixels, address) of each size of it, narrowest first; of a drawing none.
    `search`: which of several things that were looked for at once it is, or empty.
    """

    item_id: str
    title: str
    rank: int
    reason: str
    picture: str
    picture_sizes: list[tuple[int, str]]
    facts: list[tuple[str, str]]
    liked: bool | None
    search: str = ""


class WireChip(_Answer):
    """One thing that was understood; `key` removes it."""

    key: str
    label: str
    kind: str
    polarity: int
    hard: bool
    source: str


class WireQuick(_Answer):
    """A quick reply: what is shown, and what to send."""

    text: str
    label: str


class WireTurn(BaseModel):
    """A finished turn."""

    turn: int
    user: str
    acts: list[dict[str, Any]]
    action: str
    constraints: list[dict[str, Any]]
    profile: dict[str, Any]
    items: list[dict[str, Any]]
    text: str
    ungrounded_removed: int
    timings_ms: dict[str, float]
    degraded: bool
    cards: list[WireCard]
    chips: list[WireChip]
    quick_replies: list[WireQuick]


class WireSession(BaseModel):
    """A new conversation. `session` is its secret: who knows it may read and continue it."""

    session: str
    catalogue: str
    quick_replies: list[WireQuick]


class WireConversation(BaseModel):
    """A conversation so far. `quick_replies` are those of its last turn, or openings before the first."""

    catalogue: str
    turns: list[WireTurn]
    chips: list[WireChip]
    quick_replies: list[WireQuick]


class WirePoint(BaseModel):
    """An interest after one turn; `session` counts from 1, `at` is in seconds since the epoch."""

    session: int
    turn: int
    at: float
    weight: float


class WireSeries(BaseModel):
    """The course of one interest: a facet value or a theme."""

    key: str
    label: str
    facet: str
    points: list[WirePoint]


class WireEvolution(BaseModel):
    """The strongest interests over time, strongest first."""

    series: list[WireSeries]


class WireFacet(BaseModel):
    """An attribute of a catalogue's items."""

    name: str
    label: str
    kind: Literal["number", "category", "tags", "year", "boolean"]
    unit: str


class WireCatalogue(BaseModel):
    """A loaded catalogue."""

    name: str
    items: int
    facets: list[WireFacet]


class WireCatalogues(BaseModel):
    """All loaded catalogues, by name."""

    catalogues: list[WireCatalogue]


class ErrorBody(BaseModel):
    """What went wrong: a code for programs, a sentence for people."""

    code: str
    message: str


class WireError(BaseModel):
    """Every error of the API has this form."""

    error: ErrorBody


class Understood(BaseModel):
    """SSE `heard`: what was understood, before anything is written."""

    acts: list[dict[str, Any]]
    chips: list[WireChip]


class Piece(BaseModel):
    """SSE `text`: more of the reply's text."""

    text: str


class Shown(BaseModel):
    """SSE `cards`: the items of the reply."""

    cards: list[WireCard]


def wire_card(card: Card, catalogue: str) -> WireCard:
    """A card with its picture's address."""
    return WireCard(
        item_id=card.item_id,
        title=card.title,
        rank=card.rank,
        reason=card.reason,
        picture=picture_address(catalogue, card.picture),
        picture_sizes=picture_sizes(catalogue, card.picture),
        facts=list(card.facts),
        liked=card.liked,
        search=card.search,
    )


def wire_chip(chip: Chip) -> WireChip:
    """A chip as it is."""
    return WireChip.model_validate(chip)


def wire_quick(quick: Quick) -> WireQuick:
    """A quick reply as it is."""
    return WireQuick.model_validate(quick)


def wire_turn(turn: TurnRecord, catalogue: str) -> WireTurn:
    """A finished turn, without its session's id: that is a secret, and the caller has it."""
    return WireTurn(
        turn=turn.turn,
        user=turn.user,
        acts=list(turn.acts),
        action=turn.action,
        constraints=list(turn.constraints),
        profile=turn.profile,
        items=list(turn.items),
        text=turn.text,
        ungrounded_removed=turn.ungrounded_removed,
        timings_ms=turn.timings_ms,
        degraded=turn.degraded,
        cards=[wire_card(card, catalogue) for card in turn.cards],
        chips=[wire_chip(chip) for chip in turn.chips],
        quick_replies=[wire_quick(quick) for quick in turn.quick_replies],
    )


def wire_evolution(series: Sequence[Series]) -> WireEvolution:
    """The course of interests."""
    return WireEvolution(series=[WireSeries.model_validate(each.as_json()) for each in series])


def wire_conversation(view: SessionView) -> WireConversation:
    """A conversation, without its id."""
    return WireConversation(
        catalogue=view.catalogue,
        turns=[wire_turn(turn, view.catalogue) for turn in view.turns],
        chips=[wire_chip(chip) for chip in view.chips],
        quick_replies=[wire_quick(quick) for quick in view.quick_replies],
    )


def wire_catalogue(info: CatalogueInfo) -> WireCatalogue:
    """A catalogue without its mapping, which names columns of its owner's file."""
    facets = [
        WireFacet(name=facet.name, label=facet.label, kind=facet.kind.value, unit=facet.unit)
        for facet in info.facets
    ]
    return WireCatalogue(name=info.name, items=info.item_count, facets=facets)
