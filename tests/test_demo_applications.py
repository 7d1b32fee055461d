"""What a demo's company has applied for: written as the API writes it, once, and tonight's rules judge as before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muckline.demo_accounts import accounts_for, add_accounts
from muckline.demo_applications import apply_for_permits
from storage.connect import connect_writer
from storage.world_store import empty_documents, read_documents, write_documents
from tests.console_stage import city_documents

pytestmark = pytest.mark.services


def test_company_and_supervisor_find_applications_in_every_state(migrated_url: str) -> None:
    now = datetime.now(UTC)
    documents = city_documents(6, 6, 4)
    with connect_writer(migrated_url) as connection:
        write_documents(connection, {**empty_documents(), **documents})
        add_accounts(migrated_url, accounts_for(documents))
        before = {permit["permit_id"] for permit in read_documents(connection)["permits"]}
        for _ in range(2):
            apply_for_permits(connection, documents, now)
        rows = connection.execute("select kind, status from permit_applications order by created_at").fetchall()
        assert rows == [
            ("new", "approved"), ("new", "rejected"), ("new", "submitted"), ("new", "returned"),
            ("extension", "submitted"), ("new", "draft"),
        ]  # fmt: skip
        permits = {permit["permit_id"]: permit for permit in read_documents(connection)["permits"]}
        (granted,) = permits.keys() - before
        assert datetime.fromisoformat(permits[granted]["valid_from"]) > now
        assert before <= permits.keys()
