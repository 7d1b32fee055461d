"""The hours of a world: the weekly windows of city, sites, zones and permits in one table, and who has which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules_engine.time_windows import TimeWindows
from rules_engine.world_documents import Permit, SiteProperties, ZoneProperties, read_city
from rules_engine.world_places import Areas


@dataclass(frozen=True, slots=True)
class Hours:
    """Time windows of everything that has some, and the row of each."""

    windows: TimeWindows
    city: int
    sites: NDArray[np.int32]
    zones: NDArray[np.int32]
    permits: NDArray[np.int32]

    @classmethod
    def read(
        cls, documents: Mapping[str, Any], sites: Areas, zones: list[ZoneProperties], permits: list[Permit]
    ) -> Hours:
        """Return the hours that the documents give."""
        city = read_city(documents)
        of_sites = [site.work_windows for site in sites.properties(SiteProperties)]
        of_zones = [zone.windows for zone in zones]
        of_permits = [permit.windows for permit in permits]
        windows, row = TimeWindows.build(city.utc_offset_h, [city.haul_windows, *of_sites, *of_zones, *of_permits])
        ends = np.cumsum([1, len(of_sites), len(of_zones)])
        of_city, site, zone, permit = np.split(row, ends)
        return cls(windows, int(of_city[0]), site, zone, permit)

    @property
    def has_narrow(self) -> bool:
        """Return whether some site or permit has hours of its own."""
        return bool((self.sites >= 0).any() or (self.permits >= 0).any())

    def haul_closings(self) -> NDArray[np.int32]:
        """Return what `TimeWindows.surely_allowed` needs of everyone's hauling hours."""
        return self.windows.closings([self.city, *self.sites.tolist(), *self.permits.tolist()])
