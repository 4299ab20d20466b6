import pytest

from kitt_rtc.api import views
from kitt_rtc.model.quality import LineQuality
from tests.fakes.leg import HandLeg


@pytest.mark.parametrize(
    ("quality", "health"), [(LineQuality(0.0, 0.0, 20.0), "silent"), (None, "lost")], ids=["mute", "gone"]
)
def test_who_sends_no_sound_is_lost_only_when_their_line_cannot_be_measured(
    quality: LineQuality | None, health: str
) -> None:
    now = [5.0]
    leg = HandLeg(lambda: now[0])
    leg.say(bytes(640))
    leg.quality = quality
    now[0] = 60.0
    seen = views.leg_state(leg, lambda: now[0], held=False)
    assert (seen.health, seen.quiet_seconds) == (health, 55.0)
    assert (seen.quality is None) is (quality is None)
