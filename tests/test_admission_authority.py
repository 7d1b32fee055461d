"""The certificate authority: what it issues, signs, revokes and refuses, alone and from several processes."""

from __future__ import annotations

import multiprocessing
import ssl
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from admission.authority import Authority
from admission.certificates import certificate_pem, key_pem, new_key, subject
from admission.errors import AdmissionError, AuthorityExists, AuthorityMissing, IdentityMissing, NameRefused
from admission.errors import RequestRefused as Refused
from admission.identities import folder_identities, issuing_identities, write_identity
from admission.names import PLATFORM_NAMES, client_name, device_name, platform_name
from admission.tls import client_context
from firmware_contracts.transport import BrokerAddress

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.create(tmp_path / "authority", now=lambda: NOW)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_its_folder_holds_what_it_says(authority: Authority) -> None:
    assert sorted(path.name for path in authority.folder.iterdir()) == ["ca.crt", "ca.key", "crl.pem", "lock"]
    assert (mode(authority.folder), mode(authority.folder / "ca.key")) == (0o700, 0o600)
    constraints = authority.certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca, constraints.value.path_length) == (True, True, 0)
    again = Authority.open(authority.folder)
    assert again.certificate == authority.certificate
    with pytest.raises(AuthorityExists, match=r"holds ca\.crt"):
        Authority.create(authority.folder)


def test_a_clients_certificate_opens_connections_and_issues_nothing(authority: Authority) -> None:
    issued = authority.issue("T1", days=10)
    certificate = x509.load_pem_x509_certificate(issued.certificate)
    certificate.verify_directly_issued_by(authority.certificate)
    extensions = certificate.extensions
    assert certificate.subject == subject("T1")
    assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign is False
    assert certificate.not_valid_after_utc == issued.end == NOW + timedelta(days=10)
    assert certificate.not_valid_before_utc < NOW
    assert (certificate.serial_number, issued.name) == (issued.serial, "T1")


def test_no_certificate_outlives_the_authority(authority: Authority) -> None:
    assert authority.issue("T1", days=100_000).end == authority.certificate.not_valid_after_utc


def test_a_servers_certificate_names_hosts_and_addresses(authority: Authority) -> None:
    certificate = x509.load_pem_x509_certificate(
        authority.issue_server(["mqtt.example", "10.0.0.1", "::1"]).certificate
    )
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["mqtt.example"]
    assert list(map(str, names.get_values_for_type(x509.IPAddress))) == ["10.0.0.1", "::1"]


@pytest.mark.parametrize("name", ["", "T" * 33, "+", "#", "T2/up", "T 1", "T1\n", "Т1", "T_1", "%u", "T1\0", "渣"])
def test_a_name_is_one_level_of_letters_digits_and_hyphens(authority: Authority, name: str) -> None:
    for refuse in (client_name, device_name, authority.issue, folder_identities(authority.folder)):
        with pytest.raises(NameRefused, match="expected a name of 1 to 32"):
            refuse(name)


@pytest.mark.parametrize("name", ["muckline-ingest", "muckline-x", "MUCKLINE-ingest"])
def test_names_of_the_platform_are_no_devices(name: str) -> None:
    with pytest.raises(NameRefused, match="begin with muckline-"):
        device_name(name)
    assert platform_name(name) == name
    with pytest.raises(NameRefused, match="begins with muckline-"):
        platform_name("T1")
    assert all(map(client_name, PLATFORM_NAMES))


def request(name: str, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None) -> bytes:
    signer = key or new_key()
    wanted = x509.BasicConstraints(ca=True, path_length=None)
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject(name)).add_extension(wanted, critical=True)
    return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_a_request_gives_its_key_and_nothing_else(authority: Authority) -> None:
    key = new_key()
    issued = authority.sign(request("T1", key), "T1")
    certificate = x509.load_pem_x509_certificate(issued.certificate)
    assert issued.key is None
    assert certificate.public_key() == key.public_key()
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False, "it asked for True"


