"""The line that says where figures were taken: without it they mean nothing."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import numpy as np


def machine_line() -> str:
    """Return processor, cores, present load, and the versions that decide."""
    words = Path("/proc/cpuinfo").read_text().split("\n")
    models = [line.partition(":")[2].strip() for line in words if line.startswith("model name")]
    load = os.getloadavg()[0]
    return (
        f"machine: {models[0] if models else platform.machine()}, {os.cpu_count()} cores, load {load:.1f} at start; "
        f"Python {platform.python_version()}, NumPy {np.__version__}"
    )
