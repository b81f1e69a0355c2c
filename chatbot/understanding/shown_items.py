"""Finds items in sight by where they stand ("the second one", "these"), by a part of their title, or by
what tells them apart ("the red one").

In: tokens, and what the person can point at. Out: references to shown items.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.mentions import (
    BeyondMention,
    FlagMention,
    MeasureMention,
    Mention,
    ReferenceMention,
    Shown,
    ValueMention,
)
from chatbot.understanding.titles import TitleFinder
from chatbot.understanding.tokens import Token, words_of
from chatbot.understanding.words import Language, Phrasebook, Phrasebooks
from retriever.catalogue import values_of
from retriever.domain import FacetRole, ItemId

_LONGEST_PLACE = 3  # tokens
_NO_LISTS = ("0", "all", "both", "rest")
_SHORTEST_NAME = 3  # letters up to which a word of a title tells nothing by itself
_SHORTEST_IN_CHARACTERS = 2  # of a title
_ONE_REACH = 2  # tokens between "the one" and what tells which


class ShownItemFinder:
    """Finds references to shown items, for one catalogue and language."""

    def __init__(self, language: Language, books: Phrasebooks, lexicon: Lexicon, titles: TitleFinder) -> None:
        self._books = books
        self._lexicon = lexicon
        self._titles = titles
        self._filler = frozenset(language.filler.words)
        self._places = {place: Phrasebook(phrases) for place, phrases in language.references.items()}

    def by_title(self, tokens: Sequence[Token], shown: Shown) -> list[ReferenceMention]:
        """A shown item by a part of its title that no other shown item has: "the Squall".

        A title in characters counts as a whole, however short: "沙丘" needs no marks when it is on a card.
        """
        parts: dict[str, list[ItemId]] = {}
        for item in shown.items:
            for word in set(words_of(self._lexicon.catalogue.item(item).title)):
                parts.setdefault(word, []).append(item)
        whole = self._whole_in_characters(tokens, shown)
        return whole + [
            ReferenceMention(position, position + 1, tuple(parts[token.norm]))
            for position, token in enumerate(tokens)
            if token.kind == "word"
            and len(token.norm) > 3
            and len(parts.get(token.norm, ())) == 1
            and token.norm not in self._filler
            and token.text[:1].isupper()
            and (self._lexicon.stems(token.norm),) not in self._lexicon.values
            and not self._titles.inside_longer_title(tokens, position)
        ]

    def _whole_in_characters(self, tokens: Sequence[Token], shown: Shown) -> list[ReferenceMention]:
        found: list[ReferenceMention] = []
        for item in shown.items:
            title = words_of(self._lexicon.catalogue.item(item).title)
            if len(title) < _SHORTEST_IN_CHARACTERS or any(len(word) > 1 for word in title):
                continue
            for start in range(len(tokens) - len(title) + 1):
                spoken = tokens[start : start + len(title)]
                if tuple(token.norm for token in spoken) == title and spoken[0].kind == "cjk":
                    found.append(ReferenceMention(start, start + len(title), (item,)))
        return found

    def by_half_title(self, tokens: Sequence[Token], shown: Shown) -> list[ReferenceMention]:
        """ "the whistling kettle": words of the title of just one item that was spoken of so far."""
        titles = {item: self._words_of_title(item) for item in shown.earlier}
        found: list[ReferenceMention] = []
        for start in range(1, len(tokens)):
            before = tokens[start - 1].norm
            if not (self._books.is_a("definite", before) or self._books.is_a("pointing", before)):
                continue
            end, fitting = start, list(titles)
            while end < len(tokens) and tokens[end].kind == "word" and fitting:
                narrowed = [item for item in fitting if tokens[end].norm in titles[item]]
                if not narrowed:
                    break
                end, fitting = end + 1, narrowed
            a_value = self._lexicon.stems.of(t.norm for t in tokens[start:end]) in self._lexicon.values
            in_sight = end - start == 1 and self._tells_alone(tokens, start, shown, fitting)
            if (end - start > 1 or in_sight) and len(fitting) == 1 and not a_value:
                found.append(ReferenceMention(start, end, tuple(fitting)))
        return found

    def _tells_alone(
        self, tokens: Sequence[Token], place: int, shown: Shown, fitting: Sequence[ItemId]
    ) -> bool:
        """ "the kite": one word tells an item on the cards apart that is nothing else."""
        word = tokens[place].norm
        ends = (
            place + 1 >= len(tokens)
            or tokens[place + 1].kind != "word"
            or tokens[place + 1].norm in self._filler
            or self._is_said_of_it(tokens[place + 1])
        )
        return (
            ends
            and len(word) > _SHORTEST_NAME
            and all(item in shown.items for item in fitting)
            and word not in self._filler
            and self._lexicon.stems(word) not in self._lexicon.nouns
            and (self._lexicon.stems(word),) not in self._lexicon.labels
            and not self._lexicon.heads.get(self._lexicon.stems(word))
        )

    def _is_said_of_it(self, token: Token) -> bool:
        """ "Is the kite waterproof?": a yes/no facet or a value that is no sort of thing."""
        stem = (self._lexicon.stems(token.norm),)
        sorts = self._lexicon.catalogue.by_role(FacetRole.CATEGORY)
        values = self._lexicon.values.get(stem, ())
        sort = any(sorts is not None and about.facet == sorts.name for about in values)
        return stem in self._lexicon.flags or (bool(values) and not sort)

    def by_look(self, tokens: Sequence[Token], named: Sequence[Mention], shown: Shown) -> list[Mention]:
        """ "the red one", "the one by Nolan": `named`, with those that tell one item in sight apart as it."""
        return [self._by_look(tokens, mention, shown) for mention in named]

    def _by_look(self, tokens: Sequence[Token], mention: Mention, shown: Shown) -> Mention:
        span = self._span_of_one(tokens, mention)
        if span is None:
            return mention
        for group in (shown.talked, shown.items):
            fitting = tuple(item for item in group if self._has(item, mention))
            if len(fitting) == 1:
                return ReferenceMention(*span, fitting)
        return mention

    def _span_of_one(self, tokens: Sequence[Token], mention: Mention) -> tuple[int, int] | None:
        """The tokens of "the red one" around "red"; None if it isn't said so."""
        is_a = self._books.is_a
        start, end = mention.start, mention.end
        before = tokens[start - 1].norm if start else ""
        if is_a("definite", before) and end < len(tokens) and is_a("one", tokens[end].norm):
            return start, end + 1
        for one in range(start - 1, max(0, start - 1 - _ONE_REACH), -1):
            if is_a("one", tokens[one].norm) and is_a("definite", tokens[one - 1].norm):
                between = tokens[one + 1 : start]
                return (one, end) if between and all(t.norm in self._filler for t in between) else None
        return None

    def _has(self, item: ItemId, mention: Mention) -> bool:
        facets = self._lexicon.catalogue.item(item).facets
        if isinstance(mention, FlagMention):
            return facets.get(mention.facet.name) is True
        if not isinstance(mention, ValueMention):
            return False
        wanted = {value.casefold() for value in mention.values}
        return bool(wanted & {value.casefold() for value in values_of(facets.get(mention.facet))})

    def _words_of_title(self, item: ItemId) -> frozenset[str]:
        return frozenset(words_of(self._lexicon.catalogue.item(item).title)) - self._filler

    def beyond(self, tokens: Sequence[Token], taken: Sequence[bool], shown: Shown) -> list[BeyondMention]:
        """ "the ninth one" of three."""
        found: list[BeyondMention] = []
        for position in range(len(tokens)):
            for place, book in self._places.items():
                length = book.at(tokens, position)
                number = int(place) if place.isdecimal() else 0
                if not length or taken[position] or number <= len(shown.items or shown.talked):
                    continue
                if self._is_pointed_at(tokens, position, position + length):
                    found.append(BeyondMention(position, position + length))
        return found

    def _is_pointed_at(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        """ "the ninth", "ninth one" at the end of what is said: not "the ninth gate", "ninth of May"."""
        is_a = self._books.is_a
        definite = start > 0 and is_a("definite", tokens[start - 1].norm)
        if end - start > 1:
            return True  # "number nine"
        one = end < len(tokens) and is_a("one", tokens[end].norm)
        ends = end >= len(tokens) or tokens[end].kind == "mark"
        return one or (definite and ends)

    def by_measure(
        self, tokens: Sequence[Token], adjectives: Sequence[MeasureMention], shown: Shown
    ) -> list[ReferenceMention]:
        """ "the cheaper one" of two that are talked about or shown."""
        pair = shown.talked if len(shown.talked) > 1 else shown.items
        found: list[ReferenceMention] = []
        for mention in adjectives if len(pair) == 2 else ():
            span = self._span_of_one(tokens, mention) or self._of_the_two(tokens, mention)
            facets = [(self._lexicon.catalogue.item(i).facets.get(mention.facet.name), i) for i in pair]
            numbers = sorted((n, i) for n, i in facets if isinstance(n, (int, float)))
            if span is None or mention.degree != "comparative" or len(numbers) < 2:
                continue
            found.append(ReferenceMention(*span, (numbers[0 if mention.direction < 0 else -1][1],)))
        return found

    def _of_the_two(self, tokens: Sequence[Token], mention: Mention) -> tuple[int, int] | None:
        """ "the cheaper of the two"."""
        before = tokens[mention.start - 1].norm if mention.start else ""
        length = self._books["of_shown"].at(tokens, mention.end) if mention.end < len(tokens) else 0
        return (
            (mention.start, mention.end + length) if length and self._books.is_a("definite", before) else None
        )

    def place_before(self, tokens: Sequence[Token], end: int) -> int | None:
        """The place that the words right before a token say: 1 of "the first list", -1 of "the last list"."""
        for start in range(max(0, end - _LONGEST_PLACE), end):
            for place, book in self._places.items():
                if place not in _NO_LISTS and book.at(tokens[:end], start) == end - start:
                    return int(place)
        return None

    def by_place(
        self, tokens: Sequence[Token], taken: Sequence[bool], shown: Shown
    ) -> list[ReferenceMention]:
        """Items by their place; at each token the longest phrase. None where nothing is in sight."""
        if not shown.meant and not shown.group:
            return []
        idle = self._no_places(tokens)
        found: list[ReferenceMention] = []
        for position in range(len(tokens)):
            if taken[position] or position in idle or self._is_relative(tokens, taken, position):
                continue
            if (
                position + 1 < len(tokens)
                and taken[position + 1]
                and self._books.is_a("pointing", tokens[position].norm)
            ):
                continue  # "not that expensive" points at nothing
            best: tuple[int, tuple[ItemId, ...], bool] = (0, (), False)
            for place, book in self._places.items():
                length = book.at(tokens, position)
                if length > best[0]:
                    best = (length, _place(place, shown), place == "0")
            bare = not (position and taken[position - 1])  # not the number of a name
            if not best[0] and bare and self._numbers_items(tokens, position, shown):
                best = (1, _place(str(int(tokens[position].norm)), shown), False)
            if best[0] and best[1]:
                found.append(ReferenceMention(position, position + best[0], best[1], best[2]))
        return found

    def _numbers_items(self, tokens: Sequence[Token], position: int, shown: Shown) -> bool:
        """ "Compare 1 and 3": bare numbers of cards, beside words for comparing."""
        number = tokens[position].norm
        listed = len(shown.items or shown.talked)
        return number.isdecimal() and 0 < int(number) <= listed and bool(self._books["compare"].find(tokens))

    def _is_relative(self, tokens: Sequence[Token], taken: Sequence[bool], position: int) -> bool:
        """ "a film that is funny": "that" behind what it belongs to points at nothing."""
        is_a = self._books.is_a
        if not position or position + 1 >= len(tokens) or not is_a("relative", tokens[position].norm):
            return False
        before = tokens[position - 1]
        vague = is_a("one", before.norm) or bool(self._books["degree"].at(tokens, position - 1))
        return taken[position - 1] or vague or self._lexicon.stems(before.norm) in self._lexicon.nouns

    def _no_places(self, tokens: Sequence[Token]) -> frozenset[int]:
        """Tokens that point at nothing: "on second thoughts", "at first", "not that important"."""
        spans = [*self._books["no_reference"].find(tokens), *self._books["correction"].find(tokens)]
        for _, end in self._books["negation"].find(tokens):
            if end + 1 < len(tokens) and self._books.is_a("pointing", tokens[end].norm):
                after = tokens[end + 1]
                if after.kind == "word" and after.norm not in self._filler:
                    spans.append((end, end + 1))
        return frozenset(place for start, end in spans for place in range(start, end))


def _place(place: str, shown: Shown) -> tuple[ItemId, ...]:
    """The shown items that a place in the data file means; none when there are not so many."""
    several = shown.talked if len(shown.talked) > 1 else shown.items
    if place == "all":
        return several or shown.talked
    if place == "both":
        return several[:2] if len(several) >= 2 else ()
    if place == "rest":
        last = set(shown.talked) if set(shown.talked) < set(shown.group) else {shown.focus}
        left = tuple(item for item in shown.group if item not in last)
        return left if len(left) < len(shown.group) else ()
    number = int(place)
    if number == 0:
        return (shown.nearest,) if shown.nearest is not None else ()
    listed = shown.items or shown.talked
    index = number - 1 if number > 0 else len(listed) + number
    return (listed[index],) if 0 <= index < len(listed) else ()
