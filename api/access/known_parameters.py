"""Query parameters that a resource does not have are refused: a misspelt filter that does nothing shows too much."""

from __future__ import annotations

from functools import lru_cache

from fastapi import params
from fastapi.dependencies.models import Dependant
from fastapi.requests import HTTPConnection
from pydantic import BaseModel

from api.errors import UnknownParameterError

# Read by whoever recognizes the viewer, on streams.
EVERYWHERE = frozenset({"ticket"})


async def known_parameters(connection: HTTPConnection) -> None:
    """Refuse a request with a query parameter that its route does not read.

    Raises:
        UnknownParameterError: There is one.
    """
    given = set(connection.query_params) - EVERYWHERE
    route = connection.scope.get("route")
    dependant = getattr(route, "dependant", None)
    if not given or dependant is None:
        return
    known = _names(_Of(dependant))
    if strange := sorted(given - known):
        expected = ", ".join(sorted(known)) or "none"
        raise UnknownParameterError(
            f"expected parameters among {expected}, got {', '.join(strange)[:200]}",
            unknown=[name[:100] for name in strange[:20]],
        )


class _Of:
    """A dependant as a key by identity: routes live as long as the app."""

    def __init__(self, dependant: Dependant) -> None:
        self.dependant = dependant

    def __hash__(self) -> int:
        return id(self.dependant)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Of) and other.dependant is self.dependant


@lru_cache(maxsize=1_000)  # routes of an app, some apps in tests
def _names(of: _Of) -> frozenset[str]:
    return frozenset(_query_names(of.dependant))


def _query_names(dependant: Dependant) -> set[str]:
    names: set[str] = set()
    for field in dependant.query_params:
        annotation = field.field_info.annotation
        if (
            isinstance(field.field_info, params.Query)
            and isinstance(annotation, type)
            and issubclass(annotation, BaseModel)
        ):
            names |= {inner.alias or name for name, inner in annotation.model_fields.items()}
        else:
            names.add(field.alias)
    return names.union(*map(_query_names, dependant.dependencies))
