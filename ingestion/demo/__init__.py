"""The catalogues that come with Parley, written for it."""

from __future__ import annotations

from pathlib import Path


def demo_catalogues() -> dict[str, Path]:
    """Catalogue name → its file; pictures lie beside it."""
    folder = Path(__file__).parent
    return {name: folder / f"{name}.jsonl" for name in ("films", "shop")}
