"""What editable things say of their revision, and what whoever edits them names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import StringConstraints

from storage.revisions import REVISION_DIGITS, revision_of

Revision = Annotated[str, StringConstraints(pattern=rf"^[0-9a-f]{{{REVISION_DIGITS}}}$")]


def with_revision(row: Mapping[str, Any], members: Iterable[str]) -> dict[str, Any]:
    """Return a row with the revision of those of its members that people edit."""
    return {**row, "revision": revision_of(edited_part(row, members))}


def edited_part(row: Mapping[str, Any], members: Iterable[str]) -> dict[str, Any]:
    """Return the members of a row that people edit."""
    return {name: row[name] for name in members}
