"""How far a user sees, for streams: they decide for each message as queries do for each row (`storage.scope`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection

SCOPE = "select everything, company_id, district_ids from scope_of(%(viewer)s)"


@dataclass(frozen=True, slots=True)
class Scope:
    """How far a user sees; read again now and then, as it changes and ends with the user.

    Attributes:
        everything: Whatever there is.
        company_id: What this company's trucks do.
        district_ids: What happens in these districts.
    """

    everything: bool = False
    company_id: str | None = None
    district_ids: frozenset[str] = frozenset()

    def sees(self, company_id: str | None, district_id: str | None) -> bool:
        """Tell whether something of a company that happened in a district is seen."""
        return (
            self.everything
            or (company_id is not None and company_id == self.company_id)
            or (district_id is not None and district_id in self.district_ids)
        )


async def read_scope(connection: AsyncConnection[Any], viewer: int) -> Scope:
    """Return the scope of a user; one that is unknown or disabled sees nothing."""
    cursor = await connection.execute(SCOPE, {"viewer": viewer})
    row = await cursor.fetchone()
    return Scope() if row is None else Scope(row[0], row[1], frozenset(row[2]))
