"""The life of a permit (准运证): 申报 applied, 核准 approved, 注销 cancelled; and how much of its quota is used up.

    applied ── approve ──> approved ── suspend ──> suspended
       │ ^                   │    ^                  │  │
     reject apply          cancel └───── resume ─────┘ cancel
       v │                   v                          v
    rejected              cancelled                  cancelled

Only an approved permit is in force for the rules. A quota that is used up warns; it does not end the permit, which is a
bureau's to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Step: from which statuses, to which.
STEPS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "apply": (("rejected",), "applied"),
    "approve": (("applied",), "approved"),
    "reject": (("applied",), "rejected"),
    "suspend": (("approved",), "suspended"),
    "resume": (("suspended",), "approved"),
    "cancel": (("applied", "rejected", "approved", "suspended"), "cancelled"),
}
# What its steps tell of besides: changes that were applied for and approved.
TOLD_STEPS = (*STEPS, "change", "extend")
COMMENTED = frozenset({"reject", "suspend", "cancel"})  # what somebody will ask the reason of
WARN_SHARE = 0.9
DENSITY_KG_M3 = 1_600.0  # loose moist soil, where a permit does not say


def allowed_steps(status: str) -> list[str]:
    """Return the steps that a permit of a status may take."""
    return [step for step, (before, _) in STEPS.items() if status in before]


def quota(permit: Mapping[str, Any], used: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each quota of a permit with what is used and left of it.

    Args:
        permit: The permit's document.
        used: `trips`, `load_kg` of measured trips, and of the others `unmeasured`, `rated_kg` and `body_m3` of their
            trucks: a trip without a measured load counts as a full truck.
    """
    density = permit.get("density_kg_m3") or DENSITY_KG_M3
    amounts = {
        "trips": (permit.get("quota_trips"), float(used.get("trips") or 0)),
        "t": (permit.get("quota_t"), ((used.get("load_kg") or 0) + (used.get("rated_kg") or 0)) / 1000),
        "m3": (permit.get("quota_m3"), (used.get("load_kg") or 0) / density + (used.get("body_m3") or 0)),
    }
    return [
        {
            "unit": unit,
            "amount": amount,
            "used": round(taken, 3),
            "left": round(max(amount - taken, 0.0), 3),
            "unmeasured_trips": used.get("unmeasured") or 0,
            "warning": "used_up" if taken >= amount else "nearly_used_up" if taken >= WARN_SHARE * amount else None,
        }
        for unit, (amount, taken) in amounts.items()
        if isinstance(amount, int | float) and amount > 0
    ]
