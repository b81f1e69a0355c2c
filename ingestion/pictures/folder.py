"""Pictures that lie beside a catalogue file → the catalogue's folder of kept pictures.

In: where a row says its picture is. Out: a name in the folder, or why there is none. Nothing is ever
fetched; what a picture is, its bytes say. Names follow from the bytes, so that a picture that is there
already is neither decoded nor written again, and one that is being served never changes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import partial
from pathlib import Path

from ingestion.pictures.kinds import Kind, PictureRefused, picture_kind
from ingestion.pictures.names import files_of, is_lasting, picture_digest, picture_name, renditions
from ingestion.pictures.scaling import scaled
from ingestion.pictures.sources import PictureSources, is_remote, named_pictures
from ingestion.pictures.svg import check_svg
from retriever.storage import disk_errors

SIZE_CAP = 32 << 20
"""Bytes of one picture file; a photo of 50 million pixels has about 15 MB."""
DRAWING_CAP = 4 << 20
"""Bytes of one SVG, which is sent as it is."""


class PictureFolder:
    """Brings pictures into one catalogue's folder.

    `source`: the catalogue file's folder; `extra`: a folder of pictures besides. Of the rows that `take` met,
    `copied` were new pictures, `kept` there already, `remote` named only web addresses, `missing` only files
    that are not here.

    Raises:
        LoadError: if `extra` is no folder.
    """

    def __init__(self, source: Path, target: Path, extra: Path | None = None) -> None:
        self._sources = PictureSources(source, extra)
        self._target = target
        self._whole: dict[str, str] | None = None
        self.remote = self.missing = self.copied = self.kept = 0

    def take(self, where: str | Sequence[str], item: str) -> str:
        """The name of the first picture that can be shown, of those that a row names, then by the item's id.

        Empty if there is none.

        Raises:
            PictureRefused: if there are some and none can be shown: why the first can't.
            StorageError: if the disk is full.
        """
        names = named_pictures(where)
        refusals: list[PictureRefused] = []
        for path in self._found(names, item, refusals):
            try:
                return self._keep(path)
            except PictureRefused as refused:
                refusals.append(refused)
        if refusals:
            raise refusals[0]
        if names and any(map(is_remote, names)):
            self.remote += 1
        elif names:
            self.missing += 1
        return ""

    def unclaimed(self) -> tuple[str, ...]:
        """Pictures in the extra folder that no row asked for: their names may be written otherwise."""
        return self._sources.unclaimed()

    def forget_others(self, names: Set[str], also: Callable[[], Set[str]] = frozenset) -> int:
        """Remove what no picture of these names needs; answers how many files.

        Call it once the generation that names them is published. `also` gives the names that older
        generations still need (`retriever.generations.kept_pictures`); it is asked only if any would go.
        """
        if not self._target.is_dir():
            return 0
        others = _unneeded(tuple(self._target.iterdir()), names)
        if others:
            others = _unneeded(others, also())
        for path in others:
            path.unlink(missing_ok=True)
        return len(others)

    def _found(self, names: Sequence[str], item: str, refusals: list[PictureRefused]) -> Iterator[Path]:
        looks = [partial(self._sources.named, name) for name in names]
        looks += [partial(self._sources.in_folder, name) for name in self._sources.of_item(item)]
        for look in looks:
            try:
                path = look()
            except PictureRefused as refused:
                refusals.append(refused)
                continue
            if path is not None:
                yield path

    def _keep(self, path: Path) -> str:
        """Bring one file into the folder, unless its picture is there."""
        data = _read(path)
        digest = picture_digest(data)
        whole = self._known()
        if name := whole.get(digest, ""):
            self.kept += 1
            return name
        kind = picture_kind(data)
        if kind is Kind.SVG:
            if len(data) > DRAWING_CAP:
                raise PictureRefused(f"the SVG is larger than {DRAWING_CAP >> 20} MiB")
            check_svg(data)
            name = f"{digest}.svg"
            self._write(name, data)
        else:
            done = scaled(data, kind)
            name = picture_name(digest, done.width)
            # The named one last: where it is, the others are.
            for one in renditions(name):
                self._write(one.name, done.files[one.width])
        whole[digest] = name
        self.copied += 1
        return name

    def _known(self) -> dict[str, str]:
        """By digest, the pictures that are whole: every file there, none empty."""
        if self._whole is None:
            self._whole = {}
            try:
                with os.scandir(self._target) as entries:
                    # What a power cut leaves of a file may be its name alone.
                    there = {entry.name for entry in entries if entry.stat().st_size}
            except FileNotFoundError:
                there = set()
            for name in there:
                if (
                    is_lasting(name)
                    and files_of(name) <= there
                    and (name.endswith(".svg") or renditions(name))
                ):
                    self._whole[name[:16]] = name
        return self._whole

    def _write(self, name: str, data: bytes) -> None:
        half = self._target / f".{name}.part"
        with disk_errors(self._target, needed=len(data)):
            self._target.mkdir(parents=True, exist_ok=True)
            try:
                half.write_bytes(data)
                half.replace(self._target / name)
            except OSError:
                half.unlink(missing_ok=True)  # what a full disk left would keep it full
                raise


def _unneeded(paths: Iterable[Path], names: Set[str]) -> tuple[Path, ...]:
    needed = {file for name in names for file in files_of(name)}
    return tuple(path for path in paths if path.name not in needed and path.is_file())


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > SIZE_CAP:
                raise PictureRefused(f"the picture is larger than {SIZE_CAP >> 20} MiB")
            return file.read()
    except OSError as error:
        raise PictureRefused(f"the picture cannot be read: {error.strerror or error}") from error
