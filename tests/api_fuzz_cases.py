"""Made-up requests that come further than the first look at them.

Of values that are all made up, most die in the first check: no such id, no such time, one member of twenty wrong. So
ids and words of things that are there are laid over most of them, and bodies that would be right have a member or two
taken from what was made up. Pure, but for the numbers of the generator that is given.
"""

from __future__ import annotations

import copy
import io
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image

from tests.test_api_scope import ALIEN, OURS, PLATES, ids, owner, path_values

# How many of the paths name things that are there, how many of the other values are words that mean something.
THERE_SHARE, WORD_SHARE, EXAMPLE_SHARE = 0.75, 0.7, 0.5
# How many bodies are right ones with a few members made up, where all of a body is made up by the machine otherwise.
MENDED_SHARE = {"positive": 0.7, "negative": 0.5}
# Requests with something that no description speaks of.
STRANGE_SHARE = 0.03
PASSWORD = "a password of eighteen letters"
LINKS = {"case": "link-to-the-case", "playback": "link-to-the-playback", "ended": "link-that-has-ended"}
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
JSON_TYPES = ("application/json", "application/geo+json")


def _both(form: str) -> list[str]:
    return [form.format(whose=whose) for whose in (*[OURS] * 5, ALIEN)]


def _all_ids(kind: str) -> list[str]:
    return [ids(whose)[kind] for whose in (*[OURS] * 5, ALIEN)]


def _instants() -> list[str]:
    moments = (NOW - DAY, NOW - timedelta(hours=1), NOW, NOW + timedelta(hours=8), NOW + 30 * DAY)
    edges = [
        "0001-01-01T00:00:00+00:00",
        "9999-12-31T23:59:59Z",
        "1969-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00+14:00",
    ]
    return [moment.isoformat() for moment in moments] + edges


def _intervals() -> list[str]:
    first, then, last = ((NOW - days * DAY).isoformat() for days in (30, 1, 0))
    edges = [
        "0001-01-01T00:00:00Z/9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00/..",
        "../9999-12-31T23:59:59-14:00",
    ]
    return [f"{then}/{last}", f"{then}/..", f"../{last}", "../..", f"{first}/{last}", f"{last}/{then}", *edges]


