"""What an owner says that values are called is understood, and so are other spellings of them."""

from __future__ import annotations

import pytest

from chatbot.acts import Constrain
from chatbot.codec import condition_text
from chatbot.understanding import Understanding
from chatbot.understanding.reading import Situation
from ingestion.load import load_file
from ingestion.mapping import mapping_from
from retriever.encoder import HashingEncoder
from retriever.ledger import Ledger
from retriever.open import open_retriever

KINDS = ("sofa", "TV/Television", "hard-shell case", "Türgriff", "sofa", "lamp")
MAP = {
    "facets": [
        {"column": "kind", "kind": "category", "role": "category", "label": "kind",
         "synonyms": {"Sofa": ["couch", "three-piece suite", "chesterfield"], "lamp": ["light"]}},
        {"column": "shade", "kind": "category", "label": "shade"},
    ]
}  # fmt: skip


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    folder = tmp_path_factory.mktemp("furniture")
    file = folder / "furniture.csv"
    rows = [f"Thing number {n},{KINDS[n % 6]},{('red', 'light')[n % 2]}\n" for n in range(24)]
    file.write_text("title,kind,shade\n" + "".join(rows))
    encoder = HashingEncoder(dim=64)
    with Ledger.open(folder / "ledger.sqlite3") as ledger:
        load_file(
            file,
            "furniture",
            ledger=ledger,
            encoder=encoder,
            root=folder / "generations",
            pictures=folder / "pictures",
            mapping=mapping_from(MAP),
        )
    return Understanding(open_retriever(folder / "generations", "furniture", encoder))


def conditions(reader, text):
    return [
        condition_text(act.constraint)
        for act in reader.read(text, Situation(1))
        if isinstance(act, Constrain)
    ]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a couch", "kind = sofa"),
        ("two couches please", "kind = sofa"),
        ("a three-piece suite", "kind = sofa"),
        ("a sofa", "kind = sofa"),
        ("a television", "kind = TV/Television"),
        ("a hardshell case", "kind = hard-shell case"),
        ("a Tuergriff", "kind = Türgriff"),
    ],
)
def test_a_value_is_found_by_what_else_it_is_called(reader, said, meant):
    assert conditions(reader, said) == [meant]


def test_a_word_that_is_a_value_means_that_value_first(reader):
    assert conditions(reader, "something light in shade") != ["kind = lamp"]


def test_a_synonym_with_a_letter_wrong_is_read_as_it_was_meant(reader):
    assert conditions(reader, "a chesterfeild") == ["kind = sofa"]
