"""From wishes to screens, without a browser."""

from __future__ import annotations

from typing import Any

import pytest
from fakes import LAMPS, fake_parley

from ui.page import browser_secret
from ui.screen import BROKEN, Screen, Visit, acted, opened
from ui.wishes import Begin, Judge, Say, TakeBack, read_wish


def begun(parley: Any) -> dict[str, str]:
    screen = opened(parley, {})
    assert screen.visit is not None
    return screen.visit.as_json()


def played(parley: Any, kept: object, wish: Any) -> Screen:
    """The parts as they stand after a wish."""
    whole: dict[str, Any] = {}
    for screen in acted(parley, kept, wish):
        whole |= {n: v for n in Screen.__dataclass_fields__ if (v := getattr(screen, n)) is not None}
    return Screen(**whole)


def test_an_empty_page_has_three_openings(parley):
    screen = opened(parley, None)
    assert screen.live is not None
    assert screen.live.count('data-act="say"') == 3


def test_a_page_opens_with_a_catalogue_in_its_own_language_if_there_is_one(parley):
    assert parley.chatbot.restore(opened(parley, {}).visit.session).catalogue == "lamps"
    parley.chatbot.foreign = {"lamps"}
    assert parley.chatbot.restore(opened(parley, {}).visit.session).catalogue == "teas"
    parley.chatbot.foreign = {"lamps", "teas"}
    assert parley.chatbot.restore(opened(parley, {}).visit.session).catalogue == "lamps"


def test_without_a_catalogue_the_page_says_what_to_run(tmp_path):
    screen = opened(fake_parley(tmp_path, {}), {"session": "gone"})
    assert "parley ingest --demo" in str(screen.live)


@pytest.mark.parametrize(
    "kept", [None, 7, [], {"session": 3}, {"session": "x" * 9999}, {"session": "unknown"}, "text"]
)
def test_whatever_the_browser_kept_a_page_opens(parley, kept):
    screen = opened(parley, kept)
    assert screen.visit is not None
    assert screen.visit.session in parley.chatbot.talks


def test_a_message_streams_and_ends_with_cards_and_quick_replies(parley):
    kept = begun(parley)
    screens = list(acted(parley, kept, Say("something warm under 60"), clock=iter(range(9999)).__next__))
    live = [screen.live for screen in screens if screen.live is not None]
    assert len(live) > 5
    assert "data-busy" in live[0]
    assert "data-busy" not in live[-1]
    assert live[-1].count('class="pl-card"') == 3
    assert "pl-quicks" in live[-1]
    assert screens[0].clears_message


def test_text_is_not_redrawn_more_often_than_a_page_can_show(parley):
    kept = begun(parley)
    slow = list(acted(parley, kept, Say("warm"), clock=lambda: 0.0))
    assert len(slow) < 8


def test_a_like_ranks_again_and_marks_the_card_above(parley):
    kept = begun(parley)
    played(parley, kept, Say("something warm"))
    after = played(parley, kept, Judge("L2", True))
    assert "You like Paper Moon Lamp" in str(after.live)
    assert "is-liked" in str(after.thread)
    assert "Paper Moon Lamp" in str(after.panel)


def test_a_removed_chip_runs_again(parley):
    kept = begun(parley)
    assert "price under €60" in str(played(parley, kept, Say("under 60")).panel)
    after = played(parley, kept, TakeBack("price"))
    assert "price under" not in str(after.panel)
    assert "Without “price under €60”" in str(after.live)


def test_a_reload_shows_the_same_conversation(parley):
    kept = begun(parley)
    done = played(parley, kept, Say("something warm"))
    again = opened(parley, kept)
    assert again.live == done.live
    assert again.panel == done.panel
    assert again.visit == Visit.read(kept)


def test_another_catalogue_is_another_conversation(parley):
    kept = begun(parley)
    screen = played(parley, kept, Begin("teas"))
    assert screen.visit is not None
    assert screen.visit.session != kept["session"]
    assert "teas" in str(screen.live)


def test_a_new_conversation_stays_in_its_catalogue(parley):
    kept = played(parley, begun(parley), Begin("teas")).visit
    assert kept is not None
    assert "teas" in str(played(parley, kept.as_json(), Begin()).live)


def test_a_conversation_that_is_gone_goes_on_as_a_new_one(parley):
    screen = played(parley, {"session": "gone"}, Say("something warm"))
    assert screen.visit is not None
    assert "pl-card" in str(screen.live)


def test_an_error_of_ours_is_shown_as_its_sentence(parley):
    screen = played(parley, begun(parley), Begin("nowhere"))
    assert "no catalogue &#x27;nowhere&#x27; is loaded" in str(screen.live)


def test_an_unexpected_fault_neither_shows_nor_logs_what_was_said(parley, caplog):
    parley.chatbot.fault = RuntimeError("canary-4711 secret words")
    screen = played(parley, begun(parley), Say("canary-4711"))
    assert BROKEN in str(screen.live)
    assert "data-busy" not in str(screen.live)
    assert "canary-4711" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_two_visitors_do_not_meet(parley):
    one, two = begun(parley), begun(parley)
    played(parley, one, Say("something warm under 60"))
    assert "€60" not in str(opened(parley, two).panel)
    assert "pl-card" not in str(opened(parley, two).live)


@pytest.mark.parametrize(
    ("data", "wish"),
    [
        ({"act": "like", "item": "L1"}, Judge("L1", True)),
        ({"act": "unlike", "item": "L1"}, Judge("L1", False)),
        ({"act": "unjudge", "item": "L1"}, Judge("L1", None)),
        ({"act": "remove", "key": "price"}, TakeBack("price")),
        ({"act": "say", "text": "hello"}, Say("hello")),
        ({"act": "new"}, Begin()),
        ({"act": "catalogue", "name": "teas"}, Begin("teas")),
        ({"act": "like"}, None),
        ({"act": "like", "item": 7}, None),
        ({"act": ["like"], "item": "L1"}, None),
        ({"act": "say", "text": "x" * 9999}, None),
        ({"act": "drop tables"}, None),
        ("like", None),
        (None, None),
        ([1, 2], None),
    ],
)
def test_only_what_our_page_sends_is_a_wish(data, wish):
    assert read_wish(data) == wish


def test_the_browsers_key_is_made_once_and_is_its_owners(tmp_path):
    path = tmp_path / "new" / "browser-secret"
    first = browser_secret(path)
    assert browser_secret(path) == first
    assert len(first) == 32
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_is_made_anew(tmp_path):
    path = tmp_path / "browser-secret"
    path.write_text("")
    assert len(browser_secret(path)) == 32


def test_the_fake_has_more_lamps_than_one_answer_shows():
    assert len(LAMPS) > 3
