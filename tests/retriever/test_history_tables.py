"""The ledger's history: kept once, counted for what is there, forgotten without a trace."""

from __future__ import annotations

import random
import sqlite3
import threading
from pathlib import Path

import pytest

from retriever.feedback import Interaction, Tier
from retriever.history_tables import HistoryEvent, Relation
from retriever.ledger import Ledger
from retriever.schema import MIGRATIONS


def did(person: str, item: str, kind: str = "like", weight: float = 1.0, **more: object) -> HistoryEvent:
    tier = Tier.STATED if kind in ("like", "rating", "dislike") else Tier.DONE
    return HistoryEvent(person, item, kind, tier, weight, **more)  # type: ignore[arg-type]


def put(ledger: Ledger, *events: HistoryEvent, at: float = 10.0, **more: bool) -> int:
    load = ledger.begin_history_load("films", "h.csv", at)
    written = ledger.put_events("films", load, events, **more)
    ledger.end_history_load("films", load)
    return written


@pytest.fixture
def films(ledger, load, items) -> Ledger:
    load(items)
    return ledger


def test_the_same_event_is_kept_once_and_another_beside_it(films: Ledger):
    view = did("ann", "signal", "view", 0.1, at=5.0)
    assert put(films, view, view) == 1
    digest = films.history_digest("films")
    assert put(films, view) == 0
    assert films.history_digest("films") == digest
    assert put(films, did("ann", "signal", "view", 0.1, at=6.0)) == 1
    assert films.history_digest("films") != digest
    assert films.interactions("films") == (Interaction("ann", "signal", pytest.approx(0.19), 6.0),)


def test_the_digest_is_that_of_the_events_and_not_of_how_they_came(
    films: Ledger, tmp_path: Path, load, items
):
    events = [did("ann", "signal"), did("ben", "lantern"), did("ann", "lantern", "view", 0.1)]
    for event in events:
        put(films, event)
    digest = films.history_digest("films")
    put(films, did("cid", "signal"))
    assert films.history_digest("films") != digest
    films.forget_person("films", "cid")
    assert films.history_digest("films") == digest


def test_a_changed_weight_of_a_kind_reaches_events_that_are_kept(films: Ledger):
    put(films, did("ann", "signal", "cart", 0.5, at=5.0))
    assert put(films, did("ann", "signal", "cart", 0.6, at=5.0)) == 1
    assert [one.weight for one in films.interactions("films")] == [pytest.approx(0.6)]
    assert films.history_size("films").events == 1


def test_events_about_what_is_not_there_count_once_it_is(films: Ledger, load, items):
    put(films, did("ann", "signal"), did("ann", "nowhere"))
    films.remove_items("films", ["signal"], 2.0)
    assert films.interactions("films") == ()
    assert films.history_size("films").events == 2
    load(items)
    assert [one.item for one in films.interactions("films")] == ["signal"]


def test_ids_of_merged_duplicates_count_for_the_item_that_stands_for_them(films: Ledger):
    put(films, did("ann", "copy", "cart", 0.5), did("ann", "signal", "cart", 0.5), did("ben", "orphan"))
    digest = films.history_digest("films")
    films.put_aliases("films", [("copy", "signal"), ("orphan", "nowhere")])
    assert films.interactions("films") == (Interaction("ann", "signal", 0.75),)
    assert films.interactions_of("films", "ann") == (Interaction("ann", "signal", 0.75, 10.0),)
    assert films.history_digest("films") != digest


def test_one_persons_interactions_are_those_of_the_whole(films: Ledger):
    ratings = [did("ann", item, "rating", 0.0, rating=float(r), at=1.0 + r) for item, r in
               (("signal", 5), ("lantern", 5), ("orbit", 4), ("harbour", 5), ("untagged", 2))]  # fmt: skip
    put(films, *ratings, did("ben", "signal"))
    mine = tuple(one for one in films.interactions("films") if one.person == "ann")
    assert mine
    assert films.interactions_of("films", "ann") == mine
    assert films.interactions_of("films", "nobody") == ()
    stated = films.interactions("films", to_own_mean=False)
    assert max(one.weight for one in stated) == 1.0
    assert max(one.weight for one in mine) < 1.0


def test_what_was_loaded_later_is_told_from_what_was_known(films: Ledger):
    put(films, did("ann", "signal"), at=10.0)
    put(films, did("ann", "signal"), did("ann", "lantern"), at=20.0)
    assert films.loaded_since("films", "ann", 15.0) == {"lantern"}
    assert films.loaded_since("films", "ann", 5.0) == {"signal", "lantern"}


def test_words_come_newest_first_with_the_time_of_loading_where_they_had_none(films: Ledger):
    put(films, did("ann", "", "search", 0.0, text="quiet films", at=99.0))
    put(films, did("ann", "", "search", 0.0, text="loud films"), at=50.0)
    assert [(w.text, w.at, w.loaded_at) for w in films.words_of("films", "ann")] == [
        ("quiet films", 99.0, 10.0),
        ("loud films", 50.0, 50.0),
    ]
    assert films.interactions("films") == ()


