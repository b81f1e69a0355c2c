"""Tune the embedded chat model to say why an item fits, and keep what was learned as an adapter.

    python -m generator.recipes.tune --data DATA_DIR --work FOLDER [--out FOLDER] [--recipe tune.toml]

In: catalogues loaded in a data folder, tune.toml, the base model. Out: adapter.safetensors, adapter.json and
curve.jsonl (step, loss, seconds) in the out folder. The work folder holds checkpoints: the same command goes
on where it was stopped. One core or one GPU; the loss is that of the answers only.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from safetensors.torch import load_file, save_file

from generator.backends.weights import EMBEDDED, Weights, load_weights
from generator.recipes.data import FOLDER, Example, examples_of
from generator.recipes.lora import add_lora, lora_tensors
from retriever.ledger import Ledger
from retriever.models import SMOLLM2, file_sha256, verify


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token numbers of a prompt with its answer; the answer begins at `start`."""

    tokens: tuple[int, ...]
    start: int


def encode(examples: Sequence[Example], weights: Weights) -> list[Encoded]:
    """Examples as tokens, each with an end after its answer."""
    end = weights.tokenizer.eos_token_id
    found = []
    for example in examples:
        before, rest = weights.prompt(example.messages)
        answer = weights.encode([example.target])[0]
        found.append(Encoded((*before, *rest, *answer, end), len(before) + len(rest)))
    return found


def batches(found: Sequence[Encoded], size: int, epochs: float, seed: int) -> list[list[Encoded]]:
    """All batches of the run: alike in length inside, shuffled among each other; the seed decides."""
    draw = random.Random(seed)
    planned: list[list[Encoded]] = []
    for _ in range(math.ceil(epochs)):
        # Alike in length wastes no padding; a little noise mixes what stands together.
        order = sorted(found, key=lambda one: len(one.tokens) + draw.uniform(0, 12))
        groups = [order[at : at + size] for at in range(0, len(order), size)]
        draw.shuffle(groups)
        planned += groups
    return planned[: max(1, round(len(planned) * epochs / math.ceil(epochs)))]


def loss_of(network: Any, batch: Sequence[Encoded], device: torch.device) -> torch.Tensor:
    """Mean negative log-likelihood (scalar, nats a token) of the answers' tokens."""
    longest = max(len(one.tokens) for one in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)  # (example, token); padding stands behind
    answered = torch.zeros(len(batch), longest - 1, dtype=torch.bool)  # whether the next token is answer
    for row, one in enumerate(batch):
        ids[row, : len(one.tokens)] = torch.tensor(one.tokens)
        answered[row, one.start - 1 : len(one.tokens) - 1] = True
    ids, answered = ids.to(device), answered.to(device)
    hidden = network.model(input_ids=ids, use_cache=False).last_hidden_state  # (example, token, dim)
    # The vocabulary is half of the work: only where an answer is read.
    logits = network.lm_head(hidden[:, :-1][answered])  # (answer token, vocabulary)
    return torch.nn.functional.cross_entropy(logits.float(), ids[:, 1:][answered])


def train(
    weights: Weights,
    examples: Sequence[Example],
    settings: Mapping[str, Any],
    work: Path,
    stop_after: int = 0,
    start: Path | None = None,
) -> list[dict[str, float]]:
    """Train adapters in place; returns the curve. `stop_after`: steps of this call, 0 for all.

    `start`: the folder of an adapter to begin with, in place of none. A checkpoint in `work` is taken up:
    weights, the optimizer's moments, the step.
    """
    rules, adapter = settings["training"], settings["adapter"]
    torch.manual_seed(rules["seed"])
    network = weights.network
    add_lora(network, adapter["targets"], adapter["rank"], adapter["alpha"], rules["seed"])
    accelerator = Accelerator(cpu=weights.device == "cpu")
    tensors = lora_tensors(network)
    if start is not None:
        known = load_file(start / "adapter.safetensors")
        with torch.no_grad():
            for name, tensor in tensors.items():
                tensor.copy_(known[name])
    optimizer = torch.optim.AdamW(list(tensors.values()), lr=rules["learning_rate"], weight_decay=0.0)
    network, optimizer = accelerator.prepare(network.train(), optimizer)
    planned = batches(encode(examples, weights), rules["batch"], rules["epochs"], rules["seed"])
    work.mkdir(parents=True, exist_ok=True)
    first = _resume(work, tensors, optimizer)
    _cut(work / "curve.jsonl", first)
    last = len(planned) if not stop_after else min(len(planned), first + stop_after)
    started = time.monotonic()
    with (work / "curve.jsonl").open("a", encoding="utf-8") as log:
        for step in range(first, last):
            for group in optimizer.param_groups:
                group["lr"] = rules["learning_rate"] * _pace(step, len(planned), rules["warmup_steps"])
            loss = loss_of(network, planned[step], accelerator.device)
            accelerator.backward(loss)
            accelerator.clip_grad_norm_(list(tensors.values()), rules["clip"])
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            row = {
                "step": step,
                "of": len(planned),
                "loss": round(float(loss.detach()), 4),
                "s": round(time.monotonic() - started, 1),
            }
            log.write(json.dumps(row) + "\n")
            log.flush()
            if (step + 1) % rules["checkpoint_every"] == 0 or step + 1 == last:
                _checkpoint(work, step + 1, tensors, optimizer)
    network.eval()
    return [json.loads(line) for line in (work / "curve.jsonl").read_text(encoding="utf-8").splitlines()]


