"""The JT/T 808 bridge: terminals of the standard on TCP, contract v1 upwards on MQTT.

    TCP ──> framing ──> session (pure) ──> uplink ──MQTT──> ingest ──commit acknowledgement──> session ──> TCP

A terminal's location is answered when the database has it, and not before: what is not answered the terminal keeps.
"""
