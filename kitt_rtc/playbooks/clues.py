"""What a technician has told of a trouble, piece by piece: products, parts, codes, symptoms, what was tried, since
when, how much; and what they have answered with a mere yes or no.

The law: nothing here that was not said, and each piece keeps its words. The newest word on a thing counts.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kitt_rtc.model.clue import Clue
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.insight import InsightType
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import fold, sentences, word_count
from kitt_rtc.playbooks.entities import codes_in
from kitt_rtc.playbooks.matter import Matter
from kitt_rtc.playbooks.memo import Memo
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.playbooks.states import States
from kitt_rtc.playbooks.transcript import heard

MOST = 40
"""So many clues are kept; the newest win."""
ASKS_STATE = "clarify.state."
"""The topic of a question that a yes or a no answers, before the state's id."""
_PRODUCTS = frozenset(
    {"camera", "doorbell", "recorder", "base", "printer", "pump", "lock", "sensor", "router", "screen", "app", "alarm"}
)
"""Devices that are bought; the others are parts and services of one."""
_ERROR = re.compile(r"^(?:error|erreur|code)\b", re.IGNORECASE)
_MODEL = re.compile(r"^(?:model|mod[eè]le)\b", re.IGNORECASE)
_QUANTITY = re.compile(
    r"\b\d+(?:[.,]\d+)?\s?(?:v|volts?|a|amp[eè]res?|w|watts?|°c?|degr[eé]s|degrees|m|m[eè]tres?|met(?:er|re)s?|cm|mm"
    r"|ghz|mhz|mbit|mbps|kbps|go|gb|to|tb|%|pour ?cent|percent|cam[eé]ras?|ports?|minutes?|secondes?|seconds?|heures?"
    r"|hours?)\b",
    re.IGNORECASE,
)
_HAS_NONE = re.compile(
    r"\b(?:(?:j ai|ai|a|on a|avons|y a|ont) (?:pas|plus|aucun|aucune)|sans|(?:haven t|hasn t|don t have|doesn t have"
    r"|have) (?:no|not|got no|got|any|a)|there is no|there s no|without|no) (?:d |de |du |un |une |any |a |an )?"
    r"(?:\w+ )?$"
)
"""What stands before a thing that is not there. An expression for each device would be compiled at every turn."""
_DENIES = re.compile(r"^(?:ah |ben |bah |euh |well |oh |um |uh )*(?:non|nan|pas du tout|no|nope|not at all)\b")
_AFFIRMS = re.compile(
    r"^(?:ah |ben |bah |euh |well |oh |um |uh )*(?:oui|ouais|si|exact|exactement|absolument|tout a fait|yes|yeah|yep"
    r"|yup|right|correct|it is|it does|they are)\b"
)
_SHORT = 12
"""Words: a longer sentence that begins with a "yes" tells of itself what it means."""


