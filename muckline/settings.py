"""One settings story: TOML file < environment < command line, read once into a frozen object.

`muckline.sample.toml` in the repository's root explains each setting. The environment spells `[ingest] window` as
`MUCKLINE_INGEST__WINDOW`, the command line as `--set ingest.window=5000`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic.dataclasses import dataclass
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from admission.identities import folder_identities
from admission.settings import AdmissionSettings
from api.settings import ApiSettings
from embedded.settings import EmbeddedSettings
from firmware_contracts.transport import BrokerAddress
from ingest.jt808.settings import BridgeSettings
from ingest.settings import IngestSettings
from storage.settings import DatabaseSettings
from worker.settings import WorkSettings

DEFAULT_FILE = Path("muckline.toml")


class SettingsError(Exception):
    """A setting has a name that is not known or a value that does not fit."""


@dataclass(frozen=True)
class BrokerSettings:
    """Where the broker is; an empty host means the embedded broker of this checkout."""

    host: str = ""
    port: int = 1883
    username: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    identities: Path | None = None

    def address(self) -> BrokerAddress:
        """Return the address with the password read from its file."""
        return BrokerAddress(
            host=self.host,
            port=self.port,
            username=self.username,
            password=read_secret(self.password_file),
            ca_file=self.ca_file,
            cert_file=self.cert_file,
            key_file=self.key_file,
            identities=None if self.identities is None else folder_identities(self.identities),
        )


def read_secret(path: Path | None) -> str | None:
    """Return the first line of a secret's file, None without a file.

    Raises:
        SettingsError: The file cannot be read.
    """
    if path is None:
        return None
    try:
        return path.read_text().split("\n", 1)[0].strip()
    except OSError as error:
        raise SettingsError(f"expected a readable secret file, got {path}: {error.strerror}") from error


class Settings(BaseSettings):
    """Everything an operator may set."""

    model_config = SettingsConfigDict(
        env_prefix="MUCKLINE_", env_nested_delimiter="__", extra="forbid", frozen=True, toml_file=None
    )

    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    broker: BrokerSettings = Field(default_factory=BrokerSettings)
    ingest: IngestSettings = Field(default_factory=IngestSettings)
    bridge: BridgeSettings = Field(default_factory=BridgeSettings)
    api: ApiSettings = Field(default_factory=ApiSettings)
    work: WorkSettings = Field(default_factory=WorkSettings)
    admission: AdmissionSettings = Field(default_factory=AdmissionSettings)
    embedded: EmbeddedSettings = Field(default_factory=EmbeddedSettings)

    @field_validator("ingest", mode="before")
    @classmethod
    def split_regions(cls, section: Any) -> Any:
        """Take the regions from the environment or the command line, where they are one text with commas."""
        if isinstance(section, dict) and isinstance(section.get("regions"), str):
            return section | {"regions": tuple(filter(None, section["regions"].split(",")))}
        return section

    @field_validator("work", mode="before")
    @classmethod
    def split_hosts(cls, section: Any) -> Any:
        """Take the allowed hosts likewise, and those of robots as `dingtalk=https://HOST,feishu=https://HOST`."""
        if not isinstance(section, dict):
            return section
        taken = dict(section)
        if isinstance(taken.get("allowed_hosts"), str):
            taken["allowed_hosts"] = tuple(filter(None, taken["allowed_hosts"].split(",")))
        if isinstance(taken.get("robot_hosts"), str):
            pairs = filter(None, taken["robot_hosts"].split(","))
            taken["robot_hosts"] = {scheme: host for scheme, _, host in (pair.partition("=") for pair in pairs)}
        return taken

    @field_validator("api", mode="before")
    @classmethod
    def split_proxies(cls, section: Any) -> Any:
        """Take the trusted proxies likewise."""
        if isinstance(section, dict) and isinstance(section.get("trusted_proxies"), str):
            return section | {"trusted_proxies": tuple(filter(None, section["trusted_proxies"].split(",")))}
        return section

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is the library's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - secrets come from files named in settings
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, strongest first."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read_settings(file: Path | None = None, overrides: Iterable[str] = ()) -> Settings:
    """Read every setting once.

    Args:
        file: TOML file; None reads `muckline.toml` where it stands in the working folder.
        overrides: `section.name=value` as given on the command line.

    Raises:
        SettingsError: A file is missing, or a name or value does not fit; the message says what was expected.
    """
    if file is None:
        file = DEFAULT_FILE if DEFAULT_FILE.exists() else None
    elif not file.exists():
        raise SettingsError(f"expected a settings file, got {file}, which does not exist")
    source = type("Settings", (Settings,), {"model_config": {**Settings.model_config, "toml_file": file}})
    try:
        settings: Settings = source(**_nested(overrides))
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}, got {e['input']!r}" for e in error.errors())
        raise SettingsError("; ".join(problems)) from error
    except ValueError as error:
        raise SettingsError(f"{file or 'environment'}: {error}") from error
    return settings


def _nested(overrides: Iterable[str]) -> dict[str, dict[str, str]]:
    nested: dict[str, dict[str, str]] = {}
    for override in overrides:
        name, equals, value = override.partition("=")
        section, dot, key = name.partition(".")
        if not (equals and dot and key):
            raise SettingsError(f"expected --set section.name=value, got {override!r}")
        nested.setdefault(section, {})[key] = value
    return nested
