"""Mentions and cues → acts, in the order of how plainly people say them.

Each step accounts for the tokens that it explains; what is left at the end is a free theme, and an
utterance that leaves only words far from everything in the catalogue is out of scope.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.mentions import (
    FlagMention,
    LabelMention,
    MeasureMention,
    Mention,
    MentionFinder,
    ReferenceMention,
    Shown,
    TitleMention,
    ValueMention,
)
from chatbot.understanding.quantities import Quantity
from chatbot.understanding.questions import QuestionReader
from chatbot.understanding.sentence import Sentence, joined
from chatbot.understanding.words import Language, Phrasebooks, Stems, load_language
from retriever.domain import (
    TEXT_FACET,
    AnyOf,
    Between,
    Constraint,
    FacetKind,
    FacetRole,
    Is,
    ItemId,
    NoneOf,
    OfFacet,
    OfItem,
    OfTheme,
    Order,
    Preference,
    Source,
    SourceKind,
)
from retriever.pipeline import Retriever

# Below this cosine to its nearest item an utterance that names nothing is not about this catalogue.
# Measured with all-MiniLM-L6-v2, see tests/chatbot/test_scope.py.
FAR_FROM_CATALOGUE = 0.22
# From this cosine on, free words count as (weak) interest in a facet value.
NEAR_VALUE = 0.58
_BARE_FORGETTING = 4  # tokens: "forget about that one"
STATED = 0.8  # weight of an interest put in words
SOFT = 0.5  # weight of a hedged one
LOVED = 1.0


@dataclass(frozen=True, slots=True)
class Situation:
    """What has to be known of the dialogue to read the next utterance.

    `turn` is the number of the turn being read; `now` seconds since the epoch.
    """

    turn: int
    now: float = 0.0
    shown: Shown = field(default_factory=Shown)
    constraints: tuple[Constraint, ...] = ()
    preferences: tuple[Preference, ...] = ()
    anchors: tuple[ItemId, ...] = ()


class Understanding:
    """Reads utterances about one catalogue in one language. Read-only after it is made."""

    def __init__(self, retriever: Retriever, language: str | Language = "en") -> None:
        self._retriever = retriever
        self._language = load_language(language) if isinstance(language, str) else language
        self._books = Phrasebooks(self._language)
        self.lexicon = Lexicon(retriever.catalogue, self._language, Stems(self._language.stemmer))
        self._finder = MentionFinder(self._language, self._books, self.lexicon)
        self._filler = frozenset(self._language.filler.words) | frozenset(
            word for phrases in self._language.cues.values() for phrase in phrases for word in phrase.split()
        )

    def read(self, text: str, situation: Situation) -> tuple[UserAct, ...]:
        """The acts of an utterance, at least one, in the order in which they take effect."""
        sentence = Sentence(text, self._books, self._finder, situation.shown)
        if not sentence.tokens or (not sentence.mentions and self._in_another_script(text)):
            return (acts.OutOfScope(text.strip()),)
        reading = _Reading(sentence, situation, self._retriever, self.lexicon, self._filler)
        return tuple(reading.all_acts(QuestionReader(sentence, self.lexicon, situation.shown, self._filler)))

    def _in_another_script(self, text: str) -> bool:
        """True if no letter is of the language's script: it can't be read, so nothing is made of it."""
        letters = [c for c in text if c.isalpha()]
        return bool(letters) and not any(
            unicodedata.name(c, "").startswith(self._language.script) for c in letters
        )


class _Reading:
    """The reading of one utterance; its methods each explain some tokens."""

    def __init__(
        self,
        sentence: Sentence,
        situation: Situation,
        retriever: Retriever,
        lexicon: Lexicon,
        filler: frozenset[str],
    ) -> None:
        self.s = sentence
        self.situation = situation
        self.retriever = retriever
        self.lexicon = lexicon
        self.filler = filler
        self.found: list[UserAct] = []

    # --- the order of reading -----------------------------------------------------------------------

    def all_acts(self, questions: QuestionReader) -> list[UserAct]:
        whole = self._whole()
        if whole is not None:
            return [whole]
        removed = self._removals()
        if removed:
            return removed + self._wishes()
        question = questions.read(self._scope_of_question)
        if question is not None:
            return [question]
        self._judgements()
        self._similar()
        self._wishes()
        self._superlatives()
        self._themes()
        self._open_requests()
        return self.found or [acts.OutOfScope(self.s.text.strip())]

    def _whole(self) -> UserAct | None:
        """Utterances that are one set phrase."""
        text = self.s.text.strip()
        for name, make in _WHOLE.items():
            if self.s.books[name].whole(self.s.tokens):
                return make(text)
        if self.s.has("start_over") and not self.s.of(ValueMention):
            return acts.StartOver(text)
        spoken = [t for t in self.s.tokens if t.kind != "mark"]
        for name in ("greet", "thank"):
            length = self.s.books[name].at(spoken, 0) if spoken else 0
            rest = spoken[length:]
            if length and all(t.norm in self.filler for t in rest) and not self.s.mentions and len(rest) <= 3:
                return _WHOLE[name](text)
        return None

    # --- taking back --------------------------------------------------------------------------------

    def _removals(self) -> list[UserAct]:
        cues = [c for c in self.s.cue("forget") if self._is_forgetting(c)]
        if not cues or (self.s.begins("errand") and not self.s.mentions):
            return []
        start, _end = cues[0]
        if self.s.has("everything"):
            return [acts.StartOver(self.s.text.strip())]
        keys: list[str] = []
        anchors: list[ItemId] = []
        first, last = self.s.clause(start)
        for mention in [m for m in self.s.mentions if first <= m.start < last]:
            keys += self._keys_about(mention)
            if isinstance(mention, (TitleMention, ReferenceMention)):
                anchors += [item for item in mention.items if item in self.situation.anchors]
            self.s.use(mention)
        self.s.use_span(first, last)
        here = [m for m in self.s.mentions if first <= m.start < last]
        named = [m for m in here if not isinstance(m, ReferenceMention)]
        if not keys and not anchors and (named or last - start > _BARE_FORGETTING):
            # "forget the colour" when none was asked for takes nothing back.
            return [acts.Remove(self.s.quote(first, last), ())]
        if not keys and not anchors:
            # "forget that": the newest wish.
            newest = [c.key for c in self.situation.constraints[-1:]]
            return [acts.Remove(self.s.quote(first, last), tuple(newest))] if newest else []
        return [acts.Remove(self.s.quote(first, last), tuple(dict.fromkeys(keys)), tuple(anchors))]

    def _is_forgetting(self, cue: tuple[int, int]) -> bool:
        """ "any" forgets only as in "any colour"; the other words always do."""
        if not self.s.books.is_a("only_before_label", self.s.quote(*cue).casefold()):
            return True
        following = [m for m in self.s.mentions if m.start == cue[1]]
        return cue[0] <= 1 and bool(following) and isinstance(following[0], LabelMention)

    def _keys_about(self, mention: Mention) -> list[str]:
        """Keys of active constraints and preferences on the facet or value that a mention names."""
        active = self.situation.constraints
        if isinstance(mention, (LabelMention, FlagMention, MeasureMention, Quantity)):
            name = mention.facet.name
            keys = [c.key for c in active if c.facet == name]
            return keys + [p.key for p in self.situation.preferences if _about_facet(p, name)]
        if isinstance(mention, ValueMention):
            values = {about.value.casefold() for about in mention.everywhere}
            keys = [
                c.key
                for c in active
                if isinstance(c.test, (AnyOf, NoneOf)) and values & {v.casefold() for v in c.test.values}
            ]
            keys += [
                p.key
                for p in self.situation.preferences
                if isinstance(p.about, OfFacet) and p.about.value.casefold() in values
            ]
            return keys
        return []

    # --- items --------------------------------------------------------------------------------------

    def _judgements(self) -> None:
        """Seen, liked, disliked: items that are spoken of with a verdict."""
        self._seen_by_name()
        for reference in self.s.references():
            place = reference.start
            if self.s.used[place]:
                continue
            make: Callable[[str, tuple[ItemId, ...]], UserAct] | None = None
            if self._verdict(reference, "seen"):
                make = acts.Seen
            elif self._verdict(reference, "dislike_item") or self.s.negated[place]:
                make = acts.Dislike
            elif self._verdict(reference, "like_item") and not self._asks_for_similar(place):
                make = acts.Like
            if make is not None:
                first, last = self.s.clause(place)
                items = tuple(item for r in self._same_clause(reference) for item in r.items)
                self.found.append(make(self.s.quote(first, last), tuple(dict.fromkeys(items))))
                for other in self._same_clause(reference):
                    self.s.use(other)
                for name in ("seen", "like_item", "dislike_item", "love"):
                    for cue in self.s.cue(name):
                        if first <= cue[0] < last:
                            self.s.use_span(*cue)

    def _seen_by_name(self) -> None:
        """ "I've seen Se7en and Roma": names that are no title here, or nearly one, are no interest."""
        if not self.s.cue("seen"):
            return
        for start, end in list(self.s.leftovers(self.filler)):
            named = self.s.quote(start, end)
            if not named[:1].isupper():
                continue
            parts = [part for piece in named.split(",") for part in piece.split(" and ")]
            items = tuple(item for part in parts for item in self.s.finder.nearly_title(part.strip())[0])
            self.s.use_span(start, end)
            self.found.append(acts.Seen(self.s.text.strip(), items))

    def _same_clause(
        self, reference: ReferenceMention | TitleMention
    ) -> list[ReferenceMention | TitleMention]:
        first, last = self.s.clause(reference.start)
        return [r for r in self.s.references() if first <= r.start < last]

    def _verdict(self, reference: ReferenceMention | TitleMention, name: str) -> bool:
        first, last = self.s.clause(reference.start)
        for start, end in self.s.cue(name):
            near = reference.start - end <= 3 and start - reference.end <= 3
            if first <= start and end <= last and near and not self._is_request(start):
                return not (name == "like_item" and self.s.negated[start])
        return False

    def _is_request(self, place: int) -> bool:
        """ "I'd like …", "would love …" ask; "I like …" judges."""
        before = self.s.tokens[place - 1].norm if place else ""
        is_a = self.s.books.is_a
        if not before:
            return False
        return is_a("asking", before) or (
            is_a("attitude", self.s.tokens[place].norm) and not is_a("judging", before)
        )

    def _asks_for_similar(self, place: int) -> bool:
        before = [token.norm for token in self.s.tokens[max(0, place - 3) : place]]
        subject = any(self.s.books.is_a("subject", word) for word in before)
        return bool(before) and self.s.books.is_a("like", before[-1]) and not subject

    def _similar(self) -> None:
        """ "something like Arrival", "more like the second": items to be near to."""
        for start, end in self.s.cue("similar"):
            if self.s.used[start] or self._judges(start):
                continue
            following = [r for r in self.s.references() if 0 <= r.start - end <= 2]
            if following:
                liked = [a.items for a in self.found if isinstance(a, acts.Like)]
                if liked and following[0].items == (self.situation.shown.focus,):
                    # "I like the second one, more like that": what was just liked.
                    self.found.append(acts.Similar(self.s.quote(start, following[0].end), liked[-1]))
                    self.s.use(following[0])
                    continue
                group = [r for r in self.s.references() if r.start >= end and r.start - end <= 8]
                items = tuple(dict.fromkeys(item for r in group for item in r.items))
                self.found.append(acts.Similar(self.s.quote(start, group[-1].end), items))
                for reference in group:
                    self.s.use(reference)
                self.s.use_span(start, end)
            elif not self._similar_by_name(start, end) and self.situation.shown.items and self._bare(end):
                focus = self.situation.shown.focus or self.situation.shown.items[0]
                self.found.append(acts.Similar(self.s.quote(start, end), (focus,)))
                self.s.use_span(start, end)
        # A title alone is a wish for its like: "Arrival, but funny".
        for reference in self.s.references():
            wanted = isinstance(reference, TitleMention) or self._goes_on(reference)
            if wanted and not self.s.negated[reference.start]:
                self.found.append(acts.Similar(self.s.quote(reference.start, reference.end), reference.items))
                self.s.use(reference)

    def _goes_on(self, reference: ReferenceMention | TitleMention) -> bool:
        """ "the second one but funnier": a shown item, changed by further wishes."""
        adjectives = [m for m in self.s.of(MeasureMention) if 0 <= reference.start - m.end <= 3]
        others = [
            m for m in self.s.mentions if isinstance(m, (ValueMention, FlagMention, Quantity, MeasureMention))
        ]
        return reference.start <= 1 and bool(others) and not adjectives

    def _judges(self, place: int) -> bool:
        before = self.s.tokens[place - 1].norm if place else ""
        is_a = self.s.books.is_a
        return is_a("like", self.s.tokens[place].norm) and is_a("not_similar", before)

    def _bare(self, end: int) -> bool:
        """True if nothing follows a cue in its clause: "similar but scarier"."""
        return end >= len(self.s.tokens) or self.s.clause(end)[1] <= end

    def _similar_by_name(self, start: int, end: int) -> bool:
        """A name behind "like" that no title has: misspelt, or not in the catalogue."""
        place = end
        while place < len(self.s.tokens) and self.s.tokens[place].kind != "mark" and not self.s.used[place]:
            if place > end and self.s.clause(place)[0] == place:
                break
            place += 1
        words = self.s.quote(end, place)
        items, _ = self.s.finder.nearly_title(words) if len(words) >= 4 else ((), 0.0)
        if items and not any(m.start >= end and m.end <= place for m in self.s.mentions):
            self.found.append(acts.Similar(self.s.quote(start, place), items))
            self.s.use_span(start, place)
            return True
        return False

    # --- conditions ---------------------------------------------------------------------------------

    def _superlatives(self) -> None:
        for mention in self.s.of(MeasureMention):
            if mention.degree != "superlative":
                continue
            order = Order(mention.facet.name, ascending=mention.direction < 0)
            among_shown = self.s.has("of_shown") and bool(self.situation.shown.items)
            scope = acts.Scope.SHOWN if among_shown else acts.Scope.CATALOGUE
            self.found.append(acts.Superlative(self.s.quote(mention.start, mention.end), order, scope))
            self.s.use(mention)
            for reference in self.s.references():
                if among_shown:
                    self.s.use(reference)

    def _wishes(self) -> list[UserAct]:
        """Conditions and interests, from all mentions not yet used, in the order of the words."""
        before = len(self.found)
        mentions = [m for m in self.s.mentions if not self.s.used[m.start]]
        position = 0
        while position < len(mentions):
            position += self._wish(mentions, position)
        # Adjectives last: "cheap" means cheap among what the rest of the sentence asks for.
        for mention in self.s.of(MeasureMention):
            if mention.degree != "superlative":
                self._measure_wish(mention)
        return self.found[before:]

    def _wish(self, mentions: Sequence[Mention], position: int) -> int:
        """Read the wish at `position`; returns how many mentions it took."""
        mention = mentions[position]
        match mention:
            case Quantity():
                return self._quantity_wish(mention, mentions, position)
            case FlagMention():
                self._add(acts.Constrain, mention, mention.facet.name, Is(not self.s.negated[mention.start]))
            case ValueMention():
                group = [mention]
                for following in mentions[position + 1 :]:
                    if not isinstance(following, ValueMention) or following.facet != mention.facet:
                        break
                    if not joined(self.s, group[-1], following, by_and=self._one_valued(mention.facet)):
                        break
                    group.append(following)
                self._value_wish(group)
                return len(group)
            case _:
                pass
        return 1

    def _quantity_wish(self, first: Quantity, mentions: Sequence[Mention], position: int) -> int:
        """One quantity, or two joined to a span: "from the 80s or 90s"."""
        last, test, taken = first, first.test, 1
        following = mentions[position + 1] if position + 1 < len(mentions) else None
        if (
            isinstance(following, Quantity)
            and following.facet == first.facet
            and joined(self.s, first, following, by_and=True)
            and None not in (test.low, test.high, following.test.low, following.test.high)
        ):
            lows, highs = (test.low, following.test.low), (test.high, following.test.high)
            test = Between(min(filter(None, lows)), max(filter(None, highs)), test.strict)
            last, taken = following, 2
        self._add(acts.Constrain, first, first.facet.name, test, end=last.end)
        return taken

    def _one_valued(self, facet: str) -> bool:
        known = self.lexicon.catalogue.facet(facet)
        return known is not None and known.kind is FacetKind.CATEGORY

    def _add(
        self,
        make: type[acts.Constrain],
        mention: Mention,
        facet: str,
        test: AnyOf | Between | Is | NoneOf,
        *,
        end: int | None = None,
        hard: bool | None = None,
        adds: bool = False,
    ) -> None:
        if hard is None:
            hard = not self.s.softened(mention) or self.s.in_clause(mention.start, "must")
        words = self._words(mention.start, end or mention.end)
        constraint = Constraint(facet, test, self._source(words), hard)
        self.found.append(make(words, constraint, adds, self.s.has("opens_topic")))
        self.s.use_span(mention.start, end or mention.end)

    def _words(self, start: int, end: int) -> str:
        """The quote for a wish, with the negation right before it."""
        while (
            start > 0
            and self.s.negated[start]
            and (self.s.negated[start - 1] or self._is_negation_before(start))
        ):
            start -= 1
            if self._is_negation_at(start):
                break
        return self.s.quote(start, end)

    def _is_negation_before(self, place: int) -> bool:
        return any(end == place for _, end in self.s.books["negation"].find(self.s.tokens))

    def _is_negation_at(self, place: int) -> bool:
        return any(start == place for start, _ in self.s.books["negation"].find(self.s.tokens))

    def _value_wish(self, group: Sequence[ValueMention]) -> None:
        first, last = group[0], group[-1]
        less = self.s.before(first.start, "less", 0)
        if (self.s.negated[first.start] or less) and not self._is_head_of_negated(first):
            self._exclude_values(group, hard=not less)
            return
        values = tuple(dict.fromkeys(value for m in group for value in m.values))
        facet = self.lexicon.catalogue.facet(first.facet)
        assert facet is not None, "a mention names a facet that the catalogue doesn't have"
        loved = self.s.before(first.start, "love", 8) and not self._requested(first.start)
        companion = self.s.before(first.start, "possessive", 1)  # "with my kids": who comes along
        adjective = facet.kind is FacetKind.TAGS and (
            self.s.before(first.start, "degree", 0) or first.comparative
        )
        chained = bool(self.found) and isinstance(self.found[-1], acts.Inform) and self._continues(first)
        must = self.s.in_clause(first.start, "must")
        if (loved or adjective or chained or companion) and not must and facet.role is not FacetRole.CATEGORY:
            weight = LOVED if loved else SOFT if companion else STATED
            for value in values:
                words = self.s.quote(first.start, last.end)
                about = OfFacet(first.facet, value)
                self.found.append(acts.Inform(words, self._preference(about, weight, words)))
            for mention in group:
                self.s.use(mention)
            return
        adds = facet.kind is FacetKind.TAGS and not self.s.has("correction")
        self._add(acts.Constrain, first, first.facet, AnyOf(values), end=last.end, adds=adds)

    def _continues(self, mention: Mention) -> bool:
        """ "something dark and stylish": the second adjective is as soft as the first."""
        before = self.s.tokens[mention.start - 1].norm if mention.start else ""
        joins = self.s.books.is_a("and", before) or before == ","
        return joins and self.s.in_clause(mention.start, "degree")

    def _requested(self, place: int) -> bool:
        return any(end <= place and self._is_request(start) for start, end in self.s.cue("love"))

    def _is_head_of_negated(self, mention: ValueMention) -> bool:
        """ "no plastic mugs": plastic is ruled out, mugs are wanted."""
        facet = self.lexicon.catalogue.facet(mention.facet)
        before = next((m for m in self.s.mentions if m.end == mention.start), None)
        return (
            facet is not None
            and facet.role is FacetRole.CATEGORY
            and isinstance(before, (ValueMention, FlagMention))
            and self.s.negated[before.start]
        )

    def _exclude_values(self, group: Sequence[ValueMention], *, hard: bool = True) -> None:
        if self._exclude_kind(group):
            return
        words = self._words(group[0].start, group[-1].end)
        by_facet: dict[str, list[str]] = {}
        for mention in group:
            for about in mention.everywhere:
                by_facet.setdefault(about.facet, []).append(about.value)
                # "no plastic" rules out recycled plastic too.
                head = self.lexicon.stems(about.value.rpartition(" ")[2].casefold())
                wider = [o.value for o in self.lexicon.heads.get(head, ()) if o.facet == about.facet]
                by_facet[about.facet] += wider if " " not in about.value else []
        for facet, values in by_facet.items():
            test = NoneOf(tuple(dict.fromkeys(values)))
            firm = hard and not self.s.softened(group[0]) and not self.s.before(group[0].start, "too_much", 1)
            self.found.append(acts.Exclude(words, Constraint(facet, test, self._source(words), firm)))
        for mention in group:
            self.s.use(mention)

    def _exclude_kind(self, group: Sequence[ValueMention]) -> bool:
        """ "not a rain jacket", of jackets: the words together are ruled out, not all jackets."""
        first = group[0]
        facet = self.lexicon.catalogue.facet(first.facet)
        before = self.s.tokens[first.start - 1] if first.start else None
        if facet is None or facet.role is not FacetRole.CATEGORY or before is None or before.kind != "word":
            return False
        if before.norm in self.filler or self.s.used[first.start - 1] or not self.s.negated[first.start - 1]:
            return False
        words = self._words(first.start - 1, first.end)
        phrase = f"{before.norm} {self.s.tokens[first.end - 1].norm}"
        constraint = Constraint(TEXT_FACET, NoneOf((phrase,)), self._source(words))
        self.found.append(acts.Exclude(words, constraint))
        self.s.use_span(first.start - 1, first.end)
        return True

    def _measure_wish(self, mention: MeasureMention) -> None:
        """ "cheaper" moves a bound past what is shown; "cheap" and "not too long" are soft wishes."""
        too_much = self.s.before(mention.start, "too_much", 1)
        negated = self.s.negated[mention.start]
        direction = -mention.direction if too_much or negated else mention.direction
        references = [r for r in self.s.references() if 0 <= r.start - mention.end <= 3]
        relative = [item for r in references for item in r.items] or list(self.situation.shown.items)
        compares = (mention.degree == "comparative" or (too_much and not negated)) and relative
        start = mention.start
        while too_much and start > 0 and self.s.before(start, "too_much", 0):
            start -= 1
        words = self._words(start, references[-1].end if references else mention.end)
        if compares:
            test = self._bound_past(relative, mention.facet.name, direction)
            if test is not None:
                constraint = Constraint(mention.facet.name, test, self._source(words))
                self.found.append(acts.Critique(words, constraint, tuple(relative)))
        else:
            self._soft_side(mention, direction, words)
        self.s.use(mention)
        for reference in references:
            self.s.use(reference)

    def _bound_past(self, items: Sequence[ItemId], facet: str, direction: int) -> Between | None:
        """The bound past all of these items that still leaves something; past some, where none leaves any.

        "Cheaper" means cheaper than what is shown, but if the cheapest jacket is among them, cheaper
        than the others is what helps.
        """
        numbers = sorted(set(self._numbers(items, facet)), reverse=direction > 0)
        tests = [
            Between(high=n, strict=True) if direction < 0 else Between(low=n, strict=True) for n in numbers
        ]
        active = tuple(c for c in self.situation.constraints if c.hard)
        unseen = frozenset(self.situation.shown.items)
        for test in tests:
            if self.retriever.count((*active, Constraint(facet, test, self._source(""))), unseen):
                return test
        return tests[0] if tests else None

    def _numbers(self, items: Sequence[ItemId], facet: str) -> list[float]:
        values = [self.lexicon.catalogue.item(item).facets.get(facet) for item in items]
        return [float(value) for value in values if isinstance(value, (int, float))]

    def _soft_side(self, mention: MeasureMention, direction: int, words: str) -> None:
        """The cheaper (lighter, newer …) third of what is left, as a soft wish."""
        chosen = [a.constraint for a in self.found if isinstance(a, (acts.Constrain, acts.Exclude))]
        rows = self.retriever.rows(tuple(c for c in chosen if c.hard))
        numbers = sorted(self._numbers([item.id for item in rows], mention.facet.name))
        if len(numbers) < 3:
            return
        cut = numbers[len(numbers) // 3] if direction < 0 else numbers[-1 - len(numbers) // 3]
        test = Between(high=cut) if direction < 0 else Between(low=cut)
        constraint = Constraint(mention.facet.name, test, self._source(words), hard=False)
        self.found.append(acts.Constrain(words, constraint))

    # --- what is left -------------------------------------------------------------------------------

    def _themes(self) -> None:
        self._half()
        for mention in self.s.of(LabelMention):
            self.s.use(mention)
        for start, end in list(self.s.leftovers(self.filler | self._nouns(start_from=0))):
            words = self.s.quote(start, end)
            if all(self.lexicon.stems(t.norm) in self.filler for t in self.s.tokens[start:end]):
                continue  # "loves", "watched": other forms of small words
            if self.s.negated[start]:
                self._exclude_words(start, end)
                continue
            self._value_near(words)
            self._text_wish(start, end, words)
            self.found.append(acts.Inform(words, self._preference(OfTheme(words), STATED, words)))

    def _half(self) -> None:
        """ "half the price": a bound at half of what the cheapest shown item has."""
        for start, end in self.s.cue("compare.half"):
            label = next((m for m in self.s.of(LabelMention) if 0 <= m.start - end <= 1), None)
            numbers = self._numbers(self.situation.shown.items, label.facet.name) if label else []
            if label is not None and numbers:
                words = self.s.quote(start, label.end)
                test = Between(high=min(numbers) / 2)
                constraint = Constraint(label.facet.name, test, self._source(words))
                self.found.append(acts.Critique(words, constraint, self.situation.shown.items))
                self.s.use_span(start, label.end)

    def _nouns(self, start_from: int) -> frozenset[str]:
        return frozenset(
            t.norm for t in self.s.tokens[start_from:] if self.lexicon.stems(t.norm) in self.lexicon.nouns
        )

    def _exclude_words(self, start: int, end: int) -> None:
        words = self._words(start, end)
        phrases: list[list[str]] = [[]]
        for token in self.s.tokens[start:end]:
            if token.kind != "mark" and token.norm not in self.filler:
                phrases[-1].append(token.norm)
            elif self.s.books.is_a("and", token.norm) or self.s.books["either"].at([token], 0):
                phrases.append([])  # "garlic and onion" are two things to leave out
        spoken = tuple(" ".join(phrase) for phrase in phrases if phrase)
        if spoken:
            test = NoneOf(spoken)
            self.found.append(acts.Exclude(words, Constraint(TEXT_FACET, test, self._source(words))))

    def _text_wish(self, start: int, end: int, words: str) -> None:
        """One or two words that stand in some item's text lower the items that lack them: "in leather"."""
        content = [t.norm for t in self.s.tokens[start:end] if t.kind != "mark"]
        constraint = Constraint(TEXT_FACET, AnyOf((" ".join(content),)), self._source(words), hard=False)
        introduced = self.s.before(start, "text_before", 0) or self.s.has("opens_topic")
        if len(content) <= 2 and introduced and self.retriever.count((replace(constraint, hard=True),)):
            moves = self.s.has("opens_topic")
            self.found.append(acts.Constrain(words, constraint, adds=True, moves=moves))

    def _value_near(self, words: str) -> None:
        for about, cosine in self.retriever.nearest_values(words, 2):
            if cosine >= NEAR_VALUE:
                preference = replace(self._preference(about, SOFT, words), confidence=round(cosine, 3))
                self.found.append(acts.Inform(words, preference))

    def _open_requests(self) -> None:
        """ "more", "surprise me" beside or instead of wishes; words far from everything are out of scope."""
        text = self.s.text.strip()
        stray = any(
            isinstance(a, acts.Inform) and isinstance(a.preference.about, OfTheme) for a in self.found
        )
        asks_us = (self.s.begins("question") or self.s.begins("errand")) and stray
        if asks_us and (self.s.begins("errand") or not self.s.has("asks_for")):
            # A question or errand with words that mean nothing here: not ours to answer.
            self.found[:] = [acts.OutOfScope(text)]
            return
        only_themes = self.found and all(
            isinstance(a, acts.Inform) and isinstance(a.preference.about, OfTheme) for a in self.found
        )
        if not self.found:
            if self.s.cue("more"):
                self.found.append(acts.More(text))
            elif self.s.cue("surprise"):
                self.found.append(acts.Surprise(text))
            elif self.s.cue("thank"):
                self.found.append(acts.Thank(text))
            elif self.s.cue("greet"):
                self.found.append(acts.Greet(text))
            elif self.s.references():
                items = tuple(i for r in self.s.references() for i in r.items)
                self.found.append(acts.AskItem(text, items))
            elif self.s.has("asks_for"):
                # Nothing that we can name, but a request: its meaning as a whole ranks.
                if any(t.kind == "number" for t in self.s.tokens) or self.s.has("possessive"):
                    self.found.append(acts.Inform(text, self._preference(OfTheme(text), SOFT, text)))
                else:
                    self.found.append(acts.Surprise(text))
        elif only_themes and self.retriever.closeness(text) < FAR_FROM_CATALOGUE:
            self.found[:] = [acts.OutOfScope(text)]

    # --- small parts --------------------------------------------------------------------------------

    def _scope_of_question(self) -> tuple[Constraint, ...]:
        """The conditions that a question names, read as wishes but not kept as such."""
        self.found = []
        wishes = self._wishes()
        self.found = []
        scope: list[Constraint] = []
        for act in wishes:
            if isinstance(act, (acts.Constrain, acts.Exclude)):
                scope.append(act.constraint)
            elif isinstance(act, acts.Inform) and isinstance(act.preference.about, OfFacet):
                about = act.preference.about
                scope.append(Constraint(about.facet, AnyOf((about.value,)), act.preference.source))
        for start, end in self.s.leftovers(self.filler | self._nouns(start_from=0)):
            # Words that no facet has: they have to stand in the item's text.
            words = self.s.quote(start, end)
            scope.append(Constraint(TEXT_FACET, AnyOf((words.casefold(),)), self._source(words)))
        return tuple(scope)

    def _source(self, words: str) -> Source:
        return Source(SourceKind.QUOTE, self.situation.turn, words)

    def _preference(self, about: OfFacet | OfItem | OfTheme, weight: float, words: str) -> Preference:
        return Preference(about, weight, self._source(words), at=self.situation.now)


def _about_facet(preference: Preference, facet: str) -> bool:
    return isinstance(preference.about, OfFacet) and preference.about.facet == facet


_WHOLE: dict[str, Callable[[str], UserAct]] = {
    "start_over": acts.StartOver,
    "undo": acts.Undo,
    "greet": acts.Greet,
    "thank": acts.Thank,
    "more": acts.More,
    "surprise": acts.Surprise,
    "accept": acts.Thank,
    "yes": acts.More,
}
