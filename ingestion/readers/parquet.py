"""Parquet → rows.

In: a path. Out: rows with plain Python values under the columns' names; a row's number stands for its line.
Read a few hundred rows at a time, whatever the size of the file's row groups: 300,000 rows in one row group
take 41 MB above the import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingestion.readers.rows import Row
from ingestion.rejects import Reject
from retriever.errors import LoadError

_BATCH = 256
"""Rows decoded at once; more is hardly faster, and rows may carry pictures."""
_BUFFER = 1 << 20
"""Bytes of a column read ahead, instead of all that a row group holds of it."""

_Plain = Callable[[Any], Any]
_SAME: _Plain = lambda value: value  # noqa: E731 - compared by identity, to leave most columns alone


def read_parquet(path: Path) -> Iterator[Row | Reject]:
    """Rows in file order, numbered from 1; a row with text that is not UTF-8 is refused.

    Decimals become numbers; dates, times and durations ISO 8601 text; dictionaries what they stand for;
    bytes text if they are that, else nothing.

    Raises:
        LoadError: if the file is damaged, cut short or encrypted, or holds what cannot be decoded.
    """
    import pyarrow.parquet as pq

    number = 0
    with _spoken(path), pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
        names = file.schema_arrow.names
        plain = [_plain_of(field.type) for field in file.schema_arrow]
        for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
            columns = [_values(column, make) for column, make in zip(batch.columns, plain, strict=True)]
            for cells in zip(*columns, strict=True):
                number += 1
                broken = next((n for n, cell in zip(names, cells, strict=True) if cell is _BROKEN), None)
                if broken is None:
                    yield Row(number, dict(zip(names, cells, strict=True)))
                else:
                    yield Reject(number, broken, "", "bytes that are not UTF-8: write the column as text")


@contextmanager
def _spoken(path: Path) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    # A damaged name of a column is decoded outside Arrow's own errors.
    except (pa.ArrowException, OSError, MemoryError, UnicodeDecodeError) as error:
        said = " ".join(str(error).split())[:200]
        if "crypt" in said.casefold():
            raise LoadError(f"{path.name} is an encrypted Parquet file; decrypt it and load that") from error
        if isinstance(error, pa.ArrowNotImplementedError):
            raise LoadError(
                f"{path.name} is a Parquet file of a kind that cannot be read ({said}); "
                "write it anew with plain columns, or as JSON lines"
            ) from error
        raise LoadError(
            f"{path.name} is a damaged or cut-short Parquet file ({said}); fetch it again"
        ) from error


_BROKEN = object()


def _values(column: Any, plain: _Plain) -> list[Any]:
    """A column's cells as plain values; _BROKEN where text is not UTF-8."""
    try:
        cells = column.to_pylist(maps_as_pydicts="lossy")
    except (ValueError, OverflowError):
        cells = [_cell(scalar) for scalar in column]
    return cells if plain is _SAME else [c if c is None or c is _BROKEN else plain(c) for c in cells]


def _cell(scalar: Any) -> Any:
    try:
        return scalar.as_py(maps_as_pydicts="lossy")
    except UnicodeDecodeError:
        return _BROKEN
    except (ValueError, OverflowError):
        # A date outside the years 1 to 9999: no date that an item could have.
        return None


def _plain_of(kind: Any) -> _Plain:
    """How values of an Arrow type become values such as JSON has."""
    from pyarrow import BaseExtensionType, types

    if isinstance(kind, BaseExtensionType):
        return _scalar
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return _plain_of(kind.value_type)
    if types.is_map(kind):
        return _each_member(_plain_of(kind.item_type))
    if types.is_struct(kind):
        return _members({field.name: _plain_of(field.type) for field in kind})
    if types.is_nested(kind) and hasattr(kind, "value_type"):
        return _elements(_plain_of(kind.value_type))
    for fits, plain in (
        (types.is_decimal, float),
        (types.is_duration, _iso_duration),
        (types.is_interval, str),
        (types.is_temporal, _iso),
        (types.is_float32, _shortest),
        (_is_bytes, _text),
    ):
        if fits(kind):
            return plain
    return _SAME


def _each_member(plain: _Plain) -> _Plain:
    return lambda value: {str(k): None if v is None else plain(v) for k, v in value.items()}


def _members(plain: dict[str, _Plain]) -> _Plain:
    if all(one is _SAME for one in plain.values()):
        return _SAME
    return lambda value: {k: None if v is None else plain[k](v) for k, v in value.items()}


def _elements(plain: _Plain) -> _Plain:
    if plain is _SAME:
        return _SAME
    return lambda value: [None if v is None else plain(v) for v in value]


def _is_bytes(kind: Any) -> bool:
    from pyarrow import types

    return any(
        fits(kind)
        for fits in (types.is_binary, types.is_large_binary, types.is_fixed_size_binary, types.is_binary_view)
    )


def _shortest(value: float) -> float:
    """The shortest number with this float32: 19.99, where the double next to it is 19.989999771118164."""
    import numpy as np

    return float(str(np.float32(value)))


def _text(value: bytes) -> str | None:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _scalar(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else str(value)


def _iso(value: Any) -> str:
    return str(value.isoformat())


def _iso_duration(value: Any) -> str:
    return f"PT{value.total_seconds():.3f}S"
