"""What the doors' tests share: the page served on a free port, and a browser."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from retriever.offline import go_offline

go_offline()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Each names a message that Gradio or Starlette of today raises about itself; any other still fails.
    filters = (
        # Gradio builds its own routes with FastAPI's response class that FastAPI now advises against.
        "ignore:.*ORJSONResponse is deprecated:DeprecationWarning",
        # Starlette still names this constant by its older name, in code that Gradio calls.
        "ignore:'HTTP_422_UNPROCESSABLE_ENTITY' is deprecated:DeprecationWarning",
        # Gradio sets this option of pandas, which pandas 3.1 no longer wants, at its first event.
        "ignore:'future.no_silent_downcasting' is deprecated",
    )
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            for each in filters:
                item.add_marker(pytest.mark.filterwarnings(each))


@pytest.fixture
def parley(tmp_path: Path) -> Any:
    from fakes import fake_parley

    return fake_parley(tmp_path)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The application without a browser, under its address; built once, since Gradio is slow."""
    from fakes import fake_parley
    from starlette.testclient import TestClient

    from ui.app import create_app

    parley = fake_parley(tmp_path_factory.mktemp("served"))
    with TestClient(
        create_app(parley), base_url="http://127.0.0.1:7860", raise_server_exceptions=False
    ) as client:
        yield SimpleNamespace(client=client, parley=parley)


@pytest.fixture
def client(served: SimpleNamespace) -> Any:
    """Its client, with the chatbot's faults mended."""
    served.parley.chatbot.fault = None
    served.parley.ready = True
    return served.client


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The page on a free port, with a chatbot that streams slowly enough to be seen."""
    import uvicorn
    from fakes import fake_parley

    from ui.app import create_app

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    parley = fake_parley(tmp_path_factory.mktemp("site"), delay_s=0.02, port=port)
    config = uvicorn.Config(
        create_app(parley), port=port, log_level="error", timeout_graceful_shutdown=1, ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started
    yield SimpleNamespace(url=f"http://127.0.0.1:{port}", parley=parley)
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium; Playwright's own download is never used."""
    path = os.environ.get("PARLEY_CHROMIUM") or shutil.which("chromium")
    if path is None:
        if os.environ.get("PARLEY_REQUIRE_BROWSER"):
            pytest.fail("no chromium; apt-get install chromium, or set PARLEY_CHROMIUM")
        pytest.skip("no chromium; apt-get install chromium, or set PARLEY_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()
