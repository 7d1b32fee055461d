"""Waits between tries: bounded, growing, spread."""

from __future__ import annotations

import random

from ingest.backoff import Backoff


def test_waits_double_up_to_the_bound_and_begin_again_after_a_success() -> None:
    backoff = Backoff(first_s=0.2, most_s=10.0, rng=random.Random(1))
    bounds_s = [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
    for bound_s in bounds_s:
        assert bound_s / 2 <= backoff.next_s() <= bound_s
    backoff.reset()
    assert backoff.next_s() <= 0.2


def test_a_peer_that_is_away_for_days_is_still_tried() -> None:
    backoff = Backoff(first_s=0.2, most_s=10.0, rng=random.Random(1), tries=100_000)
    assert 5.0 <= backoff.next_s() <= 10.0


def test_two_clients_do_not_come_back_at_once() -> None:
    waits = {Backoff(first_s=0.2, most_s=10.0, rng=random.Random(seed)).next_s() for seed in range(20)}
    assert len(waits) == 20
