"""The parts of a sentence that can be checked by value: figures, and who or what stands in which relation.

In: a sentence. Out: what is wrong with it, in words for counters and tests. Used by grounding only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from generator.labels import phrases
from generator.replies import Evidence
from generator.words import Words
from retriever.catalogue import values_of
from retriever.domain import Facet, FacetKind, FacetRole, Item

_NUMBER = re.compile(r"(?P<before>[€$£¥]?)\s?(?P<number>\d+(?:[.,]\d+)*)\s?(?P<after>[^\W\d]+|°C|[€$£%])?")
_NAME = r"(?:the\s+)?[A-ZÀ-Þ][\w'’.-]*(?:\s+(?:[A-ZÀ-Þ][\w'’.-]*|(?:van|von|del|de|da|la|le|di|bin|al)\b))*"
# English links names by "and" and commas; elsewhere only the first name after a cue is looked at.
_NAMES = rf"(?P<names>{_NAME}(?:(?:,\s+and\s+|,\s+|\s+and\s+){_NAME})*)"
_LINK = re.compile(r",\s+and\s+|,\s+|\s+and\s+")
_CLOSE = 1e-6
_ROUNDED = 0.005  # of the larger unit: it is written with two decimals at most
_DENIAL_WORDS = 2  # between a negation and the relation that it denies
# 60 minutes an hour, 1000 g a kilogram: figures may be written in the larger unit.
_LARGER = {"h": ("min", 60.0), "kg": ("g", 1000.0)}


class Figures:
    """The figures of some records, by unit, and those that their texts hold."""

    def __init__(
        self, items: Sequence[Item], evidence: Evidence, descriptions: Sequence[str], words: Words
    ) -> None:
        self._by_unit: dict[str, set[float]] = {}
        for item in items:
            for facet in evidence.facets:
                value = item.facets.get(facet.name)
                if isinstance(value, float | int) and not isinstance(value, bool):
                    self._by_unit.setdefault(_unit(facet), set()).add(float(value))
        texts = [*(item.title for item in items), *descriptions]
        texts += [v for item in items for value in item.facets.values() for v in values_of(value)]
        texts += [title for one in evidence.items for title in one.anchor_titles]
        # A figure of a text keeps the word after it: "two of 1200 soldiers" supports no price of 1200.
        found = [match for text in texts for match in _NUMBER.finditer(text)]
        self._told = {(match["number"], (match["after"] or "").casefold()) for match in found}
        self._plain = {number for number, after in self._told}
        units = words.get("grounding.units") or {}
        self._units = {word: unit for unit, forms in units.items() for word in forms}
        self._measuring: dict[str, list[str]] = words.get("grounding.measuring") or {}
        self._comparators = {
            word: side for side, forms in (words.get("grounding.comparators") or {}).items() for word in forms
        }

    def wrong(self, sentence: str) -> list[str]:
        """Figures that no record has, or that have another unit or the wrong side of a comparison."""
        return [
            f"gives {match.group().strip()!r}"
            for match in _NUMBER.finditer(self._without_hours(sentence))
            if not self._supported(match, sentence)
        ]

    def removed(self, sentence: str) -> str:
        """The sentence without figures, their units, and the comparing words before them."""
        cues = "|".join(re.escape(word) for word in sorted(self._comparators, key=len, reverse=True))
        leading = rf"(?:\b(?:{cues})\s+)?" if cues else ""
        return re.sub(leading + _NUMBER.pattern, self._unit_only, self._without_hours(sentence))

    def _unit_only(self, match: re.Match[str]) -> str:
        """Nothing in place of a figure with its unit; a word that is no unit stays."""
        after = match["after"] or ""
        return " " if after.casefold() in self._units else f" {after} "

    def _without_hours(self, sentence: str) -> str:
        """The sentence with "1 h 37 min" written as minutes."""
        return re.sub(r"(\d+) h (\d+) min", lambda m: f"{int(m[1]) * 60 + int(m[2])} min", sentence)

    def _supported(self, match: re.Match[str], sentence: str) -> bool:
        written, after = match["number"], (match["after"] or "").casefold()
        if (written, after) in self._told:
            return True
        value = _value(written)
        unit = self._units.get(match["before"]) or self._units.get(after, "")
        near = _CLOSE
        if unit in _LARGER and unit not in self._by_unit:
            unit, factor = _LARGER[unit][0], _LARGER[unit][1]
            value *= factor
            # 2,672 g are written as 2.67 kg, and 1,204 as 1.2; "3 kg" would be another claim.
            near = factor * _ROUNDED if "." in written else _CLOSE
        own = self._by_unit.get(unit, set())
        if unit and not self._measured_so(unit, sentence[: match.start()]):
            return False
        if unit:
            return self._holds(value, own, self._side(match, sentence), near)
        years, bare = self._by_unit.get("year", set()), self._by_unit.get("", set())
        side = self._side(match, sentence)
        if side and 1000 <= value <= 2999 and "." not in written:
            return self._holds(value, years, side, _CLOSE)
        if side in ("below", "before"):
            return False
        plain = written in self._plain and not after
        return plain or any(abs(value - known) < _CLOSE for known in years | bare)

    def _measured_so(self, unit: str, head: str) -> bool:
        """Whether the verb before a figure, if it speaks of one measure only, speaks of this one."""
        words = head.casefold().split()
        units = next((self._measuring[w] for w in reversed(words[-4:]) if w in self._measuring), None)
        return units is None or unit in units

    def _side(self, match: re.Match[str], sentence: str) -> str:
        head = sentence[: match.start()].casefold().rstrip()
        found = [word for word in self._comparators if re.search(rf"(?<!\w){re.escape(word)}$", head)]
        return self._comparators[max(found, key=len)] if found else ""

    @staticmethod
    def _holds(value: float, own: Iterable[float], side: str, near: float) -> bool:
        match side:
            case "below" | "before":
                return any(known < value + _CLOSE for known in own)
            case "above":
                return any(known > value - _CLOSE for known in own)
            case _:
                return any(abs(known - value) <= near for known in own)


def _unit(facet: Facet) -> str:
    if facet.kind is FacetKind.YEAR or facet.role is FacetRole.YEAR:
        return "year"
    return facet.unit.upper() if facet.role is FacetRole.PRICE else facet.unit.casefold()


def _value(written: str) -> float:
    """ "1,299.00" or "89" as a number; a comma before three digits only groups."""
    plain = re.sub(r",(?=\d{3}(?:\D|$))", "", written).replace(",", ".")
    return float(plain) if plain.count(".") < 2 else float("nan")


class Relations:
    """Which names may follow "directed by", "starring", "from"."""

    def __init__(
        self, items: Sequence[Item], facets: Sequence[Facet], descriptions: Sequence[str], words: Words
    ) -> None:
        tables = words.get("facets")
        keys = {id(table): key for key, table in tables.items()}
        self._by_key: dict[str, list[str]] = {}
        for facet in facets:
            key = keys.get(id(phrases(facet, words)), "")
            for item in items:
                self._by_key.setdefault(key, []).extend(values_of(item.facets.get(facet.name)))
        self._relations: dict[str, list[str]] = words.get("grounding.relations") or {}
        self._negations = set(words.listed("grounding.negations"))
        self._texts = [*descriptions, *(item.title for item in items)]

    def wrong(self, sentence: str) -> list[str]:
        """Names that stand in a relation which the record gives to another, or to nobody."""
        return [
            f"{cue} {name!r}"
            for cue in self._relations
            for match in re.finditer(rf"(?<!\w){re.escape(cue)}\s+{_NAMES}", sentence)
            for name in _LINK.split(match["names"].rstrip("."))
            if not self._stands(cue, name, match.group().rstrip("."), sentence[: match.start()])
        ]

    def _stands(self, cue: str, name: str, whole: str, head: str) -> bool:
        if any(whole in text for text in self._texts):
            return True
        # "Robert Downey Jr." keeps its point inside a sentence, and shares it at the end.
        allowed = [v.rstrip(".") for key in self._relations[cue] for v in self._by_key.get(key, ())]
        bare = name.removeprefix("the ").rstrip(".")
        own = bare in allowed or any(bare in value.split() for value in allowed)
        denied = self._negations & set(re.findall(r"[\w'’]+", head.casefold())[-_DENIAL_WORDS:])
        return not own if denied else own
