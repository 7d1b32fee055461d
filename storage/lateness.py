"""How the end of a case is judged, as conditions on rows of `cases`; every figure of closures is made of these.

    on time   closed by its first due time
    extended  closed later, by its due time, and never late before
    late      closed after that, or reopened when it was late: time that is given anew does not make it punctual

Names of columns stand alone; `OVERDUE` is on a table called c.
"""

from __future__ import annotations

LATE = "(status = 'closed' and (was_late or ended_at > due_at))"
ON_TIME = "(status = 'closed' and not was_late and ended_at <= first_due_at)"
EXTENDED = "(status = 'closed' and not was_late and ended_at > first_due_at and ended_at <= due_at)"
# Late now, or ended late; `supervision.cases.due.overdue` is the same condition.
OVERDUE = """(c.status <> 'false_positive'
    and (c.was_late and c.ended_at is not null or coalesce(c.ended_at, now()) > c.due_at))"""
