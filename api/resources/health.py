"""`/healthz` says that the process answers, `/readyz` that everything it needs does."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Literal

import psycopg
from fastapi import APIRouter
from pydantic import BaseModel

from api.database import Database
from api.errors import NotReadyError, problem_responses
from api.services import ServicesDependency
from firmware_contracts.transport import BrokerAddress
from storage.queries.ingest_status import read_ingest_lag_s
from storage.queries.worker_status import read_worker_silence_s

router = APIRouter(tags=["operation"])

# Whoever asks for readiness wants an answer before asking again. [s]
BROKER_WAIT_S = 2.0
# A background process says that it lives every 5 s. [s]
WORK_SILENT_S = 30.0


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"]


class Readiness(BaseModel):
    """State of each part; also the members of the problem when one that answers need is not ready.

    Attributes:
        work: Of the background process: without it nothing becomes a case and nobody is told.
    """

    database: str
    broker: str
    event_feed: str
    ingest: str
    ingest_lag_s: float | None
    work: str


@router.get("/healthz", summary="Is the process alive")
async def healthz() -> Health:
    """Answer without asking anybody else."""
    return Health(status="ok")


@router.get("/readyz", summary="Is everything there that answers need", responses=problem_responses(NotReadyError))
async def readyz(services: ServicesDependency) -> Readiness:
    """Ask database and broker, and how old the oldest record is that ingest may hold uncommitted.

    Ingest says so itself every few seconds, so that a silent city is not taken for a stopped ingest.
    """
    (database, lag_s, silence_s), broker = await asyncio.gather(
        database_state(services.database), broker_state(services.broker)
    )
    readiness = Readiness(
        database=database,
        broker=broker,
        event_feed="ok" if services.feed.connected else "not connected",
        ingest=ingest_state(lag_s, services.settings.ready_lag_s) if database == "ok" else "not known",
        ingest_lag_s=lag_s,
        work=work_state(silence_s) if database == "ok" else "not known",
    )
    states = {part: getattr(readiness, part) for part in ("database", "broker", "event_feed", "ingest")}
    failing = [f"{part}: {state}" for part, state in states.items() if state != "ok"]
    if failing:
        raise NotReadyError("; ".join(failing), **readiness.model_dump(mode="json"))
    return readiness


async def database_state(database: Database) -> tuple[str, float | None, float | None]:
    """Return whether the database answers, ingest's lag, and how long no background process was heard. [s]"""
    try:
        return "ok", await database.read(read_ingest_lag_s), await database.read(read_worker_silence_s)
    except psycopg.OperationalError:
        return "does not answer", None, None


def work_state(silence_s: float | None) -> str:
    """Return whether a background process runs."""
    if silence_s is None:
        return "has not run for a day"
    return "ok" if silence_s < WORK_SILENT_S else f"was not heard for {silence_s:.0f} s"


def ingest_state(lag_s: float | None, most_s: float) -> str:
    """Return whether ingest runs and commits."""
    if lag_s is None:
        return "has not run for a day"
    return f"lags more than {most_s} s" if lag_s > most_s else "ok"


async def broker_state(broker: BrokerAddress) -> str:
    """Return whether the broker takes connections; speaking MQTT is ingest's part."""
    try:
        async with asyncio.timeout(BROKER_WAIT_S):
            _reader, writer = await asyncio.open_connection(broker.host, broker.port)
    except (OSError, TimeoutError):
        return "does not answer"
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return "ok"
