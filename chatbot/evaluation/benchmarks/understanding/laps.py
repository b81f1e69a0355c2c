"""LAPS: what a session's person prefers, against what the profile and the conditions hold at its end.

In: its sessions and a reader for each domain. Out: a `SetRun` for each split, with F1 at value level.

Gold: the values of `COUNTED` categories, those aside that say that there is nothing ("no allergies"). Held:
values of conditions, exclusions and interests, or the words that they were said in; free themes; titles of
items liked, disliked or asked for the like of. Both as sets of content stems: words without small words,
without what all items are called and without words of liking. A held value is a gold one when one's stems
contain the other's, and the smaller set has at least a third as many as the larger, so that a long sentence
that happens to have the word in it is none. A held value that means one of another category, or the session's
task ("dinner"), is neither right nor wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from chatbot.evaluation.benchmarks.understanding.published import Conversation, Reader, Rows, SetRun, Tally
from chatbot.state import DialogueState
from chatbot.understanding.tokens import words_of
from chatbot.understanding.words import Language, Stems, load_language
from retriever.catalogue import Catalogue
from retriever.domain import AnyOf, Between, NoneOf, OfFacet, OfItem, OfTheme, Outside

COUNTED: Mapping[str, tuple[str, ...]] = {
    "movie": (
        "genre_preferences_like",
        "genre_preferences_dislike",
        "movie_like",
        "movie_dislike",
        "actor_like",
        "actor_dislike",
        "cultural_preferences_like",
        "cultural_preferences_dislike",
        "frequently_watched",
        "seasonal_themes",
        "release_period_preferences",
        "content_restrictions",
        "companion_preferences_like",
        "companion_preferences_dislike",
    ),
    "recipe": (
        "dish_like",
        "dish_dislike",
        "ingredient_like",
        "ingredient_dislike",
        "ingredient_availability",
        "cuisine_like",
        "cuisine_dislike",
        "diet_requirements",
        "allergies",
        "health_goals",
        "seasonal_ingredients",
        "companion_preferences_like",
        "companion_preferences_dislike",
    ),
}
LEAST_SHARE = 1 / 3  # of the larger set's stems that the smaller has
_SAID_NOTHING = frozenset({"no", "none", "not", "any", "without", "nothing"})
# What a preference is called rather than what it is of: these tell no two apart.
_CALLED = (
    "movie movies film films food foods recipe recipes dish dishes meal meals cooking cook theme themes "
    "themed genre style kind type flavour flavor prefer prefers preference preferences avoid allergy "
    "allergies allergic dislikes likes enjoys specific particular restrictions requirements directed "
    "starring actor similar user"
)

VALUES = (
    "F1 of values a session: gold values of the categories that count, against what profile and conditions "
    "hold after the last turn; the same if the content stems of one contain those of the other, which has at "
    "least a third as many"
)
SPOKEN = (
    "the same, gold values without a stem in common with the person's own words left out: "
    "they were put in the assistant's or the annotators' words"
)


class Matching:
    """Texts as content stems, and when two are the same."""

    def __init__(self, language: Language) -> None:
        self._stems = Stems(language.stemmer)
        small = [*language.filler.words, *_CALLED.split(), *_SAID_NOTHING]
        small += [
            word
            for name in ("love", "like_item")
            for phrase in language.cues[name]
            for word in phrase.split()
        ]
        self._small = frozenset(self._stems(word) for word in small)

    def of(self, text: str) -> frozenset[str]:
        """Content stems; empty for a text of small words."""
        words = (part for word in words_of(text) for part in word.split("-"))
        stems = (self._stems(word) for word in words if word and word[0].isalnum())
        return frozenset(stem for stem in stems if stem not in self._small)

    def says_nothing(self, text: str) -> bool:
        """ "No allergies", "none in particular": that there is no preference."""
        words = words_of(text)
        return bool(words) and (words[0] in _SAID_NOTHING and not self.of(text))


def same(one: frozenset[str], other: frozenset[str]) -> bool:
    """One holds all stems of the other, which has at least a third of them."""
    smaller, larger = sorted((one, other), key=len)
    return bool(smaller) and smaller <= larger and len(smaller) >= LEAST_SHARE * len(larger)


def held_by(state: DialogueState, catalogue: Catalogue) -> list[tuple[str, ...]]:
    """What is known of the person's taste: each thing as the catalogue has it and as the person said it."""
    found: list[tuple[str, ...]] = []
    for constraint in state.constraints:
        match constraint.test:
            case AnyOf(values) | NoneOf(values):
                found.append((*values, constraint.source.quote))
            case Between() | Outside():
                found.append((constraint.source.quote,))
            case _:
                found.append((constraint.facet.replace("_", " "), constraint.source.quote))
    for preference in state.profile.short_term:
        match preference.about:
            case OfFacet(_, value):
                found.append((value, preference.source.quote))
            case OfTheme(words):
                found.append((words,))
            case OfItem(item):
                found.append((catalogue.item(item).title,))
    items = (*state.anchors, *state.liked, *state.disliked)
    return list(dict.fromkeys((*found, *((catalogue.item(item).title,) for item in items))))


