"""Scripts that cannot be run: refused with the line, before anything runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chatbot.evaluation.reading import BrokenScript, find_scripts, read_scripts
from chatbot.evaluation.runner import prepare
from chatbot.evaluation.script import json_schema
from chatbot.evaluation.stage import Stage

HEAD = "dialogue: d\ncatalogue: shop\nturns:\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "script.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("dialogue: d\ncatalogue: shop\nturns: []\n", 3, "at least 1 item"),
        ("dialogue: d\ncatalogue: shop\n", 1, "'turns' is missing"),
        ("dialog: d\ncatalogue: shop\nturns:\n  - user: hi\n", 1, "did you mean 'dialogue'"),
        (HEAD + "  - user: hi\n    expect:\n      itmes: {min: 1}\n", 6, "did you mean 'items'"),
        (HEAD + "  - user: hi\n    expect:\n      items:\n        evry: [a]\n", 7, "did you mean 'every'"),
        (HEAD + "  - user: hi\n    like: 1\n", 4, "exactly one of"),
        (HEAD + "  - expect: {asks: nothing}\n", 4, "exactly one of"),
        (HEAD + "  - user: hi\n    expect: {action: recomend}\n", 5, "it may be 'recommend'"),
        (HEAD + "  - user: hi\n    expect: {items: {min: 3, max: 1}}\n", 5, "cannot both be"),
        (HEAD + "  - user: hi\n  - user: ''\n", 5, "at least 1 character"),
        (HEAD + "  - user: hi\n    user: ho\n", 5, "'user' is here twice"),
        (HEAD + "  - user: a {{thing}}\n", 4, "no variable 'thing'"),
        ("- a\n- b\n", 1, "a script is a mapping"),
        ("dialogue: d\n  catalogue: [\n", 2, "this is no YAML"),
        ("", 1, "the file is empty"),
        (HEAD + "  - user: yes\n", 4, 'put it in quotes as it is written: "yes"'),
        (HEAD + "  - user: 2001\n", 4, 'as it is written: "2001"'),
        (HEAD + "  - like: yes\n", 4, 'in quotes: "yes"'),
        (HEAD + "  - user: I want: tents\n", 4, "put the text in quotes"),
        (HEAD + "  - user: hi\n    expect: {items: {first: @1.1}}\n", 5, "put the text in quotes"),
        (
            HEAD + "  - user: hi\n    expect:\n      items:\n        every: {price: 3}\n",
            7,
            "put it in quotes",
        ),
        (HEAD + "  - user: hi\n    expect: {constraints: {exactly: ''}}\n", 5, "write `exactly: []`"),
        (HEAD + "  - user: hi\n---\n" + HEAD + "  - user: ho\n", 6, "two dialogues 'd'; rename one"),
        ("expected_to_fail: {films: young}\n" + HEAD + "  - user: hi\n", 1, "'films', and runs in shop"),
    ],
)
def test_a_script_that_is_none_is_refused_with_its_line(tmp_path: Path, text: str, line: int, told: str):
    path = written(tmp_path, text)
    with pytest.raises(BrokenScript) as error:
        read_scripts(path)
    assert str(error.value).startswith(f"{path}:{line}: ")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ("items: {every: 'prize < 3'}", "did you mean 'price'"),
        ("items: {every: 'price < 0'}", "no item of 'shop' has price < 0"),
        ("items: {includes: Ridgelin 2 Tent}", "did you mean 'Ridgeline 2 Tent'"),
        ("items: {excludes_shown: 1}", "turn 1 is not before this one"),
        ("items: {includes: '@1.1'}", "turn 1 is not before this one"),
        ("items: {min: 300}", "has only 225 items"),
        ("items: {order: price upwards}", "is no order"),
        ("items: {order: colour ascending}", "no numbers to order by"),
        ("acts: constrian", "did you mean 'constrain'"),
        ("constraints: {active: colour = purpel}", "did you mean 'purple'"),
        ("profile: {likes: price < 3}", "is no interest"),
        ("asks: colr", "did you mean 'colour'"),
        ("text: {names_extreme: dearest tent}", "is no extreme"),
        ("text: {value_of: price}", "names no item"),
        ("text: {value_of: Whistling Hob Kettle capacity_persons}", "has no capacity_persons in 'shop'"),
        ("asks: none", "write `asks: nothing`"),
        ("asks: not nothing", "write `asks: something`"),
        ("asks: [not colour, not colr]", "did you mean 'colour'"),
        ("profile: {likes: rainy walks}", "write `theme = rainy walks`"),
        ("constraints: {active: 'price < 20 and category = tents'}", '["price < 20", "category = tents"]'),
        ("items: {every: 'price < 20, category = tents'}", '["price < 20", "category = tents"]'),
        ("items: {every: 'colour = red, blue'}", '"colour = red | blue"'),
        ("items: {every: 'colour = red and blue'}", '"colour = red | blue"'),
        ("items: {every: 'price < 1,000'}", "write 1000, without commas"),
        ("items: {every: category = tents, none: category = tent, min: 1}", "leave no items of 'shop'"),
        ("items: {every: category = tents, any: category = kettles}", "and meets `every` too"),
        ("items: {every: category = tents, includes: Rapid Steel Kettle}", "does not meet `every`"),
        ("items: {includes: Rapid Steel Kettle, excludes: rapid steel kettle}", "and under `excludes`"),
        ("items: {every: 'price < @1.1'}", "turn 1 is not before this one"),
        ("constraints: {active: 'price < @1.1'}", "only a condition under `items`"),
        (
            "constraints: {exactly: price < 20, inactive: price < 20.0}",
            "under `exactly` and under `inactive`",
        ),
        ("constraints: {exactly: [], active: price < 20}", "`exactly` leaves it out"),
    ],
)
def test_an_expectation_that_can_never_hold_is_refused_with_its_line(
    tmp_path: Path, stage: Stage, expect: str, told: str
):
    path = written(tmp_path, HEAD + f"  - user: hi\n    expect:\n      {expect}\n")
    (script,) = read_scripts(path)
    with pytest.raises(BrokenScript) as error:
        prepare(script, stage)
    assert str(error.value).startswith(f"{path}:6: ")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("steps", "line", "told"),
    [
        ("turns:\n  - user: hi\n  - like: Ridgelin 2 Tent\n", 6, "did you mean 'Ridgeline 2 Tent'"),
        ("turns:\n  - user: hi\n  - dislike: '@1.1'\n", 6, "write the number of a card"),
        ("turns:\n  - user: hi\n  - unjudge: nothing like it\n", 6, "has no item"),
        ("turns:\n  - user: hi\n  - remove: prize < 3\n", 6, "did you mean 'price'"),
        ("turns:\n  - like: 1\n", 5, "nothing is shown before the first turn"),
        ("turns:\n  - remove: price < 3\n", 5, "before anything was said"),
        ("turns:\n  - user: hi\n  - like: 900\n", 6, "has 225 items"),
        (
            "earlier:\n  - turns:\n      - user: hi\n      - like: Tnt\nturns: [{user: hi}]\n",
            7,
            "has no item",
        ),
        ("others:\n  - turns:\n      - dislike: 1\nturns: [{user: hi}]\n", 6, "nothing is shown"),
    ],
)
def test_a_step_that_no_conversation_has_room_for_is_refused_though_a_failure_is_expected(
    tmp_path: Path, stage: Stage, steps: str, line: int, told: str
):
    path = written(tmp_path, "dialogue: d\ncatalogue: shop\nexpected_to_fail: it is young\n" + steps)
    (script,) = read_scripts(path)
    with pytest.raises(BrokenScript) as error:
        prepare(script, stage)
    assert str(error.value).startswith(f"{path}:{line}: ")
    assert told in str(error.value)


def test_four_braces_stand_for_two(tmp_path: Path):
    text = HEAD.replace("turns", "variables: {a: 1}\nturns") + "  - user: '{{{{a}}}} is {{a}}'\n"
    (script,) = read_scripts(written(tmp_path, text))
    assert script.script.turns[0].user == "{{a}} is 1"
    with pytest.raises(BrokenScript, match=r"for the braces themselves write \{\{\{\{b\}\}\}\}"):
        read_scripts(written(tmp_path, HEAD + "  - user: '{{b}}'\n"))


def test_a_failure_may_be_expected_in_one_catalogue_only(tmp_path: Path):
    text = "expected_to_fail: {films: young}\n" + HEAD.replace("shop", "[shop, films]") + "  - user: hi\n"
    (script,) = read_scripts(written(tmp_path, text))
    assert script.script.failing_because("films") == "young"
    assert script.script.failing_because("shop") == ""


def test_an_unknown_catalogue_and_a_changed_one_are_refused_with_the_line(tmp_path: Path, stage: Stage):
    (script,) = read_scripts(written(tmp_path, HEAD.replace("shop", "shoes") + "  - user: hi\n"))
    with pytest.raises(BrokenScript, match=r":2: no catalogue 'shoes' is loaded"):
        prepare(script, stage)
    (script,) = read_scripts(written(tmp_path, "catalogue_hash: '00000000'\n" + HEAD + "  - user: hi\n"))
    with pytest.raises(BrokenScript, match=r":1: .*'shop' has changed"):
        prepare(script, stage)


def test_single_entries_stand_for_lists_and_variables_keep_their_type(tmp_path: Path):
    text = (
        "dialogue: d\ncatalogue: shop\nvariables: {budget: 50, thing: tents}\nturns:\n"
        "  - user: '{{thing}} under {{budget}}'\n"
        "    expect: {action: recommend, items: {max: '{{budget}}', every: 'price < {{budget}}'}}\n"
    )
    (script,) = read_scripts(written(tmp_path, text))
    (turn,) = script.script.turns
    assert turn.user == "tents under 50"
    assert turn.expect is not None
    assert turn.expect.items is not None
    assert turn.expect.items.max == 50
    assert turn.expect.items.every == ["price < 50"]


def test_a_file_may_hold_several_dialogues_and_a_folder_several_files(tmp_path: Path):
    one = HEAD + "  - user: hi\n"
    path = written(tmp_path, one + "---\n" + one.replace("dialogue: d", "dialogue: e"))
    assert [each.script.dialogue for each in read_scripts(path)] == ["d", "e"]
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "other.yml").write_text(one, encoding="utf-8")
    assert len(find_scripts([tmp_path, path])) == 2
    with pytest.raises(BrokenScript, match="there is no"):
        find_scripts([tmp_path / "nothing"])


def test_the_schema_knows_what_the_models_know():
    schema = json_schema()
    assert schema["required"] == ["dialogue", "catalogue", "turns"]
    assert schema["additionalProperties"] is False
    kinds = schema["properties"]["catalogue"]["anyOf"]
    assert [kind["type"] for kind in kinds] == ["array", "string"]
    json.dumps(schema)


def test_the_published_schema_is_the_one_that_scripts_are_held_to():
    published = Path(__file__).parents[3] / "docs" / "dialogue.schema.json"
    written = json.loads(published.read_text(encoding="utf-8"))
    assert written == json_schema(), "run `parley eval --schema > docs/dialogue.schema.json`"
