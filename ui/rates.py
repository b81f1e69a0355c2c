"""How often one address may ask for something to be done.

Plain ASGI. Counts changes (a message, a click, a new conversation) in a moving minute, in memory. Requests
from this machine itself are not counted: who runs Parley on a laptop is alone with it, and behind a proxy
uvicorn puts the visitor's own address in place.
"""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ui.limits import READING, App, Receive, Scope, Send, refuse


class Rates:
    """Refuses an address that asks more than `per_minute` times a minute with 429; 0 sets no limit."""

    def __init__(self, app: App, per_minute: int) -> None:
        self._app = app
        self._limit = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        counted = scope["type"] == "http" and scope["method"] not in READING
        address = _network(scope) if counted and self._limit is not None else ""
        if not address or self._limit is None or self._limiter.hit(self._limit, address):
            await self._app(scope, receive, send)
            return
        resets = self._limiter.get_window_stats(self._limit, address).reset_time
        wait = max(1, math.ceil(resets - time.time()))
        sentence = f"too many requests from this address; try again in {wait} s"
        await refuse(send, 429, "too_many", sentence, (b"retry-after", str(wait).encode()))


def _network(scope: Scope) -> str:
    """What is counted together: an IPv4 address, the /64 of an IPv6 one; empty for this machine."""
    client = scope.get("client")
    try:
        address = ipaddress.ip_address(client[0] if client else "")
    except ValueError:
        return ""  # a socket file, which only a proxy on this machine can use
    if address.is_loopback:
        return ""
    if address.version == 6:
        # One household has a whole /64 and could ask from 2^64 addresses.
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
