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
    ValueMention,
)
from chatbot.understanding.reading import Situation
from chatbot.understanding.sentence import Sentence
from generator.replies import CatalogueFactKind
from retriever.catalogue import values_of
from retriever.domain import TEXT_FACET, AnyOf, Constraint, FacetKind, ItemId, Order

_QUESTION_MARKS = ("?", "？")
_NUMERIC = (FacetKind.NUMBER, FacetKind.YEAR)
ReadScope = Callable[[], tuple[Constraint, ...]]


class QuestionReader:
    """Reads one utterance as a question, or not at all."""

    def __init__(
        self, sentence: Sentence, lexicon: Lexicon, situation: Situation, filler: frozenset[str]
    ) -> None:
        self._filler = filler
        self.s = sentence
        self._lexicon = lexicon
        self._shown = situation.shown
        spoken = sentence.has("of_them") or (situation.counted and sentence.has("them"))
        self._of_them = situation.of_them if spoken else ()
        self._counted = situation.counted
        self._asked_before = situation.asked_facet
        self._text = sentence.text.strip()

    def read(self, read_scope: ReadScope) -> UserAct | None:
        """The question, or None; `read_scope` gives the conditions that the words name."""
        return (
            self._why()
            or self._compare()
            or self._extreme(read_scope)
            or (self._about_catalogue(read_scope) if self._of_them else None)
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
                found = tuple(i for i in self._shown.meant if wanted & self._values(i, mention.facet))
                return found or tuple(i for i in self._shown.items if wanted & self._values(i, mention.facet))
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
        against = self.s.has("why_not") or any(self.s.negated)
        items = self._items() or (() if against else self._shown.meant[:1])
        return acts.Why(self._text, items, against) if items else None

    def _compare(self) -> UserAct | None:
        if not self.s.cue("compare") and not self._asks_which():
            return None
        items = self._items()
        if len(items) < 2:
            items = tuple(dict.fromkeys((*items, *self._shown.talked, *self._shown.items)))[:3]
        return acts.Compare(self._text, items) if len(items) >= 2 else None

    def _asks(self) -> bool:
        """Whether the utterance has the form of a question."""
        asks = self.s.begins("question") or self.s.has("asking")
        return bool(asks) or self._text.endswith(_QUESTION_MARKS)

    def _asks_which(self) -> bool:
        """ "which is lighter, this one or that one?": a comparative between items that are all named."""
        asks = self._asks()
        named = {item for r in self.s.references() for item in r.items}
        several = len(named) > 1 or (not named and len(self._shown.talked) > 1)
        wishes = (self.s.has("than") and not self._asks_whether()) or self.s.begins("have")
        return asks and several and self._has_comparative() and not (wishes or self.s.has("asks_for"))

    def _asks_whether(self) -> bool:
        """ "Is the first better than the second?": of two that are named, on both sides of "than"."""
        than = self.s.spans("than")
        named = self.s.references()
        return any(
            named[0].end <= start and end <= named[-1].start for start, end in than if len(named) > 1
        ) and any(m.end <= than[0][0] for m in self.s.of(MeasureMention))

    def _superlative(self) -> MeasureMention | None:
        return next((m for m in self.s.of(MeasureMention) if m.degree == "superlative"), None)

    def _extreme(self, read_scope: ReadScope) -> UserAct | None:
        mention = self._superlative()
        if mention is None or not (self._asks()):
            return None
        order = Order(mention.facet.name, ascending=mention.direction < 0)
        if (
            self._shown.items
            and not (self._of_them and self._counted)
            and not self.s.has("what_have")
            and (self.s.has("of_shown") or self.s.references())
        ):
            return acts.Superlative(self._text, order, acts.Scope.SHOWN)
        for other in self.s.of(MeasureMention):
            if other.facet == mention.facet:
                self.s.use(other)  # "how long is your longest drama?" asks for no long one
        return acts.AskCatalogue(
            self._text, CatalogueFactKind.EXTREME, self._scope(read_scope), mention.facet.name, order
        )

    def _scope(self, read_scope: ReadScope) -> tuple[Constraint, ...]:
        """The conditions that the words name, with those of what "of them" speaks of."""
        for name in ("of_them", "them") if self._of_them else ():
            for start, end in self.s.cue(name):
                self.s.use_span(start, end)
        named = read_scope()
        keys = {constraint.key for constraint in named}
        return (*(c for c in self._of_them if c.key not in keys), *named)

    def _about_items(self) -> UserAct | None:
        asks = self._asks() or self.s.begins("about_item")
        asks = asks or (bool(self.s.references()) and self.s.has("tell_more"))
        asks = asks or any(self._points(m) and m.start <= 1 for m in self.s.of(ValueMention))
        if not asks or self._has_comparative() or self._asks_for_alike() or self._asks_for_others():
            return None
        items = self._items()
        facet = self._asked_facet() or self._asked_again(items)
        if not items and self._implied(facet):
            items = () if self._shown.nearest is None else (self._shown.nearest,)
        if not items:
            return None
        value = self._asked_value(facet)
        # "Do you have Spirited Away?": here it is.
        shows = bool(self.s.begins("have")) and not (facet or value)
        return acts.AskItem(self._text, items, facet, value, shows)

    def _asked_value(self, facet: str) -> str:
        """ "is it red?", "does it come with batteries?": what the answer says yes or no to."""
        for mention in self.s.of(ValueMention):
            if mention.facet == facet and not self._points(mention):
                return mention.values[0]
        if facet or self.s.begins("about_item"):
            return ""
        for reference in self.s.references():
            self.s.use(reference)  # the words of a title are no value
        words = [self.s.quote(start, end) for start, end in self.s.leftovers(self._filler)]
        # "How many Oscars did Titanic win?": around a title there may be words on both sides.
        return words[0] if len(words) in (1, 2) else ""

    def _implied(self, facet: str) -> bool:
        """ "how long?" and "who directed that?" after an item was shown are about that item."""
        few = sum(token.kind != "mark" for token in self.s.tokens) <= 6
        asks_catalogue = self.s.begins("have") or self.s.has("what_have") or self.s.begins("how_many")
        if any(True for _ in self.s.leftovers(self._filler)):
            return False  # it speaks of something else
        return bool(
            self._shown.meant and facet and few and not asks_catalogue and not self.s.of(ValueMention)
        )

    def _asks_for_alike(self) -> bool:
        """ "do you have anything like Alien, but funny?" asks for others, not about Alien."""
        known = self.s.references() or self._shown.meant
        have = self.s.begins("have") or (self.s.has("asking") and self.s.has("have"))
        have = have or self.s.begins("requesting") or self.s.has("asks_for") or self.s.has("more_of")
        some = self.s.books["degree"].at(self.s.tokens, 0)  # "anything similar to Alien?"
        return bool((have or some) and self.s.cue("similar") and known)

    def _asks_for_others(self) -> bool:
        """ "I've seen Moon, what else is there?", "not the first one, what else?" ask for others."""
        refused = self.s.cue("dislike_item") or any(self.s.negated[r.start] for r in self.s.references())
        return bool(self.s.cue("more") and (self.s.cue("seen") or refused))

    def _asked_again(self, items: tuple[ItemId, ...]) -> str:
        """ "And the other one?": what was asked before of another."""
        if not items or self.s.begins("have") or self.s.begins("about_item"):
            return ""
        told = {p for r in self.s.references() for p in range(r.start, r.end)}
        rest = [t for p, t in enumerate(self.s.tokens) if p not in told and t.kind != "mark"]
        return self._asked_before if all(t.norm in self._filler for t in rest) else ""

    def _has_comparative(self) -> bool:
        return any(m.degree == "comparative" for m in self.s.of(MeasureMention))

    def _asked_facet(self) -> str:
        named = [m for m in self.s.mentions if isinstance(m, (LabelMention, FlagMention, MeasureMention))]
        # "How much does it weigh?" asks for the weight, and "how much is it?" for the price.
        told = [m for m in named if not self._is_question_word(m)] or named
        if told:
            return told[0].facet.name
        return next((m.facet for m in self.s.of(ValueMention)), "")

    def _is_question_word(self, mention: LabelMention | FlagMention | MeasureMention) -> bool:
        return bool(self.s.books["spread"].whole(self.s.tokens[mention.start : mention.end]))

    def _about_catalogue(self, read_scope: ReadScope) -> UserAct | None:
        if self._has_comparative() or self._superlative() is not None or self._asks_for_alike():
            return None
        spread = self._spread(read_scope)
        if spread is not None:
            return spread
        labels = self.s.of(LabelMention)
        valued = [label for label in labels if label.facet.kind not in (*_NUMERIC, FacetKind.BOOLEAN)]
        if valued and self._asks() and self.s.cue("most_of"):
            self.s.use(valued[0])
            for start, end in self.s.cue("most_of"):
                self.s.use_span(start, end)
            kind = CatalogueFactKind.COMMONEST
            return acts.AskCatalogue(self._text, kind, self._scope(read_scope), valued[0].facet.name)
        kinds = self.s.begins("kinds")
        named = bool(kinds and labels and labels[0].start == kinds and labels[0].facet.kind not in _NUMERIC)
        of_values = any(isinstance(m, ValueMention) for m in self.s.mentions)
        if kinds and labels and (self.s.has("what_have") or (named and of_values)):
            self.s.use(labels[0])
            return acts.AskCatalogue(
                self._text, CatalogueFactKind.KINDS, self._scope(read_scope), labels[0].facet.name
            )
        if self.s.begins("how_many"):
            for start, end in self.s.cue("in_all"):
                self.s.use_span(start, end)
            return acts.AskCatalogue(self._text, CatalogueFactKind.COUNT, self._scope(read_scope))
        # "有点" begins with a word for having, and asks for nothing.
        start = self.s.begins("have") if not self.s.begins("no_have") else 0
        if start or (self.s.begins("kinds") and self.s.has("what_have")) or self._asks_behind():
            scope = self._scope(read_scope)
            if not scope:
                return None
            texts = [c.test for c in scope if c.facet == TEXT_FACET]
            unknown = " ".join(value for test in texts if isinstance(test, AnyOf) for value in test.values)
            return acts.AskCatalogue(self._text, CatalogueFactKind.HAVE, scope, unknown=unknown)
        return None

    def _asks_behind(self) -> bool:
        """ "阿西莫夫的书有哪些": the question stands at the end."""
        last = len(self.s.tokens)
        while last and self.s.tokens[last - 1].kind == "mark":
            last -= 1
        return any(end == last for _, end in self.s.books["asks_behind"].find(self.s.tokens))

    def _spread(self, read_scope: ReadScope) -> UserAct | None:
        """ "How much do your tents cost?", "what does a tent weigh on average?"."""
        average = self.s.cue("average")
        asks = self.s.begins("spread") or (average and (self._asks()))
        measured = self._measured()
        if not asks or not measured or not (average or self._names_things()):
            return None
        for mention in measured:
            self.s.use(mention)
        for start, end in average:
            self.s.use_span(start, end)
        kind = CatalogueFactKind.AVERAGE if average else CatalogueFactKind.RANGE
        return acts.AskCatalogue(self._text, kind, self._scope(read_scope), measured[0].facet.name)

    def _names_things(self) -> bool:
        """True if it is asked of some things, and not just "how much?"."""
        noun = any(self._lexicon.stems(t.norm) in self._lexicon.nouns for t in self.s.tokens)
        return noun or bool(self._of_them) or bool(self.s.of(ValueMention))

    def _measured(self) -> list[LabelMention | MeasureMention]:
        """The words for the numeric facet that is asked for: its name, or "how long"."""
        named = [m for m in self.s.of(LabelMention) if m.facet.kind in _NUMERIC]
        asked = [m for m in self.s.of(MeasureMention) if m.facet.kind in _NUMERIC and self._how(m)]
        every: list[LabelMention | MeasureMention] = [*named, *asked]
        return [mention for mention in every if mention.facet == every[0].facet]

    def _how(self, mention: MeasureMention) -> bool:
        before = self.s.tokens[mention.start - 1].norm if mention.start else ""
        return self.s.books.is_a("how", before)