def test_requests_that_are_refused(authority: Authority) -> None:
    forged = bytearray(x509.load_pem_x509_csr(request("T1")).public_bytes(serialization.Encoding.DER))
    forged[-1] ^= 1
    pem = x509.load_der_x509_csr(bytes(forged)).public_bytes(serialization.Encoding.PEM)
    cases = {
        request("T2"): "expected a request for CN T1, got 'T2'",
        b"no request": "expected a certificate signing request",
        request("T1")[:-100]: "expected a certificate signing request",
        b"x" * 20_000: "at most 16384 bytes, got 20000",
        pem: "signed by its own key",
        request("T1", rsa.generate_private_key(65537, 2048)): "expected a P-256 key",
        request("T1", ec.generate_private_key(ec.SECP384R1())): "expected a P-256 key",
    }
    for pem, fault in cases.items():
        with pytest.raises(Refused, match=fault):
            authority.sign(pem, "T1")
    assert list(authority.entries()) == []


def test_revoking_names_every_certificate_and_nobody_elses(authority: Authority) -> None:
    first, second, other = (authority.issue(name) for name in ("T1", "T1", "T2"))
    assert authority.valid_until() == {"T1": first.end, "T2": other.end}
    assert authority.revoke_serials(authority.valid_serials("T1")) == [first.serial, second.serial]
    assert authority.revoke_serials(authority.valid_serials("T1")) == [], "again changes nothing"
    assert authority.revoked() == {first.serial, second.serial}
    assert authority.valid_until() == {"T2": other.end}


def test_each_list_is_younger_than_the_one_before_and_none_lies_in_the_future(authority: Authority) -> None:
    """A broker that has both believes the younger one, in whole seconds; one of the future would shut everybody out."""
    before = x509.load_pem_x509_crl(authority.crl_file.read_bytes())
    for number in range(2, 12):
        authority.revoke_serials([authority.issue("T1").serial])
        after = x509.load_pem_x509_crl(authority.crl_file.read_bytes())
        assert after.last_update_utc - before.last_update_utc >= timedelta(seconds=1)
        assert after.last_update_utc < NOW
        assert after.next_update_utc == authority.certificate.not_valid_after_utc
        assert after.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == number
        assert after.is_signature_valid(authority.certificate.public_key())  # type: ignore[arg-type]
        before = after


