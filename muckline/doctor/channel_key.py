"""Check of the key that addresses of channels are encrypted with: it is there, private, and opens what was sealed."""

from __future__ import annotations

from muckline.doctor.finding import Finding, Level, fine
from muckline.kept_secrets import read_seal_keys, seal_file
from muckline.settings import Settings, SettingsError
from storage.sealing import Seal, SealError

CODE, SUBJECT = "MUCK-D605", "channel key"
OTHERS = 0o077


def channel_key_finding(settings: Settings, sealed: str | None, plain: int) -> Finding:
    """Judge the key; one that nobody named is made at the first start.

    Args:
        settings: Name the file.
        sealed: An address that was sealed, None where there is none or no database.
        plain: How many channels are not sealed.
    """
    path = seal_file(settings)
    if not path.exists() and settings.database.seal_key_file is None:
        if sealed is None:
            return fine(CODE, SUBJECT, f"made at the first start of `muckline api` or `work`, as {path}")
        cause = f"{path} is gone, and channels are encrypted with it: nobody is told anything"
        return Finding(CODE, SUBJECT, Level.BLOCKING, cause, "Restore it from the backup, or enter the channels anew")
    try:
        seal = Seal(read_seal_keys(path))
        if sealed is not None:
            seal.opened(sealed)
    except (SettingsError, SealError) as error:
        fix = "Correct [database] seal_key_file, or restore the file from the backup"
        return Finding(CODE, SUBJECT, Level.BLOCKING, f"{path}: {error}", fix)
    if path.stat().st_mode & OTHERS:
        cause = f"{path} can be read by other users of this machine"
        return Finding(CODE, SUBJECT, Level.WARNING, cause, f"Run: chmod 600 {path}")
    if plain:
        fix = "Run: muckline db-upgrade"
        return Finding(CODE, SUBJECT, Level.WARNING, f"{plain} channels are not encrypted yet", fix)
    return fine(CODE, SUBJECT, f"{path}; keep it in the backup, apart from the database's")
