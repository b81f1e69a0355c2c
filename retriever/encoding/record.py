"""The choice of a path, kept in a small file: which machine, which libraries, which encoder, all figures.

In: a file and what a choice holds for. Out: the kept choice, or None where anything differs. A record that
cannot be read or written costs a measurement, never a load.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from retriever.encoding.choice import Choice, Measured
from retriever.encoding.paths import Lanes, PathName
from retriever.kept_record import keep_record, read_record
from retriever.machine import machine_facts

_WHAT = "encoding paths"
_LIBRARIES = ("torch", "transformers", "tokenizers", "openvino")


class _Lanes(BaseModel):
    model_config = ConfigDict(extra="forbid")
    workers: int = Field(ge=1, le=1024)
    threads: int = Field(ge=1, le=1024)


class _Measured(BaseModel):
    model_config = ConfigDict(extra="forbid")
    path: PathName
    lanes: _Lanes
    texts_per_s: float = Field(ge=0)
    deviation: float = Field(ge=0)
    why: str


class _Choice(BaseModel):
    model_config = ConfigDict(extra="forbid")
    path: PathName
    lanes: _Lanes
    measured: list[_Measured]


class _Record(BaseModel):
    """The whole file. `encoders`: fingerprint → choice; all were measured on the one machine."""

    model_config = ConfigDict(extra="forbid")
    layout: Literal[1] = 1
    machine: dict[str, str]
    encoders: dict[str, _Choice]


def machine_key(threads: int) -> dict[str, str]:
    """What a choice depends on beside the encoder: processor, its flags, cores, GPU and libraries."""
    facts = machine_facts(_LIBRARIES)
    return {
        "processor": facts.processor,
        "flags": " ".join(facts.flags),
        "threads": str(threads),
        "gpu": facts.gpu,
        **facts.packages,
    }


def read_choice(path: Path, machine: dict[str, str], fingerprint: str) -> Choice | None:
    """The choice for this encoder on this machine; None where none is kept, or another machine's."""
    record = _read(path)
    if record is None or record.machine != machine or fingerprint not in record.encoders:
        return None
    kept = record.encoders[fingerprint]
    return Choice(
        kept.path,
        Lanes(kept.lanes.workers, kept.lanes.threads),
        tuple(
            Measured(
                one.path, Lanes(one.lanes.workers, one.lanes.threads), one.texts_per_s, one.deviation, one.why
            )
            for one in kept.measured
        ),
    )


def keep_choice(path: Path, machine: dict[str, str], fingerprint: str, choice: Choice) -> None:
    """Keep a choice beside those of other encoders on this machine; another machine's are dropped."""
    record = _read(path)
    others = record.encoders if record is not None and record.machine == machine else {}
    new = _Record(machine=machine, encoders={**others, fingerprint: _Choice.model_validate(asdict(choice))})
    keep_record(path, new, _WHAT)


def _read(path: Path) -> _Record | None:
    return read_record(path, _Record, _WHAT)