def test_what_is_missing_or_wrong_is_said(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(AuthorityMissing, match="expected a certificate authority in"):
        Authority.open(tmp_path / "nowhere")
    (authority.folder / "ca.key").write_bytes(key_pem(new_key()))
    with pytest.raises(AuthorityMissing, match="got another one"):
        Authority.open(authority.folder)
    (authority.folder / "ca.key").write_text("no key")
    with pytest.raises(AuthorityMissing, match="as PEM"):
        Authority.open(authority.folder)
    authority.crl_file.unlink()
    with pytest.raises(AuthorityMissing, match="expected a revocation list"):
        authority.revoked()


def test_a_folder_gives_files_and_names_the_missing_one(authority: Authority, tmp_path: Path) -> None:
    give = folder_identities(tmp_path)
    with pytest.raises(IdentityMissing, match=r"certificate and key of T1, got no file .*T1\.crt"):
        give("T1")
    certificate, key = write_identity(tmp_path, authority.issue("T1"))
    assert give("T1") == (certificate, key) == (tmp_path / "T1.crt", tmp_path / "T1.key")
    assert mode(key) == 0o600
    key.unlink()
    with pytest.raises(IdentityMissing, match=r"T1\.key"):
        give("T1")


def test_certificates_are_issued_when_asked_for_and_kept(authority: Authority, tmp_path: Path) -> None:
    certificate, key = issuing_identities(authority, tmp_path / "ids")("T1")
    content = certificate.read_bytes(), key.read_bytes()
    assert mode(key) == 0o600
    assert issuing_identities(authority, tmp_path / "ids")("T1") == (certificate, key)
    assert (certificate.read_bytes(), key.read_bytes()) == content
    authority.now = lambda: NOW + timedelta(days=720)  # ten days before it runs out
    issuing_identities(authority, tmp_path / "ids")("T1")
    assert certificate.read_bytes() != content[0]
    assert key.read_bytes() == content[1], "a reader in between would hold halves of two"
    other = Authority.create(tmp_path / "other")
    issuing_identities(other, tmp_path / "ids")("T1")
    x509.load_pem_x509_certificate(certificate.read_bytes()).verify_directly_issued_by(other.certificate)


def test_a_revoked_certificate_is_not_replaced_by_asking_again(authority: Authority, tmp_path: Path) -> None:
    certificate, _ = issuing_identities(authority, tmp_path / "ids")("T1")
    content = certificate.read_bytes()
    authority.revoke_serials(authority.valid_serials("T1"))
    issuing_identities(authority, tmp_path / "ids")("T1")
    assert certificate.read_bytes() == content


def ask(folder: Path, names: list[str]) -> None:
    give = issuing_identities(Authority.ensure(folder), folder / "identities")
    for name in names:
        files = give(name)
        ssl.create_default_context().load_cert_chain(*files)  # fails where they do not belong together


def test_processes_that_start_at_once_share_one_authority(tmp_path: Path) -> None:
    names = [f"T{number}" for number in range(20)]
    workers = [multiprocessing.get_context("fork").Process(target=ask, args=(tmp_path / "a", names)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert sorted(entry.name for entry in Authority.open(tmp_path / "a").entries()) == sorted(names)


def test_a_fleets_certificates_take_seconds(tmp_path: Path) -> None:
    give = issuing_identities(Authority.ensure(tmp_path / "a"), tmp_path / "ids")
    began_s = time.process_time()
    for number in range(500):
        give(f"T{number}")
    assert (time.process_time() - began_s) / 500 < 0.003, "10,000 within half a minute on a slow machine"


def test_tls_says_what_is_wrong_with_its_files(authority: Authority, tmp_path: Path) -> None:
    assert client_context(BrokerAddress()) is None
    certificate, _ = write_identity(tmp_path, authority.issue("T1"))
    _, key = write_identity(tmp_path, authority.issue("T2"))
    for address in (
        BrokerAddress(ca_file=tmp_path / "nowhere"),
        BrokerAddress(ca_file=authority.ca_file, cert_file=certificate, key_file=key),
    ):
        with pytest.raises(AdmissionError, match="expected certificates and the key that belongs to them"):
            client_context(address)


def test_pem_files_are_what_other_programs_read(authority: Authority) -> None:
    assert certificate_pem(authority.certificate).startswith(b"-----BEGIN CERTIFICATE-----\n")
    names = authority.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert [name.value for name in names] == ["Muckline device authority"]


def test_a_line_that_was_torn_costs_nothing_but_itself(authority: Authority) -> None:
    first = authority.issue("T1")
    log = authority.folder / "issued.ndjson"
    log.write_text(log.read_text() + '{"name": "T2", "ser')
    second = authority.issue("T3")
    assert [entry.name for entry in authority.entries()] == ["T1", "T3"]
    assert authority.revoke_serials(authority.valid_serials("T1") + authority.valid_serials("T3")) == [
        first.serial,
        second.serial,
    ]
    log.write_text('{"name": "T1"}\n')
    with pytest.raises(AuthorityMissing, match="expected name, serial and end in line 1"):
        list(authority.entries())


def test_a_key_without_its_certificate_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "ca.key").write_text("the only copy")
    with pytest.raises(AuthorityExists, match=r"holds ca\.key"):
        Authority.create(tmp_path)
    assert (tmp_path / "ca.key").read_text() == "the only copy"


@pytest.mark.parametrize("name", ["ca", "CA", "server", "crl"])
def test_no_device_has_a_name_that_is_a_file_of_the_authority(name: str) -> None:
    with pytest.raises(NameRefused, match="authority's"):
        device_name(name)


def test_an_authority_that_lost_its_certificate_is_not_made_anew(authority: Authority) -> None:
    authority.issue("T1")
    key = (authority.folder / "ca.key").read_bytes()
    authority.ca_file.unlink()
    with pytest.raises(AuthorityMissing, match=r"ca\.crt"):
        Authority.ensure(authority.folder)
    assert (authority.folder / "ca.key").read_bytes() == key
