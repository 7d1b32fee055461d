"""Who asks made-up requests, and the API over a city of its own that is asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import requests
import schemathesis
from limits import RateLimitItemPerMinute

from api.access import rates
from api.access.passwords import hashed
from api.viewer import Role
from storage.sessions import token_hash
from tests.api_fuzz_cases import LINKS, PASSWORD
from tests.api_server import as_user, serving
from tests.conftest import DatabaseServer, _copied
from tests.test_api_scope import ALIEN, OURS, add_city, ids, owner

ASKER = owner(OURS)
TIMEOUT_S = 60
WITHOUT_END = {"requests_per_minute": 10**9, "exports_per_minute": 10**9, "logins_per_minute": 10**9}
RESTORE = """
    update users set role = %(role)s, disabled_at = null, must_change_password = false, company_id = %(company_id)s,
        district_ids = '{}', password_hash = %(password)s where name = %(name)s
"""
ADD_LINK = """
    insert into shares (token_hash, owner_no, kind, case_id, vehicle_id, start_time, end_time, expires_at)
    select %(hash)s, user_no, shown.*, now() + case when %(kind)s = 'ended' then -1 else 5 end * interval '1 day'
    from users, (values ('case', %(case)s::uuid, null, null, null),
        ('playback', null, 'V-OURS', now() - interval '2 h', now())) as shown (kind, case_id, vehicle_id, began, ended)
    where users.name = %(name)s and shown.kind = case when %(kind)s = 'playback' then 'playback' else 'case' end
"""
# What the tests of scope need not care about: the length of a file, a kind of command that there is.
CONSISTENT = (
    "update exports as e set size_bytes = octet_length(bytes) from export_chunks as c where c.export_id = e.export_id",
    "update device_commands set kind = 'locate'",
)
# What fills up, so that everything after it would only be told that it is full; and what locks log-ins.
TIDY = (
    "delete from export_chunks where export_id <> all(%(ours)s::uuid[])",
    "delete from exports where export_id <> all(%(ours)s::uuid[])",
    "delete from rule_trials where trial_id <> all(%(ours)s::uuid[])",
    "delete from subscriptions where subscription_id <> all(%(ours)s::uuid[])",
    "delete from deliveries where delivery_id <> all(%(ours)s::uuid[])",
    "delete from channels where channel_id <> all(%(ours)s::uuid[])",
    "delete from shares where share_id <> all(%(ours)s::uuid[]) and token_hash <> all(%(links)s)",
    "delete from device_commands where command_id not in ('B-OURS', 'B-ALIEN')",
    "delete from failed_logins",
    "update cases set opened_at = opened_at - interval '2 h' where reporter_no is not null",
)
# Requests that wait for their answers: somewhere else two cores and a database would be idle half of the time. Of what
# bears a version, so few that most of them know it.
AT_ONCE, AT_ONCE_OF_ONE = 8, 2


def prepare(url: str) -> None:
    """Write the city, a password that is known, and links that are known, into a migrated database."""
    add_city(url)
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in CONSISTENT:
            connection.execute(statement)
        for kind, link in LINKS.items():
            connection.execute(
                ADD_LINK, {"name": ASKER, "case": ids(OURS)["case"], "hash": token_hash(link), "kind": kind}
            )


class Asker:
    """Asks one running API in the name of one user."""

    def __init__(self, base_url: str, url: str, role: str) -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.threads = ThreadPoolExecutor(AT_ONCE)
        self._of_thread = threading.local()
        self.headers: dict[str, str] = {}
        self._url, self._role = url, role
        self._password = hashed(PASSWORD)
        self.restore()

    def restore(self) -> None:
        """Be who it was again, also after it has changed, disabled or logged out itself."""
        scope = {"company_id": f"K-{OURS}" if self._role == Role.COMPANY else None}
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(RESTORE, {"role": self._role, "name": ASKER, "password": self._password, **scope})
        self.headers = as_user(self._url, self._role, name=ASKER)

    def tidy(self) -> None:
        """Take away what was added."""
        ours = [*ids(OURS).values(), *ids(ALIEN).values()]
        values = {"ours": ours, "links": [token_hash(link) for link in LINKS.values()]}
        with psycopg.connect(self._url, autocommit=True) as connection:
            for statement in TIDY:
                connection.execute(statement, values)

    def send(self, request: dict[str, Any], is_endless: bool) -> tuple[requests.Response, float]:
        """Return the answer to a request and how long it took; of one that does not end, its beginning. [s]"""
        if not hasattr(self._of_thread, "session"):
            self._of_thread.session = requests.Session()
        session: requests.Session = self._of_thread.session
        session.cookies.clear()
        began_s = time.monotonic()
        try:
            answer = session.request(**request, stream=True, timeout=TIMEOUT_S)
        except requests.ConnectionError:
            # It had just been closed as idle; the same on a new one would be a mistake.
            session.close()
            answer = session.request(**request, stream=True, timeout=TIMEOUT_S)
        if is_endless and answer.status_code == 200:
            answer.close()
        else:
            answer.content  # noqa: B018 - read it
        return answer, time.monotonic() - began_s

    def get(self, path: str) -> requests.Response:
        """Ask for something that is there."""
        return self.session.get(self.base_url + path, headers=self.headers, timeout=TIMEOUT_S)

    def post(self, path: str, body: Any) -> requests.Response:
        """Make something."""
        return self.session.post(self.base_url + path, headers=self.headers, json=body, timeout=TIMEOUT_S)

    def log_in(self) -> dict[str, str]:
        """Return cookies of a new session."""
        answer = self.post("/v1/session", {"name": ASKER, "password": PASSWORD})
        return requests.utils.dict_from_cookiejar(answer.cookies)


@contextmanager
def fresh_api(
    database_server: DatabaseServer, name: str, role: str, preparation: Callable[[str], object] = bool
) -> Iterator[tuple[Any, dict[str, Any], Asker]]:
    """Give an API of its own over a copy of a database: its schema, its description, and who asks it."""
    # Links are opened by anybody, so that only their address limits them.
    rates.SHARED = rates.SHARED_GROUND = RateLimitItemPerMinute(10**9)
    with _copied(database_server, name) as url, serving(url, viewer=None, **WITHOUT_END) as client:
        preparation(url)
        document = client.get("/openapi.json").json()
        asker = Asker(str(client.base_url).rstrip("/"), url, role)
        yield schemathesis.openapi.from_dict(document), document, asker
        asker.threads.shutdown()
