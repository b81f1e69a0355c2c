"""Settings: where they come from, which wins, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.settings import known_names, load_settings
from retriever.errors import SettingsError


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch):
    for name in known_names():
        monkeypatch.delenv(name, raising=False)


def test_defaults_bind_to_this_machine_only(tmp_path: Path):
    settings = load_settings(tmp_path)
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert settings.data_dir.is_absolute()


def test_the_environment_wins_over_the_file_and_the_file_over_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "parley.toml").write_text("port = 9000\nshortlist_size = 5\n", encoding="utf-8")
    monkeypatch.setenv("PARLEY_PORT", "9100")
    settings = load_settings(tmp_path)
    assert (settings.port, settings.shortlist_size) == (9100, 5)
    assert load_settings(tmp_path, port=9200).port == 9200


def test_an_unknown_variable_is_refused_with_the_nearest_known_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PARLEY_PROT", "9100")
    with pytest.raises(SettingsError, match=r"PARLEY_PROT; did you mean PARLEY_PORT\?"):
        load_settings(tmp_path)


def test_an_unknown_name_in_the_file_is_refused_too(tmp_path: Path):
    (tmp_path / "parley.toml").write_text('encodr = "x"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"encodr; did you mean encoder\?"):
        load_settings(tmp_path)


@pytest.mark.parametrize(("name", "value"), [("PARLEY_PORT", "99999"), ("PARLEY_DEVICE", "abacus")])
def test_a_value_out_of_range_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name} is '{value}'"):
        load_settings(tmp_path)


def test_a_broken_file_is_named(tmp_path: Path):
    (tmp_path / "parley.toml").write_text("port = = 1", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"parley\.toml is not valid TOML"):
        load_settings(tmp_path)


def test_keys_are_never_shown(tmp_path: Path):
    assert "hush" not in repr(load_settings(tmp_path, chat_model_key="hush"))


def test_a_key_in_the_file_is_refused_without_repeating_it(tmp_path: Path):
    (tmp_path / "parley.toml").write_text('chat_model_key = "hush"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="PARLEY_CHAT_MODEL_KEY") as refused:
        load_settings(tmp_path)
    assert "hush" not in str(refused.value)
