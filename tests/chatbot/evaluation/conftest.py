"""A stage over the demo catalogues, with the encoder that needs no model and plain sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatbot.build import Parley, build
from chatbot.evaluation.outcomes import DialogueOutcome
from chatbot.evaluation.reading import read_scripts
from chatbot.evaluation.runner import perform, prepare
from chatbot.evaluation.stage import Stage, open_stage
from chatbot.settings import load_settings
from ingestion.demo import demo_catalogues
from loading import load_all


@pytest.fixture(scope="session")
def parley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    settings = load_settings(
        data_dir=tmp_path_factory.mktemp("stage"), encoder="hashing", chat_model="none", threads=1
    )
    built = build(settings)
    load_all(demo_catalogues(), built.ledger, built.encoder, settings.data_dir)
    yield built
    built.close()


@pytest.fixture
def stage(parley: Parley) -> Iterator[Stage]:
    with open_stage(parley) as opened:
        yield opened


@pytest.fixture
def perform_text(stage: Stage, tmp_path: Path) -> Callable[[str], DialogueOutcome]:
    """The outcome of the one dialogue in a text."""

    def run(text: str) -> DialogueOutcome:
        path = tmp_path / "script.yaml"
        path.write_text(text, encoding="utf-8")
        (written,) = read_scripts(path)
        (rehearsed,) = prepare(written, stage)
        return perform(rehearsed, stage)

    return run
