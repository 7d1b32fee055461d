"""Run every benchmark, or those named: `python -m benchmarks [name ...]`."""

from __future__ import annotations

import subprocess
import sys
import time

# From the fastest to the longest; each prints the machine's line and ratios of its own run.
BENCHMARKS = (
    "decode",
    "jt808_codec",
    "geometry",
    "stays",
    "postgis",
    "rules",
    "store",
    "query",
    "http_queries",
    "history",
    "receive",
    "jt808_bridge",
    "end_to_end",
    "rejudge",
    "replay_jitter",
    "city_scale",
)


def main() -> None:
    """Run them one after another: two at once would measure each other."""
    names = sys.argv[1:] or BENCHMARKS
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        sys.exit(f"expected names among {', '.join(BENCHMARKS)}, got {', '.join(sorted(unknown))}")
    for name in names:
        began = time.monotonic()
        print(f"\n== {name}", flush=True)
        failed = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
        print(f"   {time.monotonic() - began:.0f} s{f', ended with {failed}' if failed else ''}", flush=True)


if __name__ == "__main__":
    main()
