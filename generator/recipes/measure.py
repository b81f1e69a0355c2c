"""Measure what a chat model writes from the prompt `tell`, on catalogues that no training has seen.

    python -m generator.recipes.measure --data DATA_DIR --catalogue films=films [--adapter FOLDER]

In: loaded catalogues, the embedded model with or without an adapter. Out: a table as JSON: how much of it the
product's own checks keep, how often it answers the person's words, invented figures, variety, speed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.backends.local import LocalChatModel
from generator.backends.weights import EMBEDDED, Weights, load_weights
from generator.chat_model import Sampling
from generator.grounding import Grounding
from generator.prompting import telling_messages
from generator.recipes.data import Pair, pairs, shelves
from generator.splitting import sentences_of
from generator.telling import Told, narrowed, told_in, typographic, wrong_fits
from generator.variety import distinct_2
from generator.words import words_of
from retriever.ledger import Ledger

_MOST_TOKENS = 96
_ANOTHER = "gives another reason"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was written about one pair; `wrong`: for each sentence, why it would not be shown."""

    pair: Pair
    text: str
    wrong: tuple[tuple[str, ...], ...]


def judged(pair: Pair, written: str) -> Answer:
    """An answer with each sentence checked as the writer does."""
    item, words = pair.evidence.items[0].item, words_of(pair.evidence.language)
    text = typographic(" ".join(written.partition("\n")[0].split()), words)
    grounding = Grounding(pair.evidence, item)
    wrong = tuple(
        (*grounding.check(one).reasons, *wrong_fits(one, pair.told, words))
        for one in sentences_of(text, (item.title, *pair.told.likes))
    )
    return Answer(pair, text, wrong)


def write_many(weights: Weights, found: Sequence[Pair], batch: int = 16) -> list[str]:
    """Greedy answers, many at a time: what the product writes, in a fraction of the time."""
    import torch

    asked = [telling_messages(_narrowed(pair)) for pair in found]
    order = sorted(range(len(found)), key=lambda place: len(asked[place][-1].content))
    written = [""] * len(found)
    end = weights.tokenizer.eos_token_id
    for at in range(0, len(order), batch):
        places = order[at : at + batch]
        prompts = []
        for place in places:
            before, rest = weights.prompt(asked[place])
            prompts.append(before + rest)
        longest = max(len(prompt) for prompt in prompts)
        ids = torch.tensor([[end] * (longest - len(p)) + p for p in prompts])  # (prompt, token), padded left
        seen = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts])
        with torch.inference_mode():
            output = weights.network.generate(
                input_ids=ids.to(weights.device),
                attention_mask=seen.to(weights.device),
                max_new_tokens=_MOST_TOKENS,
                do_sample=False,
                pad_token_id=end,
            )
        for place, row in zip(places, output[:, longest:].tolist(), strict=True):
            answer = list(itertools.takewhile(lambda token: token not in weights.ends, row))
            written[place] = weights.decode(answer)
        print(f"\r{at + len(places)}/{len(found)}", end="", file=sys.stderr, flush=True)
    return written


