# ruff: noqa: S608 - the statements are made of our own text
"""Devices in the registry: admitted, suspended, revoked and listed, and who did it.

    provisioned   known and given a certificate, on a bench: what it sends is kept as rejected
    active        what it sends is accepted
    suspended     not for now: what it sends is kept as rejected; it may become active again
    revoked       never again under its certificates; only `add_device` takes the name up anew

Each change is one transaction with its line of the audit, raises the version of the world and announces it, so that a
running ingest hears of it at once. Certificates themselves are made and revoked in `admission`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import orjson
import psycopg
from psycopg import Connection
from psycopg.rows import class_row

from storage.errors import DeviceRefused
from storage.world_store import RAISE_VERSION

Status = Literal["provisioned", "active", "suspended", "revoked"]
# What a device may become, and from what.
CHANGES: dict[str, tuple[Status, tuple[str, ...]]] = {
    "activated": ("active", ("provisioned", "suspended")),
    "suspended": ("suspended", ("provisioned", "active")),
    "revoked": ("revoked", ("provisioned", "active", "suspended", "revoked")),  # again, where the broker was not told
}
# "VERSION TERMINAL_ID" as soon as a device is accepted no more, VERSION being that of the world that knows of it.
REFUSED_CHANNEL = "muckline_refused"


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device to be admitted.

    Attributes:
        terminal_id: Its name, already judged by `admission.names.device_name`.
        kind: "truck", "washer" or "gate".
        region: Six-digit administrative code; it is accepted on topics of this one only.
        status: "provisioned" or "active".
        vehicle_id: The truck it is in.
        site_id: The site it stands at.
        dump_point_id: The dump point it stands at.
        more: Further members of its document: protocol, phone, vendor.
    """

    terminal_id: str
    kind: str
    region: str
    status: Status = "active"
    vehicle_id: str | None = None
    site_id: str | None = None
    dump_point_id: str | None = None
    more: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """A device as the registry has it, `valid_to` being the end of its last certificate that is not revoked."""

    terminal_id: str
    kind: str
    region: str | None
    status: str
    place: str | None
    protocol: str | None
    last_seen: datetime | None
    valid_to: datetime | None


def add_device(connection: Connection, device: NewDevice, who: str) -> None:
    """Admit a device, or one that was revoked anew.

    Raises:
        DeviceRefused: The name is taken, another terminal has its phone number, or it refers to what is not there.
    """
    parameters = {
        **{name: getattr(device, name) for name in ("terminal_id", "kind", "region", "status", "site_id")},
        "dump_point_id": device.dump_point_id,
        "more": orjson.dumps(device.more).decode(),
        "phone": device.more.get("phone"),
    }
    with connection.transaction():
        connection.execute(RAISE_VERSION)  # first: whoever else changes the world waits here
        before = _status(connection, device.terminal_id)
        if before not in (None, "revoked", "retired"):
            raise DeviceRefused(f"expected a name that is free, got {device.terminal_id}, which is {before}")
        if before == "revoked" and certificates_of(connection, device.terminal_id):
            what = "some of its certificates are not; first: muckline device revoke"
            raise DeviceRefused(f"expected a name whose life is over, got {device.terminal_id}, revoked, but {what}")
        _refuse_taken_phone(connection, device)
        try:
            row = connection.execute(ADD, parameters).fetchone()
        except psycopg.IntegrityError as error:
            raise DeviceRefused(f"{device.terminal_id}: {error.diag.message_detail or error}") from error
        if row is not None and device.vehicle_id is not None:
            _assign(connection, int(row[0]), device.vehicle_id, known=before is not None)
        detail = {"kind": device.kind, "region": device.region, "vehicle_id": device.vehicle_id, **device.more}
        _audit(connection, device.terminal_id, who, "added", change=(before, device.status), detail=detail)


