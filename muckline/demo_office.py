"""What people of a bureau, of a company and at the gates of a demo's city do beside the terminals: papers, checks,
duty, a project, and what is applied for (`muckline.demo_applications`).

All of it is written as the API writes it, in the name of the demo's own user. Clerks scan a manifest out when a truck
has left its site and in when it has unloaded; now and then one forgets, as everywhere.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from muckline.demo_applications import apply_for_permits
from storage.duty import replace_shifts
from storage.errors import PaperRefused
from storage.papers import Check, Manifest, Project, Scan, check, issue, scan, set_project

LOOK_S = 5.0
FORGOTTEN_EVERY = 9  # of so many loads one is not scanned in
LACKING_EVERY = 11  # of so many trucks one lacks something
FLEET_OF_PROJECT = 12
DUTY = timedelta(days=14)
LEFT = """
    select t.trip_id, v.vehicle_id, t.site_id, coalesce(t.dump_point_id, %(dump_point_id)s), t.permit_id,
        coalesce(t.left_site_at, t.loaded_at), t.end_time, t.load_kg
    from trips t join vehicles v using (vehicle_no)
    where t.withdrawn_at is null and t.site_id is not null and t.loaded_at > %(since)s and t.left_site_at is not null
    order by t.loaded_at
"""


class Office:
    """A thread that keeps the papers of a demo until it is closed.

    Args:
        database_url: libpq URL or keyword string.
        documents: The world in force.
        user_name: In whose name.
    """

    def __init__(self, database_url: str, documents: Mapping[str, Any], user_name: str) -> None:
        self._url = database_url
        self._documents = documents
        self._user_name = user_name
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="office", daemon=True)

    def start(self) -> None:
        """Open the office."""
        self._thread.start()

    def close(self) -> None:
        """Close it; a paper under way is finished."""
        self._stop.set()
        self._thread.join(LOOK_S)

    def _run(self) -> None:
        since = datetime.now(UTC) - timedelta(hours=1)
        try:
            with psycopg.connect(self._url, autocommit=True) as connection:
                connection.execute("set timezone to 'UTC'")
                viewer = self._viewer(connection)
                self._furnish(connection, viewer)
                while not self._stop.wait(LOOK_S):
                    self._keep_papers(connection, viewer, since)
        except psycopg.OperationalError:
            return  # the demo is ending, and its database with it

    def _viewer(self, connection: psycopg.Connection[Any]) -> int:
        row = connection.execute("select user_no from users where name = %s", [self._user_name]).fetchone()
        if row is None:
            raise RuntimeError(f"expected the user {self._user_name}")
        return int(row[0])

    def _furnish(self, connection: psycopg.Connection[Any], viewer: int) -> None:
        """Check trucks, plan duty, and set a key project up."""
        now = datetime.now(UTC)
        trucks = [truck["vehicle_id"] for truck in self._documents["vehicles"]]
        items = [row[0] for row in connection.execute("select distinct item_id from compliance_items order by 1")]
        expires = (now + timedelta(days=300)).date()
        with connection.transaction():
            for number, vehicle_id in enumerate(trucks):
                lacking = items[number % len(items)] if number % LACKING_EVERY == 0 else None
                for item_id in items:
                    done = Check(vehicle_id, item_id, item_id != lacking, expires, "年度核查")
                    check(connection, done, viewer=viewer, by_name=self._user_name, now=now)
        apply_for_permits(connection, self._documents, now)
        sites = [feature["properties"] for feature in self._documents["sites"]["features"]]
        metro = next((site for site in sites if "地铁" in site.get("name", "")), sites[0])
        project = Project(
            "metro-6", metro.get("name", "Metro"), "#c026d3", [metro["site_id"]], trucks[:FLEET_OF_PROJECT]
        )
        set_project(connection, project, by_name=self._user_name)
        inspector = connection.execute("select user_no from users where name = 'inspector'").fetchone()
        for feature in self._documents["districts"]["features"]:
            if inspector is not None:
                shifts = [{"user_no": inspector[0], "start": now, "end": now + DUTY}]
                replace_shifts(connection, feature["properties"]["district_id"], now, now + DUTY, shifts)

    def _keep_papers(self, connection: psycopg.Connection[Any], viewer: int, since: datetime) -> None:
        """Issue and scan the manifests of what has left its site since; what is done already stays as it is."""
        anywhere = self._documents["dump_points"]["features"][0]["properties"]["dump_point_id"]
        rows = connection.execute(LEFT, {"since": since, "dump_point_id": anywhere}).fetchall()
        for trip_id, vehicle_id, site_id, dump_point_id, permit_id, left_at, end_time, load_kg in rows:
            number = f"M{left_at:%Y%m%d}-{trip_id.hex[:8].upper()}"
            forgotten = int(trip_id.hex[-4:], 16) % FORGOTTEN_EVERY == 0
            # Nothing is planned where the scale said nothing: a load of 0 kg is no load.
            paper = Manifest(number, vehicle_id, site_id, dump_point_id, permit_id, None, "工程渣土", load_kg or None)
            try:
                issue(connection, paper, viewer=viewer, by_name="工地扫码", now=left_at)
                scan(connection, Scan(number, "out", left_at), viewer=viewer, by_name="工地扫码", now=left_at)
                if end_time is not None and not forgotten:
                    scan(connection, Scan(number, "in", end_time), viewer=viewer, by_name="消纳点扫码", now=end_time)
            except PaperRefused:
                continue  # late records moved the trip, or it went where its paper does not say
