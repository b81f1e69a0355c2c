"""Keep every library off the network, from before it is imported.

Touches the environment of this process only; a value that somebody set on purpose stays.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

# Each library reads its own name, most of them at import: one table, set before the first of them.
OFFLINE: dict[str, str] = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "DO_NOT_TRACK": "1",
    "ANONYMIZED_TELEMETRY": "False",  # Chroma
    "GRADIO_ANALYTICS_ENABLED": "False",  # the others do not stop Gradio's version check
    # It sums up its latest 10,000 events at each event, which nobody reads here: milliseconds of every turn.
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "TOKENIZERS_PARALLELISM": "false",  # its threads warn after a fork, and gain nothing on short texts
    "TRANSFORMERS_VERBOSITY": "error",
}


def go_offline(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set the switches above that are not set yet. Call before any heavy import; twice does no harm."""
    for name, value in OFFLINE.items():
        environ.setdefault(name, value)
