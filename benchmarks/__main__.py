"""Run every benchmark, or those named: `python -m benchmarks [name ...]`."""

from __future__ import annotations

import runpy
import sys
import time

# From the fastest to the longest; each prints the machine's line and ratios of its own run.
BENCHMARKS = ("decode", "geometry", "rules", "store", "query", "http_queries", "receive", "end_to_end")


def main() -> None:
    """Run them one after another: two at once would measure each other."""
    names = sys.argv[1:] or BENCHMARKS
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        sys.exit(f"expected names among {', '.join(BENCHMARKS)}, got {', '.join(sorted(unknown))}")
    sys.argv[1:] = []
    for name in names:
        began = time.monotonic()
        print(f"\n== {name}", flush=True)
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")
        print(f"   {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
