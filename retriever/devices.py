"""On which device a network runs."""

from __future__ import annotations


def found_device(wanted: str) -> str:
    """The device that is meant: of "auto" a GPU if there is one, else the CPU; any other as it is."""
    if wanted != "auto":
        return wanted
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
