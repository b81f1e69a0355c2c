"""Several things asked for at once, and wishes said when several are looked for already.

In: a reading. Out: acts that name the search that they are said of: "a red jacket and boots under 150", then
"the boots under 100". What is said of all ("waterproof jackets and boots") is said of each that can have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.searches import is_of, within
from chatbot.state import DialogueState, Search, name_of_search
from chatbot.understanding.answers import answer, changed_number
from chatbot.understanding.measures import halves, superlatives
from chatbot.understanding.mentions import Shown, ValueMention
from chatbot.understanding.persons import persons_spoken_of
from chatbot.understanding.reading import LOVED, Reading, Situation
from chatbot.understanding.things import (
    Thing,
    Window,
    kinds_named,
    love_before,
    own_windows,
    shared_windows,
    things_of,
)
from chatbot.understanding.wishes import wishes
from retriever.domain import AnyOf, Constraint, ItemId, OfFacet

_CONDITIONS = (acts.Constrain, acts.Exclude, acts.Critique)


def several_wishes(reading: Reading) -> None:
    """Adds the wishes of an utterance, each said of the search that it is about."""
    _add_wishes(reading)
    if reading.sentence.begins("have"):
        reading.found[:] = [
            replace(act, asks=True) if isinstance(act, acts.Critique) else act for act in reading.found
        ]


def _add_wishes(reading: Reading) -> None:
    situation = reading.situation
    things = things_of(reading)
    known = [_known(situation, thing.kinds) for thing in things]
    if situation.searches and (not things or all(known)):
        _narrow_searches(reading, things)
    elif things:
        _begin(reading, things)
    elif not _stand_beside(reading):
        _all_wishes(reading)


def asks_for_several(reading: Reading) -> bool:
    """ "Do you have a red jacket and a blue towel?": a request for both, whatever its form."""
    things = things_of(reading)
    return bool(things) and bool(reading.sentence.begins("have"))


def _all_wishes(reading: Reading) -> None:
    persons_spoken_of(reading)
    wishes(reading)
    answer(reading)
    changed_number(reading)
    superlatives(reading)
    halves(reading)


# --- things asked for side by side ------------------------------------------------------------------


def _begin(reading: Reading, things: Sequence[Thing]) -> None:
    used = list(reading.sentence.used)
    shared = shared_windows(reading, things)
    parts = []
    lost = _read(reading, shared)
    for place, thing in enumerate(things):
        kind, own = _kind_and_own(reading, thing, own_windows(reading, things, place))
        facets = {_facet_of(act) for act in own}
        everyone = [act for act in _kind_and_own(reading, thing, shared)[1] if _facet_of(act) not in facets]
        fitting = [act for act in everyone if _can_have(reading, kind.constraint, act)]
        lost = [act for act in lost if _facet_of(act) not in {_facet_of(one) for one in (*fitting, *own)}]
        parts.append((kind, [*own, *fitting]))
    for kind, own in parts:
        name = name_of_search(kind.constraint)
        reading.found.append(replace(kind, search=name))
        reading.found.extend([one for act in own if (one := _of(act, name)) not in reading.found])
    reading.found.extend(lost)
    _use_since(reading, used, things[0].start, things[-1].end)
    if all(love_before(reading, thing) for thing in things):
        for thing in things:
            _taste(reading, thing)


def _kind_and_own(
    reading: Reading, thing: Thing, windows: Sequence[Window]
) -> tuple[acts.Constrain, list[UserAct]]:
    """The act that names the thing, and those of the windows, read with it in mind."""
    facet = thing.kinds[0].facet
    heard = _read(reading, [(thing.first, thing.behind), *windows])
    named = [a for a in heard if isinstance(a, acts.Constrain) and a.constraint.facet == facet]
    assert named, "a thing that is asked for is a condition"
    # "Ideally a light tent and a stove": what is only ideal is the lightness.
    kind = replace(named[0], constraint=replace(named[0].constraint, hard=True), adds=False)
    return kind, [act for act in heard if act is not named[0]]


def _read(reading: Reading, windows: Sequence[Window]) -> list[UserAct]:
    """The wishes that stand in these windows, in their order; nothing of the sentence is used up."""
    s = reading.sentence
    before = list(s.used)
    alone = replace(reading, found=[])
    for start, end in windows:
        s.used[:] = [used or not start <= place < end for place, used in enumerate(before)]
        _all_wishes(alone)
    s.used[:] = before
    return alone.found


def _use_since(reading: Reading, before: Sequence[bool], start: int, end: int) -> None:
    """Use up all that wishes are made of between two tokens."""
    s = reading.sentence
    s.used[:] = before
    alone = replace(reading, found=[])
    hidden = [used or not start <= place < end for place, used in enumerate(before)]
    s.used[:] = hidden
    _all_wishes(alone)
    s.used[:] = [old or (now and not hid) for old, now, hid in zip(before, s.used, hidden, strict=True)]


def _can_have(reading: Reading, kind: Constraint, act: UserAct) -> bool:
    """Whether anything of the kind can be as the act wishes: no sleeping bag sleeps four."""
    if not isinstance(act, _CONDITIONS):
        return True
    firm = replace(act.constraint, hard=True)
    return reading.retriever.count((kind, firm)) > 0


def _taste(reading: Reading, thing: Thing) -> None:
    """ "I love horror and I love family films": two tastes, beside what is shown of each."""
    s = reading.sentence
    words = s.quote(thing.first, thing.behind)
    for mention in thing.kinds:
        for value in mention.values:
            about = OfFacet(mention.facet, value)
            reading.found.append(acts.Inform(words, reading.preference(about, LOVED, words)))


def _stand_beside(reading: Reading) -> bool:
    """ "And also a stove": one more thing beside what is looked for; False if it is not said so."""
    s, situation = reading.sentence, reading.situation
    kinds = kinds_named(reading)
    also = [start for start, _ in s.cue("also")] or [
        p for p in range(1) if s.books.is_a("and", s.tokens[p].norm)
    ]
    if len(kinds) != 1 or not also:
        return False
    kind = kinds[0]
    values = {value for held in _held(situation, kind.facet) for value in held}
    if not values or set(kind.values) & values:
        return False
    heard = _heard(reading)
    named = next(
        (a for a in heard if isinstance(a, acts.Constrain) and a.constraint.facet == kind.facet), None
    )
    if named is None:
        reading.found.extend(heard)
        return True
    name = name_of_search(named.constraint)
    reading.found.append(replace(named, adds=True, search=name))
    reading.found.extend([_of(act, name) for act in heard if act is not named])
    return True


def _held(situation: Situation, facet: str) -> list[tuple[str, ...]]:
    return [c.test.values for c in situation.constraints if c.facet == facet and isinstance(c.test, AnyOf)]


# --- when several are looked for already ------------------------------------------------------------


def _narrow_searches(reading: Reading, things: Sequence[Thing]) -> None:
    """Wishes about the search that is named, about that of the item that is named, or about all."""
    kinds = kinds_named(reading)
    if things:
        for thing in things:
            search = _known(reading.situation, thing.kinds)
            assert search is not None, "asked of things that are looked for"
            _narrow(reading, search, thing.kinds, (thing.start, thing.end))
        return
    named = _known(reading.situation, kinds)
    if named is not None:
        _narrow(reading, named, kinds, (0, len(reading.sentence.tokens)))
    elif kinds:
        if not _stand_beside(reading):
            _all_wishes(reading)
    else:
        _about_all(reading)


def _narrow(reading: Reading, search: Search, kinds: Sequence[ValueMention], window: Window) -> None:
    """ "The tent under 100"; "just the tent", or nothing but its name, lets the others go."""
    s = reading.sentence
    only = bool(s.spans("only"))
    used = list(s.used)
    rest = replace(reading, found=[], situation=_alone(reading, search))
    s.used[:] = [u or not window[0] <= place < window[1] for place, u in enumerate(used)]
    for mention in kinds:
        s.use(mention)
    _all_wishes(rest)
    s.used[:] = [
        u or (now and window[0] <= place < window[1])
        for place, (u, now) in enumerate(zip(used, s.used, strict=True))
    ]
    words = s.quote(kinds[0].start, kinds[-1].end)
    if only or not rest.found:
        kind = replace(search.kind, source=reading.source(words))
        reading.found.append(acts.Constrain(words, kind))
        reading.found.extend(rest.found)
    else:
        reading.found.extend([_of(act, search.name) for act in rest.found])


def _about_all(reading: Reading) -> None:
    """ "Cheaper": each search than what was shown of it; what is the same for all is said once."""
    s, situation = reading.sentence, reading.situation
    pointed = {item for reference in s.references() for item in reference.items}
    pointed |= {item for act in reading.found if isinstance(act, acts.Similar) for item in act.items}
    concerned = [
        search for search in situation.searches if not pointed or pointed & set(_shown_of(reading, search))
    ]
    used = list(s.used)
    heard: list[tuple[Search, list[UserAct]]] = []
    for search in concerned or situation.searches:
        s.used[:] = used
        alone = replace(reading, found=[], situation=_alone(reading, search))
        _all_wishes(alone)
        heard.append((search, alone.found))
    first = heard[0][1]
    if len(heard) == len(situation.searches) and all(found == first for _, found in heard):
        reading.found.extend(first)
        return
    for search, found in heard:
        reading.found.extend([act for one in found if (act := _of(one, search.name)) not in reading.found])


def _heard(reading: Reading) -> list[UserAct]:
    alone = replace(reading, found=[])
    _all_wishes(alone)
    return alone.found


def _alone(reading: Reading, search: Search) -> Situation:
    """What is known of the dialogue as far as it is about one search."""
    situation = reading.situation
    state = DialogueState(constraints=situation.constraints, searches=situation.searches)
    items = _shown_of(reading, search)
    talked = tuple(item for item in situation.shown.talked if item in items)
    shown = Shown(
        items,
        situation.shown.focus if situation.shown.focus in items else None,
        talked,
        situation.shown.earlier,
    )
    return replace(situation, constraints=within(state, search).constraints, searches=(), shown=shown)


def _shown_of(reading: Reading, search: Search) -> tuple[ItemId, ...]:
    catalogue = reading.lexicon.catalogue
    shown = (*reading.situation.shown.items, *reading.situation.shown.talked)
    return tuple(dict.fromkeys(item for item in shown if is_of(catalogue.item(item), search)))


def _known(situation: Situation, kinds: Sequence[ValueMention]) -> Search | None:
    """The search that these words name."""
    values = {value.casefold() for mention in kinds for value in mention.values}
    for search in situation.searches:
        test = search.kind.test
        own = {value.casefold() for value in test.values} if isinstance(test, AnyOf) else set()
        if kinds and values and (values <= own or own <= values) and kinds[0].facet == search.kind.facet:
            return search
    return None


def _of(act: UserAct, name: str) -> UserAct:
    """The act, said of one search."""
    if isinstance(act, (acts.Constrain, acts.Exclude, acts.Critique, acts.Superlative)):
        return replace(act, search=name)
    return act


def _facet_of(act: UserAct) -> str:
    if isinstance(act, _CONDITIONS):
        return act.constraint.facet
    if isinstance(act, acts.Superlative):
        return f"order {act.order.facet}"
    return str(act)
