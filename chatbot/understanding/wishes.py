"""Conditions and interests: values, yes/no facets and numbers that are wanted or ruled out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.understanding.choices import joins_choice, with_held
from chatbot.understanding.exclusions import exclude_values
from chatbot.understanding.in_stock import in_stock
from chatbot.understanding.judgements import is_request
from chatbot.understanding.measures import measure_wish
from chatbot.understanding.mentions import FlagMention, MeasureMention, Mention, ValueMention
from chatbot.understanding.quantities import Quantity
from chatbot.understanding.reading import LOVED, SOFT, STATED, TOLERATED, Reading
from chatbot.understanding.sentence import Sentence, joined
from retriever.domain import (
    TEXT_FACET,
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    Is,
    OfFacet,
    Outside,
    Test,
    either,
)


def wishes(reading: Reading) -> list[UserAct]:
    """Adds the wishes of all mentions not yet used, in the order of the words; returns what it added."""
    s = reading.sentence
    before = len(reading.found)
    in_stock(reading)
    mentions = [m for m in s.mentions if not s.used[m.start]]
    position = 0
    while position < len(mentions):
        position += _wish(reading, mentions, position)
    # Adjectives last: "cheap" means cheap among what the rest of the sentence asks for.
    for mention in s.of(MeasureMention):
        if mention.degree != "superlative":
            measure_wish(reading, mention)
    return reading.found[before:]


def conditions_of_question(reading: Reading) -> tuple[Constraint, ...]:
    """The conditions that a question names, read as wishes but not kept as such.

    Only before anything else is found; the mentions that it reads are used up.
    """
    scope: list[Constraint] = []
    for act in wishes(reading):
        if isinstance(act, (acts.Constrain, acts.Exclude)):
            scope.append(act.constraint)
        elif isinstance(act, acts.Inform) and isinstance(act.preference.about, OfFacet):
            about = act.preference.about
            scope.append(Constraint(about.facet, AnyOf((about.value,)), act.preference.source))
    reading.found.clear()
    for start, end in reading.unexplained():
        # Words that no facet has: they have to stand in the item's text.
        words = reading.sentence.quote(start, end)
        scope.append(Constraint(TEXT_FACET, AnyOf((words.casefold(),)), reading.source(words)))
    return tuple(scope)


def _wish(reading: Reading, mentions: Sequence[Mention], position: int) -> int:
    """Read the wish at `position`; returns how many mentions it took."""
    s, mention = reading.sentence, mentions[position]
    match mention:
        case Quantity():
            return _quantity_wish(reading, mention, mentions[position + 1 :])
        case FlagMention():
            _constrain(reading, mention, mention.facet.name, Is(not s.negated[mention.start]), mention.end)
        case ValueMention():
            group = _alternatives(reading, mention, mentions[position + 1 :])
            _value_wish(reading, group)
            return len(group)
        case _:
            pass
    return 1


def _alternatives(reading: Reading, first: ValueMention, following: Sequence[Mention]) -> list[ValueMention]:
    """The value with those of its facet that are joined to it: "comedy or drama"."""
    group = [first]
    by_and = facet_of(reading, first).kind is FacetKind.CATEGORY
    for other in following:
        if not isinstance(other, ValueMention) or other.facet != first.facet:
            break
        # "A fantasy film or an adventure film": the noun belongs to the value before it.
        last = replace(group[-1], end=min(_nouns_behind(reading, group[-1].end), other.start))
        together = joined(reading.sentence, last, other, by_and=by_and)
        together = together or are_two_things(reading, group[-1], other)
        if not together and not each_has_its_noun(reading, group[-1], other):
            break
        group.append(other)
    return group


def are_two_things(reading: Reading, first: ValueMention, second: ValueMention) -> bool:
    """ "a comedy for tonight and a documentary for tomorrow": each has an article, each is a thing."""
    s = reading.sentence
    facet = facet_of(reading, first)
    if facet.role is not FacetRole.CATEGORY or facet.kind is not FacetKind.TAGS:
        return False
    if s.clause(first.start) != s.clause(second.start):
        return False
    articles = [
        place > 0 and s.books.is_a("article", s.tokens[place - 1].norm)
        for place in (first.start, second.start)
    ]
    between = s.tokens[first.end : second.start]
    return all(articles) and any(s.books.is_a("and", token.norm) for token in between)


def each_has_its_noun(reading: Reading, first: ValueMention, second: ValueMention) -> bool:
    """ "science-fiction novels, history books": each sort with a noun of its own is a thing of its own."""
    s = reading.sentence
    if facet_of(reading, first).role is not FacetRole.CATEGORY or s.negated[first.start]:
        return False
    behind = _nouns_behind(reading, first.end)
    between = [token.norm for token in s.tokens[behind : second.start]]
    lists = bool(between) and all(s.books.is_a("and", word) or word == "," for word in between)
    return lists and all(
        _nouns_behind(reading, one.end) > one.end or _ends_in_noun(reading, one) for one in (first, second)
    )


def _nouns_behind(reading: Reading, place: int) -> int:
    """The token after the nouns of items that stand at `place`."""
    tokens = reading.sentence.tokens
    while place < len(tokens):
        length = reading.lexicon.noun_phrases.at(tokens, place)
        if not length:
            break
        place += length
    return place


def _ends_in_noun(reading: Reading, mention: ValueMention) -> bool:
    """Whether the value's own words end in a noun of items, as those for kinds of novels in Chinese do."""
    tokens = reading.sentence.tokens
    return any(
        reading.lexicon.noun_phrases.at(tokens, place) == mention.end - place
        for place in range(mention.start + 1, mention.end)
    )


