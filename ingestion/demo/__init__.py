"""The catalogues that come with Parley, written for it: films, an invented shop, and books told in Chinese.

`books_zh.jsonl` lists real books. Titles, authors, years of first publication, prizes and adaptations were
written down from memory and read through once more; what was uncertain was left out, and no other list was
consulted. A year is the one usually given for the first publication: of a serial the year when it began,
where it is counted so (as for novels of chivalry in newspapers), else that of the first book. A prize is one
that the book itself was given. Kinds, themes, moods and length (薄本: an evening or two, 大部头: a fat book
or several volumes) are our own judgement from short lists, and the descriptions are our own words.
"""

from __future__ import annotations

from pathlib import Path


def demo_catalogues() -> dict[str, Path]:
    """Catalogue name → its file; pictures lie beside it."""
    folder = Path(__file__).parent
    return {name: folder / f"{name}.jsonl" for name in ("films", "shop", "books_zh")}
