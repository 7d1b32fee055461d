"""How columns of fixes are sent: absent readings as NaN or -1, so that whole columns travel as arrays."""

from __future__ import annotations

import numpy as np

from storage.copy_binary import BIGINT, DOUBLE, INTEGER, REAL, SMALLINT, TIMESTAMPTZ
from storage.packed_rows import Sent

FIX_COLUMNS = {
    "fix_time_ms": Sent("fix_time", TIMESTAMPTZ),
    "epoch": Sent("epoch", BIGINT),
    "seq": Sent("seq", BIGINT),
    "received_at_ms": Sent("received_at", TIMESTAMPTZ),
    "lat_deg": Sent("coalesce(lat_deg, 'NaN')", DOUBLE),
    "lon_deg": Sent("coalesce(lon_deg, 'NaN')", DOUBLE),
    "speed_mps": Sent("coalesce(speed_mps, 'NaN')", REAL),
    "course_deg": Sent("coalesce(course_deg, 'NaN')", REAL),
    "hdop": Sent("coalesce(hdop, 'NaN')", REAL),
    "satellites": Sent("coalesce(satellites, -1::smallint)", SMALLINT),
    "load_kg": Sent("coalesce(load_kg, 'NaN')", REAL),
    "load_ratio": Sent("coalesce(load_ratio, 'NaN')", REAL),
    "lift_deg": Sent("coalesce(lift_deg, 'NaN')", REAL),
    "cover": Sent("coalesce(cover, -1::smallint)", SMALLINT, np.int8),
    "ignition": Sent("coalesce(ignition, -1::smallint)", SMALLINT, np.int8),
    "main_power": Sent("coalesce(main_power, -1::smallint)", SMALLINT, np.int8),
    "faults": Sent("faults", INTEGER),
    "alarms": Sent("alarms", INTEGER),
}
