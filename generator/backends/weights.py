"""Loading a causal language model under transformers: quietly, offline, and nothing that could run code.

In: "embedded", a folder, or a hub name; an adapter for the embedded one; a folder for converted copies.
Out: `Weights`, network and tokenizer ready to use.
"""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from generator.backends.adapter import Adapter, merge, read_adapter
from generator.backends.converted import Converted
from generator.chat_model import Message
from retriever.devices import found_device
from retriever.errors import ModelMissing
from retriever.models import SMOLLM2, file_sha256, verify
from retriever.offline import go_offline

EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class Weights:
    """A network and its tokenizer. `ends`: tokens that end an answer."""

    network: Any
    tokenizer: Any
    device: str
    ends: frozenset[int]

    def prompt(self, messages: Sequence[Message]) -> tuple[list[int], list[int]]:
        """Token numbers up to where the assistant speaks: of all but the last message, and of the rest."""
        turns = [{"role": message.role, "content": message.content} for message in messages]
        whole = self._rendered(turns, add_generation_prompt=True)
        if len(turns) < 2:
            return [], whole
        before = self._rendered(turns[:-1], add_generation_prompt=False)
        # A template may write the last turn differently: then nothing is shared.
        if whole[: len(before)] != before or len(before) == len(whole):
            return [], whole
        return before, whole[len(before) :]

    def _rendered(self, turns: list[dict[str, str]], *, add_generation_prompt: bool) -> list[int]:
        text = self.tokenizer.apply_chat_template(
            turns, tokenize=False, add_generation_prompt=add_generation_prompt
        )
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Token numbers of each text, without begin and end."""
        return list(self.tokenizer(list(texts), add_special_tokens=False)["input_ids"]) if texts else []

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of token numbers."""
        return str(
            self.tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        )


def load_weights(
    source: str,
    device: str,
    *,
    download: bool = False,
    adapter: Path | None = None,
    cache: Path | None = None,
    bits: int = 0,
) -> Weights:
    """Load a model; on a GPU spread by accelerate over those that there are.

    `bits`: 8 or 4 for weights of fewer bits, which takes a GPU; 0 leaves them. `adapter`: a folder with one
    for the embedded model, merged into it. `cache`: where a converted copy of a GGUF, merged and all, is kept
    for the next start; None keeps none.

    Raises:
        ModelMissing: if it is absent, damaged, not a chat model, or brings code or pickled weights; if the
            adapter is damaged or belongs to another model; if it can't be had in so few bits here.
    """
    if not download:
        go_offline()
    import torch

    device = found_device(device)
    dtype = torch.bfloat16 if device != "cpu" or _multiplies_bf16() else torch.float32
    path = verify(SMOLLM2) if source == EMBEDDED else Path(source).expanduser()
    placed = placement(device, bits) if path.suffix != ".gguf" else {}
    read = None
    if adapter is not None:
        # Looked at whether or not a converted copy is there: a damaged file is told, not hidden.
        read = read_adapter(adapter, file_sha256(path) if path.is_file() else "")
    try:
        with _quiet():
            if path.suffix == ".gguf":
                network, tokenizer = _load_gguf(path, dtype, read, cache)
            else:
                name = str(path) if path.is_dir() else source
                network, tokenizer = _load(name, dtype, download, placed)
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise ModelMissing(
            f"the chat model {source!r} cannot be loaded ({error}); give a folder with safetensors weights, "
            f"or set PARLEY_CHAT_MODEL to 'embedded' or 'none'"
        ) from error
    if not getattr(tokenizer, "chat_template", None):
        raise ModelMissing(
            f"{source!r} has no chat template, so it is no chat model; choose an instruct model"
        )
    network.eval()
    if not placed:
        network.to(device)
    return Weights(network, tokenizer, device, _ends(network, tokenizer))


def placement(device: str, bits: int) -> dict[str, Any]:
    """How transformers is told where a network goes, and in how many bits.

    Raises:
        ModelMissing: fewer bits are asked for without a GPU, or without the package that brings them.
    """
    if device == "cpu":
        if bits:
            raise ModelMissing(
                f"a chat model of {bits} bits takes a GPU; set PARLEY_CHAT_MODEL_BITS to 0 (a plain Llama is "
                "written in 8 bits on the CPU anyway where that is faster, see PARLEY_WRITING_PATH)"
            )
        return {}
    if not bits:
        return {"device_map": "auto"}
    if importlib.util.find_spec("bitsandbytes") is None:
        raise ModelMissing(
            f"a chat model of {bits} bits takes the package bitsandbytes; `pip install bitsandbytes`, or set "
            "PARLEY_CHAT_MODEL_BITS to 0"
        )
    from transformers import BitsAndBytesConfig

    fewer = BitsAndBytesConfig(load_in_8bit=bits == 8, load_in_4bit=bits == 4)
    return {"device_map": "auto", "quantization_config": fewer}


def _load(
    name: str, dtype: Any, download: bool, placed: Mapping[str, Any] = MappingProxyType({})
) -> tuple[Any, Any]:
    """A folder with safetensors, or a model of the hub."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    offline = {"local_files_only": not download, "trust_remote_code": False}
    tokenizer = AutoTokenizer.from_pretrained(name, **offline)
    network = AutoModelForCausalLM.from_pretrained(
        name, dtype=dtype, use_safetensors=True, **offline, **placed
    )
    return network, tokenizer


def _load_gguf(path: Path, dtype: Any, adapter: Adapter | None, cache: Path | None) -> tuple[Any, Any]:
    """A GGUF, unpacked and with its adapter; from the converted copy where there is a whole one."""
    import transformers

    parts = {
        "weights": file_sha256(path),
        "adapter": adapter.about.sha256 if adapter is not None else "",
        "transformers": transformers.__version__,
        "precision": str(dtype),
    }
    converted = Converted(cache, parts) if cache is not None else None
    if converted is not None and (found := converted.found()) is not None:
        return _load(str(found), dtype, download=False)
    network, tokenizer = _unpack(path, dtype)
    if adapter is not None:
        merge(network, adapter)
    if converted is not None:
        converted.keep(network, tokenizer)
    return network, tokenizer


def _unpack(path: Path, dtype: Any) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    offline = {"local_files_only": True, "trust_remote_code": False}
    folder, file = str(path.parent), path.name
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=file, **offline)
    network = AutoModelForCausalLM.from_pretrained(
        folder,
        gguf_file=file,
        # Held in 4 bits it would be unpacked at every token: five times slower on a CPU.
        quantization_config=GgufConfig(dequantize=True),
        dtype=dtype,
        **offline,
    )
    return network, tokenizer


def _ends(network: Any, tokenizer: Any) -> frozenset[int]:
    configured = getattr(network.generation_config, "eos_token_id", None)
    listed = configured if isinstance(configured, list) else [configured]
    return frozenset(token for token in (*listed, tokenizer.eos_token_id) if token is not None)


def _multiplies_bf16() -> bool:
    """True where bf16 products run in hardware; elsewhere torch emulates them, slower than fp32."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars and no advice on the terminal while a model loads."""
    import warnings

    from transformers import modeling_gguf_pytorch_utils as gguf_loading
    from transformers.utils import logging

    logging.set_verbosity_error()
    bars = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    # The GGUF loader draws its bar past that switch.
    bar = gguf_loading.tqdm
    gguf_loading.tqdm = lambda tensors, **_: tensors
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        gguf_loading.tqdm = bar
        if bars:
            logging.enable_progress_bar()
