"""What ingest does besides its batches, on a thread and a connection of its own: a job is a row of `JOBS`."""

from __future__ import annotations

from ingest.balance_job import bring_balances_up_to_date
from ingest.job import Job
from ingest.passages_job import match_passages
from ingest.places_job import bring_places_up_to_date
from ingest.prune_job import prune_what_is_judged
from ingest.silence_job import bring_silences_up_to_date
from ingest.washer_job import bring_outages_up_to_date

JOBS = (
    Job("mass_balance", 120.0, bring_balances_up_to_date),
    Job("candidate_places", 600.0, bring_places_up_to_date),
    Job("silences", 10.0, bring_silences_up_to_date),
    Job("washer_offline", 60.0, bring_outages_up_to_date),
    Job("passages", 60.0, match_passages),
    Job("prune", 6 * 3600.0, prune_what_is_judged),
)
