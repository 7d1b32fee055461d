"""`muckline user`: who may log in; the first one of a city, and a way back in for who forgot a password."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import psycopg

user = typer.Typer(no_args_is_help=True, help="Users: add, list, disable, give passwords, tokens and keys.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="1 to 40 of a-z, 0-9, '.', '_' and '-'.")]
TABLE_ROWS = 1_000  # as many as a city has


class Role(StrEnum):
    """What somebody is."""

    ADMINISTRATOR = "administrator"
    BUREAU = "bureau"
    DISTRICT = "district"
    INSPECTOR = "inspector"
    COMPANY = "company"
    ASSOCIATION = "association"
    PUBLIC = "public"


@user.command()
def add(
    context: typer.Context,
    name: Name,
    *,
    role: Annotated[Role, typer.Option(help="What it may do.")],
    display_name: Annotated[str | None, typer.Option(help="What people call it; default NAME.")] = None,
    company: Annotated[str | None, typer.Option(help="Of the role company: which.")] = None,
    district: Annotated[list[str] | None, typer.Option(help="Of the role district: which; may be repeated.")] = None,
) -> None:
    """Add a user; its random password is printed once and must be changed at first use."""
    from api.access.passwords import hashed, random_password
    from muckline.commands.db import connected
    from storage.errors import UserRefused
    from storage.users import add_user, unknown_scope

    password = random_password()
    with connected(context.obj) as connection:
        if unknown := unknown_scope(connection, company, district or []):
            named = ", ".join(f"{member} {name_!r}" for member, name_ in unknown)
            raise UserRefused(f"expected a company and districts of the registry, got {named}")
        add_user(
            connection,
            name,
            role=role.value,
            display_name=display_name,
            company_id=company,
            district_ids=district or [],
            password_hash=hashed(password),
            must_change_password=True,
        )
        _note(connection, "add_user", name, {"role": role.value, "company_id": company, "district_ids": district or []})
    _tell_password(name, password)


@user.command("list")
def list_(context: typer.Context) -> None:
    """List every user."""
    from rich.console import Console
    from rich.table import Table

    from muckline.commands.db import connected
    from storage.queries.users import LIST

    with connected(context.obj) as connection:
        parameters = {"role": None, "search": None, "after": None, "limit": TABLE_ROWS}
        cursor = connection.execute(LIST, parameters)
        columns = [column.name for column in cursor.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    table = Table("name", "called", "role", "sees only", "last log-in", "disabled")
    for row in rows:
        scope = row["company_id"] or ", ".join(row["district_ids"])
        times = (f"{row[name]:%Y-%m-%d %H:%M} UTC" if row[name] else "" for name in ("last_login", "disabled_at"))
        table.add_row(row["name"], row["display_name"], row["role"], scope, *times)
    Console().print(table)


@user.command()
def password(context: typer.Context, name: Name) -> None:
    """Give a user a new random password, printed once; its sessions end."""
    from api.access.passwords import hashed, random_password
    from muckline.commands.db import connected
    from storage.sessions import clear_attempts, end_sessions
    from storage.users import set_password

    new = random_password()
    with connected(context.obj) as connection:
        user_no = _number(connection, name)
        set_password(connection, user_no, hashed(new), must_change=True)
        end_sessions(connection, user_no, "password_changed")
        clear_attempts(connection, [f"name {name}"])
        _note(connection, "reset_password", name, {})
    _tell_password(name, new)


@user.command()
def disable(context: typer.Context, name: Name) -> None:
    """Let a user in no more; its sessions and keys end at once."""
    _set_disabled(context, name, disabled=True)
    typer.echo(f"{name} is disabled. Back: muckline user enable {name}")


@user.command()
def enable(context: typer.Context, name: Name) -> None:
    """Let a user in again."""
    _set_disabled(context, name, disabled=False)
    typer.echo(f"{name} may log in.")


@user.command()
def token(
    context: typer.Context,
    name: Name,
    *,
    hours: Annotated[int, typer.Option(min=1, max=168, help="How long it is good for.")] = 8,
) -> None:
    """Print a bearer token: curl -H "Authorization: Bearer $(muckline user token NAME)" ..."""
    import time

    from api.tokens import access_token
    from muckline.commands.db import connected
    from muckline.kept_secrets import api_secret
    from muckline.settings import SettingsError
    from storage.sessions import begin_session

    try:
        secret = api_secret(context.obj)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    valid_s = hours * 3_600.0
    with connected(context.obj) as connection:
        session_id = begin_session(
            connection, _number(connection, name), longest_s=valid_s, program="muckline user token"
        )
        _note(connection, "make_token", name, {"hours": hours, "session_id": str(session_id)})
    typer.echo(access_token(secret, session_id, time.time(), valid_s=valid_s))


@user.command()
def key(
    context: typer.Context,
    name: Name,
    *,
    label: Annotated[str, typer.Option(help="What it is for.")],
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long it is in force; default for ever.")
    ] = None,
) -> None:
    """Print a key with which a program acts for a user; revoke it with DELETE /v1/api-keys/ID."""
    from api.tokens import key_text, new_key
    from muckline.admitting import who_asks
    from muckline.commands.db import connected
    from storage.sessions import add_key

    made = new_key()
    with connected(context.obj) as connection:
        user_no = _number(connection, name)
        add_key(connection, made.key_id, made.secret, user_no=user_no, label=label, by=who_asks(), valid_days=days)
        _note(connection, "make_key", name, {"key_id": made.key_id, "label": label})
    typer.echo(key_text(made))


def _set_disabled(context: typer.Context, name: str, *, disabled: bool) -> None:
    from muckline.commands.db import connected
    from storage.users import change_user

    with connected(context.obj) as connection:
        if not change_user(connection, name, {"disabled": disabled}):
            raise _unknown(name)
        _note(connection, "change_user", name, {"disabled": disabled})


def _number(connection: psycopg.Connection, name: str) -> int:
    row = connection.execute("select user_no from users where name = %s and disabled_at is null", [name]).fetchone()
    if row is None:
        raise _unknown(name)
    return int(row[0])


def _unknown(name: str) -> Exception:
    from storage.errors import UserRefused

    return UserRefused(f"expected the name of a user who is not disabled, got {name!r}")


def _note(connection: psycopg.Connection, action: str, name: str, detail: Mapping[str, Any]) -> None:
    """Log what was done; who sits at the machine is known by the name of its account."""
    from muckline.admitting import who_asks
    from storage.audit_log import Entry, append

    append(connection, [Entry(None, who_asks(), "operator", action, "user", name, detail=detail)])


def _tell_password(name: str, password: str) -> None:
    typer.echo(f"{name} logs in with the password {password} and must change it then. It is not shown again.")
