"""Adjectives of measure: "cheaper" and "half the price" critique, "cheap" wishes, "cheapest" orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot import acts
from chatbot.understanding.mentions import LabelMention, MeasureMention, ReferenceMention
from chatbot.understanding.quantities import Quantity
from chatbot.understanding.reading import Reading
from retriever.domain import AnyOf, Between, Constraint, FacetRole, ItemId, Order

_FEWEST = 3  # items of which a third can be told
_REFERENCE_REACH = 3  # tokens between an adjective and the item that it compares with


def measure_wish(reading: Reading, mention: MeasureMention) -> None:
    """ "cheaper" moves a bound past what is shown; "cheap" and "not too long" are soft wishes.

    Of "the lighter the better" the second says nothing of its own.
    """
    s = reading.sentence
    better = any(start <= mention.start < end for start, end in s.spans("the_better"))
    if _is_of_amount(reading, mention) or (better and _is_second(reading, mention)):
        s.use(mention)
        return
    too_much = s.before(mention.start, "too_much", 1)
    negated = s.negated[mention.start]
    direction = -mention.direction if too_much or negated else mention.direction
    references = [r for r in s.references() if 0 <= r.start - mention.end <= _REFERENCE_REACH]
    if not references:
        # Where the language says "than the second" before the comparative.
        near = [r for r in s.references() if 0 <= mention.start - r.end <= 1]
        references = [r for r in near if s.measures_against(r)]
    if too_much and not references:
        # "The second is too heavy": measured against the second.
        first, _ = s.clause(mention.start)
        references = [r for r in s.references() if first <= r.start and r.end <= mention.start]
        references = [r for r in references if not (isinstance(r, ReferenceMention) and r.vague)]
    behind_than = [r for r in s.references() if r.end == mention.start and s.before(r.start, "than", 0)]
    if not references and behind_than:
        references = behind_than  # in languages that say "than the first cheaper"
    named = tuple(item for r in references for item in r.items) or _likened(reading)
    relative = named or reading.situation.shown.meant
    start = mention.start
    while too_much and start > 0 and s.before(start, "too_much", 0):
        start -= 1
    end = max([mention.end, *(r.end for r in references)])
    start = min([start, *(r.start for r in (*behind_than, *references[:1]))])
    words = reading.quote_with_negation(start, end)
    # "Like the second, but not so heavy" compares, "nothing so heavy" wishes.
    less_than = bool(named) and s.before(mention.start, "less", 0)
    compares = mention.degree == "comparative" or bool(behind_than) or (too_much and not negated) or less_than
    if not (compares and relative):
        _soft_side(reading, mention, direction, words)
    elif (test := _bound_past(reading, relative, mention.facet.name, direction)) is not None:
        if negated and mention.degree == "comparative":
            test = replace(test, strict=False)  # "not longer than Alien" may be as long
        _critique(reading, words, mention.facet.name, test, relative)
    s.use(mention)
    for reference in references:
        s.use(reference)


def _is_second(reading: Reading, mention: MeasureMention) -> bool:
    others = (m for m in reading.sentence.mentions if isinstance(m, MeasureMention))
    return any(other.start < mention.start for other in others)


def _is_of_amount(reading: Reading, mention: MeasureMention) -> bool:
    """ "Two hours long" says the length once."""
    amounts = (m for m in reading.sentence.mentions if isinstance(m, Quantity))
    return any(m.end == mention.start and m.facet == mention.facet for m in amounts)


def _likened(reading: Reading) -> tuple[ItemId, ...]:
    """ "Like the second but cheaper": what others should be like is what they are compared with."""
    named = [act for act in reading.found if isinstance(act, (acts.Similar, acts.Like))]
    return tuple(dict.fromkeys(item for act in named for item in act.items))


def superlatives(reading: Reading) -> None:
    """ "the cheapest", "the longest of these": an order of the catalogue or of what is shown."""
    s, shown = reading.sentence, reading.situation.shown
    among_shown = s.has("of_shown") and bool(shown.items)
    scope = acts.Scope.SHOWN if among_shown else acts.Scope.CATALOGUE
    for mention in s.of(MeasureMention):
        if mention.degree != "superlative":
            continue
        if s.negated[mention.start]:
            s.use(mention)  # "not the cheapest" is no order
            continue
        order = Order(mention.facet.name, ascending=mention.direction < 0)
        reading.found.append(acts.Superlative(s.quote(mention.start, mention.end), order, scope))
        s.use(mention)
        if among_shown:
            for reference in s.references():
                s.use(reference)


def asks_for_part(reading: Reading) -> bool:
    """ "Do you have a tent for half of that?": no question about that very tent."""
    s = reading.sentence
    return bool(s.begins("have")) and any(
        _part_of(reading, end) is not None for _, end in s.cue("compare.half")
    )


def halves(reading: Reading) -> None:
    """ "half the price", "half of that": a bound at half of what the cheapest has that is meant."""
    s = reading.sentence
    for start, end in s.cue("compare.half"):
        part = _part_of(reading, end)
        if part is None:
            continue
        facet, last, items = part
        numbers = _numbers(reading, items, facet)
        if numbers:
            words = s.quote(start, last)
            tests = [Between(high=number / 2) for number in sorted(set(numbers))]
            _critique(reading, words, facet, _leaving_some(reading, facet, tests), items)
            s.use_span(start, last)


def _part_of(reading: Reading, end: int) -> tuple[str, int, tuple[ItemId, ...]] | None:
    """(facet, token after, items) of what "half" before token `end` is half of; None if it isn't said."""
    s = reading.sentence
    meant = _likened(reading) or reading.situation.shown.meant
    label = next((m for m in s.of(LabelMention) if 0 <= m.start - end <= 1), None)
    reference = next((r for r in s.references() if 0 <= r.start - end <= 1), None)
    if label is not None:
        return label.facet.name, label.end, meant
    price = reading.lexicon.catalogue.by_role(FacetRole.PRICE)
    asked = reading.lexicon.catalogue.facet(reading.situation.asked_facet) or price
    if reference is None or asked is None:
        return None
    return asked.name, reference.end, reference.items or meant


