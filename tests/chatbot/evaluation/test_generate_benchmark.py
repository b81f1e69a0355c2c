"""The benchmark of what is said: counted by hand on invented replies, and run with scripted chat models."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chatbot.build import Parley
from chatbot.evaluation.benchmarks.generate import Contender, run_generate, time_decoding
from chatbot.evaluation.benchmarks.listening import ListeningWriter, Overheard, Spoken
from chatbot.evaluation.benchmarks.quality import SeenReply, quality_of, quotes_person, uses_words
from generator.backends.scripted import ScriptedChatModel
from generator.chat_model import Message, Sampling, SteerRequest
from generator.lattice import Lattice
from generator.peers import PeerAnswer
from generator.replies import Evidence, ItemEvidence, Recommendation, Reply, Task
from retriever.domain import AnyOf, Constraint, Item, Source, SourceKind
from retriever.errors import InputError

ITEMS = [Item(one, f"Film {one}", "", {}) for one in "abc"]


def reply(
    reasons: list[str],
    *,
    spoken: tuple[Spoken, ...] = (),
    quotes: str = "",
    unsupported: tuple[str, ...] = (),
    removed: int = 0,
) -> SeenReply:
    """A reply with a card a reason; the evidence of those in `quotes`, by letter, has "something slow"."""
    asked = Constraint("mood", AnyOf(("slow",)), Source(SourceKind.QUOTE, 1, "something slow"))
    items = ITEMS[: len(reasons)]
    evidence = Evidence(
        Task.RECOMMEND,
        (),
        items=tuple(
            ItemEvidence(item, rank, met=(asked,) if item.id in quotes else ())
            for rank, item in enumerate(items, 1)
        ),
    )
    cards = tuple(Recommendation(item, 1, text) for item, text in zip(items, reasons, strict=True))
    overheard = Overheard(evidence, Reply("", cards, removed), spoken, 0.1, 0.2, 0.4)
    return SeenReply("films", "Something slow, please", overheard, cards, unsupported)


def spoken(text: str, seconds: float = 2.0, *, free: bool = True) -> Spoken:
    return Spoken((Message("user", "?"),), text, seconds, free)


def test_a_quotation_is_the_persons_own_only_word_for_word():
    assert quotes_person("It is slow, so “something slow” fits.", "Something SLOW, please")
    assert not quotes_person("It is slow, so “slowly” fits.", "something slow")
    assert not quotes_person("It is slow, so “thing” fits.", "something slow")
    assert not quotes_person("It is something slow.", "something slow")
    assert not quotes_person("“so”", "so slow")  # too short to be anybody's


def test_words_of_the_description_are_nobodys_wish():
    item = Item("w", "War Film", "It declares war over practically nothing.", {})
    told = "It is a comedy. It declares war over practically nothing."
    assert not uses_words(Recommendation(item, 1, told), ["war"])
    assert uses_words(Recommendation(item, 1, f"{told} It is about wars, as you wished."), ["war"])
    assert not uses_words(Recommendation(item, 1, told), [])


def test_the_counts_are_those_made_by_hand():
    first = reply(
        ["A slow film of rain. You said “something slow”.", "A slow film about boats."],
        spoken=(spoken("A slow film of rain."), spoken("It won an Oscar.")),
        quotes="ab",
        removed=1,
        unsupported=("Oscar",),
    )
    second = reply(["Dogs run. They bark."], spoken=(spoken("Dogs run. They bark.", 1.0, free=False),))
    told = quality_of("ours", [first, second])
    assert (told.cards, told.replies) == (3, 2)
    assert (told.ungrounded_shown, told.ungrounded) == (1, ("Oscar",))
    # Three of the chat model's sentences stand on cards, one was removed.
    assert (told.spoken_sentences, told.removed_share) == (4, 0.25)
    assert told.free_removed_share == 0.5  # two of the three were steered
    assert (told.reasoned, told.quoted_share, told.own_words_share) == (2, 0.5, 0.5)
    assert told.shared_openings == 1.0  # of one reply with several cards: "a slow film" twice
    assert told.fallback_share == pytest.approx(1 / 3)
    assert told.words_a_card == pytest.approx((9 + 5 + 4) / 3)
    assert told.words_per_s == pytest.approx((5 + 4 + 4) / 5.0)
    assert (told.first_card.p50_ms, told.whole_reply.n) == (200.0, 2)


def test_plain_sentences_have_nothing_that_only_a_chat_model_has():
    told = quality_of("plain", [reply(["Dogs run."])])
    assert told.spoken_sentences is None
    assert told.removed_share is None
    assert told.fallback_share is None
    assert told.words_per_s is None
    assert told.own_words_share is None  # nobody's words were met


def test_a_system_that_shows_nothing_cannot_be_counted():
    with pytest.raises(ValueError, match="showed no card"):
        quality_of("silent", [])


class Ticking:
    """A clock that goes on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        self.at += 1.0
        return self.at


