"""TOML files that people write.

In: a path. Out: the table in it, and its text, in which `toml_lines` finds an entry's line.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from retriever.errors import LoadError


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """The table of a map and the text that it stands in.

    Raises:
        LoadError: if the file is missing or no TOML.
    """
    try:
        text = path.read_text("utf-8-sig")
        return tomllib.loads(text), text
    except OSError as error:
        raise LoadError(
            f"the map {path} cannot be read ({error.strerror or error}); check the path given with --map"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LoadError(f"the map {path.name} is not TOML ({error}); mend that line") from error
