"""What could be wrong with this installation, and what mends it.

In: settings. Out: a list of `Check`. Only looks: nothing is written (but by
`measure_paths`), downloaded or repaired.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from retriever.errors import ParleyError, SettingsError

if TYPE_CHECKING:
    from chatbot.settings import Settings

OLDEST_PYTHON = (3, 11)
# An encoder, a chat model and an index of 100,000 items together; measured with the embedded models.
NEEDED_MEMORY_BYTES = 2 * 1024**3
# Room for three generations of the demo catalogues and a session store that grows.
NEEDED_DISK_BYTES = 500 * 1024**2


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `remedy`, a command or a step, is empty where all is well."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def check_all(settings: Settings) -> list[Check]:
    """Every check, in the order in which faults are best mended. A check that itself fails is a fault."""
    checks: list[Check] = []
    for name, look in _LOOKS.items():
        try:
            checks += look(settings)
        except ParleyError as error:
            checks.append(
                Check(name, False, str(error), "follow the sentence above, then run `parley doctor`")
            )
        except OSError as error:
            detail = f"{error.filename or 'the system'}: {error.strerror or error}"
            checks.append(
                Check(name, False, detail, "mend the file or folder named here, then run `parley doctor`")
            )
    return checks


def check_python(_: Settings) -> Iterator[Check]:
    """The interpreter."""
    ok = sys.version_info >= OLDEST_PYTHON
    oldest = ".".join(map(str, OLDEST_PYTHON))
    yield Check(
        "python",
        ok,
        f"{platform.python_version()} ({sys.executable})",
        "" if ok else f"install Python {oldest} or newer",
    )


def check_torch(settings: Settings) -> Iterator[Check]:
    """Torch, and the device that it computes on."""
    try:
        import torch
    except (ImportError, OSError) as error:
        yield Check("torch", False, f"cannot be imported: {error}", "pip install torch")
        return
    yield Check("torch", True, torch.__version__)
    cuda = torch.cuda.is_available()
    if settings.device == "cuda" and not cuda:
        yield Check("device", False, "PARLEY_DEVICE is cuda, but torch sees no GPU", "set PARLEY_DEVICE=cpu")
        return
    use_gpu = cuda and settings.device != "cpu"
    detail = torch.cuda.get_device_name(0) if use_gpu else f"CPU, {torch.get_num_threads()} threads"
    yield Check("device", True, detail)


def check_memory(_: Settings) -> Iterator[Check]:
    """Main memory that is free to use."""
    free = available_memory_bytes()
    if free is None:
        yield Check("memory", True, "not known on this system")
        return
    ok = free >= NEEDED_MEMORY_BYTES
    remedy = "" if ok else "close other programs, or set PARLEY_CHAT_MODEL=none to run without the chat model"
    yield Check("memory", ok, f"{_size(free)} available, {_size(NEEDED_MEMORY_BYTES)} needed", remedy)


def check_models(settings: Settings) -> Iterator[Check]:
    """The files of the configured models, by digest."""
    from chatbot.build import check_chat_model, make_encoder, make_image_encoder, make_reranker
    from retriever.models import MINILM, SMOLLM2, ModelSpec, package_folder, verify

    def embedded(name: str, spec: ModelSpec) -> Check:
        try:
            path = verify(spec)
        except ParleyError as error:
            # Of a package that is there pip says so and leaves it, unless it is told otherwise.
            again = " --force-reinstall" if package_folder(spec.package) else ""
            return Check(name, False, str(error), spec.install + again)
        return Check(
            name, True, f"{spec.name}, {_size(path.stat().st_size)}, sha256 {spec.sha256[:12]}… as expected"
        )

    def own(kind: str, name: str, look: Callable[[Settings], object], remedy: str) -> Check:
        try:
            look(settings)
        except ParleyError as error:
            return Check(kind, False, str(error), remedy)
        return Check(kind, True, f"{name} (your own choice; its digest is not known)")

    if settings.encoder == "embedded":
        yield embedded("encoder", MINILM)
    else:
        yield own("encoder", settings.encoder, make_encoder, "set PARLEY_ENCODER=embedded")
    if settings.image_encoder:
        remedy = "unset PARLEY_IMAGE_ENCODER"
        yield own("image encoder", settings.image_encoder, make_image_encoder, remedy)
    if settings.reranker == "none":
        yield Check("reranker", True, "none; candidates stay in their fused order")
    else:
        yield own("reranker", settings.reranker, make_reranker, "set PARLEY_RERANKER=none")
    if settings.chat_model == "embedded":
        yield embedded("chat model", SMOLLM2)
    else:
        yield own("chat model", settings.chat_model, check_chat_model, "set PARLEY_CHAT_MODEL=embedded")


def check_encoding(settings: Settings) -> Iterator[Check]:
    """What encodes a catalogue, and how fast it was when that was measured."""
    from chatbot.build import make_encoder
    from retriever.transformer import SentenceTransformersEncoder

    try:
        encoder = make_encoder(settings)
        if not isinstance(encoder, SentenceTransformersEncoder):
            yield Check("encoding path", True, f"{encoder.name}, which has only one")
            return
        yield Check("encoding path", True, encoder.check_path())
    except SettingsError as error:
        yield Check("encoding path", False, str(error), "set PARLEY_ENCODING_PATH=auto")


def check_writing(settings: Settings) -> Iterator[Check]:
    """What runs a chat model of this machine, and how fast it was when that was measured."""
    from chatbot.build import make_chat_model
    from generator.backends.local import LocalChatModel

    try:
        model = make_chat_model(settings)
        if isinstance(model, LocalChatModel):
            yield Check("writing path", True, model.check_path())
    except SettingsError as error:
        yield Check("writing path", False, str(error), "set PARLEY_WRITING_PATH=auto")


def measure_paths(settings: Settings) -> None:
    """Measure what encodes a catalogue fastest on this machine, and keep it; the one thing that writes."""
    from chatbot.build import make_encoder
    from retriever.transformer import SentenceTransformersEncoder

    encoder = make_encoder(settings)
    if isinstance(encoder, SentenceTransformersEncoder):
        encoder.decide(anew=True)


def check_data_folder(settings: Settings) -> Iterator[Check]:
    """Whether the data folder can be written, and the room on its disk."""
    folder = settings.data_dir
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    writable = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    yield Check(
        "data folder",
        writable,
        f"{folder}" if writable else f"{existing} cannot be written",
        "" if writable else "set PARLEY_DATA_DIR to a folder of yours",
    )
    free = shutil.disk_usage(existing).free
    ok = free >= NEEDED_DISK_BYTES
    remedy = "" if ok else f"free {_size(NEEDED_DISK_BYTES - free)}, or set PARLEY_DATA_DIR to a larger disk"
    yield Check("disk", ok, f"{_size(free)} free", remedy)


def check_catalogues(settings: Settings) -> Iterator[Check]:
    """Each catalogue, and whether its published index is whole."""
    from retriever.generations import current, open_generation
    from retriever.ledger import Ledger

    path = settings.data_dir / "ledger.sqlite3"
    if not path.is_file():
        yield Check("catalogues", False, "none is loaded", "parley ingest --demo")
        return
    with Ledger.open(path) as ledger:
        infos = ledger.catalogues()
    if not infos:
        yield Check("catalogues", False, "none is loaded", "parley ingest --demo")
    for info in infos:
        name = f"catalogue {info.name}"
        remedy = _rebuild_command(info.name, info.source_name)
        try:
            generation = current(settings.data_dir / "generations", info.name)
            if generation is None:
                yield Check(name, False, f"{info.item_count:,} items, but no index", remedy)
                continue
            open_generation(generation)
        except ParleyError as error:
            yield Check(name, False, str(error), remedy)
            continue
        yield Check(name, True, f"{info.item_count:,} items, index {generation.name} is whole")


def check_sessions(settings: Settings) -> Iterator[Check]:
    """Whether the conversations that were kept can be opened."""
    from chatbot.sql_sessions import SqlSessionStore, sqlite_url

    path = settings.data_dir / "sessions.sqlite3"
    if not settings.database_url and not path.is_file():
        yield Check("sessions", True, "none yet")
        return
    try:
        SqlSessionStore(settings.database_url or sqlite_url(path)).check()
    except ParleyError as error:
        remedy = "unset PARLEY_DATABASE_URL" if settings.database_url else f"mv {path} {path}.damaged"
        yield Check("sessions", False, str(error), remedy)
        return
    yield Check("sessions", True, "the database opens and is whole")


def _rebuild_command(name: str, source: str) -> str:
    from ingestion.demo import demo_catalogues
    from ingestion.spool import NAME as STANDARD_INPUT

    shipped = demo_catalogues().get(name)
    if shipped is not None and shipped.name == source:
        return "parley ingest --demo --rebuild"
    source = "-" if source == STANDARD_INPUT else source
    return f"parley ingest {source or 'FILE'} --catalogue {name} --rebuild"


def check_telemetry(_: Settings) -> Iterator[Check]:
    """Whether every library is told to stay off the network."""
    yield telemetry(os.environ)


def telemetry(environ: Mapping[str, str]) -> Check:
    """The switches of `retriever.offline`, as this environment has them."""
    from retriever.offline import OFFLINE

    # One that somebody set on purpose wins over ours, and may undo it.
    changed = [name for name, value in OFFLINE.items() if environ.get(name, value) != value]
    network = [name for name in changed if name not in {"TOKENIZERS_PARALLELISM", "TRANSFORMERS_VERBOSITY"}]
    if network:
        return Check("telemetry", False, f"switched on by {', '.join(network)}", f"unset {' '.join(network)}")
    return Check("telemetry", True, "off; no library may call out")


def check_settings(settings: Settings) -> Iterator[Check]:
    """Every setting with its value; keys are not shown."""
    from chatbot.settings import PREFIX

    for name in type(settings).model_fields:
        value = getattr(settings, name)
        secret = name.endswith("_key") or name == "database_url"
        shown = ("(set)" if value else "(empty)") if secret else value if value != "" else "(empty)"
        yield Check(f"{PREFIX}{name.upper()}", True, str(shown))


def available_memory_bytes() -> int | None:
    """Memory that programs may still take, as Linux tells it, within a container's own limit; else None."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    if "MemAvailable" not in fields:
        return None
    available = int(fields["MemAvailable"].split()[0]) * 1024
    group = Path("/sys/fs/cgroup")
    try:
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        used = int((group / "memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return available
    return min(available, int(limit) - used) if limit.isdigit() else available


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GiB" if count >= 1024**3 else f"{count / 1024**2:.0f} MiB"


_LOOKS: dict[str, Callable[[Settings], Iterator[Check]]] = {
    "python": check_python,
    "torch": check_torch,
    "memory": check_memory,
    "models": check_models,
    "encoding path": check_encoding,
    "writing path": check_writing,
    "data folder": check_data_folder,
    "catalogues": check_catalogues,
    "sessions": check_sessions,
    "telemetry": check_telemetry,
    "settings": check_settings,
}
