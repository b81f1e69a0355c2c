"""One suite for every reranker, the stage around them, and what only the cross-encoder must do."""

from __future__ import annotations

import json
import logging
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from retriever.cross_encoder import LIKED_CHARACTERS, CrossEncoderReranker, wish_text
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    InterestProfile,
    NoneOf,
    OfFacet,
    OfItem,
    OfTheme,
    Order,
    Preference,
    Query,
    Source,
    SourceKind,
)
from retriever.errors import ModelMissing, RerankerFailed
from retriever.open import open_retriever
from retriever.reranker import OverlapReranker, Reranker, Wish, checked_scores
from retriever.reranking import Reranking, new_order
from retriever.wish import MOST_LIKED, item_text, wish_of
from tiny_models import tiny_model

SAID = Source(SourceKind.QUOTE, 1, "said so")
WISH = Wish("a quiet film about grief", ("Harbour Winter\ngenres: drama",))
TEXTS = [
    "Slow Orbit. One astronaut, one station.",
    "",
    "A quiet film about grief and a harbour. " * 30,
    "jacket",
    "A quiet film about grief.",
    "科幻电影",
    "a\x00b",
    "jacket",
    "Paws on the Hill",
    "a dog, a goat and a duck run away",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("models") / "tiny", head=True)


@pytest.fixture(scope="module")
def cross_encoder(folder):
    return CrossEncoderReranker(str(folder), device="cpu")


# -- every reranker --------------------------------------------------------------------------------------


@pytest.fixture(params=["overlap", pytest.param("cross_encoder", marks=pytest.mark.models)])
def any_reranker(request):
    return OverlapReranker() if request.param == "overlap" else request.getfixturevalue("cross_encoder")


def test_every_reranker_keeps_the_protocol(any_reranker):
    assert isinstance(any_reranker, Reranker)
    done: list[int] = []
    scores = any_reranker.score(WISH, TEXTS, on_batch=done.append)
    assert (scores.shape, scores.dtype) == ((len(TEXTS),), np.float32)
    assert np.isfinite(scores).all()
    assert sum(done) == len(TEXTS)
    assert len(done) > 1  # or nobody could stop it
    assert any_reranker.name


def test_every_reranker_takes_nothing_at_all(any_reranker):
    assert any_reranker.score(WISH, []).shape == (0,)
    assert np.isfinite(any_reranker.score(Wish(), ["jacket"])).all()


def test_every_reranker_answers_in_the_order_asked_and_alike_in_any_company(any_reranker):
    together = any_reranker.score(WISH, TEXTS)
    alone = np.concatenate([any_reranker.score(WISH, [text]) for text in TEXTS])
    spread = together.std()
    np.testing.assert_allclose(together, alone, atol=0.15 * spread)
    assert together[3] == pytest.approx(together[7], abs=0.01 * float(spread))


def test_every_reranker_says_the_same_again_and_in_several_threads(any_reranker):
    wanted = any_reranker.score(WISH, TEXTS)
    found: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: found.append(any_reranker.score(WISH, TEXTS))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert all((scores == wanted).all() for scores in found)


def test_what_a_batch_raises_ends_the_work_of_every_reranker(any_reranker):
    class Enough(Exception):
        pass

    done: list[int] = []

    def stop(count: int) -> None:
        done.append(count)
        raise Enough

    with pytest.raises(Enough):
        any_reranker.score(WISH, TEXTS, on_batch=stop)
    assert len(done) == 1


# -- the double ------------------------------------------------------------------------------------------


def test_the_double_counts_words_in_common():
    wish = Wish("quiet grief", ("harbour",))
    scores = OverlapReranker().score(wish, ["quiet harbour", "grief and quiet things", "duck"])
    assert scores.tolist() == [0.75, 1.0, 0.0]
    assert OverlapReranker(0.5).name != OverlapReranker().name


@pytest.mark.parametrize(
    ("scores", "why"),
    [([1.0, float("nan")], "1 of 2 scores that are no numbers"), ([1.0], r"shape \(1,\) for 2 texts")],
)
def test_scores_that_are_none_are_refused(scores, why):
    with pytest.raises(RerankerFailed, match=why):
        checked_scores(np.array(scores), 2, "x")


# -- the wish --------------------------------------------------------------------------------------------


