"""Commit acknowledgements: tells each terminal which of its records are in the database, so that it may forget them.

One message per terminal and batch, however many records it covers: at one fix a message an answer to each would halve
what the broker can carry. They go out at QoS 0: a lost one only makes the terminal send the records again, which are
then acknowledged again, while QoS 1 would make the broker queue answers for terminals that are away. And they go out on
a connection of their own: Mosquitto takes one packet of each connection in turn, so that answers on the reader's
connection would hold up its acknowledgements, and with them the window.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from firmware_contracts.commit_ack import MAX_REFUSED, CommitAck, Ranges, Refused, encode, encode_all
from firmware_contracts.topics import Topic, down_topic
from firmware_contracts.transport import BrokerAddress
from ingest.mqtt_session import MqttSession, SessionOptions
from ingest.packets import publish_packet
from ingest.settings import IngestSettings

UNSENT_BYTES_MOST = 4 * 1024 * 1024  # some 40,000 answers: a broker that is this far behind gets no more for now


class CommitAcknowledger:
    """Publishes commit acknowledgements.

    Attributes:
        session: The MQTT session they go out on.
        sent: Messages given to the broker's connection.
        dropped: Messages not sent, because the broker was away or far behind.
    """

    def __init__(self, address: BrokerAddress, settings: IngestSettings) -> None:
        self._version5 = settings.mqtt_version == "5"
        name = f"{settings.client_id}-acks"
        options = SessionOptions(name, version5=self._version5, keepalive_s=settings.keepalive_s)
        self.session = MqttSession(address.as_client(name), options, lambda *_: None)
        self.sent = 0
        self.dropped = 0

    def start(self) -> None:
        """Connect."""
        self.session.start()

    def publish(self, topics: Sequence[Topic], kept: Ranges, refused: Mapping[int, Sequence[Refused]]) -> None:
        """Tell the terminals, after COMMIT, what became of their records.

        Args:
            topics: Senders by number.
            kept: Records that are in the database, accepted, repeated or rejected.
            refused: By sender, messages that are kept although nothing in them could be read.
        """
        packets = [
            publish_packet(ack_topic(topics[sender]), payload, version5=self._version5)
            for sender, payload in ack_payloads(kept, refused)
        ]
        if not self.session.ready.is_set() or self.session.unsent_bytes > UNSENT_BYTES_MOST:
            self.dropped += len(packets)
        elif packets:
            self.session.send(b"".join(packets), self.session.connection)
            self.sent += len(packets)

    def close(self) -> None:
        """Send what waits and take leave."""
        self.session.close()


def ack_payloads(kept: Ranges, refused: Mapping[int, Sequence[Refused]]) -> Iterator[tuple[int, bytes]]:
    """Yield (sender, payload) for everyone who is to be told something.

    A batch of live reports holds one run of seqs of each of hundreds of terminals: those are written here, at a tenth
    of the cost of encoding any acknowledgement there may be.
    """
    changes = kept.sender[1:] != kept.sender[:-1]
    edge = np.ones(1, np.bool_)
    alone = np.concatenate([edge, changes]) & np.concatenate([changes, edge]) if len(kept.sender) else changes
    columns = (kept.sender[alone], kept.epoch[alone], kept.first[alone], kept.last[alone])
    for sender, epoch, first, last in zip(*(column.tolist() for column in columns), strict=True):
        yield sender, b'{"v":1,"acks":[{"epoch":%d,"ranges":[[%d,%d]]}],"refused":[]}' % (epoch, first, last)
    if not alone.all():
        rest = Ranges(kept.sender[~alone], kept.epoch[~alone], kept.first[~alone], kept.last[~alone])
        yield from encode_all(rest, {})
    for sender, refusals in refused.items():
        for at in range(0, len(refusals), MAX_REFUSED):
            yield sender, encode(CommitAck(refused=list(refusals[at : at + MAX_REFUSED])))


@lru_cache(maxsize=65_536)
def ack_topic(topic: Topic) -> bytes:
    """Return where the sender of a topic listens for its commit acknowledgements."""
    return down_topic(topic, "ack").encode()
