"""The API on a real uvicorn and a free port, and a client for its event stream."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg

from api.app import create_app
from api.server import listening_socket, make_server
from api.settings import ApiSettings
from api.tokens import access_token
from firmware_contracts.transport import BrokerAddress
from storage.sealing import Seal
from storage.sessions import begin_session
from storage.users import add_user
from tests.documented_answers import check_documented

SECRET = b"of the tests alone, thirty-two b"
# What must happen in the end does so on a busy machine, too; promises of how soon are measured where they are made.
WAIT_S = 60.0
SEAL_KEY = urlsafe_b64encode(SECRET).decode()
SEAL = Seal([SEAL_KEY])
# Reserved: nothing listens there.
NO_BROKER = BrokerAddress(port=1)


@contextmanager
def serving(
    database_url: str,
    broker: BrokerAddress = NO_BROKER,
    *,
    viewer: str | None = "administrator",
    documented: bool = False,
    **settings: Any,
) -> Iterator[httpx.Client]:
    """Give a client of a running API, which is shut down in order afterwards.

    Args:
        database_url: Of a migrated database.
        broker: Whose reachability is told.
        viewer: Role of the user in whose name the client asks, added where it is not there; None for nobody.
        documented: Whether every answer has to be what the API's description says of it.
        settings: Of `ApiSettings`.
    """
    statement_timeout_s = settings.pop("statement_timeout_s", 30)
    app = create_app(
        ApiSettings(**settings), database_url, broker, statement_timeout_s=statement_timeout_s, secret=SECRET, seal=SEAL
    )
    listener = listening_socket("127.0.0.1", 0)
    server = make_server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    wait_until(lambda: server.started)
    try:
        headers = {} if viewer is None else as_user(database_url, viewer)
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        hooks = {"response": [check_documented] if documented else []}
        with httpx.Client(base_url=base_url, timeout=30, headers=headers, event_hooks=hooks) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(WAIT_S)
        assert not thread.is_alive(), f"expected the server to shut down within {WAIT_S:.0f} s"
        listener.close()


def as_user(database_url: str, role: str, *, name: str | None = None, **scope: Any) -> dict[str, str]:
    """Return the header of a user of a role, added where it is not there; `scope` as in `add_user`."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        row = connection.execute("select user_no from users where name = %s", [name or role]).fetchone()
        user_no = row[0] if row else add_user(connection, name or role, role=role, **scope)
        session_id = begin_session(connection, user_no, longest_s=3600)
    return {"authorization": f"Bearer {access_token(SECRET, session_id, time.time(), valid_s=3600)}"}


def wait_until(condition: Any, wait_s: float = WAIT_S) -> None:
    """Return once the condition holds."""
    deadline_s = time.monotonic() + wait_s
    while not condition():
        assert time.monotonic() < deadline_s, f"expected within {wait_s} s"
        time.sleep(0.02)


def ready_stream(client: httpx.Client) -> None:
    """Wait until the event feed follows the database."""
    wait_until(lambda: "muckline_api_event_feed_up 1.0" in client.get("/metrics").text)


@dataclass
class Message:
    """One message of an event stream."""

    event: str | None = None
    id: str | None = None
    data: str = ""
    comment: str | None = None

    @property
    def body(self) -> Any:
        """Return what `data` holds."""
        return json.loads(self.data)


@dataclass
class StreamReader:
    """Reads an event stream in a thread, as a browser does: remembers the id, and dispatches what has data.

    Attributes:
        events: Bodies of `event` and `case` messages in the order in which they came.
        others: Other messages, comments included.
        last_event_id: What a browser would send when it connects again.
    """

    events: list[Any] = field(default_factory=list)
    others: list[Message] = field(default_factory=list)
    arrived_s: list[float] = field(default_factory=list)
    last_event_id: str | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def take(self, message: Message) -> None:
        """Keep one message."""
        if message.id is not None:
            self.last_event_id = message.id
        if message.event in ("event", "case"):
            self.arrived_s.append(time.monotonic())
            self.events.append(message.body)
        else:
            self.others.append(message)

    @property
    def live(self) -> bool:
        """Tell whether everything from before has come."""
        return any(message.comment == "live" for message in self.others)


@contextmanager
def streaming(
    client: httpx.Client, last_event_id: str | None = None, path: str = "/v1/events/stream", **parameters: Any
) -> Iterator[StreamReader]:
    """Read an event stream until the block is left."""
    reader = StreamReader()
    headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
    own = httpx.Client(base_url=client.base_url, timeout=httpx.Timeout(30), headers=client.headers)
    with own, own.stream("GET", path, params=parameters, headers=headers) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")

        def read() -> None:
            try:
                for message in parsed(response.iter_lines()):
                    reader.take(message)
            except (httpx.StreamError, httpx.TransportError):
                pass  # the test has left
            finally:
                reader.ended.set()

        thread = threading.Thread(target=read)
        thread.start()
        try:
            yield reader
        finally:
            # Closing the connection under the reader wakes it; iterating a closed response raises in it.
            with contextlib.suppress(OSError):  # the server has closed it already
                response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            thread.join(WAIT_S)
            assert not thread.is_alive()


def parsed(lines: Iterator[str]) -> Iterator[Message]:
    """Give messages from the lines of a stream."""
    message = Message()
    for line in lines:
        name, _, value = line.partition(": ")
        if not line:
            yield message
            message = Message()
        elif line.startswith(":"):
            message.comment = value
        elif name in ("event", "id", "data"):
            setattr(message, name, value)