def test_a_wish_holds_what_is_wanted_and_nothing_that_is_not(retriever):
    query = Query(
        text="slow and sad",
        constraints=(
            Constraint("genres", AnyOf(("drama",)), SAID),
            Constraint("themes", NoneOf(("aliens",)), SAID),
            Constraint("year", Between(1990), SAID),
        ),
        profile=InterestProfile(
            short_term=(
                Preference(OfFacet("themes", "memory"), 1.0, SAID),
                Preference(OfFacet("genres", "horror"), -1.0, SAID),
                Preference(OfTheme("the sea"), 0.5, SAID),
                Preference(OfItem("tango"), 1.0, SAID),
                Preference(OfItem("claws"), -1.0, SAID),
            )
        ),
        anchors=("gone", "harbour"),
    )
    wish = wish_of(query, retriever.catalogue)
    assert wish.words == "slow and sad, drama, the sea, memory"
    assert [text.split("\n")[0] for text in wish.liked] == ["Harbour Winter", "Last Tango in Spring"]


def test_only_the_latest_examples_are_read(retriever):
    anchors = ("signal", "lantern", "orbit", "claws")
    liked = wish_of(Query(anchors=anchors), retriever.catalogue).liked
    assert len(liked) == MOST_LIKED
    assert liked[0].startswith("Claws from Beyond")
    assert not wish_of(Query(anchors=("gone",)), retriever.catalogue)


def test_an_items_text_has_its_people_and_not_its_numbers(retriever):
    text = item_text(retriever.catalogue.item("heist"), retriever.catalogue.facets)
    assert text.split("\n") == [
        "Five Locks",
        "genres: crime, comedy",
        "themes: heists, friendship",
        "director: Ana Ruiz",
        "Five friends rob a bank by accident, and laugh about it.",
    ]


def test_a_pair_begins_with_the_words_and_cuts_each_example():
    text = wish_text(Wish("sad", ("Harbour\nWinter", "x" * 900)))
    assert text.split("\n") == ["sad", "Harbour Winter", "x" * LIKED_CHARACTERS]
    assert wish_text(Wish("", ("Harbour",))) == "Harbour"


# -- the new order ---------------------------------------------------------------------------------------


def test_the_new_order_weighs_both_ranks():
    # Fused ranks 1, 2, 3 and ranks by score 3, 1, 2: 1/61 + 1/63 < 1/62 + 1/61, and 1/63 + 1/62 is least.
    assert new_order(np.array([0.1, 0.9, 0.5]), np.zeros(3)).tolist() == [1, 0, 2]


def test_who_breaks_a_soft_wish_stays_behind():
    assert new_order(np.array([0.0, 0.1, 9.0]), np.array([0.0, 0.0, 0.2])).tolist()[-1] == 2


def test_equal_scores_change_nothing():
    assert new_order(np.zeros(5), np.zeros(5)).tolist() == [0, 1, 2, 3, 4]
    assert new_order(np.zeros(0), np.zeros(0)).tolist() == []


@given(arrays.arrays(np.float32, st.integers(0, 30), elements=st.floats(-9, 9, width=32)))
def test_the_new_order_is_one_and_its_first_is_no_worse_in_both(scores):
    places = new_order(scores, np.zeros(len(scores))).tolist()
    assert sorted(places) == list(range(len(scores)))
    if places:
        assert not any(scores[p] > scores[places[0]] and p < places[0] for p in places)


# -- the stage -------------------------------------------------------------------------------------------


class Scripted:
    """Scores by rule, and remembers what it was shown; what `rule` raises, it raises."""

    name = "scripted"

    def __init__(self, rule):
        self.rule = rule
        self.seen: list[str] = []

    def score(self, wish, texts, *, on_batch=None):
        self.seen.extend(texts)
        return np.array([self.rule(text) for text in texts], dtype=np.float32)


def test_two_candidates_and_a_wish_are_needed():
    stage = Reranking(OverlapReranker())
    assert stage.reorder(Wish("a"), ["a"], np.zeros(1)) is None
    assert stage.reorder(Wish(), ["a", "b"], np.zeros(2)) is None
    assert stage.counts == {"done": 0, "late": 0, "failed": 0}


def test_a_trace_tells_ranks_and_score():
    order = Reranking(OverlapReranker()).reorder(Wish("duck"), ["goat", "hen", "duck"], np.zeros(3))
    assert order is not None
    moved = [(one.before, one.after, one.score) for one in order.traces]
    # "duck": 1/63 + 1/61; "goat": 1/61 + 1/62, which is more; "hen": 1/62 + 1/62.
    assert moved == [(1, 1, 0.0), (3, 2, 1.0), (2, 3, 0.0)]