def facet_of(reading: Reading, mention: ValueMention) -> Facet:
    facet = reading.lexicon.catalogue.facet(mention.facet)
    assert facet is not None, "a mention names a facet that the catalogue doesn't have"
    return facet


def _quantity_wish(reading: Reading, first: Quantity, following: Sequence[Mention]) -> int:
    """One quantity, or two joined to a span, "from the 80s or 90s"; returns how many mentions it took."""
    last, test, taken = first, first.test, 1
    second = following[0] if following else None
    if (
        isinstance(second, Quantity)
        and second.facet == first.facet
        and joined(reading.sentence, first, second, by_and=True)
        and isinstance(both := either(test, second.test), Between)
    ):
        test, last, taken = both, second, 2
    _constrain(reading, first, first.facet.name, _ruled_out(reading, first, test) or test, last.end)
    return taken


def _ruled_out(reading: Reading, quantity: Quantity, test: Between) -> Outside | None:
    """ "Nothing from the 80s", "not exactly 100": a span under a negation. Of a group its number alone."""
    # "Nothing from" is a negation, whose "from" belongs to the span too.
    negated = any(reading.sentence.negated[quantity.start : quantity.end])
    if not negated or test.low is None or test.high is None:
        return None
    persons = reading.lexicon.facet_of_measure("persons")
    group = persons is not None and persons.facet == quantity.facet and test.high == test.low + 1
    return Outside(test.low, test.low if group else test.high)


def _constrain(
    reading: Reading,
    first: Mention,
    facet: str,
    test: Test,
    end: int,
    *,
    adds: bool = False,
) -> None:
    """Adds a condition put in the tokens from `first` to `end` - 1; a hedge makes it soft."""
    s = reading.sentence
    hard = not s.softened(first) or s.in_clause(first.start, "must")
    words = reading.quote_with_negation(first.start, end)
    constraint = Constraint(facet, with_held(reading, facet, test), reading.source(words), hard)
    reading.found.append(acts.Constrain(words, constraint, adds, s.has("opens_topic")))
    s.use_span(first.start, end)


