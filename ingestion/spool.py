"""Standard input → a file for the length of a load, which reads its source several times.

In: a stream of bytes. Out: the path of a file that holds them and goes when the load is over.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import IO

from retriever.errors import StorageError

NAME = "standard input"
"""What the file is called; the same each time, so that the same bytes change nothing in the ledger."""


@contextmanager
def spooled(stream: IO[bytes]) -> Iterator[Path]:
    """A file with all that the stream gives.

    Raises:
        StorageError: if the temporary folder cannot hold it.
    """
    with ExitStack() as stack:
        try:
            path = Path(stack.enter_context(TemporaryDirectory(prefix="parley-"))) / NAME
            with path.open("wb") as file:
                shutil.copyfileobj(stream, file, 1 << 20)
        except OSError as error:
            raise StorageError(
                f"{NAME} cannot be kept in {gettempdir()} while it is read ({error.strerror or error}); "
                "name a folder with room in TMPDIR, or save it as a file and load that"
            ) from error
        yield path