def measure(
    rows: Rows, readers: Mapping[str, Reader], *, tell: Callable[[str, int, int], None] | None = None
) -> tuple[SetRun, ...]:
    """Each split of the file by itself. `readers`: by the sessions' `domain`; other sessions are left out."""
    splits: dict[str, _Counted] = {}
    matching = Matching(load_language("en"))
    for number, session in enumerate(rows.dialogues, start=1):
        counted = splits.setdefault(str(session["split"]), _Counted(matching))
        reader = readers.get(str(session["domain"]))
        if reader is None:
            counted.left_out[f"sessions about {session['domain']}"] += 1
        else:
            counted.session(session, Conversation(reader))
        if tell is not None:
            tell("laps", number, len(rows.dialogues))
    return tuple(
        SetRun(
            f"laps {split}",
            rows.digest,
            (counted.values.figure(), counted.spoken.figure()),
            tuple(counted.left_out.most_common()),
        )
        for split, counted in sorted(splits.items())
    )


class _Counted:
    """The tallies of one split while sessions are read."""

    def __init__(self, matching: Matching) -> None:
        self._matching = matching
        self.values = Tally("values", VALUES)
        self.spoken = Tally("values in own words", SPOKEN)
        self.left_out: Counter[str] = Counter()

    def session(self, session: Mapping[str, Any], talk: Conversation) -> None:
        """Read a whole session, then compare."""
        said: list[str] = []
        for turn in session["turns"]:
            if turn["speaker"] == "user" and turn["text"].strip():
                talk.hears(turn["text"])
                said.append(turn["text"])
        domain = str(session["domain"])
        wanted, others = self._gold(domain, session["preferences"])
        others.append(self._matching.of(str(session.get("task_setting") or "")))
        held = {
            texts[0]: [self._matching.of(text) for text in texts]
            for texts in held_by(talk.state, talk.catalogue)
        }
        words = self._matching.of(" ".join(said))
        self._count(self.values, domain, wanted, others, held)
        spoken = [(category, value, stems) for category, value, stems in wanted if stems & words]
        unspoken = [stems for _, _, stems in wanted if not stems & words]
        self._count(self.spoken, domain, spoken, [*others, *unspoken], held)

    def _gold(
        self, domain: str, preferences: Mapping[str, Any]
    ) -> tuple[list[tuple[str, str, frozenset[str]]], list[frozenset[str]]]:
        """Values that count, each set of stems once; and the stems of the others."""
        wanted: dict[frozenset[str], tuple[str, str]] = {}
        others: list[frozenset[str]] = []
        for category, told in preferences.items():
            for value in [told] if isinstance(told, str) else told:
                stems = self._matching.of(str(value))
                if not stems:
                    self.left_out["values that say nothing is preferred, or have small words only"] += 1
                elif category in COUNTED.get(domain, ()):
                    wanted.setdefault(stems, (category, str(value)))
                else:
                    self.left_out[f"category {category}"] += 1
                    others.append(stems)
        return [(category, value, stems) for stems, (category, value) in wanted.items()], others

    def _count(
        self,
        tally: Tally,
        domain: str,
        wanted: Iterable[tuple[str, str, frozenset[str]]],
        others: Iterable[frozenset[str]],
        held: Mapping[str, Sequence[frozenset[str]]],
    ) -> None:
        tally.begin_dialogue()
        gold = list(wanted)
        tally.instances += len(gold)
        for category, value, stems in gold:
            if any(same(stems, one) for ways in held.values() for one in ways):
                tally.right(f"{domain} {category}")
            else:
                tally.miss(f"{domain} {category}", f"{domain} {category}: {value}")
        known = [*(stems for _, _, stems in gold), *others]
        for text, ways in held.items():
            if any(ways) and not any(same(stems, one) for stems in ways for one in known):
                tally.alarm(f"{domain} held", f"{domain}: {text}")
