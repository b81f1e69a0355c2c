"""What was understood, as chips; what could be said next, as quick replies.

Both are computed from the state and from what remains in the catalogue.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from chatbot import acts
from chatbot.bands import bands, count_in
from chatbot.doubts import Doubt
from chatbot.events import Chip, Quick
from chatbot.profile.knowledge import source_in_words
from chatbot.state import ANCHOR_KEY, ORDER_KEY, DialogueState
from chatbot.understanding.mentions import Shown
from chatbot.understanding.reader import Situation, Understanding
from chatbot.understanding.tokens import tokenize
from chatbot.understanding.words import load_language
from generator.labels import constraint_label, facet_value_label
from generator.replies import Question
from generator.untrusted import trusted_values
from generator.words import words_of
from retriever.catalogue import Catalogue, values_of
from retriever.domain import (
    TEXT_FACET,
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    Item,
    OfFacet,
    OfItem,
    Preference,
    Source,
    SourceKind,
)
from retriever.pipeline import Retriever

KEY_JOINT = " + "
_MOST_OPTIONS = 4
_MOST_QUICK = 8
_FIRST, _SECOND = 3, 2  # values of two facets that are asked about at a time


def chips(state: DialogueState, catalogue: Catalogue, language: str) -> tuple[Chip, ...]:
    """Everything that steers the next ranking, each with where it came from. Equal labels are one chip."""
    words = load_language(language).chips
    found: dict[str, Chip] = {}

    def add(key: str, label: str, kind: str, polarity: int, hard: bool, source: str) -> None:
        old = found.get(label)
        key = key if old is None else f"{old.key}{KEY_JOINT}{key}"
        found[label] = Chip(key, label, kind, polarity, hard, source)

    def said(source: Source) -> str:
        return source_in_words(source, words)

    for key, label, one in _of_searches(state, catalogue, language):
        add(key, label, "constraint", -1 if one.rules_out else 1, one.hard, said(one.source))
    for constraint in _of_all(state):
        label = constraint_label(constraint, catalogue.facets, language)
        if constraint.facet == TEXT_FACET and not constraint.hard and isinstance(constraint.test, AnyOf):
            label = constraint.source.quote  # one chip with the theme of the same words
        add(
            constraint.key,
            label,
            "constraint",
            -1 if constraint.rules_out else 1,
            constraint.hard,
            said(constraint.source),
        )
    if state.order is not None:
        facet = catalogue.facet(state.order.facet)
        label = words["ascending" if state.order.ascending else "descending"].format(
            facet=facet.label if facet else state.order.facet
        )
        add(ORDER_KEY, label, "constraint", 1, True, words["click"])
    for item in state.anchors:
        if item in catalogue:
            label = words["like"].format(title=catalogue.item(item).title)
            add(f"{ANCHOR_KEY}{item}", label, "interest", 1, False, words["named"])
    for preference in (*state.profile.short_term, *_lasting(state)):
        chip = _interest(preference, catalogue, language, words["opened"])
        if chip is not None:
            kind, label = chip
            source = said(preference.source)
            add(preference.key, label, kind, 1 if preference.weight > 0 else -1, False, source)
    return tuple(found.values())


def _of_searches(
    state: DialogueState, catalogue: Catalogue, language: str
) -> Iterator[tuple[str, str, Constraint]]:
    """(key, label, condition) of each thing looked for and of what is asked of it alone."""
    form = load_language(language).chips["of_search"]
    for search in state.searches:
        kind = constraint_label(search.kind, catalogue.facets, language)
        yield search.key, kind, search.kind
        for own in search.constraints:
            label = form.format(search=kind, what=constraint_label(own, catalogue.facets, language))
            yield f"{search.key}:{own.key}", label, own


def _of_all(state: DialogueState) -> list[Constraint]:
    """What holds for all, less the choice between the things that have chips of their own."""
    kinds = {search.kind.facet for search in state.searches}
    return [c for c in state.constraints if c.facet not in kinds or not isinstance(c.test, AnyOf)]


def _lasting(state: DialogueState) -> list[Preference]:
    """Long-term interest that the session doesn't speak of itself."""
    spoken = {preference.key for preference in state.profile.short_term}
    return [preference for preference in state.profile.long_term if preference.key not in spoken]


def _interest(
    preference: Preference, catalogue: Catalogue, language: str, opened: str
) -> tuple[str, str] | None:
    """Kind and label; None for what the catalogue does not have. `opened`: the label of an opened item."""
    match preference.about:
        case OfItem(item) if preference.source.kind is SourceKind.IMPLICIT:
            title = catalogue.item(item).title if item in catalogue else ""
            return ("interest", opened.format(title=title)) if title else None
        case OfItem(item):
            return ("like", catalogue.item(item).title) if item in catalogue else None
        case OfFacet(facet, value):
            known = catalogue.facet(facet)
            return ("interest", facet_value_label(value, known, language)) if known else None
        case about:
            return "interest", about.words


