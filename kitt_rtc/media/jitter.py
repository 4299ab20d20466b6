"""One live voice on its way into an ear: frames that come unevenly are heard evenly.

Counted in pulls of twenty milliseconds, never in seconds of clock: whoever hears keeps the time. When nothing has come
in time, the voice dies away and what comes later is heard later: the delay grows by itself to the unevenness of the
line. It shrinks when for ten seconds more was held than ever was needed. A sender whose clock is fast or slow is
followed in the same way, by a frame left out or put in, where the voice pauses if it does.

The law: no more is held than 200 ms, no seam is heard, and a voice that pauses comes back without the pause's delay.
"""

from collections import deque

from kitt_rtc.media.mix import loudness
from kitt_rtc.media.seam import fade, join
from kitt_rtc.model.audio import SILENCE, AudioFrame

LIVE_FRAMES = 10
"""200 ms: the most that is held."""
_LEAST_WAIT, _MOST_WAIT = 1, 6
"""Frames: a voice that begins is held back for 20 to 120 ms."""
_COMFORT = 2
"""Frames held at the leanest moment, the one that is about to be heard among them: twenty milliseconds to spare."""
_BLOCK = 50
"""Pulls, one second, of which the leanest is remembered."""
_BLOCKS = 10
_BREATH = 5
"""Pulls between two frames that are left out of sound: quicker than it was spoken, and still understood."""
_QUIET = 0.003
"""Root mean square below which a frame is nobody's word."""


class JitterBuffer:
    """Frames in as they come, one out at each pull."""

    def __init__(self) -> None:
        self.dropped = 0
        """Frames left out: too many came, or the sender's clock is fast."""
        self.concealed = 0
        """Frames put in: none had come in time, or the sender's clock is slow."""
        self._held: deque[AudioFrame] = deque()
        self._wait = _LEAST_WAIT
        """How long a voice that begins is held back, in frames."""
        self._waited = 0
        self._missed = 0
        """Pulls in a row for which nothing had come."""
        self._playing = False
        self._seam = True
        """Does the next frame not continue the last?"""
        self._last = SILENCE
        self._levels = _Levels()
        self._since_cut = 0

    def __len__(self) -> int:
        """Frames that have not been heard yet."""
        return len(self._held)

    def put(self, frame: AudioFrame) -> None:
        """A frame that came. Never waits; when too much is held the oldest is lost."""
        if len(self._held) >= LIVE_FRAMES:
            self._leave_out()
        self._held.append(frame)

    def next(self) -> AudioFrame | None:
        """The next twenty milliseconds; None when the voice pauses."""
        if not self._playing and not self._begins():
            return AudioFrame(SILENCE, self._held[0].at) if self._held else None
        self._levels.note(len(self._held))
        if not self._held:
            return self._miss()
        self._come_back()
        if self._levels.lean and _is_quiet(self._held[0]):
            return self._put_in()
        self._hurry()
        return self._hear(self._held.popleft())

    def _begins(self) -> bool:
        """Has what came first waited long enough, or is as much behind it?"""
        if not self._held:
            return False
        if self._waited < self._wait and len(self._held) <= self._wait:
            self._waited += 1
            return False
        self._playing = self._seam = True
        self._waited = 0
        self._levels = _Levels()
        return True

    def _miss(self) -> AudioFrame | None:
        self._missed += 1
        if self._missed > _MOST_WAIT:
            self._playing = False
            self._missed = 0
            return None
        if self._missed == 1:
            self._last, self._seam = fade(self._last), True
            return AudioFrame(self._last, 0.0)
        self._last = SILENCE
        return AudioFrame(SILENCE, 0.0)

    def _come_back(self) -> None:
        """What came too late is heard late, and so is all that follows: that much is needed on this line."""
        self.concealed += self._missed
        self._wait = min(_MOST_WAIT, self._wait + self._missed)
        self._missed = 0

    def _put_in(self) -> AudioFrame:
        self.concealed += 1
        self._wait = min(_MOST_WAIT, self._wait + 1)
        self._levels.shift(1)
        self._last, self._seam = fade(self._last), True
        return AudioFrame(self._last, self._held[0].at)

    def _hurry(self) -> None:
        """Leave out what is held in vain: silence at once, sound when there is too much of it, and not in a row."""
        self._since_cut += 1
        while self._held[0].pcm == SILENCE and len(self._held) > self._wait + _COMFORT:
            self._leave_out()
        excess = self._levels.excess if len(self._held) > _COMFORT else 0
        if excess and (_is_quiet(self._held[0]) or (excess > 1 and self._since_cut >= _BREATH)):
            self._since_cut = 0
            self._wait = max(_LEAST_WAIT, self._wait - 1)
            self._leave_out()

    def _leave_out(self) -> None:
        self._held.popleft()
        self._levels.shift(-1)
        self.dropped += 1
        self._seam = True

    def _hear(self, frame: AudioFrame) -> AudioFrame:
        if self._seam:
            frame = AudioFrame(join(self._last, frame.pcm), frame.at)
            self._seam = False
        self._last = frame.pcm
        return frame


class _Levels:
    """The least that was held at a pull, in each of the last ten seconds."""

    def __init__(self) -> None:
        self._done: deque[int] = deque(maxlen=_BLOCKS)
        self._least = LIVE_FRAMES
        self._pulls = 0

    def note(self, held: int) -> None:
        self._least = min(self._least, held)
        self._pulls += 1
        if self._pulls == _BLOCK:
            self._done.append(self._least)
            self._least, self._pulls = LIVE_FRAMES, 0

    def shift(self, frames: int) -> None:
        """So many more will be held from now on."""
        self._least += frames
        self._done = deque((level + frames for level in self._done), maxlen=_BLOCKS)

    @property
    def lean(self) -> bool:
        """Is there less to spare than is comfortable?"""
        return bool(self._done) and 0 < self._done[-1] < _COMFORT

    @property
    def excess(self) -> int:
        """Frames that are held in vain: all the time for ten seconds, or far too many for one."""
        if not self._done:
            return 0
        always = min(self._done) if len(self._done) == _BLOCKS else 0
        return max(0, always - _COMFORT, self._done[-1] - 2 * _COMFORT)


def _is_quiet(frame: AudioFrame) -> bool:
    return loudness(frame.pcm) < _QUIET