def unmeasured(reading: Reading) -> None:
    """Adds that "cheaper" means nothing here, where nothing else is said and no item has a price.

    Amounts of what no item tells ("under 200 pages") are no theme either.
    """
    s = reading.sentence
    amounts = s.finder.unmeasured_amounts(s.tokens)
    for start, end in amounts:
        s.use_span(start, end)
    spans = [*amounts, *s.finder.unmeasured(s.tokens)]
    if reading.found or not spans:
        return
    used = list(s.used)
    for start, end in spans:
        s.use_span(start, end)
    if reading.unexplained():
        s.used[:] = used
    else:
        reading.found.append(acts.AskUnmeasured(reading.text))


def _critique(reading: Reading, words: str, facet: str, test: Between, relative: tuple[ItemId, ...]) -> None:
    constraint = Constraint(facet, test, reading.source(words))
    reading.found.append(acts.Critique(words, constraint, relative))


def _bound_past(reading: Reading, items: Sequence[ItemId], facet: str, direction: int) -> Between | None:
    """The bound past all of these items that still leaves something; past some, where none leaves any.

    "Cheaper" means cheaper than what is shown, but if the cheapest jacket is among them, cheaper
    than the others is what helps.
    """
    numbers = sorted(set(_numbers(reading, items, facet)), reverse=direction > 0)
    tests = [Between(high=n, strict=True) if direction < 0 else Between(low=n, strict=True) for n in numbers]
    return _leaving_some(reading, facet, tests) if tests else None


def _leaving_some(reading: Reading, facet: str, tests: Sequence[Between]) -> Between:
    """The first of the tests that leaves something not in sight; the first of all, where none does."""
    active = tuple(c for c in reading.situation.constraints if c.hard)
    unseen = frozenset(reading.situation.shown.items)
    for test in tests:
        if reading.retriever.count((*active, Constraint(facet, test, reading.source(""))), unseen):
            return test
    return tests[0]


def _soft_side(reading: Reading, mention: MeasureMention, direction: int, words: str) -> None:
    """The cheaper (lighter, newer …) third of what is left, as a soft wish."""
    chosen = [a.constraint for a in reading.found if isinstance(a, (acts.Constrain, acts.Exclude))]
    # "Ideally a light tent": light for a tent, however much it is wished to be one.
    firm = tuple(replace(c, hard=True) for c in chosen if c.hard or _is_kind(reading, c))
    said = {c.facet for c in firm}
    active = tuple(c for c in reading.situation.constraints if c.hard and c.facet not in said)
    numbers: list[float] = []
    for scope in ((*active, *firm), firm):
        # Of what is left by the wishes so far, if that is enough to tell.
        rows = reading.retriever.rows(scope)
        numbers = sorted(_numbers(reading, [item.id for item in rows], mention.facet.name))
        if len(numbers) >= _FEWEST:
            break
    if len(numbers) < _FEWEST:
        return
    cut = numbers[len(numbers) // 3] if direction < 0 else numbers[-1 - len(numbers) // 3]
    test = Between(high=cut) if direction < 0 else Between(low=cut)
    constraint = Constraint(mention.facet.name, test, reading.source(words), hard=False)
    reading.found.append(acts.Constrain(words, constraint))


def _is_kind(reading: Reading, constraint: Constraint) -> bool:
    category = reading.lexicon.role_of(constraint.facet) is FacetRole.CATEGORY
    return category and isinstance(constraint.test, AnyOf)


def _numbers(reading: Reading, items: Sequence[ItemId], facet: str) -> list[float]:
    """What those of the items have that have the facet, in their order."""
    values = [reading.lexicon.catalogue.item(item).facets.get(facet) for item in items]
    return [float(value) for value in values if isinstance(value, (int, float))]
