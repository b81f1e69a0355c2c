""" "Only what's in stock": a condition on the facet that says how many are left, if the catalogue has one."""

from __future__ import annotations

from chatbot import acts
from chatbot.understanding.reading import Reading
from retriever.domain import Between, Constraint, FacetKind, FacetRole, Is


def in_stock(reading: Reading) -> None:
    """Adds that something has to be there, unless it is asked of an item, or ruled out."""
    s = reading.sentence
    facet = reading.retriever.catalogue.by_role(FacetRole.STOCK)
    if facet is None or s.references():
        return
    for start, end in s.spans("in_stock"):
        if s.used[start] or s.negated[start]:
            continue
        words = s.quote(start, end)
        test = Is(True) if facet.kind is FacetKind.BOOLEAN else Between(low=1.0)
        reading.found.append(acts.Constrain(words, Constraint(facet.name, test, reading.source(words))))
        s.use_span(start, end)
