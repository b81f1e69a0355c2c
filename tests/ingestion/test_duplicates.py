"""What a file holds twice: told from what is merely alike, merged if asked, and not looked for again."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from ingestion import merging
from ingestion.convert import Converter
from ingestion.demo import demo_catalogues
from ingestion.duplicates import Group, Kind, find_duplicates, read_group
from ingestion.inference import infer
from ingestion.likeness import Verdict, judge, traits_of
from ingestion.load import Duplicates, LoadOptions, load_file
from ingestion.readers import open_rows
from ingestion.staging import Staging
from ingestion.survey import survey_file
from retriever.domain import Facet, FacetKind, FacetRole, Item
from retriever.encoder import HashingEncoder
from retriever.generations import current, open_generation
from retriever.ledger import Ledger, content_hash
from ui import cli

FACETS = (
    Facet("price", FacetKind.NUMBER, "price", "EUR", FacetRole.PRICE),
    Facet("year", FacetKind.YEAR, "year", "", FacetRole.YEAR),
    Facet("memory", FacetKind.NUMBER, "memory", "GB"),
    Facet("colour", FacetKind.TAGS, "colour"),
    Facet("brand", FacetKind.CATEGORY, "brand"),
    Facet("stars", FacetKind.NUMBER, "stars", "", FacetRole.RATING),
)
TEXT = (
    "A small lamp for the desk that gives a warm light and can be folded to the size of a book, with a cable."
)


def lamp(title="Folding lamp", text=TEXT, **facets):
    return traits_of(Item("x", title, text, facets))


def verdict(one, other):
    return judge(one, other, FACETS)[0]


@pytest.mark.parametrize(
    "other",
    [
        lamp("FOLDING  LAMP!"),
        lamp("Lamp, folding"),
        lamp("Foldnig lamp"),
        lamp("Fold-ing lamp"),
        lamp("Fólding lamp"),
        lamp(text=TEXT[:60]),
        lamp(text=TEXT.replace("warm", "wram").replace(",", "")),
        lamp(price=12.0, colour=("red",), brand="Acme", stars=4.0),
    ],
)
def test_slips_order_punctuation_and_cuts_leave_it_the_same_thing(other):
    assert verdict(lamp(price=10.0, colour=("red", "blue"), brand="ACME", stars=2.0), other) is Verdict.SAME


@pytest.mark.parametrize(
    "other",
    [
        lamp("Folding lamp 2"),
        lamp("Folding lamp II"),
        lamp("Folding lamp XL"),
        lamp("Folding lamp red"),
        lamp("Golding lamp"),
        lamp(year=2001.0),
        lamp(memory=256.0),
        lamp(colour=("blue",)),
        lamp(brand="Other"),
    ],
)
def test_numbers_sizes_colours_and_years_make_variants(other):
    one = lamp(year=2000.0, memory=128.0, colour=("red",), brand="Acme")
    assert verdict(one, other) is Verdict.VARIANTS


def test_accents_do_not_count_but_a_letter_of_a_short_word_does():
    assert verdict(lamp("Élan cup"), lamp("Elan cup")) is Verdict.SAME
    assert verdict(lamp("Elan cup"), lamp("Elan cap")) is Verdict.VARIANTS


def test_a_number_in_the_descriptions_tells_variants_apart():
    assert verdict(lamp(text=f"{TEXT} 128 GB"), lamp(text=f"{TEXT} 256 GB")) is Verdict.VARIANTS


def test_equal_titles_with_other_descriptions_are_two_things():
    assert (
        verdict(lamp("Hamlet"), lamp("Hamlet", "A prince of Denmark hesitates, and all die."))
        is Verdict.APART
    )


def test_without_a_description_a_facet_has_to_confirm_it():
    assert verdict(lamp(), lamp(text="")) is Verdict.APART
    assert verdict(lamp(price=5.0), lamp(text="", price=5.0)) is Verdict.APART
    assert verdict(lamp(brand="Acme"), lamp(text="", brand="acme")) is Verdict.APART
    assert verdict(lamp(brand="Acme"), lamp(text="", brand="Acme")) is Verdict.SAME


# -- planted among real items -------------------------------------------------------------------------------


def slip(text, draw, least=5):
    words = text.split(" ")
    places = [i for i, word in enumerate(words) if word.isalpha() and len(word) >= least]
    if places:
        place = draw.choice(places)
        word, at = words[place], draw.randrange(1, len(words[place]) - 1)
        words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


def turned(title):
    first, _, rest = title.partition(" ")
    return f"{rest}, {first}" if rest else f"{title}!"


SAME = (
    lambda item, draw: replace(item, title=slip(item.title, draw), description=slip(item.description, draw)),
    lambda item, draw: replace(item, title=turned(item.title)),
    lambda item, draw: replace(item, title=item.title.upper().replace(" ", " - ")),
    lambda item, draw: replace(item, description=item.description[: len(item.description) // 2]),
    lambda item, draw: replace(
        item, facets={k: v * 2 if k == "price" else v for k, v in item.facets.items()}
    ),
)
OTHER = (
    lambda item, draw: replace(item, title=f"{item.title} 2"),
    lambda item, draw: replace(item, title=f"{item.title} III"),
    lambda item, draw: replace(item, title=f"{item.title} (Special Edition)"),
    lambda item, draw: replace(item, title=f"{item.title} Red"),
    lambda item, draw: replace(item, description=f"{item.description} 256 GB", title=f"{item.title}, 256 GB"),
)  # fmt: skip


def items_of(path):
    survey = survey_file(path)
    mapping = infer(survey.sample)
    converter = Converter(mapping)
    converter.learn(survey.sample)
    items = [done.item for row in open_rows(path) if (done := converter.convert(row)).item]
    return items, tuple(facet.facet() for facet in mapping.facets)


@pytest.mark.parametrize("name", ["films", "shop"])
def test_of_planted_near_duplicates_nearly_all_are_found_and_of_near_misses_none(tmp_path, name):
    items, facets = items_of(demo_catalogues()[name])
    draw = random.Random(11)
    chosen = draw.sample(items, 100)
    same = {one.id: replace(SAME[n % 5](one, draw), id=f"{one.id}~") for n, one in enumerate(chosen[:50])}
    other = {one.id: replace(OTHER[n % 5](one, draw), id=f"{one.id}~") for n, one in enumerate(chosen[50:])}
    with Staging(tmp_path) as staging:
        for line, item in enumerate([*items, *same.values(), *other.values()], start=2):
            staging.add(line, replace(item, content_hash=content_hash(item)))
        groups = find_duplicates(staging, facets)
        found = [{one.item.id for one in staging.at(g.places)} for g in groups if g.kind is not Kind.VARIANTS]
    assert sum({one, f"{one}~"} in found for one in same) >= 48
    assert all({one, f"{one}~"}.isdisjoint(set().union(*found)) for one in other)
    # Nothing else is taken for a duplicate.
    assert set().union(*found) <= {*same, *(f"{one}~" for one in same)}


def test_many_items_of_one_title_are_grouped_in_order(tmp_path):
    with Staging(tmp_path) as staging:
        for n in range(3000):
            text = f"Text {n // 3} of a thing that is told in {n // 3} words, {chr(97 + n // 3 % 26) * 4}."
            staging.add(n + 2, Item(str(n), "Thing", text, {}, content_hash=str(n)))
        groups = find_duplicates(staging, ())
    assert [g.places for g in groups if g.kind is Kind.EXACT] == [
        (n, n + 1, n + 2) for n in range(0, 3000, 3)
    ]
    assert not [g for g in groups if g.kind is Kind.NEAR]


def test_few_items_make_no_group(tmp_path):
    with Staging(tmp_path) as staging:
        assert find_duplicates(staging, ()) == ()
        staging.add(1, Item("a", "A", "", {}, content_hash="1"))
        assert find_duplicates(staging, ()) == ()


def test_a_group_is_read_back_from_json():
    group = Group(Kind.NEAR, (3, 9), 0.75)
    assert read_group(json.loads(json.dumps(group.record()))) == group


# -- loaded -------------------------------------------------------------------------------------------------


class Shop:
    def __init__(self, folder):
        self.folder = folder
        self.root = folder / "generations"
        self.ledger = Ledger.open(folder / "ledger.db")
        rows = [
            {
                "id": f"L{n}",
                "title": f"Lamp {word}",
                "text": f"{TEXT} For the {word}.",
                "maker": ("Acme", "Bolt")[n % 2],
            }
            for n, word in enumerate(("kitchen", "garden", "cellar", "attic", "hall", "stairs"))
        ]
        rows[1]["text"] = ""
        twin = {**rows[1], "id": "T1", "text": f"{TEXT} For the garden.", "colour": "red"}
        third = {**rows[4], "id": "T4", "title": "LAMP - HALL"}
        self.rows = [*rows, twin, third]

    def load(self, **options):
        path = self.folder / "lamps.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in self.rows))
        return load_file(
            path,
            "lamps",
            ledger=self.ledger,
            encoder=HashingEncoder(16),
            root=self.root,
            pictures=self.folder / "pictures",
            options=LoadOptions(**options),
        )

    def served(self):
        return {item.id: item for item in open_generation(current(self.root, "lamps")).catalogue.items}


@pytest.fixture
def shop(tmp_path):
    shop = Shop(tmp_path)
    yield shop
    shop.ledger.close()


def test_duplicates_stay_apart_unless_asked_and_are_counted(shop):
    report = shop.load()
    assert (report.loaded, report.duplicates.exact, report.duplicates.near) == (8, 1, 1)
    assert (report.duplicates.repeated, report.duplicates.merged) == (2, 0)
    assert len(shop.served()) == 8
    assert shop.ledger.aliases("lamps") == {}


def test_merged_the_first_stands_for_all_and_takes_what_it_lacked(shop):
    report = shop.load(duplicates=Duplicates.MERGE)
    assert (report.read, report.loaded, report.duplicates.merged, report.gone) == (8, 6, 2, 0)
    served = shop.served()
    assert set(served) == {f"L{n}" for n in range(6)}
    assert served["L1"].description.endswith("For the garden.")
    assert served["L1"].facets["colour"] == "red"
    assert served["L1"].content_hash == content_hash(served["L1"])
    assert shop.ledger.aliases("lamps") == {"T1": "L1", "T4": "L4"}


def test_the_command_line_merges_and_names_the_report(shop, monkeypatch):
    shop.load()
    parley = SimpleNamespace(
        ledger=shop.ledger,
        encoder=HashingEncoder(16),
        generations=shop.root,
        pictures=shop.folder / "pictures",
        image_encoder=None,
        catalogues=shop.ledger.catalogues,
        close=lambda: None,
    )
    monkeypatch.setattr(cli, "_build", lambda settings: parley)
    file = str(shop.folder / "lamps.jsonl")
    done = CliRunner().invoke(cli.app, ["ingest", file, "-c", "lamps", "--duplicates", "merge"])
    assert done.exit_code == 0, done.stderr
    assert "2 items were merged into earlier ones that are the same" in done.stderr
    assert str(shop.folder / "imports" / "lamps" / "import-report.html") in done.stderr
    assert len(shop.served()) == 6


def test_merging_again_changes_nothing_and_keeping_brings_them_back(shop):
    shop.load(duplicates=Duplicates.MERGE)
    again = shop.load(duplicates=Duplicates.MERGE)
    assert (again.new, again.changed, again.unchanged, again.published) == (0, 0, 6, False)
    kept = shop.load()
    assert (kept.new, kept.changed, kept.unchanged) == (2, 1, 5)
    assert len(shop.served()) == 8
    assert shop.ledger.aliases("lamps") == {}


def test_merging_what_was_kept_takes_it_out_without_pruning(shop):
    shop.load()
    report = shop.load(duplicates=Duplicates.MERGE)
    assert (report.gone, report.removed, report.changed, report.unchanged) == (0, 0, 1, 5)
    assert len(shop.served()) == 6
    del shop.rows[5]
    report = shop.load(duplicates=Duplicates.MERGE)
    assert (report.gone, report.removed) == (1, 0)
    assert len(shop.served()) == 6


def test_the_same_items_are_not_compared_again(shop, monkeypatch):
    searches = []

    def watched(*arguments):
        searches.append(arguments)
        return find_duplicates(*arguments)

    monkeypatch.setattr(merging, "find_duplicates", watched)
    first = shop.load()
    again = shop.load()
    merged = shop.load(duplicates=Duplicates.MERGE)
    assert len(searches) == 1
    assert first.duplicates == again.duplicates
    assert merged.duplicates.merged == 2
    shop.rows[0]["title"] = "Lamp of the kitchen"
    shop.load()
    assert len(searches) == 2


def test_a_load_is_kept_in_the_ledger_once_unless_something_differs(shop):
    shop.load()
    shop.load()
    assert len(shop.ledger.loads("lamps")) == 1
    shop.load(duplicates=Duplicates.MERGE)
    [(_, last), (_, first)] = shop.ledger.loads("lamps")
    assert (first["new"], last["new"], last["duplicates"]["merged"]) == (8, 0, 2)
    assert "Lamp" not in json.dumps([last, first])
