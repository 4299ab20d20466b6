"""What those hear who wait while somebody is rung.

The law: it rings for the staff in a call, who may go on talking over it; where none of them is left, it rings for those
who wait.
"""

from collections.abc import Collection

from kitt_rtc.calls.call import Call
from kitt_rtc.media import tones
from kitt_rtc.model.audio import FRAME_BYTES, AudioFrame
from kitt_rtc.model.speech import Role
from kitt_rtc.ports import Leg

SOURCE = "ring"
"""Its place in an earpiece."""
STAFF = frozenset({Role.REP, Role.SUPPORT_AGENT})
_BUSY_TURNS = 3


class RingBack:
    """One per call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._rung: set[str] = set()
        self._hearing: dict[str, Leg] = {}

    def begin(self, rung: str) -> None:
        """Somebody is rung; `rung` is any name for it."""
        self._rung.add(rung)
        self.refresh()

    def end(self, rung: str) -> None:
        """It rings no more."""
        self._rung.discard(rung)
        self.refresh()

    def refresh(self) -> None:
        """People have come or gone."""
        present = {leg.id: leg for leg in self._listeners()} if self._rung else {}
        for leg_id in list(self._hearing):
            if leg_id not in present:
                self._hearing.pop(leg_id).earpiece.hush(SOURCE)
        for leg_id, leg in present.items():
            if leg_id not in self._hearing:
                leg.earpiece.loop(tones.ring_back(self._call.conversation.language), source=SOURCE)
                self._hearing[leg_id] = leg

    async def refuse(self, rung: str) -> None:
        """It rings no more, for it cannot be had: a few turns of the busy tone say so."""
        hearing = list(self._hearing.values())
        self.end(rung)
        sound = tones.busy(self._call.conversation.language) * _BUSY_TURNS
        for leg in hearing:
            for start in range(0, len(sound), FRAME_BYTES):
                await leg.earpiece.say(AudioFrame(sound[start : start + FRAME_BYTES], 0.0), source=SOURCE)

    def _listeners(self) -> Collection[Leg]:
        legs = self._call.legs.values()
        staff = [leg for leg in legs if leg.speaker is None or leg.speaker.role in STAFF]
        return staff or legs
