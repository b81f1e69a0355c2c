"""How often real people do what simulated ones do in a turn: counts from published dialogues.

In: nothing. Out: shares, each with what was counted. Each was counted before anybody looked at what it
does to Parley's figures; a test counts them anew where the data sets are. How, and with which intervals:
docs/evaluation.md.
"""

from __future__ import annotations

from typing import NamedTuple


class Share(NamedTuple):
    """`part` of `whole` turns."""

    part: int
    whole: int

    @property
    def rate(self) -> float:
        """0..1."""
        return self.part / self.whole


# IARD (Cai & Chen, UMAP 2020), 259 dialogues about films, labelled by people. Turns after a recommendation
# that asked nothing, other than those that accept, stop, or are a mere courtesy.
UNPROMPTED = Share(115, 667)  # tell something of their own accord: PRO, REF or IQU, and no critique
CRITICISES = Share(165, 667)  # say what is wrong with the item, or missing: CRI-F, CRI-A, CRI-C
# The same turns after a question, REQ or CLQ: ANS, or anything of the above.
ANSWERS_ALONE = Share(186, 193)  # nothing was recommended with it
ANSWERS_BESIDE = Share(23, 34)  # a recommendation went with it
# LAPS (Joko et al., SIGIR 2024), 1,124 dialogues about films and recipes with the preferences told in them,
# by their words. Of turns that tell a preference not told before,
SEVERAL_VALUES = Share(164, 574)  # after one question: two or more values of one category
BOTH = Share(410, 803)  # after two questions at a time: of two categories
ADDS = Share(108, 574)  # after one question: something of another category as well
UNPROMPTED_TWO = Share(24, 194)  # after a recommendation that asked nothing: of two categories
