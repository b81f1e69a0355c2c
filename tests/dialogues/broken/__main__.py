"""Every fault against the whole acceptance set: how many dialogues notice it.

    cd tests/dialogues
    python -m broken [WORDS …] [--jobs N] [--data FOLDER [--load]] [--scripts FILE …] [--json FILE]

`WORDS`: only faults whose name has one of them. `--data`: a folder in which the catalogues are loaded
already, or are with `--load`; without it they are loaded into one that is gone afterwards. A dialogue
notices a fault if it holds of the whole product and an expectation of it fails of the broken one; where it
only cannot go on, that is counted apart.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from broken.fault import STOPPED
from broken.matrix import NOTHING_BROKEN, Noticed, against_all, enter
from broken.table import FAULTS
from catalogue_loading import load_catalogues

_SHOWN = 3


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _row(name: str, noticed: Noticed) -> str:
    by = {key: [f for f in fields if not f.startswith(STOPPED)] for key, fields in noticed.items()}
    seen = [key for key, fields in by.items() if fields]
    examples = "; ".join(f"{key.split(' · ')[1]} ({by[key][0]})" for key in seen[:_SHOWN])
    return f"| {name} | {len(seen)} | {len(noticed) - len(seen)} | {examples} |"


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*", help="only faults whose name has one of these")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--scripts", nargs="+", default=[], metavar="FILE", help="only these of the set")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--load", action="store_true", help="load the catalogues into --data first")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def main() -> int:
    """Print the table; 1 if a fault is noticed by nothing, or something fails without any."""
    given = _given()
    with tempfile.TemporaryDirectory(prefix="parley-broken-") as temporary:
        data = given.data or Path(temporary)
        if given.data is None or given.load:
            load_catalogues(data)
        places = [NOTHING_BROKEN] + [
            place
            for place, fault in enumerate(FAULTS)
            if not given.words or any(word in fault.name for word in given.words)
        ]
        context = multiprocessing.get_context("spawn")  # a forked one would share torch's threads
        with ProcessPoolExecutor(given.jobs, context, enter, (str(data), given.scripts)) as pool:
            found = pool.map(against_all, places)
            _say("| fault | noticed by | only stopped | for instance |\n|---|---|---|---|")
            rows: dict[str, Noticed] = {}
            for place, noticed in zip(places, found, strict=True):
                name = "(nothing broken)" if place == NOTHING_BROKEN else FAULTS[place].name
                rows[name] = noticed
                _say(_row(name, noticed))
    if given.json is not None:
        given.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    whole, *broken = rows.values()
    return int(bool(whole) or not all(broken))


if __name__ == "__main__":
    sys.exit(main())
