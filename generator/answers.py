"""Answers to questions: about an item, about the whole catalogue, about how items differ.

In: evidence with records and ledger figures. Out: sentences. Nothing is computed here but which words fit.
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.labels import facet_by_role, fact_list, number_label, phrases
from generator.replies import CatalogueFact, CatalogueFactKind, ItemEvidence
from generator.speaker import Conditions, Speaker, is_number, own_values
from generator.splitting import sentences_of
from generator.spreads import spread_answer
from generator.untrusted import trusted_description
from generator.words import capital
from retriever.domain import Facet, FacetKind, FacetRole, Item

_KINDS = 8
_COMPARED = 4  # measured differences that a comparison names
_DIFFERENCES = 3  # others
_FACTS = 6


# about an item


def item_answer(item: Item, facet: Facet | None, speaker: Speaker) -> str:
    """What the record says about one attribute; without a facet, what the item is."""
    name = speaker.title(item)
    asked = speaker.evidence.asked_value
    if facet is None and asked:
        return _mentioned(item, asked, speaker)
    if facet is None:
        return tell_about(item, speaker)
    value = item.facets.get(facet.name)
    if value in (None, "", ()):
        return speaker.words.text("absent.unknown", name=name, label=facet.label)
    assert value is not None  # the test above, for mypy
    clause = speaker.does(facet, value, most=12)
    if asked and isinstance(value, str | tuple):
        has = bool(own_values(value, (asked,)))
        return speaker.say("answer.yes" if has else "answer.no_but", name=name, clause=clause)
    if isinstance(value, bool):
        return speaker.say("answer.yes" if value else "answer.no", name=name, clause=clause)
    return speaker.say("answer.does", Name=capital(name), clause=clause)


def _mentioned(item: Item, words: str, speaker: Speaker) -> str:
    """What the entry says about words that no facet has: its sentence with them, or that it says nothing."""
    wanted = words.casefold()
    for sentence in sentences_of(trusted_description(item, speaker.words), (item.title,)):
        if wanted in sentence.casefold():
            return speaker.say("answer.mentions", name=speaker.title(item), sentence=sentence)
    return speaker.words.text("absent.unknown", name=speaker.title(item), label=speaker.quote(words))


def tell_about(item: Item, speaker: Speaker) -> str:
    """The description, without what in it speaks to a machine, and the main facts."""
    description = trusted_description(item, speaker.words)
    facts = fact_list(item, speaker.evidence.facets, _FACTS, speaker.words.language)
    parts = []
    if description:
        parts.append(speaker.say("about.tells", Name=capital(speaker.name(item)), text=description))
    if facts:
        written = [speaker.words.text("about.fact", label=label, value=value) for label, value in facts]
        comma = speaker.words.text("about.fact_link")
        parts.append(speaker.say("about.facts", facts=comma.join(written)))
    if not description:
        parts.insert(0, f"{capital(speaker.name(item))}.")
    return " ".join(parts)


# about the catalogue


def catalogue_answer(fact: CatalogueFact, items: Sequence[ItemEvidence], speaker: Speaker) -> str:
    """The ledger's answer in words; the items of an extreme are given in its order."""
    match fact.kind:
        case CatalogueFactKind.RANGE | CatalogueFactKind.AVERAGE if fact.count:
            return spread_answer(fact, _shape(speaker.conditions(fact.constraints)), speaker)
        case CatalogueFactKind.EXTREME:
            return _extreme(fact, [one.item for one in items], speaker)
        case CatalogueFactKind.COMMONEST if fact.kinds and fact.facet is not None:
            values = speaker.words.join([value for value, _ in fact.kinds])
            number, noun = speaker.count(fact.count)
            path = "commonest" if len(fact.kinds) == 1 else "commonest_several"
            return speaker.say(
                f"catalogue.{path}", label=fact.facet.label, values=values, count=number, noun=noun
            )
        case CatalogueFactKind.KINDS:
            return _kinds(fact, speaker)
        case _:
            return _have(fact, speaker)


