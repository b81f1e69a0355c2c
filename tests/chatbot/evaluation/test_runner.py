"""Dialogues performed and judged; and that breaking Parley is noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.build import Parley
from chatbot.engine import Chatbot
from chatbot.evaluation.comparison import compare
from chatbot.evaluation.junit import write_junit
from chatbot.evaluation.outcomes import DialogueOutcome, Run, Status, read_run, write_run
from chatbot.evaluation.report import branches, write_report
from chatbot.evaluation.running import run_scripts
from chatbot.evaluation.stage import Stage
from chatbot.events import Done, Event

Perform = Callable[[str], DialogueOutcome]

BUDGET = """
dialogue: the budget outlives a change of mind
catalogue: shop
tags: [budget]
turns:
  - user: a tent for two, at most 200
    expect:
      action: recommend
      constraints: {active: ["price <= 200", "category = tent"]}
      items: {min: 2, every: ["price <= 200", "category = tent"], none: price > 200}
      profile: {empty: true}
      ungrounded: 0
      text: {grounded: true, language: en, max_words: 300, lacks: Amazon}
  - dislike: 1
    expect: {profile: {dislikes: "@1.1"}, items: {excludes: "@1.1"}, acts: dislike}
  - user: forget the budget
    expect:
      constraints: {removed: "price <= 200", exactly: ["category = tents", "2 <= capacity_persons <= 3"]}
      acts: [{intent: remove}]
  - user: what is the most expensive tent?
    expect:
      action: answer
      text: {names_extreme: highest price where category = tents}
  - remove: category = tents
    expect: {constraints: {inactive: category = tents}}
