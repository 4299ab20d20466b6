"""An engine that does not listen: it answers each piece of sound with the next of its texts."""

from collections.abc import Collection, Iterator, Sequence

from kitt_rtc.ports import Transcription


class Parrot:
    """Tells no scores, like the newer hosted engines: the guard has the sound and the words alone to go by."""

    languages: frozenset[str] | None = None

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        return Transcription(next(self._texts), language)