def speed(
    weights: Weights, found: Sequence[Pair], clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """One answer at a time, as the product asks: seconds an answer (median), tokens a second."""
    model = LocalChatModel(weights=weights, threads=1, path="transformers")
    model.warm_up()
    seconds, tokens = [], 0
    for pair in found:
        started = clock()
        sampling = Sampling(_MOST_TOKENS, stop=("\n",), deadline_s=60.0)
        text = "".join(model.stream(telling_messages(_narrowed(pair)), sampling))
        seconds.append(clock() - started)
        tokens += sum(map(len, weights.encode([text])))
    seconds.sort()
    return {
        "seconds_p50": round(seconds[len(seconds) // 2], 2),
        "tokens_per_s": round(tokens / sum(seconds), 1),
    }


def _narrowed(pair: Pair) -> Told:
    """What the prompt tells: the strongest fit, as the product's prompts do."""
    return narrowed(pair.told, next(iter(pair.told.fits), None))


def table(answers: Sequence[Answer]) -> dict[str, Any]:
    """The measures. Shares are of 1; `distinct_2`: different pairs of neighbouring words over all of them."""
    sentences = [wrong for one in answers for wrong in one.wrong]
    wished = [one for one in answers if one.pair.told.fits]
    missed = [one for one in answers if one.pair.told.misses]
    reasons = Counter(reason.split(" ")[0] for wrong in sentences for reason in wrong)
    return {
        "pairs": len(answers),
        "sentences": len(sentences),
        "sentences_kept": round(_share([not wrong for wrong in sentences]), 3),
        "answers_kept_whole": round(_share([not any(one.wrong) and bool(one.text) for one in answers]), 3),
        "first_sentence_kept": round(_share([bool(one.wrong) and not one.wrong[0] for one in answers]), 3),
        "preference_quoted": round(_share([_tells(o, quoted=True) for o in wished]), 3),
        "preference_told": round(_share([_tells(one) for one in wished]), 3),
        "miss_told": round(_share([_tells_miss(one) for one in missed]), 3),
        "false_fits": sum(r.startswith("claims") for wrong in sentences for r in wrong),
        "wrong_reasons": sum(r.startswith(_ANOTHER) for wrong in sentences for r in wrong),
        "invented_figures": sum(
            r.startswith("gives") and not r.startswith(_ANOTHER) for wrong in sentences for r in wrong
        ),
        "distinct_2": round(distinct_2([one.text for one in answers]), 3),
        "words": round(sum(len(one.text.split()) for one in answers) / max(1, len(answers)), 1),
        "refused_for": dict(reasons.most_common(12)),
    }


def _tells(one: Answer, *, quoted: bool = False) -> bool:
    return bool(told_in(one.text, one.pair.told.fits, quoted=quoted))


def _tells_miss(one: Answer) -> bool:
    return bool(told_in(one.text, one.pair.told.misses, quoted=True))


def _share(truths: Sequence[bool]) -> float:
    return sum(truths) / len(truths) if truths else 0.0


def main() -> None:
    """Print one table for all catalogues together."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="data folder with the loaded catalogues")
    parser.add_argument("--catalogue", action="append", required=True, metavar="NAME=NOUN")
    parser.add_argument("--adapter", type=Path, help="folder of the adapter; without it the base is measured")
    parser.add_argument("--pairs", type=int, default=100, help="of each catalogue")
    parser.add_argument("--timed", type=int, default=20, help="answers to measure the speed with")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--cache", type=Path, help="folder for unpacked weights")
    parser.add_argument("--out", type=Path, help="file for what was written, as JSON lines")
    given = parser.parse_args()
    nouns = dict(name.split("=", 1) for name in given.catalogue)
    draw = random.Random(given.seed)
    found: list[Pair] = []
    with Ledger.open(given.data / "ledger.sqlite3") as ledger:
        settings = {"nouns": nouns, "renamed": {}, "ignored": ["stock", "quantity"]}
        for name, shelf in shelves(ledger, settings, draw).items():
            found += itertools.islice(pairs(shelf, name, given.pairs * 3, draw), given.pairs)
    torch.set_num_threads(1)
    weights = load_weights(EMBEDDED, "auto", adapter=given.adapter, cache=given.cache)
    answers = [judged(p, text) for p, text in zip(found, write_many(weights, found), strict=True)]
    if given.out:
        rows = (
            {"prompt": telling_messages(_narrowed(a.pair))[-1].content, "text": a.text, "wrong": a.wrong}
            for a in answers
        )
        given.out.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    timed = found[:: max(1, len(found) // given.timed)] if given.timed else []
    print(json.dumps(table(answers) | (speed(weights, timed) if timed else {}), indent=1))


if __name__ == "__main__":
    main()
