"""What our one MQTT module takes from paho's inside: a new version must not change it unseen."""

from __future__ import annotations

import hashlib
import inspect

from paho.mqtt import __version__
from paho.mqtt import client as paho

# The private names that ingest/mqtt_session.py replaces or uses, and the source they were read in.
PRIVATE = {
    "_packet_read": "bbe32d8af1e37955",
    "_packet_handle": "ac4c129ed409db42",
    "_packet_queue": "e298fa9ab31e5f79",
    "_packet_write": "d097b7b51bed128d",
    "_sock_recv": "c3b9043a46dd81b7",
    "_sock_close": "638e9c4e5a7f32ae",
    "_check_keepalive": "162b7cd2a4d56585",
    "_loop_rc_handle": "ee5ad3b7849433a4",
    "loop_read": "4fa11ca2d451dbec",
    "loop_misc": "e9c8f0e45281062e",
    "reconnect": "3ecdf1a8299e8c8a",
}


def test_paho_is_the_version_whose_inside_is_known() -> None:
    assert __version__ == "2.2.0"
    digests = {
        name: hashlib.sha256(inspect.getsource(getattr(paho.Client, name)).encode()).hexdigest()[:16]
        for name in PRIVATE
    }
    assert digests == PRIVATE, "read the changed functions again before changing this table"


def test_paho_keeps_its_state_under_the_known_names() -> None:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    known = {"_in_packet", "_out_packet", "_ping_t", "_last_bytes_received", "_msgtime_mutex"}
    assert known <= vars(client).keys()
    assert client._in_packet.keys() == {
        "command",
        "have_remaining",
        "remaining_count",
        "remaining_mult",
        "remaining_length",
        "packet",
        "to_process",
        "pos",
    }
