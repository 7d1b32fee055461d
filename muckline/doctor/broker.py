"""Checks of the broker: it answers, speaks MQTT, takes us, and has dropped nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from admission.errors import AdmissionError
from embedded.broker import EmbeddedBroker
from embedded.mqtt_probe import PROBE, BrokerAnswer, certificate_end, probe_broker
from embedded.mqtt_retained import read_retained
from embedded.ports import taken_by
from embedded.processes import is_free
from firmware_contracts.transport import BrokerAddress
from ingest.broker_watch import DROPPED, number
from muckline.doctor.finding import Finding, Level, fine
from muckline.settings import Settings

# Mosquitto says a figure when it has changed and forgets it after 60 s; its uptime always changes.
DROPPED_TOPIC, STORED_TOPIC = f"$SYS/broker/{DROPPED}", "$SYS/broker/store/messages/count"
UPTIME_TOPIC = "$SYS/broker/uptime"
SOON = timedelta(days=60)  # its end ends every connection of the city at once
# code, what to do about it where the broker is configured
FAULTS = {
    BrokerAnswer.NO_LISTENER: ("MUCK-D303", "Start the broker, or correct [broker] host and port"),
    BrokerAnswer.SILENT: ("MUCK-D304", "Look at the broker's load and at the network between"),
    BrokerAnswer.NOT_MQTT: ("MUCK-D305", "Correct [broker] port; a TLS port needs [broker] ca_file"),
    BrokerAnswer.TLS_FAILED: (
        "MUCK-D306",
        "Correct [broker] ca_file, and identities or cert_file and key_file; see that none has expired",
    ),
    BrokerAnswer.BAD_CREDENTIALS: ("MUCK-D307", "Correct [broker] username and password_file"),
    BrokerAnswer.REFUSED: ("MUCK-D308", "Read the broker's log"),
}


def check_broker(settings: Settings) -> Iterator[Finding]:
    """Look at the configured broker, or the embedded one as far as it runs."""
    address, fix = settings.broker.address(), None
    if not address.host:
        server = EmbeddedBroker(settings.embedded)
        if not server.status().running:
            yield embedded_down(settings.embedded.broker_port)
            return
        address, fix = server.address(), "Run: muckline down, then muckline up"
    where = f"{address.host}:{address.port}"
    try:
        answer = probe_broker(address.as_client(PROBE))
    except AdmissionError as error:
        yield Finding("MUCK-D306", "broker", Level.BLOCKING, f"{where}: {error}", FAULTS[BrokerAnswer.TLS_FAILED][1])
        return
    yield answer_finding(answer, where, fix)
    if answer is BrokerAnswer.ACCEPTED:
        yield from _figures(address)


def embedded_down(port: int) -> Finding:
    """Judge an embedded broker that does not run."""
    if port and not is_free(port):
        fix = "End that process, or set [embedded] broker_port to another port, or to 0 for a free one"
        return Finding("MUCK-D302", "broker", Level.BLOCKING, f"port {port} is taken by {taken_by(port)}", fix)
    return Finding("MUCK-D301", "broker", Level.NOTE, "the embedded broker is not running", "Run: muckline up")


def answer_finding(answer: BrokerAnswer, where: str, fix: str | None = None) -> Finding:
    """Judge how a broker took a connection."""
    if answer is BrokerAnswer.ACCEPTED:
        return fine("MUCK-D301", "broker", f"accepts us at {where}")
    code, otherwise = FAULTS[answer]
    return Finding(code, "broker", Level.BLOCKING, f"{where}: {answer.value}", fix or otherwise)


def figure_findings(figures: dict[str, float]) -> Iterator[Finding]:
    """Judge what a broker has said of itself within the last minute: what it dropped and what it stores, by topic."""
    if UPTIME_TOPIC not in figures:
        fix = f"Let {PROBE} read $SYS/# (deploy/acl); another broker than Mosquitto: watch for drops by its own means"
        yield Finding("MUCK-D310", "messages dropped", Level.NOTE, "the broker does not say", fix)
        return
    dropped = int(figures.get(DROPPED_TOPIC, 0))
    if dropped:
        cause = (
            f"{dropped} since the broker's start, the last within a minute: "
            "a queue was full, and the publisher was told that all is well"
        )
        fix = "See that ingest runs and keeps up; terminals with commit acknowledgement send again, others cannot"
        yield Finding("MUCK-D310", "messages dropped", Level.WARNING, cause, fix)
    else:
        yield fine("MUCK-D310", "messages dropped", "none within the last minute; the metrics of ingest tell of older")
    if STORED_TOPIC in figures:
        stored = int(figures[STORED_TOPIC])
        yield fine("MUCK-D311", "messages stored", f"{stored} in the broker, retained ones included")


def server_finding(end: datetime, now: datetime) -> Finding:
    """Judge how long the broker's own certificate holds."""
    if end > now + SOON:
        return fine("MUCK-D312", "broker's certificate", f"until {end:%Y-%m-%d}")
    cause = f"runs out on {end:%Y-%m-%d}; from then on nobody connects"
    fix = "Issue it anew: muckline authority server, copy it to the broker and reload (deploy/README.md)"
    return Finding("MUCK-D312", "broker's certificate", Level.WARNING, cause, fix)


def _figures(address: BrokerAddress) -> Iterator[Finding]:
    try:
        end = certificate_end(address.as_client(PROBE))
        retained = read_retained(address.as_client(PROBE), [UPTIME_TOPIC, DROPPED_TOPIC, STORED_TOPIC])
    except (OSError, ValueError) as error:
        cause, fix = f"the broker could not be asked: {error}", "Run it again; read the broker's log"
        yield Finding("MUCK-D310", "messages dropped", Level.WARNING, cause, fix)
        return
    if end is not None:
        yield server_finding(end, datetime.now(UTC))
    read = {topic: number(payload) for topic, payload in retained.items()}
    yield from figure_findings({topic: value for topic, value in read.items() if value is not None})
