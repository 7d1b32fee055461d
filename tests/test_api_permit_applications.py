"""Permits applied for over HTTP: a company writes and sends in, an officer decides, and rules see what was approved."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest

from api.application_answer import WholeApplication
from api.resources.permit_applications import ApplicationPage, PlacesPage
from storage.connect import connect_writer
from storage.world_store import read_documents, world_version, write_documents
from tests.api_server import as_user, serving
from tests.permit_city import ASKED, WORLD, at

pytestmark = pytest.mark.services
PATH = "/v1/permit-applications"


@dataclass(frozen=True)
class Office:
    """The running API, and headers of who asks."""

    client: httpx.Client
    connection: psycopg.Connection[Any]
    company: dict[str, str]
    other: dict[str, str]
    bureau: dict[str, str]
    west: dict[str, str]
    east: dict[str, str]

    def apply(self, **content: Any) -> dict[str, Any]:
        """Send an application in."""
        body = {"content": {**ASKED, **content}, "submit": True}
        answer = self.client.post(PATH, json=body, headers=self.company)
        assert answer.status_code == 201, answer.text
        return WholeApplication.model_validate_json(answer.content).model_dump(mode="json") and answer.json()

    def step(self, one: dict[str, Any], step: str, who: dict[str, str], **more: Any) -> httpx.Response:
        """Ask for a step of an application as it was read."""
        body = {"step": step, "expected_version": one["version"], **more}
        return self.client.post(f"{PATH}/{one['application_id']}/steps", json=body, headers=who)

    def taken(self, one: dict[str, Any], step: str, who: dict[str, str], **more: Any) -> dict[str, Any]:
        """Take a step and return the application after it."""
        answer = self.step(one, step, who, **more)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def in_force(self) -> dict[str, dict[str, Any]]:
        """Return the permits that rules read, by id."""
        return {permit["permit_id"]: permit for permit in read_documents(self.connection)["permits"]}


@pytest.fixture
def office(migrated_url: str) -> Iterator[Office]:
    with connect_writer(migrated_url) as connection, serving(migrated_url, viewer=None) as client:
        write_documents(connection, WORLD)
        yield Office(
            client,
            connection,
            as_user(migrated_url, "company", name="first", company_id="C1", display_name="甲经理"),
            as_user(migrated_url, "company", name="second", company_id="C2"),
            as_user(migrated_url, "bureau", display_name="市局"),
            as_user(migrated_url, "district", name="west", district_ids=["WEST"]),
            as_user(migrated_url, "district", name="east", district_ids=["EAST"]),
        )


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}"), answer.text
    return dict(answer.json())


def faulty(answer: httpx.Response) -> set[str | None]:
    """Return the members that a refusal names."""
    return {fault["field"] for fault in problem(answer, 422, "register-refused")["errors"]}


def test_from_a_draft_over_a_correction_to_a_permit_in_force(office: Office) -> None:
    before = world_version(office.connection)
    draft = office.client.post(PATH, json={"content": {"vehicle_ids": ["V2"]}}, headers=office.company).json()
    assert (draft["status"], draft["allowed_steps"]) == ("draft", ["submit", "withdraw"])
    assert faulty(office.step(draft, "submit", office.company)) >= {"site_id", "dump_point_ids", "valid_to", "quota_m3"}
    url = f"{PATH}/{draft['application_id']}"
    assert office.client.get(url, headers=office.bureau).status_code == 404, "a draft is the company's own"
    writing = {"expected_version": draft["version"], "content": {**ASKED, "quota_m3": 30_000}}
    written = office.client.put(url, json=writing, headers=office.company).json()
    sent = office.taken(written, "submit", office.company)
    assert (sent["status"], sent["waiting_days"], sent["allowed_steps"]) == ("submitted", 0, ["withdraw"])
    assert (
        office.client.put(url, json=writing | {"expected_version": sent["version"]}, headers=office.company).json()[
            "type"
        ]
        == "/problems/permit-application-step-refused"
    )

    read = office.client.get(url, headers=office.west).json()
    assert read["allowed_steps"] == ["approve", "send_back", "reject"]
    assert {remark["code"]: remark.get("asked_m3") for remark in read["remarks"]} == {
        "failing_trucks": None, "site_quota": 30_000, "dump_point_capacity": 30_000,
    }  # fmt: skip
    assert faulty(office.step(read, "send_back", office.west)) == {"comment"}
    back = office.taken(read, "send_back", office.west, comment="方量超出工地申报")
    assert back["status"] == "returned"
    mine = office.client.get(url, headers=office.company).json()
    assert mine["steps"][-1]["comment"] == "方量超出工地申报"
    corrected = {"expected_version": mine["version"], "content": {**ASKED, "quota_m3": 4_500}}
    again = office.client.put(url, json=corrected, headers=office.company).json()
    seen = office.client.get(url, headers=office.west).json()
    assert seen["content"]["quota_m3"] == 30_000, "officers read what was sent in, not what is being written"
    again = office.taken(again, "submit", office.company, comment="已核减")
    assert again["steps"][-1]["changes"] == [{"member": "quota_m3", "before": 30_000, "after": 4_500}]
    assert world_version(office.connection) == before, "what is applied for changes nothing that rules read"
    assert set(office.in_force()) == {"R1", "R9"}

    done = office.taken(
        again, "approve", office.west, comment="同意", changes={"quota_m3": 4_000, "conditions": "出场须冲洗"}
    )
    permit_id = f"ZY-{done['application_no']}"
    assert (done["status"], done["permit_id"], done["allowed_steps"]) == ("approved", permit_id, [])
    assert done["steps"][-1]["detail"] == {
        "permit_id": permit_id, "changes": {"quota_m3": 4_000, "conditions": "出场须冲洗"}
    }  # fmt: skip
    assert world_version(office.connection) == before + 1
    held = office.in_force()[permit_id]
    assert (held["company_id"], held["vehicle_ids"], held["quota_m3"]) == ("C1", ["V2"], 4_000)
    assert "note" not in held
    permit = office.client.get(f"/v1/permits/{permit_id}", headers=office.company).json()
    assert [(step["step"], step["by_name"]) for step in permit["steps"]] == [("apply", "first"), ("approve", "west")]
    assert permit["conditions"] == "出场须冲洗"
    assert [each["application_no"] for each in permit["applications"]] == [done["application_no"]]
    assert [step["step"] for step in done["steps"]] == ["create", "submit", "send_back", "submit", "approve"]
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        office.connection.execute("update permit_application_steps set comment = 'x'")


def test_a_company_names_its_own_trucks_and_reaches_nobody_elses_papers(office: Office) -> None:
    for content, member in (
        ({"vehicle_ids": ["V9"]}, "vehicle_ids"),
        ({"vehicle_ids": ["NONE"]}, "vehicle_ids"),
        ({"site_id": "S7"}, "site_id"),
        ({"dump_point_ids": ["P7"]}, "dump_point_ids"),
        ({"corridor_ids": ["K7"]}, "corridor_ids"),
        ({"quota_m3": "viel"}, "quota_m3"),
        ({"permit_id": "R1"}, "permit_id"),
    ):
        answer = office.client.post(PATH, json={"content": {**ASKED, **content}}, headers=office.company)
        assert faulty(answer) == {member}
    one = office.apply()
    url = f"{PATH}/{one['application_id']}"
    assert office.client.get(url, headers=office.other).status_code == 404
    for step in ("withdraw", "approve"):
        problem(office.step(one, step, office.other), 404, "permit-application-not-found")
    problem(office.step(one, "approve", office.company), 403, "not-theirs-to-decide")
    problem(office.step(one, "withdraw", office.bureau), 403, "not-theirs-to-decide")
    body = {"kind": "change", "permit_id": "R9", "content": {}}
    assert faulty(office.client.post(PATH, json=body, headers=office.company)) == {"permit_id"}
    problem(office.client.post(PATH, json={"content": {}}, headers=office.west), 403, "not-permitted")
    listed = office.client.get(PATH, headers=office.other).json()
    assert (listed["applications"], listed["counts"]) == ([], {})


def test_a_district_decides_what_is_dug_up_in_it_and_sees_what_is_brought_to_it(office: Office) -> None:
    one = office.apply(dump_point_ids=["P2"])
    east = office.client.get(f"{PATH}/{one['application_id']}", headers=office.east).json()
    assert east["allowed_steps"] == []
    problem(office.step(one, "approve", office.east), 403, "not-theirs-to-decide")
    far = office.apply(site_id="S2", dump_point_ids=["P2"], corridor_ids=[])
    assert office.client.get(f"{PATH}/{far['application_id']}", headers=office.west).status_code == 404
    assert office.taken(far, "reject", office.east, comment="工地未开工")["status"] == "rejected"
    version = office.client.get("/v1/permits/R1", headers=office.bureau).json()["version"]
    cancel = {"step": "cancel", "expected_version": version, "comment": "工程完工"}
    assert office.client.post("/v1/permits/R1/steps", json=cancel, headers=office.east).status_code == 404
    assert office.client.post("/v1/permits/R1/steps", json=cancel, headers=office.company).status_code == 403
    gone = office.client.post("/v1/permits/R1/steps", json=cancel, headers=office.west)
    assert gone.json()["status"] == "cancelled"
    assert "R1" not in office.in_force()


def test_of_two_officers_the_second_is_told_what_happened(office: Office) -> None:
    one = office.apply()
    answers: list[httpx.Response] = []

    def decide(step: str, who: dict[str, str]) -> None:
        answers.append(office.step(one, step, who, comment="意见"))

    threads = [
        threading.Thread(target=decide, args=each) for each in (("approve", office.bureau), ("reject", office.west))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    now = problem(lost, 409, "permit-application-moved-on")["application"]
    assert (now["status"], now["last_step"]["by"]) == (won.json()["status"], won.json()["last_step"]["by"])
    assert len(office.in_force()) == (3 if now["status"] == "approved" else 2)


def test_a_permit_is_extended_and_changed_as_it_is_on_the_day(office: Office) -> None:
    longer = {"kind": "extension", "permit_id": "R1", "content": {"valid_to": at(200)}, "submit": True}
    wider = longer | {"content": {"valid_to": at(200), "vehicle_ids": ["V1", "V2"]}}
    assert faulty(office.client.post(PATH, json=wider, headers=office.company)) == {"vehicle_ids"}
    assert faulty(office.client.post(PATH, json=longer | {"content": {}}, headers=office.company)) == {None}
    one = office.client.post(PATH, json=longer, headers=office.company).json()
    assert [change["member"] for change in one["changes"]] == ["valid_to"]
    assert faulty(office.client.post(PATH, json=longer, headers=office.company)) == {"permit_id"}, "one at a time"
    version = office.client.get("/v1/permits/R1", headers=office.bureau).json()["version"]
    meanwhile = {"quota_m3": 5_000, "version": version}
    assert office.client.patch("/v1/permits/R1", json=meanwhile, headers=office.bureau).status_code == 200
    read = office.client.get(f"{PATH}/{one['application_id']}", headers=office.bureau).json()
    assert "permit_changed" in {remark["code"] for remark in read["remarks"]}
    office.taken(read, "approve", office.bureau)
    held = office.in_force()["R1"]
    assert (held["valid_to"], held["quota_m3"]) == (at(200), 5_000), "what was not asked for stays as it is now"
    steps = office.client.get("/v1/permits/R1", headers=office.bureau).json()["steps"]
    assert [step["step"] for step in steps] == ["extend"]

    change = {"kind": "change", "permit_id": "R1", "content": {"vehicle_ids": ["V1", "V2"]}, "submit": True}
    two = office.client.post(PATH, json=change, headers=office.company).json()
    version = office.client.get("/v1/permits/R1", headers=office.bureau).json()["version"]
    suspend = {"step": "suspend", "expected_version": version, "comment": "停业整顿"}
    assert office.client.post("/v1/permits/R1/steps", json=suspend, headers=office.bureau).status_code == 201
    read = office.client.get(f"{PATH}/{two['application_id']}", headers=office.bureau).json()
    assert [remark["code"] for remark in read["remarks"] if remark["stop"]] == ["permit_not_in_force"]
    assert faulty(office.step(two, "approve", office.bureau)) == {"permit_id"}
    assert office.in_force().keys() == {"R9"}


def test_a_truck_that_was_sold_stops_its_application(office: Office) -> None:
    one = office.apply()
    office.connection.execute("update vehicles set company_id = 'C2' where vehicle_id = 'V2'")
    read = office.client.get(f"{PATH}/{one['application_id']}", headers=office.bureau).json()
    assert [remark["ids"] for remark in read["remarks"] if remark["code"] == "strange_trucks"] == [["V2"]]
    assert faulty(office.step(one, "approve", office.bureau)) == {"vehicle_ids"}
    assert faulty(office.step(one, "approve", office.bureau, changes={"colour": "x"})) == {"colour"}
    taken = office.taken(one, "approve", office.bureau, changes={"vehicle_ids": ["V1"], "permit_id": "R5"})
    assert taken["permit_id"] == "R5"
    other = office.apply(vehicle_ids=["V1"])
    remarks = {remark["code"]: remark["ids"] for remark in other["remarks"]}
    assert remarks["overlaps"] == ["R1", "R5"]
    assert "site_quota" not in remarks, "how much others haul is not told to a company"
    assert faulty(office.step(other, "approve", office.bureau, changes={"permit_id": "R5"})) == {"permit_id"}


def test_the_work_list_has_first_what_waits_longest(office: Office) -> None:
    numbers = [office.apply(quota_m3=quota)["application_no"] for quota in (100, 200, 300)]
    office.connection.execute(
        "update permit_applications set submitted_at = submitted_at - interval '3 days', since = since - interval"
        " '3 days' where application_no = %s",
        [numbers[2]],
    )
    first = office.client.get(PATH, params={"status": "submitted", "order": "waiting", "limit": 2}, headers=office.west)
    page = ApplicationPage.model_validate_json(first.content)
    assert [each.application_no for each in page.applications] == [numbers[2], numbers[0]]
    assert [each.waiting_days for each in page.applications] == [3, 0]
    assert page.counts == {"submitted": 3}
    assert page.next is not None
    rest = office.client.get(page.next, headers=office.west).json()["applications"]
    assert [each["application_no"] for each in rest] == [numbers[1]]
    newest = office.client.get(PATH, params={"q": "甲运输"}, headers=office.bureau).json()["applications"]
    assert [each["application_no"] for each in newest] == [numbers[1], numbers[0], numbers[2]]
    one = office.client.get(f"{PATH}/{newest[0]['application_id']}", headers=office.company).json()
    office.taken(one, "withdraw", office.company)
    open_ = office.client.get(PATH, params={"open": True}, headers=office.bureau).json()
    assert (len(open_["applications"]), open_["counts"]) == (2, {"submitted": 2, "withdrawn": 1})


def test_places_to_apply_for_are_the_citys(office: Office) -> None:
    sites = PlacesPage.model_validate_json(office.client.get(f"{PATH}/places", headers=office.company).content)
    assert [place.id for place in sites.places] == ["S1", "S2"]
    found = office.client.get(f"{PATH}/places", params={"kind": "dump_point", "q": "p2"}, headers=office.company)
    assert [place["id"] for place in found.json()["places"]] == ["P2"]
    assert office.client.get(f"{PATH}/places", headers=office.west).status_code == 403
