"""A history becomes events under keyed hashes, nothing of it is lost silently, and ranking reads it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from histories import ENCODER, KEY, Lamps
from ingestion.history.columns import HistoryMap, read_history_map
from ingestion.history.load import load_history
from ingestion.history.reading import read_history
from retriever.domain import Leg, Query
from retriever.errors import CatalogueBusy, LoadError, TooManyRejects, UnknownCatalogue
from retriever.ledger import Ledger
from retriever.locking import catalogue_lock
from retriever.open import open_retriever
from retriever.pseudonyms import hash_person


@pytest.fixture
def lamps(tmp_path: Path) -> Iterator[Lamps]:
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        both = Lamps(tmp_path, ledger)
        both.bring()
        yield both


def test_ratings_count_from_the_middle_of_their_scale(lamps: Lamps):
    report = lamps.load("userId,movieId,rating,timestamp\nann,ash,5,100\nann,elm,1,200\nben,ash,3,300\n")
    assert lamps.weights() == {"ash": 1.0, "elm": -1.0}
    assert lamps.weights("ben") == {"ash": 0.0}
    assert (report.rows, report.kept, report.new, report.now.people, report.published) == (3, 3, 3, 2, True)


def test_kinds_of_events_have_their_weights_and_unknown_ones_are_told(lamps: Lamps):
    report = lamps.load("user,item,event\nann,ash,purchase\nann,elm,view\nann,cedar,sneeze\nann,oak,buy\n")
    assert lamps.weights() == {"ash": 0.8, "elm": 0.1}
    assert (report.refused, report.unknown, report.partial) == (1, 1, True)
    assert lamps.rejects == [
        (4, "event", "sneeze", "a kind of event that isn't known"),
        (5, "item", "oak", "an item that the catalogue doesn't have"),
    ]


def test_without_ratings_and_kinds_every_row_says_that_there_was_something(lamps: Lamps):
    lamps.load("user,item\nann,ash\n")
    assert lamps.weights() == {"ash": 0.5}


def test_several_events_about_an_item_are_all_kept_and_weigh_together(lamps: Lamps):
    lamps.load(
        "user,item,event,time\nann,ash,cart,1\nann,ash,purchase,2\nann,elm,purchase,3\nann,elm,returned,4\n"
        "ben,ash,like,9\nben,ash,dislike,5\n"
    )
    assert lamps.size() == (6, 2, 0)
    assert lamps.weights() == {"ash": 0.9, "elm": -0.5}
    assert lamps.weights("ben") == {"ash": 1.0}


def test_a_row_with_a_rating_and_a_kind_is_one_event_whose_rating_counts(lamps: Lamps):
    lamps.load("user,item,event,rating\nann,ash,purchase,1\nann,elm,purchase,\nann,cedar,rating,5\n")
    assert lamps.weights() == {"ash": -1.0, "elm": 0.8, "cedar": 1.0}


def test_words_for_liking_may_stand_where_ratings_do(lamps: Lamps):
    report = lamps.load(
        "user,item,rating\nann,ash,5\nann,elm,like\nann,cedar,★★★★\nann,beech,hm\nben,ash,1\n"
    )
    assert lamps.weights() == {"ash": 1.0, "elm": 1.0, "cedar": 0.5}
    assert report.refused == 1
    assert lamps.rejects == [(5, "rating", "hm", "a rating that is none")]


def test_chinese_columns_and_kinds_are_known(lamps: Lamps):
    lamps.load("用户ID,商品编号,行为,时间\n安,ash,购买,2024年1月31日\n安,elm,不喜欢,2024/2/1\n")
    assert lamps.weights("安") == {"ash": 0.8, "elm": -1.0}
    times = {one.item: one.at for one in lamps.ledger.interactions("lamps")}
    assert times == {"ash": 1706659200.0, "elm": 1706745600.0}


def test_people_are_kept_as_hashes_only(lamps: Lamps):
    lamps.load("user,item\nann@example.org,ash\n")
    assert lamps.ledger.interactions("lamps")[0].person == hash_person(KEY, "ann@example.org")
    raw = b"".join(path.read_bytes() for path in lamps.folder.glob("ledger.sqlite3*"))
    assert b"ann@example.org" not in raw


def test_ranking_learns_what_is_liked_together(lamps: Lamps):
    lines = [f"p{n},{item}" for n in range(12) for item in ("ash", "elm")]
    lines += [f"q{n},{item}" for n in range(12) for item in ("beech", "cedar")]
    assert lamps.load("user,item\n" + "\n".join(lines) + "\n").published
    retriever = open_retriever(lamps.root, "lamps", ENCODER)
    first = retriever.retrieve(Query(anchors=("ash",), k=1)).candidates[0]
    assert first.item.id == "elm"
    assert Leg.COLLABORATIVE in [leg.leg for leg in first.trace.legs]


def test_the_same_history_twice_changes_nothing_and_a_longer_one_adds_what_is_new(lamps: Lamps):
    text = "user,item,time\nann,ash,2024-01-01\nben,elm,2024-01-02\n"
    assert lamps.load(text).published
    again = lamps.load(text)
    assert (again.new, again.published, lamps.size()) == (0, False, (2, 2, 0))
    longer = lamps.load(text + "cid,elm,2024-01-03\n")
    assert (longer.new, longer.published, lamps.size()) == (1, True, (3, 3, 0))


def test_replacing_forgets_what_the_file_does_not_have(lamps: Lamps):
    lamps.load("user,item\nann,ash\nben,elm\n")
    report = lamps.load("user,item\nann,ash\ncid,elm\n", replace=True)
    assert (report.new, report.forgotten, lamps.size()) == (1, 1, (2, 2, 0))
    assert lamps.weights("ben") == {}
    assert not lamps.load("user,item\nann,ash\ncid,elm\n", replace=True).published


def test_nothing_is_forgotten_for_a_file_of_which_nothing_can_be_used(lamps: Lamps):
    lamps.load("user,item\nann,ash\n")
    with pytest.raises(LoadError, match="no row of history"):
        lamps.load("user,item,event\nann,ash,sneeze\n", replace=True)
    assert lamps.weights() == {"ash": 0.5}


def test_events_about_unknown_items_count_as_soon_as_the_items_come(lamps: Lamps):
    text = "user,item\nann,ash\nann,oak\nben,oak\nben,fir\n"
    report = lamps.load(text)
    assert (report.unknown, report.commonest_unknown) == (3, (("oak", 2), ("fir", 1)))
    assert lamps.weights() == {"ash": 0.5}
    lamps.bring(("ash", "oak"))
    assert lamps.weights() == {"ash": 0.5, "oak": 0.5}
    assert lamps.load(text).unknown == 1


def test_events_about_items_that_left_and_about_merged_duplicates(lamps: Lamps):
    lamps.ledger.remove_items("lamps", ["elm"], 1.0)
    lamps.ledger.put_aliases("lamps", [("ash-2", "ash")])
    report = lamps.load("user,item\nann,elm\nann,ash-2\n")
    assert report.unknown == 1
    assert lamps.rejects == [(2, "item", "elm", "an item that left the catalogue")]
    assert lamps.weights() == {"ash": 0.5}


def test_every_bad_row_is_told_with_line_and_reason_and_without_who_it_was(lamps: Lamps):
    report = lamps.load(
        "user,item,rating,time\nann,ash,5,2024-01-01\n,ash,4,2024-01-01\nann,,4,2024-01-01\nann,elm,,2024-01-01\n"
        "ann,cedar,4,yesterday\nann,beech,secret words,4,2024,more\n"
    )
    assert (report.rows, report.kept, report.refused, report.untimed) == (6, 2, 4, 1)
    assert lamps.rejects == [
        (3, "user", "", "no person"),
        (4, "item", "", "no item"),
        (5, "rating", "", "neither a rating nor a kind of event"),
        (6, "time", "yesterday", "a time that is none"),
        (7, "", "", "cells don't fit the header"),
    ]
    assert report.reject_file is not None
    assert b"secret" not in report.reject_file.read_bytes()


def test_more_rejects_than_allowed_change_nothing(lamps: Lamps):
    text = "user,item,event\nann,ash,view\nann,elm,sneeze\nann,oak,view\n"
    with pytest.raises(TooManyRejects, match=r"2 rows of history.csv.*1 allowed"):
        lamps.load(text, max_rejects=1)
    assert lamps.size() == (0, 0, 0)
    assert lamps.load(text, max_rejects=2).new == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("user,colour\nann,red\n", r"is the item; it has 'user', 'colour'.*--map"),
        ("visited,item\nann,ash\n", "is the person; it has 'visited', 'item'"),
        ("user,item\nann,oak\n", r"no row of history.csv can be used.*such as 'oak'.*such as 'ash'"),
        ("user,item,event\nann,ash,sneeze\n", "no row of history.csv can be used"),
    ],
)
def test_a_history_that_says_nothing_is_refused_and_nothing_of_it_stays(lamps: Lamps, text: str, reason: str):
    with pytest.raises(LoadError, match=reason):
        lamps.load(text)
    assert lamps.size() == (0, 0, 0)


def test_a_map_names_columns_and_kinds(lamps: Lamps, tmp_path: Path):
    path = tmp_path / "map.toml"
    path.write_text('person = "who"\nitem = "what"\nkind = "did"\n[kinds]\nsneeze = "dislike"\nsmile = 0.7\n')
    report = lamps.load("who,what,did\nann,ash,sneeze\nann,elm,smile\n", mapping=read_history_map(path))
    assert not report.partial
    assert lamps.weights() == {"ash": -1.0, "elm": 0.7}


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ('persn = "who"', "wrong at persn.*may have person, item"),
        ('[kinds]\nsneeze = "shrug"', "kinds.sneeze.*one of"),
        ("[kinds]\nsneeze = 7.0", "kinds.sneeze"),
        ("person = ", "not TOML"),
        ('person = "nobody"', "no such column; it has 'user', 'item'"),
    ],
)
def test_a_wrong_map_is_told(lamps: Lamps, tmp_path: Path, toml: str, reason: str):
    path = tmp_path / "map.toml"
    path.write_text(toml)
    with pytest.raises(LoadError, match=reason):
        lamps.load("user,item\nann,ash\n", mapping=read_history_map(path))


def test_an_id_of_the_event_is_not_taken_for_the_item(lamps: Lamps):
    lamps.load("id,user,thing\n1,ann,ash\n2,ann,elm\n")
    assert lamps.weights() == {"ash": 0.5, "elm": 0.5}


def test_numbers_of_people_are_not_taken_for_items_that_have_the_same(lamps: Lamps):
    lamps.bring(("1", "2"))
    with pytest.raises(LoadError, match="such as '101'"):
        lamps.load("userId,movieId\n1,101\n2,102\n")


def test_events_with_a_source_and_a_target_are_no_relations(lamps: Lamps):
    report = lamps.load("user_id,item_id,event,source,target\nann,ash,view,mail,home\n")
    assert not report.is_relations
    assert lamps.weights() == {"ash": 0.1}


def test_a_type_of_product_is_no_kind_of_event(lamps: Lamps):
    lamps.load("user,item,type\nann,ash,floor lamp\n")
    assert lamps.weights() == {"ash": 0.5}


@pytest.mark.parametrize("form", ["json", "jsonl", "parquet", "csv.gz", "nested"])
def test_every_form_that_the_readers_take_says_the_same(lamps: Lamps, tmp_path: Path, form: str):
    rows = [{"user": "ann", "item": "ash", "rating": 5.0}, {"user": "ann", "item": "elm", "rating": 1.0}]
    path = tmp_path / f"history.{form}"
    match form:
        case "json":
            path.write_text(json.dumps(rows))
        case "jsonl":
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        case "nested":
            path.write_text(json.dumps([{"user": {"id": row.pop("user")}, **row} for row in rows]))
        case "parquet":
            import pyarrow as pa
            import pyarrow.parquet as pq

            pq.write_table(pa.Table.from_pylist(rows), path)
        case _:
            path.write_bytes(gzip.compress(b"user;item;rating\nann;ash;5,0\nann;elm;1,0\n", mtime=0))
    lamps.load(path)
    assert lamps.weights() == {"ash": 1.0, "elm": -1.0}


def test_numbers_are_ids_too(lamps: Lamps, tmp_path: Path):
    lamps.bring(("7", "8"))
    path = tmp_path / "history.jsonl"
    path.write_text('{"user": 1, "item": 7}\n{"user": 1.0, "item": 8.0}\n')
    lamps.load(path)
    lamps.load("user,item\n1,7.0\n1,8\n")
    assert lamps.size() == (2, 1, 0)


def test_searches_have_no_item_and_keep_their_words(lamps: Lamps):
    report = lamps.load("user,query,time\nann,quiet green lamps,2024-01-01\nann,,2024-01-01\n")
    assert (report.new, report.refused) == (1, 1)
    (words,) = lamps.ledger.words_of("lamps", hash_person(KEY, "ann"))
    assert (words.text, words.item) == ("quiet green lamps", "")


def test_a_review_keeps_its_words_without_what_tells_who_wrote_it(lamps: Lamps):
    lamps.load('user,item,review\nann,ash,"<b>Fine!</b> Ask ann@example.org or +44 20 7946 0958"\n')
    (words,) = lamps.ledger.words_of("lamps", hash_person(KEY, "ann"))
    assert (words.text, words.item) == ("Fine! Ask or", "ash")
    assert lamps.weights() == {"ash": 0.2}


def test_a_load_waits_for_nobody_unless_it_is_told_to(lamps: Lamps):
    with catalogue_lock(lamps.root, "lamps"), pytest.raises(CatalogueBusy, match="pid"):
        lamps.load("user,item\nann,ash\n")


def test_an_unknown_catalogue_is_named(lamps: Lamps, tmp_path: Path):
    path = tmp_path / "h.csv"
    path.write_text("user,item\nann,ash\n", encoding="utf-8")
    with pytest.raises(UnknownCatalogue):
        load_history(path, "nowhere", ledger=lamps.ledger, encoder=ENCODER, root=lamps.root, key=KEY)


def test_ratings_on_another_scale_than_before_are_told(lamps: Lamps):
    lamps.load("user,item,rating\nann,ash,5\nann,elm,1\n")
    report = lamps.load("user,item,rating\nben,ash,90\nben,elm,20\n")
    assert any("scale of 1 to 5" in note for note in report.notes)
    assert not lamps.load("user,item,rating\nann,ash,5\n").notes[1:]


def test_a_history_that_is_read_for_measuring_says_what_the_ledger_would(lamps: Lamps, tmp_path: Path):
    lamps.load(
        "user,item,event,rating,time\nann,ash,view,,5\nann,ash,rating,4,6\nben,elm,cart,,7\nben,oak,cart,,7\n"
    )
    read = read_history(tmp_path / "history.csv", "lamps", frozenset(("ash", "elm")), KEY)
    stated = lamps.ledger.interactions("lamps", to_own_mean=False)
    assert sorted(read.interactions, key=lambda one: one.person) == list(stated)
    assert (read.rows, read.unknown, read.unusable, read.reach) == (4, 1, 0, 2.0)


def test_no_column_is_guessed_where_a_map_says_otherwise(lamps: Lamps):
    lamps.load("user,item,score\nann,ash,3\nann,elm,900\n", mapping=HistoryMap(rating="score"))
    assert set(lamps.weights()) == {"ash", "elm"}
