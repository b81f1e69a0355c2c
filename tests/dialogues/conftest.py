"""The acceptance set: dialogues over the demo catalogues and two small ones of its own, one test each.

`catalogues/books_zh_small.jsonl`: forty real books, told in Chinese; `year` is that of first publication.
`catalogues/hostile_small.jsonl`: lamps and mugs whose descriptions try to give orders. To run the set with
`parley eval`, load both first: `parley ingest FILE --catalogue NAME`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue_loading import load_catalogues
from chatbot.build import Parley, build
from chatbot.evaluation.stage import Stage, open_stage
from chatbot.settings import Settings
from embedded_demo import copy_embedded_demo

_LOADED = pytest.StashKey[Settings]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They use the embedded encoder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.models)


def pytest_parley_settings(config: pytest.Config) -> Settings:
    """The catalogues in a folder of their own, loaded once for all that asks."""
    if _LOADED not in config.stash:
        folder = tempfile.TemporaryDirectory(prefix="parley-dialogues-")
        config.add_cleanup(folder.cleanup)
        copy_embedded_demo(Path(folder.name))  # loading it again below changes nothing
        config.stash[_LOADED] = load_catalogues(Path(folder.name))
    return config.stash[_LOADED]


@pytest.fixture(scope="session")
def parley(pytestconfig: pytest.Config) -> Iterator[Parley]:
    """The product over the same catalogues, for tests in Python."""
    built = build(pytest_parley_settings(pytestconfig))
    yield built
    built.close()


@pytest.fixture(scope="session")
def stage(parley: Parley) -> Iterator[Stage]:
    """A stage for what leaves the product whole."""
    with open_stage(parley) as opened:
        yield opened
