"""Whether the rules can read items: asked of their own `World`, so that a register refuses what a world folder would.

Items are read in a world of their own, in which everything that they refer to stands as a stub: that it exists is the
database's to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules_engine.world import World, WorldError
from rules_engine.world_documents import DOCUMENTS
from supervision.registers.faults import Fault, of_world_error
from supervision.registers.items import Item, stored
from supervision.registers.table import ID_NAMES, Register

FAULTS_MOST = 200  # said of one import; who has more has a column in the wrong place

_TRIANGLE = [[[0.0, 0.0], [0.01, 0.0], [0.0, 0.01], [0.0, 0.0]]]
_AREAS = ("sites", "dump_points", "zones", "districts")
_LINES = ("corridors",)


def world_faults(register: Register, items: Sequence[Item]) -> list[Fault]:
    """Return what the rules find wrong with items, of each of them the first thing."""
    if register.document not in DOCUMENTS:
        return []
    together = _fault(register, items)
    if together is None:
        return []
    found: list[Fault] = []
    for item in items:
        fault = _fault(register, [item])
        if fault is not None:
            found.append(fault)
            if len(found) >= FAULTS_MOST:
                break
    return found or [together]  # each is right by itself, and they contradict each other


def _fault(register: Register, items: Sequence[Item]) -> Fault | None:
    try:
        World.from_documents(_documents(register, items))
    except WorldError as error:
        return of_world_error(error)
    return None


def _documents(register: Register, items: Sequence[Item]) -> dict[str, Any]:
    named: dict[str, set[str]] = {}
    for item in items:
        for field, value in register.references(item):
            named.setdefault(str(field.refers), set()).add(value)
    documents = {document: [_stub(document, each) for each in sorted(ids)] for document, ids in named.items()}
    documents[register.document] = [stored(register, item) for item in items]
    return {name: _collection(name, content) for name, content in documents.items() if name in DOCUMENTS}


def _collection(document: str, items: list[Item]) -> Any:
    return {"type": "FeatureCollection", "features": items} if document in (*_AREAS, *_LINES) else items


def _stub(document: str, name: str) -> Item:
    properties: Mapping[str, str] = {ID_NAMES[document]: name}
    if document in _AREAS:
        return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": _TRIANGLE}}
    if document in _LINES:
        line = {"type": "LineString", "coordinates": _TRIANGLE[0][:2]}
        return {"type": "Feature", "properties": properties, "geometry": line}
    return dict(properties)
