"""The twins of the rules on how a truck is driven, all together."""

from __future__ import annotations

from oracles.fatigue import FatigueOracle
from oracles.found import Found
from oracles.lift_while_moving import LiftWhileMovingOracle
from oracles.load_state import LoadStateOracle
from oracles.long_stop import LongStopOracle
from oracles.overload import OverloadOracle
from oracles.overspeed import OverspeedOracle
from oracles.row import Row
from oracles.trips import TripsOracle
from oracles.unloading import LevelOracle, MotionOracle
from rules_engine.world import World


class DrivingOracles:
    def __init__(self, world: World) -> None:
        self.lift_while_moving, self.overload = LiftWhileMovingOracle(world.version), OverloadOracle(world)
        self.overspeed = OverspeedOracle(world)
        self.long_stop = LongStopOracle(world)
        self.fatigue = FatigueOracle(world.version)
        self.found: list[Found] = []

    def step(
        self, row: Row, load: LoadStateOracle, level: LevelOracle, motion: MotionOracle, trips: TripsOracle
    ) -> None:
        self.lift_while_moving.step(row)
        self.overload.step(row, load, level, trips.permit)
        self.overspeed.step(row, trips.permit)
        self.long_stop.step(row, load, motion)
        self.fatigue.step(row)

    def finish(self) -> None:
        for oracle in (self.lift_while_moving, self.overload, self.overspeed, self.long_stop):
            oracle.condition.finish()
            self.found += oracle.condition.found
        self.fatigue.finish()
        self.found += self.fatigue.found
