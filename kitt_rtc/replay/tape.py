"""A tape, read whole: who was heard when, what engines answered, and the story it came to.

The law: a torn tape is read up to its last whole record; what it lacks is told, and nothing is guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kitt_rtc.engines.tape_files import HEAD_BYTES, RECORDS
from kitt_rtc.model.audio import FRAME_BYTES
from kitt_rtc.model.errors import BadMessage, SettingsError
from kitt_rtc.model.facts import CallEnded, CallStarted, Entry
from kitt_rtc.tape.lines import records_of
from kitt_rtc.tape.records import FORMAT, Answered, Header, Lost, Record, Told, VoiceBegan, VoiceEnded, VoiceHeard


@dataclass(frozen=True, slots=True)
class Tape:
    """Of one call."""

    header: Header
    voices: tuple[VoiceBegan | VoiceHeard | VoiceEnded, ...]
    """In the order they were heard."""
    answers: tuple[Answered, ...]
    story: tuple[Entry, ...]
    lost: int = 0
    """Records that found no room when the call was taped."""
    torn: bool = False
    """Does it break off, or lack the end of its call?"""

    @property
    def started(self) -> CallStarted:
        fact = self.story[0].fact
        assert isinstance(fact, CallStarted)
        return fact

    @property
    def seconds(self) -> float:
        """How long the call is, as far as it is on the tape."""
        ended = self.story[-1].fact
        last = self.voices[-1].clock if self.voices else 0.0
        return ended.seconds if isinstance(ended, CallEnded) else max(self.story[-1].at, last)

    @property
    def speech_seconds(self) -> float:
        """Of all voices together, as the detector heard it."""
        return sum(isinstance(one, VoiceHeard) and one.speech for one in self.voices) * 0.02


def is_tape(path: Path) -> bool:
    """Is there a tape in this folder?"""
    return (path / RECORDS).is_file()


def read_tape(path: Path) -> Tape:
    """Raises SettingsError when this is not a tape, or one of another format."""
    sound = _Sound(path)
    found, torn = list[Record](), False
    try:
        with (path / RECORDS).open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                found += records_of(line, sound.next_frame)
    except (BadMessage, UnicodeDecodeError):
        torn = True
    except OSError as error:
        raise SettingsError(f"{path}: not a tape ({error.strerror})") from error
    headers = [record for record in found if isinstance(record, Header)]
    by_number = {record.entry.seq: record.entry for record in found if isinstance(record, Told)}
    story = [by_number[number] for number in sorted(by_number)]
    if not headers or not story or not isinstance(story[0].fact, CallStarted):
        raise SettingsError(f"{path}: not a tape: its beginning is not there")
    if headers[0].format != FORMAT:
        raise SettingsError(f"{path}: a tape of format {headers[0].format}; this version reads format {FORMAT}")
    return Tape(
        header=headers[0],
        voices=tuple(record for record in found if isinstance(record, VoiceBegan | VoiceHeard | VoiceEnded)),
        answers=tuple(record for record in found if isinstance(record, Answered)),
        story=tuple(story),
        lost=sum(record.records for record in found if isinstance(record, Lost)),
        torn=torn or sound.short or not isinstance(story[-1].fact, CallEnded),
    )


def tapes_in(folder: Path) -> Iterator[Path]:
    """The tapes of a house, oldest first."""
    found = [path for path in folder.iterdir() if path.is_dir() and is_tape(path)]
    yield from sorted(found, key=lambda path: (path / RECORDS).stat().st_mtime)


@dataclass(slots=True)
class _Sound:
    """The frames of each voice, in order."""

    folder: Path
    short: bool = False
    """Did the sound of a voice end before its frames did?"""
    _frames: dict[str, Iterator[bytes]] = field(default_factory=dict)

    def next_frame(self, voice: str) -> bytes | None:
        if voice not in self._frames:
            self._frames[voice] = _frames_of(self.folder / f"{Path(voice).name}.wav")
        frame = next(self._frames[voice], None)
        self.short = self.short or frame is None
        return frame


def _frames_of(path: Path) -> Iterator[bytes]:
    try:
        raw = memoryview(path.read_bytes())[HEAD_BYTES:]
    except OSError:
        return
    for start in range(0, len(raw) - FRAME_BYTES + 1, FRAME_BYTES):
        yield bytes(raw[start : start + FRAME_BYTES])


def setting(header: Header, name: str, default: float) -> float:
    """A number among the header's settings; the default where an older product did not write it."""
    value = header.settings.get(name, default)
    return value if isinstance(value, int | float) else default


def texts(header: Header, name: str) -> Sequence[str]:
    """A list of words among the header's settings."""
    values: Mapping[str, object] = header.settings
    value = values.get(name, ())
    return [str(one) for one in value] if isinstance(value, list | tuple) else []
