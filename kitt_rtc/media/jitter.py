"""One live voice on its way into an ear: frames that come unevenly are heard evenly.

Whoever hears keeps the pace; the buffer sees how long each frame has lain here when its turn comes. When nothing has
come in time, the voice dies away and what comes later is heard later: the delay grows by itself to the unevenness of
the line. It shrinks when for seconds every frame has lain here in vain. A sender whose clock is fast or slow is
followed in the same way, by a frame left out or put in, where the voice pauses if it does.

The law: no more is held than 200 ms, no seam is heard, and a voice that pauses comes back without the pause's delay.
"""

from collections import deque

from kitt_rtc.media.mix import loudness
from kitt_rtc.media.seam import fade, join
from kitt_rtc.model.audio import FRAME_SECONDS, SILENCE, AudioFrame, Clock

LIVE_FRAMES = 10
"""200 ms: the most that is held."""
_SPARE_SECONDS = 0.008
"""What a frame is to lie here at the least: loops and sockets are not more exact."""
_LEAN_SECONDS = 0.003
"""With less, one more frame's delay is put in at the next pause."""
_MOST_WAIT, _MOST_MISSED = 0.120, 6
"""So long is a voice that begins held back on the most uneven line; what stays away longer pauses."""
_BLOCK = 50
"""Pulls, one second, of which the shortest stay is remembered."""
_SOON, _SURE = 3, 10
"""So many seconds must every frame have lain in vain before one is left out: of silence, of sound."""
_BREATH = 5
"""Pulls between two frames that are left out of sound: quicker than it was spoken, and still understood."""
_QUIET = 0.003
"""Root mean square below which a frame is nobody's word."""


class JitterBuffer:
    """Frames in as they come, one out at each pull, every twenty milliseconds."""

    def __init__(self, clock: Clock) -> None:
        """`clock` tells seconds since any moment."""
        self.dropped = 0
        """Frames left out: too many came, or the sender's clock is fast."""
        self.concealed = 0
        """Frames put in: none had come in time, or the sender's clock is slow."""
        self._clock = clock
        self._held: deque[tuple[AudioFrame, float]] = deque()
        """With the moment at which each came."""
        self._wait = _SPARE_SECONDS
        """How long a voice that begins is held back."""
        self._missed = 0
        """Pulls in a row for which nothing had come."""
        self._playing = False
        self._seam = True
        """Does the next frame not continue the last?"""
        self._last = SILENCE
        self._stays = _Stays()
        self._since_cut = 0

    def __len__(self) -> int:
        """Frames that have not been heard yet."""
        return len(self._held)

    def put(self, frame: AudioFrame) -> None:
        """A frame that came. Never waits; when too much is held the oldest is lost."""
        if len(self._held) >= LIVE_FRAMES:
            self._leave_out()
        self._held.append((frame, self._clock()))

    def next(self) -> AudioFrame | None:
        """The next twenty milliseconds; None when the voice pauses."""
        stayed = self._clock() - self._held[0][1] if self._held else 0.0
        if not self._playing and not self._begins(stayed):
            return AudioFrame(SILENCE, self._held[0][0].at) if self._held else None
        self._stays.note(stayed)
        if not self._held:
            return self._miss()
        self._come_back()
        if self._stays.lean and _is_quiet(self._held[0][0]):
            return self._put_in()
        self._hurry()
        return self._hear(self._held.popleft()[0])

    def _begins(self, stayed: float) -> bool:
        """Has what came first waited long enough, or is as much behind it?"""
        if not self._held or (stayed < self._wait and (len(self._held) - 1) * FRAME_SECONDS < self._wait):
            return False
        self._playing = self._seam = True
        self._stays = _Stays()
        return True

    def _miss(self) -> AudioFrame | None:
        self._missed += 1
        if self._missed > _MOST_MISSED:
            self._playing = False
            self._missed = 0
            return None
        self._last, self._seam = (fade(self._last) if self._missed == 1 else SILENCE), True
        return AudioFrame(self._last, 0.0)

    def _come_back(self) -> None:
        """What came too late is heard late, and so is all that follows: that much is needed on this line."""
        self.concealed += self._missed
        self._need(self._missed)
        self._missed = 0

    def _put_in(self) -> AudioFrame:
        self.concealed += 1
        self._need(1)
        self._stays.shift(FRAME_SECONDS)
        self._last, self._seam = fade(self._last), True
        return AudioFrame(self._last, self._held[0][0].at)

    def _hurry(self) -> None:
        """Leave out what is held in vain: silence at once, sound when there is too much of it, and not in a row."""
        self._since_cut += 1
        while self._held[0][0].pcm == SILENCE and len(self._held) > self._wait / FRAME_SECONDS + 3:
            self._leave_out()
        if len(self._held) > 1 and (self._quiet_in_vain() or self._sound_in_vain()):
            self._since_cut = 0
            self._need(-1)
            self._leave_out()

    def _quiet_in_vain(self) -> bool:
        return self._stays.in_vain(_SOON) >= 1 and _is_quiet(self._held[0][0])

    def _sound_in_vain(self) -> bool:
        frames = max(self._stays.in_vain(_SURE), self._stays.in_vain(1) - 2)
        return frames > 1 and self._since_cut >= _BREATH

    def _need(self, frames: int) -> None:
        """So much more or less is to be held from now on."""
        self._wait = min(_MOST_WAIT, max(_SPARE_SECONDS, self._wait + frames * FRAME_SECONDS))

    def _leave_out(self) -> None:
        self._held.popleft()
        self._stays.shift(-FRAME_SECONDS)
        self.dropped += 1
        self._seam = True

    def _hear(self, frame: AudioFrame) -> AudioFrame:
        if self._seam:
            frame = AudioFrame(join(self._last, frame.pcm), frame.at)
            self._seam = False
        self._last = frame.pcm
        return frame


class _Stays:
    """The shortest that a frame lay here, in each of the last ten seconds."""

    def __init__(self) -> None:
        self._done: deque[float] = deque(maxlen=_SURE)
        self._shortest = 1.0
        self._pulls = 0

    def note(self, stayed: float) -> None:
        self._shortest = min(self._shortest, stayed)
        self._pulls += 1
        if self._pulls == _BLOCK:
            self._done.append(self._shortest)
            self._shortest, self._pulls = 1.0, 0

    def shift(self, seconds: float) -> None:
        """So much longer will everything lie here from now on."""
        self._shortest += seconds
        self._done = deque((stay + seconds for stay in self._done), maxlen=_SURE)

    @property
    def lean(self) -> bool:
        """Is there hardly anything to spare?"""
        return bool(self._done) and 0 < self._done[-1] < _LEAN_SECONDS

    def in_vain(self, blocks: int) -> int:
        """Whole frames by which everything could have come later, for so many seconds; 0 before they have passed."""
        if len(self._done) < blocks:
            return 0
        return max(0, int((min([*self._done][-blocks:]) - _SPARE_SECONDS) / FRAME_SECONDS))


def _is_quiet(frame: AudioFrame) -> bool:
    return loudness(frame.pcm) < _QUIET
