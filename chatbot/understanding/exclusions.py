"""What is ruled out: values of a facet ("no horror"), kinds ("not a rain jacket"), words in the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chatbot import acts
from chatbot.understanding.mentions import ValueMention
from chatbot.understanding.reading import Reading
from chatbot.understanding.tokens import Token, phrase_of
from retriever.domain import TEXT_FACET, AnyOf, Constraint, FacetRole, NoneOf, OfFacet


def exclude_values(reading: Reading, group: Sequence[ValueMention], *, hard: bool) -> None:
    """Rules out the values, in every facet that has them; `hard` False, a hedge or "too" only lowers."""
    if _exclude_kind(reading, group[0]):
        return
    s, first = reading.sentence, group[0]
    words = reading.quote_with_negation(first.start, group[-1].end)
    firm = hard and not s.softened(first) and not s.before(first.start, "too_much", 1)
    for facet, values in _excluded_by_facet(reading, group, firm=firm).items():
        test = NoneOf(tuple(dict.fromkeys(values)))
        constraint = Constraint(facet, test, reading.source(words), firm)
        reading.found.append(acts.Exclude(words, constraint))
    for mention in group:
        s.use(mention)


def exclude_words(reading: Reading, start: int, end: int) -> None:
    """Rules out items whose text has the words; "garlic and onion" are two things to leave out."""
    s = reading.sentence
    if any(m.end == start and isinstance(m, ValueMention) and s.negated[m.start] for m in s.mentions):
        return  # "no plastic handles" rules out plastic, and not handles
    phrases: list[list[Token]] = [[]]
    for token in s.tokens[start:end]:
        if token.kind != "mark" and token.norm not in reading.filler:
            phrases[-1].append(token)
        elif s.books.is_a("and", token.norm) or s.books["either"].at([token], 0):
            phrases.append([])
    spoken = tuple(phrase_of(phrase) for phrase in phrases if phrase)
    together = phrase_of(s.tokens[start:end])
    # "Black and white" stands so in texts, "garlic and onion" hardly.
    if len(spoken) > 1 and reading.retriever.count(
        (Constraint(TEXT_FACET, AnyOf((together,)), reading.source("")),)
    ):
        spoken = (together,)
    if spoken:
        _exclude_text(reading, spoken, start, end)


def _excluded_by_facet(
    reading: Reading, group: Sequence[ValueMention], *, firm: bool
) -> dict[str, list[str]]:
    by_facet: dict[str, list[str]] = {}
    # "Less scary" is no word against horror; "not scary" is.
    alike = _alike(reading, group) if firm and group else ()
    for about in (*(about for mention in group for about in mention.everywhere), *alike):
        values = by_facet.setdefault(about.facet, [])
        values.append(about.value)
        if " " not in about.value:
            # "no plastic" rules out recycled plastic too, "no wool" lambswool.
            values += reading.lexicon.kinds_of(about)
    return by_facet


def _alike(reading: Reading, group: Sequence[ValueMention]) -> Iterator[OfFacet]:
    """What the words of mentions mean beside their values; "not in English or French" means no country."""
    tokens, start = reading.sentence.tokens, group[0].start
    spoken_in = start > 0 and reading.sentence.books["in_language"].at(tokens, start - 1) == 1
    own = {about.facet for mention in group for about in mention.everywhere}
    for mention in group:
        words = " ".join(token.norm for token in tokens[mention.start : mention.end])
        found = reading.lexicon.synonyms_of(words)
        yield from (about for about in found if not spoken_in or about.facet in own)


def _exclude_kind(reading: Reading, first: ValueMention) -> bool:
    """ "not a rain jacket", of jackets: the words together are ruled out, not all jackets."""
    s = reading.sentence
    facet = reading.lexicon.catalogue.facet(first.facet)
    before = s.tokens[first.start - 1] if first.start else None
    if facet is None or facet.role is not FacetRole.CATEGORY or before is None or before.kind != "word":
        return False
    if before.norm in reading.filler or s.used[first.start - 1] or not s.negated[first.start - 1]:
        return False
    phrase = f"{before.norm} {s.tokens[first.end - 1].norm}"
    _exclude_text(reading, (phrase,), first.start - 1, first.end)
    s.use_span(first.start - 1, first.end)
    return True


def _exclude_text(reading: Reading, phrases: tuple[str, ...], start: int, end: int) -> None:
    words = reading.quote_with_negation(start, end)
    constraint = Constraint(TEXT_FACET, NoneOf(phrases), reading.source(words))
    reading.found.append(acts.Exclude(words, constraint))
