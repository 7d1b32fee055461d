"""Control order (管控): a truck drives within a zone that an order closes for a time, as for heavy smog or exams.

It is judged like a forbidden zone, on the zones of orders, which have dates, and with limits of its own name.
"""

from __future__ import annotations

from functools import partial

from rules_engine.rules.forbidden_zone import CARRY, VERSION, judge_zones
from rules_engine.rules.rule import Rule

NAME = "control_order"
RULE = Rule(NAME, VERSION, CARRY, partial(judge_zones, NAME, "control"))
