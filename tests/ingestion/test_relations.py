"""Who is related to whom, told by a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from histories import KEY, Lamps
from retriever.errors import LoadError
from retriever.ledger import Ledger
from retriever.pseudonyms import hash_person


@pytest.fixture
def lamps(tmp_path: Path) -> Iterator[Lamps]:
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        both = Lamps(tmp_path, ledger)
        both.bring()
        yield both


def related(lamps: Lamps, person: str) -> dict[str, float]:
    names = {hash_person(KEY, one): one for one in ("ann", "ben", "cid", "dot", "eve")}
    return {names[one]: weight for one, weight in lamps.ledger.related_to("lamps", hash_person(KEY, person))}


def test_friends_are_known_by_their_columns_and_hold_both_ways(lamps: Lamps):
    report = lamps.load("user,friend\nann,ben\nann,cid\n")
    assert report.is_relations
    assert related(lamps, "ann") == {"ben": 1.0, "cid": 1.0}
    assert related(lamps, "ben") == {"ann": 1.0}
    assert not report.published


@pytest.mark.parametrize(
    "header", ["follower,followee", "truster,trustee", "粉丝,被关注者", "Follower ID,Followee ID"]
)
def test_who_follows_is_told_by_whom_they_follow_and_not_the_other_way(lamps: Lamps, header: str):
    lamps.load(f"{header}\nann,ben\n")
    assert related(lamps, "ann") == {"ben": 1.0}
    assert related(lamps, "ben") == {}


def test_a_kind_in_the_row_says_whether_it_holds_both_ways(lamps: Lamps):
    lamps.load("user1,user2,relation,weight\nann,ben,friend,2\ncid,dot,follows,0.5\n")
    assert (related(lamps, "ben"), related(lamps, "cid"), related(lamps, "dot")) == (
        {"ann": 2.0},
        {"dot": 0.5},
        {},
    )


def test_any_two_columns_are_taken_when_relations_are_asked_for(lamps: Lamps):
    lamps.load("a,b\nann,ben\n", relations=True)
    assert related(lamps, "ann") == {"ben": 1.0}
    with pytest.raises(LoadError, match="the other person; it has 'a'"):
        lamps.load("a\nann\n", relations=True)


def test_a_list_of_friends_is_as_many_relations(lamps: Lamps, tmp_path: Path):
    path = tmp_path / "friends.jsonl"
    path.write_text('{"user_id": "ann", "friends": ["ben", "cid", "ben", "ann"]}\n')
    assert lamps.load(path).new == 4
    assert related(lamps, "ann") == {"ben": 1.0, "cid": 1.0}


def test_rows_that_are_no_relation_are_told_without_who_it_was(lamps: Lamps):
    report = lamps.load("user,friend,weight\nann,ann,1\n,ben,1\nann,cid,-1\nann,dot,1\n")
    assert (report.refused, report.kept) == (3, 1)
    assert lamps.rejects == [
        (2, "friend", "", "nobody else"),
        (3, "user", "", "no person"),
        (4, "weight", "-1", "a strength that isn't a number above 0"),
    ]


def test_relations_twice_change_nothing_and_replacing_leaves_events_alone(lamps: Lamps):
    lamps.load("user,item\nann,ash\n")
    assert lamps.load("user,friend\nann,ben\nann,cid\n").new == 4
    assert lamps.load("user,friend\nann,ben\nann,cid\n").new == 0
    report = lamps.load("user,friend\nann,ben\n", replace=True)
    assert (report.forgotten, related(lamps, "ann")) == (2, {"ben": 1.0})
    assert lamps.weights() == {"ash": 0.5}
