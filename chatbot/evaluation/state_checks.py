"""Expectations on what is known after a turn, conditions and interest profile → checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from chatbot.codec import condition_text
from chatbot.evaluation.bench import Bench, Check, NoSuchCard, Observation, Seen
from chatbot.evaluation.conditions import Condition
from chatbot.evaluation.interests import interests_of
from chatbot.evaluation.script import Constraints, Profile, Where
from chatbot.state import DialogueState
from retriever.catalogue import Catalogue
from retriever.domain import About, Constraint, OfFacet, OfItem, OfTheme, Preference
from retriever.tokens import framed_stems

IsAbout = Callable[[Preference, Seen], bool]


def constraint_checks(wanted: Constraints, bench: Bench, where: Where) -> Iterator[Check]:
    """The checks of `constraints:`.

    Raises:
        BrokenScript: one that can never hold.
    """
    _refuse_contradictions(wanted, bench, where)
    for at, one in bench.conditions(wanted.active, (*where, "active")):
        yield _is_among(at, one, f"{one.text} is active", "active", _active)
    if wanted.exactly is not None:
        every = [one for _, one in bench.conditions(wanted.exactly, (*where, "exactly"))]
        yield _are_exactly((*where, "exactly"), every)
    for at, one in bench.conditions(wanted.inactive, (*where, "inactive")):
        yield _is_inactive(at, one)
    for at, one in bench.conditions(wanted.added, (*where, "added")):
        yield _is_among(at, one, f"{one.text} was added", "added", _fresh)
    for at, one in bench.conditions(wanted.removed, (*where, "removed")):
        yield _is_among(at, one, f"{one.text} was removed", "removed", _dropped)


def _refuse_contradictions(wanted: Constraints, bench: Bench, where: Where) -> None:
    def under(field: str, texts: Sequence[str]) -> list[tuple[Where, Condition, str]]:
        return [(at, one, field) for at, one in bench.conditions(texts, (*where, field))]

    there = under("active", wanted.active) + under("exactly", wanted.exactly or [])
    there += under("added", wanted.added)
    gone = under("inactive", wanted.inactive) + under("removed", wanted.removed)
    for at, one, field in gone:
        for _, other, there_field in there:
            # "soft" may be gone where "hard" has come.
            if one.tests == other.tests and one.hard in (None, other.hard):
                raise bench.written.broken(
                    at, f"{one.text!r} cannot be under `{there_field}` and under `{field}`"
                )
    exactly = None if wanted.exactly is None else {one.tests for _, one, f in there if f == "exactly"}
    for at, one, field in there:
        if exactly is not None and one.tests not in exactly:
            raise bench.written.broken(at, f"{one.text!r} is under `{field}`, and `exactly` leaves it out")


def _active(turn: Observation) -> Sequence[Constraint]:
    return turn.state.every_constraint


def _fresh(turn: Observation) -> Sequence[Constraint]:
    old = {constraint.key for constraint in turn.before.every_constraint}
    return [constraint for constraint in turn.state.every_constraint if constraint.key not in old]


def _dropped(turn: Observation) -> Sequence[Constraint]:
    kept = {constraint.key for constraint in turn.state.every_constraint}
    return [constraint for constraint in turn.before.every_constraint if constraint.key not in kept]


def _is_among(
    where: Where,
    one: Condition,
    says: str,
    name: str,
    view: Callable[[Observation], Sequence[Constraint]],
) -> Check:
    def judge(seen: Seen) -> str:
        group = view(seen[-1])
        return "" if any(one.says_same(each) for each in group) else f"{name}: {_listed(group)}"

    return Check(where, says, judge)


def _are_exactly(where: Where, every: Sequence[Condition]) -> Check:
    def judge(seen: Seen) -> str:
        active = seen[-1].state.every_constraint
        matched = all(any(one.says_same(each) for each in active) for one in every)
        return "" if matched and len(active) == len(every) else f"active: {_listed(active)}"

    told = ", ".join(one.text for one in every) or "nothing"
    return Check(where, f"active is exactly {told}", judge)


def _is_inactive(where: Where, one: Condition) -> Check:
    def judge(seen: Seen) -> str:
        return "it is" if any(one.says_same(each) for each in seen[-1].state.every_constraint) else ""

    return Check(where, f"{one.text} is not active", judge)


def _listed(constraints: Iterable[Constraint]) -> str:
    return ", ".join(("" if c.hard else "soft ") + condition_text(c) for c in constraints) or "nothing"


def profile_checks(wanted: Profile, bench: Bench, where: Where) -> Iterator[Check]:
    """The checks of `profile:`.

    Raises:
        BrokenScript: one that can never hold.
    """
    for field, texts, sign, view in (
        ("likes", wanted.likes, 1, _beliefs),
        ("dislikes", wanted.dislikes, -1, _beliefs),
        ("lasting", wanted.lasting, 1, _lasting),
    ):
        for place, text in enumerate(texts):
            at = (*where, field, place)
            yield _is_believed(at, f"{field}: {text}", _about(text, bench, at), sign, view, bench.catalogue)
    for place, text in enumerate(wanted.absent):
        at = (*where, "absent", place)
        yield _is_not_believed(at, text, _about(text, bench, at), bench.catalogue)
    if wanted.empty is not None:
        yield _is_empty((*where, "empty"), wanted.empty, bench.catalogue)


def _beliefs(state: DialogueState) -> Sequence[Preference]:
    return (*state.profile.short_term, *state.profile.long_term)


def _lasting(state: DialogueState) -> Sequence[Preference]:
    return state.profile.long_term


def _is_believed(
    where: Where,
    says: str,
    is_about: IsAbout,
    sign: int,
    view: Callable[[DialogueState], Sequence[Preference]],
    catalogue: Catalogue,
) -> Check:
    def judge(seen: Seen) -> str:
        group = view(seen[-1].state)
        try:
            if any(p.weight * sign > 0 and is_about(p, seen) for p in group):
                return ""
        except NoSuchCard as error:
            return str(error)
        return f"believed: {_told(group, catalogue)}"

    return Check(where, says, judge)


def _is_not_believed(where: Where, text: str, is_about: IsAbout, catalogue: Catalogue) -> Check:
    def judge(seen: Seen) -> str:
        try:
            about = [p for p in _beliefs(seen[-1].state) if is_about(p, seen)]
        except NoSuchCard as error:
            return str(error)
        return f"believed: {_told(about, catalogue)}" if about else ""

    return Check(where, f"nothing is believed about {text}", judge)


def _is_empty(where: Where, wanted: bool, catalogue: Catalogue) -> Check:
    def judge(seen: Seen) -> str:
        group = _beliefs(seen[-1].state)
        return "" if (not group) == wanted else f"believed: {_told(group, catalogue)}"

    return Check(where, f"the profile is {'' if wanted else 'not '}empty", judge)


def _about(text: str, bench: Bench, where: Where) -> IsAbout:
    """Whether a preference is about "facet = value", "title = …", "theme = …", or a card "@1.2"."""
    name, sign, right = (part.strip() for part in text.partition("="))
    if text.startswith("@") or (sign and name.casefold() == "title" and right.startswith("@")):
        find = bench.item(text if text.startswith("@") else right, where)
        return lambda preference, seen: preference.about == OfItem(find(seen))
    wanted = interests_of(text, bench, where)
    return lambda preference, _: any(_is_same(preference.about, one) for one in wanted)


def _is_same(own: About, wanted: About) -> bool:
    match own, wanted:
        case OfTheme(words), OfTheme(some):
            return framed_stems(some) in framed_stems(words)
        case OfFacet(facet, value), OfFacet(other, same):
            return facet == other and value.casefold() == same.casefold()
        case _:
            return own == wanted


def _told(preferences: Sequence[Preference], catalogue: Catalogue) -> str:
    told = []
    for preference in preferences:
        match preference.about:
            case OfFacet(facet, value):
                what = f"{facet} = {value}"
            case OfItem(item):
                what = f"title = {catalogue.item(item).title}" if item in catalogue else item
            case OfTheme(words):
                what = f"theme = {words}"
        told.append(f"{what} ({preference.weight:+.2f})")
    return ", ".join(told) or "nothing"
