"""How many requests a user may make in a minute: generous for people, an end for a loop that went wild."""

from __future__ import annotations

from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from api.errors import TooManyRequestsError
from api.settings import ApiSettings

EXPORTS = ("/v1/exports", "/v1/reports")
# Of an event or a case: drawn and signed for each request; and whole registers.
FILES = ("/evidence", ".csv", ".geojson")
GROUND = "/v1/basemap"  # the operator's file as it is
# Of one address, which may be that of a whole office: links that are opened, and pieces of the ground of their maps.
SHARED = RateLimitItemPerMinute(60)
SHARED_GROUND = RateLimitItemPerMinute(1_200)


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts in memory: each process of the API has its own."""

    limiter: SlidingWindowCounterRateLimiter
    requests: RateLimitItemPerMinute
    exports: RateLimitItemPerMinute
    logins: RateLimitItemPerMinute

    def take(self, who: str, path: str) -> None:
        """Count a request of a user.

        Raises:
            TooManyRequestsError: It made too many.
        """
        self._take(self.requests, who)
        if path.startswith(EXPORTS) or (path.endswith(FILES) and not path.startswith(GROUND)):
            self._take(self.exports, f"exports {who}")

    def take_login(self, address: str) -> None:
        """Count a log-in from an address.

        Raises:
            TooManyRequestsError: It made too many.
        """
        self._take(self.logins, f"login {address}")

    def take_shared(self, address: str, *, ground: bool = False) -> None:
        """Count a look by a link from an address, or a piece of the ground of its map.

        Raises:
            TooManyRequestsError: It looked at too many.
        """
        self._take(SHARED_GROUND if ground else SHARED, f"shared {ground} {address}")

    def _take(self, item: RateLimitItemPerMinute, who: str) -> None:
        if not self.limiter.hit(item, who):
            raise TooManyRequestsError(f"expected at most {item.amount} a minute, got more", retry_after_s=10)


def make_rates(settings: ApiSettings) -> Rates:
    """Return the counts of a process."""
    return Rates(
        SlidingWindowCounterRateLimiter(MemoryStorage()),
        RateLimitItemPerMinute(settings.requests_per_minute),
        RateLimitItemPerMinute(settings.exports_per_minute),
        RateLimitItemPerMinute(settings.logins_per_minute),
    )
