"""Train a reranker: a cross-encoder that tells what was right from what our own retriever nearly took for it.

    python -m retriever.recipes.reranker retriever/recipes/reranker.toml --data-dir DATA --out RUN \
        --train films=judged.jsonl [--test shop=others.jsonl]

`films` is a catalogue loaded with `parley ingest` into DATA; judged.jsonl is as `retriever/recipes/judged.py`
describes it. A share of each --train file is held out; --test files are held out whole.

Out, in RUN: `model/` (safetensors, tokenizer, README.md with the measurements: a folder for PARLEY_RERANKER),
`curve.jsonl`, and `checkpoint/`, from which the same command goes on after a stop.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import random
import shutil
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retriever.cross_encoder import CrossEncoderReranker, wish_text
from retriever.domain import ItemId
from retriever.errors import InputError, ParleyError
from retriever.models import file_sha256
from retriever.offline import go_offline
from retriever.open import open_retriever
from retriever.recipes.cases import Case, Material, Source, gather
from retriever.recipes.measured import Compared, compared, measured, records, table
from retriever.reranker import Reranker
from retriever.reranking import new_order
from retriever.torch_threads import bulk_threads
from retriever.transformer import SentenceTransformersEncoder, find_folder

_log = logging.getLogger("recipe")


class Recipe(BaseModel):
    """One experiment. Shares are of dialogues; a step sees queries_a_step × (1 + negatives) pairs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int
    base: str = Field(description="whose weights it starts from: a packaged encoder's name, or a folder")
    test_share: float = Field(gt=0, lt=1)
    valid_share: float = Field(gt=0, lt=1, description="of what the test leaves; chooses among checkpoints")
    valid_queries: int = Field(ge=1, description="of the validation's queries, at most")
    depth: int = Field(ge=2, description="candidates of our own retriever that negatives are drawn from")
    rerank_items: int = Field(ge=2, description="candidates reranked when measuring")
    negatives: int = Field(ge=1)
    queries_a_step: int = Field(ge=1)
    steps: int = Field(ge=1)
    warm_up_steps: int = Field(ge=0)
    learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    dropout: float = Field(ge=0, lt=1)
    max_tokens: int = Field(ge=8)
    bf16: bool
    evaluate_every: int = Field(ge=1, description="steps between two checkpoints, each measured")


# -- data ----------------------------------------------------------------------------------------------


def pairs_of_step(recipe: Recipe, cases: Sequence[Case], step: int) -> list[tuple[str, str]]:
    """The pairs of one step, query by query, the right item first. Depends on seed and step alone, so that a
    run that was stopped goes on with the pairs that it would have seen.
    """
    luck = random.Random(f"{recipe.seed} {step}")
    pairs: list[tuple[str, str]] = []
    for case in luck.choices(cases, k=recipe.queries_a_step):
        right = luck.choices(list(case.judged.items), weights=list(case.judged.items.values()))[0]
        wrong = [item for item in case.head if item not in case.judged.items]
        chosen = luck.sample(wrong, min(recipe.negatives, len(wrong)))
        while len(chosen) < recipe.negatives:  # a catalogue smaller than a step's list: some come twice
            chosen.append(luck.choice(wrong))
        words = wish_text(case.wish)
        pairs.extend((words, case.source.text(item)) for item in (right, *chosen))
    return pairs


# -- measuring -----------------------------------------------------------------------------------------


def reranked(case: Case, reranker: Reranker, items: int) -> tuple[ItemId, ...]:
    """The case's candidates as the product would order them with this reranker."""
    head = case.head[:items]
    scores = reranker.score(case.wish, [case.source.text(item) for item in head])
    places = new_order(scores, np.zeros(len(head)))
    return tuple(head[place] for place in places) + case.head[items:]


def compare(cases: Sequence[Case], reranker: Reranker, recipe: Recipe) -> tuple[Compared, ...]:
    """The fused order against the reranked one."""
    judged = [case.judged for case in cases]
    before = measured(judged, [case.head for case in cases])
    after = measured(judged, [reranked(case, reranker, recipe.rerank_items) for case in cases])
    return compared(judged, before, after, recipe.seed)


# -- training ------------------------------------------------------------------------------------------


def learning_rate(recipe: Recipe, step: int) -> float:
    """Up in a straight line over the warm-up, then down to 0 at the last step."""
    if step < recipe.warm_up_steps:
        return recipe.learning_rate * (step + 1) / recipe.warm_up_steps
    left = (recipe.steps - step) / max(recipe.steps - recipe.warm_up_steps, 1)
    return recipe.learning_rate * left