def change_status(connection: Connection, terminal_id: str, what: str, who: str, detail: dict[str, Any]) -> str:
    """Make a device what a key of `CHANGES` says; return what it was.

    Raises:
        DeviceRefused: There is no such device, or it cannot become that from what it is.
    """
    status, allowed = CHANGES[what]
    with connection.transaction():
        version, _ = connection.execute(RAISE_VERSION).fetchone() or (0, None)
        before = _status(connection, terminal_id)
        if before not in allowed:
            if before in (None, "retired"):
                raise DeviceRefused(f"expected a device of the registry, got {terminal_id}, which it does not hold")
            raise DeviceRefused(
                f"expected a device that is {' or '.join(allowed)}, got {terminal_id}, which is {before}"
            )
        connection.execute("update terminals set status = %s where terminal_id = %s", [status, terminal_id])
        _audit(connection, terminal_id, who, what, change=(before, status), detail=detail)
        if status != "active":
            connection.execute("select pg_notify(%s, %s)", [REFUSED_CHANNEL, f"{version} {terminal_id}"])
    return before


def note_certificate(connection: Connection, terminal_id: str, serial: int, valid_to: datetime, who: str) -> None:
    """Write down that a certificate was issued.

    Raises:
        DeviceRefused: There is no such device, or it is revoked.
    """
    with connection.transaction():
        before = require_admitted(connection, terminal_id)
        connection.execute(
            "insert into device_certificates (serial, terminal_id, valid_to) values (%s, %s, %s)",
            [f"{serial:x}", terminal_id, valid_to],
        )
        detail = {"serial": f"{serial:x}", "valid_to": valid_to.isoformat()}
        _audit(connection, terminal_id, who, "certificate_issued", change=(before, before), detail=detail)


def require_admitted(connection: Connection, terminal_id: str) -> str:
    """Return the status of a device that may have a certificate.

    Raises:
        DeviceRefused: There is no such device, or it is revoked.
    """
    status = _status(connection, terminal_id)
    if status in (None, "retired", "revoked"):
        state = "is not registered" if status is None else f"is {status}"
        raise DeviceRefused(f"expected a device of the registry, got {terminal_id}, which {state}; add it first")
    return str(status)


def certificates_of(connection: Connection, terminal_id: str) -> list[int]:
    """Return the serials issued to a device that have neither run out nor been revoked."""
    rows = connection.execute(
        "select serial from device_certificates where terminal_id = %s and valid_to > now() and revoked_at is null",
        [terminal_id],
    ).fetchall()
    return [int(serial, 16) for (serial,) in rows]


def note_revoked(connection: Connection, serials: Iterable[int]) -> None:
    """Write down that certificates stand on the revocation list."""
    connection.execute(
        "update device_certificates set revoked_at = now() where serial = any(%s) and revoked_at is null",
        [[f"{serial:x}" for serial in serials]],
    )


def list_devices(
    connection: Connection, kind: str | None = None, status: str | None = None, search: str | None = None
) -> list[ListedDevice]:
    """Return the devices of the registry by name, those of a kind or status where given.

    Args:
        connection: The database.
        kind: "truck", "washer" or "gate".
        status: One of `Status`.
        search: What the name, the region or the place contains, in any case.
    """
    with connection.cursor(row_factory=class_row(ListedDevice)) as cursor:
        return cursor.execute(LIST, {"kind": kind, "status": status, "search": search}).fetchall()


