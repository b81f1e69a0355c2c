"""What is said before, between and without items: what was heard, how many fit, questions, courtesies.

In: evidence. Out: sentences. Figures are the retriever's.
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.answers import verbs
from generator.labels import facet_named, phrases
from generator.reasons import broken_clause
from generator.replies import ItemEvidence, Question
from generator.speaker import Speaker
from generator.words import capital
from retriever.domain import TEXT_FACET, AnyOf, Constraint, Facet, FacetKind, FacetRole, Is, NoneOf

_OPTIONS = 4
_RELAXATIONS = 3
_ABOUT_HALF = 0.06  # of the whole: so near to a half, one says "halves"


def heard(speaker: Speaker) -> list[str]:
    """Answers to what the turn took back, set aside or judged, and to values that nothing has."""
    evidence = speaker.evidence
    told = []
    if evidence.remembered:
        told.append(speaker.say("recommend.remembered", titles=speaker.titles(evidence.remembered)))
    for said, read in evidence.misread:
        told.append(speaker.say("heard.misread", said=speaker.quote(said), read=speaker.quote(read)))
    if evidence.forgotten:
        labels = [_taken_back(constraint, speaker) for constraint in evidence.forgotten]
        labels = list(dict.fromkeys(labels))
        matter = speaker.words.text(f"heard.matters_{'one' if len(labels) == 1 else 'other'}")
        told.append(speaker.say("heard.forgotten", labels=speaker.words.join(labels), matter=matter))
    if evidence.parked:
        told.append(parked(speaker))
    if evidence.back:
        told.append(speaker.say("heard.back", labels=_in_own_words(evidence.back, speaker)))
    if evidence.new_likes:
        told.append(speaker.say("heard.liked", titles=speaker.titles(evidence.new_likes)))
    if evidence.new_dislikes:
        titles = speaker.titles(evidence.new_dislikes)
        are = verbs(len(evidence.new_dislikes), speaker)["are"]
        told.append(speaker.say("heard.disliked", titles=titles, Titles=capital(titles), are=are))
    if evidence.not_set:
        told.append(speaker.say("heard.not_set", quote=speaker.quote(evidence.not_set[0])))
    if evidence.missing:
        values = speaker.words.join([speaker.quote(value) for value in evidence.missing], "or")
        told.append(speaker.say("heard.missing", values=values, Values=capital(values)))
    return told


def parked(speaker: Speaker) -> str:
    """Names the wishes that were set aside, in the person's own words where there are some."""
    return speaker.say("heard.parked", labels=_in_own_words(speaker.evidence.parked, speaker))


def _in_own_words(constraints: Sequence[Constraint], speaker: Speaker) -> str:
    wishes = [speaker.quote(c.source.quote or speaker.label(c)) for c in constraints]
    return speaker.words.join(list(dict.fromkeys(wishes)))


def _taken_back(constraint: Constraint, speaker: Speaker) -> str:
    """ "the year" for a measure; the value itself for a choice ("“red”"), which has no better name."""
    facet = facet_named(constraint.facet, speaker.evidence.facets)
    match constraint.test:
        case Is():
            return speaker.words.text("heard.the_value", value=facet.label)
        case AnyOf(values) if facet.role is FacetRole.CATEGORY:
            return speaker.words.text("heard.the_value", value=speaker.words.join(values, "or"))
        case AnyOf(values) | NoneOf(values) if facet.name == TEXT_FACET or facet.kind is FacetKind.TAGS:
            return speaker.words.text("heard.the_value", value=speaker.words.join(values, "or"))
    return speaker.words.text("heard.the_label", label=facet.label)


def how_many(speaker: Speaker) -> str:
    """How many items fit, and which conditions they meet."""
    evidence = speaker.evidence
    if evidence.repeated:
        return speaker.say("recommend.repeated")
    conditions = speaker.conditions(evidence.active)
    number, noun = speaker.count(evidence.eligible, conditions)
    if not conditions.text and conditions.noun_other == speaker.nouns()[1]:
        return speaker.say("recommend.fit_all")
    shape = "bare" if not conditions.text else "be" if conditions.after_verb else "list"
    return capital(
        speaker.say(
            f"recommend.fit_{shape}",
            count=number,
            noun=noun,
            conditions=conditions.text,
            **verbs(evidence.eligible, speaker),
        )
    )


def noted(speaker: Speaker) -> str:
    """Acknowledges a turn after which nothing is shown."""
    told = heard(speaker)
    if speaker.evidence.heard:
        labels = [speaker.label(constraint) for constraint in speaker.evidence.heard]
        told.append(speaker.say("heard.noted", labels=speaker.words.join(labels)))
    return " ".join(told) if told else speaker.say("heard.nothing")


def ask(speaker: Speaker) -> str:
    """One question, with values that still divide what remains."""
    evidence = speaker.evidence
    told = heard(speaker)
    if evidence.question is None:
        return " ".join([*told, speaker.say("greet.hello", noun=speaker.nouns()[1])])
    question = whole_question(evidence.question, speaker)
    if evidence.eligible and evidence.active:
        number, noun = speaker.count(evidence.eligible, speaker.conditions(evidence.active))
        told.append(capital(speaker.say("ask.count", count=number, noun=noun)))
    options = [
        speaker.words.text("ask.option", value=value, count=str(count))
        for value, count in evidence.question.options[:_OPTIONS]
    ]
    path = "ask.options" if options else "ask.bare"
    told.append(speaker.say(path, question=question, options=speaker.words.join(options, "or")))
    return " ".join(told)


