"""Where a row's picture lies: beside the catalogue file, in a folder of pictures, or under the item's own id.

In: what a row says, and an item's id. Out: existing files. Nothing outside the two folders is ever named,
wherever a path or a symbolic link leads, and a web address is at most the name of a file that is here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from ingestion.pictures.kinds import PictureRefused
from retriever.errors import LoadError

SUFFIXES = (".svg", ".webp", ".png", ".jpg", ".jpeg", ".avif", ".gif")
"""Of files named by an item's id, the first that is there."""

# Two letters at least: one is a Windows drive.
_REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]+:|//)", re.IGNORECASE)
_DRIVE = re.compile(r"[a-z]:(?=[\\/])", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[|;\n]\s*|,\s*")


def named_pictures(where: str | Sequence[str]) -> tuple[str, ...]:
    """The pictures that a row names, in its order. A text may name several, parted by , ; | or a line break.

    A text with one of these is tried as one name first.
    """
    texts = [where] if isinstance(where, str) else list(where)
    names: dict[str, None] = {}
    for text in (text.strip() for text in texts):
        parts = _BETWEEN.split(text)
        # Each part has to look like a file's name: a comma may as well belong to an address.
        several = len(parts) > 1 and all(PurePosixPath(part.split("?")[0]).suffix for part in parts if part)
        for one in (text, *(parts if several else ())):
            if one:
                names.setdefault(one)
    return tuple(names)


def is_remote(name: str) -> bool:
    """Whether a name is an address: of another machine, or of another scheme than a path."""
    return _REMOTE.match(name) is not None


class PictureSources:
    """Finds pictures in the catalogue file's folder, and in a folder of pictures if there is one.

    Raises:
        LoadError: if that folder is none.
    """

    def __init__(self, beside: Path, folder: Path | None = None) -> None:
        self._beside = beside.resolve()
        self._folder = None if folder is None else folder.resolve()
        if self._folder is not None and not self._folder.is_dir():
            raise LoadError(f"the folder of pictures {folder} is not there; name one that is with --pictures")
        self._listed: dict[Path, dict[str, str]] = {}
        self._claimed: set[Path] = set()

    def named(self, name: str) -> Path | None:
        """The file of a name in a row; None if it is not here.

        A web address counts by its last part, and only in the folder of pictures.

        Raises:
            PictureRefused: if it lies outside the folders.
        """
        if is_remote(name):
            return self.in_folder(unquote(re.split(r"[?#]", name)[0]).rpartition("/")[2])
        outside: PictureRefused | None = None
        try:
            if found := self._inside(self._beside, _portable(name)):
                return found
        except PictureRefused as refused:
            outside = refused
        # Exports name files by the path that they had elsewhere; the folder then has them by their last part.
        found = self.in_folder(_portable(name)) or self.in_folder(PurePosixPath(_portable(name)).name)
        if found is None and outside is not None:
            raise outside
        return found

    def of_item(self, item: str) -> tuple[str, ...]:
        """The names of the files in the folder of pictures that are called like an item's id."""
        if self._folder is None:
            return ()
        listing = self._listing(self._folder)
        return tuple(listing[item + suffix] for suffix in SUFFIXES if item + suffix in listing)

    def in_folder(self, name: str) -> Path | None:
        """A file of the folder of pictures.

        Raises:
            PictureRefused: if it is a link that leads outside.
        """
        if self._folder is None or not name:
            return None
        try:
            found = self._inside(self._folder, name)
        except PictureRefused:
            if (self._folder / name).is_symlink():
                raise
            return None  # a path of elsewhere: its last part may still be here
        if found is not None:
            self._claimed.add(found)
        return found

    def unclaimed(self) -> tuple[str, ...]:
        """The pictures right in the folder that no row has asked for, by name."""
        if self._folder is None:
            return ()
        folder = self._folder
        listed = self._listing(folder).items()
        pictures = (written for folded, written in listed if folded.endswith(SUFFIXES))
        return tuple(sorted(one for one in pictures if (folder / one).resolve() not in self._claimed))

    def _inside(self, root: Path, name: str) -> Path | None:
        """The existing file below a folder; symbolic links count by where they lead."""
        try:
            path = (root / name).resolve()
            if not path.is_relative_to(root):
                raise PictureRefused("the picture lies outside the catalogue's folder")
            if path.is_file() or path == root:
                return path if path.is_file() else None
            written = self._listing(path.parent).get(_folded(path.name))
            if written is None:
                return None
            path = (path.parent / written).resolve()
        except (OSError, ValueError):  # over-long names, NUL
            return None
        if not path.is_relative_to(root):
            raise PictureRefused("the picture lies outside the catalogue's folder")
        return path if path.is_file() else None

    def _listing(self, folder: Path) -> dict[str, str]:
        """A folder's entries: as written, by the name with its suffix in lower case."""
        if folder not in self._listed:
            try:
                entries = sorted(path.name for path in folder.iterdir())
            except OSError:
                entries = []
            self._listed[folder] = {_folded(entry): entry for entry in reversed(entries)}
        return self._listed[folder]


def _portable(name: str) -> str:
    """A path as this system writes it: exports come from others too."""
    return _DRIVE.sub("", name).replace("\\", "/")


def _folded(name: str) -> str:
    """A name whose suffix is in lower case: cameras write .JPG, tables .jpg."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}{dot}{suffix.casefold()}" if dot else name
