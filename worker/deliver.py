"""One attempt to hand a message to its channel, and what follows from it: the task `deliver`."""

from __future__ import annotations

import http.client
import random
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import apprise

from storage.notices_deliveries import AGAIN_S, Attempt, Sending, take, write_attempt
from supervision.notices.robots import ChannelRefused, apprise_host, read_channel, refusal, robot_request
from supervision.webhooks import TargetRefused, read_target, retry_after_s, signed_headers
from worker.http_post import post, shown
from worker.settings import WorkSettings
from worker.tasks_context import TaskContext

MINUTE = timedelta(minutes=1)
PAUSE_MOST_S = 300.0  # longest that a channel rests after a failure; its messages wait longer, each for itself
GONE = 410  # Standard Webhooks: the receiver wants nothing any more
ASSET = apprise.AppriseAsset(
    app_id="Muckline", app_desc="Muckline", app_url="", http_redirects=False, secure_logging=True
)

# What sends to a kind of channel: outcome, HTTP status where there was one, words for people.
Result = tuple[str, int | None, str]


def deliver(context: TaskContext, delivery_id: str) -> None:
    """Send one message, or put it off while its channel is not free."""
    with context.connect() as connection:
        sending = take(connection, UUID(delivery_id), datetime.now(UTC), free_at)
        if sending is None:
            return
        began_s = time.monotonic()
        at = datetime.now(UTC)
        outcome, status, detail = sent(sending, at, context.settings)
        attempt = Attempt(at, round((time.monotonic() - began_s) * 1000), outcome, status, detail)
        next_at, paused_until = follow_up(sending, attempt, random.Random())
        write_attempt(connection, sending, attempt, next_at=next_at, paused_until=paused_until)


def free_at(channel: Any, now: datetime) -> datetime | None:
    """Return when a channel is free for the next message; None where it is now."""
    if channel["busy_until"] is not None and channel["busy_until"] > now:
        return now + timedelta(seconds=AGAIN_S)
    if channel["paused_until"] is not None and channel["paused_until"] > now:
        at: datetime = channel["paused_until"]
        return at
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
    rest_s = min(2.0 ** min(sending.channel["failures"], 10), PAUSE_MOST_S)
    resting = attempt.at + timedelta(seconds=rest_s)
    return (None if wait_s is None else attempt.at + timedelta(seconds=wait_s)), resting


def sent(sending: Sending, now: datetime, settings: WorkSettings) -> Result:
    """Return how it went; whatever goes wrong out there is an answer, not an exception."""
    if sending.channel["disabled_at"] is not None:
        return "refused", None, "the channel is switched off"
    try:
        return SENDERS[sending.channel["kind"]](sending, now, settings)
    except (TargetRefused, ChannelRefused) as error:
        return "refused", None, str(error)
    except ssl.SSLCertVerificationError as error:
        return "failed", None, f"certificate: {error.verify_message}"
    except TimeoutError:
        return "failed", None, "no answer in time"
    except (OSError, http.client.HTTPException) as error:
        return "failed", None, f"{type(error).__name__}: {error}"[:200]


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
    request = robot_request(robot, delivery["title"], delivery["body"], now)
    headers = {"content-type": "application/json", "user-agent": "Muckline", "connection": "close"}
    answer = post(read_target(request.url), request.body, headers, ())
    if not 200 <= answer.status < 300:
        return "failed", answer.status, "the robot's host did not take it"
    why = refusal(answer.body)
    return ("delivered", answer.status, "") if why is None else ("failed", answer.status, why)


def _apprise(url: str, title: str, body: str, settings: WorkSettings) -> Result:
    host = apprise_host(url, settings.allowed_hosts)
    sender = apprise.Apprise(asset=ASSET)
    if not sender.add(url):
        return "refused", None, "expected a URL that apprise knows"
    # What apprise logs may hold the URL: it is muted, and the log of deliveries says only where it went.
    if sender.notify(title=title, body=body):
        return "delivered", None, f"taken by {host}"
    return "failed", None, f"not taken by {host}"


SENDERS: dict[str, Callable[[Sending, datetime, WorkSettings], Result]] = {"webhook": _webhook, "robot": _robot}
