"""The page's conversation with the chatbot: from a wish to a stream of screens.

In: what the browser kept of its visit (untrusted), and a wish. Out: `Screen`s, each naming only the parts
that change. Holds nothing between calls: a person's state is their session id, and the server's store.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from chatbot.events import Cards, Done, Event, Heard, SessionView, TextPiece, TurnRecord
from retriever.errors import CatalogueError, InputError, ParleyError, UnknownCatalogue
from retriever.ledger import CatalogueInfo
from ui import views
from ui.known import known_panel
from ui.markup import Html, join
from ui.wishes import Begin, Judge, Say, TakeBack, Weigh, Wish

if TYPE_CHECKING:
    from chatbot.build import Parley

log = logging.getLogger(__name__)

_Turn: TypeAlias = Say | Judge | TakeBack | Weigh

# A page that is redrawn more often than this looks no smoother, and every drawing is sent whole.
REDRAW_S = 0.06
# Older turns stay in the store; a page of more than these is slow to send and nobody scrolls it.
MAX_TURNS_SHOWN = 40
# As long as any id that the chatbot gives out.
_MAX_SESSION_CHARS = 128
BROKEN = "Something went wrong on our side, and it was written to the log. Please try again."


@dataclass(frozen=True, slots=True)
class Visit:
    """What a browser keeps: its session's secret id. Empty before the first conversation."""

    session: str = ""

    @classmethod
    def read(cls, kept: object) -> Visit:
        """A visit out of browser storage, which anybody may have written to."""
        session = kept.get("session") if isinstance(kept, Mapping) else None
        return cls(session if isinstance(session, str) and len(session) <= _MAX_SESSION_CHARS else "")

    def as_json(self) -> dict[str, str]:
        """As the browser stores it."""
        return {"session": self.session}


@dataclass(frozen=True, slots=True)
class Screen:
    """The parts of the page that change; None leaves a part as it is."""

    visit: Visit | None = None
    header: Html | None = None
    thread: Html | None = None
    live: Html | None = None
    panel: Html | None = None
    status: Html | None = None
    clears_message: bool = False


def opened(parley: Parley, kept: object) -> Screen:
    """The whole page for a visitor: their conversation where it was left, or the empty state.

    Never raises: a fault is shown as a sentence.
    """
    catalogues: tuple[CatalogueInfo, ...] = ()
    try:
        catalogues = parley.catalogues()
        if not catalogues:
            return _without(catalogues, views.welcome(None, ()), visit=Visit())
        visit, view = _resumed(parley, Visit.read(kept), catalogues)
        return _whole(parley, catalogues, visit, view)
    except ParleyError as error:
        # The visit stays: once the fault is mended, the conversation is where it was left.
        return _without(catalogues, views.notice(str(error)))
    except Exception as error:  # noqa: BLE001  # the last door before a person: an empty page says nothing
        log.error("the page could not be opened: %s", type(error).__name__)
        return _without(catalogues, views.notice(BROKEN))


def _without(catalogues: tuple[CatalogueInfo, ...], live: Html, visit: Visit | None = None) -> Screen:
    """A page without a conversation; another catalogue can be chosen in its header."""
    return Screen(
        visit=visit,
        header=views.header(catalogues, ""),
        thread=Html(""),
        live=live,
        panel=views.panel(()),
        status=views.announcement("", 0),
    )


