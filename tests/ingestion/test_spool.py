"""Standard input, kept as a file for as long as it is read."""

from __future__ import annotations

import io
import tempfile

import pytest

from ingestion.readers import open_rows
from ingestion.spool import NAME, spooled
from retriever.errors import LoadError, StorageError


def test_what_comes_in_is_a_file_as_long_as_it_is_needed():
    with spooled(io.BytesIO(b"title,price\nTent,3\n")) as path:
        assert [row.fields for _ in range(2) for row in open_rows(path)] == [
            {"title": "Tent", "price": "3"}
        ] * 2
    assert not path.parent.exists()


def test_it_goes_when_the_load_fails():
    with pytest.raises(LoadError, match=f"{NAME} is empty"), spooled(io.BytesIO(b"")) as path:
        list(open_rows(path))
    assert not path.parent.exists()


def test_a_temporary_folder_that_cannot_hold_it_is_named(tmp_path, monkeypatch):
    class Full(io.BytesIO):
        """Bytes for which there is no room."""

        def read(self, size=-1):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(StorageError, match=rf"{NAME} cannot be kept in {tmp_path} .*TMPDIR"), spooled(Full()):
        pass
    assert list(tmp_path.iterdir()) == []
