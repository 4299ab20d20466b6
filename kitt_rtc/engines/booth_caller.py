"""Who holds the simulated telephone, and what the way to the house does to their frames."""

import random
import time
from collections import deque
from dataclasses import dataclass, field

from kitt_rtc.media import g711
from kitt_rtc.media.mix import loudness
from kitt_rtc.media.resample import Resampler
from kitt_rtc.model.audio import RATE

WIRE_RATE = 8_000
FRAME_BYTES = 160
"""Twenty milliseconds of mu-law."""
SILENCE = bytes([g711.SILENCE]) * FRAME_BYTES
_FRAMES_A_SECOND = WIRE_RATE // FRAME_BYTES
_HEARD_BYTES = WIRE_RATE * 120
_PATIENCE_FRAMES = 50
"""One second of silence behind the last word."""
_STALLED_FRAMES = 25
"""Half a second."""
_VOICE_LOUDNESS = 0.01
"""What the person takes for a voice; RMS in parts of full scale."""


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
class Turn:
    """What somebody says when they have heard something: an answer, or an interruption."""

    speech: bytes
    """House sound."""
    heard: float = 0.5
    """Seconds of a voice they have heard since they last spoke."""
    quiet: float = 0.7
    """Seconds of silence behind it; 0 breaks in."""


@dataclass(frozen=True, slots=True)
class CallerScript:
    """What somebody who is rung, or rings, is going to do."""

    speech: bytes = b""
    """House sound; silence follows."""
    turns: tuple[Turn, ...] = ()
    """What is said after it, one turn for each time that something was heard."""
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
        self._speech = _on_the_wire(script.speech)
        self._turns = deque(script.turns)
        self._said = 0
        self._voice = self._silence = 0
        """Frames heard since they last spoke."""
        self._quiet = 0
        self._heard = bytearray()
        self._hangs_up = script.hang_up_when_done
        self.digits = script.digits
        self.marks: list[str] = []
        """Marks that were returned."""
        self.clears = 0
        """How often what had not been heard yet was forgotten."""
        self.spoke_at: list[float] = []
        """When each turn began, by `time.monotonic`."""
        self.cleared_at: list[float] = []
        """When what waited was forgotten, by the same clock."""
        self.frames_at_clear: list[int] = []
        """How many frames had been heard by then."""
        self._frames = 0

    @property
    def done(self) -> bool:
        """Has everything been said, by somebody who then hangs up?"""
        return self._hangs_up and not self._turns and self._quiet >= _PATIENCE_FRAMES

    @property
    def heard(self) -> bytes:
        """The last two minutes of what they heard, silence included: 16-bit samples at 8 kHz."""
        return g711.to_pcm(bytes(self._heard))

    def say(self) -> bytes:
        """The next twenty milliseconds from this mouth."""
        if self._said >= len(self._speech) and self._turns and self._is_my_turn(self._turns[0]):
            self._speech, self._said, self._quiet = _on_the_wire(self._turns.popleft().speech), 0, 0
            self.spoke_at.append(time.monotonic())
        piece = self._speech[self._said : self._said + FRAME_BYTES]
        self._said += len(piece)
        self._quiet += not piece
        if piece:
            self._voice = self._silence = 0
        return piece + SILENCE[len(piece) :]

    def listen(self, ulaw: bytes) -> None:
        self._frames += 1
        self._heard += ulaw
        del self._heard[:-_HEARD_BYTES]
        if loudness(g711.to_pcm(ulaw)) >= _VOICE_LOUDNESS:
            self._voice, self._silence = self._voice + 1, 0
        else:
            self._silence += 1

    def forget(self) -> None:
        """What had not been heard yet is not going to be."""
        self.clears += 1
        self.cleared_at.append(time.monotonic())
        self.frames_at_clear.append(self._frames)

    def _is_my_turn(self, turn: Turn) -> bool:
        return self._voice >= turn.heard * _FRAMES_A_SECOND and self._silence >= turn.quiet * _FRAMES_A_SECOND


def _on_the_wire(speech: bytes) -> bytes:
    """House sound as mu-law."""
    resampler = Resampler(rate=RATE, to_rate=WIRE_RATE)
    return g711.to_ulaw(resampler.feed(speech) + resampler.flush())


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
