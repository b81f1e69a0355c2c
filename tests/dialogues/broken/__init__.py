"""Breaks of the product, and the dialogues that have to notice them; `python -m broken` runs them all."""

import sys
from pathlib import Path

# pytest knows this folder from its settings; the command and its processes don't.
_SUPPORT = str(Path(__file__).parents[2] / "support")
if _SUPPORT not in sys.path:
    sys.path.append(_SUPPORT)
