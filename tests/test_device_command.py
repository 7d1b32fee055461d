"""`muckline device` and `muckline authority` as typed: the registry, the audit, the certificates, the broker."""

from __future__ import annotations

import json
import ssl
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Broker
from cryptography import x509
from raw_mqtt import ClosedByBroker, RawMqtt
from typer.testing import CliRunner

from admission.certificates import common_name
from muckline.cli import app
from muckline.settings import read_settings
from storage.connect import connect_writer
from storage.devices import change_status, read_audit
from storage.world_store import read_documents, world_version, write_documents

pytestmark = pytest.mark.services

TRUCKS = {"vehicles": [{"vehicle_id": "V1", "plate": "苏D12345"}]}


class Typed:
    """The command line on a database and a broker of the test's own."""

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self._options = ["--set", f"database.url={url}", "--set", f"embedded.home={home}"]

    def __call__(self, *words: object) -> str:
        result = CliRunner().invoke(app, [*self._options, *map(str, words)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *words: object) -> str:
        result = CliRunner().invoke(app, [*self._options, *map(str, words)], catch_exceptions=False)
        assert result.exit_code != 0
        assert "Traceback" not in result.output
        return " ".join(result.output.replace("│", " ").split())

    def listed(self) -> dict[str, dict[str, Any]]:
        return {row["device"]: row for row in json.loads(self("device", "list", "--json"))}

    def version(self) -> int:
        with connect_writer(self.url) as connection:
            return world_version(connection)


@pytest.fixture
def typed(migrated_url: str, broker: Broker, test_home: Path) -> Typed:  # noqa: ARG001 - one home for both
    with connect_writer(migrated_url) as connection:
        write_documents(connection, TRUCKS)
    return Typed(migrated_url, test_home)


def enters(broker: Broker, folder: Path, name: str) -> bool:
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    context.load_cert_chain(folder / f"{name}.crt", folder / f"{name}.key")
    try:
        RawMqtt(broker.port, context, name).close()
    except (ClosedByBroker, ssl.SSLError):
        return False
    return True


def kept_out(broker: Broker, folder: Path, name: str) -> bool:
    """Return whether the broker refuses a certificate, as soon as it has read the list again that it was told of."""
    deadline_s = time.monotonic() + 60.0
    while enters(broker, folder, name):
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.02)
    return True


def test_the_life_of_a_device(typed: Typed, broker: Broker, tmp_path: Path) -> None:
    before = typed.version()
    typed("device", "add", "T1", "--region", "320412", "--vehicle", "V1", "--bench")
    assert typed.version() > before, "a running ingest hears of it"
    assert typed.listed()["T1"] | {"certificate_until": None} == {
        "device": "T1",
        "kind": "truck",
        "region": "320412",
        "status": "provisioned",
        "place": "苏D12345",
        "protocol": None,
        "last_seen": None,
        "certificate_until": None,
    }
    said = typed("device", "cert", "T1", "--out", tmp_path, "--days", "30")
    assert f"The private key: {tmp_path / 'T1.key'}" in said.replace("\n", "")
    assert typed.listed()["T1"]["certificate_until"] is not None
    assert enters(broker, tmp_path, "T1")
    for command, status in ("activate", "active"), ("suspend", "suspended"), ("activate", "active"):
        typed("device", command, "T1", "--reason", "test")
        assert typed.listed()["T1"]["status"] == status
    assert enters(broker, tmp_path, "T1")
    assert "1 certificates revoked" in typed("device", "revoke", "T1", "--reason", "stolen")
    assert kept_out(broker, tmp_path, "T1")
    assert "0 certificates revoked" in typed("device", "revoke", "T1"), "again where the broker was not told"
    assert (typed.listed()["T1"]["status"], typed.listed()["T1"]["certificate_until"]) == ("revoked", None)
    for command in ("activate", "suspend"):
        assert "got T1, which is revoked" in typed.refused("device", command, "T1")
    assert "which is revoked; add it first" in typed.refused("device", "cert", "T1", "--out", tmp_path)
    with connect_writer(typed.url) as connection:
        write_documents(connection, {"terminals": [{"terminal_id": "T1", "region": "320412", "status": "active"}]})
    assert typed.listed()["T1"]["status"] == "revoked", "a world of an earlier day brings nobody back"
    typed("device", "add", "T1", "--region", "320412", "--vehicle", "V1")
    typed("device", "cert", "T1", "--out", tmp_path)
    assert enters(broker, tmp_path, "T1")
    with connect_writer(typed.url) as connection:
        audit = read_audit(connection, "T1")
        (terminal,) = read_documents(connection)["terminals"]
        assert terminal["assignments"][-1]["vehicle_id"] == "V1"
    assert [row["what"] for row in audit] == [
        *("added", "certificate_issued", "activated", "suspended", "activated", "revoked", "revoked"),
        *("added", "certificate_issued"),
    ]
    assert audit[5]["detail"] == {"reason": "stolen"}
    assert all(row["who"] for row in audit)


