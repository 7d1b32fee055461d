"""The terminal's side of the downlink: what the box in the cab does with commands and settings. Pure.

    hear(payload, channel, now_ms) ──> replies to publish
    sense(fix)                     ──> what is spoken to the driver

The rules, which hold for any terminal:

1. Each id is carried out at most once, and each delivery of it is answered with the same words. An id is remembered
   until it has expired (after that its delivery is refused as expired); a full memory refuses what is new.
2. Refused is what has expired by the terminal's own clock, a kind that it does not know or has no hardware for, and
   what breaks the contract but names an id. What names none is ignored.
3. The engine is not locked while the truck moves, nor while nobody knows whether it does.
4. Settings replace the ones before as a whole and stay in force after they have expired. An empty payload, which is how
   a retained message is withdrawn, changes nothing.

Memory here is flash: a pulled battery does not lose it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isnan, nan
from typing import Any

from firmware_contracts import command, config, json_document, reply
from firmware_contracts.command import COMMANDS, Command
from firmware_contracts.config import Config
from firmware_contracts.errors import ContractError
from firmware_contracts.fix import Fix
from simulators.cab_zones import broken_zones

STANDING_MPS = 1.4  # 5 km/h: no receiver says less than this of a truck that drives
MEMORY = 256  # ids: a command a minute for four hours
TEXTS_KEPT = 50  # the last ones, as a display lets the driver leaf back
OVERSPEED_PROMPT = "您已超速"

Answer = tuple[str, str]  # status and result


@dataclass(frozen=True, slots=True)
class _Heard:
    expires_ms: int
    replies: tuple[bytes, ...]


class Cab:
    """One terminal's downlink.

    Attributes:
        texts: The texts shown to the driver, the last ones.
        spoken: How many were read aloud.
        speed_limit_mps: The limit in force, None for none. [m/s]
        locked: What is locked: `lift`, `engine`.
        locates: How often the position was asked for; a fix is recorded each time (`Link.on_locate`).
        config: The settings in force, None before the first.
        carried_out: Ids that were accepted, in order, the last ones.
        speed_mps: Speed of the last fix, NaN where it is unknown. [m/s]
    """

    def __init__(self, kinds: tuple[str, ...] = tuple(COMMANDS), memory: int = MEMORY) -> None:
        """Begin with the terminal's own defaults.

        Args:
            kinds: Commands that its hardware can carry out.
            memory: Ids remembered at a time.
        """
        self.texts: deque[str] = deque(maxlen=TEXTS_KEPT)
        self.spoken = 0
        self.speed_limit_mps: float | None = None
        self.locked: set[str] = set()
        self.locates = 0
        self.config: Config | None = None
        self.carried_out: deque[str] = deque(maxlen=memory)
        self.speed_mps = nan
        self._position: tuple[float, float] | None = None
        self._kinds = kinds
        self._memory = memory
        self._heard: dict[tuple[str, str], _Heard] = {}
        self._warned: set[str] = set()

    @property
    def moving_s(self) -> int | None:
        """Return the interval of fixes while moving, None for the terminal's own. [s]"""
        return self._report("moving_s")

    @property
    def standing_s(self) -> int | None:
        """Return the interval of fixes while standing, None for the terminal's own. [s]"""
        return self._report("standing_s")

    @property
    def corner_deg(self) -> int | None:
        """Return the change of course that records a fix at once, None for the terminal's own. [deg]"""
        return self._report("corner_deg")

    def setting(self, group: str, name: str) -> Any:
        """Return one member of the settings in force, None where they do not name it."""
        return None if self.config is None else self.config.body.get(group, {}).get(name)

    def _report(self, name: str) -> int | None:
        value: int | None = self.setting("report", name)
        return value

    def hear(self, payload: bytes, channel: str, now_ms: int) -> list[bytes]:
        """Return the replies to one message on `down/command` or `down/config`; nothing for other channels.

        Args:
            payload: What came.
            channel: The last part of its topic.
            now_ms: The terminal's clock, milliseconds since 1970-01-01 UTC.
        """
        if channel not in _READERS or not payload:
            return []
        try:
            order = _READERS[channel](payload)
        except ContractError as error:
            return (
                [reply.encode(named, str(error)[: reply.MAX_RESULT], "refused")] if (named := _id_of(payload)) else []
            )
        known = self._heard.get((channel, order.id))
        if known is None:
            known = self._hear_first(order, channel, now_ms)
        return list(known.replies)

    def sense(self, fix: Fix) -> list[str]:
        """Take in where the truck is and how fast; return what is spoken now, each once until it is over."""
        self.speed_mps = fix.speed_mps
        if isnan(fix.lat_deg) or isnan(fix.lon_deg):
            return []
        self._position = (fix.lat_deg, fix.lon_deg)
        due = self._warnings(fix) if self.config is not None else {}
        new = [prompt for name, prompt in due.items() if name not in self._warned and prompt]
        self._warned = set(due)
        return new

    def _hear_first(self, order: Command | Config, channel: str, now_ms: int) -> _Heard:
        self._heard = {name: one for name, one in self._heard.items() if self._is_needed(name, one, now_ms)}
        if order.expires_ms < now_ms:
            return _heard(order, "refused", f"expired at {order.expires_ms}")
        if len(self._heard) >= self._memory:
            return _heard(order, "refused", f"busy: {self._memory} commands have not expired yet")
        heard = _heard(order, *self._carry_out(order))
        self._heard[channel, order.id] = heard
        return heard

    def _is_needed(self, name: tuple[str, str], heard: _Heard, now_ms: int) -> bool:
        """Return whether an answer must still be known; that of the settings in force is, as they are retained."""
        in_force = self.config is not None and name == ("config", self.config.id)
        return in_force or heard.expires_ms >= now_ms

    def _carry_out(self, order: Command | Config) -> Answer:
        if isinstance(order, Config):
            self.config = order
            self._warned = set()
            answer = ("accepted", "taken over")
        elif order.kind not in self._kinds or order.kind not in _ACTIONS:
            answer = ("refused", f"expected one of {', '.join(self._kinds)}, got {order.kind!r}")
        else:
            answer = _ACTIONS[order.kind](self, order.body)
        if answer[0] == "accepted":
            self.carried_out.append(order.id)
        return answer

    def _warnings(self, fix: Fix) -> dict[str, str]:
        """Return what there is to warn of, by name."""
        zones = self.config.body.get("zones", ()) if self.config is not None else ()
        moving = self.speed_mps > STANDING_MPS
        broken = broken_zones(zones, fix.lat_deg, fix.lon_deg)
        due = {
            f"zone {one['zone_id']}": one.get("prompt", "") for one in broken if moving or one["kind"] == "forbidden"
        }
        limits = [self.setting("thresholds", "overspeed_mps"), self.speed_limit_mps]
        if any(limit is not None and self.speed_mps > limit for limit in limits):
            due["overspeed"] = OVERSPEED_PROMPT
        return due

    def _show(self, body: Mapping[str, Any]) -> Answer:
        self.texts.append(body["text"])
        self.spoken += bool(body.get("speak"))
        return "accepted", "shown and spoken" if body.get("speak") else "shown"

    def _lock(self, body: Mapping[str, Any]) -> Answer:
        target = body["target"]
        if not body["locked"]:
            self.locked.discard(target)
            return "accepted", f"{target} unlocked"
        if target == "engine" and not self.speed_mps <= STANDING_MPS:  # NaN, an unknown speed, is not standing
            speed = "an unknown speed" if isnan(self.speed_mps) else f"{self.speed_mps:.1f} m/s"
            return "refused", f"expected at most {STANDING_MPS} m/s to lock the engine, got {speed}"
        self.locked.add(target)
        return "accepted", f"{target} locked"

    def _limit_speed(self, body: Mapping[str, Any]) -> Answer:
        self.speed_limit_mps = body.get("limit_mps")
        return "accepted", "no limit" if self.speed_limit_mps is None else f"limit {self.speed_limit_mps:.2f} m/s"

    def _locate(self, _body: Mapping[str, Any]) -> Answer:
        self.locates += 1
        if self._position is None:
            return "accepted", "no position yet"
        return "accepted", "{:.6f},{:.6f}".format(*self._position)


_READERS: dict[str, Callable[[bytes], Command | Config]] = {"command": command.decode, "config": config.decode}
_ACTIONS: dict[str, Callable[[Cab, Mapping[str, Any]], Answer]] = {
    "text": Cab._show,
    "lock": Cab._lock,
    "speed_limit": Cab._limit_speed,
    "locate": Cab._locate,
}


def _heard(order: Command | Config, status: str, result: str) -> _Heard:
    """Return the answer to an order; what is shown or driven takes its time, so that it is said to have come first."""
    first = [reply.encode(order.id, status="delivered")] if status == "accepted" else []
    return _Heard(order.expires_ms, (*first, reply.encode(order.id, result, status)))


def _id_of(payload: bytes) -> str:
    """Return the id that an unreadable order names, empty where it names none."""
    try:
        document, _ = json_document.read_document(payload)
        return json_document.string(document, "id", reply.MAX_ID) or ""
    except ContractError:
        return ""
