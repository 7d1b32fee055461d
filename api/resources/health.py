"""`/healthz` says that the process answers, `/readyz` that everything it needs does."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime

import psycopg
from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from api.database import Database
from api.errors import NotReadyError, problem_responses
from api.services import ServicesDependency
from firmware_contracts.transport import BrokerAddress
from storage.queries.newest_record import newest_received_at

router = APIRouter(tags=["operation"])

# Whoever asks for readiness wants an answer before asking again. [s]
BROKER_WAIT_S = 2.0


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Readiness(BaseModel):
    """State of each part that this service needs; also the members of the problem when one is not ready."""

    database: str
    broker: str
    event_feed: str
    ingest: str
    newest_received_at: AwareDatetime | None
    ingest_lag_s: float | None


@router.get("/healthz", summary="Is the process alive")
async def healthz() -> Health:
    """Answer without asking anybody else."""
    return Health()


@router.get("/readyz", summary="Is everything there that answers need", responses=problem_responses(NotReadyError))
async def readyz(services: ServicesDependency) -> Readiness:
    """Ask database and broker, and how old the newest stored record is.

    `ingest_lag_s` is null while no record has ever come; a city whose every terminal is silent looks like ingest that
    has stopped, and is worth the same look.
    """
    (database, newest), broker = await asyncio.gather(database_state(services.database), broker_state(services.broker))
    lag_s = None if newest is None else (datetime.now(UTC) - newest).total_seconds()
    lagging = lag_s is not None and lag_s > services.settings.ready_lag_s
    readiness = Readiness(
        database=database,
        broker=broker,
        event_feed="ok" if services.feed.connected else "not connected",
        ingest=f"lags more than {services.settings.ready_lag_s} s" if lagging else "ok",
        newest_received_at=newest,
        ingest_lag_s=lag_s,
    )
    states = {part: getattr(readiness, part) for part in ("database", "broker", "event_feed", "ingest")}
    failing = [f"{part}: {state}" for part, state in states.items() if state != "ok"]
    if failing:
        raise NotReadyError("; ".join(failing), **readiness.model_dump(mode="json"))
    return readiness


async def database_state(database: Database) -> tuple[str, datetime | None]:
    """Return whether the database answers, and when the newest record arrived."""
    try:
        return "ok", await database.read(newest_received_at)
    except psycopg.OperationalError:
        return "does not answer", None


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
