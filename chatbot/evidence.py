"""What the writer may know for a system act: records, quotes, the real reasons, counts from the ledger.

In: a system act, the state, the shortlist. Out: `Evidence`. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot import acts
from chatbot.policy import AnswerCatalogue
from chatbot.profile.sensitive import value_is_sensitive
from chatbot.searches import view_for
from chatbot.state import Changes, DialogueState
from chatbot.understanding.words import load_language
from generator.replies import CatalogueFact, CatalogueFactKind, Evidence, ItemEvidence, Question, Task
from generator.untrusted import trusted_description, trusted_item, trusted_title, trusted_values
from generator.words import words_of
from retriever.catalogue import Catalogue, values_of
from retriever.domain import (
    TEXT_FACET,
    Candidate,
    Constraint,
    Facet,
    FacetRole,
    Item,
    ItemId,
    Leg,
    Order,
    Query,
    Trace,
)
from retriever.filters import mask
from retriever.pipeline import Retriever
from retriever.tokens import framed_stems

_KINDS_LISTED = 12
_FIRST_VALUES = 4
_ALL = 1_000_000


class EvidenceMaker:
    """Builds evidence for one retriever."""

    def __init__(self, retriever: Retriever, language: str) -> None:
        self._retriever = retriever
        self._catalogue: Catalogue = retriever.catalogue
        self._language = language
        # "films" is what items are called, "shop" and "export_2" are not.
        nouns = load_language(language).item_nouns.words
        self._noun = retriever.catalogue.name if retriever.catalogue.name in nouns else ""

    def of_turn(self, task: Task, state: DialogueState, changes: Changes, text: str) -> Evidence:
        """The part that every reply may use; the rest is added with `dataclasses.replace`."""
        return Evidence(
            task=task,
            facets=self._catalogue.facets,
            user_text=text,
            noun=self._noun,
            heard=changes.heard,
            forgotten=changes.forgotten,
            parked=changes.parked,
            back=changes.back,
            active=state.constraints,
            wishes=changes.wishes,
            new_likes=self._titles(changes.new_likes),
            new_dislikes=self._titles(changes.new_dislikes),
            not_set=changes.not_set,
            language=self._language,
        )

    def candidates(self, found: Sequence[Candidate], state: DialogueState) -> tuple[ItemEvidence, ...]:
        """Items with the reasons that their traces hold."""
        anchors = self._titles(state.anchors or state.liked)
        return tuple(self._item(c.item, c.rank, c.trace, state, anchors) for c in found)

    def items(self, ids: Sequence[ItemId], state: DialogueState) -> tuple[ItemEvidence, ...]:
        """Items that are spoken of, with the reasons that a ranking of just them would give.

        Explaining ranks the item again under the wishes as they are now: what it fits and what it breaks.
        """
        anchors = self._titles(state.anchors or state.liked)
        evidence = []
        for rank, item in enumerate((self._catalogue.item(i) for i in ids if i in self._catalogue), start=1):
            view = view_for(state, item)
            evidence.append(self._item(item, rank, self._trace(item, view), view, anchors))
        return tuple(evidence)

    def _trace(self, item: Item, state: DialogueState) -> Trace:
        """The trace that the item has, or would have, among all items under the present wishes."""
        others = frozenset(state.anchors) - {item.id}
        soft = tuple(c for c in state.constraints if not c.hard)
        query = Query(
            text="",
            constraints=soft,
            profile=state.profile,
            anchors=tuple(a for a in (state.anchors or state.liked) if a != item.id),
            excluded=frozenset(i.id for i in self._catalogue.items if i.id != item.id) - others,
            k=1,
        )
        found = self._retriever.retrieve(query).candidates
        return found[0].trace if found else Trace()

    def _item(
        self, item: Item, rank: int, trace: Trace, state: DialogueState, anchors: tuple[str, ...]
    ) -> ItemEvidence:
        row = self._catalogue.row(item.id)
        hard = [c for c in state.constraints if c.hard]
        met = tuple(c for c in state.constraints if mask(self._catalogue, (_hardened(c),))[row])
        broken = (*trace.broken, *(c for c in hard if c not in met))
        disliked = tuple(p for p in trace.matched if p.weight < 0)
        liked = tuple(p for p in trace.matched if p.weight > 0)
        telling = (leg for leg in trace.legs if not leg.neutral)
        strongest = max(telling, key=lambda leg: leg.weight / (60 + leg.rank), default=None)
        decisive: Leg | None = strongest.leg if strongest else None
        told = trusted_item(item, words_of(self._language))
        return ItemEvidence(
            item=told,
            rank=rank,
            matched=(*liked, *disliked),
            met=met,
            shared=trace.shared,
            anchor_titles=tuple(title for title in anchors if title != told.title),
            broken=tuple(dict.fromkeys(broken)),
            decisive=decisive.value if decisive else "",
            interest=self._interest(trace),
            path=self._path(trace, item),
        )

    def _interest(self, trace: Trace) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]] | None:
        """The interest that an item lies in, as far as it can be named: never by what may not be kept."""
        if trace.nearby is None:
            return None
        words = words_of(self._language)
        values = tuple(
            (name, value)
            for name, value in trace.nearby.values
            if not value_is_sensitive(value) and trusted_values((value,), words)
        )
        return (self._titles(trace.nearby.items), values) if values else None

    def _path(self, trace: Trace, item: Item) -> tuple[str, str, str] | None:
        if trace.nearby is None or trace.nearby.path is None:
            return None
        liked, facet, value = trace.nearby.path
        if value_is_sensitive(value) or liked == item.id or liked not in self._catalogue:
            return None
        return self._titles((liked,))[0], facet, value

    def _titles(self, ids: Sequence[ItemId]) -> tuple[str, ...]:
        words = words_of(self._language)
        return tuple(trusted_title(self._catalogue.item(i).title, words) for i in ids if i in self._catalogue)

    # --- answers from the ledger --------------------------------------------------------------------

    def catalogue_fact(
        self, act: AnswerCatalogue, state: DialogueState
    ) -> tuple[CatalogueFact, tuple[Item, ...]]:
        """The answer to a question about the whole catalogue, and the items that it speaks of."""
        question = act.question
        scope = self._scope(question, state)
        fitting = [item for item in self._retriever.rows(scope) if self._tells(item, question.unknown)]
        facet = self._catalogue.facet(question.facet)
        kind = question.kind
        if kind is CatalogueFactKind.EXTREME and question.order is not None and facet is not None:
            return self._extreme(question, question.order, facet, scope)
        if kind is CatalogueFactKind.KINDS and facet is not None:
            counts = self._counts(facet.name, scope)
            return CatalogueFact(kind, len(counts), scope, facet, kinds=counts[:_KINDS_LISTED]), ()
        if kind is CatalogueFactKind.COMMONEST and facet is not None:
            counts = self._counts(facet.name, scope)
            most = max((n for _, n in counts), default=0)
            first = tuple(pair for pair in counts if pair[1] == most)
            return CatalogueFact(kind, most, scope, facet, kinds=first[:_FIRST_VALUES]), ()
        if kind in (CatalogueFactKind.RANGE, CatalogueFactKind.AVERAGE):
            return _spread(kind, fitting, scope, facet), ()
        spread = self._catalogue.by_role(FacetRole.PRICE) or self._catalogue.by_role(FacetRole.YEAR)
        found = _spread(kind, fitting, scope, spread)
        return (found if found.low is not None else replace(found, facet=None)), ()

    def _tells(self, item: Item, words: str) -> bool:
        """Whether an item's record says so, less what in it speaks to a machine."""
        if not words:
            return True
        values = [v for value in item.facets.values() for v in values_of(value)]
        # The whole record first: most say nothing of it, and what may be told takes longer to find.
        if framed_stems(words) not in framed_stems(" . ".join((item.title, item.description, *values))):
            return False
        language = words_of(self._language)
        told = (item.title, trusted_description(item, language), *trusted_values(values, language))
        return framed_stems(words) in framed_stems(" . ".join(told))

    def _counts(self, name: str, scope: tuple[Constraint, ...]) -> tuple[tuple[str, int], ...]:
        """How many items have which value of a facet, commonest first; values that give orders are none."""
        counts = self._retriever.facet_counts(name, scope)
        kept = set(trusted_values((value for value, _ in counts), words_of(self._language)))
        return tuple((value, count) for value, count in counts if value in kept)

    def _scope(self, question: acts.AskCatalogue, state: DialogueState) -> tuple[Constraint, ...]:
        if question.kind in (CatalogueFactKind.HAVE, CatalogueFactKind.EXTREME):
            # What was asked is among the active constraints by now; the others narrow it.
            words = [c for c in question.constraints if c.facet == TEXT_FACET]
            active = [c for c in state.constraints if c.hard]
            return (*active, *(c for c in words if c not in active))
        return question.constraints

    def _extreme(
        self, question: acts.AskCatalogue, order: Order, facet: Facet, scope: tuple[Constraint, ...]
    ) -> tuple[CatalogueFact, tuple[Item, ...]]:
        within = self._ordered(scope, order)
        # Asked of everything ("the cheapest one?"), the question means what the wishes leave.
        wider = self._ordered(question.constraints, order) if question.constraints or not within else ()
        numbers = _numbers(within, facet)
        other = wider[0] if wider and (not within or wider[0].id != within[0].id) else None
        if (
            other is not None
            and facet is not None
            and _numbers((other,), facet) == _numbers(within[:1], facet)
        ):
            other = None  # a tie is no other answer
        fact = CatalogueFact(
            question.kind,
            len(within),
            scope,
            facet,
            order.ascending,
            min(numbers) if numbers else None,
            max(numbers) if numbers else None,
            wider=trusted_item(other, words_of(self._language)) if other is not None else None,
        )
        return fact, within[:3]

    def extreme_of(self, state: DialogueState) -> CatalogueFact:
        """The fact that the first item of an order stands at its end, among what fits now."""
        assert state.order is not None, "asked of a state without an order"
        facet = self._catalogue.facet(state.order.facet)
        assert facet is not None, "an order names a facet of the catalogue"
        scope = tuple(c for c in state.constraints if c.hard)
        question = acts.AskCatalogue("", CatalogueFactKind.EXTREME, order=state.order)
        return replace(self._extreme(question, state.order, facet, scope)[0], wider=None)

    def _ordered(self, scope: Sequence[Constraint], order: Order) -> tuple[Item, ...]:
        """Items that have the number, from the end asked for."""
        found = self._retriever.retrieve(Query(constraints=tuple(scope), order=order, k=_ALL)).candidates
        return tuple(c.item for c in found if isinstance(c.item.facets.get(order.facet), (int, float)))

    def chosen(self, order: Order, ids: Sequence[ItemId]) -> tuple[CatalogueFact, tuple[Item, ...]]:
        """The shown items in the order asked for: "the lightest of these"."""
        items = [self._catalogue.item(i) for i in ids if i in self._catalogue]
        facet = self._catalogue.facet(order.facet)
        known = [i for i in items if isinstance(i.facets.get(order.facet), (int, float))]
        sign = 1 if order.ascending else -1
        # Sorting is stable: ties keep the order in which they were shown.
        known.sort(key=lambda item: sign * float(item.facets[order.facet]))  # type: ignore[arg-type]
        numbers = _numbers(known, facet)
        fact = CatalogueFact(
            CatalogueFactKind.EXTREME,
            len(items),
            facet=facet,
            ascending=order.ascending,
            low=min(numbers) if numbers else None,
            high=max(numbers) if numbers else None,
            among_shown=True,
        )
        return fact, (*known, *(i for i in items if i not in known))

    def question(self, facet: Facet, options: Sequence[tuple[str, int]]) -> Question:
        """A question about a facet with its options."""
        return Question(facet, tuple(options))


def _spread(
    kind: CatalogueFactKind, items: Sequence[Item], scope: tuple[Constraint, ...], facet: Facet | None
) -> CatalogueFact:
    """How many items there are, from where to where a facet of theirs goes, and what it is on average."""
    numbers = _numbers(items, facet)
    if not numbers:
        return CatalogueFact(kind, len(items), scope, facet)
    mean = sum(numbers) / len(numbers)
    return CatalogueFact(kind, len(items), scope, facet, low=min(numbers), high=max(numbers), average=mean)


def _hardened(constraint: Constraint) -> Constraint:
    return Constraint(constraint.facet, constraint.test, constraint.source, hard=True)


def _numbers(items: Sequence[Item], facet: Facet | None) -> list[float]:
    if facet is None:
        return []
    values = (item.facets.get(facet.name) for item in items)
    return [float(value) for value in values if isinstance(value, (int, float))]
