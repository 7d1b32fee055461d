"""Checks of the broker: it answers, speaks MQTT and takes us."""

from __future__ import annotations

from collections.abc import Iterator

from admission.errors import AdmissionError
from embedded.broker import EmbeddedBroker
from embedded.mqtt_probe import PROBE, BrokerAnswer, probe_broker
from embedded.ports import taken_by
from embedded.processes import is_free
from muckline.doctor.finding import Finding, Level, fine
from muckline.settings import Settings

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
