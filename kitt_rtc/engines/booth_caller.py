"""Who holds the simulated telephone, and what the way to the house does to their frames."""

import random
from dataclasses import dataclass, field

from kitt_rtc.media import g711
from kitt_rtc.media.resample import Resampler
from kitt_rtc.model.audio import RATE

WIRE_RATE = 8_000
FRAME_BYTES = 160
"""Twenty milliseconds of mu-law."""
SILENCE = bytes([g711.SILENCE]) * FRAME_BYTES
_HEARD_BYTES = WIRE_RATE * 120
_PATIENCE_FRAMES = 50
"""One second of silence behind the last word."""
_STALLED_FRAMES = 25
"""Half a second."""


@dataclass(frozen=True, slots=True)
class LineFaults:
    """What goes wrong on the way, as parts of one, by a seed."""

    seed: int = 0
    drop: float = 0.0
    repeat: float = 0.0
    reorder: float = 0.0
    """Comes behind the next one."""
    spoil: float = 0.0
    """Is not base64 any more."""
    stall_every: int = 0
    """Of so many frames, the first half second waits and comes in one burst; 0: never."""
    cut_after: tuple[int, ...] = ()
    """Frames after which the first, second, … stream dies without a word."""


@dataclass(frozen=True, slots=True)
class CallerScript:
    """What somebody who is rung, or rings, is going to do."""

    speech: bytes = b""
    """House sound; silence follows."""
    hang_up_when_done: bool = False
    """A second after the last word; else the other side hangs up."""
    digits: str = ""
    """Keys pressed at the beginning."""
    answered_by: str = "human"
    """What the network makes out, in its words: human, machine_start, fax or unknown."""
    faults: LineFaults = field(default_factory=LineFaults)


class Caller:
    """Speaks and listens. Lives as long as the call, across its streams."""

    def __init__(self, script: CallerScript) -> None:
        resampler = Resampler(rate=RATE, to_rate=WIRE_RATE)
        self._speech = g711.to_ulaw(resampler.feed(script.speech) + resampler.flush())
        self._said = 0
        self._quiet = 0
        self._heard = bytearray()
        self._hangs_up = script.hang_up_when_done
        self.digits = script.digits
        self.marks: list[str] = []
        """Marks that were returned."""
        self.clears = 0
        """How often what had not been heard yet was forgotten."""

    @property
    def done(self) -> bool:
        """Has everything been said, by somebody who then hangs up?"""
        return self._hangs_up and self._quiet >= _PATIENCE_FRAMES

    @property
    def heard(self) -> bytes:
        """The last two minutes of what they heard, silence included: 16-bit samples at 8 kHz."""
        return g711.to_pcm(bytes(self._heard))

    def say(self) -> bytes:
        """The next twenty milliseconds from this mouth."""
        piece = self._speech[self._said : self._said + FRAME_BYTES]
        self._said += len(piece)
        self._quiet += not piece
        return piece + SILENCE[len(piece) :]

    def listen(self, ulaw: bytes) -> None:
        self._heard += ulaw
        del self._heard[:-_HEARD_BYTES]


class Wire:
    """Lets frames through, or not quite."""

    def __init__(self, faults: LineFaults) -> None:
        self._faults = faults
        self._chance = random.Random(faults.seed)  # noqa: S311 - faults, not secrets
        self._waiting: list[str] = []
        self._frames = 0
        self._streams = 0

    def begin_stream(self) -> None:
        self._streams += 1
        self._frames = 0

    @property
    def cut(self) -> bool:
        """Has this stream's connection died?"""
        cuts = self._faults.cut_after
        return 0 < self._streams <= len(cuts) and self._frames >= cuts[self._streams - 1]

    def carry(self, text: str) -> list[str]:
        """What arrives now that this frame was sent: it, nothing, or several."""
        self._frames += 1
        faults = self._faults
        dropped, spoiled, repeated, late = (
            self._chance.random() < part for part in (faults.drop, faults.spoil, faults.repeat, faults.reorder)
        )
        if dropped:
            return []
        if spoiled:
            text = text.replace('"payload": "', '"payload": "%', 1)
        stalled = faults.stall_every > 0 and self._frames % faults.stall_every < _STALLED_FRAMES
        if stalled or (late and not self._waiting):
            self._waiting.append(text)
            return []
        arrived = self.rest() if stalled or len(self._waiting) > 1 else []
        return [*arrived, text, *([text] if repeated else []), *self.rest()]

    def rest(self) -> list[str]:
        """What is still on its way."""
        waiting, self._waiting = self._waiting, []
        return waiting
