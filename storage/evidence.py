"""What is written of evidence: public keys for ever, and each bundle that left the house."""

from __future__ import annotations

from psycopg import Connection

KEEP_KEY = """
    insert into evidence_keys (fingerprint, public_key) values (%(fingerprint)s, %(public_key)s) on conflict do nothing
"""
ISSUE = """
    insert into evidence_issued (user_name, object_kind, object_id, manifest_sha256, fingerprint)
    values (%(user_name)s, %(object_kind)s, %(object_id)s, %(manifest_sha256)s, %(fingerprint)s)
"""


def note_issued(
    connection: Connection,
    *,
    fingerprint: str,
    public_key: bytes,
    user_name: str,
    object_kind: str,
    object_id: str,
    manifest_sha256: str,
) -> None:
    """Keep the key that signed and note the bundle, both or neither.

    Args:
        connection: In autocommit.
        fingerprint: Names the key.
        public_key: Its 32 bytes.
        user_name: Who took the bundle.
        object_kind: "event" or "case".
        object_id: Which one.
        manifest_sha256: Names what the bundle holds.
    """
    values = {
        "fingerprint": fingerprint,
        "public_key": public_key,
        "user_name": user_name,
        "object_kind": object_kind,
        "object_id": object_id,
        "manifest_sha256": manifest_sha256,
    }
    with connection.transaction():
        connection.execute(KEEP_KEY, values)
        connection.execute(ISSUE, values)