def test_a_card_goes_into_another_box_once_its_own_is_revoked(typed: Typed) -> None:
    def box(name: str) -> tuple[str, ...]:
        return ("device", "add", name, "--region", "320412", "--protocol", "jt808", "--phone", "13800138000")

    typed(*box("B1"), "--vendor", "egs", "--maker-id", "M000017")
    with connect_writer(typed.url) as connection:
        (document,) = read_documents(connection)["terminals"]
    assert (document["phone"], document["vendor"], document["maker_id"]) == ("13800138000", "egs", "M000017")
    typed("device", "suspend", "B1")
    assert "which B1 has" in typed.refused(*box("B2"))
    typed("device", "revoke", "B1")
    typed(*box("B2"))
    assert {name: row["status"] for name, row in typed.listed().items()} == {"B1": "revoked", "B2": "active"}


def test_a_revocation_done_by_half_is_finished_before_the_name_lives_again(
    typed: Typed, broker: Broker, tmp_path: Path
) -> None:
    typed("device", "add", "T1", "--region", "320412")
    typed("device", "cert", "T1", "--out", tmp_path)
    with connect_writer(typed.url) as connection:
        change_status(connection, "T1", "revoked", "test", {})  # and then the power went
    assert "first: muckline device revoke" in typed.refused("device", "add", "T1", "--region", "320412")
    assert enters(broker, tmp_path, "T1")
    typed("device", "revoke", "T1")
    assert kept_out(broker, tmp_path, "T1")
    typed("device", "add", "T1", "--region", "320412")
    assert kept_out(broker, tmp_path, "T1"), "the certificate of its earlier life"


def test_the_audit_is_only_added_to(typed: Typed) -> None:
    typed("device", "add", "T1", "--region", "320412")
    for statement in ("update device_audit set who = 'x'", "delete from device_audit", "truncate device_audit"):
        with psycopg.connect(typed.url) as connection, pytest.raises(psycopg.IntegrityError, match="appended to only"):
            connection.execute(statement)


def test_a_request_made_in_the_device_is_signed(typed: Typed, tmp_path: Path) -> None:
    from test_admission_authority import request

    typed("device", "add", "T1", "--region", "320412")
    (tmp_path / "T1.csr").write_bytes(request("T1"))
    typed("device", "cert", "T1", "--out", tmp_path, "--csr", tmp_path / "T1.csr")
    assert common_name(x509.load_pem_x509_certificate((tmp_path / "T1.crt").read_bytes())) == "T1"
    assert not (tmp_path / "T1.key").exists()
    (tmp_path / "T1.csr").write_bytes(request("T2"))
    fault = typed.refused("device", "cert", "T1", "--out", tmp_path, "--csr", tmp_path / "T1.csr")
    assert "expected a request for CN T1, got 'T2'" in fault