def _cut(curve: Path, first: int) -> None:
    """Forget what was logged after the checkpoint: those steps are made again."""
    rows = curve.read_text(encoding="utf-8").splitlines() if curve.exists() else []
    kept = [row for row in rows if json.loads(row)["step"] < first]
    curve.write_text("".join(row + "\n" for row in kept), encoding="utf-8")


def _pace(step: int, total: int, warmup: int) -> float:
    """Share of the learning rate: up in a line, then down in half a cosine to a tenth."""
    if step < warmup:
        return (step + 1) / warmup
    done = (step - warmup) / max(1, total - warmup)
    return 0.1 + 0.45 * (1 + math.cos(math.pi * done))


def _checkpoint(work: Path, step: int, tensors: Mapping[str, torch.Tensor], optimizer: Any) -> None:
    state = {f"weight.{name}": tensor.detach().contiguous() for name, tensor in tensors.items()}
    for name, tensor in tensors.items():
        moments = optimizer.state[tensor]
        state |= {f"{key}.{name}": moments[key].contiguous() for key in ("exp_avg", "exp_avg_sq")}
    save_file(state, work / "checkpoint.partial", metadata={"step": str(step)})
    (work / "checkpoint.partial").replace(work / "checkpoint.safetensors")


def _resume(work: Path, tensors: Mapping[str, torch.Tensor], optimizer: Any) -> int:
    """Put a checkpoint back; the number of steps that it holds, 0 without one."""
    path = work / "checkpoint.safetensors"
    if not path.exists():
        return 0
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        step = int(file.metadata()["step"])
    state = load_file(path)
    for name, tensor in tensors.items():
        with torch.no_grad():
            tensor.copy_(state[f"weight.{name}"])
        moments = {key: state[f"{key}.{name}"].to(tensor.device) for key in ("exp_avg", "exp_avg_sq")}
        optimizer.state[tensor] = {"step": torch.tensor(float(step)), **moments}
    return step


def save_adapter(out: Path, network: Any, settings: Mapping[str, Any], base_sha256: str) -> None:
    """adapter.safetensors in bfloat16, and adapter.json that says what it belongs to."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "adapter.safetensors"
    tensors = lora_tensors(network)
    save_file({name: t.detach().to(torch.bfloat16).contiguous().cpu() for name, t in tensors.items()}, path)
    about = {
        "base": SMOLLM2.name,
        "base_sha256": base_sha256,
        "sha256": file_sha256(path),
        "rank": settings["adapter"]["rank"],
        "alpha": settings["adapter"]["alpha"],
        "targets": settings["adapter"]["targets"],
        "prompt": "tell",
        "licence": "Apache-2.0",
    }
    (out / "adapter.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Train as tune.toml says, or go on with it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="data folder with the loaded catalogues")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints and the curve")
    parser.add_argument("--start", type=Path, help="folder of an adapter to go on from")
    parser.add_argument("--out", type=Path, default=FOLDER.parent / "adapters" / "smollm2-135m")
    parser.add_argument("--recipe", type=Path, default=FOLDER / "tune.toml")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    settings = tomllib.loads(given.recipe.read_text(encoding="utf-8"))
    dropped: Counter[str] = Counter()
    with Ledger.open(given.data / "ledger.sqlite3") as ledger:
        examples = examples_of(ledger, settings["data"], dropped)
    print(f"{len(examples)} examples, {sum(dropped.values())} targets dropped by the checks", flush=True)
    weights = load_weights(EMBEDDED, given.device)
    curve = train(weights, examples, settings, given.work, start=given.start)
    save_adapter(given.out, weights.network, settings, file_sha256(verify(SMOLLM2)))
    tail = [row["loss"] for row in curve[-20:]]
    loss = sum(tail) / len(tail)
    print(f"{len(curve)} steps, loss {loss:.3f} over the last {len(tail)}; kept in {given.out}")


if __name__ == "__main__":
    main()
