"""Addresses of channels: encrypted in the database, opened for sending alone, told by nobody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from api_server import SEAL, as_user, serving
from hypothesis import given
from hypothesis import strategies as st
from receiver import receiving, until
from typer.testing import CliRunner, Result
from working import working

from muckline.cli import app
from muckline.doctor.channel_key import channel_key_finding
from muckline.doctor.finding import Level
from muckline.kept_secrets import channel_seal, read_seal_keys
from muckline.settings import SettingsError, read_settings
from storage.notices_sealing import count_plain, newest_sealed
from storage.sealing import Seal, SealError, new_key
from supervision.notices.addresses import shown_address, without_secrets
from supervision.notices.sealing import seal_anew, seal_plain_channels


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=500))
def test_what_was_sealed_is_opened_by_its_key_and_by_no_other(text: str) -> None:
    old, new = new_key(), new_key()
    sealed = Seal([old]).sealed(text)
    assert Seal([old]).opened(sealed) == Seal([new, old]).opened(sealed) == text
    renewed = Seal([new, old]).renewed(sealed)
    assert Seal([new]).opened(renewed) == text
    for other in (Seal([new]), Seal([new_key()])):
        with pytest.raises(SealError):
            other.opened(sealed)
    with pytest.raises(SealError):
        Seal([old]).opened(sealed[:-8] + "AAAAAAA=")


@pytest.mark.parametrize("keys", [[], ["short"], [new_key(), "not a key at all"]])
def test_what_is_no_key_is_refused(keys: list[str]) -> None:
    with pytest.raises(SealError, match="expected keys of 32 bytes"):
        Seal(keys)


@pytest.mark.parametrize(
    ("kind", "url", "shown", "secrets"),
    [
        ("robot", "wecombot://693a91f6-0ec2sifa5aaa", "wecombot://…5aaa", ["693a91f6-0ec2sifa5aaa"]),
        ("robot", "dingtalk://SECsecret@tokentoken1234", "dingtalk://…1234", ["SECsecret", "tokentoken1234"]),
        ("robot", "feishu://abcdefgh", "feishu://…", ["abcdefgh"]),
        ("robot", "mailtos://duty:p%40ss@mail.example:465/?to=a", "mailtos://mail.example:465/…", ["p%40ss", "p@ss"]),
        ("webhook", "https://traffic.example/s3cr3t?key=k3yk3y", "https://traffic.example/…", ["s3cr3t", "k3yk3y"]),
        ("webhook", "https://[broken", "…", []),
    ],
)
def test_an_address_is_shown_without_what_is_secret(kind: str, url: str, shown: str, secrets: list[str]) -> None:
    assert shown_address(kind, url) == shown
    assert without_secrets(f"OSError: {url} was refused", url, "whsec_c2VjcmV0") == "OSError: *** was refused"
    assert (
        without_secrets(f"it said {' and '.join(secrets)}", url, None)
        == f"it said {' and '.join('***' for _ in secrets)}"
    )


def test_an_answer_that_quotes_parts_of_an_address_is_cleaned() -> None:
    url = "dingtalk://SECsecretsecret@tokentoken1234"
    said = '{"access_token": "tokentoken1234", "errmsg": "SECsecretsecret whsec_abcdef abcdef ok"}'
    cleaned = without_secrets(said, url, "whsec_abcdef")
    assert cleaned == '{"access_token": "***", "errmsg": "*** *** *** ok"}'


SECRETS = ("tok3n-of-the-group", "p4ssw0rd-of-mail", "s3cr3t-path", "k3y-in-the-query")


@pytest.mark.services
def test_no_table_and_no_answer_tells_an_address_and_messages_arrive(migrated_url: str) -> None:
    with receiving() as receiver, serving(migrated_url, viewer="bureau") as client, working(migrated_url):
        robot = {
            "name": "群",
            "url": f"json://duty:{SECRETS[1]}@127.0.0.1:{receiver.port}/{SECRETS[0]}",
            "shared": True,
        }
        url = f"{receiver.url('/' + SECRETS[2])}?key={SECRETS[3]}"
        webhook = {"name": "接收方", "url": url, "document_types": ["case"]}
        added = client.post("/v1/channels", json=robot)
        hooked = client.post("/v1/webhooks", json=webhook)
        assert (added.status_code, hooked.status_code) == (201, 201), added.text + hooked.text
        assert added.json()["address"] == f"json://127.0.0.1:{receiver.port}/…"
        assert hooked.json()["address"] == f"http://127.0.0.1:{receiver.port}/…"
        channel, hook = f"/v1/channels/{added.json()['channel_id']}", f"/v1/webhooks/{hooked.json()['webhook_id']}"
        changed = client.patch(channel, json={"url": robot["url"], "name": "新群"})
        renewed = client.patch(hook, json={"new_secret": True})
        for path in (channel, hook):
            assert client.post(f"{path}/test").status_code == 202
        until(lambda: len(receiver.got) == 2)
        paths = ("/v1/channels", "/v1/webhooks", "/v1/deliveries", "/v1/subscriptions", "/v1/audit")
        until(lambda: all(one["status"] == "delivered" for one in client.get(paths[2]).json()["deliveries"]))
        auditor = as_user(migrated_url, "administrator")
        told = [changed.text, *(client.get(path, headers=auditor if "audit" in path else {}).text for path in paths)]
        told += [client.get(f"/v1/deliveries/{one['delivery_id']}").text for one in delivered(client)]
        colleague = client.get("/v1/channels", headers=as_user(migrated_url, "bureau", name="colleague")).json()
    assert (colleague["channels"][0]["name"], colleague["channels"][0]["address"]) == ("新群", None)
    assert {path.partition("?")[0] for path, _, _ in receiver.got} == {f"/{SECRETS[0]}", f"/{SECRETS[2]}"}
    secrets = [*SECRETS, hooked.json()["secret"], renewed.json()["secret"]]
    kept = whole_database(migrated_url)
    assert "新群" in kept
    assert [secret for secret in secrets if secret in kept] == []
    assert [secret for secret in secrets if any(secret in text for text in told)] == []


def delivered(client: Any) -> list[dict[str, Any]]:
    return list(client.get("/v1/deliveries").json()["deliveries"])


def whole_database(url: str) -> str:
    """Return every row of every table as text."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables"
            " where table_type = 'BASE TABLE' and table_schema in ('public', 'queue')"
        ).fetchall()
        rows = [connection.execute(f"select t::text from {table} t").fetchall() for (table,) in tables]
    return "\n".join(row for table in rows for (row,) in table)