def _have(fact: CatalogueFact, speaker: Speaker) -> str:
    missing = speaker.evidence.missing
    if fact.count == 0 and missing:
        values = speaker.words.join([speaker.quote(value) for value in missing], "or")
        return speaker.say("catalogue.no_value", values=values)
    conditions = speaker.conditions(fact.constraints)
    number, noun = speaker.count(fact.count, conditions)
    shape = _shape(conditions)
    if fact.count == 0:
        return speaker.say(f"catalogue.no{shape}", noun=conditions.noun_other, conditions=conditions.text)
    spread = ""
    if fact.kind is CatalogueFactKind.HAVE and fact.facet is not None:
        spread = _spread(fact, fact.facet, speaker)
    stem = "yes" if fact.kind is CatalogueFactKind.HAVE else "count"
    return speaker.say(
        f"catalogue.{stem}{shape}",
        count=number,
        noun=noun,
        conditions=conditions.text,
        spread=spread,
        **verbs(fact.count, speaker),
    )


def _shape(conditions: Conditions) -> str:
    if not conditions.text:
        return ""
    return "_be" if conditions.after_verb else "_list"


def verbs(count: int, speaker: Speaker) -> dict[str, str]:
    """ "is"/"are" and "fits"/"fit" for a number of items."""
    number = "one" if count == 1 else "other"
    return {
        "are": speaker.words.text(f"recommend.are_{number}"),
        "fit": speaker.words.text(f"recommend.fits_{number}"),
    }


def _spread(fact: CatalogueFact, facet: Facet, speaker: Speaker) -> str:
    if fact.low is None or fact.high is None:
        return ""
    low, high = (number_label(value, facet, speaker.words) for value in (fact.low, fact.high))
    one = "spread_one_year" if facet.kind is FacetKind.YEAR else "spread_one"
    key = one if fact.low == fact.high else "spread"
    return speaker.words.text(f"catalogue.{key}", low=low, high=high)


def _extreme(fact: CatalogueFact, items: Sequence[Item], speaker: Speaker) -> str:
    facet = fact.facet
    measured = [item for item in items if facet is not None and speaker.measure(item, facet)]
    if facet is None or not measured:
        label = facet.label if facet is not None else ""
        wider = _wider(fact, facet, speaker) if facet is not None else ""
        if wider:
            return f"{speaker.say('catalogue.nothing_left')} {wider}"
        return speaker.say("catalogue.not_measured", label=label)
    best = measured[0]
    table = phrases(facet, speaker.words)
    most = str(table.get("least" if fact.ascending else "most", ""))
    most_of = speaker.words.text(
        f"facets.number.{'least' if fact.ascending else 'most'}_of", label=facet.label
    )
    tied = [item for item in measured if item.facets[facet.name] == best.facets[facet.name]]
    value = speaker.measure(best, facet)
    at = str(table.get("at", "{value}")).format(value=value)
    names = speaker.words.join([speaker.title(item) for item in tied])
    if len(tied) > 1:
        path = "catalogue.tied" if most else "catalogue.tied_of"
        return speaker.say(path, names=names, at=at, most_of=most_of, value=value)
    said = {"name": speaker.title(best), "Name": capital(speaker.title(best)), "at": at, "value": value}
    shown = "_shown" if fact.among_shown else ""
    if most:
        conditions = speaker.conditions(fact.constraints)
        _, noun = speaker.count(1, conditions)
        answer = speaker.say(f"catalogue.extreme{shown}", most=most, noun=noun, **said)
        if conditions.text and not fact.among_shown:
            # "The lightest tent" would be untrue where only those for three people were meant.
            among = "among_be" if conditions.after_verb else "among"
            answer = speaker.say(
                f"catalogue.{among}",
                noun=conditions.noun_other,
                conditions=conditions.text,
                most=most,
                **said,
            )
    else:
        answer = speaker.say(f"catalogue.extreme_of{shown}", most_of=most_of, **said)
    if fact.among_shown:
        answer += _runner_up(measured, facet, speaker)
    return f"{answer} {_wider(fact, facet, speaker)}".strip()


def _runner_up(measured: Sequence[Item], facet: Facet, speaker: Speaker) -> str:
    if len(measured) < 2:
        return speaker.words.text("catalogue.next_none")
    item = measured[1]
    return speaker.words.text("catalogue.next", name=speaker.title(item), value=speaker.measure(item, facet))


def _wider(fact: CatalogueFact, facet: Facet, speaker: Speaker) -> str:
    if fact.wider is None or not (value := speaker.measure(fact.wider, facet)):
        return ""
    at = str(phrases(facet, speaker.words).get("at", "{value}")).format(value=value)
    return speaker.say("catalogue.wider", name=speaker.title(fact.wider), at=at)


