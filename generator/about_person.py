"""What is known of the person, said in plain words; why it is thought so; how to get it; what was liked when.

In: evidence with `about_person`. Out: sentences, in which whatever is believed comes with no more certainty
than it has: what was said apart from what is only inferred.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from generator.replies import AboutPerson, KnownThing, ProfileTopic
from generator.speaker import Speaker

_MOST = 6  # of one sort in one sentence; the panel lists all
_WHY = 3


def about_person(speaker: Speaker) -> str:
    """The answer to a question about what is known of the person."""
    about = speaker.evidence.about_person or AboutPerson(ProfileTopic.ALL)
    match about.topic:
        case ProfileTopic.ALL:
            return _everything(about, speaker)
        case ProfileTopic.LIKED:
            return _liked(about, speaker)
        case ProfileTopic.WHY:
            told = [why(one, speaker) for one in about.things[:_WHY]]
            return " ".join(told) if told else speaker.say("person.why_nothing")
        case ProfileTopic.EXPORT:
            return speaker.say("person.export")
        case never:
            assert_never(never)


def _everything(about: AboutPerson, speaker: Speaker) -> str:
    told = []
    said = [one for one in about.things if one.explicit]
    for path, things in (
        ("likes", [one for one in said if one.liked]),
        ("dislikes", [one for one in said if not one.liked]),
        ("guesses", [one for one in about.things if not one.explicit and one.liked]),
        ("guesses_not", [one for one in about.things if not one.explicit and not one.liked]),
    ):
        if things:
            told.append(speaker.say(f"person.{path}", things=_names(things, speaker)))
    hard = [speaker.quote(speaker.label(one)) for one in speaker.evidence.active]
    if hard:
        told.append(speaker.say("person.wishes", labels=speaker.words.join(list(dict.fromkeys(hard)))))
    if about.mentioned:
        labels = [
            speaker.quote(label if wished else speaker.words.text("person.without", label=label))
            for label, wished in about.mentioned[-_MOST:]
        ]
        told.append(speaker.say("person.mentioned", labels=speaker.words.join(labels)))
    if about.replaced:
        labels = [speaker.quote(label) for label in about.replaced[:_MOST]]
        told.append(speaker.say("person.replaced", labels=speaker.words.join(labels)))
    if not told:
        return speaker.say("person.nothing")
    return " ".join([*told, speaker.say("person.yours")])


def _liked(about: AboutPerson, speaker: Speaker) -> str:
    if not about.things and not about.others:
        return speaker.say("person.liked_nothing")
    if not about.things:
        nothing = speaker.say("person.liked_not_then")
        return f"{nothing} {speaker.say('person.liked_else', things=_names(about.others, speaker))}"
    path = "liked_then" if about.when else "liked"
    told = speaker.say(f"person.{path}", things=_names(about.things, speaker))
    if about.when and about.others:
        told += f" {speaker.say('person.liked_else', things=_names(about.others, speaker))}"
    return told


def why(thing: KnownThing, speaker: Speaker) -> str:
    """What makes us think so: the person's own words or what they did, and when."""
    origin = thing.origin if thing.origin in _ORIGINS else "earlier"
    if thing.quote and origin in ("quote", "review", "asked"):
        origin = f"{origin}_words"
    return speaker.say(
        f"person.why_{origin}",
        label=_name(thing, speaker),
        quote=speaker.quote(thing.quote),
        when=speaker.words.text(f"person.ago_{_ago(thing)}", days=str(round(thing.days))),
    )


_ORIGINS = ("quote", "click", "implicit", "rating", "review", "search", "event", "asked")


def _ago(thing: KnownThing) -> str:
    if thing.now:
        return "now"
    return "today" if thing.days < 0.5 else "one" if thing.days < 1.5 else "days"


def _name(thing: KnownThing, speaker: Speaker) -> str:
    return speaker.spoken(thing.label) if thing.is_item else speaker.quote(thing.label)


def _names(things: Sequence[KnownThing], speaker: Speaker) -> str:
    return speaker.words.join([_name(one, speaker) for one in things[:_MOST]])
