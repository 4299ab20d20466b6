import asyncio

from kitt_rtc.calls.intake import Intake
from kitt_rtc.model.speech import Segment


def _segment(name: str) -> Segment:
    return Segment(name, b"", 0.0)


async def _served(intake: Intake) -> list[str]:
    return [segment.id async for segment in intake]


async def test_T22_technicians_first_and_each_group_in_order():
    intake = Intake()
    for name, rank in [("agent 1", 1), ("tech 1", 0), ("agent 2", 1), ("tech 2", 0)]:
        intake.put(_segment(name), rank=rank)
    intake.close()
    assert await _served(intake) == ["tech 1", "tech 2", "agent 1", "agent 2"]


async def test_when_full_the_oldest_of_the_least_important_goes():
    intake = Intake(capacity=3)
    for name, rank in [("agent 1", 1), ("agent 2", 1), ("tech 1", 0)]:
        assert intake.put(_segment(name), rank=rank) is None
    shed = intake.put(_segment("tech 2"), rank=0)
    assert shed is not None
    assert shed.id == "agent 1"
    intake.close()
    assert await _served(intake) == ["tech 1", "tech 2", "agent 2"]


async def test_two_scribes_share_the_work_and_both_stop():
    intake = Intake()
    scribes = [asyncio.create_task(_served(intake)) for _ in range(2)]
    await asyncio.sleep(0)
    for number in range(6):
        intake.put(_segment(str(number)), rank=0)
    intake.close()
    first, second = await asyncio.gather(*scribes)
    assert sorted(first + second) == ["0", "1", "2", "3", "4", "5"]
