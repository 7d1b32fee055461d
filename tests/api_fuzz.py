"""Ask every operation of the API hundreds of times with made-up requests; no answer may be a mistake of ours.

    make fuzz                                              # 500 examples of each operation, about an hour
    .venv/bin/python -m tests.api_fuzz --role company      # in the name of a company
    .venv/bin/python -m tests.api_fuzz --only '/v1/cases'  # operations whose name this is found in

The requests are made from the API's own description by schemathesis, half of them right and half of them wrong by it,
and `tests.api_fuzz_cases` lays over them what is there. A real server answers from a real database. What came of it is
written as one line for each operation, with how often it gave which answer; a run that goes on with the same file asks
what is not in it yet.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import random
import re
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.app import create_app
from api.settings import ApiSettings
from api.viewer import Role
from storage.migrate import upgrade
from tests.api_fuzz_asker import Asker, fresh_api, prepare
from tests.api_fuzz_run import Tally, operations, run_operation
from tests.api_server import NO_BROKER
from tests.conftest import (
    HOME,
    DatabaseServer,
    EmbeddedPostgres,
    EmbeddedSettings,
    _add_extension,
    _prepared,
    own_home,
)

# A city that so many operations have changed makes room for a fresh one; these take things away, and come last.
CHANGED_MOST = 25
SPOILS = ("DELETE /v1/", "PATCH /v1/users", "POST /v1/merges", "POST /v1/session", "POST /v1/imports")


@contextmanager
def template(database_server: DatabaseServer) -> Iterator[str]:
    """Give the name of a database to copy, as every operation finds it."""
    with _prepared(database_server, _add_extension, upgrade, prepare) as name:
        yield name


@dataclass(frozen=True)
class Order:
    """What is asked of a process.

    Attributes:
        admin_url: Of the database server.
        city: Database to copy.
        examples: Of each mode.
        log: What the server says goes there.
    """

    admin_url: str
    city: str
    role: str
    seed: int
    examples: int
    variations: int
    log: str


class Process:
    """One that asks, with the API that it asks just now."""

    order: Order
    api: tuple[Any, dict[str, Any], Asker] | None = None
    stack = ExitStack()
    changed = 0


def begin(order: Order) -> None:
    """Prepare a process of its own."""
    os.nice(10)
    os.dup2(os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
    Process.order = order


def one(name: str) -> dict[str, Any]:
    """Ask one operation, in a fresh city where those before have changed it enough."""
    order = Process.order
    if Process.api is None:
        Process.api = Process.stack.enter_context(fresh_api(DatabaseServer(order.admin_url), order.city, order.role))
    how = {"role": order.role, "seed": order.seed, "examples": order.examples, "variations": order.variations}
    try:
        tally = run_operation(*Process.api, name, **how)
    except Exception:  # noqa: BLE001 - whatever it was, the other operations are still to be asked
        tally = Tally(name, order.role, order.seed, mistakes=[traceback.format_exc()[-3000:]])
    Process.changed += not name.startswith("GET ")
    if Process.changed >= CHANGED_MOST:
        Process.stack.close()
        Process.api, Process.changed = None, 0
    return vars(tally)


def table(tallies: list[dict[str, Any]]) -> str:
    """Return what came of all operations as a table in Markdown; several runs of one are added up."""
    added: dict[str, Counter[str]] = {}
    for tally in tallies:
        added.setdefault(tally["name"], Counter()).update(tally["statuses"])
    rows = [(f"`{name}`", statuses) for name, statuses in sorted(added.items(), key=lambda row: row[0].split()[::-1])]
    rows.append((f"all {len(added)}", sum(added.values(), Counter())))
    lines = ["| operation | asked | answers |", "| --- | ---: | --- |"]
    for name, statuses in rows:
        answers = ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
        lines.append(f"| {name} | {statuses.total():,} | {answers} |")
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    """Return what the command was told."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=500, help="of each operation, half of them right")
    parser.add_argument("--variations", type=int, default=1, help="so many of them are made of one, by what is there")
    parser.add_argument("--role", default="administrator", choices=list(Role))
    parser.add_argument("--only", default="", help="operations whose name this pattern is found in")
    parser.add_argument("--part", type=int, nargs=2, default=(0, 1), help="which part of how many, of the operations")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--out", type=Path, default=HOME / "api-fuzz.jsonl", help="one line for each operation")
    return parser.parse_args()


def read(path: Path, role: str) -> list[dict[str, Any]]:
    """Return what came of operations so far, in the name of a role."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [tally for tally in map(json.loads, lines) if tally["role"] == role]


def to_ask(asked: argparse.Namespace) -> list[str]:
    """Return the operations that have not been asked often enough, those that take things away last."""
    counts = sum((Counter({tally["name"]: tally["asked"]}) for tally in read(asked.out, asked.role)), Counter())
    every = operations(create_app(ApiSettings(), "host=127.0.0.1 port=1", NO_BROKER).openapi())
    part, parts = asked.part
    names = [name for name in every[part::parts] if re.search(asked.only, name) and counts[name] < asked.examples]
    random.Random(asked.seed).shuffle(names)
    return sorted(names, key=lambda name: name.startswith(SPOILS))


def tell(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Ask everything and write what came of it."""
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and its processes with it
    names = to_ask(asked)
    with own_home() as home:
        server = DatabaseServer(EmbeddedPostgres(EmbeddedSettings(home=home), software_home=HOME).ensure())
        with template(server) as city, asked.out.open("a") as out:
            log = str(asked.out.with_suffix(".log"))
            order = Order(server.admin_url, city, asked.role, asked.seed, asked.examples // 2, asked.variations, log)
            with multiprocessing.get_context("spawn").Pool(asked.processes, begin, (order,)) as pool:
                for number, tally in zip(itertools.count(1), pool.imap_unordered(one, names)):
                    out.write(json.dumps(tally, ensure_ascii=False) + "\n")
                    out.flush()
                    tell(f"{number}/{len(names)} {tally['name']} {tally['seconds']} s {dict(tally['statuses'])}")
                    for mistake in tally["mistakes"][:3]:
                        tell(f"    MISTAKE {mistake}")
    tallies = read(asked.out, asked.role)
    tell(table(tallies))
    return int(any(tally["mistakes"] for tally in tallies))


if __name__ == "__main__":
    sys.exit(main())
