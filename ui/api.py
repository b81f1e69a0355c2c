"""`/api/v1`: the conversation for programs, as JSON or as server-sent events.

    GET    /api/v1/catalogues
    POST   /api/v1/sessions                         {"catalogue"}            → 201 {"session", …}
    GET    /api/v1/sessions/{id}                                             → the conversation so far
    POST   /api/v1/sessions/{id}/messages           {"text"}                 → a turn, or its events
    POST   /api/v1/sessions/{id}/feedback           {"item_id", "liked"}     → a turn, or its events
    POST   /api/v1/sessions/{id}/clicks             {"item_id"}              → 204: its own page was opened
    GET    /api/v1/sessions/{id}/profile                                     → all that is known of the person
    GET    /api/v1/sessions/{id}/profile/evolution                           → how their interests went
    POST   /api/v1/sessions/{id}/profile            {"key", "weight"}        → a turn, or its events
    DELETE /api/v1/sessions/{id}                                             → 204, and it is forgotten
    DELETE /api/v1/sessions/{id}/constraints/{key}                           → a turn, or its events

With `Accept: text/event-stream` a turn comes as events `heard`, `text`, `cards`, `done` (a turn), `error`.
Every error is {"error": {"code", "message"}}; none repeats what was sent. A page of another site sends its
`X-Parley-Site-Key`, which opens one catalogue and the conversations begun under it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, assert_never

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi import Path as PathParameter
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from chatbot.events import Cards, Done, Event, Heard, SessionView, TextPiece
from retriever.errors import (
    GenerationError,
    InputError,
    ModelError,
    ParleyError,
    StorageError,
    UnknownCatalogue,
    UnknownItem,
)
from ui import wire
from ui.widget.keys import NotForThisSite, SiteKey, SiteKeys
from ui.widget.origins import site_of

if TYPE_CHECKING:
    from chatbot.build import Parley
    from chatbot.engine import Chatbot

log = logging.getLogger(__name__)

SessionId = Annotated[str, PathParameter(min_length=1, max_length=128)]
ChipKey = Annotated[str, PathParameter(min_length=1, max_length=600)]


def _site(request: Request) -> SiteKey | None:
    return site_of(request.scope)


Site = Annotated[SiteKey | None, Depends(_site)]


class NoSession(InputError):
    """The session in the address is nobody's."""


# The first class that fits counts. 503: the request was right, and may work later or after a repair.
STATUS: tuple[tuple[type[ParleyError], int, str], ...] = (
    (UnknownCatalogue, 404, "unknown_catalogue"),
    (UnknownItem, 404, "unknown_item"),
    (NoSession, 404, "unknown_session"),
    (NotForThisSite, 403, "other_catalogue"),
    (InputError, 422, "bad_input"),
    (StorageError, 503, "storage"),
    (GenerationError, 503, "index"),
    (ModelError, 503, "model"),
    (ParleyError, 503, "unavailable"),
)
_ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
_HTTP_SENTENCES = {
    404: "there is nothing at this address",
    405: "this address does not take that method",
}
_HTTP_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "not_json",
    422: "bad_request",
}


def api_routes(parley: Parley, keys: SiteKeys) -> APIRouter:
    """The routes above, over one `Parley` and the keys of its data folder."""
    router = APIRouter(prefix="/api/v1")
    chatbot = parley.chatbot

    @router.get("/catalogues")
    def catalogues(site: Site) -> wire.WireCatalogues:
        shown = [each for each in parley.catalogues() if site is None or each.name == site.catalogue]
        return wire.WireCatalogues(catalogues=[wire.wire_catalogue(each) for each in shown])

    @router.post("/sessions", status_code=201)
    def begin(request: wire.NewSession, site: Site) -> wire.WireSession:
        if site is not None and site.catalogue != request.catalogue:
            raise NotForThisSite("this site key is for another catalogue; use that one, or make another key")
        session = chatbot.start(request.catalogue)
        if site is not None:
            keys.bind(session, site)
        view = chatbot.restore(session)
        return wire.WireSession(
            session=session,
            catalogue=view.catalogue,
            quick_replies=[wire.wire_quick(each) for each in view.quick_replies],
        )

    @router.get("/sessions/{session}")
    def restore(session: SessionId, request: Request, response: Response) -> wire.WireConversation:
        response.headers["Cache-Control"] = "no-store"
        return wire.wire_conversation(view_of(chatbot, keys, session, request))

    @router.post("/sessions/{session}/messages", response_model=wire.WireTurn)
    def say(session: SessionId, message: wire.NewMessage, request: Request) -> Response:
        view = view_of(chatbot, keys, session, request)
        return answered(view, chatbot.reply(session, message.text), request)

    @router.post("/sessions/{session}/feedback", response_model=wire.WireTurn)
    def judge(session: SessionId, feedback: wire.NewFeedback, request: Request) -> Response:
        view = view_of(chatbot, keys, session, request)
        return answered(view, chatbot.feedback(session, feedback.item_id, feedback.liked), request)

    @router.post("/sessions/{session}/clicks", status_code=204)
    def click(session: SessionId, opened: wire.NewClick, request: Request) -> None:
        view_of(chatbot, keys, session, request)
        chatbot.click(session, opened.item_id)

    @router.delete("/sessions/{session}", status_code=204)
    def erase(session: SessionId, request: Request) -> None:
        view_of(chatbot, keys, session, request)
        chatbot.erase(session)

    # A key may hold any character, a slash too.
    @router.delete("/sessions/{session}/constraints/{key:path}", response_model=wire.WireTurn)
    def take_back(session: SessionId, key: ChipKey, request: Request) -> Response:
        view = view_of(chatbot, keys, session, request)
        return answered(view, chatbot.remove(session, key), request)

    # The page is mounted at "/" and would answer everything else here, in Gradio's form.
    @router.api_route("/{rest:path}", methods=_ALL_METHODS, include_in_schema=False)
    def nothing_here() -> None:
        raise HTTPException(404)

    return router


