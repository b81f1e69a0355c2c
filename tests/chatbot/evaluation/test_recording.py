"""A conversation that was held becomes a script that holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.evaluation.outcomes import Status
from chatbot.evaluation.reading import read_scripts
from chatbot.evaluation.recording import CannotRecord, script_of
from chatbot.evaluation.runner import perform, prepare
from chatbot.evaluation.stage import START, Stage
from chatbot.sessions import Session, hashed
from chatbot.state import DialogueState
from retriever.domain import OfFacet, Preference, Source, SourceKind


def held(stage: Stage) -> Session:
    """A conversation with words and every kind of click."""
    stage.begin("a real one")
    chatbot = stage.chatbot
    session = chatbot.start("shop")
    first = stage.finish(chatbot.reply(session, "waterproof jackets under 150, ideally green"))
    liked, other = first.cards[0].item_id, first.cards[1].item_id
    stage.finish(chatbot.feedback(session, liked, True))
    stage.finish(chatbot.feedback(session, other, False))
    stage.finish(chatbot.feedback(session, liked, None))
    chatbot.click(session, other)
    last = stage.finish(chatbot.reply(session, "cheaper"))
    stage.finish(chatbot.remove(session, next(c.key for c in last.chips if "green" in c.label)))
    stage.finish(chatbot.reply(session, "what is the lightest jacket?"))
    return stage.session(session)


def test_a_recorded_conversation_passes_as_a_script(stage: Stage, tmp_path: Path):
    path = tmp_path / "recorded.yaml"
    path.write_text(script_of(held(stage), "as it was"), encoding="utf-8")
    (written,) = read_scripts(path)
    steps = written.script.turns
    assert steps[0].user == "waterproof jackets under 150, ideally green"
    assert [bool(s.like) for s in steps] == [False, True, False, False, False, False, False, False]
    assert steps[2].dislike is not None
    assert steps[3].unjudge is not None
    assert steps[4].click is not None
    assert steps[6].remove is not None
    assert steps[0].expect is not None
    assert steps[0].expect.constraints is not None
    assert "soft colour = green" in (steps[0].expect.constraints.exactly or [])
    (rehearsed,) = prepare(written, stage)
    outcome = perform(rehearsed, stage)
    assert [failure for failure in outcome.failures] == []
    assert outcome.status is Status.PASSED


def test_a_returning_persons_conversation_is_recorded_with_what_was_known(stage: Stage, tmp_path: Path):
    stage.begin("came back")
    lasting = Preference(
        OfFacet("genres", "horror"), -0.6, Source(SourceKind.QUOTE, 2, "no horror"), at=START
    )
    stage.remember("somebody", "films", [lasting])
    session = stage.chatbot.start("films", "somebody")
    stage.finish(stage.chatbot.reply(session, "something scary"))
    path = tmp_path / "recorded.yaml"
    path.write_text(script_of(stage.session(session), "back again"), encoding="utf-8")
    (written,) = read_scripts(path)
    (known,) = written.script.history
    assert (known.dislikes, known.weight, known.days_ago) == ("genres = horror", 0.6, 0)
    (rehearsed,) = prepare(written, stage)
    assert perform(rehearsed, stage).status is Status.PASSED


def test_what_cannot_be_repeated_is_refused():
    with pytest.raises(CannotRecord, match="no turns yet"):
        script_of(Session("shop", DialogueState()), "empty")


def test_conversations_are_listed_by_number_and_found_by_it(stage: Stage):
    stage.begin("listing")
    secrets = [stage.chatbot.start("shop") for _ in range(3)]
    stage.finish(stage.chatbot.reply(secrets[0], "tents"))
    notes = stage.store.latest(10)
    assert {note.key for note in notes} == {hashed(secret) for secret in secrets}
    assert sorted(note.turns for note in notes) == [0, 0, 1]
    (one,) = stage.store.latest(10, hashed(secrets[1])[:12])
    assert one.key == hashed(secrets[1])
    assert stage.store.latest(10, "%") == []
