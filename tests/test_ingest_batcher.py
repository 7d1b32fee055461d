"""The batcher: full, old, asked for; order kept; the estimate of fixes learned."""

from __future__ import annotations

import pytest

from ingest.batcher import Batcher
from ingest.delivery import Batch, Delivery
from ingest.packets import PacketSplitter, publish_packet


def delivery(payloads: list[bytes], received_at_ms: int = 0, topic: bytes = b"t", connection: int = 1) -> Delivery:
    stream = b"".join(publish_packet(topic, payload, version5=False) for payload in payloads)
    return Delivery(PacketSplitter().feed(stream), received_at_ms, connection, False)


def test_nothing_is_due_while_nothing_waits() -> None:
    batcher = Batcher(flush_fixes=10, flush_age_ms=100)
    assert batcher.take(10**9) == []
    assert batcher.take(10**9, flush=True) == []
    assert batcher.due_in_ms(10**9) == 100


def test_a_young_small_batch_waits_until_it_is_old() -> None:
    batcher = Batcher(flush_fixes=10, flush_age_ms=100)
    batcher.add([delivery([b"x"], 1000)])
    assert batcher.take(1099) == []
    assert batcher.due_in_ms(1099) == 1
    assert len(batcher.take(1100)) == 1
    assert len(batcher) == 0


def test_the_oldest_message_decides_the_age() -> None:
    batcher = Batcher(flush_fixes=10, flush_age_ms=100)
    batcher.add([delivery([b"x"], 1000)])
    batcher.add([delivery([b"x"], 1090)])
    assert len(batcher.take(1100)) == 2


def test_a_full_batch_is_taken_at_once_and_the_rest_stays() -> None:
    batcher = Batcher(flush_fixes=10, flush_age_ms=100)
    deliveries = [delivery([b"x"] * 4, 1000) for _ in range(5)]
    batcher.add(deliveries)
    assert batcher.take(1000) == deliveries[:3], "the delivery that fills the batch still belongs to it"
    assert batcher.take(1000) == []
    assert batcher.take(1000, flush=True) == deliveries[3:]


def test_large_payloads_count_as_many_fixes_until_it_is_known_better() -> None:
    batcher = Batcher(flush_fixes=100, flush_age_ms=100)
    large = [delivery([b"x" * 1600], 0) for _ in range(4)]
    batcher.add(large)
    assert batcher.take(0) == large[:2], "1600 bytes may be 50 binary fixes"
    for _ in range(40):
        batcher.learn(batch_bytes=1600, fixes=10)
    assert batcher.take(0) == []
    assert batcher.take(100) == large[2:]


def test_a_batch_without_fixes_teaches_nothing() -> None:
    batcher = Batcher(flush_fixes=100, flush_age_ms=100)
    batcher.learn(batch_bytes=10_000, fixes=0)
    batcher.add([delivery([b"x" * 3200])])
    assert len(batcher.take(0)) == 1


def test_a_clock_that_was_set_back_does_not_stall() -> None:
    batcher = Batcher(flush_fixes=100, flush_age_ms=100)
    batcher.add([delivery([b"x"], 3_600_000)])
    assert len(batcher.take(0)) == 1


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_a_batch_reads_like_its_deliveries(parts: int) -> None:
    deliveries = [delivery([b"%d-%d" % (p, i) for i in range(p + 1)], p, b"topic/%d" % p) for p in range(parts)]
    block = Batch.of(deliveries).block
    expected = [(b"topic/%d" % p, b"%d-%d" % (p, i), p) for p in range(parts) for i in range(p + 1)]
    assert [(block.topic(i), block.payload(i), int(block.received_at_ms[i])) for i in range(len(block))] == expected


def test_packet_ids_are_told_apart_by_connection() -> None:
    packets = [PacketSplitter().feed(b"\x32\x05\x00\x01t" + bytes([0, n])) for n in (7, 8, 1)]
    batch = Batch.of(
        [Delivery(read, 0, connection, False) for read, connection in zip(packets, (1, 1, 2), strict=True)]
    )
    assert [(connection, ids.tolist()) for connection, ids in batch.by_connection()] == [(1, [7, 8]), (2, [1])]


def test_an_old_batch_goes_on_growing_until_it_is_full_while_only_full_ones_are_wanted() -> None:
    batcher = Batcher(flush_fixes=10, flush_age_ms=100)
    batcher.add([delivery([b"x"] * 6, 1000)])
    assert batcher.take(5000, only_full=True) == []
    batcher.add([delivery([b"x"] * 6, 1050)])
    assert sum(map(len, batcher.take(5000, only_full=True))) == 12


def test_a_batch_asked_for_is_taken_even_if_it_is_not_full() -> None:
    batcher = Batcher(flush_fixes=10, flush_age_ms=100)
    batcher.add([delivery([b"x"], 1000)])
    assert len(batcher.take(1000, flush=True, only_full=True)) == 1
