"""Dialogue scripts as pytest tests: one test for each dialogue in each of its catalogues.

Load it with `pytest -p chatbot.evaluation.pytest_plugin`. Collected are YAML files that end in
`.dialogue.yaml` or lie in a folder called `dialogues`. Settings are those of `parley`, unless a
`conftest.py` beside the scripts gives others by the hook `pytest_parley_settings`; scripts under other
settings need a run of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from chatbot.build import build
from chatbot.evaluation.outcomes import DialogueOutcome, Status
from chatbot.evaluation.reading import BrokenScript, Written, read_scripts
from chatbot.evaluation.runner import perform, prepare
from chatbot.evaluation.stage import Stage, open_stage
from chatbot.settings import Settings, load_settings

_FOLDER, _ENDING = "dialogues", ".dialogue.yaml"


class Hooks:
    """What a `conftest.py` may define."""

    @pytest.hookspec(firstresult=True)
    def pytest_parley_settings(self, config: pytest.Config) -> Settings | None:
        """The settings to rehearse with: which data folder, encoder and chat model."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Make our hook known."""
    pluginmanager.add_hookspecs(Hooks)


class _Opened:
    """The stage of a test session, opened by the first dialogue that needs it."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._stage: Stage | None = None

    def stage(self, item: pytest.Item) -> Stage:
        if self._stage is None:
            # The item's own hooks: only those reach a conftest.py below the folder where pytest began.
            settings = item.ihook.pytest_parley_settings(config=item.config) or load_settings()
            parley = build(settings)
            self._stack.callback(parley.close)
            self._stage = self._stack.enter_context(open_stage(parley))
        return self._stage

    def close(self) -> None:
        self._stack.close()
        self._stage = None


_KEY = pytest.StashKey[_Opened]()


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is built before a dialogue runs."""
    config.stash[_KEY] = _Opened()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go of databases."""
    config.stash[_KEY].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take in script files."""
    in_folder = file_path.suffix == ".yaml" and _FOLDER in file_path.parent.parts
    if in_folder or file_path.name.endswith(_ENDING):
        file: pytest.Collector = DialogueFile.from_parent(parent, path=file_path)
        return file
    return None


class DialogueFile(pytest.File):
    """A file of scripts. A broken one fails to be collected, with its line."""

    def collect(self) -> Iterable[DialogueTest]:
        for written in read_scripts(self.path):
            for catalogue in written.script.catalogue:
                name = f"{written.script.dialogue} [{catalogue}]"
                yield DialogueTest.from_parent(self, name=name, written=written, catalogue=catalogue)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A broken script in one sentence; everything else as pytest tells it."""
        return _told(excinfo) or pytest.Item.repr_failure(self, excinfo, style)


class DialogueFailed(Exception):
    """A dialogue did not end as it should; its text says where."""


class DialogueTest(pytest.Item):
    """One dialogue in one catalogue."""

    def __init__(self, *, written: Written, catalogue: str, **more: Any) -> None:
        super().__init__(**more)
        self._written = written
        self._catalogue = catalogue

    def runtest(self) -> None:
        """Perform it; an expected failure is an xfail, and passing in spite of one fails."""
        stage = self.config.stash[_KEY].stage(self)
        rehearsed = next(r for r in prepare(self._written, stage) if r.catalogue == self._catalogue)
        outcome = perform(rehearsed, stage)
        if outcome.status is Status.EXPECTED_FAILURE:
            pytest.xfail(outcome.expected_to_fail)
        if outcome.status is not Status.PASSED:
            raise DialogueFailed(_failures(outcome))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What did not hold, line by line, without Python's own trace."""
        return _told(excinfo) or super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the dialogue begins."""
        return self.path, self._written.line(("dialogue",)) - 1, self.name


def _failures(outcome: DialogueOutcome) -> str:
    if outcome.status is Status.UNEXPECTED_PASS:
        return "it passes now: take `expected_to_fail` out"
    return "\n".join(
        f"{outcome.path}:{failure.line}: turn {turn.number} ({turn.done}): {failure.expected}: {failure.seen}"
        for turn in outcome.turns
        for failure in turn.failures
    )


def _told(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    return str(excinfo.value) if isinstance(excinfo.value, BrokenScript | DialogueFailed) else ""
