"""What `parley doctor` says of the reranker."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.settings import Settings
from ui.doctor import Check, check_models


@pytest.mark.parametrize(
    ("name", "ok", "detail", "remedy"),
    [
        ("none", True, "none; candidates stay in their fused order", ""),
        ("overlap", True, "overlap (your own choice", ""),
        ("nobody/nothing", False, "no reranker 'nobody/nothing' on this machine", "set PARLEY_RERANKER=none"),
    ],
)
def test_the_doctor_lists_the_reranker(tmp_path: Path, name: str, ok: bool, detail: str, remedy: str):
    settings = Settings(data_dir=tmp_path, encoder="hashing", chat_model="none", reranker=name)
    check: Check = next(one for one in check_models(settings) if one.name == "reranker")
    assert (check.ok, check.remedy) == (ok, remedy)
    assert check.detail.startswith(detail)