PLAIN = """
insert into channels (channel_id, owner_no, kind, name, url, secret, per_minute)
select gen_random_uuid(), user_no, %(kind)s, 'old', %(url)s, %(secret)s, 600 from users where name = 'bureau'
"""


@pytest.mark.services
def test_channels_from_before_are_sealed_at_the_start_and_the_key_can_be_changed(
    migrated_url: str, tmp_path: Path
) -> None:
    def run(*words: str) -> Result:
        given = ["--set", f"database.url={migrated_url}", "--set", f"embedded.home={tmp_path}"]
        return CliRunner().invoke(app, [*given, *words])

    as_user(migrated_url, "bureau")
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        connection.execute(PLAIN, {"kind": "robot", "url": "wecombot://tok3n-of-the-group", "secret": None})
        connection.execute(PLAIN, {"kind": "webhook", "url": "https://a.example/x", "secret": "whsec_c2VjcmV0"})
        assert count_plain(connection) == 2
        said = run("db-upgrade")
        assert "2 channels were not encrypted yet, and are now" in said.output, said.output
        assert (count_plain(connection), "tok3n" in whole_database(migrated_url)) == (0, False)
        path = tmp_path / "channels.key"
        assert path.stat().st_mode & 0o077 == 0
        settings = read_settings(None, [f"embedded.home={tmp_path}"])
        assert opened(connection, channel_seal(settings)) == {"wecombot://tok3n-of-the-group", "https://a.example/x"}
        shown = connection.execute("select scheme, shown from channels order by scheme").fetchall()
        assert shown == [("https", "https://a.example/…"), ("wecombot", "wecombot://…roup")]

        (old,) = read_seal_keys(path)
        assert "2 channels sealed with a new key" in run("seal", "rotate").output
        assert read_seal_keys(path)[1:] == [old]
        with pytest.raises(SealError):
            opened(connection, Seal([old]))
        assert len(opened(connection, Seal(read_seal_keys(path)[:1]))) == 2
        assert "1 older are gone" in run("seal", "forget").output
        assert len(opened(connection, Seal(read_seal_keys(path)))) == 2
        assert old not in read_seal_keys(path)

        sealed = newest_sealed(connection)
        assert channel_key_finding(settings, sealed, 0).level is Level.FINE
        assert "muckline db-upgrade" in channel_key_finding(settings, sealed, 3).fix
        path.chmod(0o644)
        assert channel_key_finding(settings, sealed, 0).level is Level.WARNING
        path.write_text(f"{old}\n")
        assert channel_key_finding(settings, sealed, 0).level is Level.BLOCKING
        lost = run("seal", "rotate")
        assert (lost.exit_code, "cannot be opened" in lost.output) == (1, True)
        path.unlink()
        assert "backup" in channel_key_finding(settings, sealed, 0).fix
        path.write_text("no key\n")
        with pytest.raises(SettingsError, match="expected keys"):
            channel_seal(settings)


def opened(connection: psycopg.Connection[Any], seal: Seal) -> set[str]:
    rows = connection.execute("select url, coalesce(secret, url) from channels").fetchall()
    assert all(seal.opened(secret) for _, secret in rows)
    return {seal.opened(url) for url, _ in rows}


@pytest.mark.services
def test_a_message_waits_where_the_key_is_another_and_is_sent_once_it_is_back(migrated_url: str) -> None:
    as_user(migrated_url, "bureau")
    with receiving() as receiver, serving(migrated_url, viewer="bureau") as client:
        hook = {"name": "接收方", "url": receiver.url("/in"), "document_types": ["case"]}
        webhook_id = client.post("/v1/webhooks", json=hook).json()["webhook_id"]
        with psycopg.connect(migrated_url, autocommit=True) as connection:
            connection.execute("update channels set url = %s", [Seal([new_key()]).sealed(hook["url"])])
            with working(migrated_url):
                client.post(f"/v1/webhooks/{webhook_id}/test").raise_for_status()
                until(lambda: delivered(client)[0]["attempts"] == 1)
                name = delivered(client)[0]["delivery_id"]
                attempt = client.get(f"/v1/deliveries/{name}").json()
                assert attempt["status"] == "waiting"
                assert "key file" in json.dumps(attempt["attempts_made"])
                connection.execute("update channels set url = %s, paused_until = null", [SEAL.sealed(hook["url"])])
                connection.execute("update deliveries set next_at = now()")
                client.post(f"/v1/webhooks/{webhook_id}/test").raise_for_status()  # wakes the channel
                until(lambda: len(receiver.got) == 2)
            assert seal_plain_channels(connection, SEAL) == 0
            assert seal_anew(connection, SEAL) == 1