def read_audit(connection: Connection, terminal_id: str) -> list[dict[str, Any]]:
    """Return what was done to a device, the first first."""
    names = ("at", "who", "what", "from_status", "to_status", "detail")
    rows: Sequence[tuple[Any, ...]] = connection.execute(
        f"select {', '.join(names)} from device_audit where terminal_id = %s order by audit_no", [terminal_id]
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _status(connection: Connection, terminal_id: str) -> str | None:
    """Return a device's status, "retired" where the world no longer names it, None where it was never known."""
    row = connection.execute(
        "select case when retired_at is not null and status <> 'revoked' then 'retired' else status end"
        " from terminals where terminal_id = %s for update",
        [terminal_id],
    ).fetchone()
    return None if row is None else str(row[0])


def _refuse_taken_phone(connection: Connection, device: NewDevice) -> None:
    phone = device.more.get("phone")
    if phone is None:
        return
    row = connection.execute(
        "select terminal_id from terminals where ltrim(more ->> 'phone', '0') = ltrim(%s, '0') and terminal_id <> %s"
        " and retired_at is null and status <> 'revoked'",
        [phone, device.terminal_id],
    ).fetchone()
    if row is not None:
        raise DeviceRefused(f"expected a phone number of its own, got {phone}, which {row[0]} has")


def _assign(connection: Connection, terminal_no: int, vehicle_id: str, *, known: bool) -> None:
    """Put a terminal into a truck: a new one for ever, one that reported before from now on."""
    connection.execute(
        "update terminal_assignments set valid = valid * tstzrange(null, now()) where terminal_no = %s"
        " and upper_inf(valid)",
        [terminal_no],
    )
    row = connection.execute(ASSIGN, {"no": terminal_no, "vehicle_id": vehicle_id, "known": known}).fetchone()
    if row is None:
        raise DeviceRefused(
            f"expected a vehicle of the registry, got {vehicle_id!r}: write it into a world folder's vehicles.json"
            " (docs/world.md) and run `muckline world-load FOLDER`"
        )


def _audit(
    connection: Connection,
    terminal_id: str,
    who: str,
    what: str,
    *,
    change: tuple[str | None, str | None],
    detail: dict[str, Any],
) -> None:
    kept = orjson.dumps({name: value for name, value in detail.items() if value is not None}).decode()
    connection.execute(
        "insert into device_audit (who, what, terminal_id, from_status, to_status, detail)"
        " values (%s, %s, %s, %s, %s, %s)",
        [who, what, terminal_id, *change, kept],
    )


ADD = """
    insert into terminals (terminal_id, kind, region, status, site_id, dump_point_id, more)
    values (%(terminal_id)s, %(kind)s, %(region)s, %(status)s, %(site_id)s, %(dump_point_id)s, %(more)s)
    on conflict (terminal_id) do update
    set kind = excluded.kind, region = excluded.region, status = excluded.status, site_id = excluded.site_id,
        dump_point_id = excluded.dump_point_id, more = excluded.more, retired_at = null
    returning terminal_no
"""

ASSIGN = """
    insert into terminal_assignments (terminal_no, vehicle_no, valid)
    select %(no)s, vehicle_no, tstzrange(case when %(known)s then now() end, null)
    from vehicles where vehicle_id = %(vehicle_id)s and retired_at is null
    returning vehicle_no
"""

LIST = """
    select t.terminal_id, t.kind, t.region, t.status,
        coalesce(v.plate, v.vehicle_id, t.site_id, t.dump_point_id) as place, t.more ->> 'protocol' as protocol,
        seen.last_seen, held.valid_to
    from terminals t
    left join terminal_assignments a on a.terminal_no = t.terminal_no and a.valid @> now()
    left join vehicles v using (vehicle_no)
    left join lateral (
        select max(at) as last_seen from (
            select received_at as at from latest where vehicle_no = a.vehicle_no and terminal_no = t.terminal_no
            union all
            (select received_at from device_states where terminal_no = t.terminal_no order by received_at desc limit 1)
            union all
            (select received_at from device_events where terminal_no = t.terminal_no order by event_time desc limit 1)
        ) as each
    ) as seen on true
    left join lateral (
        select max(valid_to) as valid_to from device_certificates
        where terminal_id = t.terminal_id and revoked_at is null
    ) as held on true
    where t.retired_at is null
        and (%(kind)s::text is null or t.kind = %(kind)s) and (%(status)s::text is null or t.status = %(status)s)
        and (%(search)s::text is null or strpos(
            lower(concat_ws(' ', t.terminal_id, t.region, v.plate, v.vehicle_id, t.site_id, t.dump_point_id)),
            lower(%(search)s)
        ) > 0)
    order by t.terminal_id
"""
