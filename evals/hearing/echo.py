"""Does a loudspeaker beside a microphone make a second speaker (N5)? The far side comes back 3 to 20 dB weaker and 20
to 400 ms late, through a room, on a telephone's mu-law and in wide band; what the embedded engine writes is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product

from evals.figure import Figure
from evals.hearing.clip import Part
from evals.hearing.corpora import Band, CorpusMissing
from evals.hearing.echo_ear import Ear, Heard, Line
from evals.hearing.echo_scene import RECORDED, Echo, Scene, Turn, scene
from kitt_rtc.engines.echo import EchoCancellation
from kitt_rtc.model.audio import seconds_of
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.words import EMPTY_WORDS, fold

_DECIBELS = (-3.0, -6.0, -12.0, -20.0)
_LATE = (20.0, 60.0, 150.0, 250.0, 400.0)
_BANDS: tuple[Band, ...] = ("phone", "wide")
_VOICES = (
    ("slt", "rms"),
    (RECORDED, "rms"),
    ("awb", "slt"),
    ("slt", RECORDED),
    ("en-us+f3", "kal16"),
    ("rms", "awb"),
    (RECORDED, "en-gb"),
)
"""Far and near."""
_ROUNDS = 2
_QUICK = ((Echo(-6.0, 150.0), "slt", "rms"), (Echo(-12.0, 60.0, "wide"), "rms", "slt"))


@dataclass(slots=True)
class Count:
    """Of all scenes."""

    played: int = 0
    """Lines of the loudspeaker."""
    echoed: int = 0
    """Lines written for the person that hold words only the loudspeaker said."""
    echoed_before: int = 0
    """The same without a canceller."""
    both: int = 0
    """Lines of the person while the loudspeaker played."""
    both_kept: int = 0
    """Those of them with at least half of the words that are written of them without any echo."""
    words: int = 0
    """Right words of these lines without any echo."""
    words_kept: int = 0
    quiet: int = 0
    """Right words of a person who wears a headset, without a canceller."""
    quiet_kept: int = 0
    seconds: float = 0.0
    worked: float = 0.0


async def figures(quick: bool = False) -> Sequence[Figure]:
    """By the embedded engine, on lines and prompts that are held back."""
    try:
        ear = Ear()
    except EngineUnavailable as error:
        return [Figure("lines of an echo", None, "%", 2.0, note=error.message)]
    try:
        return _told(await measure(ear, _scenes(Part.HELD, quick=quick)), quick=quick)
    except CorpusMissing as error:
        return [Figure("lines of an echo", None, "%", 2.0, note=str(error))]
    finally:
        await ear.close()


def _scenes(part: Part, *, quick: bool) -> list[Scene]:
    if quick:
        return [
            scene(seed, echo, far=far, near=near, part=part, rounds=1)
            for seed, (echo, far, near) in enumerate(_QUICK, start=1)
        ]
    found = []
    for seed, (decibels, late, band) in enumerate(product(_DECIBELS, _LATE, _BANDS), start=1):
        far, near = _VOICES[seed % len(_VOICES)]
        found.append(scene(seed, Echo(decibels, late, band), far=far, near=near, part=part, rounds=_ROUNDS))
    return found


async def measure(ear: Ear, scenes: Sequence[Scene]) -> Count:
    """Each scene four times: with a headset and without, with a canceller and without."""
    count, cancellation = Count(), EchoCancellation()
    try:
        for played in scenes:
            alone = await ear.hear(played.alone)
            careful = await ear.hear(played.alone, played.far, cancellation.canceller())
            before = await ear.hear(played.microphone)
            after = await ear.hear(played.microphone, played.far, cancellation.canceller())
            count.seconds += seconds_of(played.far)
            count.worked += after.worked
            _add(count, played.turns, (alone, careful, before, after))
    finally:
        await cancellation.close()
    return count


def _add(count: Count, turns: Sequence[Turn], heard: Sequence[Heard]) -> None:
    alone, careful, before, after = heard
    of_the_person = {word for turn in turns for word in fold(turn.near).split()}
    of_the_person.update(word for line in alone.lines for word in line.words)
    for turn in turns:
        without = _right(turn, alone)
        if turn.far:
            of_the_other = frozenset(fold(turn.far).split()) - of_the_person - EMPTY_WORDS["en"]
            count.played += 1
            count.echoed += _echoed(turn, after.during(turn), of_the_other)
            count.echoed_before += _echoed(turn, before.during(turn), of_the_other)
        if turn.near:
            count.quiet += without
            count.quiet_kept += _right(turn, careful)
        if turn.far and turn.near:
            kept = _right(turn, after)
            count.both += 1
            count.both_kept += 2 * kept >= without
            count.words += without
            count.words_kept += kept


def _echoed(turn: Turn, lines: Sequence[Line], of_the_other: frozenset[str]) -> int:
    """Whatever is written while the person says nothing counts."""
    return sum(not turn.near or not of_the_other.isdisjoint(line.words) for line in lines)


def _right(turn: Turn, heard: Heard) -> int:
    """Words of the person that were written, in order."""
    written = [word for line in heard.during(turn) for word in line.words]
    blocks = SequenceMatcher(None, fold(turn.near).split(), written, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


def _told(count: Count, *, quick: bool) -> list[Figure]:
    """A few words are no share of words, and a machine that runs tests has no time of its own: no target for these."""
    lines = f"{count.played} lines played, 3 to 20 dB weaker, 20 to 400 ms late"
    return [
        Figure("lines of an echo, no canceller", 100 * count.echoed_before / count.played, "%", note=lines),
        Figure("lines of an echo", 100 * count.echoed / count.played, "%", 2.0, note=lines),
        Figure(
            "double talk, lines kept",
            100 * count.both_kept / count.both,
            "%",
            95.0,
            at_least=True,
            note=f"{count.both} lines, at least half of the words written without any echo",
        ),
        Figure(
            "double talk, words kept",
            100 * count.words_kept / count.words,
            "%",
            None if quick else 95.0,
            at_least=True,
            note=f"of {count.words} written without any echo",
        ),
        Figure(
            "words kept where there is no echo",
            100 * count.quiet_kept / count.quiet,
            "%",
            None if quick else 99.0,
            at_least=True,
            note=f"of {count.quiet} written without a canceller, headset",
        ),
        Figure(
            "canceller, processor a second of sound",
            1_000 * count.worked / count.seconds,
            "ms",
            None if quick else 10.0,
            note="while the loudspeaker plays two thirds of the time, and is heard",
        ),
    ]