def view_of(chatbot: Chatbot, keys: SiteKeys, session: str, request: Request) -> SessionView:
    """The conversation in the address: looked at before a turn, while a status can still be sent."""
    # Somebody else's conversation, another site's, one that is gone and one that never was look the same.
    nobodys = "there is no such conversation; begin one with POST /api/v1/sessions"
    if not keys.may_continue(session, site_of(request.scope)):
        raise NoSession(nobodys)
    try:
        return chatbot.restore(session)
    except InputError as error:
        raise NoSession(nobodys) from error


def answered(view: SessionView, events: Iterator[Event], request: Request) -> Response:
    """The turn in the form that the request accepts."""
    first = next(events, None)
    if "text/event-stream" in request.headers.get("accept", ""):
        return EventSourceResponse(
            _as_sse(_with_first(first, events), view.catalogue), headers={"Cache-Control": "no-store"}
        )
    for event in _with_first(first, events):
        if isinstance(event, Done):
            return JSONResponse(wire.wire_turn(event.turn, view.catalogue).model_dump(mode="json"))
    raise ParleyError("the turn ended without a reply; please send it again")


def _with_first(first: Event | None, rest: Iterator[Event]) -> Iterator[Event]:
    if first is not None:
        yield first
    yield from rest


def _as_sse(events: Iterator[Event], catalogue: str) -> Iterator[bytes]:
    try:
        for event in events:
            name, body = _wire_event(event, catalogue)
            yield format_sse_event(event=name, data_str=body.model_dump_json())
    except ParleyError as error:
        yield format_sse_event(event="error", data_str=error_body(error)[1].model_dump_json())
    except Exception as error:  # noqa: BLE001  # the status is sent: only an event can still tell of it
        log.error("a streamed turn failed: %s", type(error).__name__)
        yield format_sse_event(event="error", data_str=_internal().model_dump_json())


def _wire_event(event: Event, catalogue: str) -> tuple[str, BaseModel]:
    match event:
        case Heard(acts, chips):
            return "heard", wire.Understood(acts=list(acts), chips=[wire.wire_chip(each) for each in chips])
        case TextPiece(text):
            return "text", wire.Piece(text=text)
        case Cards(cards):
            return "cards", wire.Shown(cards=[wire.wire_card(each, catalogue) for each in cards])
        case Done(turn):
            return "done", wire.wire_turn(turn, catalogue)
        case never:
            assert_never(never)


def error_body(error: ParleyError) -> tuple[int, wire.WireError]:
    """Status and body for an error of ours."""
    status, code = next((status, code) for kind, status, code in STATUS if isinstance(error, kind))
    return status, wire.WireError(error=wire.ErrorBody(code=code, message=str(error)))


def _internal() -> wire.WireError:
    return wire.WireError(error=wire.ErrorBody(code="internal", message="something went wrong on our side"))


def handle_errors(app: FastAPI) -> None:
    """Give every error of `app` the one form, without a word of the request in it.

    FastAPI's own answer to an invalid body repeats the body, and fails with 500 on text that cannot be
    encoded.
    """

    @app.exception_handler(ParleyError)
    def ours(_: Request, error: ParleyError) -> Response:
        status, body = error_body(error)
        return JSONResponse(body.model_dump(), status)

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> Response:
        message = _what_is_wrong(error.errors()[0])
        return JSONResponse({"error": {"code": "bad_request", "message": message}}, 422)

    @app.exception_handler(HTTPException)
    def http(_: Request, error: HTTPException) -> Response:
        code = _HTTP_CODES.get(error.status_code, "http_error")
        sentence = _HTTP_SENTENCES.get(error.status_code, code.replace("_", " "))
        body = {"error": {"code": code, "message": sentence}}
        return JSONResponse(body, error.status_code, headers=error.headers)

    @app.exception_handler(Exception)
    def unexpected(_: Request, error: Exception) -> Response:
        log.error("a request failed: %s", type(error).__name__)
        return JSONResponse(_internal().model_dump(), 500)


def _what_is_wrong(fault: Mapping[str, Any]) -> str:
    """A sentence for pydantic's first complaint, from its kind and limit alone."""
    named = [str(part) for part in fault["loc"] if part in _FIELDS]
    field = named[-1] if named and named[-1] not in {"body", "path"} else ""
    kind, limits = str(fault["type"]), fault.get("ctx", {})
    if kind == "extra_forbidden":
        return "the body has a field that is not known; send only those of this address"
    if not field:
        return "the body must be a JSON object; send it with `Content-Type: application/json`"
    match kind:
        case "missing":
            return f"{field!r} is missing; send it in the JSON body"
        case "string_too_short":
            return f"{field!r} is empty; fill it in"
        case "string_too_long":
            return f"{field!r} is longer than {limits.get('max_length', 0):,} characters; shorten it"
        case "bool_type":
            return f"{field!r} must be true, false or null"
        case _:
            return f"{field!r} must be text in quotes" if kind == "string_type" else f"{field!r} is not valid"


# The only parts of a location that are ours: a name that the sender made up is not repeated.
_FIELDS = frozenset({"body", "path", "catalogue", "text", "item_id", "liked", "session", "key", "weight"})
