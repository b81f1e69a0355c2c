"""A mapping file as its JSON Schema describes it, and as it is read: both say the same."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ingestion.demo import demo_catalogues
from ingestion.inference import infer
from ingestion.mapping import mapping_schema, mapping_toml, read_mapping
from ingestion.survey import survey_file
from ingestion.toml_lines import line_of
from published import published
from retriever.errors import LoadError

EXPORTS = sorted((Path(__file__).parent / "exports").iterdir())
PUBLISHED = (
    "aws_retail_demo/catalog.jsonl.gz",
    "dummyjson/catalog.jsonl.gz",
    "dummyjson/recipes.jsonl.gz",
    "vespa_products/catalog.jsonl.gz",
    "wikipedia_movies/catalog.jsonl.gz",
    "goodbooks10k/catalog.jsonl.gz",
    "crosswoz/catalog.jsonl.gz",
    "redial/catalog.jsonl.gz",
    "movielens_small/catalog.jsonl.gz",
)
VALID = Draft202012Validator(mapping_schema())

HEAD = 'title = "name"\n\n[[facets]]\ncolumn = "x"\nkind = "tags"\n'
# A wrong mapping → the line that is wrong in it.
WRONG = {
    'titel = "name"': 1,
    "title = 3": 1,
    'description = "a"\nid = ["b"]': 2,
    'description = ["a", 2]': 1,
    'decimal = ";"': 1,
    'facets = "x"': 1,
    '[[facets]]\nkind = "tags"': 1,
    '[[facets]]\ncolumn = "x"': 1,
    '[[facets]]\ncolumn = "x"\nkind = "colour"': 3,
    f'{HEAD}\n[[facets]]\ncolumn = "y"\nkind = "number"\nrole = "cost"': 10,
    f'{HEAD}part = "second"': 6,
    f'{HEAD}name = "Größe"': 6,
    f"{HEAD}confidence = 2": 6,
    f'{HEAD}confidence = "0.5"': 6,
    f'{HEAD}values = {{ "f" = 1 }}': 6,
    f'{HEAD}synonyms = {{ "sofa" = "couch" }}': 6,
    f'{HEAD}"unitt" = "g"': 6,
    f"{HEAD}separator = 1": 6,
    f'{HEAD}\n[ignored]\na = "why"\n"b c" = 1': 9,
    f'{HEAD}\n[confidence]\ntitle = "sure"': 8,
}


def test_the_published_schema_is_the_mappings_own():
    path = Path(__file__).parents[2] / "docs" / "mapping.schema.json"
    written = json.loads(path.read_text("utf-8"))
    assert written == mapping_schema(), "run `parley ingest --mapping-schema > docs/mapping.schema.json`"


@pytest.mark.parametrize("path", [*demo_catalogues().values(), *EXPORTS], ids=lambda path: path.name)
def test_every_mapping_that_is_guessed_fits_the_schema(path):
    table = tomllib.loads(mapping_toml(infer(survey_file(path).sample)))
    assert list(VALID.iter_errors(table)) == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_mappings_of_published_catalogues_fit_the_schema(name):
    table = tomllib.loads(mapping_toml(infer(survey_file(published(name)).sample)))
    assert list(VALID.iter_errors(table)) == []


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_mapping_is_refused_by_schema_and_reader_at_its_line(tmp_path, text):
    assert not VALID.is_valid(tomllib.loads(text))
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(LoadError, match=rf"map\.toml is wrong at .*, line {WRONG[text]}\b"):
        read_mapping(path)


@pytest.mark.parametrize(
    "text",
    [
        'description = "a"',
        'description = ["a", "b"]',
        '[[facets]]\ncolumn = "x"\nkind = "tags"\nsynonyms = { "sofa" = ["couch", "settee"] }',
        "# nothing said",
    ],
)
def test_a_mapping_by_hand_fits_the_schema_and_is_read(tmp_path, text):
    assert list(VALID.iter_errors(tomllib.loads(text))) == []
    path = tmp_path / "map.toml"
    path.write_text(f"\ufeff{text}", encoding="utf-8")
    read_mapping(path)


def test_the_example_of_the_docs_is_a_mapping(tmp_path):
    text = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text("utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    assert list(VALID.iter_errors(tomllib.loads(example))) == []
    path = tmp_path / "map.toml"
    path.write_text(example, encoding="utf-8")
    assert read_mapping(path).facets[0].synonyms == {"sofa": ("couch", "settee")}


def test_two_facets_of_one_name_are_refused_though_no_schema_can_say_so(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text(f"{HEAD}\n{HEAD.partition(chr(10))[2]}")
    with pytest.raises(LoadError, match="two facets are named x"):
        read_mapping(path)


def test_a_line_that_is_not_found_is_not_made_up():
    assert line_of('facets = [{ column = "x" }]', ("ignored", "x")) is None
    assert line_of("", ("title",)) is None
    assert line_of('a.b = "x"\n', ("a", "b")) is None
