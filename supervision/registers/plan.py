"""What a change of items comes to: the items as they will be, or all that is wrong. What is wrong is said at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from supervision.registers.faults import Fault, Refused, shown
from supervision.registers.fields import is_id
from supervision.registers.files import Row
from supervision.registers.items import Item, faults_of, flat, merged
from supervision.registers.table import Register
from supervision.registers.worlds import FAULTS_MOST, world_faults


@dataclass(frozen=True, slots=True)
class Current:
    """An item as it is: as its document holds it, None where it is not there, and the number of its last change."""

    stored: Item | None
    version: int


@dataclass(frozen=True, slots=True)
class Planned:
    """An item as it will be, beside what it was, and what it keeps that its register does not edit."""

    item_id: str
    before: Item | None
    after: Item
    hidden: Item

    @property
    def content(self) -> Item:
        """Return all members as they will be."""
        return {**self.hidden, **self.after}

    @property
    def action(self) -> str:
        """Return what happens to it."""
        if self.before is None:
            return "created"
        return "unchanged" if self.before == self.after else "changed"


NOBODY = Current(None, 0)


def of_register(register: Register, item: Item | None) -> Item | None:
    """Return an item that is the register's, None where it is another's, as a washer is not a gate."""
    return item if item is not None and all(item.get(name) == value for name, value in register.only.items()) else None


def ids_of(register: Register, rows: Sequence[Row]) -> list[str]:
    """Return the id of each row, in order.

    Raises:
        Refused: A row has none, or two have the same.
    """
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for row in rows:
        name: Any = row.item.get(register.id_name)
        if not is_id(name):
            faults.append(Fault(register.id_name, "an id", shown(name), row=row.number))
        elif seen.setdefault(name, row.number) != row.number:
            faults.append(Fault(register.id_name, "each id once", f"it in row {seen[name]} too", name, row.number))
    if faults:
        raise Refused(faults[:FAULTS_MOST])
    return list(seen)


def planned(register: Register, rows: Sequence[Row], current: Mapping[str, Current], *, whole: bool) -> list[Planned]:
    """Return the items as they will be.

    Args:
        register: Whose items they are.
        rows: What was sent, each with an id of its own.
        current: Items that are there, by id.
        whole: Members that are not given are taken away; otherwise they stay.

    Raises:
        Refused: Something is wrong with an item; all faults are named.
    """
    plans: list[Planned] = []
    faults: list[Fault] = []
    number_of = {str(row.item[register.id_name]): row.number for row in rows}
    for row in rows:
        name = str(row.item[register.id_name])
        now = current.get(name, NOBODY).stored
        before = None if now is None else _own(register, flat(register, now))
        after = merged(_kept(register, now) if whole else before, row.item)
        own = faults_of(register, after, before)
        if now is None and not register.may_create:
            own = [Fault(register.id_name, "a device that was admitted (muckline device add)", shown(name), name)]
        own = own or _status_faults(register, name, before, after)
        faults += own
        if not own:
            hidden = {member: (now or {})[member] for member in register.computed if member in (now or {})}
            plans.append(Planned(name, before, after, hidden))
        if len(faults) >= FAULTS_MOST:
            break
    if not faults:
        faults = world_faults(register, [plan.after for plan in plans])
    if faults:
        raise Refused([replace(fault, row=number_of.get(fault.item or "")) for fault in faults[:FAULTS_MOST]])
    return plans


def _own(register: Register, item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in register.computed}


def _kept(register: Register, now: Item | None) -> Item | None:
    """Return what also a whole new item keeps: what its register does not edit."""
    if now is None or register.name != "permits":
        return None
    return {"status": now.get("status")}


def _status_faults(register: Register, name: str, before: Item | None, after: Item) -> list[Fault]:
    if register.name != "permits":
        return []
    status, was = after.get("status"), None if before is None else before.get("status")
    if was == "cancelled" and after != before:
        return [Fault("status", "a permit that is not cancelled", shown(was), name)]
    if before is None:
        fits, expected = status in {None, "applied", "approved"}, "applied or approved, as it is new"
    else:
        fits, expected = status == was, f"{was}: a step changes it"
    return [] if fits else [Fault("status", expected, shown(status), name)]


def wanted_references(register: Register, plans: Sequence[Planned]) -> dict[str, set[str]]:
    """Return the ids that items refer to, by document; those that stand among the items themselves are left out."""
    wanted: dict[str, set[str]] = {}
    for plan in plans:
        for field, value in register.references(plan.after):
            wanted.setdefault(str(field.refers), set()).add(value)
        for vehicle in driven(register, plan.after):
            wanted.setdefault("vehicles", set()).add(vehicle)
    return wanted


def reference_faults(
    register: Register, rows: Sequence[Row], plans: Sequence[Planned], absent: Mapping[str, set[str]]
) -> list[Fault]:
    """Return a fault for each reference that leads nowhere."""
    number_of = {str(row.item[register.id_name]): row.number for row in rows}
    faults: list[Fault] = []
    for plan in plans:
        found = [(field.name, str(field.refers), value) for field, value in register.references(plan.after)]
        found += [("assignments", "vehicles", vehicle) for vehicle in driven(register, plan.after)]
        faults += [
            Fault(name, f"one of {refers} that is there", shown(value), plan.item_id, number_of.get(plan.item_id))
            for name, refers, value in found
            if value in absent.get(refers, ())
        ]
    return faults[:FAULTS_MOST]


def driven(register: Register, item: Mapping[str, Any]) -> list[str]:
    """Return the trucks of a driver."""
    stays = item.get("assignments") if register.name == "drivers" else None
    return [stay["vehicle_id"] for stay in stays or []]
