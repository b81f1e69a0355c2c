"""How a simulated person words things, with typing errors and words of their own.

In: a wish, a critique or a reaction, and a random generator. Out: text. The words are in phrases.toml.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.evaluation.people.critiques import Critique, Sort
from chatbot.evaluation.people.persons import Leaning, Taste, Wish, bounded, wanted
from chatbot.evaluation.people.phrases import in_other_words, phrases, put, scale_of
from retriever.catalogue import Catalogue
from retriever.domain import Facet, FacetKind, FacetRole

_LEAST_LETTERS = 4  # of a word that gets a typing error: shorter ones turn into others


@dataclass(frozen=True, slots=True)
class Speech:
    """One person's way of speaking about a catalogue.

    `loose_rate`: the chance that a value is named in other words than the catalogue's; `careless`: without
    capitals.
    """

    catalogue: Catalogue
    draw: random.Random
    typing_error_rate: float
    loose_rate: float = 0.0
    careless: bool = False

    def wish(self, wish: Wish, *, exactly: bool = False) -> str:
        """A wish in words, hedged if it is no must. `exactly`: in the catalogue's own words."""
        condition = wish.condition
        facet = self._facet(condition.facet)
        if condition.flag is not None:
            words = self._say("boolean", "yes" if condition.flag else "no", label=facet.label)
        elif condition.bounds is not None:
            low, high = condition.bounds
            at_most = low == -float("inf")
            words = self._say(_numbers(facet), "at_most" if at_most else "at_least",
                              n=_written(high if at_most else low, facet), label=facet.label)  # fmt: skip
        else:
            value = condition.values[0] if exactly else self._value(condition.values[0])
            # "Preferably I need knives" is no English: what is hedged is named, not asked for.
            table = "kind" if facet.role is FacetRole.CATEGORY and wish.hard else "tag"
            words = self._say(table, "any" if condition.wanted else "none", value=value,
                              put=self._put(facet.name, value, want=condition.wanted))  # fmt: skip
        return words if wish.hard else self._say("soft", "wish", wish=words)

    def about(self, subject: Taste | Leaning, *, exactly: bool = False) -> str:
        """A like, a dislike, or what a number should rather be, said without a card to point at."""
        if isinstance(subject, Taste):
            condition = wanted(subject.facet, (subject.value,), want=subject.weight > 0)
            # A dislike is not hedged: nobody says "ideally no horror" and means "horror is fine".
            return self.wish(Wish(condition, hard=subject.weight < 0), exactly=exactly)
        far = float("inf")
        low, high = (-far, subject.good) if subject.to_less else (subject.good, far)
        return self.wish(Wish(bounded(subject.facet, low, high), hard=False))

    def opening(self, wishes: Sequence[Wish]) -> str:
        """The first thing that is said; with no wish, something that tells nothing."""
        if not wishes:
            return str(self.draw.choice(phrases()["opening"]["vague"]))
        return self._say("opening", "plain", wishes=self.several(wishes))

    def several(self, wishes: Sequence[Wish]) -> str:
        """Some wishes at a time."""
        return self.joined([self.wish(wish) for wish in wishes])

    def joined(self, said: Sequence[str]) -> str:
        """Several things said in one message."""
        return str(phrases()["opening"]["joint"]).join(said)

    def critique(self, critiques: Sequence[Critique]) -> str:
        """Feedback on what was shown; several are comparatives of one card."""
        first = critiques[0]
        place = self.place(first.place)
        match first.sort:
            case Sort.UNIT:
                joint = str(phrases()["critique"]["and"])
                words = {
                    name: joint.join(self._scaled(one, name) for one in critiques) for name in ("more", "too")
                }
                if first.of_all:
                    return self._say("critique", "unit_all", **words)
                return self._say("critique", self.draw.choice(("unit", "too")), place=place, **words)
            case Sort.UNLIKE | Sort.LACKING:
                assert isinstance(first.about, Taste)
                value = self._value(first.about.value)
                asked = self._put(first.about.facet, value, want=first.sort is Sort.LACKING)
                key = "unlike_all" if first.of_all else str(first.sort)
                return self._say("critique", key, place=place, put=asked, value=value)

    def question(self, place: int, facet: Facet) -> str:
        """A question about what a card has of a facet."""
        kinds = {FacetKind.BOOLEAN: "boolean", FacetKind.NUMBER: "number", FacetKind.YEAR: "number"}
        return self._say("ask", kinds.get(facet.kind, "value"), place=self.place(place), label=facet.label)

    def changed(self, wish: Wish) -> str:
        """A change of mind."""
        asked = self._put(wish.condition.facet, wish.condition.values[0], want=True)
        return self._say("reaction", "change", put=asked)

    def react(self, how: str, **values: str) -> str:
        """One of the reactions."""
        return self._say("reaction", how, **values)

    def place(self, number: int) -> str:
        """A card's number in words, from 1."""
        names: list[str] = phrases()["places"]["names"]
        return names[min(number, len(names)) - 1]

    def typed(self, text: str) -> str:
        """The text as it is typed: now and then two letters change places, or one is lost or doubled."""
        slipped = " ".join(
            self._slip(word)
            if len(word) >= _LEAST_LETTERS and word.isalpha() and self.draw.random() < self.typing_error_rate
            else word
            for word in text.split(" ")
        )
        return slipped.lower() if self.careless else slipped

    def _slip(self, word: str) -> str:
        place = self.draw.randrange(1, len(word) - 1)
        match self.draw.randrange(3):
            case 0:
                return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
            case 1:
                return word[:place] + word[place + 1 :]
            case _:
                return word[:place] + word[place] + word[place:]

    def _facet(self, name: str) -> Facet:
        facet = self.catalogue.facet(name)
        assert facet is not None  # profiles are made of the catalogue's own facets
        return facet

    def _value(self, value: str) -> str:
        return in_other_words(value, self.draw) if self.draw.random() < self.loose_rate else value

    def _put(self, facet: str, value: str, *, want: bool) -> str:
        return str(self.draw.choice(put(facet, want=want))).format(value=value)

    def _scaled(self, critique: Critique, name: str) -> str:
        """What is wanted of a number ("more": cheaper) or is wrong with it ("too": too expensive)."""
        assert isinstance(critique.about, Leaning)
        facet, to_less = self._facet(critique.about.facet), critique.about.to_less
        scale = scale_of(facet)
        if name == "more":
            choices = scale.less if to_less else scale.more
        else:
            choices = scale.too_much if to_less else scale.too_little
        return str(self.draw.choice(choices)).format(label=facet.label)

    def _say(self, table: str, key: str, **values: str) -> str:
        return str(self.draw.choice(phrases()[table][key])).format(**values)


def _numbers(facet: Facet) -> str:
    if facet.role is FacetRole.PRICE:
        return "price"
    return "year" if facet.kind is FacetKind.YEAR else "number"


def _written(number: float, facet: Facet) -> str:
    """A number with its unit as people write it; a price without its currency, a year bare."""
    bare = facet.role is FacetRole.PRICE or facet.kind is FacetKind.YEAR
    return f"{number:g}" if bare or not facet.unit else f"{number:g} {facet.unit}"
