"""A trial on a real broker: a thin shell that moves messages between the terminal and its `Bench`, and keeps the log.

One connection, MQTT 5: `retain as published` shows whether the terminal retained a message, `no local` keeps our own
answers away, so that any acknowledgement heard is somebody else's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from firmware_contracts.topics import PREFIX, down_topic
from firmware_contracts.transport import BrokerAddress
from simulators.conform.bench import Bench, Down, at_once, is_of_a_trial
from simulators.conform.observed import Content, Log, Message, StepMark, read_message
from simulators.conform.proxy import LinkProxy
from simulators.conform.script import Step
from simulators.conform.timing import Timing
from simulators.connection import end, mqtt_connection

CLIENT = "muckline-conform"
TICK_S = 0.05
STORED_S = 0.5  # what the broker had kept comes at once after the subscription
CONFIG_KEPT_S = 3600  # as long as they may be obeyed: a terminal that comes later is to get none
MAX_SENDING = 200  # a flood is answered as fast as the broker takes it
MAX_MESSAGES = 200_000  # an hour at 50 messages a second; a box that floods more has been understood


class NotJudgedError(Exception):
    """A trial that cannot be held: nothing is heard, or another platform answers the terminal."""


@dataclass(slots=True)
class Trial:
    """One running trial.

    Attributes:
        device: The terminal.
        steps: What is done to it.
        timing: How long.
        told: Called with the step's name whenever something may be shown.
    """

    device: str
    steps: Sequence[Step]
    timing: Timing
    told: Callable[[Bench | None], None] = lambda _: None
    up: list[Content] = field(default_factory=list)
    down: list[Message] = field(default_factory=list)
    bench: Bench | None = None
    earlier_config: bytes = b""
    stored_until_ms: int = 0
    sending: set[asyncio.Task[None]] = field(default_factory=set)
    lost: aiomqtt.MqttError | None = None

    def sent(self, task: asyncio.Task[None]) -> None:
        """Take note of the end of one sending; the broker's refusal ends the trial."""
        self.sending.discard(task)
        failure = None if task.cancelled() else task.exception()
        if isinstance(failure, aiomqtt.MqttError):
            self.lost = failure


