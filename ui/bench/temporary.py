"""A Parley for measuring: in a folder that is gone afterwards, with catalogues loaded into it.

In: settings, names. Out: the object graph. The person's own data folder is read at most: a generation that
is published there is linked, which saves encoding it again; nothing is written to it.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbot.build import Parley
    from chatbot.settings import Settings


@contextlib.contextmanager
def temporary_parley(settings: Settings, names: Sequence[str], *, loaded: bool = False) -> Iterator[Parley]:
    """The product with these catalogues: demo ones, or with `loaded` those of the data folder before them.

    Raises:
        UnknownCatalogue: a name is neither.
        IndexMismatch: at its first use, if a loaded one was built with another encoder.
    """
    from chatbot.build import build
    from ingestion.demo import demo_catalogues
    from retriever.errors import UnknownCatalogue
    from retriever.offline import go_offline

    go_offline()
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        parley = build(settings.model_copy(update={"data_dir": Path(folder), "database_url": ""}))
        try:
            for name in dict.fromkeys(names):
                if _link(settings.data_dir / "generations", name, parley, loaded=loaded):
                    continue
                if name not in demo_catalogues():
                    raise UnknownCatalogue(
                        f"no catalogue {name[:80]!r} is loaded in {settings.data_dir}, and the demo ones are "
                        f"{', '.join(demo_catalogues())}; name one of these, or load it with `parley ingest`"
                    )
                _load_demo(parley, name)
            yield parley
        finally:
            parley.close()


def _link(root: Path, name: str, parley: Parley, *, loaded: bool) -> bool:
    """Take up a published generation where it lies; unless `loaded`, only if it is a demo catalogue's."""
    import json

    from ingestion.demo import demo_catalogues
    from retriever.generations import current, open_generation

    path = current(root, name)
    if path is None:
        return False
    opened = open_generation(path)
    if not loaded and name in demo_catalogues():
        lines = demo_catalogues()[name].read_text(encoding="utf-8").splitlines()
        same = [item.id for item in opened.catalogue.items] == [str(json.loads(line)["id"]) for line in lines]
        if not same or opened.manifest["fingerprint"] != parley.encoder.fingerprint:
            return False
    (parley.generations / name).symlink_to(path.parent.absolute(), target_is_directory=True)
    parley.ledger.put_catalogue(name, opened.catalogue.facets, {}, path.parent.name, 0.0)
    return True


def _load_demo(parley: Parley, name: str) -> None:
    from ingestion.demo import demo_catalogues
    from ingestion.load import load_file

    load_file(
        demo_catalogues()[name],
        name,
        ledger=parley.ledger,
        encoder=parley.encoder,
        root=parley.generations,
        pictures=parley.pictures,
    )
