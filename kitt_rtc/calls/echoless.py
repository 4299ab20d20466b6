"""The canceller of one voice, told what is played into the ear beside it as long as the voice is listened to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.ports import EchoCanceller


class _Played:
    """A sink of an earpiece."""

    def __init__(self, canceller: EchoCanceller) -> None:
        self._canceller = canceller

    def offer(self, frame: AudioFrame) -> None:
        self._canceller.played(frame)

    def end(self) -> None:
        """Nothing more is played: an echo that is still on its way is heard as before."""


@contextmanager
def echoless(earpiece: Earpiece, make: Callable[[], EchoCanceller] | None) -> Iterator[EchoCanceller | None]:
    """A canceller for the voice beside this earpiece, closed at the end; None where there are none."""
    if make is None:
        yield None
        return
    canceller = make()
    sink = _Played(canceller)
    earpiece.attach(sink)
    try:
        yield canceller
    finally:
        earpiece.detach(sink)
        canceller.close()
