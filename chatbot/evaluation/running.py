"""A whole run of `parley eval`: scripts found, checked, performed on one or several processes.

In: settings and paths. Out: a `Run`, the same for the same scripts, catalogues, prompts and weights.
"""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import chatbot
import generator
from chatbot.build import Parley, build
from chatbot.evaluation.outcomes import DialogueOutcome, Run
from chatbot.evaluation.reading import BrokenScript, find_scripts, read_scripts
from chatbot.evaluation.runner import Rehearsed, perform, prepare
from chatbot.evaluation.stage import Stage, open_stage
from chatbot.settings import Settings
from retriever import models

Tell = Callable[[DialogueOutcome], None]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a prepared dialogue comes from, so that another process can prepare it again."""

    path: Path
    document: int
    catalogue: str


def run_scripts(
    settings: Settings,
    paths: Sequence[Path],
    *,
    jobs: int = 1,
    tags: Collection[str] = (),
    strict_latency: bool = False,
    tell: Tell | None = None,
) -> Run:
    """Perform all scripts, in the order of their files.

    `jobs`: processes; `tags`: only dialogues that have one of them; `tell` is told of each as it ends.

    Raises:
        BrokenScript: any of them cannot be run as written; then none was.
        ParleyError: the environment is not fit: no data folder, no model.
    """
    if jobs < 1:
        raise ValueError(f"jobs must be at least 1, not {jobs}")
    with _opened(settings) as (parley, stage):
        prepared = list(_prepared(stage, find_scripts(paths), tags))
        if not prepared:
            raise BrokenScript(f"no dialogue has the tag {' or '.join(sorted(tags))}")
        depends = dependencies(parley, [rehearsed.catalogue for _, rehearsed in prepared], stage)
        outcomes = []
        if jobs == 1 or len(prepared) == 1:
            for _, rehearsed in prepared:
                outcomes.append(perform(rehearsed, stage, strict_latency=strict_latency))
                if tell is not None:
                    tell(outcomes[-1])
            return Run(depends, tuple(outcomes))
    # A fresh process each: a forked one would share torch's threads and open databases.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(prepared)), context, _enter, (settings, strict_latency)) as pool:
        for outcome in pool.map(_perform_there, [place for place, _ in prepared]):
            outcomes.append(outcome)
            if tell is not None:
                tell(outcome)
    return Run(depends, tuple(outcomes))


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Parley, Stage]]:
    parley = build(settings)
    try:
        with open_stage(parley) as stage:
            yield parley, stage
    finally:
        parley.close()


def _prepared(
    stage: Stage, paths: Sequence[Path], tags: Collection[str]
) -> Iterator[tuple[_Place, Rehearsed]]:
    names: dict[tuple[str, str, str], str] = {}
    for path in paths:
        for document, written in enumerate(read_scripts(path)):
            if tags and not set(tags).intersection(written.script.tags):
                continue
            for rehearsed in prepare(written, stage):
                # What pairs the dialogues of two runs; within one file the reader has looked already.
                key = path.name, written.script.dialogue, rehearsed.catalogue
                if key in names:
                    raise written.broken(
                        ("dialogue",), f"{written.name!r} is also in {names[key]}; rename one"
                    )
                names[key] = str(path)
                yield _Place(path, document, rehearsed.catalogue), rehearsed


def dependencies(parley: Parley, catalogues: Sequence[str], stage: Stage) -> dict[str, str]:
    """What the words and items of a run depend on, each by name, digest or setting."""
    settings = parley.settings
    depends = {
        "parley": version("parley"),
        "encoder": parley.encoder.name,
        "chat model": parley.chat_model.name if parley.chat_model is not None else "none",
        "shortlist size": str(settings.shortlist_size),
        "prompts": _digest(Path(generator.__file__).parent, "prompts/*.md", "words/*.toml"),
        "words": _digest(Path(chatbot.__file__).parent, "words/*.toml"),
    }
    if settings.chat_model == "embedded":
        depends["chat model weights"] = models.SMOLLM2.sha256[:16]
    for name in sorted(set(catalogues)):
        depends[f"catalogue {name}"] = stage.catalogue(name).content_hash[:16]
    return depends


def _digest(folder: Path, *patterns: str) -> str:
    """The beginning of one SHA-256 over files, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


# --- in a process of the pool ---------------------------------------------------------------------------

_own: tuple[Stage, bool] | None = None


def _enter(settings: Settings, strict_latency: bool) -> None:
    """Open a stage for as long as the process lives."""
    global _own
    opened = _opened(settings)
    _, stage = opened.__enter__()
    _own = (stage, strict_latency)

    import atexit

    atexit.register(opened.__exit__, None, None, None)


def _perform_there(place: _Place) -> DialogueOutcome:
    assert _own is not None  # the pool's initializer ran
    stage, strict_latency = _own
    written = read_scripts(place.path)[place.document]
    rehearsed = next(each for each in prepare(written, stage) if each.catalogue == place.catalogue)
    return perform(rehearsed, stage, strict_latency=strict_latency)
