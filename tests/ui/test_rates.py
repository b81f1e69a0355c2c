"""How often one address may ask: counted by address, told with a time to wait, not for this machine."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ui.rates import Rates


async def _answers(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def ask(app: Rates, address: str | None, method: str = "POST") -> dict[str, Any]:
    """The start of the response to one request."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    client = (address, 4711) if address is not None else None
    asyncio.run(app({"type": "http", "method": method, "client": client, "headers": []}, None, send))  # type: ignore[arg-type]
    return {**sent[0], "body": sent[1]["body"]}


def test_one_address_too_many_is_refused_and_told_when_to_come_back():
    app = Rates(_answers, per_minute=3)
    assert [ask(app, "203.0.113.7")["status"] for _ in range(4)] == [200, 200, 200, 429]
    refused = ask(app, "203.0.113.7")
    assert b'"code": "too_many"' in refused["body"]
    assert 1 <= int(dict(refused["headers"])[b"retry-after"]) <= 60
    assert ask(app, "203.0.113.8")["status"] == 200


def test_reading_is_not_counted():
    app = Rates(_answers, per_minute=1)
    assert [ask(app, "203.0.113.7", "GET")["status"] for _ in range(3)] == [200, 200, 200]
    assert ask(app, "203.0.113.7")["status"] == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.8.8", None, "/run/parley.sock"])
def test_this_machine_is_not_limited(address: str | None):
    app = Rates(_answers, per_minute=1)
    assert [ask(app, address)["status"] for _ in range(3)] == [200, 200, 200]


def test_a_household_with_many_addresses_counts_as_one():
    app = Rates(_answers, per_minute=2)
    seen = [ask(app, f"2001:db8:1:2::{number}")["status"] for number in range(1, 4)]
    assert seen == [200, 200, 429]
    assert ask(app, "2001:db8:1:3::1")["status"] == 200


def test_zero_sets_no_limit():
    app = Rates(_answers, per_minute=0)
    assert [ask(app, "203.0.113.7")["status"] for _ in range(5)] == [200] * 5


def test_the_served_application_limits_an_address_elsewhere(parley: Any):
    from starlette.testclient import TestClient

    from ui.app import create_app

    parley.settings.rate_per_minute = 2
    app = create_app(parley)
    with TestClient(app, base_url="http://127.0.0.1:7860", client=("203.0.113.7", 1)) as client:
        asked = [client.post("/api/v1/sessions", json={"catalogue": "lamps"}) for _ in range(3)]
        assert [answer.status_code for answer in asked] == [201, 201, 429]
        assert asked[2].json()["error"]["code"] == "too_many"
        assert client.get("/api/v1/catalogues").status_code == 200
