"""From a system act to what a turn will show and say, with everything looked up.

In: the system act, the state, what changed. Out: a `Plan`: evidence for the writer, items for cards,
the state to keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot import acts, policy
from chatbot.acts import Action
from chatbot.constraints import Shelves, is_category
from chatbot.doubts import Doubt
from chatbot.elicitation import RANKED, question_for
from chatbot.events import Quick
from chatbot.going_back import place_in
from chatbot.places import absence_in
from chatbot.plans import Desk, Past, Plan
from chatbot.profile.sensitive import is_sensitive
from chatbot.profile.telling import about_person, remembered
from chatbot.searches import within
from chatbot.stages import StageClock
from chatbot.state import Changes, DialogueState
from chatbot.turn_data import Ranking, ranking_of
from chatbot.understanding.reading import ASIDE
from generator.replies import (
    Absence,
    CatalogueFactKind,
    Evidence,
    ItemEvidence,
    ProfileTopic,
    SearchEvidence,
    Task,
)
from generator.sentences import constraint_label
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    FacetRole,
    ItemId,
    OfItem,
    OfTheme,
    Order,
    Query,
    Shortlist,
)
from retriever.filters import relaxations
from retriever.pipeline import Retriever


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
        now: float,
        past: Past,
        clock: StageClock,
    ) -> None:
        self._rankings: list[Ranking] = []
        self._past = past
        self._desk = desk
        self._k = k
        self._state = state
        self._before = before
        self._changes = changes
        self._said = said
        self._now = now
        self._clock = clock
        self._gone = gone(state, desk.retriever)

    def plan(self, act: policy.SystemAct) -> Plan:
        """What to show and say, with the rankings behind it."""
        plan = self._planned(act)
        plan.rankings = tuple(self._rankings)
        return plan

    def _retrieve(self, query: Query) -> Shortlist:
        """A ranking whose items are shown: it is kept with the turn."""
        shortlist = self._desk.retriever.retrieve(query)
        self._rankings.append(ranking_of(query, shortlist))
        return shortlist

    def _planned(self, act: policy.SystemAct) -> Plan:
        match act:
            case policy.Recommend(doubts=doubts):
                return self._doubting(self._recommend(act), doubts)
            case policy.Relax():
                return self._relax()
            case policy.Nearest():
                return self._nearest()
            case policy.ShowAgain(place):
                return self._show_again(place)
            case policy.Confirm(doubts):
                return self._doubting(self._relax(doubts), doubts, Action.CONFIRM)
            case _:
                return self._answered(act)

    def _answered(self, act: policy.Answering) -> Plan:
        match act:
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
            case policy.TellProfile(question):
                return self._tell_profile(question)
            case policy.Say(action, quote):
                return self._say(action, quote)

    def _base(self, task: Task) -> Evidence:
        evidence = self._desk.evidence.of_turn(task, self._state, self._changes, self._said)
        vague = self._before.turn == 0 and self._state.knows_nothing
        return replace(
            evidence, remembered=remembered(self._state, self._desk.retriever.catalogue) if vague else ()
        )

    def _query(self, excluded: frozenset[ItemId], view: DialogueState | None = None) -> Query:
        state = self._state if view is None else view
        themes = [p for p in state.profile.short_term if isinstance(p.about, OfTheme) and p.weight > 0]
        recent = [p.source.quote for p in themes if p.source.turn == state.turn and p.weight > ASIDE]
        # What may not be kept of anybody is looked for all the same, in this turn.
        recent += [
            p.about.words
            for p in self._changes.wishes
            if isinstance(p.about, OfTheme) and p.weight > 0 and is_sensitive(p.about)
        ]
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
        if self._state.searches:
            return self._recommend_each(Action.RECOMMEND, act)
        retriever = self._desk.retriever
        shortlist, repeated = self._found(self._state, self._gone, self._k, act)
        if not shortlist.candidates and self._state.constraints:
            # What fits is what others should be like, or was refused: say what stands in the way.
            return self._relax(act.doubts)
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

    def _found(
        self, view: DialogueState, kept_back: frozenset[ItemId], k: int, act: policy.Recommend
    ) -> tuple[Shortlist, bool]:
        """What to show, and whether all of it was shown before though something new was wanted."""
        every, before = replace(self._query(kept_back, view), k=k), frozenset(self._state.ever_shown)
        if not before or not (act.fresh or act.unseen_first):
            return self._retrieve(every), False
        unseen = self._retrieve(replace(every, excluded=kept_back | before))
        if unseen.candidates and (act.fresh or len(unseen.candidates) >= k):
            return unseen, False
        new = frozenset(one.item.id for one in unseen.candidates)
        again = self._retrieve(replace(every, excluded=kept_back | new)).candidates
        ranked = tuple(
            replace(one, rank=rank) for rank, one in enumerate((*unseen.candidates, *again)[:k], 1)
        )
        return Shortlist(ranked, unseen.eligible, unseen.relaxations), act.fresh and not new

    def _recommend_each(self, action: Action, act: policy.Recommend) -> Plan:
        """Something of each thing that is looked for, in their order; each under its own conditions."""
        retriever, state = self._desk.retriever, self._state
        each = max(1, round((self._k + 1) / len(state.searches)))
        searches: list[SearchEvidence] = []
        told: list[ItemEvidence] = []
        kinds: dict[ItemId, str] = {}
        quick: tuple[Quick, ...] = ()
        for place, search in enumerate(state.searches, start=1):
            view = within(state, search)
            kept_back = gone(view, retriever) | frozenset(kinds)
            shortlist, repeated = self._found(view, kept_back, each, act)
            found = self._desk.evidence.candidates(shortlist.candidates, view)
            told += [replace(one, rank=len(told) + rank, search=place) for rank, one in enumerate(found, 1)]
            label = constraint_label(search.kind, retriever.catalogue.facets, self._desk.language)
            kinds |= {one.item.id: label for one in found}
            freed = tuple(one for one in shortlist.relaxations if one[0] != search.kind)
            asked = self._changes.ordered and view.order is not None and bool(found)
            searches.append(
                SearchEvidence(
                    active=view.constraints,
                    eligible=retriever.count(view.constraints, kept_back | frozenset(view.anchors)),
                    relaxations=freed,
                    repeated=repeated if found else retriever.count(view.constraints) > 0,
                    catalogue=self._desk.evidence.extreme_of(view) if asked else None,
                )
            )
            quick = quick or self._desk.quick.relaxing(freed)
        evidence = replace(
            self._base(Task.RECOMMEND),
            items=tuple(told),
            searches=tuple(searches),
            misread=_misread(act.doubts),
        )
        quick = quick if action is Action.RELAX else ()
        plan = Plan(action, evidence, state, [one.item for one in told], quick)
        plan.kinds = kinds
        return plan

    def _ask(self, evidence: Evidence, state: DialogueState) -> tuple[Evidence, DialogueState]:
        """Add the one question that helps most, if any does."""
        query, retriever = self._query(self._gone), self._desk.retriever
        ranking = retriever.recall(query, RANKED)
        with self._clock.stage("policy"):
            question = question_for(state, query, ranking, retriever, self._desk.quick.options)
        if question is None:
            return evidence, state
        asked = (*state.asked, *(facet.name for facet in question.facets))
        return replace(evidence, question=question), replace(state, asked=asked)

    def _relax(self, doubts: Sequence[Doubt] = ()) -> Plan:
        """What there is without one wish, the sort of thing last; and the item that breaks least."""
        if self._state.searches:
            return self._recommend_each(Action.RELAX, policy.Recommend(fresh=False, may_ask=False))
        retriever, state = self._desk.retriever, self._state
        seen = self._gone | frozenset((*state.ever_shown, *state.anchors))
        offers = relaxations(retriever.catalogue, state.constraints, seen)
        kinds = Shelves(retriever.catalogue.facet, retriever.count)
        offers = tuple(sorted(offers, key=lambda offer: is_category(offer[0], kinds)))
        nearest = self._least_broken(seen)
        evidence = replace(
            self._base(Task.RELAX),
            relaxations=offers,
            repeated=retriever.count(state.constraints) > 0,
            misread=_misread(doubts),
            nearest=nearest,
        )
        if self._changes.only_asked:
            # What was only asked for, and isn't there, is no wish to go on with.
            return Plan(Action.RELAX, evidence, replace(self._before, turn=self._state.turn))
        if nearest is not None:
            state = replace(state, talked=(nearest.item.id,), focus=nearest.item.id)
        return Plan(Action.RELAX, evidence, state, quick=self._desk.quick.relaxing(offers))

    def _least_broken(self, seen: frozenset[ItemId]) -> ItemEvidence | None:
        """Of what was not shown, the item that breaks the fewest conditions, if it breaks just one."""
        wishes = tuple(replace(c, hard=False) for c in self._state.constraints)
        query = replace(self._query(seen), constraints=wishes, order=None, k=1)
        found = self._desk.retriever.retrieve(query).candidates
        if not found or len(found[0].trace.broken) != 1:
            return None
        return self._desk.evidence.candidates(found, self._state)[0]

    def _nearest(self) -> Plan:
        """Nothing more fits: the softest wish that stands in the way only counts as a wish from now on."""
        shortlist = self._retrieve(self._query(self._gone))
        freed = [one for one, _ in shortlist.relaxations]
        if not freed:
            return self._relax()
        softest = min(freed, key=lambda one: self._firmness(one))
        left = tuple(replace(c, hard=False) if c is softest else c for c in self._state.constraints)
        order = self._state.order or _nearest_first(softest)
        state = replace(self._state, constraints=left)
        shown_before = frozenset(self._state.ever_shown)
        query = replace(self._query(gone(state, self._desk.retriever) | shown_before, state), order=order)
        found = self._retrieve(query)
        evidence = replace(
            self._base(Task.RECOMMEND),
            active=left,
            items=self._desk.evidence.candidates(found.candidates, state),
            eligible=found.eligible,
            let_go=softest,
        )
        if not found.candidates:
            return self._relax()
        return Plan(Action.RELAX, evidence, state, [c.item for c in found.candidates])

    def _firmness(self, constraint: Constraint) -> tuple[int, int]:
        """What is given up first: a value, then a limit, then what sort of thing it is; the oldest last."""
        facet = self._desk.retriever.catalogue.facet(constraint.facet)
        sort = facet is not None and facet.role is FacetRole.CATEGORY and isinstance(constraint.test, AnyOf)
        kind = 3 if constraint.rules_out else 2 if sort else int(isinstance(constraint.test, Between))
        return kind, -constraint.source.turn

    def _show_again(self, place: int) -> Plan:
        """A list as it was shown, less what was refused since and what the catalogue has no more."""
        index = place_in(place, len(self._past.lists))
        catalogue = self._desk.retriever.catalogue
        listed = self._past.lists[index] if 0 <= index < len(self._past.lists) else ()
        items = [i for i in listed if i in catalogue and i not in self._state.disliked]
        if not items:
            return Plan(Action.ANSWER, replace(self._base(Task.UNKNOWN), beyond=0), self._state)
        evidence = self._desk.evidence.items(items, self._state)
        told = replace(self._base(Task.RECOMMEND), items=evidence, eligible=len(items), repeated=True)
        return Plan(Action.RECOMMEND, told, self._state, [catalogue.item(i) for i in items])

    def _explain(self, items: Sequence[ItemId], *, against: bool) -> Plan:
        plan = self._about(Action.EXPLAIN, Task.EXPLAIN, items)
        if not against:
            return plan
        found = tuple(replace(one, absent=self._absence(one.item.id)) for one in plan.evidence.items)
        return Plan(Action.EXPLAIN, replace(plan.evidence, items=found), plan.state)

    def _absence(self, item: ItemId) -> Absence:
        """Why an item is not among those shown, apart from what its record breaks."""
        state = self._before
        if item in state.disliked or item in state.known or item in state.liked:
            judged = "refused" if item in state.disliked else "known" if item in state.known else "liked"
            return Absence(judged)
        if item in state.anchors:
            return Absence("anchor")
        if item in state.shown or item in state.ever_shown:
            return Absence("shown")
        return absence_in(self._ranking_in_question(), item, self._desk.retriever, self._desk.language)

    def _ranking_in_question(self) -> Ranking:
        """The ranking behind what was shown last; conversations of an earlier Parley did not keep it."""
        kept = self._past.last_ranking()
        if kept is not None:
            return kept
        query = self._query(self._gone)
        return ranking_of(query, self._desk.retriever.retrieve(query))

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
            missing = (question.unknown,) if question.unknown else ()
            evidence = replace(evidence, missing=missing, parked=())
            return Plan(Action.ANSWER, evidence, replace(self._before, turn=self._state.turn))
        if not shows:
            return Plan(Action.ANSWER, evidence, self._state)
        shortlist = self._retrieve(self._query(self._gone))
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

    def _tell_profile(self, question: acts.AskProfile) -> Plan:
        about = about_person(
            question, self._state, self._desk.retriever.catalogue, self._desk.language, self._now
        )
        explains = question.topic is ProfileTopic.WHY
        evidence = replace(self._base(Task.PROFILE), about_person=about)
        return Plan(Action.EXPLAIN if explains else Action.ANSWER, evidence, self._state)

    def _say(self, action: Action, quote: str = "") -> Plan:
        tasks = {
            Action.GREET: Task.GREET,
            Action.THANK: Task.THANK,
            Action.CHAT: Task.CHAT,
            Action.HAND_OVER: Task.HAND_OVER,
            Action.DECLINE: Task.DECLINE,
            Action.RESTART: Task.RESTART,
            Action.ANSWER: Task.UNMEASURED,
        }
        openings = self._desk.quick.openings()
        evidence = replace(
            self._base(tasks[action]),
            examples=tuple(quick.text for quick in openings),
            contact=self._desk.contact,
            asked_value=quote,
        )
        return Plan(action, evidence, self._state)


def _nearest_first(let_go: Constraint) -> Order | None:
    """By the number whose limit was let go, what misses it least first."""
    if not isinstance(let_go.test, Between) or (let_go.test.low is None) == (let_go.test.high is None):
        return None
    return Order(let_go.facet, ascending=let_go.test.low is None)


def _misread(doubts: Sequence[Doubt]) -> tuple[tuple[str, str], ...]:
    return tuple((one.said, one.read) for one in doubts)


def gone(state: DialogueState, retriever: Retriever) -> frozenset[ItemId]:
    """Items not to recommend: known, not liked or liked already, now or in an earlier conversation.

    What the person likes comes back when nothing else meets their wishes: it still fits.
    """
    judged = [(p.about.item, p.weight) for p in state.profile.long_term if isinstance(p.about, OfItem)]
    seen = [p.about.item for p in state.profile.seen if isinstance(p.about, OfItem)]
    long_ago = (item for item, weight in judged if weight < 0)
    refused = frozenset((*state.disliked, *state.known, *seen, *long_ago))
    liked = frozenset((*state.liked, *(item for item, weight in judged if weight > 0)))
    others = retriever.count(state.constraints, refused | liked | frozenset(state.anchors))
    return refused | liked if others or not liked else refused