def whole_question(question: Question, speaker: Speaker) -> str:
    """The question for its facets: "What is it for, and which colour would you like?"."""
    first = question_about(question.facet, speaker)
    if question.also is None:
        return first
    second = question_about(question.also.facet, speaker)
    stop = speaker.words.text("ask.stop")
    return speaker.say("ask.both", first=first.rstrip(stop), second=second[:1].lower() + second[1:])


def question_about(facet: Facet, speaker: Speaker) -> str:
    """The question for a facet: "Which genre are you in the mood for?"."""
    table = phrases(facet, speaker.words)
    asks = table.get("asks") or speaker.words.listed("facets.number.asks")
    return str(speaker.draw.choice(tuple(asks))).format(label=facet.label)


def relax(speaker: Speaker) -> str:
    """Nothing fits: says which conditions, and what dropping each would bring."""
    evidence = speaker.evidence
    conditions = speaker.conditions(evidence.active)
    shape = "none_bare" if not conditions.text else "none" if conditions.after_verb else "none_list"
    told = heard(speaker)
    if evidence.repeated:
        # Something fits, but the person has refused or knows all of it.
        form = "others" if conditions.text and conditions.after_verb else "others_bare"
        told.append(speaker.say(f"relax.{form}", noun=conditions.noun_other, conditions=conditions.text))
    else:
        told.append(speaker.say(f"relax.{shape}", noun=conditions.noun_other, conditions=conditions.text))
    if evidence.nearest is not None:
        told.append(_nearest(evidence.nearest, speaker))
    offers = evidence.relaxations[:_RELAXATIONS]
    if not offers:
        return " ".join([*told, speaker.say("relax.stuck")])
    constraint, count = offers[0]
    label = speaker.words.text("relax.quoted_label", label=speaker.label(constraint))
    number = str(count)
    told.append(speaker.say("relax.one", label=label, count=number, are=verbs(count, speaker)["are"]))
    if len(offers) > 1:
        others = [
            speaker.say(
                "relax.more",
                label=speaker.words.text("relax.quoted_label", label=speaker.label(one)),
                count=str(n),
            )
            for one, n in offers[1:]
        ]
        stop = speaker.words.text("lists.stop")
        told[-1] = (
            told[-1].rstrip(stop) + speaker.words.text("relax.link") + speaker.words.join(others) + stop
        )
        told.append(speaker.say("relax.choose"))
    return " ".join(told)


def _nearest(one: ItemEvidence, speaker: Speaker) -> str:
    """The item that breaks least, and what it has in place of what was wished."""
    # A wish is among the broken ones as it was said and as it was tried without.
    told = (broken_clause(one.item, constraint, speaker) for constraint in one.broken)
    clauses = [clause for clause in dict.fromkeys(told) if clause]
    name = speaker.name(one.item)
    if not clauses:
        return speaker.say("relax.nearest_bare", name=name, Name=capital(name))
    return speaker.say("relax.nearest", name=name, Name=capital(name), clauses=speaker.clauses(clauses))


def effect_of(question: Question, speaker: Speaker) -> str:
    """What the commonest answer would leave, in counted items; empty where that is not known."""
    if not question.options or question.of <= 0:
        return ""
    value, count = max(question.options, key=lambda option: option[1])
    path = "ask.effect_half" if abs(count / question.of - 0.5) <= _ABOUT_HALF else "ask.effect"
    said = {"value": speaker.quote(value), "count": str(count), "of": str(question.of)}
    return capital(speaker.say(path, **said))


def courtesy(task: str, speaker: Speaker) -> str:
    """Greeting, thanks, small talk, handing over, declining, starting afresh; with examples to say."""
    noun, evidence = speaker.nouns()[1], speaker.evidence
    paths = {
        "greet": "greet.back" if evidence.remembered else "greet.hello",
        "thank": "thank.thanks",
        "chat": "chat.small",
        "decline": "decline.scope",
        "hand_over": "hand_over.contact" if evidence.contact else "hand_over.none",
        "unmeasured": "unknown.unmeasured",
    }
    asked, titles = speaker.quote(evidence.asked_value), speaker.titles(evidence.remembered)
    path = paths.get(task, "restart.fresh")
    told = [speaker.say(path, noun=noun, contact=evidence.contact, asked=asked, titles=titles)]
    if task == "hand_over" and evidence.active:
        wishes = [speaker.quote(speaker.label(constraint)) for constraint in evidence.active]
        told.append(speaker.say("hand_over.wishes", labels=speaker.words.join(wishes)))
    if evidence.examples and task in ("greet", "decline", "chat"):
        examples = speaker.words.join([speaker.quote(e) for e in speaker.evidence.examples[:3]], "or")
        table = "greet" if task == "chat" else task
        told.append(speaker.say(f"{table}.examples", examples=examples))
    return " ".join(told)
