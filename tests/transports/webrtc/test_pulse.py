import pytest

from kitt_rtc.transports.webrtc.pulse import PeerState, PulseOptions, state_of


@pytest.mark.parametrize(
    ("since_sound", "since_anything", "state"),
    [
        (0.0, 0.0, PeerState.LIVE),
        (1.9, 1.9, PeerState.LIVE),
        (2.0, 0.1, PeerState.SILENT),
        (600.0, 5.0, PeerState.SILENT),
        (9.9, 9.9, PeerState.SILENT),
        (10.0, 10.0, PeerState.LOST),
        (0.0, 10.0, PeerState.LOST),
    ],
)
def test_states(since_sound: float, since_anything: float, state: PeerState) -> None:
    assert state_of(PulseOptions(), since_sound=since_sound, since_anything=since_anything) is state
