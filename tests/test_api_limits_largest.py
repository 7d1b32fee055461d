"""Settings of rules that no counter holds are refused where they come in."""

from __future__ import annotations

import pytest

from api.errors import BadLimitsError
from api.resources.rule_settings import refuse_faults


@pytest.mark.parametrize("value", [1e308, 2**70, float("nan"), 1e10])
def test_a_number_that_no_counter_holds_is_refused(value: float) -> None:
    with pytest.raises(BadLimitsError):
        refuse_faults({"city": {"overspeed.hold_s": value}})
    refuse_faults({"city": {"overspeed.hold_s": 30}})
