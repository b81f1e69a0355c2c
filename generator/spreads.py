"""From where to where something goes, and what it is on average: "The tents cost from €40 to €799".

In: the ledger's figures. Out: a sentence.
"""

from __future__ import annotations

from generator.labels import number_label
from generator.replies import CatalogueFact, CatalogueFactKind
from generator.speaker import Speaker
from retriever.domain import Facet, FacetKind, FacetRole

_WHOLE_FROM = 1000  # from here on an average is said without places


def spread_answer(fact: CatalogueFact, shape: str, speaker: Speaker) -> str:
    """The sentence; `shape` is the ending of its path by how the conditions are said."""
    facet = fact.facet
    if facet is None or fact.low is None or fact.high is None or fact.average is None:
        return speaker.say("catalogue.not_measured", label=facet.label if facet is not None else "")
    conditions = speaker.conditions(fact.constraints)
    low, high, average = (
        number_label(value, facet, speaker.words) for value in (fact.low, fact.high, _rounded(fact.average))
    )
    said = {"noun": conditions.noun_other, "conditions": conditions.text, "label": facet.label, "low": low}
    if fact.low == fact.high:
        return speaker.say("catalogue.range_one", **said)
    stem = "average" if fact.kind is CatalogueFactKind.AVERAGE else "range"
    return speaker.say(f"catalogue.{stem}{_of(facet)}{shape}", high=high, average=average, **said)


def _of(facet: Facet) -> str:
    if facet.role is FacetRole.PRICE:
        return "_price"
    return "_year" if facet.kind is FacetKind.YEAR else ""


def _rounded(number: float) -> float:
    """As people say averages: two places, and none where they would say nothing."""
    return round(number) if abs(number) >= _WHOLE_FROM else round(number, 2)
