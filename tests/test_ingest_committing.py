"""The committer: one at a time, in order, one ahead; what a batch ends with is raised and nothing follows it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ingest.committing import Committer


@pytest.fixture
def committer() -> Iterator[Committer]:
    committer = Committer()
    committer.start()
    yield committer
    committer.close()


def test_batches_are_finished_in_the_order_given(committer: Committer) -> None:
    done: list[int] = []
    for n in range(100):
        committer.give(lambda n=n: done.append(n))  # type: ignore[misc]
    assert committer.settle()
    assert done == list(range(100))


def test_the_giver_goes_on_while_a_batch_is_under_way_but_waits_with_the_next(committer: Committer) -> None:
    go, given = threading.Event(), threading.Event()
    done: list[str] = []

    def finish_first() -> None:
        go.wait(60)
        done.append("first")

    committer.give(finish_first)

    def give_second() -> None:
        committer.give(lambda: done.append("second"))
        given.set()

    giver = threading.Thread(target=give_second)
    giver.start()
    assert not committer.settle(0)
    assert not given.wait(0.1), "there is room for one only"
    go.set()
    giver.join(60)
    assert committer.settle(10)
    assert done == ["first", "second"]


def test_nothing_follows_a_batch_that_failed(committer: Committer) -> None:
    class Away(Exception):  # noqa: N818 - a stand-in for any ending
        pass

    def fail() -> None:
        raise Away

    done: list[str] = []
    committer.give(fail)
    for _ in range(2):
        with pytest.raises(Away):
            committer.give(lambda: done.append("later"))
    with pytest.raises(Away):
        committer.settle()
    assert done == []


def test_closing_finishes_what_is_under_way() -> None:
    committer = Committer()
    committer.start()
    go = threading.Event()
    done: list[int] = []

    def finish() -> None:
        go.wait(60)
        done.append(1)

    committer.give(finish)
    threading.Timer(0.05, go.set).start()
    committer.close()
    assert done == [1]
