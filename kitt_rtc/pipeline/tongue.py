"""Which language somebody speaks: the one they began in, until their words have shown another more than once. Pure.

The law: a lone or short word switches nothing, and neither does one sentence, unless it is very long. Everything is
read from the conversation, so a call that goes on after a restart is heard on in the language it was in.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import LanguageSwitched
from kitt_rtc.model.speech import Segment, Utterance
from kitt_rtc.model.words import telltales, word_count
from kitt_rtc.ports import Transcription

_NEEDED = 2
"""Clear utterances in a row; a very long one counts for as many."""


@dataclass(frozen=True, slots=True)
class TongueOptions:
    least_words: int = 3
    """Fewer tell nothing: "ok", "merci", "bonjour", "d'accord" are said in every language."""
    clear: int = 2
    """Small words of one language more than of any other that make a short utterance clear."""
    sure_words: int = 5
    """From so many words on, one small word more is enough."""
    long_words: int = 20
    long_clear: int = 6
    """An utterance of so many words, so clear, counts for two: an ear may turn a shorter one into another language."""
    cool_down: float = 3.0
    """Seconds from the last clear words in the language that is left: nobody is switched to and fro."""
    probe_seconds: float = 1.0
    """Of speech; less is heard in the language that is expected, for the language of a short sound is a guess."""
    least_confidence: float = 0.5
    """An engine that is less sure of its words, 0 to 1, is not believed about their language."""


class Tongue:
    """Reads a person's language from the conversation. Keeps nothing."""

    def __init__(self, options: TongueOptions | None = None) -> None:
        self._options = options or TongueOptions()

    def among(self, segment: Segment, conversation: Conversation, heard: Collection[str] | None) -> tuple[str, ...]:
        """What this segment may be in, the expected language first; empty: that one for certain.

        `heard` are the languages that can be written down; None: any.
        """
        seconds = segment.seconds if segment.speech_seconds is None else segment.speech_seconds
        if seconds < self._options.probe_seconds or segment.speaker is None:
            return ()
        expected = conversation.language_of(segment.speaker.id)
        allowed = dict.fromkeys((expected, *conversation.languages_allowed))
        among = tuple(language for language in allowed if heard is None or language in heard)
        return among if len(among) > 1 else ()

    def settle(self, transcription: Transcription, expected: str, among: Sequence[str]) -> str:
        """The language an utterance was said in, always of the set: by its words, else by the engine's, else as
        expected.
        """
        if len(among) < 2 or word_count(transcription.text) < self._options.least_words:
            return expected
        by_words, lead = _most(transcription.text)
        if by_words in among and lead >= self._options.clear:
            return by_words
        confidence = transcription.confidence
        sure = confidence is None or confidence >= self._options.least_confidence
        if sure and transcription.language in among:
            return transcription.language
        return by_words if by_words in among else expected

    def switched(self, conversation: Conversation, speaker_id: str) -> Sequence[LanguageSwitched]:
        """That this person now speaks another language, if what they said last shows it repeatedly; else nothing."""
        before = conversation.language_of(speaker_id)
        said = [utterance for utterance in conversation.utterances if utterance.speaker.id == speaker_id]
        if all(utterance.language == before for utterance in said):
            return ()
        evidence: list[tuple[Utterance, int]] = []
        left_at = float("-inf")
        for utterance, weight in self._clear(said):
            if utterance.language == before:
                left_at = utterance.end
                break
            if evidence and utterance.language != evidence[0][0].language:
                break
            evidence.append((utterance, weight))
        if sum(weight for _, weight in evidence) < _NEEDED:
            return ()
        newest = evidence[0][0]
        if newest.language not in conversation.languages_allowed or newest.end - left_at < self._options.cool_down:
            return ()
        reason = "repeated" if len(evidence) > 1 else "long"
        return (LanguageSwitched(speaker_id, newest.language, before, reason),)

    def _clear(self, said: Sequence[Utterance]) -> Iterator[tuple[Utterance, int]]:
        """What was said clearly in the language it was written down in, newest first, and how much each counts."""
        for utterance in reversed(said):
            weight = self._weight(utterance)
            if weight:
                yield utterance, weight

    def _weight(self, utterance: Utterance) -> int:
        """How much it shows that its language is spoken: nothing if it is a word or two, or its words belie it."""
        options, words = self._options, word_count(utterance.text)
        if words < options.least_words:
            return 0
        by_words, lead = _most(utterance.text)
        if by_words != utterance.language or lead < (1 if words >= options.sure_words else options.clear):
            return 0
        return _NEEDED if words >= options.long_words and lead >= options.long_clear else 1


def _most(text: str) -> tuple[str, int]:
    """The language that most of its small words are of, and by how many; empty and 0 when they do not tell."""
    (language, most), (_, other) = sorted(telltales(text).items(), key=lambda found: -found[1])[:2]
    return (language, most - other) if most > other else ("", 0)
