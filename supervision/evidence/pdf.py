"""`evidence.pdf`: the dossier as pages that can be laid before somebody. The same dossier gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PIL import Image as Picture
from PIL import UnidentifiedImageError

from supervision.cases.words import SOURCES, STATUSES, STEPS
from supervision.drawing.page import BODY, SECTION, SMALL, TITLE, WIDTH, document, pairs, table, text
from supervision.drawing.paper import CondPageBreak, Flowable, Image, KeepTogether, Spacer, mm
from supervision.evidence.dossier import Dossier, clock_of, permit_of, thresholds_of
from supervision.evidence.members import duration, label, local, quantity, value_word, written
from supervision.evidence.pictures import chart_of, episode, map_of
from supervision.evidence.quality import record_quality
from supervision.evidence.rule_texts import rule_text
from supervision.evidence.words import word
from supervision.kinds import SEVERITIES, kind_of

MAP_PT = 92 * mm
MOST_ROWS = 60  # of a table on paper; the files hold all of them
PHOTO_PT = (WIDTH - 6 * mm) / 2


class Writer:
    """Writes the sections of one dossier in one language."""

    def __init__(self, dossier: Dossier, language: str) -> None:
        self._dossier, self._language, self._zone = dossier, language, clock_of(dossier)

    def say(self, name: str) -> str:
        """Return a word in the reader's language."""
        return word(name, self._language)

    def time(self, instant: datetime | None) -> str:
        """Return an instant in the city's time."""
        return "—" if instant is None else local(instant, self._zone)

    def of_language(self, words: Any) -> str:
        """Return one of a pair of words."""
        return str(getattr(words, self._language))

    def kind(self, kind: str) -> str:
        """Return the name of a kind of event."""
        return self.of_language(kind_of(kind))

    def title(self) -> list[Flowable]:
        """Return the head: what it is, of whom, when and where."""
        dossier = self._dossier
        case, events = dossier["case"], dossier["events"]
        names = " · ".join(dict.fromkeys(self.kind(event["kind"]) for event in events[:4])) or self.kind(case["kind"])
        rows = [*self._subject(), *(self._case(case) if case else ()), *self._span()]
        if len(events) == 1:
            rows += self._event(events[0])
        said = f"{self.say(dossier['object_kind'])} {dossier['object_id']}"
        if dossier["masked"]:
            said = f"{said} · {self.say('masked')}"
        return [text(f"{self.say('title_' + dossier['object_kind'])}：{names}", TITLE), text(said, SMALL), Spacer(0, 6),
                pairs(rows)]  # fmt: skip

    def _subject(self) -> list[tuple[str, str]]:
        vehicle = self._dossier["vehicle"]
        if vehicle is None:
            first = (self._dossier["events"] or [self._dossier["case"]])[0]
            return [(self.say("subject"), f"{first['subject_kind']} {first['subject_id'] or '—'}")]
        capacity = vehicle["capacity_kg"]
        return [
            (self.say("plate"), vehicle["plate"] or "—"),
            (self.say("vehicle"), vehicle["vehicle_id"]),
            (self.say("company"), vehicle["company_name"] or vehicle["company_id"] or "—"),
            (self.say("capacity"), "—" if capacity is None else quantity("_kg", capacity)),
        ]

    def _case(self, case: Mapping[str, Any]) -> list[tuple[str, str]]:
        status, source = STATUSES.get(case["status"]), SOURCES.get(case["source"])
        return [
            (self.say("case_no"), case["case_no"]),
            (self.say("status"), self.of_language(status) if status else case["status"]),
            (self.say("source"), self.of_language(source) if source else case["source"]),
            (self.say("opened"), self.time(case["opened_at"])),
            (self.say("due"), self.time(case["due_at"])),
            (self.say("severity"), self.of_language(SEVERITIES[case["severity"]])),
        ]

    def _span(self) -> list[tuple[str, str]]:
        start, end = episode(self._dossier)
        first = (self._dossier["events"] or [self._dossier["case"]])[0]
        open_end = any(event["end_time"] is None for event in self._dossier["events"])
        at = "—" if first["lat_deg"] is None else f"{first['lon_deg']:.6f}, {first['lat_deg']:.6f}"
        return [
            (self.say("start"), self.time(start)),
            (self.say("end"), self.say("goes_on") if open_end else self.time(end)),
            (self.say("lasted"), duration((end - start).total_seconds())),
            (self.say("place"), at),
            (self.say("district"), first["district_name"] or first["district_id"] or "—"),
        ]

    def _event(self, event: Mapping[str, Any]) -> list[tuple[str, str]]:
        found = self.say("back_dated" if event["back_dated"] else "at_once")
        return [
            (self.say("event_severity"), self.of_language(SEVERITIES[event["severity"]])),
            (self.say("confirmed"), self.time(event["confirmed_at"])),
            (self.say("found"), f"{self.time(event['found_at'])} · {found}"),
            (self.say("validity"), self.say("holds" if event["withdrawn_at"] is None else "withdrawn")),
        ]

    def finding(self) -> list[Flowable]:
        """Return what the rules found: the numbers of each event."""
        story: list[Flowable] = [text(self.say("section_finding"), SECTION)]
        for event in self._dossier["events"][:MOST_ROWS]:
            if len(self._dossier["events"]) > 1:
                story.append(text(f"{self.kind(event['kind'])} · {self.time(event['start_time'])}"))
            story.append(self._numbers(event))
            story.append(Spacer(0, 4))
        if not self._dossier["events"]:
            story.append(text(self._dossier["case"]["description"] or "—"))
        return story

    def _numbers(self, event: Mapping[str, Any]) -> Flowable:
        opening, closing = event["opening"], event["closing"] or {}
        names = [name for name in dict.fromkeys([*opening, *closing]) if name not in ("rule_version", "world_version")]

        def value(document: Mapping[str, Any], name: str) -> str:
            return written(name, document[name], self._language, self._zone) if name in document else ""

        rows = [(label(name, self._language), value(opening, name), value(closing, name)) for name in names]
        head = [self.say(name) for name in ("evidence_member", "at_confirmation", "of_the_whole")]
        return table(head, rows or [("—", "—", "—")], (4, 3, 3))

    def pictures(self) -> list[Flowable]:
        """Return map and chart."""
        dossier, language = self._dossier, self._language
        placed = any(row["lat_deg"] is not None for row in [*dossier["fixes"], *dossier["events"]])
        drawn = map_of(dossier, language, (WIDTH, MAP_PT)) if placed or dossier["world"]["items"] else None
        note = self.say("map_note") if drawn else self.say("no_positions")
        story: list[Flowable] = [
            KeepTogether([text(self.say("section_map"), SECTION), *([drawn] if drawn else []), text(note, SMALL)])
        ]
        chart = chart_of(dossier, language, WIDTH)
        readings = [chart, text(self.say("chart_note"), SMALL)] if chart else [text(self.say("no_fixes"))]
        return [*story, KeepTogether([text(self.say("section_chart"), SECTION), *readings])]

    def thresholds(self) -> list[Flowable]:
        """Return each rule's text and what it was judged by."""
        story: list[Flowable] = [text(self.say("section_thresholds"), SECTION)]
        for kind, limits in thresholds_of(self._dossier).items():
            story.append(text(f"{self.kind(kind)}：{self.of_language(rule_text(kind))}"))
            rows = [
                (each.name, quantity(each.name, each.value), quantity(each.name, each.default),
                 self.say(f"origin_{each.origin}"))
                for each in limits
            ]  # fmt: skip
            head = [self.say(name) for name in ("parameter", "value", "default", "origin")]
            story += [table(head, rows, (5, 2.4, 2.4, 2), mono=(0,))] if rows else []
            story.append(Spacer(0, 3))
        events = self._dossier["events"]
        rule = ", ".join(sorted({str(event["opening"].get("rule_version", "—")) for event in events})) or "—"
        world = ", ".join(sorted({event["world_version"] for event in events})) or "—"
        said = self.say("versions").format(rule=rule, world=world, at=self.time(self._dossier["world"]["at"]))
        return [*story, text(said, SMALL)]

    def papers(self) -> list[Flowable]:
        """Return permit, trip and passages."""
        story: list[Flowable] = [text(self.say("section_papers"), SECTION)]
        permit = permit_of(self._dossier)
        story.append(text(self.say("no_permit")) if permit is None else pairs(self._permit(permit)))
        trip = self._dossier["trip"]
        story.append(Spacer(0, 4))
        story.append(text(self.say("no_trip")) if trip is None else pairs(self._trip(trip)))
        story += [Spacer(0, 4), text(self.say("passages"))]
        return [*story, self._passages()]

    def _permit(self, permit: Mapping[str, Any]) -> list[tuple[str, str]]:
        places = ", ".join(permit.get("dump_point_ids") or ()) or "—"
        return [
            (self.say("permit"), str(permit.get("permit_id"))),
            (self.say("valid"), f"{permit.get('valid_from') or '…'} / {permit.get('valid_to') or '…'}"),
            (self.say("sites"), str(permit.get("site_id") or "—")),
            (self.say("dump_points"), places),
            (self.say("corridors"), ", ".join(permit.get("corridor_ids") or ()) or "—"),
            (label("permitted_kg", self._language), _mass(permit.get("max_load_kg"))),
        ]

    def _trip(self, trip: Mapping[str, Any]) -> list[tuple[str, str]]:
        times = ("loaded_at", "left_site_at", "washed_at", "unloading_start", "gate_in_at")
        return [
            (self.say("trip"), str(trip["trip_id"])),
            *((self.say(name), self.time(trip[name])) for name in times),
            (self.say("sites"), trip["site_id"] or "—"),
            (self.say("dump_points"), trip["dump_point_id"] or trip["gate_dump_point_id"] or "—"),
            (label("load_kg", self._language), _mass(trip["load_kg"])),
            (self.say("weighed"), _mass(trip["weighed_kg"])),
            (self.say("ending"), "—" if trip["ending"] is None else value_word(trip["ending"], self._language)),
        ]

    def _passages(self) -> Flowable:
        passages = self._dossier["passages"]
        if not passages:
            return text(self.say("no_passages"))
        rows = [self._passage(row) for row in passages[:MOST_ROWS]]
        return table([self.say(name) for name in ("time", "device", "plate", "what")], rows, (3.2, 2.4, 2, 6))

    def _passage(self, row: Mapping[str, Any]) -> tuple[str, str, str, str]:
        device = f"{value_word(row['device_kind'], self._language)} {row['device']}"
        return self.time(row["event_time"]), device, row["plate_read"] or "—", _plain(row["body"], self._language)

    def quality(self) -> list[Flowable]:
        """Return how good the records are, and what else was found of the terminal."""
        dossier, found = self._dossier, record_quality(self._dossier["fixes"])
        spread = "—" if found.hdop_median is None else f"{found.hdop_median:.1f} / {found.hdop_most:.1f}"
        rows = [
            (self.say("quality_fixes"), str(found.fixes)),
            (
                self.say("quality_range"),
                f"{self.time(dossier['range']['start'])} … {self.time(dossier['range']['end'])}",
            ),
            (self.say("quality_lost"), str(found.without_position)),
            (self.say("quality_gap"), duration(found.longest_gap_s)),
            (self.say("quality_hdop"), spread),
            (self.say("quality_satellites"), "—" if found.satellites_least is None else str(found.satellites_least)),
            (self.say("quality_late"), str(found.late)),
            (self.say("quality_worst_late"), duration(round(found.latest_s))),
            (self.say("quality_ahead"), str(found.ahead)),
            (self.say("quality_numbers"), str(found.numbers_missing)),
            (self.say("quality_faults"), str(found.under_fault)),
        ]
        story: list[Flowable] = [text(self.say("section_quality"), SECTION), pairs(rows, columns=1)]
        if dossier["range"]["cut_short"]:
            story.append(text(self.say("quality_cut"), SMALL))
        if dossier["terminals"]:
            head = [self.say(name) for name in ("terminal", "assigned", "firmware")]
            stays = [
                (each["terminal_id"], f"{self.time(each['assigned_from'])} … {self.time(each['assigned_to'])}",
                 each["firmware"] or "—")
                for each in dossier["terminals"]
            ]  # fmt: skip
            story += [Spacer(0, 4), table(head, stays, (2, 5, 2))]
        story.append(Spacer(0, 4))
        if not dossier["doubts"]:
            return [*story, text(self.say("no_doubts"))]
        doubts = [
            (self.kind(each["kind"]), self.time(each["start_time"]), self.time(each["end_time"]))
            for each in dossier["doubts"][:MOST_ROWS]
        ]
        return [
            *story,
            text(self.say("doubts")),
            table([self.say(n) for n in ("event", "start", "end")], doubts, (3, 3, 3)),
        ]

    def steps(self) -> list[Flowable]:
        """Return what was done about it, and the photographs."""
        dossier = self._dossier
        if dossier["case"] is None:
            return [text(self.say("section_steps"), SECTION), text(self.say("no_steps"))]
        rows = [
            (str(row["step_no"]), self.time(row["at"]), self._step(row["step"]),
             row["by_display_name"] or row["by_name"], row["comment"] or "")
            for row in dossier["steps"]
        ]  # fmt: skip
        head = ["#", *(self.say(name) for name in ("time", "step", "by", "comment"))]
        story: list[Flowable] = [text(self.say("section_steps"), SECTION), table(head, rows, (0.6, 3.6, 2, 2, 5))]
        story.append(text(self.say("section_photos"), SECTION))
        if not dossier["photos"]:
            return [*story, text(self.say("no_photos"))]
        return [*story, *(_photo(row) for row in dossier["photos"])]

    def _step(self, step: str) -> str:
        words = STEPS.get(step)
        return step if words is None else self.of_language(words)

    def annex(self, hashes: Sequence[tuple[str, int, str]], chain: str, fingerprint: str) -> list[Flowable]:
        """Return the files, their hashes, and how to verify them."""
        head = [self.say(name) for name in ("file", "bytes")] + ["SHA-256"]
        rows = [(name, str(length), digest) for name, length, digest in hashes]
        return [
            CondPageBreak(60 * mm),
            text(self.say("section_verify"), SECTION),
            table(head, rows, (3.4, 1.2, 6.4), mono=(0, 2)),
            Spacer(0, 4),
            table(
                ["", "SHA-256"],
                [(self.say("fixes_chain"), chain), (self.say("key"), fingerprint)],
                (3.4, 7.6),
                mono=(1,),
            ),
            Spacer(0, 4),
            text(self.say("how"), BODY),
        ]


