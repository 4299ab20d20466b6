"""Who hears whom, by what they say: each leg speaks a tone of its own."""

import numpy as np

from kitt_rtc.calls.bridge import Bridge
from kitt_rtc.model.audio import FRAME_BYTES, RATE, SILENCE
from kitt_rtc.model.speech import Role
from tests.fakes.leg import HandLeg
from tests.sounds.made import tone

HERTZ = {"a": 300, "b": 700, "c": 1_100, "d": 1_900, "boss": 2_700}


def _leg(name: str, role: Role = Role.CUSTOMER) -> HandLeg:
    return HandLeg(lambda: 0.0, role, leg_id=name)


def _bridged(*legs: HandLeg) -> Bridge:
    bridge = Bridge()
    for leg in legs:
        bridge.join(leg)
    return bridge


def _all_speak(*legs: HandLeg, level: float = 0.1) -> dict[str, bytes]:
    """A second in which each speaks its tone; what each hears, the first and last fifth left out."""
    said = {leg.id: tone(1.0, hertz=HERTZ[leg.id], level=level) for leg in legs}
    heard: dict[str, list[bytes]] = {leg.id: [] for leg in legs}
    for at in range(0, RATE * 2, FRAME_BYTES):
        for leg in legs:
            leg.say(said[leg.id][at : at + FRAME_BYTES])
        for leg in legs:
            frame = leg.earpiece.next()
            heard[leg.id].append(SILENCE if frame is None else frame.pcm)
    return {name: b"".join(frames[10:40]) for name, frames in heard.items()}


def _level(pcm: bytes, hertz: int) -> float:
    """How loud a tone is in a sound, as a part of full scale."""
    samples = np.frombuffer(pcm, "<i2")
    wave = np.exp(-2j * np.pi * hertz * np.arange(len(samples)) / RATE)
    return float(abs(samples @ wave)) * 2 / len(samples) / 32_767


def _tones(pcm: bytes) -> set[str]:
    return {name for name, hertz in HERTZ.items() if _level(pcm, hertz) > 0.01}


def test_each_of_two_hears_the_other_and_not_itself():
    a, b = _leg("a"), _leg("b")
    _bridged(a, b)
    heard = _all_speak(a, b)
    assert (_tones(heard["a"]), _tones(heard["b"])) == ({"b"}, {"a"})


def test_each_of_four_hears_all_the_others_as_loud_as_they_speak_and_not_itself():
    legs = [_leg(name) for name in "abcd"]
    _bridged(*legs)
    heard = _all_speak(*legs)
    for leg in legs:
        others = {other.id for other in legs if other is not leg}
        assert _tones(heard[leg.id]) == others
        assert all(abs(_level(heard[leg.id], HERTZ[other]) - 0.1) < 0.005 for other in others)
        assert _level(heard[leg.id], HERTZ[leg.id]) < 0.001


def test_voices_that_are_too_loud_together_stay_at_full_scale_and_do_not_turn_over():
    legs = [_leg(name) for name in "abcd"]
    _bridged(*legs)
    heard = np.frombuffer(_all_speak(*legs, level=0.9)["a"], "<i2").astype(int)
    meant = sum(np.frombuffer(tone(1.0, hertz=HERTZ[name], level=0.9), "<i2").astype(int) for name in "bcd")
    assert heard.max() == 32_767
    assert heard.min() == -32_768
    late = min(range(4), key=lambda frames: np.abs(_late(meant, frames) - heard).max())
    assert np.abs(_late(meant, late) - heard).max() <= 1


def _late(meant: np.ndarray, frames: int) -> np.ndarray:
    """What is heard between the first and last fifth of a second, so many frames late, at full scale at most."""
    return np.clip(meant[(10 - frames) * 320 : (40 - frames) * 320], -32_768, 32_767)


def test_who_has_left_neither_hears_nor_is_heard():
    a, b, c = _leg("a"), _leg("b"), _leg("c")
    _bridged(a, b, c).leave(b)
    heard = _all_speak(a, b, c)
    assert [_tones(heard[name]) for name in "abc"] == [{"c"}, set(), {"a"}]


def test_who_leaves_in_mid_word_is_not_heard_to_its_end():
    a, b = _leg("a"), _leg("b")
    bridge = _bridged(a, b)
    b.say(tone(0.1))
    bridge.leave(b)
    assert a.earpiece.next() is None


def test_a_supervisor_hears_all_and_is_heard_by_none():
    a, b, boss = _leg("a"), _leg("b"), _leg("boss", Role.SUPERVISOR)
    _bridged(a, b, boss)
    heard = _all_speak(a, b, boss)
    assert [_tones(heard[name]) for name in ("a", "b", "boss")] == [{"b"}, {"a"}, {"a", "b"}]