def begin(recipe: Recipe) -> tuple[Any, Any]:
    """(network, tokenizer) of the base, with a head that is new and the recipe's dropout.

    Raises:
        ModelMissing: if the base is not on this machine.
        InputError: if it cannot read as many tokens as the recipe wants.
    """
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    base = find_folder(recipe.base)
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True, trust_remote_code=False)
    tokenizer.model_max_length = recipe.max_tokens
    network: Any = AutoModelForSequenceClassification.from_pretrained(
        base, num_labels=1, local_files_only=True, use_safetensors=True, trust_remote_code=False
    )
    longest = getattr(network.config, "max_position_embeddings", recipe.max_tokens)
    if longest < recipe.max_tokens:
        raise InputError(
            f"{recipe.base} reads at most {longest} tokens, and max_tokens is {recipe.max_tokens}; lower it"
        )
    for part in network.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = recipe.dropout
    return network, tokenizer


def train(recipe: Recipe, material: Material, out: Path, run: str) -> Progress:
    """The loop: listwise softmax over one right and several wrong items; the best checkpoint is model/."""
    import torch
    from accelerate import Accelerator
    from accelerate.utils import set_seed

    set_seed(recipe.seed)
    network, tokenizer = begin(recipe)
    accelerator = Accelerator(mixed_precision="bf16" if recipe.bf16 else "no")
    optimizer: Any = torch.optim.AdamW(network.parameters(), weight_decay=recipe.weight_decay)
    network, optimizer = accelerator.prepare(network, optimizer)
    progress = resume(accelerator, out / "checkpoint", run)
    begun, losses = time.monotonic(), []
    for step in range(progress.step, recipe.steps):
        network.train()
        left, right = zip(*pairs_of_step(recipe, material.train, step), strict=True)
        batch = tokenizer(
            list(left), list(right), truncation=True, padding=True, max_length=recipe.max_tokens,
            return_tensors="pt",
        ).to(accelerator.device)  # fmt: skip
        logits = network(**batch).logits.float().view(recipe.queries_a_step, -1)  # (query, right first)
        loss = torch.nn.functional.cross_entropy(logits, logits.new_zeros(len(logits), dtype=torch.long))
        accelerator.backward(loss)
        accelerator.clip_grad_norm_(network.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(recipe, step)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        if not np.isfinite(losses[-1]):
            raise InputError(f"the loss is no number at step {step + 1}; lower learning_rate and start again")
        if (step + 1) % recipe.evaluate_every == 0 or step + 1 == recipe.steps:
            trial = out / "trial"
            accelerator.unwrap_model(network).save_pretrained(trial)
            tokenizer.save_pretrained(trial)
            valid = compare(material.valid, CrossEncoderReranker(str(trial), threads=bulk_threads()), recipe)
            note(out, step + 1, losses, learning_rate(recipe, step), begun, valid)
            progress = progress.after(step + 1, valid[0].after)
            if progress.best_step == step + 1:
                replace_folder(trial, out / "model")
            save(accelerator, out / "checkpoint", progress)
            losses = []
    shutil.rmtree(out / "trial", ignore_errors=True)
    return progress


class Progress(BaseModel):
    """How far a run has come; `run` names its recipe and data."""

    run: str
    step: int = 0
    best: float = -1.0
    best_step: int = 0

    def after(self, step: int, ndcg: float) -> Progress:
        if ndcg > self.best:
            return Progress(run=self.run, step=step, best=ndcg, best_step=step)
        return self.model_copy(update={"step": step})


def resume(accelerator: Any, folder: Path, run: str) -> Progress:
    """Where the run was stopped, with weights, optimizer and luck as they were; or its beginning.

    Of a run killed between two renames only the newer checkpoint is there, under its first name.

    Raises:
        InputError: if the folder holds another run.
    """
    places = [place for place in (folder, _fresh(folder)) if (place / "progress.json").is_file()]
    if not places:
        return Progress(run=run)
    folder = places[0]
    progress = Progress.model_validate_json((folder / "progress.json").read_text(encoding="utf-8"))
    if progress.run != run:
        raise InputError(
            f"{folder} belongs to a run with another recipe or other data; choose another --out, or remove it"
        )
    accelerator.load_state(str(folder))
    _log.info("going on after step %d", progress.step)
    return progress


def save(accelerator: Any, folder: Path, progress: Progress) -> None:
    """A whole checkpoint, or the one before: written beside it, progress.json last, then renamed."""
    fresh = _fresh(folder)
    shutil.rmtree(fresh, ignore_errors=True)
    accelerator.save_state(str(fresh), safe_serialization=True)
    (fresh / "progress.json").write_text(progress.model_dump_json(), encoding="utf-8")
    replace_folder(fresh, folder)


def _fresh(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.new")


def replace_folder(fresh: Path, folder: Path) -> None:
    """Put one folder in another's place; what was there is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def note(
    out: Path, step: int, losses: Sequence[float], rate: float, begun: float, valid: Sequence[Compared]
) -> None:
    """A line of the curve."""
    line = {
        "step": step,
        "loss": round(float(np.mean(losses)), 4),
        "learning_rate": rate,
        "seconds": round(time.monotonic() - begun, 1),
        "valid": {one.metric: [round(one.before, 4), round(one.after, 4)] for one in valid},
    }
    with (out / "curve.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    _log.info("%s", line)


# -- the card ------------------------------------------------------------------------------------------

_CARD = """---
library_name: sentence-transformers
pipeline_tag: text-ranking
base_model: {base}
---

# A reranker for Parley

A cross-encoder that scores an item's text against a wish (words, and the items that the person liked).
Use it with `PARLEY_RERANKER=<this folder>`.

* Starts from `{base}`; trained by `retriever/recipes/reranker.py`, best of the checkpoints by validation
  nDCG@10 (step {step} of {steps}), {precision} when measured.
* Reranks the best {items} of Parley's fused order, which is "before"; "after" is what Parley shows with it.
* Whether it may be passed on depends on the data that it was trained on, not only on the base.

{table}
Intervals: bootstrap over dialogues. MRR counts an item beyond the first {depth} as not found.

## Data

{data}

## Recipe

```json
{recipe}
```
"""


def write_card(
    recipe: Recipe, material: Material, sources: Sequence[Source], progress: Progress, out: Path
) -> str:
    """Measure the model in model/ on every test, and write README.md and measurements.json beside it."""
    reranker = CrossEncoderReranker(str(out / "model"), threads=bulk_threads())
    rows = [(name, compare(cases, reranker, recipe)) for name, cases in material.test.items()]
    data = "\n".join(
        f"* `{one.name}`: {one.path.name}, sha256 {file_sha256(one.path)}, "
        + ", ".join(f"{count} {what}" for what, count in material.counts[one.name].items())
        for one in sources
    )
    measurements = table(rows)
    card = _CARD.format(
        base=recipe.base, step=progress.best_step, steps=recipe.steps, precision=reranker.precision,
        items=recipe.rerank_items, depth=recipe.depth, table=measurements, data=data,
        recipe=recipe.model_dump_json(indent=2),
    )  # fmt: skip
    (out / "model" / "README.md").write_text(card, encoding="utf-8")
    # Beside the model, not in it: every JSON file there is part of its name.
    (out / "measurements.json").write_text(json.dumps(records(rows), indent=2), encoding="utf-8")
    return measurements


# -- the command ---------------------------------------------------------------------------------------


def read_recipe(path: Path) -> Recipe:
    """The recipe of a TOML file.

    Raises:
        InputError: if it cannot be read, or names the first line that is not as it should be.
    """
    try:
        return Recipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} cannot be read as TOML ({error}); mend it and start again") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path.name}: {name}: {first['msg']}; mend it and start again") from error


def run(recipe: Recipe, train_on: Sequence[Source], test_on: Sequence[Source], out: Path) -> str:
    """Train, or go on; then measure. Returns the table of measurements."""
    sources = [*train_on, *test_on]
    if len({one.name for one in sources}) != len(sources):
        raise InputError("a catalogue is named twice; give each one file, in --train or in --test")
    out.mkdir(parents=True, exist_ok=True)
    known = [recipe.model_dump_json(), *(f"{s.name} {file_sha256(s.path)}" for s in train_on)]
    name = hashlib.sha256("\n".join(known).encode()).hexdigest()[:16]
    material = gather(
        train_on, test_on, test_share=recipe.test_share, valid_share=recipe.valid_share,
        valid_queries=recipe.valid_queries, depth=recipe.depth, seed=recipe.seed,
    )  # fmt: skip
    progress = train(recipe, material, out, name)
    return write_card(recipe, material, sources, progress, out)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when done, 2 when it could not be."""
    parser = argparse.ArgumentParser(prog="python -m retriever.recipes.reranker", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("recipe", type=Path)
    parser.add_argument(
        "--data-dir", type=Path, required=True, help="where `parley ingest` put the catalogues"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of this run")
    parser.add_argument("--train", action="append", default=[], required=True, metavar="CATALOGUE=FILE")
    parser.add_argument("--test", action="append", default=[], metavar="CATALOGUE=FILE")
    parser.add_argument("--encoder", default="", help="the encoder of the catalogues; the embedded one else")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    _log.setLevel(logging.INFO)
    go_offline()

    def source(named: str) -> Source:
        name, equals, path = named.partition("=")
        if not equals or not Path(path).is_file():
            raise InputError(f"{named!r} is not CATALOGUE=FILE with a file that is there; mend it")
        return Source(name, Path(path), open_retriever(given.data_dir / "generations", name, encoder))

    try:
        recipe = read_recipe(given.recipe)
        encoder = SentenceTransformersEncoder(*([given.encoder] if given.encoder else []))
        told = run(recipe, [source(s) for s in given.train], [source(s) for s in given.test], given.out)
    except ParleyError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