"""


def test_a_dialogue_that_goes_well_passes(perform_text: Perform):
    outcome = perform_text(BUDGET)
    assert [failure.seen for failure in outcome.failures] == []
    assert outcome.status is Status.PASSED
    assert [turn.checks for turn in outcome.turns] == [13, 3, 3, 2, 1]


def test_what_did_not_hold_is_told_with_its_line_and_what_was_seen(perform_text: Perform):
    outcome = perform_text(
        "dialogue: d\ncatalogue: shop\nturns:\n"
        "  - user: tents under 200\n"
        "    expect:\n"
        "      action: decline\n"
        "      items:\n"
        "        every:\n"
        "          - category = tents\n"
        "          - price <= 50\n"
    )
    assert outcome.status is Status.FAILED
    action, price = outcome.failures
    assert (action.line, action.seen) == (6, "it is recommend")
    assert price.line == 10
    assert "has price" in price.seen


def test_a_dialogue_stops_where_it_cannot_go_on(perform_text: Perform):
    outcome = perform_text("dialogue: d\ncatalogue: shop\nturns:\n  - user: hi\n  - like: 2\n  - user: ho\n")
    assert len(outcome.turns) == 2
    assert outcome.failures[0].seen == "there is no card 2; 0 are shown"


def test_expected_failures_are_strict(perform_text: Perform):
    head = "dialogue: d\ncatalogue: shop\nexpected_to_fail: it is young\nturns:\n  - user: hello\n"
    assert perform_text(head + "    expect: {action: recommend}\n").status is Status.EXPECTED_FAILURE
    assert perform_text(head + "    expect: {action: greet}\n").status is Status.UNEXPECTED_PASS


def test_a_returning_person_is_known_and_another_is_not(perform_text: Perform):
    earlier = "earlier:\n  - days_ago: 3\n    turns: [{user: tents}, {like: 1}]\n"
    script = (
        "dialogue: d\ncatalogue: shop\n{more}"
        "turns:\n  - user: hello\n    expect: {{profile: {{empty: {e}}}}}\n"
    )
    assert perform_text(script.format(more=earlier, e="false")).status is Status.PASSED
    others = "others:\n  - turns: [{user: tents}, {like: 1}]\n"
    assert perform_text(script.format(more=others, e="true")).status is Status.PASSED


def test_other_people_are_not_one_another(
    perform_text: Perform, stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    people: list[str] = []
    start = stage.chatbot.start

    def noted(catalogue: str, person: str = "") -> str:
        people.append(person)
        return start(catalogue, person)

    monkeypatch.setattr(stage.chatbot, "start", noted)
    script = (
        "dialogue: {name}\ncatalogue: shop\nearlier: [{{turns: [{{user: tents}}]}}]\n"
        "others:\n  - turns: [{{user: tents}}]\n  - turns: [{{user: kettles}}]\nturns: [{{user: hi}}]\n"
    )
    perform_text(script.format(name="d"))
    perform_text(script.format(name="e"))
    first, second = people[:4], people[4:]
    assert [person == first[0] for person in first] == [True, False, False, True]  # who comes back
    assert len(set(first)) == len(set(second)) == 3
    assert not set(first) & set(second)


def test_what_held_of_nothing_is_hinted_at_and_fails_nothing(perform_text: Perform, tmp_path: Path):
    outcome = perform_text(
        "dialogue: d\ncatalogue: shop\nturns:\n  - user: hello\n"
        "    expect:\n      items: {every: category = tents}\n"
    )
    assert outcome.status is Status.PASSED
    (hint,) = outcome.turns[0].hints
    assert hint.startswith("line 6: every item has category = tents: there are no items")
    run = Run({}, (outcome,))
    write_report(run, tmp_path / "run.html")
    assert "add `min: 1`" in (tmp_path / "run.html").read_text(encoding="utf-8")
    write_run(run, tmp_path / "run.jsonl")
    assert read_run(tmp_path / "run.jsonl") == run


def test_a_run_may_be_expected_to_fail_in_its_own_catalogue(perform_text: Perform):
    script = (
        "dialogue: d\ncatalogue: shop\nexpected_to_fail: {shop: it is young}\nturns:\n"
        "  - user: hello\n    expect: {action: recommend}\n"
    )
    outcome = perform_text(script)
    assert (outcome.status, outcome.expected_to_fail) == (Status.EXPECTED_FAILURE, "it is young")


# --- broken on purpose ----------------------------------------------------------------------------------


class _Spoiled:
    """A chatbot whose turns pass through a hand that spoils them."""

    def __init__(self, chatbot: Chatbot, spoil: Callable[[Done], Done]) -> None:
        self._chatbot = chatbot
        self._spoil = spoil

    def __getattr__(self, name: str) -> object:
        return getattr(self._chatbot, name)

    def _spoiled(self, events: Iterator[Event]) -> Iterator[Event]:
        for event in events:
            yield self._spoil(event) if isinstance(event, Done) else event

    def reply(self, session: str, text: str) -> Iterator[Event]:
        return self._spoiled(self._chatbot.reply(session, text))

    def feedback(self, session: str, item: str, liked: bool | None) -> Iterator[Event]:
        return self._spoiled(self._chatbot.feedback(session, item, liked))


def _with_item(done: Done, stage: Stage, item_id: str) -> Done:
    item = stage.catalogue("shop").item(item_id)
    shown = {"id": item.id, "title": item.title, "rank": 1, "price": None, "facets": {}}
    return Done(replace(done.turn, items=(shown, *done.turn.items[1:])))


@pytest.mark.parametrize(
    ("broken", "seen"),
    [
        ("a filter that is ignored", "has category jackets"),
        ("an item again that was refused", "they are"),
        ("an invented price", "nobody has 17.77"),
        ("an invented name", "nobody has Zorblax"),
    ],
)
def test_a_broken_reply_is_noticed(perform_text: Perform, stage: Stage, broken: str, seen: str):
    refused: list[str] = []

    def spoil(done: Done) -> Done:
        match broken:
            case "a filter that is ignored":
                jackets = [i.id for i in stage.catalogue("shop").items if i.facets["category"] == "jackets"]
                return _with_item(done, stage, jackets[0])
            case "an item again that was refused":
                refused.append(str(done.turn.items[0]["id"]) if done.turn.items else "")
                return _with_item(done, stage, refused[0])
            case "an invented price":
                return Done(replace(done.turn, text=done.turn.text + " It costs €17.77."))
            case _:
                return Done(replace(done.turn, text=done.turn.text + " It was made by Zorblax."))

    stage.chatbot = _Spoiled(stage.chatbot, spoil)  # type: ignore[assignment]
    outcome = perform_text(BUDGET)
    assert outcome.status is Status.FAILED
    assert any(seen in failure.seen for failure in outcome.failures)


# --- whole runs -----------------------------------------------------------------------------------------


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "scripts" / "budget.yaml"
    path.parent.mkdir()
    path.write_text(BUDGET, encoding="utf-8")
    return path


def test_the_same_run_comes_out_the_same(parley: Parley, script: Path, tmp_path: Path):
    first, second = (run_scripts(parley.settings, [script]) for _ in range(2))

    def timeless(run: Run) -> list[object]:
        return [
            {key: value for key, value in turn.record.items() if key != "timings_ms"}
            for outcome in run.outcomes
            for turn in outcome.turns
        ]

    assert timeless(first) == timeless(second)
    assert first.depends == second.depends
    assert {"catalogue shop", "encoder", "prompts"} <= set(first.depends)
    write_run(first, tmp_path / "run.jsonl")
    assert read_run(tmp_path / "run.jsonl") == first


def test_a_comparison_names_flips_and_the_first_turn_that_differs(parley: Parley, script: Path):
    before = run_scripts(parley.settings, [script])
    script.write_text(
        BUDGET.replace("at most 200", "at most 100").replace("min: 2", "min: 0"), encoding="utf-8"
    )
    after = run_scripts(parley.settings, [script])
    found = compare(before, after)
    (flip,) = found.flips
    assert (flip.before, flip.after) == ("passed", "failed")
    (parting,) = found.partings
    assert (parting.first.turn, parting.first.what) == (1, "constraints")
    assert "price <= 100" in parting.first.after
    # Later turns are told too: the same words are said under another budget.
    assert {change.turn for change in parting.changes} > {1}
    success = found.differences[0]
    assert (success.before, success.after) == (1.0, 0.0)
    assert success.is_sure
    assert compare(before, before).flips == ()
    assert compare(before, before).partings == ()
    # Times are the machine's too: they stand apart, and nothing calls them sure.
    assert "milliseconds a turn" not in [each.measure for each in found.differences]
    assert [each.measure for each in found.timings] == ["milliseconds a turn"]


def test_tags_choose_and_a_name_twice_is_refused(parley: Parley, script: Path, tmp_path: Path):
    assert len(run_scripts(parley.settings, [script], tags=["budget"]).outcomes) == 1
    with pytest.raises(Exception, match="no dialogue has the tag negation"):
        run_scripts(parley.settings, [script], tags=["negation"])
    copy = tmp_path / "copies" / "budget.yaml"
    copy.parent.mkdir()
    copy.write_text(BUDGET, encoding="utf-8")
    with pytest.raises(Exception, match="rename one"):
        run_scripts(parley.settings, [script, copy])


def test_a_report_tells_what_held_and_what_differs_from_the_earlier_run(
    parley: Parley, script: Path, tmp_path: Path
):
    before = run_scripts(parley.settings, [script])
    script.write_text(BUDGET.replace("a tent for two", "a tent for three"), encoding="utf-8")
    after = run_scripts(parley.settings, [script])
    write_report(after, tmp_path / "run.html", compare(before, after))
    html = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert '<span class="ok">✓</span> <span class="dim">line 8</span> the action is recommend' in html
    assert "<del>" in html
    assert "<ins>" in html
    assert "price &lt;= 200" in html
    write_report(after, tmp_path / "alone.html")
    assert "<ins>" not in (tmp_path / "alone.html").read_text(encoding="utf-8")


def test_files_with_failures_come_first_in_a_report_and_failures_first_in_a_file():
    def ended(path: str, name: str, status: Status) -> DialogueOutcome:
        return DialogueOutcome(name, path, "shop", status, ())

    tree = branches(
        [
            ended("a.yaml", "one", Status.PASSED),
            ended("b.yaml", "two", Status.PASSED),
            ended("b.yaml", "three", Status.FAILED),
        ]
    )
    assert [branch.path for branch in tree] == ["b.yaml", "a.yaml"]
    assert [outcome.dialogue for outcome in tree[0].outcomes] == ["three", "two"]
    assert dict(tree[0].counts) == {Status.PASSED: 1, Status.FAILED: 1}
    assert [branch.is_well for branch in tree] == [False, True]


def test_report_and_junit_hold_the_run_and_call_nobody(parley: Parley, script: Path, tmp_path: Path):
    script.write_text(
        BUDGET.replace("min: 2", "min: 4").replace("lacks: Amazon", "lacks: '<script>alert(1)</script>'"),
        encoding="utf-8",
    )
    run = run_scripts(parley.settings, [script])
    write_report(run, tmp_path / "run.html", compare(run, run))
    html = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert "at least 4 items" in html
    assert "<svg" in html
    assert "<script" not in html
    assert "http://" not in html.replace("http://www.w3.org/", "")
    assert "https://" not in html
    write_junit(run, tmp_path / "run.xml")
    xml = (tmp_path / "run.xml").read_text(encoding="utf-8")
    assert 'failures="1"' in xml
    assert "at least 4 items" in xml
