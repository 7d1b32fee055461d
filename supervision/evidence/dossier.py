"""From the records to the files of a bundle: the same records give the same bytes. Pure.

A dossier is what `storage.queries.evidence` read: rows as they stand, in one instant's view of the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from supervision.evidence.bundle import canonical, sha256
from supervision.evidence.fixes import FIXES, fixes_csv, fixes_digest
from supervision.evidence.members import zone_of
from supervision.evidence.quality import record_quality
from supervision.evidence.rule_texts import rule_text
from supervision.evidence.thresholds import InForce, thresholds_in_force
from supervision.masking import DRIVERS, PLATES, Mask, hides_reporter, masked_members, without_reporter

Dossier = Mapping[str, Any]
PDF, README = "evidence.pdf", "README.txt"
UTC_OFFSET_H = 8.0  # of a city whose world says nothing
A_NAME = "王强"  # what becomes of it tells whether people's names are hidden


@dataclass(frozen=True)
class Reader:
    """Who the file is made for.

    Attributes:
        language: "zh" or "en".
        plate: Plates as the reader may see them.
        person: Names of people, likewise.
        masks: Whether any of it is hidden from them.
        reporter: Whether they may know which citizen reported a case.
    """

    language: str = "zh"
    plate: Callable[[str | None], str | None] = field(default=lambda plate: plate)
    person: Callable[[str | None], str | None] = field(default=lambda name: name)
    masks: bool = False
    reporter: bool = True


def kinds_of(dossier: Dossier) -> list[str]:
    """Return the kinds of a dossier's events, or of its case where it has none."""
    kinds = dict.fromkeys(event["kind"] for event in dossier["events"])
    return list(kinds) or [dossier["case"]["kind"]]


def setting(dossier: Dossier, kind: str) -> dict[str, Any]:
    """Return the document of `limits` or `city` that was in force, by its members."""
    return {row["id"]: row["document"] for row in dossier["world"]["settings"] if row["kind"] == kind}


def clock_of(dossier: Dossier) -> Any:
    """Return the city's time zone."""
    return zone_of(float(setting(dossier, "city").get("utc_offset_h") or UTC_OFFSET_H))


def permit_of(dossier: Dossier) -> dict[str, Any] | None:
    """Return the permit that the events, or else the trip, name; as it was in force."""
    named = [event["opening"].get("permit_id") for event in dossier["events"]]
    named.append((dossier["trip"] or {}).get("permit_id"))
    wanted = next((each for each in named if each), None)
    return next(
        (row["document"] for row in dossier["world"]["items"] if row["kind"] == "permits" and row["id"] == wanted), None
    )


def thresholds_of(dossier: Dossier) -> dict[str, list[InForce]]:
    """Return the thresholds in force by kind of event."""
    vehicle, trip = dossier["vehicle"] or {}, dossier["trip"] or {}
    return {
        kind: thresholds_in_force(
            kind,
            setting(dossier, "limits"),
            site_id=trip.get("site_id"),
            company_id=vehicle.get("company_id"),
            permit=permit_of(dossier),
        )
        for kind in kinds_of(dossier)
    }


def masked(dossier: Dossier, reader: Reader) -> dict[str, Any]:
    """Return the dossier as its reader may see it."""
    anonymous = dossier["case"] is not None and hides_reporter(dossier["case"]["source"], may_work=reader.reporter)
    shown = {**dossier, "masked": reader.masks or anonymous}
    if reader.masks:
        masks = _masks(reader)
        parts = ("events", "passages", "doubts", "world")
        shown |= masked_members({name: dossier[name] for name in parts}, masks)
    if shown["vehicle"]:
        shown["vehicle"] = {**shown["vehicle"], "plate": reader.plate(shown["vehicle"]["plate"])}
    shown["steps"] = [{**row, "by_display_name": reader.person(row["by_display_name"])} for row in shown["steps"]]
    if anonymous:
        shown["steps"] = [without_reporter(row) for row in shown["steps"]]
    if shown["case"]:
        shown["case"] = {**shown["case"], "reported_plate": reader.plate(shown["case"]["reported_plate"])}
    return shown


def _masks(reader: Reader) -> dict[str, Mask]:
    hides_people = reader.person(A_NAME) != A_NAME
    plates: dict[str, Mask] = {name: lambda text: str(reader.plate(text)) for name in PLATES}
    return plates | (dict(DRIVERS) if hides_people else {})


def record_files(dossier: Dossier) -> dict[str, bytes]:
    """Return the files that hold records, by name, in the order of the manifest; the dossier masked before."""
    photos = [{name: value for name, value in row.items() if name != "image"} for row in dossier["photos"]]
    quality = record_quality(dossier["fixes"])
    files = {
        "events.json": canonical(dossier["events"]),
        FIXES: fixes_csv(dossier["fixes"]),
        "vehicle.json": canonical({"vehicle": dossier["vehicle"], "terminals": dossier["terminals"]}),
        "trip.json": canonical(dossier["trip"]),
        "permit.json": canonical(permit_of(dossier)),
        "passages.json": canonical(dossier["passages"]),
        "doubts.json": canonical({"records": asdict(quality), "events": dossier["doubts"]}),
        "rules.json": canonical(_rules(dossier)),
        "world.json": canonical(dossier["world"]),
        "steps.json": canonical({"steps": dossier["steps"], "photos": photos}),
    }
    if dossier["case"] is not None:
        files = {"case.json": canonical(dossier["case"]), **files}
    return files | {f"photos/{row['photo_id']}.jpg": bytes(row["image"]) for row in dossier["photos"]}


def about(dossier: Dossier, files: Mapping[str, bytes], reader: Reader, fingerprint: str) -> dict[str, Any]:
    """Return what the manifest says besides the files."""
    count, digest = fixes_digest(files[FIXES])
    return {
        "object": {"kind": dossier["object_kind"], "id": dossier["object_id"]},
        "vehicle_id": (dossier["vehicle"] or {}).get("vehicle_id"),
        "range": dossier["range"],
        "fixes": {"count": count, "sha256": digest},
        "language": reader.language,
        "masked": reader.masks,
        "key_fingerprint": fingerprint,
    }


def hashes_of(files: Mapping[str, bytes]) -> list[tuple[str, int, str]]:
    """Return name, length and hash of files."""
    return [(name, len(content), sha256(content)) for name, content in files.items()]


def _rules(dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "zh": rule_text(kind).zh,
            "en": rule_text(kind).en,
            "thresholds": [asdict(threshold) for threshold in thresholds],
        }
        for kind, thresholds in thresholds_of(dossier).items()
    ]
