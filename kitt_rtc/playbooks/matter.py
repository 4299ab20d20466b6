"""The trouble at hand: what the technician has said of it since the last one was solved (contract T21)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import sentences, word_count
from kitt_rtc.playbooks.entities import codes_in
from kitt_rtc.playbooks.memo import Memo
from kitt_rtc.playbooks.signs import Reading, Signs
from kitt_rtc.playbooks.transcript import heard

_SMALL_TALK = 10
"""After a trouble is solved, so many words without any sign of another are small talk."""


@dataclass(frozen=True, slots=True)
class Matter:
    """The technician's words about one trouble."""

    utterances: tuple[Utterance, ...] = ()
    """In the order spoken; words that say nothing ("ok, one moment") are left out."""
    solved: bool = False
    """The technician's last word is that it works, thanks, or goodbye."""
    anew: bool = False
    """Did it begin within what is remembered, after another trouble? Then what was known before does not count."""
    closed: tuple[Utterance, ...] = ()
    """What was said of the trouble that is solved: it is taken up again when it fails after all."""

    @property
    def text(self) -> str:
        return " ".join(utterance.text for utterance in self.utterances)

    @property
    def words(self) -> int:
        """As they were said: "97,500" is four of them (contract T17 to T20 count what somebody told)."""
        return sum(map(_spoken, self.utterances))

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(utterance.id for utterance in self.utterances)


class Listener:
    """Hears what a technician's sentence is: news, a filler, the end of a trouble, or the start of another."""

    def __init__(self, signs: Signs) -> None:
        self._signs = signs
        self._codes = Memo(lambda text, _: codes_in(text))

    def matter(self, conversation: Conversation) -> Matter:
        """The trouble at hand, of everything remembered and pending. The support agent's words are not looked at."""
        matter = Matter()
        for utterance in heard(conversation):
            if utterance.speaker.role is Role.TECHNICIAN:
                matter = self._after(matter, utterance)
        return matter

    def news(self, utterance: Utterance) -> list[str]:
        """Its sentences but for those that say nothing: "OK, one moment"."""
        kinds = self.read(utterance).kinds
        spoken = sentences(utterance.text)
        return [sentence for sentence, seen in zip(spoken, kinds, strict=True) if "filler" not in seen]

    def insists(self, utterance: Utterance) -> bool:
        """It still does not work."""
        return self.read(utterance).has("still")

    def devices(self, utterances: Iterable[Utterance]) -> list[str]:
        """Devices and codes, as people call them."""
        found: list[str] = []
        for utterance in utterances:
            found += [sign.label for sign in self.read(utterance).of("device")]
            found += self._codes.of(utterance.text, "")
        return list(dict.fromkeys(found))

    def complaint(self, utterances: Iterable[Utterance]) -> str:
        """The newest precise symptom, else the newest vague complaint, in the technician's own words; may be empty."""
        newest_first = list(utterances)[::-1]
        for kinds in (("symptom",), ("fault", "still")):
            for utterance in newest_first:
                if self.read(utterance).has(*kinds):
                    return self._signs.quotes(utterance.text, utterance.language, *kinds)[-1].quote
        return ""

    def is_precise(self, utterances: Iterable[Utterance]) -> bool:
        """Has a symptom been told, not only that something is wrong?"""
        return any(self.read(utterance).has("symptom") for utterance in utterances)

    def is_wish(self, utterances: Iterable[Utterance]) -> bool:
        """Is it asked how something is done, where nothing fails?"""
        readings = [self.read(utterance) for utterance in utterances]
        return any(one.has("wish") for one in readings) and not any(one.has("symptom", "fault") for one in readings)

    def tried(self, utterances: Iterable[Utterance]) -> set[str]:
        """What the technician has done already: "restart", "cable" …"""
        readings = map(self.read, utterances)
        return {deed for reading in readings if "tried" in reading.ids("slot") for deed in reading.ids("deed")}

    def deeds(self, text: str, language: str) -> set[str]:
        """What somebody is told to do."""
        return self._signs.read(text, language).ids("deed")

    def quotes(self, utterance: Utterance, *kinds: str) -> list[str]:
        """The words that give signs of these kinds."""
        return [one.quote for one in self._signs.quotes(utterance.text, utterance.language, *kinds)]

    def read(self, utterance: Utterance) -> Reading:
        """Every sign in it."""
        return self._signs.read(utterance.text, utterance.language)

    def _after(self, matter: Matter, utterance: Utterance) -> Matter:
        reading = self.read(utterance)
        if self._ends(matter, utterance, reading):
            return Matter(solved=True, anew=True, closed=matter.utterances or matter.closed)
        if all("filler" in seen for seen in reading.kinds):
            return matter
        if reading.has("another"):
            return Matter((utterance,), anew=True)
        if matter.solved:
            return self._after_the_end(matter, utterance, reading)
        return replace(matter, utterances=(*matter.utterances, utterance))

    def _ends(self, matter: Matter, utterance: Utterance, reading: Reading) -> bool:
        """It works, or goodbye; or glad or thankful words about what was told; and nothing that fails or is asked."""
        if reading.has("symptom", "fault", "still"):
            return False
        if reading.has("solved"):
            return True
        told = bool(matter.utterances) and not self._names_another_device(utterance, matter.utterances)
        return told and reading.has("praise") and not reading.has("another", "asks") and "?" not in utterance.text

    def _after_the_end(self, matter: Matter, utterance: Utterance, reading: Reading) -> Matter:
        """The same trouble again, or another one, or small talk."""
        fails = reading.has("symptom", "fault", "still")
        if fails and matter.closed and not self._names_another_device(utterance, matter.closed):
            return Matter((*matter.closed, utterance), anew=True)
        if fails or reading.has("device", "asks") or word_count(utterance.text) > _SMALL_TALK:
            return Matter((utterance,), anew=True)
        return matter

    def _names_another_device(self, utterance: Utterance, than: Iterable[Utterance]) -> bool:
        return not set(self.devices([utterance])) <= set(self.devices(than))


def _spoken(utterance: Utterance) -> int:
    """Its words, with those that a correction wrote as fewer."""
    more = (
        word_count(one.heard) - word_count(one.written)
        for one in utterance.corrections
        if one.written in utterance.text
    )
    return word_count(utterance.text) + sum(more)
