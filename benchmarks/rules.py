"""How fast the rules judge, the whole catalogue on, and what that depends on. `python -m benchmarks.rules`

The city of `benchmarks.haul_scene` in batches of several sizes: a live batch has one fix of each of many trucks, a
history batch many fixes of fewer trucks. Then whether the cost grows with anything but the fixes (fleet, world,
history), what a changed world costs, and the same batches judged by shapely and a loop (`benchmarks.rules_peer`). One
core, CPU time, the cyclic garbage collector off for all, the first batch of each run left out.
"""

from __future__ import annotations

import copy
import gc
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from benchmarks.haul_scene import START_MS, TRUCKS, Scene, Size, draw_scene
from benchmarks.machine import machine_line
from benchmarks.rules_peer import Peer
from rules_engine.carry import CARRY_DTYPE, Carry
from rules_engine.engine import evaluate
from rules_engine.fix_batch import FixBatch, Mark
from rules_engine.rules import RULES
from rules_engine.world import World

FIXES = 200
GOALS = {"500 live": "under 5 ms", "5,000": "1 M fixes/s", "100,000": "3 M fixes/s"}


@dataclass(frozen=True)
class Cut:
    """How a day is cut into batches: so many fixes of so many trucks, of one group of trucks after the other."""

    name: str
    fixes_each: int
    trucks: int
    batches: int
    groups: int = 1

    def of(self, scene: Scene) -> Iterator[tuple[bool, FixBatch]]:
        """Yield batches, and whether each is the first of its trucks."""
        for group in range(self.groups):
            trucks = slice(group * self.trucks, (group + 1) * self.trucks)
            for k in range(self.batches):
                yield k == 0, scene.batch(k * self.fixes_each, (k + 1) * self.fixes_each, trucks)


CUTS = (
    Cut("500 live", 1, 500, FIXES),
    Cut("1,000 live", 1, 1_000, FIXES),
    Cut("5,000 live", 1, 5_000, 100),
    Cut("5,000 history", 50, 100, 4, 20),
    Cut("20,000 live", 2, 10_000, 50),
    Cut("20,000 history", 50, 400, 4, 10),
    Cut("100,000 live", 10, 10_000, 20),
    Cut("100,000 history", 50, 2_000, 4, 5),
)


def judge(scene: Scene, cut: Cut, carry: Carry) -> tuple[list[float], Counter[str]]:
    """Return how long each batch took, but the first of its trucks, and what was found. [s]"""
    took_s, found = [], Counter[str]()
    for is_first, batch in cut.of(scene):
        began = time.process_time()
        judgement = evaluate(batch, scene.world, carry)
        carry.apply(judgement.update)
        if not is_first:
            took_s.append(time.process_time() - began)
        found.update(event.kind for event in judgement.events)
    return took_s, found


def sizes(scene: Scene) -> None:
    """Print the cost of batches of several sizes."""
    found: Counter[str] = Counter()
    for cut in CUTS:
        carry = Carry(TRUCKS)
        took_s, kinds = judge(scene, cut, carry)
        found += kinds
        n = cut.fixes_each * cut.trucks
        middle_s = statistics.median(took_s)
        goal = next((text for name, text in GOALS.items() if cut.name.startswith(name)), "none")
        print(
            f"  {cut.name:16s} median {middle_s * 1e3:7.2f} ms = {n / middle_s / 1e6:5.2f} M fixes/s, "
            f"best {min(took_s) * 1e3:7.2f} ms = {n / min(took_s) / 1e6:5.2f} M fixes/s (goal {goal})",
            flush=True,
        )
    print(f"  carry after 10,000 trucks' history: {carry.nbytes / TRUCKS:,.0f} bytes a truck (goal under 2,000);")
    print(f"    the row of a truck with everything going on, as a checkpoint has it: {CARRY_DTYPE.itemsize:,} bytes")
    print(f"  events: {dict(sorted(found.items()))}")


def middle_ms(scene: Scene, cut: Cut, carry: Carry) -> float:
    """Return the median time of a batch. [ms]"""
    return statistics.median(judge(scene, cut, carry)[0]) * 1e3


