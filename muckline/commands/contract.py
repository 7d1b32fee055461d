"""`muckline contract`: what terminal makers build against, written from the code's own tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "firmware_contracts" / "examples"
CASES = EXAMPLES / "cases.json"
PUBLISHED = EXAMPLES / "published.json"


def contract(
    *,
    out: Annotated[Path, typer.Option(help="Folder to write below; default: this checkout, what is shipped.")] = ROOT,
    publish: Annotated[
        bool, typer.Option("--publish", help="Also add new examples to the published ones; those never change again.")
    ] = False,
) -> None:
    """Write the AsyncAPI document, the JSON Schemas, the C header and the tables of the human pages."""
    from firmware_contracts.published import PublishedChangedError, with_new

    for name, text in contract_files().items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        typer.echo(str(path))
    if publish:
        known = json.loads(PUBLISHED.read_text(encoding="utf-8")) if PUBLISHED.exists() else {}
        try:
            names = with_new(known, json.loads(CASES.read_text(encoding="utf-8")), payload_of)
        except PublishedChangedError as error:
            typer.echo(f"Nothing was published: {error}", err=True)
            raise typer.Exit(1) from error
        PUBLISHED.write_text(as_json(names), encoding="utf-8")
        typer.echo(f"{PUBLISHED}: {len(names) - len(known)} new of {len(names)} examples")


def contract_files() -> dict[str, str]:
    """Return every file that is made from tables, by its path in the checkout."""
    return {name: text for files in (_documents(), _pages()) for name, text in files}


def _documents() -> Iterator[tuple[str, str]]:
    from firmware_contracts import c_header
    from firmware_contracts.asyncapi import asyncapi_document
    from firmware_contracts.exchanges import EXCHANGES
    from firmware_contracts.json_schema import schema_document

    examples = shown_examples()
    yield "firmware_contracts/asyncapi.json", as_json(asyncapi_document(examples))
    for one in EXCHANGES:
        if one.payload:
            shown = [examples[name] for name in one.examples]
            yield f"firmware_contracts/schemas/{one.payload}.json", as_json(schema_document(one.payload, shown))
    yield from c_header.files().items()


def _pages() -> Iterator[tuple[str, str]]:
    from firmware_contracts.contract_tables import LANGUAGES, filled

    for language in LANGUAGES:
        name = f"docs/contract/{language}.md"
        yield name, filled((ROOT / name).read_text(encoding="utf-8"), language)


def shown_examples() -> dict[str, Any]:
    """Return the golden examples that can be shown: JSON as values, NMEA as text, binary in hexadecimal."""
    document = json.loads(CASES.read_text(encoding="utf-8"))
    examples = {case["name"]: _shown(case["payload"]) for case in document["cases"] if not case["rejected"]}
    down = [case for name in ("acks", "commands", "configs") for case in document[name] if "refused" not in case]
    return examples | {case["name"]: json.loads(case["payload"]) for case in down}


def _shown(name: str) -> Any:
    payload = (EXAMPLES / name).read_bytes()
    readers: Mapping[str, Any] = {".json": json.loads, ".bin": bytes.hex, ".nmea": lambda text: text.decode("latin-1")}
    return readers[Path(name).suffix](payload)


def payload_of(case: Mapping[str, Any]) -> bytes:
    """Return the bytes of a golden example: a file's, or those that stand in the case itself."""
    payload = str(case["payload"])
    return (EXAMPLES / payload).read_bytes() if payload.startswith("payloads/") else payload.encode()


def as_json(value: Any) -> str:
    """Return a document as it is written to files."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
