"""The Gradio page: its parts, and which events change them. What they show is in `views.py`.

In: a `Parley`. Out: `gr.Blocks`. Nothing about a person is kept here: the browser has the session id, the
store has the conversation, so two people (or two workers' threads) never meet.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retriever.errors import StorageError
from ui import views
from ui.screen import Screen, acted, opened
from ui.wishes import Say, Wish, read_wish

if TYPE_CHECKING:
    from chatbot.build import Parley

STORAGE_KEY = "parley-visit"
SECRET_FILE = "browser-secret"  # noqa: S105  # a file's name
# Gradio's default is one run of an event at a time for everybody: the second person would wait for the
# first one's whole reply. A run mostly waits for the chat model, which batches by itself.
TURNS_AT_ONCE = 32
MAX_WAITING = 64

# The one way from a tap to the server: a fixed listener that forwards `data-*` of our own controls. It is
# our constant, never built from data.
_FORWARD = """
const send = (data) => parleyTurns.tap(data, () => trigger('click', data));
element.addEventListener('click', (event) => {
  const control = event.target.closest('[data-act]');
  if (control && control.tagName !== 'SELECT') send({...control.dataset});
});
element.addEventListener('change', (event) => {
  const control = event.target.closest('select[data-act]');
  if (control) send({...control.dataset, name: control.value});
});
"""
_BEGAN = "(...inputs) => { parleyTurns.began(); return inputs; }"
_ENDED = "() => { parleyTurns.ended(); }"


def build_page(parley: Parley) -> Any:
    """The page as `gr.Blocks`, to be mounted by `app.py`.

    Raises:
        StorageError: the data folder cannot be written.
    """
    import gradio as gr

    def part(elem_id: str, value: str = "") -> Any:
        return gr.HTML(value, elem_id=elem_id, js_on_load=_FORWARD, apply_default_css=False, padding=False)

    with gr.Blocks(
        title="Parley", analytics_enabled=False, delete_cache=(3600, 3600), fill_width=True
    ) as page:
        visit = gr.BrowserState(
            {}, storage_key=STORAGE_KEY, secret=browser_secret(parley.settings.data_dir / SECRET_FILE)
        )
        with gr.Column(elem_id="parley"):
            header = part("parley-header", views.header((), ""))
            gr.HTML(views.panel_toggle(), elem_id="parley-toggle", apply_default_css=False, js_on_load=None)
            with gr.Column(elem_id="parley-talk"):
                thread = part("parley-thread")
                live = part("parley-live")
                # Always there, and only its words change: a screen reader passes over what is wholly new.
                silent = views.announcement("", 0)
                status = gr.HTML(silent, elem_id="parley-status", apply_default_css=False, js_on_load=None)
            panel = part("parley-panel", views.panel(()))
            with gr.Column(elem_id="parley-composer"):
                message = gr.Textbox(
                    label="Message",
                    show_label=False,
                    placeholder="Say what you are looking for",
                    lines=1,
                    max_lines=5,
                    max_length=parley.settings.max_message_chars,
                    submit_btn=True,
                    autofocus=True,
                )

        outputs = [visit, header, thread, live, panel, status, message]

        def drawn(screen: Screen) -> tuple[Any, ...]:
            parts = (screen.header, screen.thread, screen.live, screen.panel, screen.status)
            return (
                gr.skip() if screen.visit is None else screen.visit.as_json(),
                *(gr.skip() if each is None else str(each) for each in parts),
                "" if screen.clears_message else gr.skip(),
            )

        def on_load(kept: Any) -> tuple[Any, ...]:
            return drawn(opened(parley, kept))

        def on_act(kept: Any, typed: Any, event: Any) -> Iterator[tuple[Any, ...]]:
            wish = _wish(event._data, typed)
            if wish is None:
                yield (gr.skip(),) * len(outputs)
                return
            for screen in acted(parley, kept, wish):
                yield drawn(screen)

        # Gradio finds the event by this annotation, and cannot resolve a name that is local to this function.
        on_act.__annotations__["event"] = gr.EventData
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        page.load(on_load, visit, outputs, concurrency_limit=TURNS_AT_ONCE, **quiet)
        turn = gr.on(
            # One event for all, so that "once" holds for the page: no second turn starts while one runs.
            [message.submit, header.click, live.click, thread.click, panel.click],
            on_act,
            [visit, message],
            outputs,
            trigger_mode="once",
            concurrency_limit=TURNS_AT_ONCE,
            js=_BEGAN,
            **quiet,
        )
        turn.then(None, js=_ENDED, **quiet)
    page.queue(max_size=MAX_WAITING, default_concurrency_limit=TURNS_AT_ONCE, api_open=False)
    return page


def _wish(data: object, typed: object) -> Wish | None:
    """Sending the message brings no data of its own; a tap brings its control's."""
    if data is None:
        return Say(typed) if isinstance(typed, str) and typed.strip() else None
    return read_wish(data)


def browser_secret(path: Path) -> str:
    """The key under which browsers store their visit, made once per data folder and readable by its owner.

    With a new one at each start every browser would lose its conversation at each restart.

    Raises:
        StorageError: it can neither be read nor written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            kept = path.read_text(encoding="ascii", errors="replace").strip()
            if len(kept) >= 16:
                return kept
            handle = os.open(path, os.O_WRONLY | os.O_TRUNC)
        secret = secrets.token_hex(16)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secret)
        return secret
    except OSError as error:
        raise StorageError(
            f"the page's key {path} cannot be written ({error.strerror}); free some space, or give the "
            "folder to the user that runs Parley, and start again"
        ) from error
