"""What an operator may set about admission; `muckline/settings.py` reads it, `muckline.sample.toml` explains it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from admission.authority import CLIENT_DAYS


@dataclass(frozen=True, slots=True)
class AdmissionSettings:
    """Settings of `muckline device` and `muckline authority`.

    Attributes:
        authority: Folder of the certificate authority; None uses that of the embedded broker.
        certificate_days: How long a device's certificate holds. [d]
    """

    authority: Path | None = None
    certificate_days: float = CLIENT_DAYS
