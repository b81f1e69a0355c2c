"""What is known of a person at the doors: API, page and command line."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import LAMPS, FakeChatbot
from test_markup import ATTACKS, Elements

from chatbot.profile.evolution import Point, Series
from chatbot.profile.insight import Insight
from chatbot.profile.knowledge import Belief, Change, Knowledge
from ui import profiles
from ui.known import known_panel
from ui.markup import visible
from ui.profile_chart import chart
from ui.screen import acted, opened
from ui.wishes import Say, Weigh, read_wish


def belief(text: str, weight: float = 0.8, *, explicit: bool = True) -> Belief:
    return Belief(
        text, text, "value", "tags", weight, 1.0, True, explicit, "quote", text, text, 1, 0.0, 0.0, 1
    )


def series(text: str, *weights: float) -> Series:
    return Series(text, text, "tags", tuple(Point(1, n, 0.0, w) for n, w in enumerate(weights, start=1)))


# --- the API ------------------------------------------------------------------------------------------


def begun(client) -> str:
    session = client.post("/api/v1/sessions", json={"catalogue": "lamps"}).json()["session"]
    client.post(f"/api/v1/sessions/{session}/messages", json={"text": "something warm"})
    return session


def test_all_that_is_known_is_exported_as_a_file(client):
    answer = client.get(f"/api/v1/sessions/{begun(client)}/profile")
    assert answer.headers["cache-control"] == "no-store"
    assert "attachment" in answer.headers["content-disposition"]
    (one,) = answer.json()["beliefs"]
    assert (one["label"], one["quote"], one["explicit"]) == ("warm", "warm", True)


def test_its_course_is_told_and_a_weight_is_set(client):
    session = begun(client)
    (one,) = client.get(f"/api/v1/sessions/{session}/profile/evolution").json()["series"]
    assert (one["label"], len(one["points"])) == ("warm", 1)
    turn = client.post(f"/api/v1/sessions/{session}/profile", json={"key": "tags=warm", "weight": -1}).json()
    assert turn["acts"][0]["intent"] == "adjust"
    assert client.get(f"/api/v1/sessions/{session}/profile").json()["beliefs"] == []


@pytest.mark.parametrize(
    "body", [{"key": "a", "weight": 2}, {"key": "a"}, {"weight": 1}, {"key": "", "weight": 1}]
)
def test_a_weight_that_is_none_is_refused(client, body):
    assert client.post(f"/api/v1/sessions/{begun(client)}/profile", json=body).status_code == 422


def test_of_nobodys_conversation_nothing_is_told(client):
    for address in ("profile", "profile/evolution"):
        assert client.get(f"/api/v1/sessions/nobody/{address}").status_code == 404


# --- the page -----------------------------------------------------------------------------------------


def shown(text: str) -> Elements:
    known = Knowledge(
        (belief(text),),
        (belief(text),),
        (belief(text),),
        (Change(text, text, 1.0, -1.0, text, text, 0.0, 0.0),),
    )
    return Elements(known_panel(Insight(known, (series(text, 0.1, 0.2),)), ""))


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_known_shows_an_attack_as_text(attack: str):
    seen, plain = shown(attack), shown("warm")
    assert seen.tags == plain.tags
    assert [name for name, _ in seen.attributes] == [name for name, _ in plain.attributes]
    assert seen.text.count(visible(attack)) == plain.text.count("warm")


def test_each_belief_can_be_weighed_and_forgotten_and_all_of_it_saved():
    markup = known_panel(Insight(Knowledge((belief("warm", -0.9),))), "abc")
    assert 'data-act="weigh" data-key="warm"' in markup
    assert '<option value="-1" selected>' in markup
    assert 'data-act="remove" data-key="warm"' in markup
    assert 'href="/api/v1/sessions/abc/profile"' in markup


def test_what_is_only_inferred_is_marked_so():
    assert "inferred" in known_panel(Insight(Knowledge((belief("warm", explicit=False),))), "")
    assert "inferred" not in known_panel(Insight(Knowledge((belief("warm"),))), "")


def test_a_drawing_has_its_words_and_its_table():
    drawn = chart([series("warm", 0.1, 0.4), series("dark", -0.2, 0.0)])
    assert drawn is not None
    assert 'role="img"' in drawn
    assert "warm: from 0.10 to 0.40; dark: from -0.20 to 0.00" in drawn
    assert drawn.count("<tr>") == 3
    assert "M8.0 47.0L292.0 8.0" in drawn  # 0.1 and 0.4 of 0.4, about the middle line at 60


def test_one_turn_is_no_course():
    assert chart([series("warm", 0.4)]) is None
    assert chart([]) is None


def test_a_select_on_the_page_is_a_wish():
    data = {"act": "weigh", "key": "tags=warm", "name": "-0.5"}
    assert read_wish(data) == Weigh("tags=warm", -0.5)
    assert read_wish(data | {"name": "7"}) is None


def test_a_weight_set_on_the_page_is_a_turn_and_the_panel_shows_what_is_known(tmp_path: Path):
    from fakes import fake_parley

    parley = fake_parley(tmp_path)
    visit = opened(parley, {}).visit
    assert visit is not None
    kept = visit.as_json()
    *_, said = acted(parley, kept, Say("something warm"))
    assert 'data-key="tags=warm"' in str(said.panel)
    *_, weighed = acted(parley, kept, Weigh("tags=warm", -1.0))
    assert "pl-known-weight" not in str(weighed.panel)
    assert "less of it" in str(weighed.live)


# --- the command line ---------------------------------------------------------------------------------


@pytest.fixture
def parley(monkeypatch: pytest.MonkeyPatch):
    bot = FakeChatbot({"lamps": LAMPS})
    known = Insight(
        Knowledge((belief("warm"),), (), (), (Change("x", "dim", 1.0, -1.0, "a", "b", 0.0, 1.0),)),
        (series("warm", 0.1, 0.4),),
    )
    bot.insight_of = lambda _: known  # type: ignore[attr-defined]
    monkeypatch.setattr(profiles, "found_session", lambda *_: ("key", None))
    return SimpleNamespace(chatbot=bot)


def test_the_command_line_tells_what_is_known(parley, capsys):
    profiles.show(parley, "k", evolution=False, as_json=False, output=None)
    told = capsys.readouterr().out
    assert "warm" in told
    assert "+0.80" in told
    assert "dim" in told
    profiles.show(parley, "k", evolution=True, as_json=False, output=None)
    told = capsys.readouterr().out
    assert "+0.40" in told
    assert "▅█" in told or "▆█" in told  # a quarter of the height above the middle, then the whole


def test_the_command_line_exports(parley, capsys, tmp_path: Path):
    profiles.show(parley, "k", evolution=False, as_json=True, output=None)
    assert json.loads(capsys.readouterr().out)["beliefs"][0]["label"] == "warm"
    profiles.show(parley, "k", evolution=True, as_json=False, output=tmp_path / "p.json")
    assert json.loads((tmp_path / "p.json").read_text())["series"][0]["label"] == "warm"