class ClueReader:
    """Reads what is pending. Keeps nothing: what was known before is in the conversation."""

    def __init__(self, signs: Signs, states: States) -> None:
        self._signs = signs
        self._states = states
        self._codes = Memo(lambda text, _: codes_in(text))

    @property
    def states(self) -> States:
        """Those it knows, by which a model names what it reads."""
        return self._states

    def clues(self, conversation: Conversation, about: Sequence[Utterance], *, anew: bool) -> tuple[Clue, ...]:
        """All that is known of the trouble at hand; `about` are the technician's words on it.

        A bare "no" says nothing of a trouble, and answers a question all the same.
        """
        known = () if anew else conversation.clues
        read = about if anew else [said for said in conversation.pending if said.speaker.role is Role.TECHNICIAN]
        return together(
            known, (clue for said in read for clue in (*self._told(said), *self._answered(conversation, said)))
        )

    def _told(self, said: Utterance) -> Iterator[Clue]:
        text, language = said.text, said.language
        for sighting in self._signs.quotes(text, language, "device"):
            sign = sighting.sign
            kind = "product" if sign.id in _PRODUCTS else "component"
            yield Clue(kind, sign.id, sign.label, sighting.quote, said.id, self._has_none(text, language, sign.id))
        for sighting in self._signs.quotes(text, language, "symptom", "fault"):
            yield Clue("symptom", sighting.sign.id, sighting.sign.label, sighting.quote, said.id)
        for code in self._codes.of(text, ""):
            kind = (
                "product" if _MODEL.match(code) else "code" if _ERROR.match(code) or code[0].isupper() else "component"
            )
            yield Clue(kind, fold(code), code, code, said.id)
        tried = [one for one in self._signs.quotes(text, language, "slot") if one.sign.id == "tried"]
        for sighting in self._signs.quotes(text, language, "deed") if tried else ():
            yield Clue("tried", sighting.sign.id, sighting.sign.id, sighting.quote, said.id)
        for sighting in self._signs.quotes(text, language, "slot"):
            if sighting.sign.id == "since":
                yield Clue("time", "since", sighting.quote, sighting.quote, said.id)
        for amount in _QUANTITY.findall(text):
            yield Clue("quantity", fold(amount), amount, amount, said.id)
        for told in self._states.told(text, language):
            yield Clue("state", told.state.id, told.state.label, told.quote, said.id, told.denied)

    def _has_none(self, text: str, language: str, device: str) -> bool:
        """ "I have no screen here": known, and asked no more."""
        for sentence in sentences(text):
            folded = fold(sentence)
            for sign in self._signs.of_kind("device", language):
                marks = sign.trigger.marks if sign.id == device else None
                if any(
                    _HAS_NONE.search(folded, 0, found.start()) for found in (marks.finditer(folded) if marks else ())
                ):
                    return True
        return False

    def _answered(self, conversation: Conversation, said: Utterance) -> Iterator[Clue]:
        """A yes or a no is about what was asked last, by us or by the support agent."""
        folded = fold(said.text)
        denied = bool(_DENIES.match(folded))
        if not (denied or affirms(said.text)) or word_count(said.text) > _SHORT:
            return
        for state_id in self.asked_before(conversation, said):
            state = self._states.named(state_id, said.language)
            if state:
                yield Clue("state", state.id, state.label, said.text, said.id, denied)

    def asked_before(self, conversation: Conversation, said: Utterance) -> list[str]:
        """The states that the last question before these words asked for."""
        ours = [(given.at, given.insight) for given in conversation.given if given.at <= said.end]
        asked = [one for one in ours if one[1].type is InsightType.CLARIFICATION_QUESTION]
        agent = [
            one
            for one in heard(conversation)
            if one.speaker.role is Role.SUPPORT_AGENT and "?" in one.text and one.start <= said.start
        ]
        if agent and (not asked or agent[-1].end > asked[-1][0]):
            return [told.state.id for told in self._states.told(agent[-1].text, agent[-1].language)]
        if asked and asked[-1][1].topic.startswith(ASKS_STATE):
            return [asked[-1][1].topic.removeprefix(ASKS_STATE)]
        return []


def affirms(reply: str) -> bool:
    """Is it a yes?"""
    return bool(_AFFIRMS.match(fold(reply)))


def with_replies(matter: Matter, conversation: Conversation) -> Matter:
    """The matter with the bare yes and no in it that answered a question: they lead on as any words do."""
    if not matter.utterances:
        return matter
    answers = {clue.utterance_id for clue in conversation.clues if clue.kind == "state"} - matter.ids
    replies = [said for said in heard(conversation) if said.id in answers]
    return replace(matter, utterances=tuple(sorted((*matter.utterances, *replies), key=lambda said: said.start)))


def together(known: Iterable[Clue], found: Iterable[Clue]) -> tuple[Clue, ...]:
    """What was known and what is new, each thing once with the newest word on it; at most `MOST`."""
    kept: dict[tuple[str, str], Clue] = {}
    for clue in (*known, *found):
        before = kept.pop((clue.kind, clue.id), None)
        kept[clue.kind, clue.id] = replace(clue, label=clue.label or (before.label if before else ""))
    return tuple(kept.values())[-MOST:]
