"""Steps of cases taken: names resolved, decided by `supervision.cases.life`, written, in one transaction each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from storage.cases import add_steps, already_taken, change_cases, lock_cases, read_state
from storage.duty import on_duty, own_photos, truck_named, worker_named
from supervision.cases.errors import NobodyOnDuty, StepIncomplete, UnknownCase
from supervision.cases.life import LIFE, take
from supervision.cases.state import Actor, CaseState, StepOrder, Truck
from supervision.casework import state_of, step_row

# Roles that are sent to cases; those that may work them.
WORKING_ROLES = ("administrator", "bureau", "district", "inspector")
# Photos of one step: a truck from all sides, and the heap.
PHOTOS_MOST = 12


@dataclass(frozen=True, slots=True)
class StepWanted:
    """A step as somebody asks for it.

    Attributes:
        expected_version: The version of the case that was seen.
        assignee: Login; None sends whoever is on duty.
        retry_key: The same for the same step sent again.
    """

    step: str
    expected_version: int | None = None
    comment: str | None = None
    assignee: str | None = None
    due_at: datetime | None = None
    reason: str | None = None
    satisfaction: int | None = None
    vehicle_id: str | None = None
    photos: tuple[UUID, ...] = ()
    retry_key: str | None = None


def take_step(connection: Connection, case_id: UUID, wanted: StepWanted, actor: Actor, now: datetime) -> bool:
    """Take a step of a case; return False where it was taken before and only its answer was lost.

    Args:
        connection: In autocommit.
        case_id: The case.
        wanted: The step.
        actor: A user; sees the case, or there is none.
        now: When.

    Raises:
        CaseRefused: It is not taken; nothing was changed.
    """
    if actor.user_no is None:
        raise ValueError("expected a user, got the records themselves")
    with connection.transaction():
        lock_cases(connection)
        row = read_state(connection, case_id, actor.user_no)
        if row is None:
            raise UnknownCase(f"expected a case, got {case_id}", case_id=str(case_id))
        if already_taken(connection, case_id, actor.user_no, wanted.retry_key):
            return False
        state = state_of(row)
        order = _resolved(connection, case_id, wanted, state=state, user_no=actor.user_no, now=now)
        changed, step = take(state, order, actor, now)
        change_cases(connection, [asdict(changed) | {"case_id": case_id, "updated_at": now}])
        add_steps(connection, [step_row(case_id, step) | {"retry_key": wanted.retry_key}])
    return True


def _resolved(
    connection: Connection, case_id: UUID, wanted: StepWanted, *, state: CaseState, user_no: int, now: datetime
) -> StepOrder:
    """Return the order with what names stand for; what its step has no use for is left out."""
    needs = LIFE[wanted.step].needs
    assignee = _assignee(connection, wanted, state, now) if "assignee" in needs else None
    return StepOrder(
        step=wanted.step,
        expected_version=wanted.expected_version,
        comment=(wanted.comment or "").strip() or None,
        assignee_no=assignee[0] if assignee else None,
        assignee_name=assignee[1] if assignee else None,
        due_at=wanted.due_at,
        reason=wanted.reason,
        satisfaction=wanted.satisfaction,
        truck=_truck(connection, wanted, user_no, case_id) if "truck" in needs else None,
        photos=_photos(connection, wanted, user_no),
    )


def _assignee(connection: Connection, wanted: StepWanted, state: CaseState, now: datetime) -> tuple[int, str]:
    if wanted.assignee is None:
        found = on_duty(connection, state.district_id, now, WORKING_ROLES)
        if found is None:
            raise NobodyOnDuty(
                f"expected somebody on duty in district {state.district_id} now, the roster names nobody"
            )
        return found
    found = worker_named(connection, wanted.assignee, state.district_id, WORKING_ROLES)
    if found is None:
        detail = f"expected a user who works cases of district {state.district_id}, got {wanted.assignee!r}"
        raise StepIncomplete(detail, missing="assignee")
    return found


def _truck(connection: Connection, wanted: StepWanted, user_no: int, case_id: UUID) -> Truck | None:
    if wanted.vehicle_id is None:
        return None
    row = truck_named(connection, wanted.vehicle_id, user_no, case_id)
    if row is None:
        raise StepIncomplete(f"expected a vehicle of the registry, got {wanted.vehicle_id!r}", missing="vehicle_id")
    return Truck(**row)


def _photos(connection: Connection, wanted: StepWanted, user_no: int) -> tuple[UUID, ...]:
    if len(wanted.photos) > PHOTOS_MOST:
        raise StepIncomplete(f"expected at most {PHOTOS_MOST} photos, got {len(wanted.photos)}", missing="photos")
    unknown = set(wanted.photos) - own_photos(connection, wanted.photos, user_no) if wanted.photos else set()
    if unknown:
        raise StepIncomplete(f"expected photos that you sent, got {min(map(str, unknown))}", missing="photos")
    return tuple(dict.fromkeys(wanted.photos))
