"""Every knob, read once: environment (`PARLEY_…`) over `parley.toml` in the working folder over defaults.

Out: a `Settings`. An unknown name is refused with the nearest known one, since a setting that is
silently ignored is the hardest fault to find. Only `build.py` and the doors read settings.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from rapidfuzz import process

from retriever.errors import SettingsError

PREFIX = "PARLEY_"
FILE_NAME = "parley.toml"
# Read by the test suite, not by the product, but set in the same environment.
FOREIGN_NAMES = frozenset({"PARLEY_CHROMIUM", "PARLEY_REQUIRE_BROWSER"})


class Settings(BaseSettings):
    """All settings. Sizes are counts unless the name carries a unit."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("parley", appauthor=False)),
        description="where the ledger, generations, pictures and sessions live",
    )
    cache_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir("parley", appauthor=False)),
        description="where what can be made anew is kept: the chat model's unpacked weights (270 MB)",
    )
    encoder: str = Field(
        "embedded", min_length=1, description="'embedded', or a local folder or name of an encoder"
    )
    image_encoder: str = Field(
        "", description="a local folder or name of a CLIP model that ranks by pictures too; empty: none"
    )
    chat_model: str = Field(
        "embedded",
        min_length=1,
        description="'embedded', 'none', 'scripted', a local folder, a hub name, or an OpenAI-compatible URL",
    )
    chat_model_name: str = Field("", description="the model to ask for at an OpenAI-compatible URL")
    chat_model_key: str = Field("", description="the key for an OpenAI-compatible URL", repr=False)
    reranker: str = Field(
        "none", min_length=1, description="'none', 'overlap', or a local folder or name of a cross-encoder"
    )
    rerank_items: Annotated[int, Field(ge=2, le=500)] = Field(
        20, description="how many of the best candidates the reranker sees"
    )
    rerank_deadline_s: Annotated[float, Field(gt=0, le=30)] = Field(
        0.5, description="seconds that reranking may take; after that the order stands as it was"
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="where models and vectors live")
    threads: Annotated[int, Field(ge=0, le=256)] = Field(0, description="CPU threads; 0: all cores")
    encoding_path: Literal["auto", "torch-fp32", "torch-bf16", "openvino-fp32", "openvino-bf16"] = Field(
        "auto", description="what runs the encoder over a catalogue; auto: the fastest that is exact enough"
    )
    writing_path: Literal["auto", "transformers", "torch-int8"] = Field(
        "auto", description="what runs a chat model of this machine; auto: the fastest that is exact enough"
    )
    encoding_processes: Annotated[int, Field(ge=0, le=64)] = Field(
        0, description="processes that share a large load's encoding; 0: one a GPU where there are several"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(7860, description="port to listen on")
    database_url: str = Field("", description="SQLAlchemy URL of the sessions; empty: SQLite in data_dir")
    rate_per_minute: Annotated[int, Field(ge=0, le=100_000)] = Field(
        120, description="messages and clicks a minute from one address elsewhere; 0: no limit"
    )
    contact: str = Field(
        "",
        max_length=200,
        description="where people reach a person, told to who asks for one; empty: nowhere",
    )
    max_message_chars: Annotated[int, Field(ge=1, le=100_000)] = Field(
        2000, description="longest message; a Chinese, Japanese or Korean character counts as two"
    )
    shortlist_size: Annotated[int, Field(ge=1, le=20)] = Field(3, description="items recommended at a time")
    chat_model_bits: Literal[0, 4, 8] = Field(
        0, description="bits of the chat model's weights on a GPU, by bitsandbytes; 0: as they are"
    )
    chat_words: Literal["auto", "held", "free"] = Field(
        "auto",
        description="how a chat model of this machine speaks of items: held to sentences that are true, or "
        "freely, each sentence checked; auto: the embedded one is held",
    )
    write_deadline_s: Annotated[float, Field(gt=0, le=120)] = Field(
        6.0, description="seconds that the chat model may take for one reply"
    )


def known_names() -> tuple[str, ...]:
    """The settings' environment names, sorted."""
    return tuple(sorted(PREFIX + name.upper() for name in Settings.model_fields))


def load_settings(folder: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings; `overrides` (by field name) win over everything.

    Raises:
        SettingsError: a name is unknown, a value is out of range, or the file is not TOML.
    """
    folder = folder or Path.cwd()
    _refuse_unknown_names(
        (name for name in os.environ if name.upper().startswith(PREFIX) and name not in FOREIGN_NAMES),
        known_names(),
        "environment variable",
    )
    from_file = _read_file(folder / FILE_NAME)
    given = {name.upper() for name in os.environ}
    from_environment = {name for name in Settings.model_fields if PREFIX + name.upper() in given}
    # pydantic-settings ranks its arguments above the environment; a file has to rank below it.
    arguments = {name: value for name, value in from_file.items() if name not in from_environment} | overrides
    try:
        settings = Settings(**arguments)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"the setting {PREFIX}{name.upper()} is {first['input']!r}: {first['msg'].lower()}; "
            "change it and start again"
        ) from error
    folders = {name: getattr(settings, name).expanduser().absolute() for name in ("data_dir", "cache_dir")}
    return settings.model_copy(update=folders)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read ({error.strerror}); mend it, or move it away, and start again"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path.name} is not valid TOML ({error}); mend that line and start again"
        ) from error
    _refuse_unknown_names(values, tuple(sorted(Settings.model_fields)), f"setting in {path.name}")
    if "chat_model_key" in values:
        # Such a file is copied and committed with its folder.
        raise SettingsError(
            f"{path.name} holds chat_model_key; a key comes from the environment alone: set "
            "PARLEY_CHAT_MODEL_KEY there and take the line out"
        )
    return values


def _refuse_unknown_names(names: Any, known: tuple[str, ...], what: str) -> None:
    lookup = {name.casefold(): name for name in known}
    for name in names:
        if name.casefold() in lookup:
            continue
        nearest = process.extractOne(name.casefold(), list(lookup))
        hint = f"did you mean {lookup[nearest[0]]}? " if nearest else ""
        raise SettingsError(f"unknown {what} {name}; {hint}rename or remove it and start again")