def test_what_is_remembered_stays_and_the_rest_goes(films: Ledger):
    put(films, did("ann", "signal"), did("ann", "signal", "view", 0.1), did("ben", "lantern"))
    load = films.begin_history_load("films", "h.csv", 20.0)
    films.put_events("films", load, [did("ann", "signal"), did("cid", "orbit")], remember=True)
    assert films.forget_other_events("films") == 2
    films.end_history_load("films", load)
    assert {one.person for one in films.interactions("films")} == {"ann", "cid"}


def test_a_load_that_writes_nothing_leaves_no_trace(films: Ledger):
    put(films, did("ann", "signal"))
    put(films, did("ann", "signal"))
    assert films.read("SELECT number FROM history_loads") == [(1,)]


def test_related_people_come_heaviest_first(films: Ledger):
    load = films.begin_history_load("films", "f.csv", 1.0)
    films.put_relations(
        "films", load, [Relation("ann", "ben", "friend"), Relation("ann", "cid", "trust", 3.0)]
    )
    assert films.related_to("films", "ann") == (("cid", 3.0), ("ben", 1.0))
    assert films.related_to("films", "ben") == ()
    films.put_relations("films", load, [Relation("ann", "ben", "friend", 9.0)], remember=True)
    assert films.related_to("films", "ann")[0] == ("ben", 9.0)
    assert films.forget_other_relations("films") == 1
    assert films.related_to("films", "ann") == (("ben", 9.0),)


def test_of_a_person_who_is_forgotten_no_byte_is_left(films: Ledger, tmp_path: Path):
    canary = "PURPLE-XYLOPHONE-7741"
    draw = random.Random(1)
    events = [
        did(f"p{n % 40}", "", "search", 0.0, text=f"words {draw.random()} of many" * 8, at=1.0 + n)
        for n in range(2_000)
    ]
    theirs = [did("gone", "", "search", 0.0, text=f"{canary} {n}" * 9, at=1.0 + n) for n in range(60)]
    mixed = [*events, *theirs]
    draw.shuffle(mixed)
    for start in range(0, len(mixed), 100):
        put(films, *mixed[start : start + 100])
    load = films.begin_history_load("films", "f", 1.0)
    films.put_relations("films", load, [Relation("gone", "p1", "friend"), Relation("p1", "gone", "friend")])
    files = sorted(tmp_path.glob("ledger.db*"))
    assert any(canary.encode() in path.read_bytes() for path in files)
    gone = films.forget_person("films", "gone")
    assert (gone.events, gone.people, gone.relations) == (60, 1, 2)
    assert not any(canary.encode() in path.read_bytes() for path in files)
    assert not any(b"gone" in path.read_bytes() for path in files)
    assert films.related_to("films", "p1") == ()
    assert films.history_size("films").events == 2_000
    assert films.forget_person("films", "gone").people == 0


def test_a_digest_that_is_reckoned_while_others_write_is_never_that_of_less(films: Ledger):
    def write() -> None:
        with Ledger.open(films.path) as own:
            load = own.begin_history_load("films", "h.csv", 1.0)
            for batch in range(60):
                own.put_events("films", load, [did(f"p{batch}", "signal", at=1.0 + n) for n in range(20)])

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        films.history_digest("films")
    writer.join()
    digest = films.history_digest("films")
    with films.transaction() as connection:
        connection.execute("UPDATE histories SET digest = ''")
    assert films.history_digest("films") == digest


def test_the_history_of_another_catalogue_is_left_alone(films: Ledger, load, items):
    load(items, "others")
    other = films.begin_history_load("others", "h", 1.0)
    films.put_events("others", other, [did("ann", "signal")])
    put(films, did("ann", "signal"), did("ben", "signal"))
    films.forget_person("films", "ann")
    films.forget_other_events("films")
    assert films.interactions("films") == ()
    assert [one.person for one in films.interactions("others")] == ["ann"]


def test_a_ledger_of_the_first_schema_keeps_its_interactions(tmp_path: Path):
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as raw:
        for statement in MIGRATIONS[0]:
            raw.execute(statement)
        raw.execute("PRAGMA user_version = 1")
        raw.execute("INSERT INTO catalogues VALUES ('films','[]','{}','f',5.0,'','')")
        for one in ("signal", "lantern"):
            raw.execute("INSERT INTO items VALUES ('films',?,0,'h','t','T','D','{}','')", (one,))
        raw.executemany(
            "INSERT INTO interactions VALUES ('films',?,?,?,?)",
            [("ann", "signal", 0.5, 7.0), ("ann", "gone", 1.0, 7.0), ("ben", "lantern", -1.0, 0.0)],
        )
    raw.close()
    with Ledger.open(path) as ledger:
        assert ledger.read("PRAGMA user_version") == [(len(MIGRATIONS),)]
        assert ledger.interactions("films") == (
            Interaction("ann", "signal", 0.5, 7.0),
            Interaction("ben", "lantern", -1.0, 0.0),
        )
        assert ledger.interactions_of("films", "ben")[0].at == 5.0
        put(ledger, did("ann", "signal", "view", 0.1, at=2.0))
        assert ledger.interactions("films")[0].weight == pytest.approx(0.1)
    with Ledger.open(path) as again:
        assert len(again.interactions("films")) == 2
