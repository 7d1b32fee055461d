"""`muckline conform` as a command beside a living terminal: what it says while it runs, and when it is ended early."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest
from faulty_terminal import HEALTHY, Box
from mosquitto_process import MosquittoProcess

WAITED_S = 30.0


async def ended_early(mosquitto: MosquittoProcess) -> tuple[int, str, list[str]]:
    """Return exit code, report and progress of a trial that is interrupted in its first step."""
    at = ("--set", f"broker.host={mosquitto.address.host}", "--set", f"broker.port={mosquitto.port}")
    async with Box(HEALTHY, "B1", mosquitto.address).living():
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "muckline", *at, "conform", "--device", "B1", "--minutes", "5"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            told = [(await asyncio.wait_for(process.stderr.readline(), WAITED_S)).decode() for _ in range(2)]
            await asyncio.sleep(1.0)
            process.send_signal(signal.SIGINT)
            said = (await asyncio.wait_for(process.stdout.read(), WAITED_S)).decode()
            return await asyncio.wait_for(process.wait(), WAITED_S), said, told
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


@pytest.mark.services
def test_a_trial_that_is_ended_early_is_incomplete(tmp_path: Path) -> None:
    with MosquittoProcess(tmp_path) as mosquitto:
        code, said, told = asyncio.run(ended_early(mosquitto))
    assert told[0] == f"Waiting for B1 on {mosquitto.address.host}:{mosquitto.port}\n"
    assert told[1] == "0 s  listen: listening, everything is acknowledged\n"
    assert "INCOMPLETE" in said
    assert "the trial was ended before it was through" in said
    assert "CONFORMS" not in said
    assert code == 2
