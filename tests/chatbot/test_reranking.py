"""The reranker as a setting: none unless asked for, and then with its limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.build import build, make_reranking
from chatbot.settings import Settings, load_settings
from retriever.errors import ModelMissing, SettingsError
from retriever.reranker import OverlapReranker


def test_nobody_reranks_unless_asked_to(tmp_path: Path):
    assert make_reranking(Settings(data_dir=tmp_path)) is None


def test_the_settings_name_the_reranker_and_how_many_it_sees(tmp_path: Path):
    settings = Settings(
        data_dir=tmp_path, encoder="hashing", chat_model="none", reranker="overlap", rerank_items=7
    )
    parley = build(settings)
    try:
        parley.warm_up(wait=True)
        assert parley.faults == ()
        assert parley.reranking is not None
        assert parley.reranking.reranker == OverlapReranker()
        assert (parley.reranking.items, parley.reranking.counts["done"]) == (7, 0)
    finally:
        parley.close()


def test_a_reranker_that_is_not_there_is_told_at_the_start(tmp_path: Path):
    with pytest.raises(ModelMissing, match="no reranker 'nobody/nothing' on this machine"):
        make_reranking(Settings(data_dir=tmp_path, reranker="nobody/nothing"))


@pytest.mark.parametrize("given", [{"rerank_items": 1}, {"rerank_deadline_s": 0}, {"reranker": ""}])
def test_limits_that_make_no_sense_are_refused(tmp_path: Path, given: dict[str, object]):
    with pytest.raises(SettingsError, match="PARLEY_RERANK"):
        load_settings(tmp_path, **given)
