"""Handing messages to a channel, attempt by attempt, and what follows from each: the task `deliver`."""

from __future__ import annotations

import http.client
import random
import ssl
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import apprise
import structlog
from psycopg.rows import DictRow

from storage.notices_deliveries import AGAIN_S, Attempt, Sending, ask, take, write_attempt
from storage.sealing import Seal, SealError, is_sealed
from supervision.notices.addresses import without_secrets
from supervision.notices.robots import ChannelRefused, apprise_host, read_channel, refusal, robot_request
from supervision.webhooks import TargetRefused, read_target, retry_after_s, signed_headers
from worker.http_post import post, shown
from worker.settings import WorkSettings
from worker.tasks_context import TaskContext

MINUTE = timedelta(minutes=1)
TURN_S = 20.0  # how long one channel may keep a place of the queue
PAUSE_MOST_S = 300.0  # longest that a channel rests after a failure; its messages wait longer, each for itself
GONE = 410  # Standard Webhooks: the receiver wants nothing any more
log = structlog.get_logger(__name__)

ASSET = apprise.AppriseAsset(
    app_id="Muckline", app_desc="Muckline", app_url="", http_redirects=False, secure_logging=True
)

DETAIL_MOST = 200  # characters of the log of deliveries

# What may go wrong out there, the special before the general, and what the log of deliveries says of it.
FAILURES: tuple[tuple[type[Exception], str, str], ...] = (
    (TargetRefused, "refused", "{error}"),
    (ChannelRefused, "refused", "{error}"),
    (TimeoutError, "failed", "no answer in time"),
    (ssl.SSLCertVerificationError, "failed", "the certificate is not trusted: {error}"),
    (OSError, "failed", "{type}: {error}"),
    (http.client.HTTPException, "failed", "{type}: {error}"),
)

# What sends to a kind of channel: outcome, HTTP status where there was one, words for people.
Result = tuple[str, int | None, str]


def deliver(context: TaskContext, channel_id: str) -> None:
    """Send what is due of a channel, one after the other."""
    began_s = time.monotonic()
    channel = UUID(channel_id)
    with context.connect() as connection:
        while time.monotonic() - began_s < TURN_S:
            sending = take(connection, channel, datetime.now(UTC), free_at)
            if sending is None:
                return
            attempt_s, at = time.monotonic(), datetime.now(UTC)
            outcome, status, detail = sent(sending, at, context.settings, context.seal)
            attempt = Attempt(at, round((time.monotonic() - attempt_s) * 1000), outcome, status, detail)
            next_at, paused_until = follow_up(sending, attempt, random.Random())
            write_attempt(connection, sending, attempt, next_at=next_at, paused_until=paused_until)
        ask(connection, channel, None)  # the others have their turn, then it goes on


def free_at(channel: Any, now: datetime) -> datetime | None:
    """Return when a channel is free for the next message; None where it is now."""
    busy_until: datetime | None = channel["busy_until"]
    if busy_until is not None and busy_until > now:
        return min(now + timedelta(seconds=AGAIN_S), busy_until)
    paused_until: datetime | None = channel["paused_until"]
    if paused_until is not None and paused_until > now:
        return paused_until
    recent = sorted(at for at in channel["recent"] if now - at < MINUTE)
    if len(recent) >= channel["per_minute"]:
        first: datetime = recent[-channel["per_minute"]]
        return first + MINUTE
    return None


def follow_up(sending: Sending, attempt: Attempt, rng: random.Random) -> tuple[datetime | None, datetime | None]:
    """Return when to try again, None for never, and until when the channel rests."""
    if attempt.outcome != "failed":
        return None, None
    wait_s = retry_after_s(sending.delivery["attempts"] + 1, rng)
    rest_s = min(2.0 ** min(sending.channel["failures"], 10), PAUSE_MOST_S, wait_s or PAUSE_MOST_S)
    next_at = None if wait_s is None else attempt.at + timedelta(seconds=wait_s)
    return next_at, attempt.at + timedelta(seconds=rest_s)