def test_what_cannot_be_is_refused_and_changes_nothing(typed: Typed, tmp_path: Path) -> None:
    typed("device", "add", "B1", "--region", "320412", "--protocol", "jt808", "--phone", "13800138000")
    before = typed.listed()
    add = ("device", "add")
    region = ("--region", "320412")
    for words, fault in {
        (*add, "T2/up", *region): "1 to 32 letters, digits and hyphens, got 'T2/up'",
        (*add, "muckline-ingest", *region): "names of the platform begin with muckline-",
        (*add, "B1", *region): "expected a name that is free, got B1, which is active",
        (*add, "T1", "--region", "3204"): "expected --region with six digits",
        (*add, "T1", *region, "--vehicle", "V9"): "expected a vehicle of the registry, got 'V9': write it into",
        (*add, "T1", *region, "--site", "S1"): "expected --vehicle of a truck, got --site",
        (*add, "W1", *region, "--kind", "washer", "--site", "S9"): "S9",
        (*add, "W1", *region, "--kind", "washer", "--vehicle", "V1"): "expected --site or --dump-point of a washer",
        (*add, "B2", *region, "--protocol", "jt808"): "expected --phone with up to 20 digits",
        (*add, "B2", *region, "--phone", "1"): "with --protocol jt808",
        (*add, "B2", *region, "--protocol", "jt808", "--phone", "13800138000"): "which B1 has",
        (*add, "B2", *region, "--protocol", "jt808", "--phone", "013800138000"): "which B1 has",
        (*add, "ca", *region): "take the place of the authority's",
        ("device", "suspend", "T1"): "expected a device of the registry, got T1, which it does not hold",
        ("device", "revoke", "T1"): "expected a device of the registry, got T1, which it does not hold",
        ("device", "history", "T1"): "expected a device of the registry, got T1",
        ("authority", "server", "--host", "", "--out", tmp_path): "expected a host name or an address, got ''",
        ("authority", "server", "--host", "a b", "--out", tmp_path): "expected a host name or an address, got 'a b'",
        ("device", "cert", "B1", "--out", __file__): "expected a folder for certificates, got the file",
        ("device", "cert", "T1", "--out", tmp_path / "none"): "T1, which is not registered",
    }.items():
        assert fault in typed.refused(*words), words
    assert typed.listed() == before
    assert not (tmp_path / "none").exists()


def test_devices_are_found_among_many(typed: Typed) -> None:
    typed("device", "add", "T1", "--region", "320412", "--vehicle", "V1")
    for number in range(2, 6):
        typed("device", "add", f"T{number}", "--region", "320413", "--bench")
    for words, names in {
        ("--kind", "truck", "--status", "active"): ["T1"],
        ("--kind", "gate"): [],
        ("--search", "苏d123"): ["T1"],
        ("--search", "320413", "--limit", "2"): ["T2", "T3"],
        ("--search", "%"): [],
        ("--limit", "0"): ["T1", "T2", "T3", "T4", "T5"],
    }.items():
        assert [row["device"] for row in json.loads(typed("device", "list", "--json", *words))] == names
    table = typed("device", "list", "--limit", "1")
    assert "T1" in table
    assert "T2" not in table
    assert "Devices: 4 provisioned, 1 active." in table
    assert "Shown are 1:" in table
    typed("device", "suspend", "T1", "--reason", "sold")
    first, last = typed("device", "history", "T1").splitlines()
    assert "added by" in first
    assert "active -> suspended  reason sold" in last


def test_a_city_with_an_authority_of_its_own(typed: Typed, tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    typed("authority", "create", folder)
    assert "holds ca.crt" in typed.refused("authority", "create", folder)
    city = ("--set", f"admission.authority={folder}")
    typed(*city, "authority", "server", "--host", "mqtt.example", "--host", "10.0.0.1", "--out", tmp_path / "server")
    assert sorted(file.name for file in (tmp_path / "server").iterdir()) == ["server.crt", "server.key"]
    typed(*city, "authority", "platform", "--out", tmp_path / "ids")
    address = read_settings(
        None, ["broker.host=b", f"broker.ca_file={folder / 'ca.crt'}", f"broker.identities={tmp_path / 'ids'}"]
    ).broker.address()
    assert address.as_client("muckline-ingest").cert_file == tmp_path / "ids" / "muckline-ingest.crt"
    assert "begins with muckline-" in typed.refused(*city, "authority", "platform", "--name", "T1", "--out", tmp_path)
    typed("device", "add", "T1", "--region", "320412")
    typed(*city, "device", "cert", "T1", "--out", tmp_path)
    said = typed(*city, "device", "revoke", "T1")
    assert "1 certificates revoked" in said
    assert f"{folder / 'crl.pem'}" in said
    assert "systemctl reload mosquitto" in said
    nowhere = ("--set", f"admission.authority={tmp_path / 'nowhere'}")
    assert "expected a certificate authority in" in typed.refused(*nowhere, "device", "list")
