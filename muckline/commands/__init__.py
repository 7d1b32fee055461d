"""The table of commands; a new command is a new module here and one new row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from muckline.commands.api import api
from muckline.commands.audit import audit
from muckline.commands.authority import authority
from muckline.commands.bridge import bridge
from muckline.commands.command import command
from muckline.commands.conform import conform
from muckline.commands.contract import contract
from muckline.commands.db import db_status, db_upgrade
from muckline.commands.demo import demo
from muckline.commands.detect import detect
from muckline.commands.device import device
from muckline.commands.doctor import doctor
from muckline.commands.down import down
from muckline.commands.evidence import evidence
from muckline.commands.import_traces import import_traces
from muckline.commands.ingest import ingest
from muckline.commands.quality import quality
from muckline.commands.record import record
from muckline.commands.rejudge import rejudge
from muckline.commands.replay import replay
from muckline.commands.report import report
from muckline.commands.score import score
from muckline.commands.seal import seal
from muckline.commands.simulate import simulate
from muckline.commands.status import status
from muckline.commands.up import up
from muckline.commands.user import user
from muckline.commands.work import work
from muckline.commands.world import world_load, world_save

# In the order of `muckline --help`: what a newcomer needs first.
COMMANDS: dict[str, Callable[..., Any]] = {
    "demo": demo,
    "doctor": doctor,
    "up": up,
    "down": down,
    "status": status,
    "ingest": ingest,
    "api": api,
    "work": work,
    "bridge": bridge,
    "db-upgrade": db_upgrade,
    "db-status": db_status,
    "world-load": world_load,
    "world-save": world_save,
    "conform": conform,
    "simulate": simulate,
    "replay": replay,
    "record": record,
    "detect": detect,
    "score": score,
    "quality": quality,
    "import": import_traces,
    "rejudge": rejudge,
    "contract": contract,
}

# Commands that have commands of their own.
GROUPS: dict[str, typer.Typer] = {
    "user": user,
    "audit": audit,
    "device": device,
    "command": command,
    "authority": authority,
    "evidence": evidence,
    "report": report,
    "seal": seal,
}
