"""Three logins for the demo: who supervises, who inspects, and a company that sees only itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from api.access.passwords import hashed
from storage.users import add_user, change_user, set_password

PASSWORD = "muckline-demo"  # noqa: S105 - printed on the screen of whoever runs the demo


@dataclass(frozen=True, slots=True)
class Account:
    """A login.

    Attributes:
        sees: What it is for, in a few words.
    """

    name: str
    display_name: str
    role: str
    sees: str
    company_id: str | None = None


def accounts_for(documents: Mapping[str, Any]) -> list[Account]:
    """Return the logins for a world; without companies there is none for a company."""
    accounts = [
        Account("supervisor", "王调度", "bureau", "works the cases of the whole city"),
        Account("inspector", "李巡查", "inspector", "is sent to cases, looks up what a truck did"),
    ]
    companies = documents.get("companies") or []
    if companies:
        first = companies[0]
        sees = f"sees its own trucks alone ({first.get('name') or first['company_id']})"
        accounts.append(Account("company", first.get("name") or "Company", "company", sees, first["company_id"]))
    return accounts


def add_accounts(database_url: str, accounts: list[Account]) -> None:
    """Let the accounts log in with the demo's password, whoever they were before."""
    password_hash = hashed(PASSWORD)
    with psycopg.connect(database_url, autocommit=True) as connection:
        for account in accounts:
            row = connection.execute("select user_no from users where name = %s", [account.name]).fetchone()
            if row is None:
                user_no = add_user(
                    connection,
                    account.name,
                    role=account.role,
                    display_name=account.display_name,
                    company_id=account.company_id,
                )
            else:
                user_no = row[0]
                change_user(connection, account.name, _changes(account))
            set_password(connection, user_no, password_hash, must_change=False)


def _changes(account: Account) -> dict[str, Any]:
    return {
        "display_name": account.display_name,
        "role": account.role,
        "company_id": account.company_id,
        "district_ids": [],
        "disabled": False,
    }
