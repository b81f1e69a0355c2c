"""Running the web server: the address is checked first, and it stops when it is told to."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import logging
import socket
import sys
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING

from retriever.errors import SettingsError

if TYPE_CHECKING:
    from chatbot.build import Parley

# An open page holds a stream to the server as long as it is open; without a limit uvicorn waits for it.
GRACE_S = 5
_PORTS_TRIED = 200


def check_address(host: str, port: int, allowed_hosts: Sequence[str] = ()) -> None:
    """Refuse an address that cannot be used, or that would let in anybody unasked.

    Raises:
        SettingsError: the port is taken (names the next free one), the host is not this machine's, or it
            faces a network and no allowed host says under which name.
    """
    if not is_loopback(host) and not allowed_hosts:
        raise SettingsError(
            f"{host} can be reached from other machines and Parley has no log-in; say under which name "
            "people may reach it with `--allowed-host NAME`, or leave --host out"
        )
    problem = _bind_problem(host, port)
    if problem is None:
        return
    if problem.errno == errno.EADDRINUSE:
        free = next_free_port(host, port + 1)
        hint = f"port {free} is free, try `parley serve --port {free}`" if free else "try another with --port"
        raise SettingsError(f"port {port} is in use by another program; {hint}")
    if problem.errno == errno.EACCES:
        raise SettingsError(f"port {port} is kept for the system; try `parley serve --port 7860`")
    raise SettingsError(
        f"nothing can listen on {host}:{port} ({problem.strerror or problem}); "
        "try `parley serve --host 127.0.0.1`"
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def next_free_port(host: str, start: int) -> int | None:
    """The first free port from `start` on; None if there is none near."""
    for port in range(start, min(start + _PORTS_TRIED, 65536)):
        if _bind_problem(host, port) is None:
            return port
    return None


def _bind_problem(host: str, port: int) -> OSError | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with contextlib.closing(socket.socket(family, kind, protocol)) as probe:
            # As uvicorn does, so that a port in its waiting time after a stop counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error
    return None


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def serve(parley: Parley, allowed_hosts: Sequence[str] = ()) -> None:
    """Serve until SIGINT or SIGTERM. Prints the address once it answers."""
    import uvicorn

    from ui.app import create_app

    host, port = parley.settings.host, parley.settings.port
    loaded = parley.catalogues()  # a damaged ledger ends it here, before an address is promised
    shown = f"[{host}]" if ":" in host else host
    app = create_app(parley, allowed_hosts=allowed_hosts)

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                _tell(f"Parley is at http://{shown}:{port} (stop with Ctrl+C)")
                if not loaded:
                    _tell("No catalogue is loaded yet: run `parley ingest --demo`.")
                parley.warm_up(tell=_tell, stays=True)

        def handle_exit(self, _signal: int, _frame: FrameType | None) -> None:
            # Uvicorn's own raises the signal again once all is closed, which ends the process before
            # ours is; a stop that was asked for is no failure.
            self.force_exit = self.should_exit
            self.should_exit = True

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # It tells of every open page that it cuts off, with a traceback each.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,  # paths hold session ids, which are secrets
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        ws="none",
    )
    with contextlib.suppress(KeyboardInterrupt):
        Announcing(config).run()