def acted(
    parley: Parley, kept: object, wish: Wish, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[Screen]:
    """Do what was asked, and show it as it happens. Never raises: a fault is shown as a sentence."""
    try:
        catalogues = parley.catalogues()
        if not catalogues:
            yield opened(parley, kept)
        elif isinstance(wish, Begin):
            yield _begun(parley, Visit.read(kept), wish, catalogues)
        else:
            yield from _turn(parley, Visit.read(kept), wish, catalogues, clock)
    except ParleyError as error:
        yield Screen(live=views.notice(str(error), user=wish.text if isinstance(wish, Say) else ""))
    except Exception as error:  # noqa: BLE001  # the last door before a person: the page must not stay busy
        # The class only: a message or a traceback may hold what the person wrote.
        log.error("a turn of the page failed: %s", type(error).__name__)
        yield Screen(live=views.notice(BROKEN, user=wish.text if isinstance(wish, Say) else ""))


def _begun(parley: Parley, visit: Visit, wish: Begin, catalogues: tuple[CatalogueInfo, ...]) -> Screen:
    name = wish.catalogue
    if not name:
        name = _resumed(parley, visit, catalogues)[1].catalogue
    fresh = Visit(parley.chatbot.start(name))
    return _whole(parley, catalogues, fresh, parley.chatbot.restore(fresh.session))


def _turn(
    parley: Parley,
    visit: Visit,
    wish: _Turn,
    catalogues: tuple[CatalogueInfo, ...],
    clock: Callable[[], float],
) -> Iterator[Screen]:
    resumed, view = _resumed(parley, visit, catalogues)
    if resumed != visit and not isinstance(wish, Say):
        # The cards that were tapped belong to a conversation that is gone.
        yield _whole(parley, catalogues, resumed, view)
        return
    unfinished = views.Unfinished(user=_said(wish, view), judged=not isinstance(wish, Say))
    before = views.conversation(view.catalogue, view.turns[-MAX_TURNS_SHOWN:], view.chips, asks=False)
    yield Screen(
        visit=resumed if resumed != visit else None,
        header=views.header(catalogues, view.catalogue) if resumed != visit else None,
        thread=join(before),
        live=views.unfinished_turn(view.catalogue, unfinished),
        status=views.announcement("", 0),
        clears_message=isinstance(wish, Say),
    )
    yield from _streamed(parley, resumed, view, unfinished, _events(parley, resumed, wish), clock)


def _events(parley: Parley, visit: Visit, wish: _Turn) -> Iterator[Event]:
    match wish:
        case Say(text):
            return parley.chatbot.reply(visit.session, text)
        case Judge(item_id, liked):
            return parley.chatbot.feedback(visit.session, item_id, liked)
        case TakeBack(key):
            return parley.chatbot.remove(visit.session, key)
        case Weigh(key, weight):
            return parley.chatbot.adjust(visit.session, key, weight)


def _streamed(
    parley: Parley,
    visit: Visit,
    view: SessionView,
    unfinished: views.Unfinished,
    events: Iterator[Event],
    clock: Callable[[], float],
) -> Iterator[Screen]:
    drawn_at = float("-inf")
    known = _known(parley, visit)
    for event in events:
        match event:
            case Heard(chips=chips):
                yield Screen(panel=views.panel(chips, known))
            case Cards(cards):
                unfinished = replace(unfinished, cards=cards)
                yield Screen(live=views.unfinished_turn(view.catalogue, unfinished))
            case TextPiece(text):
                unfinished = replace(unfinished, text=unfinished.text + text)
                if clock() - drawn_at >= REDRAW_S:
                    drawn_at = clock()
                    yield Screen(live=views.unfinished_turn(view.catalogue, unfinished))
            case Done(turn):
                yield _finished(view, turn, _known(parley, visit))


def _known(parley: Parley, visit: Visit) -> Html:
    """What is known of the person, below what was understood."""
    return known_panel(parley.chatbot.insight(visit.session), visit.session)


def _finished(view: SessionView, turn: TurnRecord, known: Html) -> Screen:
    turns = (*view.turns, turn)[-MAX_TURNS_SHOWN:]
    # Earlier turns again, since a judgement changes their cards too.
    thread, last = views.conversation(view.catalogue, turns, turn.chips)
    return Screen(
        thread=thread,
        live=last,
        panel=views.panel(turn.chips, known),
        status=views.announcement(turn.text, len(turn.cards)),
    )


def _resumed(
    parley: Parley, visit: Visit, catalogues: tuple[CatalogueInfo, ...]
) -> tuple[Visit, SessionView]:
    """The visit's conversation; a new one in the first whole catalogue when there is none, or it is gone.

    Raises:
        ParleyError: it is there and cannot be read now, or no catalogue is whole.
    """
    known = {each.name for each in catalogues}
    if visit.session:
        try:
            view = parley.chatbot.restore(visit.session)
            if view.catalogue in known:
                return visit, view
        except (InputError, UnknownCatalogue):
            # Only these say that it is gone; a busy disk or a damaged index must not cost a conversation.
            log.info("a conversation could not be resumed; a new one was begun")
    fresh = Visit(_begin_anywhere(parley, catalogues))
    return fresh, parley.chatbot.restore(fresh.session)


def _begin_anywhere(parley: Parley, catalogues: tuple[CatalogueInfo, ...]) -> str:
    """Begin about the first whole catalogue in the page's language, else about the first whole one."""
    fault: CatalogueError | None = None
    foreign = []
    for each in catalogues:
        try:
            if parley.chatbot.is_at_home_in(each.name):
                return parley.chatbot.start(each.name)
            foreign.append(each.name)
        except CatalogueError as error:
            fault = fault or error
    if foreign:
        return parley.chatbot.start(foreign[0])
    raise fault or UnknownCatalogue("no catalogue is loaded; run `parley ingest --demo`")


def _whole(parley: Parley, catalogues: tuple[CatalogueInfo, ...], visit: Visit, view: SessionView) -> Screen:
    thread, last = views.conversation(view.catalogue, view.turns[-MAX_TURNS_SHOWN:], view.chips)
    if not view.turns:
        catalogue = next((each for each in catalogues if each.name == view.catalogue), None)
        last = views.welcome(catalogue, view.quick_replies)
    return Screen(
        visit=visit,
        header=views.header(catalogues, view.catalogue),
        thread=thread,
        live=last,
        panel=views.panel(view.chips, _known(parley, visit)),
        status=views.announcement("", 0),
    )


def _said(wish: _Turn, view: SessionView) -> str:
    """What the turn's head says while it runs."""
    titles = {card.item_id: card.title for turn in view.turns for card in turn.cards}
    match wish:
        case Say(text):
            return text
        case Judge(item_id, liked):
            return views.judgement_line(titles.get(item_id, "that"), liked)
        case Weigh(key, weight):
            labels = {chip.key: chip.label for chip in view.chips}
            return views.weight_line(key, weight, titles, labels)
        case TakeBack(key):
            return views.removal_line(key, titles, {chip.key: chip.label for chip in view.chips})
