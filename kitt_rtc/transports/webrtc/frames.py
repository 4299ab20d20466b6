"""What aiortc decoded, pushed into a voice with the sender's own time stamps."""

from av import AudioFrame as LibraryFrame
from av.frame import Frame
from av.packet import Packet
from av.stream import Stream

from kitt_rtc.media.track import MediaTrack
from kitt_rtc.model.audio import SAMPLE_BYTES


def push_decoded(voice: MediaTrack, frame: "Frame | Packet[Stream]") -> None:
    """A decoded frame's samples; its RTP time stamp tells holes (RFC 7587), which become silence."""
    if not isinstance(frame, LibraryFrame):
        return
    channels = len(frame.layout.channels)
    pcm = bytes(memoryview(frame.planes[0])[: frame.samples * channels * SAMPLE_BYTES])
    at = None if frame.pts is None else frame.pts / frame.sample_rate
    voice.push(pcm, rate=frame.sample_rate, channels=channels, at=at)
