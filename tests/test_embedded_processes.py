from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

from embedded.processes import (
    children,
    command_line,
    free_port,
    is_alive,
    is_free,
    is_listening,
    listener,
    send,
    wait_gone,
)

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_child_lives_until_it_is_killed() -> None:
    with subprocess.Popen(SLEEP) as child:
        assert is_alive(child.pid)
        assert child.pid in children(os.getpid())
        assert command_line(child.pid) == SLEEP
        send([child.pid], signal.SIGKILL)
        assert wait_gone([child.pid], 5)  # dead, though nobody has waited for it yet
        assert not is_alive(child.pid)


def test_a_stopped_process_still_lives() -> None:
    with subprocess.Popen(SLEEP) as child:
        send([child.pid], signal.SIGSTOP)
        assert is_alive(child.pid)
        assert not wait_gone([child.pid], 0.05)
        child.kill()


def test_a_process_that_never_was() -> None:
    gone = 2**22 + 1  # above the kernel's highest process id
    assert not is_alive(gone)
    assert command_line(gone) == []
    send([gone], signal.SIGKILL)
    assert wait_gone([gone], 0)


def test_a_listener_is_found_by_its_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listener(port) == os.getpid()
        assert is_listening(port)
        assert not is_free(port)
    assert listener(port) is None
    assert not is_listening(port)
    assert is_free(port)


def test_a_listener_on_ipv6_is_found() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        assert listener(server.getsockname()[1]) == os.getpid()


def test_a_connection_is_no_listener() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert listener(client.getsockname()[1]) is None


def test_a_free_port_can_be_listened_on() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)