def _kinds(fact: CatalogueFact, speaker: Speaker) -> str:
    label = fact.facet.label if fact.facet is not None else ""
    kinds = [
        speaker.words.text("catalogue.kind", value=value, count=str(count))
        for value, count in fact.kinds[:_KINDS]
    ]
    if not kinds:
        return speaker.say("catalogue.not_measured", label=label)
    path = "catalogue.kinds_more" if fact.count > _KINDS else "catalogue.kinds"
    return speaker.say(path, label=label, kinds=speaker.words.join(kinds), total=str(fact.count))


# how items differ


def comparison(items: Sequence[Item], speaker: Speaker) -> str:
    """Measured differences of the first two, then what only one has; more items: the measures of each."""
    if len(items) < 2:
        return speaker.say("comparison.one")
    told = [_measured(items, speaker)]
    told += [s for facet in _compared(speaker) if (s := _differs(items, facet, speaker))][:_DIFFERENCES]
    told = [sentence for sentence in told if sentence]
    return " ".join(told) if told else speaker.say("comparison.all_same")


def _compared(speaker: Speaker) -> list[Facet]:
    """Facets worth comparing: price first, then in the catalogue's order."""
    price = facet_by_role(FacetRole.PRICE, speaker.evidence.facets)
    rest = [facet for facet in speaker.evidence.facets if facet is not price]
    asked = {c.facet for c in speaker.evidence.active}
    rest.sort(key=lambda facet: facet.name not in asked)
    return [price, *rest] if price is not None else rest


def _measured(items: Sequence[Item], speaker: Speaker) -> str:
    """ "The X is cheaper (€69 against €99) and lighter (…)"; of more than two, "the cheapest"."""
    parts: dict[str, list[str]] = {}
    for facet in _compared(speaker):
        having = [item for item in items if speaker.measure(item, facet)]
        values = {item.facets[facet.name] for item in having}
        if not is_number(facet) or facet.role is FacetRole.STOCK or len(values) < 2:
            continue
        if sum(len(told) for told in parts.values()) >= _COMPARED:
            break
        ordered = sorted(having, key=lambda item: _number(item, facet))
        # Two items are told from the first of them: what it is more of, and what it is less of.
        best = having[0] if len(having) == 2 else ordered[0]
        parts.setdefault(best.id, []).append(_compared_part(best, ordered, facet, speaker))
    by_id = {item.id: item for item in items}
    return " ".join(
        speaker.say(
            "comparison.measured",
            Name=capital(speaker.title(by_id[key])),
            parts=speaker.words.join_clauses(told),
        )
        for key, told in parts.items()
    )


def _compared_part(best: Item, ordered: Sequence[Item], facet: Facet, speaker: Speaker) -> str:
    table = phrases(facet, speaker.words)
    two = len(ordered) == 2
    down = best is ordered[0]
    form = ("less" if down else "more") if two else "least"
    word = table.get(form) or speaker.words.text(f"facets.number.{form}_of", label=facet.label)
    others = [speaker.measure(item, facet) for item in ordered if item is not best]
    return speaker.words.text(
        "comparison.part" if two else "comparison.part_most",
        word=str(word),
        value=speaker.measure(best, facet),
        other=speaker.words.join(others),
    )


def _number(item: Item, facet: Facet) -> float:
    value = item.facets[facet.name]
    assert isinstance(value, float | int)  # measure() said so
    return float(value)


def _differs(items: Sequence[Item], facet: Facet, speaker: Speaker) -> str:
    """What each is in a facet of values, where they differ and each has one."""
    if is_number(facet):
        return ""
    values = [item.facets.get(facet.name) for item in items]
    if facet.kind is FacetKind.BOOLEAN:
        having = [item for item in items if item.facets.get(facet.name) is True]
        if len(having) != 1:
            return ""
        return speaker.say(
            "comparison.only_one", name=speaker.title(having[0]), clause=speaker.does(facet, True)
        )
    sides = []
    for item, value in zip(items, values, strict=True):
        if value in (None, "", ()) or value is None:
            return ""
        sides.append(
            speaker.words.text("comparison.side", name=speaker.title(item), clause=speaker.does(facet, value))
        )
    if len({str(value) for value in values}) < 2:
        return ""
    return capital(speaker.say("comparison.differs", sides=speaker.words.join_clauses(sides)))