INSTANTS = _instants()
# By the name of a parameter or of a member of a body, at any depth: what means something there.
WORDS: dict[str, list[Any]] = {
    "company_id": _both("K-{whose}"),
    "company": _both("K-{whose}"),
    "vehicle_id": _both("V-{whose}"),
    "vehicle_ids": _both("V-{whose}"),
    "driver_id": _both("R-{whose}"),
    "site_id": _both("S-{whose}"),
    "site_ids": _both("S-{whose}"),
    "dump_point_id": _both("D-{whose}"),
    "dump_point_ids": _both("D-{whose}"),
    "corridor_id": _both("C-{whose}"),
    "corridor_ids": _both("C-{whose}"),
    "zone_id": _both("Z-{whose}"),
    "district_id": _both("G-{whose}"),
    "district_ids": _both("G-{whose}"),
    "permit_id": _both("P-{whose}"),
    "manifest_no": _both("M-{whose}"),
    "place_id": [*_both("S-{whose}"), *_both("D-{whose}")],
    "subject_id": [*_both("K-{whose}"), *_both("V-{whose}"), *_both("R-{whose}")],
    "object_id": [*_both("V-{whose}"), "city"],
    "id": [*_both("K-{whose}"), *_both("V-{whose}"), *_both("S-{whose}")],
    "keep": [*_both("V-{whose}"), *_both("K-{whose}")],
    "merge": [*_both("V-{whose}"), *_both("K-{whose}")],
    "device": [*["T-OURS"] * 9, *_both("T-{whose}"), *_both("W-{whose}"), *_both("E-{whose}"), *_both("V-{whose}")],
    "area": [
        *_both("site:S-{whose}"),
        *_both("dump_point:D-{whose}"),
        *_both("zone:Z-{whose}"),
        *_both("district:G-{whose}"),
    ],
    "item_id": ["model", "cover"],
    "case_id": _all_ids("case"),
    "case_ids": _all_ids("case"),
    "event_id": _all_ids("event"),
    "photos": _all_ids("shown_photo"),
    "photo_ids": _all_ids("shown_photo"),
    "channel_id": _all_ids("channel"),
    "channel_ids": _all_ids("channel"),
    "user": [owner(OURS), owner(ALIEN)],
    "assignee": [owner(OURS), owner(ALIEN)],
    "plate": [*PLATES.values(), PLATES[OURS][2:5], "苏D***", ""],
    "q": [*PLATES.values(), "OURS", "王", "%", "\\", "_"],
    "search": [*PLATES.values(), "OURS", "王", "%", "\\"],
    "kind": ["illegal_dumping", "overspeed", "other_report", "mass_imbalance", "site", "dump_point"],
    "kinds": ["illegal_dumping", "overspeed"],
    "password": [PASSWORD],
    "new_password": [PASSWORD, PASSWORD + "!", "short"],
    "datetime": _intervals(),
    "valid_at": INSTANTS,
    "seen_at": INSTANTS,
    "occurred_at": INSTANTS,
    "at": INSTANTS,
    "due_at": INSTANTS,
    "expires_at": [*[(NOW + timedelta(hours=8)).isoformat()] * 8, *INSTANTS],
    "valid_from": INSTANTS,
    "valid_to": INSTANTS,
    "start": INSTANTS,
    "end": INSTANTS,
    "from": INSTANTS,
    "to": INSTANTS,
    "from_time": INSTANTS,
    "to_time": INSTANTS,
    "first_day": ["2026-05-01", "0001-01-01", "9999-12-31"],
    "before_day": ["2026-06-01", "0001-01-01", "9999-12-31"],
    "expires_on": ["2027-05-01", "0001-01-01", "9999-12-31"],
    "bbox": ["119.9,31.6,120.1,31.9", "-180,-90,180,90", "0,0,0,0", "1e300,0,1e301,1", "179,-90,180,-89"],
    "limit": [1, 2, 10, 1000],
    "zone": ["Asia/Shanghai", "UTC", "Europe/Berlin", "localtime", "../etc/passwd"],
    "types": ["case,trip", "event,case,trip,manifest,score", "manifest"],
    "wait_s": [0],
    "url": [
        "https://muck.example/hook",
        "wecombot://693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa",
        "mailto://x:y@muck.example",
    ],
    "what": ["events", "trips", "cases", "track", "latest", "vehicles", "permits", "sites", "passages"],
    "format": [],
    "permissions": ["exchange", "look"],
    "material": ["工程渣土"],
}
# A body of what has no example in the description; the rest of it is laid over these likewise.
BODIES: dict[str, list[Any]] = {
    "POST /v1/exports": [
        {"what": "trips", "format": "csv", "query": {"datetime": WORDS["datetime"][0]}},
        {"what": "track", "format": "gpx", "query": {"vehicle_id": f"V-{OURS}", "datetime": WORDS["datetime"][0]}},
        {"what": "sites", "format": "geojson", "query": {}},
    ],
    "PATCH /v1/channels/{channel_id}": [{"name": "值班群", "per_minute": 20, "enabled": True}],
    "PATCH /v1/webhooks/{webhook_id}": [{"name": "交警支队", "document_types": ["case"], "new_secret": True}],
    "POST /v1/exchange/inbox": [
        {
            "reports": [
                {"id": "JJ-1", "kind": kind, "occurred_at": INSTANTS[1], "plate": PLATES[OURS], "title": "超载 42%"}
                | {"position": {"type": "Point", "coordinates": [119.95, 31.65]}, "company": f"K-{OURS}", "points": 3}
            ]
        }
        for kind in ("penalty", "incident")
    ],
    "PUT /v1/rule-settings": [
        {"limits": {"city": {"overspeed.hold_s": 20}}, "expected_revision": "0" * 16, "reason": "x"},
        {
            "limits": {"sites": {f"S-{OURS}": {"route_deviation.hold_s": 90}}},
            "expected_revision": "0" * 16,
            "reason": "x",
        },
    ],
    "POST /v1/shares": [
        {"kind": "case", "case_id": ids(OURS)["case"], "hours": 24},
        {"kind": "playback", "vehicle_id": f"V-{OURS}", "from": INSTANTS[0], "to": INSTANTS[2], "hours": 1},
    ],
    "POST /v1/reports": [{"kind": "illegal_dumping", "plate": PLATES[OURS], "lon_deg": 119.95, "lat_deg": 31.65}],
    "POST /v1/users": [{"name": "wang", "display_name": "王", "role": "company", "company_id": f"K-{OURS}"}],
    "POST /v1/session": [{"name": owner(OURS), "password": PASSWORD, "token": True}],
}
# What takes the place of a part of a path that no resource before it explains.
PARTS: dict[str, list[Any]] = {
    "token": list(LINKS.values()),
    "what": WORDS["what"],
    "format": ["csv", "xlsx", "geojson", "gpx", "kml", "mfjson"],
    "day": [(NOW - DAY).date().isoformat(), "2026-05-01", "0001-01-01", "9999-12-31"],
    "register_name": ["companies", "vehicle-register", "drivers", "sites", "zones", "permits", "washers", "districts"],
    "name": [owner(OURS), owner(ALIEN), "case-moved-on"],
}
REGISTER_PATH = re.compile(r"^/v1/([a-z-]+)(/\{item_id\})?$")
REGISTER_ID = {
    "companies": "company_id",
    "vehicle-register": "vehicle_id",
    "drivers": "driver_id",
    "sites": "site_id",
    "dump-points": "dump_point_id",
    "washers": "terminal_id",
    "gates": "terminal_id",
    "corridors": "corridor_id",
    "zones": "zone_id",
    "districts": "district_id",
    "permits": "permit_id",
}


