"""Checks of who may speak: the authority and its revocation list, certificates that run out, devices never heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from cryptography import x509

from admission.authority import Authority
from admission.certificates import common_name
from admission.errors import AdmissionError
from embedded.postgres import EmbeddedPostgres
from muckline.doctor.finding import Finding, Level, fine
from muckline.settings import Settings, read_secret
from storage.connect import conninfo
from storage.devices import ListedDevice, list_devices
from storage.migrate import current, expected

SOON = timedelta(days=30)  # a month, within which somebody reaches every truck
NAMED = 3


def check_devices(settings: Settings) -> Iterator[Finding]:
    """Look at the authority, at the platform's own certificates, and at the devices of a database that is there."""
    now = datetime.now(UTC)
    folder = settings.admission.authority or settings.embedded.home.resolve() / "authority"
    if settings.admission.authority is None and not (folder / "ca.crt").exists():
        return  # made at the first start
    try:
        authority = Authority.open(folder)
        ends, revoked = authority.valid_until(), authority.revoked()
    except AdmissionError as error:
        fix = "Correct [admission] authority, or give this account the right to read that folder"
        yield Finding("MUCK-D501", "revocation list", Level.WARNING, str(error), fix)
        return
    yield fine("MUCK-D501", "revocation list", f"{len(revoked)} certificates revoked, in {authority.crl_file}")
    if settings.broker.identities is not None:
        yield own_finding(_ends_in(settings.broker.identities), now)
    devices = _active(settings)
    if devices is not None:
        yield expiry_finding(devices, ends, now)
        yield never_heard_finding(devices, ends, now)


def own_finding(ends: Mapping[str, datetime], now: datetime) -> Finding:
    """Judge how long the certificates hold that the platform connects with."""
    soon = sorted(name for name, end in ends.items() if end < now + SOON)
    if not soon:
        return fine("MUCK-D502", "own certificates", f"{len(ends)}, none runs out within {SOON.days} days")
    fix = "Issue them anew: muckline authority platform --out FOLDER"
    return Finding("MUCK-D502", "own certificates", Level.WARNING, f"{_named(soon)}: run out soon, or have", fix)


def expiry_finding(devices: Sequence[ListedDevice], ends: Mapping[str, datetime], now: datetime) -> Finding:
    """Judge how long the certificates of active devices hold."""
    held = {one.terminal_id: end for one in devices if (end := _end(one, ends)) is not None}
    soon = sorted((name for name, end in held.items() if end < now + SOON), key=lambda name: held[name])
    if not soon:
        return fine("MUCK-D503", "device certificates", f"{len(held)}, none runs out within {SOON.days} days")
    cause = f"{len(soon)} of {len(held)} run out within {SOON.days} days, or have: {_named(soon)}"
    fix = "Issue new ones: muckline device cert ID --out FOLDER"
    return Finding("MUCK-D503", "device certificates", Level.WARNING, cause, fix)


def never_heard_finding(devices: Sequence[ListedDevice], ends: Mapping[str, datetime], now: datetime) -> Finding:
    """Judge active devices that could connect and were never heard: the broker refuses such without a word."""
    able = [one for one in devices if (end := _end(one, ends)) is not None and end > now]
    silent = [one.terminal_id for one in able if one.last_seen is None]
    if not silent:
        return fine("MUCK-D504", "devices never heard", f"none of {len(able)} with a certificate")
    cause = f"{len(silent)} of {len(able)} active devices with a certificate: {_named(silent)}"
    fix = "See that each is switched on and writes below its own name: what deploy/acl refuses, nobody hears of"
    return Finding("MUCK-D504", "devices never heard", Level.WARNING, cause, fix)


def _end(device: ListedDevice, ends: Mapping[str, datetime]) -> datetime | None:
    return max(filter(None, (device.valid_to, ends.get(device.terminal_id))), default=None)


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else "")


def _ends_in(folder: Path) -> dict[str, datetime]:
    """Return by name until when the certificates of a folder hold; what is none, the check of the broker tells."""
    ends = {}
    for file in sorted(folder.glob("*.crt")):
        try:
            certificate = x509.load_pem_x509_certificate(file.read_bytes())
        except (OSError, ValueError):
            continue
        ends[common_name(certificate)] = certificate.not_valid_after_utc
    return ends


def _active(settings: Settings) -> list[ListedDevice] | None:
    """Return the active devices, None where the database is away or of another schema; its own check tells why."""
    url, password = settings.database.url, read_secret(settings.database.password_file)
    if not url:
        server = EmbeddedPostgres(settings.embedded)
        if not server.status().running:
            return None
        url = server.url()
    try:
        if current(url, password) != expected():
            return None
        with psycopg.connect(conninfo(url, application_name="muckline-doctor", password=password)) as connection:
            return list_devices(connection, status="active")
    except psycopg.OperationalError:
        return None
