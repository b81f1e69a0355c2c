"""Items between file and ledger: taken ids, order, and what differs from what the ledger holds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.staging import Difference, Staged, Staging
from retriever.domain import Item


def item(one: str, digest: str = "d", title: str = "T", picture: str = "") -> Item:
    return Item(one, title, "words", {"price": 5.0, "tags": ("a", "b")}, picture, digest)


@pytest.fixture
def staging(tmp_path):
    with Staging(tmp_path) as opened:
        yield opened


def test_items_come_back_in_file_order_as_they_were(staging):
    for line, one in enumerate(["z", "a", "m"], start=2):
        assert staging.add(line, item(one)) is None
    assert list(staging.items()) == [Staged(n, n + 2, item(one)) for n, one in enumerate(["z", "a", "m"])]
    assert (len(staging), staging.has("a"), staging.has("b")) == (3, True, False)


def test_a_taken_id_is_refused_with_the_line_of_the_first(staging):
    staging.add(2, item("a"))
    assert staging.add(9, item("a", title="Another")) == 2
    staging.add(10, item("b"))
    assert [(one.position, one.item.title) for one in staging.items()] == [(0, "T"), (1, "T")]


def test_new_changed_moved_and_gone_are_told_apart(staging):
    for line, (one, digest) in enumerate([("same", "1"), ("new", "1"), ("changed", "2"), ("moved", "1")]):
        staging.add(line, item(one, digest))
    ledger = [
        ("a-gone", 9, "1"),
        ("changed", 2, "1"),
        ("moved", 7, "1"),
        ("same", 0, "1"),
        ("z-gone", 1, "1"),
    ]
    assert staging.compare(ledger) == Difference(new=1, changed=1, moved=1, gone=2)
    assert [(place, one.id) for place, one in staging.to_write()] == [
        (1, "new"),
        (2, "changed"),
        (3, "moved"),
    ]
    assert list(staging.gone()) == ["a-gone", "z-gone"]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.text("abé电😀", min_size=1, max_size=3), st.integers(0, 1)), unique_by=lambda x: x[0]
    ),
    st.lists(
        st.tuples(st.text("abé电😀", min_size=1, max_size=3), st.integers(0, 1)), unique_by=lambda x: x[0]
    ),
)
def test_comparing_agrees_with_dictionaries(tmp_path, file, ledger):
    held = {one: (place, str(digest)) for place, (one, digest) in enumerate(ledger)}
    with Staging(tmp_path) as staging:
        for line, (one, digest) in enumerate(file):
            staging.add(line, item(one, str(digest)))
        found = staging.compare((one, *held[one]) for one in sorted(held))
        written = {one.id for _, one in staging.to_write()}
        gone = list(staging.gone())
    ours = {one: (place, str(digest)) for place, (one, digest) in enumerate(file)}
    assert found.new == len(ours.keys() - held.keys())
    assert found.changed == sum(1 for one in ours.keys() & held.keys() if ours[one][1] != held[one][1])
    assert written == {one for one in ours if ours[one] != held.get(one)}
    assert gone == sorted(held.keys() - ours.keys())


def test_dropped_and_replaced_items_count_as_they_are_then(staging):
    for line, one in enumerate("abc"):
        staging.add(line, item(one))
    staging.drop(["b"])
    staging.replace(Staged(2, 2, item("c", "other", "New")))
    assert [(one.position, one.item.id, one.item.title) for one in staging.items()] == [
        (0, "a", "T"),
        (2, "c", "New"),
    ]
    assert staging.compare([("a", 0, "d"), ("b", 1, "d"), ("c", 2, "d")]) == Difference(changed=1, gone=1)


def test_nothing_is_left_of_a_staging_file(tmp_path):
    with Staging(tmp_path) as staging:
        staging.add(1, item("a"))
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_load_left_is_not_read(tmp_path):
    first = Staging(tmp_path).__enter__()
    first.add(1, item("old"))
    with Staging(tmp_path) as second:
        assert len(second) == 0


def test_pictures_and_examples(staging):
    staging.add(1, item("a", picture="a.png"))
    staging.add(2, item("b"))
    assert staging.pictures() == {"a.png"}
    assert [one.line for one in staging.examples(["b", "never", "a"])] == [2, 1]
