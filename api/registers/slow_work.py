"""What would hold the event loop, and every stream in it: files of registers, and shapes in another system."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

# Threads of their own: the common ones write what people order. A position is shifted in some 20 µs and a city's
# corridors have a hundred thousand; more than two at once would only wait on each other.
WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="registers")


async def aside(work: Callable[[], Result]) -> Result:
    """Return what some work returns, done while others are answered."""
    return await asyncio.get_running_loop().run_in_executor(WORKERS, work)
