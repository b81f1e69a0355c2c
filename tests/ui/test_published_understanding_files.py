"""Which files `parley bench understanding` needs for published sets, and what it says where one is absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from retriever.errors import InputError
from ui.bench.published_understanding import Published


def test_no_published_set_is_nothing_to_do(tmp_path: Path) -> None:
    assert not Published()
    assert not Published(films=tmp_path / "films.jsonl")
    assert Published(iard=tmp_path / "iard.jsonl")


def test_a_set_without_its_catalogue_is_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.touch()
    with pytest.raises(InputError, match="--films"):
        Published(iard=rows).check()
    with pytest.raises(InputError, match="--recipes"):
        Published(laps=rows, films=rows).check()


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no file catalog\.jsonl\.gz"):
        Published(sgd=tmp_path).check()
