"""The benchmarks of turns and of retrieval: the peers really run, and are asked the same."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from chatbot.build import Parley
from chatbot.evaluation.benchmarks import crowded as crowd
from chatbot.evaluation.benchmarks.naive import NaivePipeline, naive_pipeline
from chatbot.evaluation.benchmarks.retrieval import exact_rows, recall_at_k, run_retrieval
from chatbot.evaluation.benchmarks.spoken import conversations, peer_prompt, search
from chatbot.evaluation.benchmarks.turn import OURS, run_turn, until_quiet
from generator.backends.scripted import ScriptedChatModel
from generator.collecting import WRITING_THREAD
from generator.replies import Evidence, ItemEvidence, Task
from generator.writer import Writer
from ingestion.demo import demo_catalogues
from retriever.errors import InputError
from retriever.generations import OpenGeneration, current, open_generation
from retriever.peers import chroma_collection, library_encoder
from retriever.records import encoded_text


@pytest.fixture(scope="session")
def generations(parley: Parley) -> dict[str, OpenGeneration]:
    paths = {name: current(parley.generations, name) for name in demo_catalogues()}
    return {name: open_generation(path) for name, path in paths.items() if path is not None}


@pytest.fixture(scope="session")
def films(generations: dict[str, OpenGeneration]) -> OpenGeneration:
    return generations["films"]


@pytest.fixture(scope="session")
def many(parley: Parley, films: OpenGeneration) -> crowd.Crowded:
    return crowd.crowded(films, 600, parley.encoder, seed=2)


@pytest.fixture(scope="module")
def naive(parley: Parley, generations: dict[str, OpenGeneration]) -> Iterator[NaivePipeline]:
    with naive_pipeline(generations, library_encoder(parley.encoder), None) as pipeline:
        yield pipeline


def test_every_conversation_is_about_a_demo_catalogue_and_long_enough():
    assert {each.catalogue for each in conversations()} <= set(demo_catalogues())
    assert all(len(each.texts) >= 2 for each in conversations())


def test_the_naive_pipeline_finds_what_is_nearest_by_brute_force(parley: Parley, naive: NaivePipeline):
    catalogue = parley.shelf.get("shop").catalogue
    texts = [encoded_text(item, catalogue.facets) for item in catalogue.items]
    nearness = parley.encoder.encode(texts) @ parley.encoder.encode(["a light tent for two"])[0]
    turn = naive.turn("shop", "a light tent for two")
    assert sorted(turn.items) == sorted(catalogue.items[row].id for row in np.argsort(-nearness)[:3])
    assert set(turn.seconds) == {"encode", "query", "total"}
    assert "no generate step" in naive.name


def test_the_peers_prompt_has_the_wish_and_every_item(parley: Parley):
    items = parley.shelf.get("films").catalogue.items[:3]
    asked = peer_prompt("something quiet", items)[-1].content
    assert "something quiet" in asked
    assert all(item.title in asked and item.description in asked for item in items)


def test_everybody_has_their_turns_with_us_and_with_the_peer(parley: Parley, naive: NaivePipeline):
    done = run_turn(parley, naive, people=[1, 3], rounds=2, turns=4, peer_rounds=1)
    counts = {(each.system, each.people): each.turns for each in done.crowds}
    # 4 turns a round for one, the least of 2 for each of three; the peer gets half, in one round.
    assert counts == {(OURS, 1): 8, ("peer", 1): 2, (OURS, 3): 12, ("peer", 3): 3}
    ours = done.crowds[0]
    assert set(ours.stages) == {
        "understand",
        "retrieve",
        "write",
        "profile",
        "policy",
        "first_words",
        "total",
    }
    assert ours.stages["total"].n == 8
    assert ours.stages["total"].p50_ms >= ours.stages["first_words"].p50_ms
    assert [each.people for each in done.ratios] == [1, 3]
    assert all(math.isfinite(each.turn_p50.value) and each.turns_per_s > 0 for each in done.ratios)


def test_without_the_peer_there_is_no_ratio(parley: Parley):
    done = run_turn(parley, None, people=[1], rounds=1, turns=1)
    assert (done.peer, done.ratios, len(done.crowds)) == ("", (), 1)


def test_what_a_cut_reply_left_writing_has_ended_before_the_next_is_measured(parley: Parley):
    names, ended = list[str](), threading.Event()

    def answer(_: object) -> str:
        names.append(threading.current_thread().name)
        return ""

    films = parley.shelf.get("films").catalogue
    evidence = Evidence(Task.RECOMMEND, films.facets, items=(ItemEvidence(films.items[0], 1),), eligible=1)
    list(Writer(ScriptedChatModel(answer)).write(evidence, deadline_s=1000.0))
    assert names == [WRITING_THREAD]  # what is waited for is what writes
    threading.Thread(target=lambda: (time.sleep(0.2), ended.set()), name=names[0]).start()
    until_quiet()
    assert ended.is_set()


def test_nobody_at_once_is_refused(parley: Parley):
    with pytest.raises(InputError, match="--people is 0; it has to be at least 1"):
        run_turn(parley, None, people=[0])


# --- retrieval ----------------------------------------------------------------------------------------


def test_copies_have_their_own_ids_titles_and_vectors(many: crowd.Crowded, films: OpenGeneration):
    assert len({item.id for item in many.catalogue.items}) == 600
    titles = [item.title for item in many.catalogue.items]
    assert not set(titles[495:]) & set(titles[:495])
    assert len(np.unique(many.vectors, axis=0)) == 600
    # A unit vector plus 0.3 of a random one across it: cosine 1 / sqrt(1.09).
    cosine = (many.vectors[495:] * np.asarray(films.vectors)[:105]).sum(axis=1)
    assert np.abs(cosine - 1 / math.sqrt(1.09)).max() < 0.05


def test_the_filters_of_both_keep_the_same_items(many: crowd.Crowded):
    wanted = search()
    by_hand = {
        item.id
        for item in many.catalogue.items
        if item.facets.get("year", 0) >= wanted.since
        and not set(item.facets.get("themes", ())) & set(wanted.never)
        and set(item.facets.get("genres", ())) & set(wanted.genres)
    }
    with chroma_collection() as collection:
        crowd.fill_with(collection, many)
        assert set(collection.get(where=crowd.where_constraints(wanted))["ids"]) == by_hand
        for share, count in ((0.5, 300), (0.05, 30), (0.005, 3)):
            kept = np.flatnonzero(many.lot_mask(share))
            assert len(kept) == count
            expected = {many.catalogue.items[row].id for row in kept}
            assert set(collection.get(where=crowd.where_share(share))["ids"]) == expected
    assert many.retriever.count(crowd.constraints()) == len(by_hand)


def test_the_exact_best_are_those_of_a_plain_loop():
    draw = np.random.default_rng(5)
    vectors = draw.standard_normal((30, 4)).astype(np.float32)
    mask = np.arange(30) % 3 != 0
    (found,) = exact_rows(vectors, vectors[:1], mask, 4)
    products = {row: sum(float(a) * float(b) for a, b in zip(vectors[row], vectors[0], strict=True))
                for row in range(30) if mask[row]}  # fmt: skip
    assert found == sorted(products, key=lambda row: -products[row])[:4]


def test_recall_is_the_share_of_the_best_that_was_found():
    assert recall_at_k([3, 1, 9], [1, 2, 3, 4]) == 0.5
    assert math.isnan(recall_at_k([1], []))


def test_chromas_recall_is_that_of_brute_force(parley: Parley, films: OpenGeneration):
    done = run_retrieval(
        films, parley.encoder, library_encoder(parley.encoder), items=520, rounds=2, k=7, seed=3
    )
    same = crowd.crowded(films, 520, parley.encoder, seed=3)
    rows = {item.id: row for row, item in enumerate(same.catalogue.items)}
    with chroma_collection() as collection:
        crowd.fill_with(collection, same)
        shares = []
        for query in same.queries:
            answer = collection.query(query_embeddings=[query], n_results=7)["ids"][0]
            nearest = np.argsort(-(same.vectors @ query), kind="stable")[:7]
            shares.append(len({rows[one] for one in answer} & set(nearest.tolist())) / 7)
    whole = next(race for race in done.races if race.what == "a vector alone" and race.share == 1.0)
    ours, chroma, _ = whole.entrants
    assert ours.recall == 1.0
    assert chroma.recall == pytest.approx(np.mean(shares), abs=0.02)  # its graph is built by several threads
    assert chroma.system.startswith("chromadb 1")
    assert [len(race.entrants) for race in done.races] == [3, 2, 3, 3, 3, 3, 2]
    assert all(each.times.n == 2 for race in done.races for each in race.entrants)
    assert all(race.entrants[0].ratio is None for race in done.races)
    assert all(each.ratio.low <= each.ratio.value <= each.ratio.high  # type: ignore[union-attr]
               for race in done.races for each in race.entrants[1:])  # fmt: skip
