"""How well a browser's line carries a voice, from what aiortc counts of it by RTCP.

The law: it is asked every few seconds and never while a frame waits.
"""

from collections.abc import Iterable

from aiortc import RTCPeerConnection
from aiortc.stats import RTCInboundRtpStreamStats, RTCRemoteInboundRtpStreamStats, RTCStats

from kitt_rtc.model.audio import Clock
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.transports.losses import Losses

_TICKS_PER_MS = 48
"""Jitter is told in units of the RTP clock (RFC 3550, 6.4.1), which is 48 kHz for Opus (RFC 7587)."""


class Gauge:
    """Of one connection."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._losses = Losses()

    async def read(self, connection: RTCPeerConnection) -> LineQuality | None:
        """How the line is now; None while neither side has told anything of what it received."""
        reports: list[RTCStats] = []
        for transceiver in connection.getTransceivers():
            for end in (transceiver.receiver, transceiver.sender):
                reports.extend((await end.getStats()).values())
        received = next((report for report in reports if isinstance(report, RTCInboundRtpStreamStats)), None)
        round_trip = _round_trip(reports)
        if received is None:
            return None if round_trip is None else LineQuality(0.0, 0.0, round_trip)
        self._losses.note(self._clock(), came=received.packetsReceived, lost=max(0, received.packetsLost))
        return LineQuality(self._losses.part, round(received.jitter / _TICKS_PER_MS, 1), round_trip)


def _round_trip(reports: Iterable[RTCStats]) -> float | None:
    """Milliseconds from our report to the browser's answer to it, without the time it kept us waiting."""
    for report in reports:
        if isinstance(report, RTCRemoteInboundRtpStreamStats) and report.roundTripTime is not None:
            return round(max(0.0, report.roundTripTime) * 1_000, 1)
    return None
