"""What somebody is saying at this moment, as far as it is understood."""

from dataclasses import dataclass

from kitt_rtc.model.speech import Speaker


@dataclass(frozen=True, slots=True)
class Caption:
    """The words of an utterance that is still open. It is no fact: the utterance with the same id takes its place."""

    id: str
    """Of the utterance that it becomes."""
    leg_id: str
    speaker: Speaker
    start: float
    """Seconds since the call began."""
    committed: str = ""
    """Words that are not taken back while the caption lives."""
    rest: str = ""
    """Words that the next look at the sound may change."""
    paused: bool = False
    """The voice has fallen silent: these are all its words so far."""
    over: bool = False
    """Nothing more comes of it. With words: the utterance is on its way. Without: nobody said anything after all."""


def caption_id(segment_id: str) -> str:
    """The id of the utterance that a segment becomes, and of the caption that goes before it."""
    return segment_id.replace("seg_", "utt_", 1)
