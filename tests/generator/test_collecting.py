"""Collecting what a chat model writes: whatever it does, there is an end to it; and leaving it alone."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator

import pytest
from invented import shop

from generator.backends.scripted import ScriptedChatModel
from generator.breaking import Breaker
from generator.chat_model import Sampling
from generator.collecting import WRITING_THREAD, Collector, is_slow, loops
from generator.replies import Reply
from generator.writer import Writer
from retriever.errors import ChatModelFailed, ModelMissing

SOON = Sampling(deadline_s=20)  # enough on the slowest machine
BRIEF = Sampling(deadline_s=0.2)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def collected(work, sampling: Sampling = SOON, **more) -> tuple[str, bool]:
    return Collector().collect(work, sampling, **more)


def no_one_writes() -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if not any(thread.name == WRITING_THREAD for thread in threading.enumerate()):
            return True
        time.sleep(0.01)
    return False


def test_all_pieces_are_one_text():
    assert collected(lambda _: iter(["It is ", "a lamp."])) == ("It is a lamp.", True)


def test_pieces_without_end_that_hold_nothing_cost_no_memory():
    def hollow(sampling: Sampling) -> Iterator[str]:
        while True:
            yield ""

    assert collected(hollow, Sampling(deadline_s=0.1)) == ("", False)
    assert no_one_writes()
    assert list(Collector().arriving(lambda _: iter(["", "a lamp", ""]), SOON)) == ["a lamp"]


def test_what_came_in_time_is_given_and_the_rest_is_told_to_stop():
    stopped = threading.Event()

    def slow(sampling: Sampling) -> Iterator[str]:
        yield "It is"
        while not sampling.cancelled():
            time.sleep(0.01)
        stopped.set()

    begun = time.monotonic()
    assert collected(slow, BRIEF) == ("It is", False)
    assert time.monotonic() - begun < 5
    assert stopped.wait(5)
    assert no_one_writes()


def test_who_asked_and_went_away_is_waited_for_no_longer():
    gone = threading.Event()
    threading.Timer(0.1, gone.set).start()
    stopped = threading.Event()

    def slow(sampling: Sampling) -> Iterator[str]:
        while not sampling.cancelled():
            time.sleep(0.01)
        stopped.set()
        yield ""

    begun = time.monotonic()
    assert collected(slow, Sampling(deadline_s=20, cancelled=gone.is_set)) == ("", False)
    assert time.monotonic() - begun < 5
    assert stopped.wait(5)


def test_a_chat_model_that_ends_at_its_deadline_without_a_word_has_not_finished():
    def quiet(sampling: Sampling) -> Iterator[str]:
        time.sleep(sampling.deadline_s)
        return iter(())

    assert collected(quiet, BRIEF) == ("", False)


def test_pieces_are_handed_on_as_they_come_and_closing_stops_the_chat_model():
    stopped = threading.Event()

    def talks(sampling: Sampling) -> Iterator[str]:
        number = 0
        while not sampling.cancelled():
            yield f"{number} "
            number += 1
            time.sleep(0.01)
        stopped.set()

    pieces = Collector().arriving(talks, Sampling(max_tokens=1000, deadline_s=20))
    assert [next(pieces) for _ in range(3)] == ["0 ", "1 ", "2 "]
    pieces.close()
    assert stopped.wait(5)
    assert no_one_writes()


def test_answers_side_by_side_are_looked_at_each_by_itself():
    rows = [(row, word) for word in ("It ", "is ", "a ", "lamp.") for row in range(6)]
    assert list(Collector().arriving(lambda _: iter(rows), SOON)) == rows
    again = [(0, "It is "), (1, "la la ")] * 8
    with pytest.raises(ChatModelFailed, match="repeats itself"):
        list(Collector().arriving(lambda _: iter(again), SOON))


def test_too_little_time_is_told_as_such():
    with pytest.raises(ChatModelFailed, match=r"longer than 0\.2 s") as failure:
        list(Collector().arriving(lambda _: iter(lambda: time.sleep(0.05) or "", None), BRIEF))
    assert is_slow(failure.value)


class Odd(Exception):
    pass


def raises(error: BaseException):
    def begin(_: Sampling) -> Iterator[str]:
        yield "It is a lamp."
        raise error

    return begin


@pytest.mark.parametrize("error", [Odd("words"), RuntimeError(), MemoryError(), StopAsyncIteration()])
def test_an_error_of_any_class_is_a_failure_of_the_chat_model(error):
    with pytest.raises(ChatModelFailed, match=type(error).__name__):
        collected(raises(error))


def test_an_error_before_the_first_piece_counts_too():
    def begin(_: Sampling) -> Iterator[str]:
        raise Odd

    with pytest.raises(ChatModelFailed, match="Odd"):
        collected(begin)


@pytest.mark.parametrize("piece", [None, 7, b"bytes", ["text"]])
def test_a_piece_that_is_no_text_is_a_failure(piece):
    with pytest.raises(ChatModelFailed, match=type(piece).__name__):
        collected(lambda _: iter(["It is ", piece]))


def test_one_huge_piece_is_a_failure():
    with pytest.raises(ChatModelFailed, match="over 1280 characters"):
        collected(lambda _: iter(["It is a lamp. " * 10_000]))


def test_an_error_on_leaving_changes_nothing():
    class Leaves:
        def __init__(self) -> None:
            self.pieces = iter(["It is ", "a lamp."])

        def __iter__(self):
            return self.pieces

        def close(self) -> None:
            raise Odd

    assert collected(lambda _: Leaves()) == ("It is a lamp.", True)


@pytest.mark.parametrize(
    "pieces",
    [
        ["la "],
        ["la"],
        ["\n"],
        ["\ufffd"],
        ["a lamp and "],
        ["It is a lamp. "],
        ["of ", "the ", "one ", "kind "],
    ],
)
def test_a_loop_is_noticed_long_before_the_deadline(pieces):
    def endless(sampling: Sampling) -> Iterator[str]:
        while not sampling.cancelled():
            yield from pieces

    begun = time.monotonic()
    with pytest.raises(ChatModelFailed, match="repeats itself"):
        collected(endless, Sampling(max_tokens=1000, deadline_s=20))
    assert time.monotonic() - begun < 5
    assert no_one_writes()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It is a lamp, and a lamp it is.",
        "Ha, ha, ha.",
        "It is red and blue, red and green, red and grey, and red and white.",
        "It costs €1,000,000,000.00",
        "Bora Bora, Baden-Baden, Walla Walla and New York, New York.",
    ],
)
def test_what_people_repeat_is_no_loop(text):
    assert not loops(text)


# left alone


def test_after_three_failures_in_a_row_it_rests_then_one_may_try():
    clock = Clock()
    breaker = Breaker(3, 30.0, clock=clock)
    assert [breaker.failed() for _ in range(2)] == [False, False]
    assert breaker.allows()
    assert breaker.failed()  # told once
    assert not breaker.allows()
    clock.now += 29.9
    assert not breaker.allows()
    clock.now += 0.2
    assert [breaker.allows() for _ in range(3)] == [True, False, False]


def test_a_trial_that_fails_begins_another_rest_and_one_that_succeeds_ends_it():
    clock = Clock()
    breaker = Breaker(1, 30.0, clock=clock)
    breaker.failed()
    clock.now += 31
    assert breaker.allows()
    assert not breaker.failed()
    clock.now += 29
    assert not breaker.allows()
    clock.now += 2
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


def test_a_success_in_between_begins_the_count_anew():
    breaker = Breaker(2, 30.0, clock=Clock())
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    assert breaker.allows()


@pytest.mark.parametrize(("failures", "rest"), [(0, 1.0), (1, 0.0)])
def test_a_breaker_that_could_not_work_is_refused(failures, rest):
    with pytest.raises(ValueError, match="a failure and some rest at least"):
        Breaker(failures, rest)


def test_a_chat_model_that_fails_again_and_again_is_left_alone_and_that_is_told_once(caplog):
    model = ScriptedChatModel(fail=True)
    writer = Writer(model)
    replies = [list(writer.write(shop()))[-1] for _ in range(8)]
    assert len(model.calls) == 3
    assert all(isinstance(reply, Reply) and reply.degraded for reply in replies)
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 4
    assert [message for message in caplog.messages if "again and again" in message] == caplog.messages[-1:]


def test_who_has_heard_enough_makes_no_failure_of_it():
    collector = Collector(Breaker(2, 30.0))
    for _ in range(3):
        with pytest.raises(ChatModelFailed, match="Odd"):
            collector.collect(raises(Odd()), SOON)
        heard = collector.arriving(lambda _: iter(["a ", "lamp"]), SOON)
        assert next(heard) == "a "
        heard.close()


def test_a_log_line_names_classes_and_repeats_no_words(caplog):
    for error in (Odd("secret words"), ChatModelFailed("secret words"), ModelMissing("secret words")):
        with pytest.raises((ChatModelFailed, ModelMissing)):
            collected(raises(error))
    assert "Odd" in caplog.text
    assert "secret" not in caplog.text
    assert len(caplog.records) == 2  # that none is there was told at the start


def test_being_slow_for_words_of_its_own_is_no_failure():
    collector = Collector(Breaker(1, 30.0))

    def slow(sampling: Sampling) -> Iterator[str]:
        while not sampling.cancelled():
            time.sleep(0.01)
        yield ""

    for may_be_slow in (True, False):
        assert collector.collect(slow, Sampling(deadline_s=0.1), may_be_slow=may_be_slow) == ("", False)
    with pytest.raises(ChatModelFailed, match="left alone"):
        collector.collect(slow, Sampling(deadline_s=0.1))
    assert collector.left_alone == 1
