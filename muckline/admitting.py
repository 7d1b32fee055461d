"""Where the certificates of a city come from, and who asks for one: what the commands of admission share."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from admission.authority import Authority
from admission.errors import AdmissionError
from embedded.broker import EmbeddedBroker
from embedded.errors import EmbeddedError
from muckline.settings import Settings


def chosen_authority(settings: Settings) -> Authority:
    """Return the configured authority, else that of the embedded broker, made where there is none.

    Raises:
        AuthorityMissing: There is none in the configured folder.
    """
    folder = settings.admission.authority
    return EmbeddedBroker(settings.embedded).authority() if folder is None else Authority.open(folder)


def tell_broker(settings: Settings, authority: Authority) -> str:
    """Let the embedded broker read the revocation list; return what was done, or what is to be done elsewhere."""
    if settings.admission.authority is None:
        EmbeddedBroker(settings.embedded).reload()
        return "The embedded broker has read the revocation list."
    return (
        f"Now, on the broker's machine: install -m 640 -g mosquitto {authority.crl_file}"
        " /etc/mosquitto/muckline/crl.pem && systemctl reload mosquitto"
    )


def who_asks() -> str:
    """Return the account that a change is written down under."""
    behind = os.environ.get("SUDO_USER")
    return f"{getpass.getuser()} ({behind})" if behind else getpass.getuser()


def made_folder(out: Path) -> Path:
    """Return a folder for keys, made for us alone where there was none."""
    if out.exists() and not out.is_dir():
        raise typer.BadParameter(f"expected a folder for certificates, got the file {out}")
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    return out


def certificates_folder(out: Path) -> Path:
    """Return a folder for certificates that is no authority's, whose own files they might replace."""
    if (out / "ca.key").exists():
        raise typer.BadParameter(f"expected a folder for certificates, got {out}, which holds an authority's key")
    return made_folder(out)


@contextmanager
def refusals_told() -> Iterator[None]:
    """End the command with one line where a certificate or its authority is not as it must be."""
    try:
        yield
    except (AdmissionError, EmbeddedError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"{error.filename}: {error.strerror}" if error.filename else str(error), err=True)
        raise typer.Exit(1) from error
