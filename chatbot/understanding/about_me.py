"""Questions about what we know of the person: all of it, what they liked when, why we think so, as a file.

In: a reading. Out: one act or none. The phrases and the spans of time are in the language's data file.
"""

from __future__ import annotations

from chatbot import acts
from chatbot.state import ITEM_KEY
from chatbot.understanding.mentions import ReferenceMention, TitleMention, ValueMention
from chatbot.understanding.reading import Reading
from generator.replies import ProfileTopic


def about_profile(reading: Reading) -> acts.AskProfile | None:
    """The question about the person's own profile that the utterance is, if it is one."""
    s = reading.sentence
    if s.has("export_known"):
        return acts.AskProfile(reading.text, ProfileTopic.EXPORT)
    if s.has("what_known"):
        return acts.AskProfile(reading.text, ProfileTopic.ALL)
    if s.has("think_so"):
        return acts.AskProfile(reading.text, ProfileTopic.WHY, _keys(reading))
    if s.has("what_liked"):
        return acts.AskProfile(reading.text, ProfileTopic.LIKED, (), _days(reading))
    return None


def _days(reading: Reading) -> tuple[float, float] | None:
    """The span of days ago that the words mean: "last week"."""
    tokens = reading.sentence.tokens
    return next((span for phrase, span in reading.ago if phrase.find(tokens)), None)


def _keys(reading: Reading) -> tuple[str, ...]:
    """Keys of what is spoken of, in every facet that has the words."""
    keys: list[str] = []
    for mention in reading.sentence.mentions:
        if isinstance(mention, ValueMention):
            keys += [f"{about.facet}={about.value.casefold()}" for about in mention.everywhere]
        elif isinstance(mention, (TitleMention, ReferenceMention)):
            keys += [f"{ITEM_KEY}{item}" for item in mention.items]
    known = {preference.key for preference in reading.situation.preferences}
    themes = [key for key in known if key.startswith("theme:") and key[6:] in reading.text.casefold()]
    return tuple(dict.fromkeys([*keys, *sorted(themes)]))