def test_a_slow_reranker_is_left_behind_and_stops_at_its_next_batch(caplog):
    go, stopped = threading.Event(), threading.Event()

    class Slow:
        name = "slow"

        def score(self, wish, texts, *, on_batch=None):
            go.wait(20)
            try:
                on_batch(1)
            except Exception:
                stopped.set()
                raise
            return np.zeros(len(texts), dtype=np.float32)

    stage = Reranking(Slow(), budget_s=0.02)
    with caplog.at_level(logging.WARNING):
        assert stage.reorder(Wish("a"), ["a", "b"], np.zeros(2)) is None
        assert "took over 0.02 s; the fused order stands" in caplog.text
        # The slot is taken while the first still works: the second is late without being begun.
        assert stage.reorder(Wish("a"), ["a", "b"], np.zeros(2)) is None
        assert "every slot was taken" in caplog.text
    assert stage.counts == {"done": 0, "late": 2, "failed": 0}
    stage.close(wait_s=0.01)  # gives up on one that hangs
    assert not stopped.is_set()
    go.set()
    stage.close(wait_s=20)
    assert stopped.is_set()


@pytest.mark.parametrize(
    "rule", [lambda text: 1 / 0, lambda text: float("nan")], ids=["raises", "gives no numbers"]
)
def test_a_reranker_that_fails_is_counted_and_told(rule, caplog):
    stage = Reranking(Scripted(rule))
    with caplog.at_level(logging.WARNING):
        assert stage.reorder(Wish("secret words"), ["a", "b"], np.zeros(2)) is None
    assert stage.counts == {"done": 0, "late": 0, "failed": 1}
    assert "the fused order stands" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("limits", [{"items": 1}, {"budget_s": 0.0}, {"slots": 0}])
def test_limits_that_leave_nothing_are_refused(limits):
    with pytest.raises(ValueError, match="reranking needs"):
        Reranking(OverlapReranker(), **limits)


# -- in the pipeline -------------------------------------------------------------------------------------


@pytest.fixture
def with_reranker(tmp_path, retriever, encoder):
    """The retriever of the dozen films, with a reranker that waits for nobody."""

    def opened(reranker, items=20):
        stage = Reranking(reranker, items=items, budget_s=30)
        return open_retriever(tmp_path / "generations", "films", encoder, "cpu", stage)

    return opened


def test_a_reranker_moves_candidates_and_the_trace_says_so(retriever, with_reranker):
    query = Query(text="a film for a winter evening", k=12)
    plain = retriever.recall(query, 12)
    last = retriever.catalogue.item(plain[5])
    candidates = (
        with_reranker(Scripted(lambda text: float(text.startswith(last.title))), items=6)
        .retrieve(query)
        .candidates
    )
    by_id = {one.item.id: one for one in candidates}
    moved = by_id[last.id].trace.reranked
    # Of six: 1/66 + 1/61 against 1/61 + 1/62 and five more: only those before place 6 with rank 2 by score.
    assert (moved.before, moved.score) == (6, 1.0)
    assert moved.after < 6
    seen = [one for one in candidates if one.trace.reranked is not None]
    assert {one.item.id for one in seen} == set(plain[:6])
    assert sorted(one.trace.reranked.after for one in seen) == [1, 2, 3, 4, 5, 6]
    for one in seen:
        assert plain[one.trace.reranked.before - 1] == one.item.id
        assert one.rank - one.trace.displaced == one.trace.reranked.after


def test_hard_conditions_hold_whatever_a_reranker_says(with_reranker):
    loves_aliens = Scripted(lambda text: 100.0 * ("aliens" in text))
    query = Query(
        text="science fiction", constraints=(Constraint("themes", NoneOf(("aliens",)), SAID),), k=12
    )
    shortlist = with_reranker(loves_aliens).retrieve(query)
    assert shortlist.eligible == 10
    assert not any("aliens" in one.item.facets.get("themes", ()) for one in shortlist.candidates)
    assert loves_aliens.seen
    assert not any("aliens" in text for text in loves_aliens.seen)


def test_a_soft_wish_is_not_undone(with_reranker):
    soft = Constraint("genres", AnyOf(("crime",)), SAID, hard=False)
    loves_horror = Scripted(lambda text: 100.0 * ("horror" in text))
    found = with_reranker(loves_horror).retrieve(Query(text="a bank", constraints=(soft,), k=12)).candidates
    by_rerank = sorted(found, key=lambda one: one.trace.reranked.after)
    assert {one.item.id for one in by_rerank[:2]} == {"heist", "vault"}


