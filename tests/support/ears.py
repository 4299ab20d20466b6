"""What somebody heard, written down again by the embedded transcriber."""

from kitt_rtc.engines.energy import LoudnessDetector
from kitt_rtc.engines.moonshine import MoonshineOptions, MoonshineTranscriber
from kitt_rtc.media.resample import Resampler
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, RATE, AudioFrame
from kitt_rtc.pipeline.segmenter import Segmenter


async def words_in(pcm: bytes, *, rate: int = RATE) -> str:
    """The English words of a sound of any length, in small letters."""
    if rate != RATE:
        resampler = Resampler(rate=rate)
        pcm = resampler.feed(pcm) + resampler.flush()
    transcriber = MoonshineTranscriber(MoonshineOptions(threads=1))
    try:
        segmenter = Segmenter(LoudnessDetector())
        frames = (pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES))
        cut = [segmenter.feed(AudioFrame(frame, number * FRAME_SECONDS)) for number, frame in enumerate(frames)]
        segments = [segment for segment in (*cut, segmenter.flush()) if segment is not None]
        texts = [(await transcriber.transcribe(one.pcm, language="en", hint="")).text for one in segments]
    finally:
        await transcriber.close()
    return " ".join(texts).lower()
