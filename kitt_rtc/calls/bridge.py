"""Each leg hears the others.

A frame goes from a microphone's track straight into the other earpieces: no task, no queue of its own, so that the way
from mouth to ear is as short as it can be.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kitt_rtc.media import tones
from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.model.speech import Role
from kitt_rtc.ports import Leg

HOLD, KEYS = "hold", "keys"
"""The places in an earpiece of music for those who wait, and of keys that were pressed for them."""


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
        self._held: list[Leg] = []

    def join(self, leg: Leg) -> None:
        """From now on this leg and those already here hear each other."""
        for other in self._legs:
            self._carry(other, leg)
            self._carry(leg, other)
        self._legs.append(leg)

    def leave(self, leg: Leg) -> None:
        self._legs = [other for other in self._legs if other is not leg]
        self._held = [other for other in self._held if other is not leg]
        gone = self._carriers_of(leg)
        self._part(gone)
        self._carriers = [carrier for carrier in self._carriers if carrier not in gone]

    def hold(self, leg: Leg) -> None:
        """From now on this leg hears music and nobody else, and is heard by nobody; the others go on."""
        self._held.append(leg)
        self._part(self._carriers_of(leg))
        leg.earpiece.reserve(HOLD, KEYS)
        leg.earpiece.loop(tones.hold_music(), source=HOLD)

    def take_back(self, leg: Leg) -> None:
        """The music stops, and everybody who is not on hold hears everybody again."""
        self._held = [other for other in self._held if other is not leg]
        leg.earpiece.reserve()
        for carrier in self._carriers_of(leg):
            self._connect(carrier)

    def _carry(self, speaker: Leg, listener: Leg) -> None:
        if speaker.speaker is not None and speaker.speaker.role is Role.SUPERVISOR:
            return  # a supervisor listens
        carrier = _Carrier(speaker, listener)
        self._carriers.append(carrier)
        self._connect(carrier)

    def _connect(self, carrier: _Carrier) -> None:
        if carrier.speaker not in self._held and carrier.listener not in self._held:
            carrier.speaker.microphone.attach(carrier)

    def _part(self, carriers: Sequence[_Carrier]) -> None:
        for carrier in carriers:
            carrier.speaker.microphone.detach(carrier)
            carrier.end()

    def _carriers_of(self, leg: Leg) -> Sequence[_Carrier]:
        return [carrier for carrier in self._carriers if leg in (carrier.speaker, carrier.listener)]