def evidence_pdf(
    dossier: Dossier, language: str, hashes: Sequence[tuple[str, int, str]], chain: str, fingerprint: str
) -> bytes:
    """Return the file.

    Args:
        dossier: Masked for its reader.
        language: "zh" or "en".
        hashes: Name, length and hash of each other file.
        chain: Hash chained over the fixes.
        fingerprint: Of the key that signs.
    """
    writer = Writer(dossier, language)
    story = [
        *writer.title(),
        *writer.finding(),
        *writer.pictures(),
        *writer.thresholds(),
        *writer.papers(),
        *writer.quality(),
        *writer.steps(),
        *writer.annex(hashes, chain, fingerprint),
    ]
    named = f"{writer.say(dossier['object_kind'])} {dossier['object_id']}"
    return document(
        story,
        title=named,
        head=(writer.say("platform"), named),
        foot=(writer.say("page_foot"), f"{writer.say('fixes_chain')} {chain[:16]}…"),
    )


def _plain(body: Mapping[str, Any], language: str) -> str:
    """Return what a device said, as one line."""
    told = {name: value for name, value in body.items() if not isinstance(value, dict | list)}
    said = ", ".join(f"{label(name, language)} {value_word(str(value), language)}" for name, value in told.items())
    return said[:160]


def _mass(value: float | None) -> str:
    return "—" if value is None else quantity("_kg", float(value))


def _photo(row: Mapping[str, Any]) -> Flowable:
    """Return a photograph that fits, or its name where it cannot be read."""
    try:
        with Picture.open(io.BytesIO(bytes(row["image"]))) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError):
        return text(str(row["photo_id"]), SMALL)
    scale = min(PHOTO_PT / width, PHOTO_PT / height)
    image = Image(io.BytesIO(bytes(row["image"])), width * scale, height * scale, hAlign="LEFT")
    return KeepTogether([image, text(f"{row['photo_id']} · SHA-256 {row['sha256']}", SMALL), Spacer(0, 4)])
