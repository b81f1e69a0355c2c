"""Questions: why, compare, about an item, to the whole catalogue."""

from __future__ import annotations

from collections.abc import Callable

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.mentions import (
    FlagMention,
    LabelMention,
    MeasureMention,
    Shown,
    ValueMention,
)
from chatbot.understanding.sentence import Sentence
from generator.replies import CatalogueFactKind
from retriever.catalogue import values_of
from retriever.domain import TEXT_FACET, AnyOf, Constraint, ItemId, Order

ReadScope = Callable[[], tuple[Constraint, ...]]


class QuestionReader:
    """Reads one utterance as a question, or not at all."""

    def __init__(self, sentence: Sentence, lexicon: Lexicon, shown: Shown, filler: frozenset[str]) -> None:
        self._filler = filler
        self.s = sentence
        self._lexicon = lexicon
        self._shown = shown
        self._text = sentence.text.strip()

    def read(self, read_scope: ReadScope) -> UserAct | None:
        """The question, or None; `read_scope` gives the conditions that the words name."""
        return (
            self._why()
            or self._compare()
            or self._extreme(read_scope)
            or self._about_items()
            or self._about_catalogue(read_scope)
        )

    def _items(self) -> tuple[ItemId, ...]:
        """Items spoken of; "the red one" is the shown item that is red."""
        spoken = [item for r in self.s.references() for item in r.items]
        if spoken:
            return tuple(dict.fromkeys(spoken))
        for mention in self.s.of(ValueMention):
            if self._points(mention):
                wanted = {value.casefold() for value in mention.values}
                return tuple(item for item in self._shown.items if wanted & self._values(item, mention.facet))
        return ()

    def _points(self, mention: ValueMention) -> bool:
        """ "the red one"."""
        before = self.s.tokens[mention.start - 1].norm if mention.start else ""
        after = self.s.tokens[mention.end].norm if mention.end < len(self.s.tokens) else ""
        return self.s.books.is_a("definite", before) and self.s.books.is_a("one", after)

    def _values(self, item: ItemId, facet: str) -> set[str]:
        value = self._lexicon.catalogue.item(item).facets.get(facet)
        return {word.casefold() for word in values_of(value)}

    def _why(self) -> UserAct | None:
        if not self.s.begins("why"):
            return None
        items = self._items() or self._shown.items[:1]
        return acts.Why(self._text, items) if items else None

    def _compare(self) -> UserAct | None:
        if not self.s.cue("compare"):
            return None
        items = self._items()
        if len(items) < 2:
            items = tuple(dict.fromkeys((*items, *self._shown.items)))[:3]
        return acts.Compare(self._text, items) if len(items) >= 2 else None

    def _superlative(self) -> MeasureMention | None:
        return next((m for m in self.s.of(MeasureMention) if m.degree == "superlative"), None)

    def _extreme(self, read_scope: ReadScope) -> UserAct | None:
        mention = self._superlative()
        if mention is None or not (self.s.begins("question") or self._text.endswith("?")):
            return None
        order = Order(mention.facet.name, ascending=mention.direction < 0)
        if (
            self._shown.items
            and not self.s.has("what_have")
            and (self.s.has("of_shown") or self.s.references())
        ):
            return acts.Superlative(self._text, order, acts.Scope.SHOWN)
        self.s.use(mention)
        return acts.AskCatalogue(
            self._text, CatalogueFactKind.EXTREME, read_scope(), mention.facet.name, order
        )

    def _about_items(self) -> UserAct | None:
        asks = self.s.begins("question") or self.s.begins("about_item") or self._text.endswith("?")
        asks = asks or any(self._points(m) and m.start <= 1 for m in self.s.of(ValueMention))
        if not asks or self._has_comparative():
            return None
        items = self._items()
        facet = self._asked_facet()
        if not items and self._implied(facet):
            items = (self._shown.focus or self._shown.items[0],)
        if not items:
            return None
        return acts.AskItem(self._text, items, facet, self._asked_value(facet))

    def _asked_value(self, facet: str) -> str:
        """ "is it red?", "does it come with batteries?": what the answer says yes or no to."""
        for mention in self.s.of(ValueMention):
            if mention.facet == facet and not self._points(mention):
                return mention.values[0]
        if facet or self.s.begins("about_item"):
            return ""
        words = [self.s.quote(start, end) for start, end in self.s.leftovers(self._filler)]
        return words[0] if len(words) == 1 else ""

    def _implied(self, facet: str) -> bool:
        """ "how long?" and "who directed that?" after an item was shown are about that item."""
        few = sum(token.kind != "mark" for token in self.s.tokens) <= 6
        asks_catalogue = self.s.begins("have") or self.s.has("what_have") or self.s.begins("how_many")
        if any(True for _ in self.s.leftovers(self._filler)):
            return False  # it speaks of something else
        return bool(
            self._shown.items and facet and few and not asks_catalogue and not self.s.of(ValueMention)
        )

    def _has_comparative(self) -> bool:
        return any(m.degree == "comparative" for m in self.s.of(MeasureMention))

    def _asked_facet(self) -> str:
        for mention in self.s.mentions:
            if isinstance(mention, (LabelMention, FlagMention, MeasureMention)):
                return mention.facet.name
        return next((m.facet for m in self.s.of(ValueMention)), "")

    def _about_catalogue(self, read_scope: ReadScope) -> UserAct | None:
        if self._has_comparative() or self._superlative() is not None:
            return None
        labels = self.s.of(LabelMention)
        if self.s.begins("kinds") and labels and self.s.has("what_have"):
            self.s.use(labels[0])
            return acts.AskCatalogue(self._text, CatalogueFactKind.KINDS, read_scope(), labels[0].facet.name)
        if self.s.begins("how_many"):
            return acts.AskCatalogue(self._text, CatalogueFactKind.COUNT, read_scope())
        start = self.s.begins("have")
        if start or (self.s.begins("kinds") and self.s.has("what_have")):
            scope = read_scope()
            if not scope:
                return None
            texts = [c.test for c in scope if c.facet == TEXT_FACET]
            unknown = " ".join(value for test in texts if isinstance(test, AnyOf) for value in test.values)
            return acts.AskCatalogue(self._text, CatalogueFactKind.HAVE, scope, unknown=unknown)
        return None
