"""Every error that Parley raises on purpose.

    ParleyError                 the sentence says what happened and what to do next
    ├── SettingsError           a setting is unknown or out of range
    ├── CatalogueError
    │   ├── UnknownCatalogue    no catalogue of that name is loaded
    │   ├── UnknownItem         no item of that id is in the catalogue
    │   ├── LoadError           a file cannot be read as a catalogue
    │   │   └── TooManyRejects  more rows are refused than were allowed
    │   └── GenerationError     an index generation is missing or damaged
    │       └── CatalogueBusy   another process loads the catalogue
    ├── ModelError
    │   ├── ModelMissing        weights are not installed, or are not those expected
    │   ├── IndexMismatch       vectors were made by another encoder
    │   ├── RerankerFailed      the reranker raised, or gave no usable score
    │   └── ChatModelFailed     the chat model raised, timed out or answered nonsense
    ├── InputError              a message or request that cannot be taken as it is
    └── StorageError            the data folder cannot be written
        └── DiskFull            there is no room left

Library exceptions are wrapped once, at the boundary, with `from`.
"""


class ParleyError(Exception):
    """Base of all; `str(error)` is one sentence fit to show a person."""


class SettingsError(ParleyError):
    """A setting is unknown or out of range."""


class CatalogueError(ParleyError):
    """Something about a catalogue."""


class UnknownCatalogue(CatalogueError):
    """No catalogue of that name is loaded."""


class UnknownItem(CatalogueError):
    """No item of that id is in the catalogue."""


class LoadError(CatalogueError):
    """A file cannot be read as a catalogue."""


class TooManyRejects(LoadError):
    """More rows of a file are refused than were allowed; nothing was changed."""


class GenerationError(CatalogueError):
    """An index generation is missing or damaged."""


class CatalogueBusy(GenerationError):
    """Another process loads the catalogue now."""


class ModelError(ParleyError):
    """Something about an encoder or a chat model."""


class ModelMissing(ModelError):
    """Weights are not installed, or are not those expected."""


class IndexMismatch(ModelError):
    """Vectors were made by another encoder than the one configured."""


class RerankerFailed(ModelError):
    """The reranker raised, or gave no usable score; the fused order stands."""


class ChatModelFailed(ModelError):
    """The chat model raised, timed out or answered nonsense. `retryable`: worth another try."""

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class InputError(ParleyError):
    """A message or request that cannot be taken as it is."""


class StorageError(ParleyError):
    """The disk is full, or the data folder cannot be written."""


class DiskFull(StorageError):
    """There is no room left on the disk. `needed`: bytes that it would take, None where nobody knows."""

    def __init__(self, message: str, needed: int | None = None) -> None:
        super().__init__(message)
        self.needed = needed
