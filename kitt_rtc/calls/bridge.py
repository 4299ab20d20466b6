"""Each leg hears the others.

A frame goes from a microphone's track straight into the other earpieces: no task, no queue of its own, so that the way
from mouth to ear is as short as it can be.
"""

from dataclasses import dataclass

from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.model.speech import Role
from kitt_rtc.ports import Leg


@dataclass(frozen=True, slots=True, eq=False)
class _Carrier:
    """Carries one voice into one ear."""

    speaker: Leg
    listener: Leg

    def offer(self, frame: AudioFrame) -> None:
        self.listener.earpiece.play(frame, source=self.speaker.id)

    def end(self) -> None:
        self.listener.earpiece.hush(self.speaker.id)


class Bridge:
    """Who hears whom."""

    def __init__(self) -> None:
        self._legs: list[Leg] = []
        self._carriers: list[_Carrier] = []

    def join(self, leg: Leg) -> None:
        """From now on this leg and those already here hear each other."""
        for other in self._legs:
            self._carry(other, leg)
            self._carry(leg, other)
        self._legs.append(leg)

    def leave(self, leg: Leg) -> None:
        self._legs = [other for other in self._legs if other is not leg]
        for carrier in self._carriers:
            if leg in (carrier.speaker, carrier.listener):
                carrier.speaker.microphone.detach(carrier)
                carrier.end()
        self._carriers = [carrier for carrier in self._carriers if leg not in (carrier.speaker, carrier.listener)]

    def _carry(self, speaker: Leg, listener: Leg) -> None:
        if speaker.speaker is not None and speaker.speaker.role is Role.SUPERVISOR:
            return  # a supervisor listens
        carrier = _Carrier(speaker, listener)
        speaker.microphone.attach(carrier)
        self._carriers.append(carrier)
