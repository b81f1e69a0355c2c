"""How often a chat model's own wording of a plain answer may be said, by prompt.

    python -m chatbot.recipes.retellings --data DATA_DIR [--chat-model NAME] [--show]

In: a data folder with the demo catalogues, retellings.txt, a chat model as in PARLEY_CHAT_MODEL; the embedded
one is asked as it comes, since its adapter knows other prompts. Out: for each prompt, how many wordings were
said of how many. The figure goes into the prompt's front matter, with the date and the chat model's name.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from chatbot.build import build, make_chat_model
from chatbot.evaluation.benchmarks.models import untuned
from chatbot.evaluation.stage import open_stage
from chatbot.settings import load_settings
from generator.backends.local import EMBEDDED
from generator.chat_model import ChatModel, Message, Sampling
from generator.grounding import Grounding
from generator.prompting import describing_messages
from generator.replies import Evidence, Piece, Task
from generator.retelling import PROMPTS, retelling
from generator.sentences import plain_reply
from generator.speaker import Speaker
from generator.splitting import sentences_of
from generator.telling import told_of, typographic, wrong_fits
from generator.words import words_of
from generator.writer import Writer

TALKS = Path(__file__).with_name("retellings.txt")
_DESCRIBE = "describe"
_TOKENS = 96
_SECONDS = 120.0


class _Noting(Writer):
    """A writer that keeps the evidence of each reply, with the catalogue's titles."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[tuple[Evidence, Collection[str]]] = []

    def write(
        self, evidence: Evidence, *, seed: int = 0, deadline_s: float = 6.0, titles: Collection[str] = ()
    ) -> Iterator[Piece]:
        self.noted.append((evidence, titles))
        yield from super().write(evidence, seed=seed, deadline_s=deadline_s, titles=titles)


def noted(data: Path) -> list[tuple[Evidence, Collection[str]]]:
    """The evidence of each reply of the talks."""
    writer = _Noting()
    parley = build(load_settings(data_dir=data, chat_model="none"))
    with open_stage(parley, writer) as stage:
        for number, block in enumerate(TALKS.read_text(encoding="utf-8").split("\n\n")):
            lines = [line for line in block.splitlines() if line and not line.startswith("#")]
            catalogue = lines[0].partition(":")[0]
            stage.begin(f"talk {number}")
            session = stage.start(catalogue)
            for line in lines:
                stage.finish(stage.chatbot.reply(session, line.partition(": ")[2]))
    return writer.noted


def described(model: ChatModel, evidence: Evidence, titles: Collection[str]) -> Iterator[tuple[bool, str]]:
    """For each item recommended, whether a wording may be shown whole, and the wording."""
    words = words_of(evidence.language)
    for one in evidence.items:
        told = told_of(one, Speaker.of(evidence, 0))
        text = _written(model, describing_messages(evidence, one.item, told), Sampling(_TOKENS))
        text = typographic(" ".join(text.split()), words)
        grounding = Grounding(evidence, one.item, titles=titles)
        sentences = sentences_of(text, (one.item.title,))
        kept = [s for s in sentences if grounding.check(s).supported and not wrong_fits(s, told, words)]
        yield bool(sentences) and len(kept) == len(sentences), text


def _written(model: ChatModel, messages: Sequence[Message], sampling: Sampling) -> str:
    return "".join(model.stream(messages, dataclasses.replace(sampling, deadline_s=_SECONDS)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="data folder with the demo catalogues")
    parser.add_argument("--chat-model", default=EMBEDDED, help="as in PARLEY_CHAT_MODEL")
    parser.add_argument("--show", action="store_true", help="print what was written, and what was said")
    given = parser.parse_args()
    settings = load_settings(data_dir=given.data, chat_model=given.chat_model)
    model = untuned(settings) if given.chat_model == EMBEDDED else make_chat_model(settings)
    if model is None:
        parser.error("'none' is no chat model; name one")
    asked: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for evidence, titles in noted(given.data):
        if evidence.task is Task.RECOMMEND:
            outcomes = [(_DESCRIBE, *one) for one in described(model, evidence, titles)]
        elif name := PROMPTS.get(evidence.task):
            plain = plain_reply(evidence, 0).opening
            written: list[str] = []

            def ask(
                messages: Sequence[Message], sampling: Sampling, kept: list[str] = written
            ) -> Iterator[str]:
                kept.append(_written(model, messages, sampling))
                yield kept[-1]

            text, _ = retelling(evidence, plain, ask, titles=titles)
            outcomes = [(name, bool(text), "".join(itertools.chain([plain, " → "], written)))]
        else:
            continue
        for name, holds, text in outcomes:
            asked[name] += 1
            said[name] += holds
            if given.show:
                print(f"[{name}] {'said' if holds else 'not said'}: {text}\n", flush=True)
    for name in sorted(asked):
        print(f"{name}: {said[name]} of {asked[name]} said ({model.name})")


if __name__ == "__main__":
    main()
