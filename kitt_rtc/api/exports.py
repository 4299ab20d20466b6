"""A transcript as a file: CSV for tables, SRT and VTT for players. Pure.

Players show a line as it was corrected; a table has the words as they were heard beside it, where they differ.
What people said is data: no cell becomes a formula, no sentence becomes a cue.
"""

import csv
import html
import io
from collections.abc import Callable, Iterable, Mapping, Sequence

from kitt_rtc.model.gaps import Gap
from kitt_rtc.model.speech import Speaker, Utterance

Line = Utterance | Gap

_COLUMNS = ("start", "end", "speaker_id", "speaker_role", "speaker_name", "language", "text", "heard")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(lines: Iterable[Line]) -> str:
    page = io.StringIO()
    table = csv.writer(page)
    table.writerow(_COLUMNS)
    for line in lines:
        who, language = line.speaker, "" if isinstance(line, Gap) else line.language
        person = ("", "", "") if who is None else (who.id, who.role.value, who.name)
        heard = "" if isinstance(line, Gap) else line.heard
        words = (_inert(cell) for cell in (*person, language, _words(line), heard))
        table.writerow((f"{line.start:.3f}", f"{line.end:.3f}", *words))
    return page.getvalue()


def as_srt(lines: Sequence[Line]) -> str:
    return "\n".join(
        f"{number}\n{_time(line.start, ',')} --> {_time(line.end, ',')}\n{_named(line)}{_line(_words(line))}\n"
        for number, line in enumerate(lines, start=1)
    )


def as_vtt(lines: Iterable[Line]) -> str:
    cues = (f"{_time(line.start, '.')} --> {_time(line.end, '.')}\n{_voiced(line)}\n" for line in lines)
    return "\n".join(("WEBVTT\n", *cues))


FORMATS: Mapping[str, tuple[Callable[[Sequence[Line]], str], str]] = {
    "csv": (as_csv, "text/csv"),
    "srt": (as_srt, "application/x-subrip"),
    "vtt": (as_vtt, "text/vtt"),
}
"""How each is written, and its media type."""


def _inert(cell: str) -> str:
    """A table program would run a cell that begins like a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _words(line: Line) -> str:
    """What was said, or that nothing could be heard."""
    return f"[{line.seconds:.1f} s missing: {line.cause}]" if isinstance(line, Gap) else line.text


def _named(line: Line) -> str:
    return "" if line.speaker is None else f"{_name(line.speaker)}: "


def _voiced(line: Line) -> str:
    text = html.escape(_line(_words(line)), quote=False)
    return text if line.speaker is None else f"<v {html.escape(_name(line.speaker), quote=False)}>{text}"


def _name(speaker: Speaker) -> str:
    return _line(speaker.name or speaker.role.value)


def _line(text: str) -> str:
    """On one line, and nothing in it that a player takes for a time."""
    return " ".join(text.split()).replace("-->", "→")


def _time(seconds: float, point: str) -> str:
    milliseconds = max(0, round(seconds * 1_000))
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1_000:02}{point}{milliseconds % 1_000:03}"
