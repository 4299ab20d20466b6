"""The short form of `make chaos`: the telephone's stream is cut, the process is killed, and the call goes on."""

import pytest

from bench.chaos import Plan, play

pytestmark = pytest.mark.engines


async def test_a_call_outlives_its_streams_and_its_process() -> None:
    came = await play(Plan(minutes=0.75, cuts=2, kills=1))
    assert {name: value for name, value in came.targets() if value} == {}
    assert came.met
    assert came.utterances >= 4
    assert len(came.ready_seconds) == 2
