import json

import pytest

from kitt_rtc.model.errors import BadMessage
from kitt_rtc.transports.commands import AskClock, Hush, Inbox, Painted, RateInsight, Resume, Snooze, parse_command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ('{"type": "hush"}', Hush()),
        ('{"type": "resume", "after": 0}', Resume(0)),
        ('{"after": 17, "type": "resume"}', Resume(17)),
        ('{"type": "rate_insight", "insight_id": "i_1", "rating": "not_now"}', RateInsight("i_1", "not_now")),
        ('{"type": "clock", "sent": 12.5}', AskClock(12.5)),
        ('{"type": "snooze", "seconds": 300}', Snooze(300)),
        ('{"type": "snooze", "seconds": 0}', Snooze(0)),
        (
            '{"type": "painted", "insight_id": "i_1", "arrived": 4, "at": 4.5, "uncertainty": 0.001}',
            Painted("i_1", 4.0, 4.5, 0.001),
        ),
    ],
)
def test_commands(text: str, command: object) -> None:
    assert parse_command(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "", "hush", "{}", "[]", "null", '"hush"', "{", '{"type": "end_call"}', '{"type": ["hush"]}',
        '{"type": "hush", "why": "loud"}',
        '{"type": "resume"}', '{"type": "resume", "after": -1}', '{"type": "resume", "after": true}',
        '{"type": "resume", "after": 1.5}', '{"type": "resume", "after": 99999999999}',
        '{"type": "rate_insight", "insight_id": "i_1"}',
        '{"type": "rate_insight", "insight_id": "i_1", "rating": "great"}',
        '{"type": "rate_insight", "insight_id": 1, "rating": "wrong"}',
        '{"type": "rate_insight", "insight_id": "<b>", "rating": "wrong"}',
        '{"type": "rate_insight", "insight_id": "' + "i" * 65 + '", "rating": "wrong"}',
        '{"type": "snooze"}', '{"type": "snooze", "seconds": -1}', '{"type": "snooze", "seconds": 3601}',
        '{"type": "snooze", "seconds": true}', '{"type": "snooze", "seconds": 1.5}',
        '{"type": "clock"}', '{"type": "clock", "sent": "now"}', '{"type": "clock", "sent": NaN}',
        '{"type": "clock", "sent": Infinity}', '{"type": "clock", "sent": -1}', '{"type": "clock", "sent": true}',
        '{"type": "clock", "sent": 1e300}', '{"type": "clock", "sent": 1.0, "at": 2.0}',
        '{"type": "painted", "insight_id": "i_1", "at": 4.5, "uncertainty": 0.001}',
        '{"type": "painted", "insight_id": "i_1", "arrived": 4, "at": NaN, "uncertainty": 0.001}',
        '{"type": "painted", "insight_id": "i_1", "arrived": 4, "at": 5, "uncertainty": -0.001}',
        '{"type": "painted", "insight_id": "<b>", "arrived": 4, "at": 5, "uncertainty": 0.001}',
        '{"type": "painted", "insight_id": "i_1", "arrived": 4, "at": 5, "uncertainty": 0.001, "more": 1}',
        json.dumps({"type": "hush", "x": "y" * 2_000}), "[" * 1_000, "9" * 1_000, b'{"type": "hush"}',
    ],
)  # fmt: skip
def test_nothing_else_comes_up(text: str | bytes) -> None:
    with pytest.raises(BadMessage):
        parse_command(text)


async def test_inbox_keeps_the_order_and_drops_what_is_too_much() -> None:
    inbox = Inbox(capacity=2)
    inbox.offer(RateInsight("a", "wrong"))
    inbox.offer(Hush())
    inbox.offer(Hush())
    inbox.close()
    inbox.offer(Hush())
    assert [command async for command in inbox] == [RateInsight("a", "wrong"), Hush()]
    assert inbox.dropped == 2
