"""The mapping kept after a load: guessed anew while nobody touches it, obeyed once somebody does."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ingestion.inference import infer
from ingestion.mapping import read_mapping
from ingestion.readers import Row
from ingestion.saved_mapping import mapping_path, save_mapping, saved_mapping
from retriever.errors import LoadError, StorageError


@pytest.fixture
def mapping():
    return infer([Row(n, {"name": f"Tent {n}", "shade": "rg"[n % 2], "price": n + 1}) for n in range(12)])


def test_an_untouched_file_is_guessed_anew_and_written_again(tmp_path, mapping):
    assert saved_mapping(tmp_path) is None
    path = save_mapping(tmp_path, "mine", mapping)
    assert read_mapping(path) == mapping
    assert saved_mapping(tmp_path) is None
    other = mapping.model_copy(update={"url": "shade"})
    assert save_mapping(tmp_path, "mine", other) == path
    assert read_mapping(path).url == "shade"


def test_what_a_person_changed_holds_and_is_never_written_over(tmp_path, mapping):
    path = save_mapping(tmp_path, "mine", mapping)
    mine = path.read_text().replace('label = "shade"', 'label = "colour"')
    path.write_text(mine)
    assert [f.label for f in saved_mapping(tmp_path).facets] == ["colour", "price"]
    assert save_mapping(tmp_path, "mine", mapping) is None
    assert path.read_text() == mine


def test_a_file_without_its_guess_is_a_persons(tmp_path):
    mapping_path(tmp_path).write_text('title = "name"\n')
    assert saved_mapping(tmp_path).title == "name"


def test_other_line_ends_and_blanks_at_line_ends_change_nothing(tmp_path, mapping):
    path = save_mapping(tmp_path, "mine", mapping)
    path.write_bytes(path.read_bytes().replace(b"\n", b" \r\n") + b"\r\n")
    assert saved_mapping(tmp_path) is None


def test_a_broken_file_is_named_with_its_line_and_what_to_do(tmp_path, mapping):
    path = save_mapping(tmp_path, "mine", mapping)
    lines = path.read_text().splitlines()
    wrong = lines.index('kind = "number"')
    lines[wrong] = 'kind = "numbr"'
    path.write_text("\n".join(lines))
    with pytest.raises(LoadError, match=rf"facets.1.kind, line {wrong + 1} .*mapping\.toml.*delete it"):
        saved_mapping(tmp_path)


def test_the_file_tells_editors_of_its_schema_and_people_what_it_is(tmp_path, mapping):
    text = save_mapping(tmp_path, "mine", mapping).read_text()
    first, second = text.splitlines()[:2]
    assert first == "#:schema ./mapping.schema.json"
    assert "'mine'" in second
    assert json.loads((tmp_path / "mapping.schema.json").read_text())["properties"]["title"]


def test_saving_the_same_again_touches_nothing(tmp_path, mapping):
    path = save_mapping(tmp_path, "mine", mapping)
    os.utime(path, (1, 1))
    save_mapping(tmp_path, "mine", mapping)
    assert path.stat().st_mtime == 1


def test_a_folder_that_cannot_be_written_is_told(mapping):
    # The kernel's own files: nobody, root included, may make a folder among them.
    with pytest.raises(StorageError, match="PARLEY_DATA_DIR"):
        save_mapping(Path("/sys/mappings"), "mine", mapping)