def independence(scene: Scene) -> None:
    """Print how the cost of a live batch changes with the fleet, the world and the history."""
    live = Cut("500 live", 1, 500, 100)
    small = draw_scene(np.random.default_rng(7), 100, Size(trucks=500, sites=50, dumps=30, zones=20, corridors=100))
    base_ms = middle_ms(scene, live, Carry(1_000))
    for fleet in (10_000, 50_000):
        fleet_ms = middle_ms(scene, live, Carry(fleet))
        print(f"  fleet of 1,000: {base_ms:.2f} ms a batch of 500; of {fleet:,}: {fleet_ms / base_ms:.2f} x")
    small_ms, large_ms = middle_ms(small, live, Carry(TRUCKS)), middle_ms(scene, live, Carry(TRUCKS))
    print(f"  100 areas, 100 corridors: {small_ms:.2f} ms; 1,000 and 1,000: {large_ms / small_ms:.2f} x")
    took_s, _ = judge(scene, Cut("500 live", 1, 500, FIXES), Carry(TRUCKS))
    early, late = (statistics.median(part) for part in (took_s[:50], took_s[-50:]))
    print(f"  after 50 batches: {early * 1e3:.2f} ms; after {FIXES}: {late / early:.2f} x")


def world_updates(scene: Scene) -> None:
    """Print what a changed world costs, its first batch included."""
    documents = dict(scene.world.documents)
    batch = scene.batch(0, 1, 1_000)

    def built_s(changed: dict[str, Any], previous: World | None) -> float:
        began = time.process_time()
        evaluate(batch, World.from_documents(changed, previous), Carry(TRUCKS))
        return time.process_time() - began

    print(f"  a new world: {built_s(documents, None):.2f} s, the same again: {built_s(documents, scene.world):.2f} s")
    for name in ("sites", "corridors"):
        moved = copy.deepcopy(documents[name])
        position = moved["features"][0]["geometry"]["coordinates"]
        geometry = moved["features"][0]["geometry"]
        geometry["coordinates"] = (
            [[[lon + 1e-4, lat] for lon, lat in ring] for ring in position]
            if name == "sites"
            else [[lon + 1e-4, lat] for lon, lat in position]
        )
        took_s = built_s(documents | {name: moved}, scene.world)
        print(f"  one of {len(moved['features']):,} {name} moved: {took_s:.2f} s")


def compare(scene: Scene, fixes_each: int, trucks: int, batches: int) -> None:
    """Judge the same batches with all three, in turn, and print the medians of CPU time without the first batch."""
    carry, plain, careful = Carry(trucks), Peer(scene, careful=False), Peer(scene, careful=True)
    took_s: dict[str, list[float]] = {"ours": [], "plain": [], "careful": []}
    found: Counter[str] = Counter()
    peer_found: Counter[str] = Counter()
    for k in range(batches):
        batch = scene.batch(k * fixes_each, (k + 1) * fixes_each, trucks)
        batch = batch.take(batch.mark == Mark.FIX)  # the peer knows no washers
        began = time.process_time()
        judgement = evaluate(batch, scene.world, carry)
        carry.apply(judgement.update)
        took_s["ours"].append(time.process_time() - began)
        since_ms = START_MS + k * fixes_each * 10_000
        found.update(event.kind for event in judgement.events if event.confirmed_ms >= since_ms - 120_000)
        for name, peer in (("plain", plain), ("careful", careful)):
            began = time.process_time()
            events = peer.evaluate(batch)
            took_s[name].append(time.process_time() - began)
        peer_found.update(event["kind"] for event in events)
    n = fixes_each * trucks
    ours_s, plain_s, careful_s = (statistics.median(seconds[1:]) for seconds in took_s.values())
    print(
        f"  batches of {n:>7,}: ours ({len(RULES)} rules) {ours_s * 1e3:6.2f} ms, "
        f"peer (6 rules) {plain_s * 1e3:6.1f} ms: {plain_s / ours_s:.1f}x, "
        f"careful peer {careful_s * 1e3:6.1f} ms: {careful_s / ours_s:.1f}x"
    )
    print(f"    events: ours { ({kind: found[kind] for kind in sorted(peer_found)}) }")
    print(f"            peer {dict(sorted(peer_found.items()))}")


def main() -> None:
    """Print sizes, what the cost depends on, and the comparison."""
    print(f"{machine_line()}, shapely {shapely.__version__}")
    scene = draw_scene(np.random.default_rng(7), FIXES)
    gc.collect()
    gc.disable()
    print(f"{len(RULES)} rules, {TRUCKS:,} trucks, 1,000 areas, 1,000 corridors:")
    sizes(scene)
    print("what the cost of a batch depends on:")
    independence(scene)
    print("changes of the world, with the first batch after it:")
    world_updates(scene)
    print("beside shapely and a loop over the fixes:")
    compare(scene, 1, 1_000, 100)
    compare(scene, 10, 2_000, 15)
    compare(scene, 50, 2_000, 4)


if __name__ == "__main__":
    main()