def test_the_writer_hears_what_was_said_and_when(parley: Parley):
    clock = Ticking()
    model = ScriptedChatModel(["Zorblatt made it in Paris."])
    writer = ListeningWriter(model, clock=clock)
    item = parley.shelf.get("films").catalogue.items[0]
    evidence = Evidence(
        Task.RECOMMEND, parley.shelf.get("films").catalogue.facets, items=(ItemEvidence(item, 1),), eligible=1
    )
    writer.message_comes()
    pieces = list(writer.write(evidence, deadline_s=1000.0))
    (heard,) = writer.heard
    assert heard.reply is pieces[-1]
    assert [each.text for each in heard.spoken] == ["Zorblatt made it in Paris."]
    assert heard.reply.ungrounded_removed == 1
    assert heard.first_card_s is not None
    assert heard.first_words_s < heard.first_card_s <= heard.total_s


@pytest.fixture
def run(parley: Parley) -> Callable[..., object]:
    def go(model: ScriptedChatModel, **options):
        contenders = [Contender("spoken", model), Contender("plain", None)]
        return run_generate(parley, ["films", "shop"], contenders, **options)

    return go


def test_what_is_invented_is_removed_and_never_shown(run):
    done = run(ScriptedChatModel(["Zorblatt made it in Paris."]), cards=5, seed=1)
    ours, plain = done.qualities
    assert (ours.cards, plain.cards) == (5, 5)
    assert ours.removed_share == 1.0
    assert ours.fallback_share == 1.0
    assert (ours.ungrounded_shown, plain.ungrounded_shown) == (0, 0)
    assert {one.catalogue for one in done.shown} == {"films", "shop"}
    assert not any("Zorblatt" in one.reason for one in done.shown)
    # The same people said the same to both.
    assert [(o.said, o.item) for o in done.shown if o.system == "spoken"] == [
        (o.said, o.item) for o in done.shown if o.system == "plain"
    ]


def test_the_same_seed_gives_the_same_cards_and_another_gives_others(parley: Parley):
    first, again, other = (
        run_generate(parley, ["shop"], [Contender("plain", None)], cards=2, seed=seed).shown
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_fewer_pairs_than_catalogues_are_refused(run):
    with pytest.raises(InputError, match="--pairs is 1; it has to be at least 2"):
        run(ScriptedChatModel(), cards=1)


class Counting:
    """Stands in for the library: a token a word, always as many as asked for."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def answer(self, messages, tokens, *, exactly=False):
        assert exactly
        self.asked.append((messages[0].content, tokens))
        return PeerAnswer("word " * tokens, tokens)

    def tokens(self, text):
        return len(text.split())


def test_both_decode_each_prompt_once_after_the_warm_up():
    prompts = [(Message("user", "one"),), (Message("user", "two"),)]
    model, peer = ScriptedChatModel(["four words of answer"]), Counting()
    done = time_decoding(model, peer, prompts)  # type: ignore[arg-type]
    # Twice to learn how long our answers are, then by turns.
    assert [call[0].content for call in model.calls] == ["one", "two", "one", "two", "one"]
    assert peer.asked == [("one", 4), ("two", 4), ("one", 4)]
    assert done.prompts == 2
    assert done.ours_per_s > 0
    assert done.peer_per_s > 0
    assert done.ratio.low <= done.ratio.value <= done.ratio.high
    assert done.together is None  # this model can't be steered


class Steered(ScriptedChatModel):
    """Says two words for each request."""

    tuned = False

    def steer(self, messages, lattice, sampling):
        yield "two words"

    def steer_all(self, requests, sampling):
        self.calls.append(tuple(request.seed for request in requests))
        yield from ((place, "two words") for place in range(len(requests)))


def test_the_cards_of_a_reply_are_timed_side_by_side():
    asked = [SteerRequest((Message("user", "x"),), Lattice({}), seed) for seed in range(5)]
    model = Steered(["four words of answer"])
    prompts = [(Message("user", "one"),)]
    peer = Counting()
    done = time_decoding(model, peer, prompts, together=[asked[:3], asked[3:]])  # type: ignore[arg-type]
    seeds = [call for call in model.calls if isinstance(call[0], int)]
    assert seeds == [(0, 1, 2), (3, 4), (0, 1, 2), (3, 4), (0, 1, 2)]
    assert [count for said, count in peer.asked if said == "x"] == [2] * (3 + 2 + 3)
    assert done.together is not None
    assert (done.together.replies, done.together.cards) == (2, 5)
    assert done.together.ours_per_s > 0
    assert done.together.peer_per_s > 0
    assert done.together.ratio.low <= done.together.ratio.value <= done.together.ratio.high


def test_what_is_asked_for_together_is_overheard():
    writer = ListeningWriter(Steered(["words"]))
    asked = [SteerRequest((Message("user", "x"),), Lattice({}), seed) for seed in range(2)]
    pieces = list(writer._listening.steer_all(asked, Sampling()))  # type: ignore[union-attr]
    assert pieces == [(0, "two words"), (1, "two words")]
    assert writer._listening.together == tuple(asked)  # type: ignore[union-attr]
    assert [one.text for one in writer._listening.spoken] == ["two words"] * 2  # type: ignore[union-attr]
