"""A load beside `SentenceTransformer.encode` and Chroma's `add`: the same as `parley bench ingest`.

Run as `python benchmarks/ingest.py --rows 3000`; `--help` lists what can be chosen.
"""

import typer

from ui.bench.ingest import ingest

if __name__ == "__main__":
    typer.run(ingest)
