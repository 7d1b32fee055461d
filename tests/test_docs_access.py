"""`docs/access.md`: its table of permissions is the API's own."""

from __future__ import annotations

from pathlib import Path

from api.viewer import GRANTS, Permission, Role

PAGE = (Path(__file__).parents[1] / "docs" / "access.md").read_text()


def rows_of(first: str) -> list[list[str]]:
    """Return the cells of the table whose head begins with a word, its head first."""
    lines = PAGE.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {first} |"))
    end = next(at for at, line in enumerate(lines[start:], start) if not line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start:end]]


def test_the_page_grants_what_the_api_grants() -> None:
    head, _, *rows = rows_of("permission")
    roles = [Role(name) for name in head[2:]]
    told = {role: {Permission(row[0].strip("`")) for row in rows if row[2:][at]} for at, role in enumerate(roles)}
    assert told == {role: set(granted) for role, granted in GRANTS.items()}
    assert {row[0].strip("`") for row in rows} == set(Permission)


def test_the_page_says_of_every_role_what_it_sees() -> None:
    assert {name for row in rows_of("role")[2:] for name in row[0].split(", ")} == set(Role)