def sent(sending: Sending, now: datetime, settings: WorkSettings, seal: Seal | None = None) -> Result:
    """Return how it went; whatever goes wrong out there is an answer, not an exception. No word of it is secret."""
    if sending.channel["disabled_at"] is not None:
        return "refused", None, "the channel is switched off"
    try:
        channel = opened(sending.channel, seal)
    except SealError:
        return "failed", None, "the key that this channel was sealed with is not in the key file of the platform"
    outcome, status, detail = _sent(Sending(sending.delivery, channel), now, settings)
    return outcome, status, without_secrets(detail, channel["url"], channel["secret"])[:DETAIL_MOST]


def opened(channel: DictRow, seal: Seal | None) -> DictRow:
    """Return a channel with its address and secret as they were given.

    Raises:
        SealError: They were sealed with another key.
    """
    texts = {name: channel[name] for name in ("url", "secret") if channel[name] is not None}
    if seal is None and any(map(is_sealed, texts.values())):
        raise SealError("expected a key")
    return channel | ({name: seal.opened(text) for name, text in texts.items()} if seal is not None else {})


def _sent(sending: Sending, now: datetime, settings: WorkSettings) -> Result:
    try:
        return SENDERS[sending.channel["kind"]](sending, now, settings)
    except Exception as error:
        failure = next((row for row in FAILURES if isinstance(error, row[0])), None)
        if failure is None:  # a mistake of ours: the message waits like one that a receiver did not take
            log.exception("delivery_failed", delivery=str(sending.delivery["delivery_id"]))
            return "failed", None, "a mistake of the platform, which has been logged"
        return failure[1], None, failure[2].format(type=type(error).__name__, error=error)


def _webhook(sending: Sending, now: datetime, settings: WorkSettings) -> Result:
    target = read_target(sending.channel["url"], settings.allowed_hosts)
    body = sending.delivery["body"]
    headers = signed_headers(sending.channel["secret"], str(sending.delivery["delivery_id"]), body, now)
    headers |= {"content-type": "application/json", "user-agent": "Muckline", "connection": "close"}
    answer = post(target, body.encode(), headers, settings.allowed_hosts)
    if 200 <= answer.status < 300:
        return "delivered", answer.status, shown(answer.body)
    if 300 <= answer.status < 400:
        return "failed", answer.status, "expected 2xx, got a redirect, which is not followed"
    return "refused" if answer.status == GONE else "failed", answer.status, shown(answer.body)


def _robot(sending: Sending, now: datetime, settings: WorkSettings) -> Result:
    url, delivery = sending.channel["url"], sending.delivery
    robot = read_channel(url)
    if robot is None:
        return _apprise(url, delivery["title"], delivery["body"], settings)
    request = robot_request(robot, delivery["title"], delivery["body"], now, settings.robot_hosts)
    headers = {"content-type": "application/json", "user-agent": "Muckline", "connection": "close"}
    # The public services are at public addresses; a private deployment's host is allowed like any other of an intranet.
    allowed_hosts = settings.allowed_hosts if robot.scheme in settings.robot_hosts else ()
    answer = post(read_target(request.url, allowed_hosts), request.body, headers, allowed_hosts)
    if not 200 <= answer.status < 300:
        return "failed", answer.status, "the robot's host did not take it"
    why = refusal(answer.body)
    return ("delivered", answer.status, "") if why is None else ("failed", answer.status, why)


def _apprise(url: str, title: str, body: str, settings: WorkSettings) -> Result:
    host = apprise_host(url, settings.allowed_hosts)
    sender = apprise.Apprise(asset=ASSET)
    with warnings.catch_warnings():  # the library's own modules, read at the first use, import what Python deprecates
        warnings.simplefilter("ignore", DeprecationWarning)
        known = sender.add(url)
    if not known:
        return "refused", None, "expected a URL that apprise knows"
    # What apprise logs may hold the URL: it is muted, and the log of deliveries says only where it went.
    if sender.notify(title=title, body=body):
        return "delivered", None, f"taken by {host}"
    return "failed", None, f"not taken by {host}"


SENDERS: dict[str, Callable[[Sending, datetime, WorkSettings], Result]] = {"webhook": _webhook, "robot": _robot}
