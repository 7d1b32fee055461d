"""The table of rules: a new rule is a new module and one more row.

`RULES` are judged in this order; none sees what another found, only the facts.
"""

from rules_engine.rules import illegal_dumping, loading, route_deviation, spillage, uncovered_haul

RULES = (
    loading.RULE,
    illegal_dumping.RULE,
    route_deviation.RULE,
    spillage.RULE,
    uncovered_haul.RULE,
)