def _value_wish(reading: Reading, group: Sequence[ValueMention]) -> None:
    """Values of one facet: ruled out, a graded interest, or a condition."""
    s, first = reading.sentence, group[0]
    less = s.before(first.start, "less", 0)
    if not s.negated[first.start] and s.books["too_much"].at(s.tokens, first.start):
        exclude_values(reading, group, hard=False)  # "太厚了": the word for too much is the value's own
        return
    if (s.negated[first.start] or less) and not _is_head_of_negated(reading, first):
        exclude_values(reading, group, hard=not less)
        return
    values = tuple(dict.fromkeys(value for m in group for value in m.values))
    facet = facet_of(reading, first)
    if s.before(first.start, "allowing", 1):
        _tolerate(reading, group, values)
        return
    weight = _weight_of_interest(reading, first, facet)
    if weight is None or s.in_clause(first.start, "must") or facet.role is FacetRole.CATEGORY:
        if joins_choice(reading, first, values):
            for mention in group:
                s.use(mention)
            return
        adds = facet.kind is FacetKind.TAGS and not s.has("correction") and not _turns_away(s)
        _constrain(reading, first, first.facet, AnyOf(values), group[-1].end, adds=adds)
        return
    words = s.quote(first.start, group[-1].end)
    for value in values:
        preference = reading.preference(OfFacet(first.facet, value), weight, words)
        reading.found.append(acts.Inform(words, preference))
    for mention in group:
        s.use(mention)


def _turns_away(s: Sentence) -> bool:
    """ "But in English", "or green": what is said then takes the place of what was said before."""
    begins = s.books["contrast"].at(s.tokens, 0) or s.begins("or_else")
    return bool(begins) and not s.has("also")


def _tolerate(reading: Reading, group: Sequence[ValueMention], values: Sequence[str]) -> None:
    """ "nothing against horror": welcome, but no wish."""
    s, first = reading.sentence, group[0]
    words = s.quote(first.start, group[-1].end)
    for value in values:
        about = OfFacet(first.facet, value)
        reading.found.append(acts.Inform(words, reading.preference(about, TOLERATED, words)))
    for mention in group:
        s.use(mention)


def _weight_of_interest(reading: Reading, first: ValueMention, facet: Facet) -> float | None:
    """How much a value is liked that is said as an interest; None when said as a condition."""
    s, found = reading.sentence, reading.found
    if s.before(first.start, "love", 8) and not _love_is_request(reading, first.start):
        return LOVED
    if s.before(first.start, "possessive", 1) and not first.firm:
        return SOFT  # "with my kids": who comes along
    if first.end < len(s.tokens) and s.books["love_after"].at(s.tokens, first.end):
        return LOVED
    adjective = facet.kind is FacetKind.TAGS and (s.before(first.start, "degree", 0) or first.comparative)
    chained = bool(found) and isinstance(found[-1], acts.Inform) and _continues(reading, first)
    return STATED if adjective or chained else None


def _continues(reading: Reading, mention: Mention) -> bool:
    """ "something dark and stylish": the second adjective is as soft as the first."""
    s = reading.sentence
    before = s.tokens[mention.start - 1].norm if mention.start else ""
    joins = s.books.is_a("and", before) or before == ","
    return joins and s.in_clause(mention.start, "degree")


def _love_is_request(reading: Reading, place: int) -> bool:
    """ "I'd love a comedy" asks."""
    s = reading.sentence
    return any(
        end <= place and (is_request(s, start) or _of_another(s, start)) for start, end in s.cue("love")
    )


def _of_another(s: Sentence, place: int) -> bool:
    """ "For someone who loves gardening": their love, this person's wish."""
    return place > 0 and s.books.is_a("relative", s.tokens[place - 1].norm)


def _is_head_of_negated(reading: Reading, mention: ValueMention) -> bool:
    """ "no plastic mugs": plastic is ruled out, mugs are wanted."""
    s = reading.sentence
    place = mention.start
    while place > 0 and s.books.is_a("linking", s.tokens[place - 1].norm):
        place -= 1
    before = next((m for m in s.mentions if m.end in (place, mention.start)), None)
    return (
        facet_of(reading, mention).role is FacetRole.CATEGORY
        and isinstance(before, (ValueMention, FlagMention, MeasureMention))
        and s.negated[before.start]
    )
