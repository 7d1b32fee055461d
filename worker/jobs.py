"""What the background process does every so often: a job is a module and a row here.

Jobs of a lane share a thread and a connection: what tells people does not wait for what tidies up.
"""

from __future__ import annotations

from worker.cases_job import drop_photos, find_trucks, open_cases
from worker.figures_job import make_reports, refresh
from worker.inbox_job import match_reports, open_reported_cases
from worker.job import Job
from worker.notices_job import escalate, make_notices
from worker.scores_job import settle
from worker.upkeep_job import drop_old_exports, drop_what_is_old, find_lost_work, say_alive
from worker.webhooks_job import push_documents

EVENTS, CASES = "muckline_events", "muckline_cases"

LANES: dict[str, tuple[Job, ...]] = {
    "cases": (Job("open_cases", 1.0, open_cases, on=(EVENTS,)),),
    "reports": (
        Job("inbox_cases", 2.0, open_reported_cases),
        Job("inbox_matches", 60.0, match_reports),
        Job("case_trucks", 2.0, find_trucks, on=(CASES,)),
        Job("photos", 3600.0, drop_photos),
    ),
    "notices": (Job("escalations", 5.0, escalate), Job("notices", 1.0, make_notices, on=(CASES,))),
    "webhooks": (Job("webhooks", 1.0, push_documents, on=(EVENTS, CASES)),),
    "figures": (Job("figures", 60.0, refresh), Job("reports", 600.0, make_reports)),
    "upkeep": (
        Job("say_alive", 5.0, say_alive, by_each=True),
        Job("scores", 10.0, settle),
        Job("lost_work", 30.0, find_lost_work),
        Job("old_exports", 600.0, drop_old_exports),
        Job("old_rows", 6 * 3600.0, drop_what_is_old),
    ),
}
