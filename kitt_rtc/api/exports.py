"""A transcript as a file: CSV for tables, SRT and VTT for players. Pure.

What people said is data: no cell becomes a formula, no sentence becomes a cue.
"""

import csv
import html
import io
from collections.abc import Callable, Iterable, Mapping, Sequence

from kitt_rtc.model.speech import Speaker, Utterance

_COLUMNS = ("start", "end", "speaker_id", "speaker_role", "speaker_name", "language", "text")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(utterances: Iterable[Utterance]) -> str:
    page = io.StringIO()
    table = csv.writer(page)
    table.writerow(_COLUMNS)
    for said in utterances:
        who = said.speaker
        words = (_inert(cell) for cell in (who.id, who.role.value, who.name, said.language, said.text))
        table.writerow((f"{said.start:.3f}", f"{said.end:.3f}", *words))
    return page.getvalue()


def as_srt(utterances: Sequence[Utterance]) -> str:
    return "\n".join(
        f"{number}\n{_time(said.start, ',')} --> {_time(said.end, ',')}\n{_name(said.speaker)}: {_line(said.text)}\n"
        for number, said in enumerate(utterances, start=1)
    )


def as_vtt(utterances: Iterable[Utterance]) -> str:
    cues = (
        f"{_time(said.start, '.')} --> {_time(said.end, '.')}\n"
        f"<v {html.escape(_name(said.speaker), quote=False)}>{html.escape(_line(said.text), quote=False)}\n"
        for said in utterances
    )
    return "\n".join(("WEBVTT\n", *cues))


FORMATS: Mapping[str, tuple[Callable[[Sequence[Utterance]], str], str]] = {
    "csv": (as_csv, "text/csv"),
    "srt": (as_srt, "application/x-subrip"),
    "vtt": (as_vtt, "text/vtt"),
}
"""How each is written, and its media type."""


def _inert(cell: str) -> str:
    """A table program would run a cell that begins like a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


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
