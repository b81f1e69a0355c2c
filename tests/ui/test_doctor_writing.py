"""What `parley doctor` says of what runs the chat model."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.settings import Settings
from ui.doctor import check_writing


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("auto", "not chosen yet; the chat model's next start measures"),
        ("transformers", "transformers, as PARLEY_WRITING_PATH says"),
    ],
)
def test_the_doctor_says_what_writes(tmp_path: Path, path: str, says: str):
    (check,) = check_writing(Settings(data_dir=tmp_path, device="cpu", writing_path=path))
    assert (check.name, check.ok, check.detail) == ("writing path", True, says)


def test_the_doctor_says_nothing_of_what_writes_elsewhere(tmp_path: Path):
    assert list(check_writing(Settings(data_dir=tmp_path, chat_model="http://127.0.0.1:9/v1"))) == []


def test_a_wanted_path_that_cannot_be_run_is_a_fault_with_its_remedy(tmp_path: Path, monkeypatch):
    import torch

    monkeypatch.setattr(type(torch.backends.quantized), "supported_engines", ["none"], raising=False)
    (check,) = check_writing(Settings(data_dir=tmp_path, device="cpu", writing_path="torch-int8"))
    assert not check.ok
    assert "PARLEY_WRITING_PATH is torch-int8" in check.detail
    assert check.remedy == "set PARLEY_WRITING_PATH=auto"