def test_a_late_or_broken_reranker_leaves_the_answer_as_it_was(retriever, with_reranker):
    query = Query(text="grief in winter", anchors=("signal",), k=5)
    assert with_reranker(Scripted(lambda text: float("inf"))).retrieve(query) == retriever.retrieve(query)


@pytest.mark.parametrize(
    "query", [Query(text="drama", order=Order("year", True)), Query(), Query(anchors=("gone",))]
)
def test_nobody_is_asked_where_a_facet_decides_or_nothing_is_known(with_reranker, retriever, query):
    scripted = Scripted(lambda text: 1.0)
    assert with_reranker(scripted).retrieve(query) == retriever.retrieve(query)
    assert scripted.seen == []


# -- the cross-encoder -----------------------------------------------------------------------------------


@pytest.mark.models
def test_scores_are_those_of_sentence_transformers(folder, cross_encoder):
    import torch
    from sentence_transformers import CrossEncoder

    peer = CrossEncoder(str(folder), device="cpu", local_files_only=True, activation_fn=torch.nn.Identity())
    wanted = peer.predict([(wish_text(WISH), text) for text in TEXTS], show_progress_bar=False)
    np.testing.assert_allclose(cross_encoder.score(WISH, TEXTS), wanted, atol=0.15 * wanted.std())
    assert cross_encoder.precision in ("float32", "bfloat16")


@pytest.mark.models
def test_damaged_weights_give_no_scores(tmp_path):
    broken = CrossEncoderReranker(
        str(tiny_model(tmp_path / "m", head=True, weight=float("nan"))), device="cpu"
    )
    with pytest.raises(RerankerFailed, match="no numbers; its weights are damaged"):
        broken.score(WISH, TEXTS)


@pytest.mark.models
def test_a_name_changes_with_the_weights(tmp_path, folder, cross_encoder):
    again = tiny_model(tmp_path / "tiny", head=True)
    assert CrossEncoderReranker(str(again)).name == cross_encoder.name
    other = tiny_model(tmp_path / "tiny2", head=True, seed=1)
    assert CrossEncoderReranker(str(other)).name.split("-")[-1] != cross_encoder.name.split("-")[-1]


@pytest.mark.models
def test_a_model_of_several_classes_is_refused(tmp_path):
    classes = CrossEncoderReranker(str(tiny_model(tmp_path / "m", head=True, labels=3)), device="cpu")
    with pytest.raises(ModelMissing, match="3 numbers a pair, where one is needed"):
        classes.score(WISH, TEXTS)


def make_folder(path, config, modules=None, weights="model.safetensors"):
    path.mkdir()
    (path / "config.json").write_text(json.dumps(config))
    if modules:
        (path / "modules.json").write_text(json.dumps([{"path": "", "type": kind} for kind in modules]))
    (path / weights).write_bytes(b"")
    return str(path)


SCORES = {"architectures": ["BertForSequenceClassification"]}


@pytest.mark.parametrize(
    ("config", "modules", "weights", "why"),
    [
        ({**SCORES, "auto_map": {"AutoModel": "evil.Model"}}, None, "model.safetensors", "its own code"),
        (SCORES, ["evil.Module"], "model.safetensors", "its own code"),
        (SCORES, ["sentence_transformers.models.Router"], "model.safetensors", "its own code"),
        (SCORES, None, "pytorch_model.bin", "pickled ones are never read"),
        ({"architectures": ["BertModel"]}, None, "model.safetensors", r"no cross-encoder \(BertModel\)"),
        ({}, None, "model.safetensors", "no architecture named"),
    ],
)
def test_what_could_run_code_or_cannot_score_is_refused_before_any_load(
    tmp_path, config, modules, weights, why
):
    with pytest.raises(ModelMissing, match=why):
        CrossEncoderReranker(make_folder(tmp_path / "m", config, modules, weights))


def test_weights_that_do_not_load_are_told_in_a_sentence(tmp_path):
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        CrossEncoderReranker(make_folder(tmp_path / "m", SCORES), device="cpu").score(WISH, TEXTS)


def test_an_unknown_name_is_told_before_anybody_waits(tmp_path):
    with pytest.raises(
        ModelMissing, match=r"no reranker 'nobody/nothing' on this machine; set PARLEY_RERANKER"
    ):
        CrossEncoderReranker("nobody/nothing")
    with pytest.raises(ModelMissing, match=r"config\.json cannot be read"):
        CrossEncoderReranker(str(tmp_path))
