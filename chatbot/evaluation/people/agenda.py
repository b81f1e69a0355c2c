"""What a simulated person says next, by their agenda.

In: what they have in mind and a system's answer. Out: a `Move`. An agenda opens with a wish or none, puts
right what was said by mistake, answers what is asked, insists on what is ignored, and else tells more,
criticises what was shown, asks about it, or asks for others. How readily they tell is their manner: as real
people were counted to, everything, or nothing more unasked.

Source: the agenda is after Schatzmann et al., NAACL-HLT 2007; critiques after Burke, Hammond & Young, The
FindMe approach to assisted browsing, 1997; people who answer questions and judge items, and tell nothing
else, after Sun & Zhang, SIGIR 2018, and Lei et al., WSDM 2020.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from chatbot.evaluation.people import measured
from chatbot.evaluation.people.critiques import Critique, Sort, notice
from chatbot.evaluation.people.drawing import change_of_mind, other_values
from chatbot.evaluation.people.mind import Kind, Mind, Move
from chatbot.evaluation.people.persons import Leaning, Manner, Taste, Wish, wanted
from chatbot.evaluation.people.speech import Speech
from retriever.catalogue import Catalogue
from retriever.domain import Facet, FacetRole, Item

_TELLS_FIRST = 0.5  # chance that somebody with more to tell does so before looking closely
_REFUSES = 0.4  # chance that who has nothing else to say turns a card down instead of asking for others
_ONLY_INDIFFERENT = 0.4  # chance that a question about what they don't care for is all that is answered


@dataclass(slots=True)
class Agenda:
    """The agenda of one person in one conversation."""

    mind: Mind
    speech: Speech
    catalogue: Catalogue
    draw: random.Random

    def opening(self) -> Move:
        """The first message: as many wishes as the person tells at a time; none of who is vague."""
        wishes = () if self.mind.person.vague else tuple(self.mind.waiting[: self.mind.person.verbosity])
        return Move(Kind.OPEN, self.speech.opening(wishes), tells=wishes)

    def next(self, asks: Sequence[str], cards: Sequence[Item]) -> Move:
        """The next message. `asks`: the facets asked about; `cards`: those looked at."""
        asked = asks if asks and self._listens(cards) else ()
        steps: tuple[Callable[[], Move | None], ...] = (
            self._take_back,
            lambda: self._answer(asked),
            lambda: self._insist(cards),
            self._contradict,
            lambda: self._inquire(cards),
            lambda: self._of_their_own(cards),
        )
        for step in steps:
            if (move := step()) is not None:
                return move
        return self._others(asked, cards)

    def inquiry(self, item: Item, place: int, *, wants: bool) -> Move | None:
        """A question about a card; None where its record has nothing to ask about."""
        facets = [f for f in self.catalogue.facets if f.name in item.facets and _is_asked_about(f)]
        if not facets:
            return None
        text = self.speech.question(place, self.draw.choice(facets))
        return Move(Kind.ASK, text, asks=item.id, wants=wants)

    # --- the steps ------------------------------------------------------------------------------------

    def _take_back(self) -> Move | None:
        if self.mind.slip is None:
            return None
        value = self.mind.slip.condition.values[0]
        return Move(Kind.TAKE_BACK, self.speech.react("take_back", value=value))

    def _listens(self, cards: Sequence[Item]) -> bool:
        """Whether a question would be taken up; who looks at cards often passes it over."""
        if self._manner is not Manner.MEASURED:
            return True
        return self._chance(measured.ANSWERS_BESIDE if cards else measured.ANSWERS_ALONE)

    def _answer(self, asks: Sequence[str]) -> Move | None:
        if not asks:
            return None
        if told := tuple(self._answers(asks)):
            return Move(Kind.ANSWER, self._joined(told), tells=told)
        again = [wish for wish in self.mind.told if wish.condition.facet in asks]
        if again:
            return self._insistence(again[0])
        # Who was counted as answering and has nothing to say about it says just that.
        if self._manner is Manner.MEASURED or self.draw.random() < _ONLY_INDIFFERENT:
            return Move(Kind.INDIFFERENT, self.speech.react("indifferent"))
        return None

    def _answers(self, asks: Sequence[str]) -> Iterator[Wish | Taste | Leaning]:
        """What an answer tells: one thing; as counted, now and then more of it, or something else too."""
        untold = [told for facet in asks if (told := list(self.mind.untold(facet)))]
        if not untold:
            return
        first, *second = untold
        if self._manner is not Manner.MEASURED:
            yield first[0]
            return
        yield from first if self._chance(measured.SEVERAL_VALUES) else first[:1]
        if second:
            yield from second[0][:1] if self._chance(measured.BOTH) else ()
        elif self._chance(measured.ADDS):
            yield from [wish for wish in self.mind.waiting if wish not in first][:1]

    def _insist(self, cards: Sequence[Item]) -> Move | None:
        ignored: Iterable[Wish | Taste | Leaning | None] = (
            *(self.mind.breaks(card) for card in cards),
            *(self.mind.ignores(card) for card in cards),
        )
        # What is compared with ("cheaper") is compared anew; the rest is said again.
        again = [one for one in ignored if one is not None and not isinstance(one, Leaning)]
        return self._insistence(again[0]) if again else None

    def _insistence(self, about: Wish | Taste) -> Move:
        wish = self._said(about, exactly=True)
        return Move(Kind.INSIST, self.speech.react("insist", wish=wish), tells=(about,))

    def _contradict(self) -> Move | None:
        """Another value of something told: by mistake, or because the person wants it now."""
        person = self.mind.person
        if self.draw.random() >= person.contradiction_rate:
            return None
        valued = [
            w for w in person.wishes if w.condition.values and w.condition.wanted and w in self.mind.told
        ]
        if not valued:
            return None
        about = self.draw.choice(valued)
        if self.draw.random() < person.change_rate:
            changed = change_of_mind(person, about, self.catalogue, self.draw, self.mind.heeds)
            if changed is not None:
                becomes, wish = changed
                text = self.speech.changed(wish)
                return Move(Kind.CHANGE, text, tells=(wish,), becomes=becomes, instead=about)
        others = other_values(person, about, self.catalogue)
        if not others:
            return None
        slip = Wish(wanted(about.condition.facet, (self.draw.choice(others),)))
        return Move(Kind.SLIP, self.speech.wish(slip, exactly=True), slip=slip)

    def _inquire(self, cards: Sequence[Item]) -> Move | None:
        """A question about the card that is nearest to what the person wants."""
        if not cards or self.mind.inquired or self.draw.random() >= self.mind.person.curiosity:
            return None
        place = max(range(len(cards)), key=lambda at: self.mind.person.utility(cards[at]))
        return self.inquiry(cards[place], place + 1, wants=False)

    def _of_their_own(self, cards: Sequence[Item]) -> Move | None:
        """Something told unasked, or said about the cards; None where they only want others."""
        match self._manner:
            case Manner.MEASURED:
                return self._as_counted(cards)
            case Manner.RETICENT:
                # Where nothing was told and there is nothing to look at, somebody has to begin.
                tells = not self.mind.told and not cards
                return (self._tell() if tells else None) or self._outspoken(cards)
            case Manner.TELLS_EVERYTHING:
                tells = self._wants_to_tell(cards)
                return (self._tell() if tells else None) or self._outspoken(cards) or self._tell()
            case never:
                assert_never(never)

    def _as_counted(self, cards: Sequence[Item]) -> Move | None:
        """As often as real people; who has told every wish says what the cards bring to mind."""
        if not cards:
            return self._tell()
        drawn = self.draw.random()
        unprompted, critical = measured.UNPROMPTED.rate, measured.CRITICISES.rate
        if drawn < unprompted and self.mind.waiting:
            return self._tell(2 if self._chance(measured.UNPROMPTED_TWO) else 1)
        if drawn < unprompted + critical:
            return self._mind_broken(cards) or self._criticise(cards)
        return None

    def _mind_broken(self, cards: Sequence[Item]) -> Move | None:
        """A must that was kept back, and that a card breaks."""
        for wish in self.mind.waiting:
            if wish.hard and not all(map(wish.condition.holds, cards)):
                return Move(Kind.TELL, self.speech.several((wish,)), tells=(wish,))
        return None

    def _wants_to_tell(self, cards: Sequence[Item]) -> bool:
        """Nothing told, nothing to look at, a card that breaks what was kept back, or simply talkative."""
        if not self.mind.told or not cards:
            return True
        kept_back = [wish for wish in self.mind.waiting if wish.hard]
        if any(not wish.condition.holds(card) for wish in kept_back for card in cards):
            return True
        return self.draw.random() < _TELLS_FIRST

    def _tell(self, most: int = 0) -> Move | None:
        """The next wishes, at most so many, or as many as the person tells at a time."""
        wishes = tuple(self.mind.waiting[: most or self.mind.person.verbosity])
        return Move(Kind.TELL, self.speech.several(wishes), tells=wishes) if wishes else None

    def _outspoken(self, cards: Sequence[Item]) -> Move | None:
        return self._criticise(cards) if self.draw.random() < self.mind.person.outspoken else None

    def _criticise(self, cards: Sequence[Item]) -> Move | None:
        found = notice(self.mind.person, cards, self.mind.aired)
        if not found:
            return None
        chosen: tuple[Critique, ...] = (found[0],)
        if found[0].sort is Sort.UNIT and self.mind.person.verbosity > 1:
            beside = [c for c in found[1:] if c.sort is Sort.UNIT
                      and (c.item, c.of_all) == (found[0].item, found[0].of_all)]  # fmt: skip
            chosen += tuple(beside[:1])
        refused = tuple(one.item for one in chosen if one.sort is Sort.UNLIKE and not one.of_all)
        return Move(Kind.CRITIQUE, self.speech.critique(chosen), critiques=chosen, refuses=refused)

    def _others(self, asks: Sequence[str], cards: Sequence[Item]) -> Move:
        if asks:
            return Move(Kind.INDIFFERENT, self.speech.react("indifferent"))
        if cards and self.draw.random() < _REFUSES:
            place = self.draw.randrange(len(cards))
            text = self.speech.react("refuse", place=self.speech.place(place + 1))
            return Move(Kind.REFUSE, text, refuses=(cards[place].id,))
        return Move(Kind.OTHERS, self.speech.react("others"))

    @property
    def _manner(self) -> Manner:
        return self.mind.person.manner

    def _chance(self, share: measured.Share) -> bool:
        return self.draw.random() < share.rate

    def _joined(self, told: Sequence[Wish | Taste | Leaning]) -> str:
        return self.speech.joined([self._said(one) for one in told])

    def _said(self, one: Wish | Taste | Leaning, *, exactly: bool = False) -> str:
        if isinstance(one, Wish):
            return self.speech.wish(one, exactly=exactly)
        return self.speech.about(one, exactly=exactly)


def _is_asked_about(facet: Facet) -> bool:
    """People ask of a thing what its facts are, and not how many there are of it."""
    return facet.role is not FacetRole.STOCK