@dataclass
class Known:
    """What is known of an operation and of what it is asked about.

    Attributes:
        name: Method and path.
        description: Of the operation, from the API's own description, references resolved.
        current: The thing as it was read or answered last; None where there is none.
        made: A number for what is to be new.
        cursors: Given out by this list.
        files: Of the register that a file is sent to.
    """

    name: str
    description: Mapping[str, Any]
    bodies: list[Any] = field(default_factory=list)
    current: dict[str, Any] | None = None
    made: int = 0
    cursors: list[str] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)

    @property
    def media_types(self) -> list[str]:
        """Return what a body may be."""
        return list(self.description.get("requestBody", {}).get("content", {}))

    @property
    def members(self) -> list[str]:
        """Return the members of a body."""
        content = self.description.get("requestBody", {}).get("content", {}).get("application/json", {})
        return list(content.get("schema", {}).get("properties", {}))

    @property
    def method(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.name.partition(" ")[2]


def lay_over(case: Any, known: Known, mode: str, rng: random.Random) -> None:
    """Change a made-up case in place."""
    if case.path_parameters and rng.random() < THERE_SHARE:
        case.path_parameters.update(there_in_path(known.path, rng))
    if case.query is not None:
        _lay_over_query(case, known, rng)
    share = MENDED_SHARE[mode]
    if case.media_type in JSON_TYPES and known.files:
        if rng.random() < share:
            case.body = _damaged(rng.choice(known.files), rng)
    elif case.media_type == "application/json" and rng.random() < share:
        case.body = mended(case.body, known, rng)
    elif case.media_type == "multipart/form-data" and rng.random() < share:
        case.body = _form(case.body, known, rng)
    elif case.media_type == "text/csv" and known.files and rng.random() < share:
        case.body = _damaged(rng.choice(known.files), rng)


def there_in_path(path: str, rng: random.Random, *, always: bool = False) -> dict[str, Any]:
    """Return the parts of a path that name something that is there; a word for each other one where `always`."""
    names = re.findall(r"\{(\w+)\}", path)
    parts = {part: rng.choice(PARTS[part]) for part in names if part in PARTS}
    parts |= {part: "csv" if part == "format_" else "x" for part in names if always and part not in PARTS}
    return parts | (path_values(path, OURS if rng.random() < 0.9 else ALIEN) or {})


def _lay_over_query(case: Any, known: Known, rng: random.Random) -> None:
    for parameter in known.description.get("parameters", []):
        name = parameter["name"]
        if parameter["in"] != "query" or name not in case.query:
            continue
        examples = parameter["schema"].get("examples") or []
        if name == "cursor":
            if known.cursors and rng.random() < 0.6:
                case.query[name] = rng.choice(known.cursors)
            elif rng.random() < 0.6:
                del case.query[name]
        elif name == "version" and known.current and rng.random() < WORD_SHARE:
            case.query[name] = known.current.get("version")
        elif WORDS.get(name) and (rng.random() < WORD_SHARE or name == "wait_s"):
            case.query[name] = rng.choice(WORDS[name])
        elif examples and rng.random() < EXAMPLE_SHARE:
            case.query[name] = rng.choice(examples)
    if rng.random() < STRANGE_SHARE:
        case.query["nothing_of_this_name"] = "1"


def mended(made_up: Any, known: Known, rng: random.Random) -> Any:
    """Return a body that would be right but for what was made up of it."""
    bases = [*known.bodies, *([known.current] if known.current and known.method in ("PUT", "PATCH") else [])]
    base = copy.deepcopy(rng.choice(bases)) if bases else made_up
    base = with_words(base, rng)
    if isinstance(base, dict):
        _name_it(base, known, rng)
    return _mixed(base, made_up, rng, most=rng.choice((0, 1, 1, 2)))


def _name_it(body: dict[str, Any], known: Known, rng: random.Random) -> None:
    """Let a body name what its path names, or what is new, and the version that was read."""
    register = REGISTER_PATH.match(known.path)
    id_name = REGISTER_ID.get(register[1]) if register else "name" if known.path == "/v1/users" else None
    if id_name and known.method == "POST" and rng.random() < 0.9:
        known.made += 1
        body[id_name] = f"n-{known.made}"
    elif id_name and known.method != "POST" and rng.random() < 0.9:
        body.pop(id_name, None)
    if known.current is None:
        return
    if "expected_version" in body or known.path.endswith("/steps"):
        body["expected_version"] = known.current.get("version", 1)
    elif register and register[2]:
        body["version"] = known.current.get("version")
    if "expected_revision" in body:
        body["expected_revision"] = known.current.get("revision", "0" * 16)


def with_words(value: Any, rng: random.Random, name: str = "") -> Any:
    """Return a value with ids and words of what is there in the members that are named so."""
    words = WORDS.get(name)
    if isinstance(value, dict):
        return {key: with_words(inner, rng, key) for key, inner in value.items()}
    if isinstance(value, list):
        if words and rng.random() < WORD_SHARE:
            known = sorted(set(words))
            return [words[0]] if rng.random() < WORD_SHARE else rng.sample(known, k=rng.randint(0, min(3, len(known))))
        return [with_words(inner, rng) for inner in value]
    return rng.choice(words) if words and isinstance(value, str) and rng.random() < WORD_SHARE else value


def _mixed(base: Any, made_up: Any, rng: random.Random, most: int) -> Any:
    """Return the base with so many members of what was made up, or without them."""
    if most == 0:
        return base
    if not isinstance(base, dict) or not isinstance(made_up, dict):
        return made_up if rng.random() < 0.5 else base
    names = sorted({*map(str, base), *map(str, made_up)})
    for name in rng.sample(names, k=min(most, len(names))):
        if name not in made_up:
            base.pop(name, None)
        elif isinstance(base.get(name), dict) and rng.random() < 0.5:
            base[name] = _mixed(base[name], made_up[name], rng, 1)
        else:
            base[name] = made_up[name]
    return base


def photo(rng: random.Random) -> bytes:
    """Return a photo, sometimes one cut short or with some bytes changed."""
    written = io.BytesIO()
    size = rng.choice(((64, 48), (1, 1), (3000, 10)))
    Image.new(rng.choice(("RGB", "L")), size, rng.randrange(200)).save(written, rng.choice(("JPEG", "PNG", "WEBP")))
    return written.getvalue() if rng.random() < 0.6 else _damaged(written.getvalue(), rng)


def _form(made_up: Any, known: Known, rng: random.Random) -> Any:
    form = mended(made_up, known, rng) if known.bodies else made_up
    if not isinstance(form, dict):
        return form
    if known.path == "/v1/photos":
        return {**form, "photo": photo(rng)}
    return {**form, "photo": [photo(rng) for _ in range(rng.choice((1, 1, 2, 5)))]} if rng.random() < 0.5 else form


def _damaged(content: bytes, rng: random.Random) -> bytes:
    """Return a file with a byte or a few changed, cut short, or as it was."""
    kind = rng.randrange(4)
    if kind == 0 or not content:
        return content
    if kind == 1:
        return content[: rng.randrange(len(content))]
    damaged = bytearray(content)
    for _ in range(rng.choice((1, 1, 3, 10))):
        at = rng.randrange(len(damaged))
        damaged[at : at + rng.choice((0, 1, 1))] = rng.choice(
            (b"", b"\x00", b"9", b'"', b",", b"\xff", b"-", b"\n", b"e")
        )
        if not damaged:
            break
    return bytes(damaged)
