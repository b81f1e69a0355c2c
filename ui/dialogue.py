"""`parley chat`: a conversation in the terminal.

A line is a message; a line that begins with a slash is a command. What is printed is stripped of control
characters first: a catalogue's text must not move a person's cursor.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.text import Text

from chatbot.events import Card, Cards, Chip, Done, Event, Heard, TextPiece
from retriever.errors import InputError, ParleyError
from ui.telling import finished
from ui.terminal import card_table, plain

if TYPE_CHECKING:
    from chatbot.engine import Chatbot

Shown = TypeVar("Shown")

HELP = (
    "/like N, /not N: judge the card N.  /forget N: take back what was understood.  /new: begin again.  "
    "/quit: leave (Ctrl+D too)."
)


def run(chatbot: Chatbot, catalogue: str, console: Console | None = None) -> None:
    """Talk until the person leaves.

    Raises:
        UnknownCatalogue: before the first question.
    """
    console = console or Console(highlight=False)
    talk = _Talk(chatbot, catalogue, console)
    console.print(Text("Say what you are looking for. /help lists the commands.", style="dim"))
    for quick in chatbot.restore(talk.session).quick_replies:
        console.print(Text(f"  · {plain(quick.label)}", style="dim"))
    while True:
        try:
            line = console.input(Text("\nyou › ", style="bold")).strip()
        except EOFError:
            console.print()
            return
        if line in {"/quit", "/exit"}:
            return
        if not line:
            continue
        try:
            talk.take(line)
        except ParleyError as error:
            console.print(Text(str(error), style="yellow"))


class _Talk:
    """The terminal's side of one conversation: what was shown last, so that a number can name it."""

    def __init__(self, chatbot: Chatbot, catalogue: str, console: Console) -> None:
        self._chatbot = chatbot
        self._catalogue = catalogue
        self._console = console
        self.session = chatbot.start(catalogue)
        self._cards: tuple[Card, ...] = ()
        self._chips: tuple[Chip, ...] = ()

    def take(self, line: str) -> None:
        """Do what the line asks."""
        command, _, rest = line.partition(" ")
        if not command.startswith("/"):
            self._show(self._chatbot.reply(self.session, line))
        elif command == "/help":
            self._console.print(Text(HELP, style="dim"))
        elif command == "/new":
            self.session = self._chatbot.start(self._catalogue)
            self._cards = self._chips = ()
            self._console.print(Text("A new conversation.", style="dim"))
        elif command in {"/like", "/not"}:
            card = _numbered(self._cards, rest, "card")
            self._show(self._chatbot.feedback(self.session, card.item_id, command == "/like"))
        elif command == "/forget":
            self._show(self._chatbot.remove(self.session, _numbered(self._chips, rest, "wish").key))
        else:
            raise InputError(f"there is no command {plain(command)}. {HELP}")

    def _show(self, events: Iterator[Event]) -> None:
        cards: tuple[Card, ...] = ()
        self._console.print()
        for event in events:
            match event:
                case Heard(chips=chips):
                    self._chips = chips
                case TextPiece(text):
                    self._console.print(Text(plain(text)), end="", soft_wrap=True)
                case Cards(shown):
                    cards = shown
                case Done(turn):
                    self._chips = turn.chips
                    self._after(turn.text, cards, tuple(quick.label for quick in turn.quick_replies))
        if cards:
            self._cards = cards

    def _after(self, text: str, cards: tuple[Card, ...], quick: tuple[str, ...]) -> None:
        self._console.print()
        if cards:
            # Here the words above stay: a card only repeats what they have not said.
            self._console.print(card_table(cards, reasons=finished(text, cards) == text.strip()))
        if self._chips:
            labels = "  ".join(f"{n} {plain(chip.label)}" for n, chip in enumerate(self._chips, start=1))
            self._console.print(Text(f"understood: {labels}", style="cyan"))
        if quick:
            self._console.print(Text(f"you could say: {' · '.join(map(plain, quick))}", style="dim"))


def _numbered(shown: tuple[Shown, ...], number: str, what: str) -> Shown:
    if number.strip().isdecimal() and 1 <= int(number) <= len(shown):
        return shown[int(number) - 1]
    count = f"1 to {len(shown)}" if shown else "none is shown yet"
    raise InputError(f"say which {what} by its number ({count})")
