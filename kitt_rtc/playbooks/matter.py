"""The trouble at hand: what the technician has said of it since the last one was solved (contract T21)."""

from collections.abc import Iterable
from dataclasses import dataclass

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import sentences, word_count
from kitt_rtc.playbooks.entities import codes_in
from kitt_rtc.playbooks.signs import Sign, Signs
from kitt_rtc.playbooks.transcript import heard


@dataclass(frozen=True, slots=True)
class Matter:
    """The technician's words about one trouble."""

    utterances: tuple[Utterance, ...] = ()
    """In the order spoken; words that say nothing ("ok, one moment") are left out."""
    solved: bool = False
    """The technician's last word is that it works, or goodbye."""
    anew: bool = False
    """Did it begin within what is remembered, after another trouble? Then what was known before does not count."""

    @property
    def text(self) -> str:
        return " ".join(utterance.text for utterance in self.utterances)

    @property
    def words(self) -> int:
        return word_count(self.text)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(utterance.id for utterance in self.utterances)


class Listener:
    """Hears what a technician's sentence is: news, a filler, the end of a trouble, or the start of another."""

    def __init__(self, signs: Signs) -> None:
        self._signs = signs

    def matter(self, conversation: Conversation) -> Matter:
        """The trouble at hand, of everything remembered and pending. The support agent's words are not looked at."""
        matter = Matter()
        for utterance in heard(conversation):
            if utterance.speaker.role is Role.TECHNICIAN:
                matter = self._after(matter, utterance)
        return matter

    def says_nothing(self, utterance: Utterance) -> bool:
        """ "OK, one moment": no news in any of its sentences."""
        spoken = sentences(utterance.text)
        return all(self._signs.seen(sentence, utterance.language, "filler") for sentence in spoken)

    def insists(self, utterance: Utterance) -> bool:
        """It still does not work."""
        return bool(self._signs.seen(utterance.text, utterance.language, "still"))

    def solves(self, utterance: Utterance) -> bool:
        """It works now, or goodbye; and nothing in the same breath that does not work."""
        signs = {sign.kind for sign in self._seen(utterance, "solved", "symptom", "fault", "still")}
        return signs == {"solved"}

    def devices(self, utterances: Iterable[Utterance]) -> list[str]:
        """Devices and codes, as people call them."""
        found: list[str] = []
        for utterance in utterances:
            found += [sign.label for sign in self._seen(utterance, "device")]
            found += codes_in(utterance.text)
        return list(dict.fromkeys(found))

    def complaint(self, utterances: Iterable[Utterance]) -> str:
        """The newest precise symptom, else the newest vague complaint, in the technician's own words; may be empty."""
        newest_first = list(utterances)[::-1]
        for kinds in (("symptom",), ("fault", "still")):
            for utterance in newest_first:
                quotes = self._signs.quotes(utterance.text, utterance.language, *kinds)
                if quotes:
                    return quotes[-1].quote
        return ""

    def is_precise(self, utterances: Iterable[Utterance]) -> bool:
        """Has a symptom been told, not only that something is wrong?"""
        return any(self._seen(utterance, "symptom") for utterance in utterances)

    def _after(self, matter: Matter, utterance: Utterance) -> Matter:
        if self.solves(utterance):
            return Matter(solved=True, anew=True)
        if self.says_nothing(utterance):
            return matter
        if self._seen(utterance, "another"):
            return Matter((utterance,), anew=True)
        return Matter((*matter.utterances, utterance), anew=matter.anew)

    def _seen(self, utterance: Utterance, *kinds: str) -> list[Sign]:
        return self._signs.seen(utterance.text, utterance.language, *kinds)
