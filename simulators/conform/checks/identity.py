"""Identity: (epoch, seq) names a record once and for ever, and leaves no hole."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import inf

from simulators.conform.check import Check, Finding
from simulators.conform.observed import Delivery, Key, Log
from simulators.instant import from_milliseconds

LATE_GRACES = 5.0  # a record that is older than so many graces when it comes is part of a backlog
CLOCK_STEP_MS = 1000  # a receiver that sets the clock may move it back this far


def _numbered(log: Log) -> dict[int, list[int]]:
    """Return the seqs of each epoch that counts, ascending."""
    seqs: dict[int, list[int]] = {}
    for epoch, seq in sorted(log.deliveries):
        if epoch > 0:
            seqs.setdefault(epoch, []).append(seq)
    return seqs


def _first(log: Log, key: Key) -> Delivery:
    return log.deliveries[key][0]


def _gaps(log: Log) -> Iterator[Finding]:
    backlog = _backlog(log)
    restarts = {(epoch, high) for epoch, _, high in _restarts(log)}
    for epoch, seqs in _numbered(log).items():
        for low, high in pairwise(seqs):
            edges = _first(log, (epoch, low)).time_ms, _first(log, (epoch, high)).time_ms
            still_coming = edges[0] <= backlog[1] and edges[1] >= backlog[0]
            if high - low > 1 and (epoch, high) not in restarts and not still_coming:
                missing = f"{low + 1}" if high - low == 2 else f"{low + 1} to {high - 1}"
                en = f"expected every seq of epoch {epoch}, got none of {missing} ({high - low - 1} records)"
                zh = f"epoch {epoch} 的 seq 应连续，缺 {missing}（{high - low - 1} 条）"
                delivery = _first(log, (epoch, high))
                yield Finding(delivery.content.message, en, zh, delivery.source)


def _backlog(log: Log) -> tuple[float, float]:
    """Return the first and last time of what came late and at the end of the log: a backlog that is still coming."""
    recent_ms, late_ms = 1000 * log.timing.retry_first_most_s, LATE_GRACES * 1000 * log.timing.grace_s
    first = [heard[0] for heard in log.deliveries.values() if heard[0].time_ms]
    times = [one.time_ms for one in first if one.at_ms > log.end_ms - recent_ms and one.at_ms - one.time_ms > late_ms]
    return (min(times), max(times)) if times else (inf, -inf)


def _reused(log: Log) -> Iterator[Finding]:
    for key, heard in log.deliveries.items():
        other = next((one for one in heard if one.time_ms and heard[0].time_ms not in {0, one.time_ms}), None)
        if key[0] > 0 and other is not None:
            first, now = from_milliseconds(heard[0].time_ms), from_milliseconds(other.time_ms)
            en = f"epoch {key[0]}, seq {key[1]} was the record of {first} and is now that of {now}"
            zh = f"epoch {key[0]}、seq {key[1]} 先后用于 {first} 和 {now} 两条记录"
            yield Finding(other.content.message, en, zh, other.source)


def _changed(log: Log) -> Iterator[Finding]:
    for key, heard in log.deliveries.items():
        first = heard[0]
        other = next((one for one in heard if one.time_ms == first.time_ms and one.source != first.source), None)
        if other is not None and other.content.topic == first.content.topic:
            en = f"epoch {key[0]}, seq {key[1]} came again with other bytes; first: {_quoted(first.source)}"
            zh = f"epoch {key[0]}、seq {key[1]} 重发时内容改变；首次为 {_quoted(first.source)}"
            yield Finding(other.content.message, en, zh, other.source)


def _quoted(source: bytes) -> str:
    text = source.decode("ascii", "replace")
    return text[:160] if text.isprintable() else source.hex(" ")[:160]


def _restarts(log: Log) -> Iterator[tuple[int, int, int]]:
    """Yield (epoch, low, high) where a higher number belongs to an earlier record, and the two are no neighbours."""
    for epoch, seqs in _numbered(log).items():
        timed = [seq for seq in seqs if (epoch, seq) in log.times_ms]
        for low, high in pairwise(timed):
            earlier = log.times_ms[epoch, low] - log.times_ms[epoch, high] > CLOCK_STEP_MS
            if earlier and high - low > 1:
                yield epoch, low, high


def _restarted(log: Log) -> Iterator[Finding]:
    for epoch, low, high in _restarts(log):
        delivery = _first(log, (epoch, low))
        en = f"seq {low} is of a later record than seq {high}: the counter went back without a new epoch ({epoch})"
        zh = f"seq {low} 的记录晚于 seq {high}：计数器回退但 epoch（{epoch}）未变"
        yield Finding(delivery.content.message, en, zh, delivery.source)


def _by_time(log: Log) -> list[tuple[int, Key]]:
    return sorted((time_ms, key) for key, time_ms in log.times_ms.items() if key[0] > 0)


def _epoch_back(log: Log) -> Iterator[Finding]:
    firsts: dict[int, tuple[int, Key]] = {}
    for time_ms, key in _by_time(log):
        firsts.setdefault(key[0], (time_ms, key))
    ordered = sorted(firsts.values())
    for (_, before), (_, after) in pairwise(ordered):
        if after[0] < before[0]:
            delivery = _first(log, after)
            en = f"expected an epoch above {before[0]} for later records, got {after[0]}"
            zh = f"后来的记录 epoch 应大于 {before[0]}，实为 {after[0]}"
            yield Finding(delivery.content.message, en, zh, delivery.source)


def _epoch_churn(log: Log) -> Iterator[Finding]:
    """Epochs of records that were made while we listened; each needs a boot that tells of it."""
    if not log.up:
        return
    began_ms = log.up[0].message.at_ms
    live = [key for time_ms, key in _by_time(log) if time_ms >= began_ms - log.timing.grace_s * 1000]
    told = {
        content.state.epoch for content in log.states if content.state is not None and content.state.state == "boot"
    }
    for before, after in pairwise(live):
        if after[0] > before[0] and after[0] not in told:
            delivery = _first(log, after)
            en = f"epoch {before[0]} became {after[0]} though nobody pulled the battery and no boot told of it"
            zh = f"epoch 由 {before[0]} 变为 {after[0]}，但既未断电，也无 boot 状态说明"
            yield Finding(delivery.content.message, en, zh, delivery.source)


def _epoch_zero(log: Log) -> Iterator[Finding]:
    """Numbers derived from a checksum are spread over 32 bits; two neighbours among them are no chance."""
    seqs = sorted(seq for epoch, seq in log.deliveries if epoch == 0)
    neighbours = next((low for low, high in pairwise(seqs) if high - low == 1), None)
    if neighbours is not None:
        delivery = _first(log, (0, neighbours))
        en = f"epoch 0 with a counter (seq {neighbours}, {neighbours + 1}): gaps are then never noticed"
        zh = f"epoch 0 却使用递增 seq（{neighbours}、{neighbours + 1}）：epoch 0 表示 seq 不是计数器，缺失将无法发现"
        yield Finding(delivery.content.message, en, zh, delivery.source)


CHECKS = (
    Check(
        "seq_gap",
        "must",
        ("records",),
        "identity",
        "Every seq that is given out is sent: seq counts up by one.",
        "seq 逐一递增，每个编号都要发出。",
        _gaps,
    ),
    Check(
        "identity_reused",
        "must",
        ("records",),
        "identity",
        "(epoch, seq) names one record for ever.",
        "（epoch, seq）永远只指一条记录。",
        _reused,
    ),
    Check(
        "resend_unchanged",
        "must",
        ("records",),
        "resend",
        "A record that is sent again is the same to the last byte.",
        "重发的记录逐字节不变。",
        _changed,
    ),
    Check(
        "counter_restarted",
        "must",
        ("records",),
        "identity",
        "A counter that is lost begins a greater epoch.",
        "计数器丢失后必须启用更大的 epoch。",
        _restarted,
    ),
    Check(
        "epoch_grows",
        "must",
        ("records",),
        "identity",
        "A new epoch is greater than every one before.",
        "新的 epoch 大于以往任何一个。",
        _epoch_back,
    ),
    Check(
        "epoch_kept",
        "must",
        ("records",),
        "identity",
        "The epoch changes only when the counter was lost; boot tells it.",
        "仅在计数器丢失时更换 epoch，并以 boot 状态说明。",
        _epoch_churn,
    ),
    Check(
        "epoch_zero",
        "must",
        ("records",),
        "identity",
        "Epoch 0 is reserved: it says that seq is no counter.",
        "epoch 0 保留，表示 seq 不是计数器。",
        _epoch_zero,
    ),
)
