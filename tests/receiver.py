"""A real HTTP server on loopback that answers as it is told: takes, fails, hangs, redirects, drips."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What came, and what is to be answered next.

    Attributes:
        answers: By path: statuses to give in turn, the last one for ever; `hang` and `drip` are no statuses.
        got: Path, headers and body of each request.
    """

    port: int = 0
    answers: dict[str, list[int | str]] = field(default_factory=dict)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        """Return the URL of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def bodies(self, path: str) -> list[Any]:
        """Return what was posted to a path, parsed."""
        return [json.loads(body) for at, _, body in list(self.got) if at == path]

    def next_answer(self, path: str) -> int | str:
        """Return what is to be answered now."""
        answers = self.answers.get(path, [200])
        return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Give a receiver that runs while the block does."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append((self.path, headers, body))
            answer = receiver.next_answer(self.path)
            if answer == "hang":
                receiver.ended.wait(20)
            elif answer == "drip":
                self._drip()
            else:
                self.send_response(int(answer))
                if int(answer) in {301, 302, 307}:
                    self.send_header("location", receiver.url("/elsewhere"))
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

        def _drip(self) -> None:
            for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n" + b"x" * 100_000:
                if receiver.ended.wait(0.05):
                    return
                try:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                except OSError:
                    return

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ended.set()
        server.shutdown()
        thread.join(5)
        server.server_close()


def until(condition: Any, wait_s: float = 60.0) -> None:
    """Return once the condition holds."""
    deadline_s = time.monotonic() + wait_s
    while not condition():
        assert time.monotonic() < deadline_s, f"expected within {wait_s} s"
        time.sleep(0.05)
