"""The part of `/api/v1` that tells what is known of the person: to be read, exported, drawn and edited.

In: a `Parley` and its site keys. Out: routes, of which `api.py` names the addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from ui import wire
from ui.api import SessionId, answered, view_of
from ui.widget.keys import SiteKeys

if TYPE_CHECKING:
    from chatbot.build import Parley


def profile_routes(parley: Parley, keys: SiteKeys) -> APIRouter:
    """The routes; to be included before those of `api.py`, which answer everything else there."""
    router = APIRouter(prefix="/api/v1")
    chatbot = parley.chatbot

    @router.get("/sessions/{session}/profile")
    def profile(session: SessionId, request: Request) -> Response:
        view_of(chatbot, keys, session, request)
        known = chatbot.insight(session).knowledge.as_json()
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": 'attachment; filename="parley-profile.json"',
        }
        return JSONResponse(known, headers=headers)

    @router.get("/sessions/{session}/profile/evolution")
    def evolution(session: SessionId, request: Request, response: Response) -> wire.WireEvolution:
        view_of(chatbot, keys, session, request)
        response.headers["Cache-Control"] = "no-store"
        return wire.wire_evolution(chatbot.insight(session).series)

    @router.post("/sessions/{session}/profile", response_model=wire.WireTurn)
    def weigh(session: SessionId, weight: wire.NewWeight, request: Request) -> Response:
        view = view_of(chatbot, keys, session, request)
        return answered(view, chatbot.adjust(session, weight.key, weight.weight), request)

    return router
