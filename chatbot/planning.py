"""From a system act to what a turn will show and say, with everything looked up.

In: the system act, the state, what changed. Out: a `Plan`: evidence for the writer, items for cards,
the state to keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot import acts, policy
from chatbot.acts import Action
from chatbot.chips import QuickReplies
from chatbot.constraints import Shelves, is_category
from chatbot.doubts import Doubt
from chatbot.elicitation import RANKED, question_for
from chatbot.events import Quick
from chatbot.evidence import EvidenceMaker
from chatbot.pages import Pages
from chatbot.stages import StageClock
from chatbot.state import Changes, DialogueState, union
from chatbot.understanding import Understanding
from generator.replies import Absence, CatalogueFactKind, Evidence, ItemEvidence, Task
from retriever.domain import Item, ItemId, OfItem, OfTheme, Order, Query, Shortlist
from retriever.filters import relaxations
from retriever.pipeline import Retriever


class Desk:
    """Everything that reading and answering about one opened catalogue needs; made once a generation."""

    def __init__(self, retriever: Retriever, language: str) -> None:
        self.retriever = retriever
        self.language = language
        self.understanding = Understanding(retriever, language)
        self.evidence = EvidenceMaker(retriever, language)
        self.quick = QuickReplies(retriever, self.understanding, language)
        self.titles = frozenset(retriever.catalogue.titles())


class Plan:
    """What a turn will show and say; `state` is the one to keep."""

    def __init__(
        self,
        action: Action,
        evidence: Evidence,
        state: DialogueState,
        items: Sequence[Item] = (),
        quick: tuple[Quick, ...] = (),
    ) -> None:
        self.action = action
        self.evidence = evidence
        self.items = tuple(items)
        self.question = evidence.question.facet if evidence.question else None
        self.quick = quick
        shown = tuple(item.id for item in items)
        self.state = (
            state
            if not shown
            else replace(
                state,
                shown=shown,
                ever_shown=union(state.ever_shown, shown),
                talked=(),
                focus=shown[0] if state.focus not in shown else state.focus,
            )
        )


class Planner:
    """Turns one system act into evidence, with everything looked up."""

    def __init__(
        self,
        desk: Desk,
        k: int,
        state: DialogueState,
        before: DialogueState,
        changes: Changes,
        said: str,
        clock: StageClock,
    ) -> None:
        self._desk = desk
        self._k = k
        self._state = state
        self._before = before
        self._changes = changes
        self._said = said
        self._clock = clock
        self._gone = gone(state, desk.retriever)

    def plan(self, act: policy.SystemAct) -> Plan:
        match act:
            case policy.Recommend(doubts=doubts):
                return self._doubting(self._recommend(act), doubts)
            case policy.Relax():
                return self._relax()
            case policy.Confirm(doubts):
                return self._doubting(self._relax(doubts), doubts, Action.CONFIRM)
            case policy.Explain(items, against):
                return self._explain(items, against=against)
            case policy.CompareItems(items):
                return self._about(Action.COMPARE, Task.COMPARE, items)
            case policy.AnswerItem(items, facet, value, shows):
                plan = self._about(Action.ANSWER, Task.ANSWER_ITEM, items, facet, value)
                return self._with_cards(plan, items) if shows else plan
            case policy.AnswerUnknown(question):
                return self._answer_unknown(question)
            case policy.AnswerCatalogue():
                return self._answer_catalogue(act)
            case policy.Choose(order):
                return self._choose(order)
            case policy.Say(action):
                return self._say(action)

    def _base(self, task: Task) -> Evidence:
        return self._desk.evidence.of_turn(task, self._state, self._changes, self._said)

    def _query(self, excluded: frozenset[ItemId]) -> Query:
        state = self._state
        themes = [p for p in state.profile.short_term if isinstance(p.about, OfTheme) and p.weight > 0]
        recent = [p.source.quote for p in themes if p.source.turn == state.turn]
        return Query(
            text=" ".join(recent),
            constraints=state.constraints,
            profile=state.profile,
            anchors=state.anchors,
            excluded=excluded,
            order=state.order,
            k=self._k,
        )

    def _doubting(self, plan: Plan, doubts: Sequence[Doubt], action: Action | None = None) -> Plan:
        """The plan with a quick reply for each doubt before its own."""
        if doubts:
            own = plan.quick or self._desk.quick.after(plan.state, plan.question, plan.action)
            plan.quick = (*self._desk.quick.doubting(doubts), *own)
        plan.action = action or plan.action
        return plan

    def _recommend(self, act: policy.Recommend) -> Plan:
        retriever = self._desk.retriever
        shortlist, repeated = self._ranked(act)
        evidence = replace(
            self._base(Task.RECOMMEND),
            items=self._desk.evidence.candidates(shortlist.candidates, self._state),
            eligible=retriever.count(self._state.constraints, self._gone | frozenset(self._state.anchors)),
            repeated=repeated,
            misread=_misread(act.doubts),
        )
        state = self._state
        if self._changes.ordered and state.order is not None and shortlist.candidates:
            evidence = replace(evidence, catalogue=self._desk.evidence.extreme_of(state))
        if act.may_ask:
            evidence, state = self._ask(evidence, state)
        return Plan(Action.RECOMMEND, evidence, state, [c.item for c in shortlist.candidates])

    def _ranked(self, act: policy.Recommend) -> tuple[Shortlist, bool]:
        """What to show, and whether all of it was shown before though something new was wanted."""
        retriever = self._desk.retriever
        every, before = self._query(self._gone), frozenset(self._state.ever_shown)
        if not before or not (act.fresh or act.unseen_first):
            return retriever.retrieve(every), False
        unseen = retriever.retrieve(replace(every, excluded=self._gone | before))
        if unseen.candidates and (act.fresh or len(unseen.candidates) >= self._k):
            return unseen, False
        new = frozenset(one.item.id for one in unseen.candidates)
        again = retriever.retrieve(replace(every, excluded=self._gone | new)).candidates
        both = (*unseen.candidates, *again)[: self._k]
        ranked = tuple(replace(one, rank=rank) for rank, one in enumerate(both, 1))
        return Shortlist(ranked, unseen.eligible, unseen.relaxations), act.fresh and not new

    def _ask(self, evidence: Evidence, state: DialogueState) -> tuple[Evidence, DialogueState]:
        """Add the one question that helps most, if any does."""
        query, retriever = self._query(self._gone), self._desk.retriever
        ranking = retriever.recall(query, RANKED)
        with self._clock.stage("policy"):
            question = question_for(state, query, ranking, retriever, self._desk.quick.options)
        if question is None:
            return evidence, state
        return replace(evidence, question=question), replace(state, asked=(*state.asked, question.facet.name))

    def _relax(self, doubts: Sequence[Doubt] = ()) -> Plan:
        """What there is without one wish, the sort of thing last; and the item that breaks least."""
        retriever, state = self._desk.retriever, self._state
        seen = self._gone | frozenset((*state.ever_shown, *state.anchors))
        offers = relaxations(retriever.catalogue, state.constraints, seen)
        kinds = Shelves(retriever.catalogue.facet, retriever.count)
        offers = tuple(sorted(offers, key=lambda offer: is_category(offer[0], kinds)))
        nearest = self._nearest(seen)
        evidence = replace(
            self._base(Task.RELAX),
            relaxations=offers,
            repeated=retriever.count(state.constraints) > 0,
            misread=_misread(doubts),
            nearest=nearest,
        )
        if nearest is not None:
            state = replace(state, talked=(nearest.item.id,), focus=nearest.item.id)
        return Plan(Action.RELAX, evidence, state, quick=self._desk.quick.relaxing(offers))

    def _nearest(self, seen: frozenset[ItemId]) -> ItemEvidence | None:
        """Of what was not shown, the item that breaks the fewest conditions, if it breaks just one."""
        wishes = tuple(replace(c, hard=False) for c in self._state.constraints)
        query = replace(self._query(seen), constraints=wishes, order=None, k=1)
        found = self._desk.retriever.retrieve(query).candidates
        if not found or len(found[0].trace.broken) != 1:
            return None
        return self._desk.evidence.candidates(found, self._state)[0]

    def _explain(self, items: Sequence[ItemId], *, against: bool) -> Plan:
        plan = self._about(Action.EXPLAIN, Task.EXPLAIN, items)
        if not against:
            return plan
        pages = Pages(self._desk.retriever, self._query(self._gone))
        found = tuple(replace(one, absent=self._absence(one.item.id, pages)) for one in plan.evidence.items)
        return Plan(Action.EXPLAIN, replace(plan.evidence, items=found), plan.state)

    def _absence(self, item: ItemId, pages: Pages) -> Absence:
        """Why an item is not among those shown, apart from what its record breaks."""
        state = self._before
        if item in state.disliked or item in state.known or item in state.liked:
            judged = "refused" if item in state.disliked else "known" if item in state.known else "liked"
            return Absence(judged)
        if item in state.anchors:
            return Absence("anchor")
        if item in state.shown or item in state.ever_shown:
            return Absence("shown")
        return pages.place_of(item)

    def _with_cards(self, plan: Plan, items: Sequence[ItemId]) -> Plan:
        """Answered with the items on cards: the talk stays with them."""
        shown = [self._desk.retriever.catalogue.item(i) for i in items if i in self._desk.retriever.catalogue]
        carded = Plan(plan.action, plan.evidence, plan.state, shown)
        carded.state = replace(carded.state, talked=plan.state.talked)
        return carded

    def _answer_unknown(self, question: acts.AskUnknown) -> Plan:
        evidence = replace(self._base(Task.UNKNOWN), asked_value=question.quote)
        if question.beyond:
            evidence = replace(evidence, beyond=len(self._state.shown or self._state.talked))
        return Plan(Action.ANSWER, evidence, self._state)

    def _about(
        self, action: Action, task: Task, items: Sequence[ItemId], facet: str = "", value: str = ""
    ) -> Plan:
        evidence = replace(
            self._base(task),
            items=self._desk.evidence.items(items, self._state),
            asked_facet=self._desk.retriever.catalogue.facet(facet),
            asked_value=value,
        )
        return Plan(action, evidence, self._state)

    def _answer_catalogue(self, act: policy.AnswerCatalogue) -> Plan:
        question = act.question
        fact, items = self._desk.evidence.catalogue_fact(act, self._state)
        shows = question.kind is CatalogueFactKind.HAVE and fact.count > 0
        evidence = replace(self._base(Task.RECOMMEND if shows else Task.ANSWER_CATALOGUE), catalogue=fact)
        if question.kind is CatalogueFactKind.EXTREME:
            found = self._desk.evidence.items([i.id for i in items], self._state)
            return Plan(Action.ANSWER, replace(evidence, items=found), self._state, items[:1])
        if question.kind is CatalogueFactKind.HAVE and not shows:
            # What the catalogue doesn't have is no wish to go on with: the state stays as it was.
            evidence = replace(evidence, missing=(question.unknown,) if question.unknown else ())
            return Plan(Action.ANSWER, evidence, replace(self._before, turn=self._state.turn))
        if not shows:
            return Plan(Action.ANSWER, evidence, self._state)
        shortlist = self._desk.retriever.retrieve(self._query(self._gone))
        found = self._desk.evidence.candidates(shortlist.candidates, self._state)
        evidence = replace(evidence, items=found, eligible=shortlist.eligible)
        return Plan(Action.ANSWER, evidence, self._state, [c.item for c in shortlist.candidates])

    def _choose(self, order: Order) -> Plan:
        fact, items = self._desk.evidence.chosen(order, self._state.shown)
        evidence = replace(
            self._base(Task.ANSWER_CATALOGUE),
            catalogue=fact,
            items=self._desk.evidence.items([i.id for i in items], self._state),
        )
        state = replace(self._state, focus=items[0].id if items else self._state.focus)
        return Plan(Action.ANSWER, evidence, state, items)

    def _say(self, action: Action) -> Plan:
        tasks = {
            Action.GREET: Task.GREET,
            Action.THANK: Task.THANK,
            Action.DECLINE: Task.DECLINE,
            Action.RESTART: Task.RESTART,
        }
        openings = self._desk.quick.openings()
        evidence = replace(self._base(tasks[action]), examples=tuple(quick.text for quick in openings))
        return Plan(action, evidence, self._state)


def _misread(doubts: Sequence[Doubt]) -> tuple[tuple[str, str], ...]:
    return tuple((one.said, one.read) for one in doubts)


def gone(state: DialogueState, retriever: Retriever) -> frozenset[ItemId]:
    """Items not to recommend: known, not liked now or in an earlier conversation, or liked already.

    What the person likes comes back when nothing else meets their wishes: it still fits.
    """
    long_ago = (p.about.item for p in state.profile.long_term if isinstance(p.about, OfItem) and p.weight < 0)
    refused = frozenset((*state.disliked, *state.known, *long_ago))
    judged = refused | frozenset(state.liked)
    others = retriever.count(state.constraints, judged | frozenset(state.anchors))
    return judged if others or not state.liked else refused