def unix_ms() -> int:
    """Return the present, milliseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000_000


async def conform(
    broker: BrokerAddress,
    trial: Trial,
    stop: asyncio.Event,
    *,
    proxy: LinkProxy | None = None,
    client_name: str = CLIENT,
) -> Log:
    """Hold a trial and return what was seen; the steps that `stop` cuts off are not in it.

    Raises:
        NotJudgedError: Nothing was heard from the terminal, or another platform answers it.
        aiomqtt.MqttError: The broker is not there, or went away.
    """
    address = broker.as_client(client_name)
    async with mqtt_connection(address, client_name, version5=True) as client:
        options = SubscribeOptions(qos=1, noLocal=True, retainAsPublished=True)
        trial.stored_until_ms = unix_ms() + round(STORED_S * 1000)
        for direction in ("up", "down"):
            await client.subscribe(f"{PREFIX}/+/+/{trial.device}/{direction}/#", options=options)
        tasks = [
            asyncio.create_task(part) for part in (_listen(client, trial), _drive(client, trial, proxy), stop.wait())
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end((*tasks, *trial.sending))
            if proxy is not None:
                proxy.cut(False)
            await _take_back(client, trial)
    return _log(trial, proxy)


def _log(trial: Trial, proxy: LinkProxy | None) -> Log:
    marks: Sequence[StepMark] = trial.bench.marks if trial.bench is not None else ()
    attempts = proxy.attempts_ms if proxy is not None else []
    cut_short = trial.bench is None or not trial.bench.ended
    return Log(trial.device, "live", trial.up, trial.down, marks, attempts, bool(attempts), trial.timing, cut_short)


async def _listen(client: aiomqtt.Client, trial: Trial) -> None:
    async for received in client.messages:
        now_ms = unix_ms()
        stored = bool(received.retain) and now_ms <= trial.stored_until_ms
        message = Message(
            now_ms, str(received.topic), bytes(received.payload), received.qos, bool(received.retain), stored
        )
        if "/down/" in message.topic:
            _hear_other(message, trial)
        elif len(trial.up) < MAX_MESSAGES:
            content = read_message(message)
            trial.up.append(content)
            if not stored:  # what comes before the first step is answered as well: it would come again within it
                await _send(client, trial, trial.bench.hear(content) if trial.bench is not None else at_once(content))


def _hear_other(message: Message, trial: Trial) -> None:
    """Take in what somebody else sends to the terminal.

    Raises:
        NotJudgedError: It is an acknowledgement or a command: two platforms cannot be told apart.
    """
    channel = message.topic.rpartition("/")[2]
    if channel == "config":
        trial.earlier_config = b"" if is_of_a_trial(message.payload) else message.payload
        trial.down.append(message)
    elif message.payload:
        raise NotJudgedError(
            f"somebody else sends {channel} to {trial.device}: stop the other platform (muckline ingest)"
            " on this broker, or use a broker of the bench's own"
        )


async def _drive(client: aiomqtt.Client, trial: Trial, proxy: LinkProxy | None) -> None:
    await asyncio.sleep(STORED_S)
    await _first_word(trial)
    trial.bench = bench = Bench(trial.steps, trial.timing, unix_ms(), trial.earlier_config)
    while not bench.ended:
        await _send(client, trial, bench.tick(unix_ms()))
        if proxy is not None:
            proxy.cut(bench.cuts_link)
        if trial.lost is not None:
            raise trial.lost
        trial.told(bench)
        await asyncio.sleep(TICK_S)


async def _first_word(trial: Trial) -> None:
    """Wait until the terminal has said where it is.

    Raises:
        NotJudgedError: It says nothing.
    """
    waited_until_ms = unix_ms() + round(trial.timing.first_word_s * 1000)
    while not any(content.topic is not None and not content.message.stored for content in trial.up):
        if unix_ms() > waited_until_ms:
            heard = f"; {len(trial.up)} other messages came" if trial.up else ""
            raise NotJudgedError(
                f"nothing was heard from {trial.device} on {PREFIX}/REGION/KIND/{trial.device}/up/... within"
                f" {trial.timing.first_word_s:g} s{heard}: is it connected to this broker, under this id?"
            )
        trial.told(None)
        await asyncio.sleep(TICK_S)


async def _send(client: aiomqtt.Client, trial: Trial, messages: Sequence[Down]) -> None:
    sender = next((content.topic for content in reversed(trial.up) if content.topic is not None), None)
    if sender is None:
        return
    for message in messages:
        topic = down_topic(sender, message.channel)
        trial.down.append(Message(unix_ms(), topic, message.payload, 1, message.retain))
        # Nobody waits for the broker's word: the next message of the terminal must be answered in time too.
        publishing = client.publish(topic, message.payload, qos=1, retain=message.retain, properties=_kept_for(message))
        task = asyncio.create_task(publishing)
        trial.sending.add(task)
        task.add_done_callback(trial.sent)
    if len(trial.sending) > MAX_SENDING:
        await asyncio.wait(trial.sending, return_when=asyncio.FIRST_COMPLETED)


def _kept_for(message: Down) -> Properties | None:
    """Return how long the broker keeps settings of ours: a trial that is killed leaves them to no one."""
    if not (message.retain and is_of_a_trial(message.payload)):
        return None
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.MessageExpiryInterval = CONFIG_KEPT_S
    return properties


async def _take_back(client: aiomqtt.Client, trial: Trial) -> None:
    """Leave no settings of ours with the broker, nor in the terminal, when a trial ends early."""
    config = [message for message in trial.down if message.topic.endswith("/config")]
    if trial.bench is None or not config or config[-1].payload in {b"", trial.earlier_config}:
        return
    try:
        for message in trial.bench.restored(unix_ms()):
            await client.publish(config[-1].topic, message.payload, qos=1, retain=True)
    except aiomqtt.MqttError:
        return