class QuickReplies:
    """Computes quick replies for one catalogue; what it offers, its own understanding can read."""

    def __init__(self, retriever: Retriever, understanding: Understanding, language: str) -> None:
        self._retriever = retriever
        self._understanding = understanding
        self._language = language
        self._words = load_language(language).chips

    def options(self, facet: Facet, state: DialogueState) -> tuple[tuple[str, int], ...]:
        """The commonest values of a facet among what remains, with their counts."""
        if facet.kind is FacetKind.BOOLEAN:
            return ()
        if facet.kind in (FacetKind.NUMBER, FacetKind.YEAR):
            return self._bands(facet, state)
        counts = self._retriever.facet_counts(facet.name, state.constraints, self._gone(state))
        remaining = self._retriever.count(state.constraints, self._gone(state))
        stated = {
            value.casefold()
            for c in state.constraints
            if c.facet == facet.name and isinstance(c.test, AnyOf)
            for value in c.test.values
        }
        spoken = words_of(self._language)
        useful = (
            (v, n)
            for v, n in counts
            if n < remaining and v.casefold() not in stated and trusted_values((v,), spoken)
        )
        return tuple(itertools.islice(useful, _MOST_OPTIONS))

    def _bands(self, facet: Facet, state: DialogueState) -> tuple[tuple[str, int], ...]:
        """A few bands of a number, as their labels, with what each would leave."""
        left = self._retriever.rows(state.constraints, self._gone(state))
        numbers = sorted(float(n) for i in left if isinstance(n := i.facets.get(facet.name), (int, float)))
        facets = self._retriever.catalogue.facets
        counted = [
            (constraint_label(one, facets, self._language), count_in(one, numbers))
            for one in bands(facet, numbers)
        ]
        return tuple((label, count) for label, count in counted if count)

    def doubting(self, doubts: Sequence[Doubt]) -> tuple[Quick, ...]:
        """One quick reply for each doubt that can be taken back: "not “horror”"."""
        return tuple(
            Quick(self._words["forget"].format(what=one.read), self._words["not_meant"].format(what=one.read))
            for one in doubts
            if one.undoes
        )

    def after(
        self, state: DialogueState, question: Question | None, action: acts.Action
    ) -> tuple[Quick, ...]:
        """What could be said next: answers to our question, or the facet that divides best; then moves."""
        if action in (acts.Action.GREET, acts.Action.RESTART, acts.Action.DECLINE) and state.knows_nothing:
            return self.openings()
        if state.searches:
            return (*self._each_alone(state), *self._moves(state))[:_MOST_QUICK]
        if question is not None and question.also is not None:
            quick = self._values(question.facet, state)[:_FIRST]
            quick += self._values(question.also.facet, state)[:_SECOND]
        else:
            facet = question.facet if question is not None else self._best_facet(state)
            quick = [] if facet is None else self._values(facet, state)
        if state.shown:
            quick += self._moves(state)
        return tuple(quick[:_MOST_QUICK])

    def _values(self, facet: Facet, state: DialogueState) -> list[Quick]:
        """Values of a facet as they can be said, with how many items each would leave."""
        return [
            Quick(self._sayable(facet, value), f"{value} ({count})")
            for value, count in self.options(facet, state)
        ]

    def _each_alone(self, state: DialogueState) -> tuple[Quick, ...]:
        """ "only jackets", of several things that are looked for."""
        facets = self._retriever.catalogue.facets
        kinds = [constraint_label(search.kind, facets, self._language) for search in state.searches]
        return tuple(Quick(text, text) for text in (self._words["only"].format(what=kind) for kind in kinds))

    def relaxing(self, options: Sequence[tuple[Constraint, int]]) -> tuple[Quick, ...]:
        """One quick reply for each wish whose giving up would bring something."""
        facets = self._retriever.catalogue.facets
        quick = []
        for constraint, count in options[:_MOST_OPTIONS]:
            label = constraint_label(constraint, facets, self._language)
            text = self._words["without"].format(what=label)
            quick.append(
                Quick(self._words["forget"].format(what=_named(constraint, facets)), f"{text} ({count})")
            )
        return tuple(quick)

    def openings(self) -> tuple[Quick, ...]:
        """Three good first things to say, from the catalogue itself."""
        found = [text for text in (self._shelf_opening(), self._item_opening(), self._tag_opening()) if text]
        found.append(self._words["opening_any"])
        return tuple(Quick(text, text) for text in found[:3])

    def _shelf_opening(self) -> str:
        """The commonest kind of item with a price or year that halves it: "jackets under €120"."""
        catalogue = self._retriever.catalogue
        category = catalogue.by_role(FacetRole.CATEGORY)
        if category is None or not catalogue.values(category.name):
            return ""
        value = next(iter(catalogue.values(category.name)))
        kind = Constraint(category.name, AnyOf((value,)), Source(SourceKind.CLICK, 0))
        for role, form in ((FacetRole.PRICE, "opening_price"), (FacetRole.YEAR, "opening_year")):
            facet = catalogue.by_role(role)
            numbers = sorted(
                float(number)
                for item in self._retriever.rows((kind,))
                if facet is not None and isinstance(number := item.facets.get(facet.name), (int, float))
            )
            if facet is not None and numbers:
                middle = numbers[len(numbers) // 2]
                written = f"{middle:.0f}" if role is FacetRole.YEAR else self._round_price(middle, facet)
                return self._words[form].format(value=value, number=written)
        return ""

    def _round_price(self, price: float, facet: Facet) -> str:
        step = 10.0 ** (len(f"{price:.0f}") - 1)
        limit = Constraint(
            facet.name, Between(high=-(-price // step) * step, strict=True), Source(SourceKind.CLICK, 0)
        )
        return constraint_label(limit, self._retriever.catalogue.facets, self._language)

    def _item_opening(self) -> str:
        """The item that the catalogue tells most about, if its title is easy to say."""
        items = [item for item in self._retriever.catalogue.items if _easy_to_say(item.title)]
        if not items:
            return ""

        def told(item: Item) -> int:
            return sum(len(values_of(value)) or 1 for value in item.facets.values())

        return self._words["opening_like"].format(title=max(items, key=lambda i: (told(i), i.id)).title)

    def _tag_opening(self) -> str:
        catalogue = self._retriever.catalogue
        small = [
            (len(values), facet, tuple(values))
            for facet in catalogue.facets
            if facet.kind is FacetKind.TAGS
            and facet.role is FacetRole.OTHER
            and 8 <= len(values := catalogue.values(facet.name)) <= 60
        ]
        for _, _, names in sorted(small, key=lambda entry: (entry[0], entry[1].name)):
            plain = [value for value in names if _is_plain_word(value)]
            if plain:
                return self._words["opening_tag"].format(value=plain[0])
        return ""

    def _best_facet(self, state: DialogueState) -> Facet | None:
        asked = frozenset(c.facet for c in state.constraints)
        for facet, _ in self._retriever.questions(state.constraints, self._gone(state), asked):
            if facet.kind in (FacetKind.CATEGORY, FacetKind.TAGS) and len(self.options(facet, state)) > 1:
                return facet
        return None

    def _moves(self, state: DialogueState) -> list[Quick]:
        """ "more", "cheaper", "newer": only where something is left in that direction."""
        moves = []
        for role, form in ((FacetRole.PRICE, "cheaper"), (FacetRole.YEAR, "newer")):
            facet = self._retriever.catalogue.by_role(role)
            if facet is None or state.order is not None:
                continue
            text = self._words[form]
            if state.searches:
                continue  # of which?
            situation = Situation(
                state.turn + 1, shown=Shown(state.shown, state.focus), constraints=state.constraints
            )
            heard = self._understanding.read(text, situation)
            tests = [a.constraint for a in heard if isinstance(a, acts.Critique)]
            count = self._retriever.count((*state.constraints, *tests), self._gone(state)) if tests else 0
            if count:
                moves.append(Quick(text, f"{text} ({count})"))
        more = self._retriever.count(state.constraints, self._gone(state) | frozenset(state.ever_shown))
        if more:
            moves.append(Quick(self._words["more"], self._words["more"]))
        return moves

    def _sayable(self, facet: Facet, value: str) -> str:
        """The value as it can be sent: alone if that is understood, else with its facet's name."""
        heard = self._understanding.read(value, Situation(1))
        for act in heard:
            constraint = getattr(act, "constraint", None)
            if isinstance(constraint, Constraint) and constraint.facet == facet.name:
                return value
        return f"{facet.label} {value}"

    def _gone(self, state: DialogueState) -> frozenset[str]:
        return frozenset((*state.liked, *state.disliked, *state.known, *state.anchors))


def _named(constraint: Constraint, facets: Sequence[Facet]) -> str:
    """What to call a constraint when taking it back: its values, or its facet's name."""
    values = getattr(constraint.test, "values", ())
    if values:
        return " ".join(values[:1])
    return next((facet.label for facet in facets if facet.name == constraint.facet), constraint.facet)


def _easy_to_say(title: str) -> bool:
    """Neither too short to be told from other words nor too long to type; in characters, a few are enough."""
    if title.isascii():
        return 6 <= len(title) <= 28
    return 3 <= len(title) <= 10 and all(token.kind == "cjk" for token in tokenize(title))


def _is_plain_word(value: str) -> bool:
    """A word in small letters, or one of a few characters."""
    if value.isascii():
        return value.islower() and len(value) > 3
    return value.islower() or all(token.kind == "cjk" for token in tokenize(value))
