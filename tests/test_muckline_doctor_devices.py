"""The doctor on what a broker dropped, on certificates and on devices that were never heard."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Broker
from mosquitto_process import MosquittoProcess
from raw_mqtt import RawMqtt
from test_muckline_doctor import found, with_broker, with_database, with_identities

from admission.authority import Authority
from admission.identities import write_identity
from admission.tls import client_context
from embedded.mqtt_probe import PROBE
from embedded.mqtt_retained import read_retained
from muckline.doctor.broker import UPTIME_TOPIC, check_broker, figure_findings, server_finding
from muckline.doctor.devices import check_devices, expiry_finding, never_heard_finding
from muckline.doctor.finding import Finding, Level
from muckline.settings import Settings, read_settings
from storage.connect import connect_writer
from storage.devices import ListedDevice, NewDevice, add_device, note_certificate
from storage.world_store import write_documents

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEARD = ListedDevice("T1", "truck", "320412", "active", "V1", None, NOW, NOW + timedelta(days=700))
QUICK = "sys_interval 1\nmax_queued_messages 10\nmax_inflight_messages 1\n"


@pytest.fixture
def settings(test_home: Path) -> Settings:
    return read_settings(None, [f"embedded.home={test_home}"])


def until_found(checks: Settings, code: str, level: Level) -> Finding:
    until_s = time.monotonic() + 60
    while (finding := found(check_broker(checks), code)).level is not level:
        assert time.monotonic() < until_s, finding
        time.sleep(0.1)
    return finding


@pytest.mark.services
def test_a_broker_that_dropped_messages(settings: Settings, tmp_path: Path) -> None:
    with MosquittoProcess(tmp_path, QUICK) as process:
        plain = with_broker(settings, process.port)
        assert until_found(plain, "MUCK-D310", Level.FINE).cause.startswith("none within the last minute")
        with RawMqtt(process.port, None, "away", clean=False) as away:
            away.subscribe("t", qos=1)
        with RawMqtt(process.port, None, "sender") as sender:
            for _ in range(50):
                assert sender.publish("t", b"x") == 0, "and the publisher is told that all is well"
        finding = until_found(plain, "MUCK-D310", Level.WARNING)
        assert int(finding.cause.split()[0]) >= 39
        assert int(found(check_broker(plain), "MUCK-D311").cause.split()[0]) >= 10


@pytest.mark.services
def test_the_figures_of_the_shipped_broker_are_ours_to_read_and_nothing_else(
    settings: Settings, broker: Broker
) -> None:
    for code in "MUCK-D310", "MUCK-D312":
        assert found(check_broker(with_identities(settings, broker)), code).level is Level.FINE
    with RawMqtt(broker.port, client_context(broker.address.as_client("T1")), "T1") as device:
        device.publish("muck/v1/320412/truck/T1/up/state/json", b"{}", retain=True)
    assert read_retained(broker.address.as_client(PROBE), ["muck/v1/320412/truck/T1/up/state/json"]) == {}


@pytest.mark.services
def test_a_broker_without_figures_is_only_noted(settings: Settings, tmp_path: Path) -> None:
    with MosquittoProcess(tmp_path, "sys_interval 0\n") as process:
        assert found(check_broker(with_broker(settings, process.port)), "MUCK-D310").level is Level.NOTE


@pytest.mark.parametrize(("days", "level"), [(-1, Level.WARNING), (59, Level.WARNING), (61, Level.FINE)])
def test_the_brokers_certificate_is_told_two_months_ahead(days: int, level: Level) -> None:
    assert server_finding(NOW + timedelta(days=days), NOW).level is level


def test_a_figure_that_has_not_changed_for_a_minute_is_no_alarm() -> None:
    """Mosquitto forgets it; all that it always says is its uptime."""
    (finding,) = figure_findings({UPTIME_TOPIC: 300.0})
    assert (finding.code, finding.level) == ("MUCK-D310", Level.FINE)


@pytest.mark.services
def test_devices_of_a_city(settings: Settings, migrated_url: str, tmp_path: Path) -> None:
    authority = Authority.create(tmp_path / "authority")
    admission = replace(settings.admission, authority=authority.folder)
    city = with_database(settings.model_copy(update={"admission": admission}), migrated_url)
    with connect_writer(migrated_url) as connection:
        write_documents(connection, {"vehicles": [{"vehicle_id": "V1"}]})
        add_device(connection, NewDevice("T1", "truck", "320412", vehicle_id="V1"), "test")
        assert found(check_devices(city), "MUCK-D504").level is Level.FINE, "without a certificate it cannot speak"
        issued = authority.issue("T1", 20)
        note_certificate(connection, "T1", issued.serial, issued.end, "test")
    assert found(check_devices(city), "MUCK-D503").cause == "1 of 1 run out within 30 days, or have: T1"
    assert found(check_devices(city), "MUCK-D504").cause == "1 of 1 active devices with a certificate: T1"
    (tmp_path / "ids").mkdir()
    authority.revoke_serials([issued.serial])
    assert found(check_devices(city), "MUCK-D501").cause.startswith("1 certificates revoked")
    for name, days, level in ("muckline-ingest", 700.0, Level.FINE), ("muckline-downlink", 20.0, Level.WARNING):
        write_identity(tmp_path / "ids", authority.issue(name, days))
        finding = found(check_devices(with_broker(city, 1, identities=tmp_path / "ids")), "MUCK-D502")
        assert finding.level is level, finding
    authority.crl_file.write_text("no list")
    assert found(check_devices(city), "MUCK-D501").level is Level.WARNING


def test_a_checkout_that_was_never_started_has_no_authority_yet(settings: Settings) -> None:
    assert list(check_devices(settings)) == []
    assert not (settings.embedded.home / "authority").exists(), "the doctor only looks"


@pytest.mark.parametrize(
    ("device", "ends", "expiry", "heard"),
    [
        (HEARD, {}, Level.FINE, Level.FINE),
        (replace(HEARD, last_seen=None), {}, Level.FINE, Level.WARNING),
        (replace(HEARD, last_seen=None, valid_to=None), {}, Level.FINE, Level.FINE),
        (replace(HEARD, valid_to=NOW + timedelta(days=29)), {}, Level.WARNING, Level.FINE),
        (replace(HEARD, valid_to=NOW + timedelta(days=29)), {"T1": NOW + timedelta(days=31)}, Level.FINE, Level.FINE),
        (replace(HEARD, valid_to=NOW - timedelta(days=1), last_seen=None), {}, Level.WARNING, Level.FINE),
    ],
)
def test_devices_are_judged(device: ListedDevice, ends: dict[str, datetime], expiry: Level, heard: Level) -> None:
    assert expiry_finding([device], ends, NOW).level is expiry
    assert never_heard_finding([device], ends, NOW).level is heard


def test_only_the_first_are_named() -> None:
    many: Iterator[ListedDevice] = (replace(HEARD, terminal_id=f"T{n}", last_seen=None) for n in range(9))
    assert never_heard_finding(list(many), {}, NOW).cause == "9 of 9 active devices with a certificate: T0, T1, T2, ..."
