import numpy as np

from kitt_rtc.calls.bridge import Bridge
from kitt_rtc.model.speech import Role
from tests.fakes.leg import HandLeg


def _leg(name: str, role: Role = Role.CUSTOMER) -> HandLeg:
    return HandLeg(lambda: 0.0, role, leg_id=name)


def _speak(leg: HandLeg, sample: int) -> None:
    leg.say(np.full(320, sample, "<i2").tobytes())


def _hears(leg: HandLeg) -> int | None:
    frame = leg.earpiece.next()
    return None if frame is None else int(np.frombuffer(frame.pcm, "<i2")[0])


def test_each_leg_hears_the_others_and_not_itself():
    a, b, c = _leg("a"), _leg("b"), _leg("c")
    bridge = Bridge()
    for leg in (a, b, c):
        bridge.join(leg)
    _speak(a, 100)
    _speak(b, 10)
    _speak(c, 1)
    assert [_hears(leg) for leg in (a, b, c)] == [11, 101, 110]


def test_who_has_left_neither_hears_nor_is_heard():
    a, b = _leg("a"), _leg("b")
    bridge = Bridge()
    bridge.join(a)
    bridge.join(b)
    bridge.leave(b)
    _speak(a, 100)
    _speak(b, 10)
    assert (_hears(a), _hears(b)) == (None, None)


def test_a_supervisor_hears_all_and_is_heard_by_none():
    a, boss = _leg("a"), _leg("boss", Role.SUPERVISOR)
    bridge = Bridge()
    bridge.join(a)
    bridge.join(boss)
    _speak(a, 100)
    _speak(boss, 10)
    assert (_hears(a), _hears(boss)) == (None, 100)
