"""Several people on one microphone, in whole calls on scripted engines."""

import pytest

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.company import BY_VOICE, Company
from kitt_rtc.model.audio import RATE
from kitt_rtc.model.errors import BadForm, CallError, EngineUnavailable
from kitt_rtc.model.facts import SpeakerCorrected, SpeakerNamed, Trouble, UtteranceHeard
from kitt_rtc.model.speech import Role, Segment, Utterance
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.wire import encode
from tests.fakes.leg import HandLeg
from tests.fakes.steps import EchoPlaybook
from tests.fakes.voices import HIGH, LOW, TwoVoices

MANNERS = EchoPlaybook().manners
OWNER = "technician_1"


class Talk:
    """Somebody says something, and it is written down."""

    def __init__(self, encoder: TwoVoices | None = None, *, voices: int = 2, deaf: bool = False) -> None:
        self.call = Call("call_1", MANNERS)
        self.encoder = None if deaf else encoder or TwoVoices()
        self.company = Company(self.call, Diarizer(MANNERS, self.encoder))
        self.leg = HandLeg(self.call.clock, Role.TECHNICIAN, voices=voices)
        self.call.admit(self.leg)
        self.company.join(self.leg)
        self.said = 0

    async def say(self, pcm: bytes) -> list[str]:
        """The utterances' ids."""
        self.said += 1
        segment = Segment(f"seg_{self.said}", pcm, float(10 * self.said), self.leg.speaker)
        told = []
        for part in await self.company.tell_apart(segment):
            assert part.speaker is not None
            line = Utterance(part.id.replace("seg_", "utt_", 1), part.speaker, "words", "en", part.start, part.end)
            self.call.record(UtteranceHeard(line, 0.0))
            told.append(line.id)
        self.company.settle()
        return told

    def whose(self) -> dict[str, str]:
        return {line.id: line.speaker.id for line in self.call.conversation.utterances}

    def facts(self, kind: type) -> list[object]:
        return [entry.fact for entry in self.call.journal.entries() if isinstance(entry.fact, kind)]


async def test_R05_the_first_voice_is_the_owners_and_the_other_gets_a_number():
    talk = Talk()
    for turn in (LOW * 3, HIGH * 3, LOW * 2, HIGH * 2):
        await talk.say(turn)
    assert list(talk.whose().values()) == [OWNER, f"{OWNER}.2", OWNER, f"{OWNER}.2"]
    assert {line.speaker.role for line in talk.call.conversation.utterances} == {Role.TECHNICIAN}


async def test_R05_a_line_that_was_put_to_the_wrong_voice_is_corrected_in_the_story():
    talk = Talk()
    await talk.say(LOW * 3)
    (early,) = await talk.say(HIGH)  # too little to believe in a second voice
    assert talk.whose()[early] == OWNER
    await talk.say(HIGH * 2)
    assert talk.whose()[early] == f"{OWNER}.2"
    (correction,) = talk.facts(SpeakerCorrected)
    assert isinstance(correction, SpeakerCorrected)
    assert (correction.utterance_id, correction.by) == (early, BY_VOICE)


async def test_R05_a_turn_without_a_pause_is_cut_where_the_voice_changes():
    talk = Talk()
    for turn in (LOW * 3, HIGH * 3):
        await talk.say(turn)
    first, second = await talk.say(LOW + HIGH)
    assert (talk.whose()[first], talk.whose()[second]) == (OWNER, f"{OWNER}.2")


async def test_R05_a_microphone_that_nobody_shares_costs_nothing():
    talk = Talk(voices=1)
    assert len(await talk.say(LOW + HIGH)) == 1
    assert talk.encoder is not None
    assert talk.encoder.asked == 0


async def test_R05_without_an_engine_a_shared_microphone_stays_one_speaker_and_says_so_once():
    talk = Talk(deaf=True)
    talk.company.join(talk.leg)
    await talk.say(LOW + HIGH)
    assert list(talk.whose().values()) == [OWNER]
    (trouble,) = talk.facts(Trouble)
    assert isinstance(trouble, Trouble)
    assert (trouble.stage, trouble.code) == ("diarizer", "no_engine")
    assert "pip install" in trouble.detail


async def test_R05_an_engine_that_fails_leaves_the_line_to_the_owner():
    class Away(TwoVoices):
        async def encode(self, pieces):
            raise EngineUnavailable("voiceprints", "away")

    talk = Talk(Away())
    await talk.say(LOW + HIGH)
    assert list(talk.whose().values()) == [OWNER]
    assert len(talk.facts(Trouble)) == 1


async def test_R05_a_voice_is_named_by_its_line_and_all_its_lines_are():
    talk = Talk()
    for turn in (LOW * 3, HIGH * 3, LOW * 2):
        await talk.say(turn)
    (line,) = await talk.say(HIGH * 2)
    anna = await talk.company.register(OWNER, "Anna", by="operator", utterance_ids=[line])
    assert (anna.id, anna.name, anna.role) == (f"{OWNER}.2", "Anna", Role.TECHNICIAN)
    assert [said.speaker.name for said in talk.call.conversation.utterances] == ["", "Anna", "", "Anna"]
    assert talk.facts(SpeakerNamed) == [SpeakerNamed(anna, "operator")]


async def test_R05_a_voice_is_enrolled_by_a_sample_before_it_has_said_anything():
    talk = Talk()
    await talk.say(LOW * 3)
    anna = await talk.company.register(OWNER, "Anna", role=Role.CUSTOMER, by="operator", pcm=HIGH * 2)
    (line,) = await talk.say(HIGH)
    assert talk.whose()[line] == anna.id != OWNER
    assert talk.call.conversation.utterances[-1].speaker.role is Role.CUSTOMER


async def test_R05_a_person_corrects_a_line_and_that_stays():
    talk = Talk()
    for turn in (LOW * 3, HIGH * 3):
        await talk.say(turn)
    (line,) = await talk.say(LOW)
    told = talk.company.correct(line, f"{OWNER}.2", by=OWNER)
    await talk.say(LOW * 3)
    assert talk.whose()[line] == told.id == f"{OWNER}.2"


async def test_R05_a_line_is_given_to_somebody_new_while_there_is_room():
    talk = Talk()
    await talk.say(LOW * 3)
    (line,) = await talk.say(HIGH)
    assert talk.company.correct(line, "", by=OWNER).id == f"{OWNER}.2"
    (other,) = await talk.say(LOW * 2)
    with pytest.raises(CallError, match="2 people share"):
        talk.company.correct(other, "", by=OWNER)
    assert talk.whose()[other] == OWNER


async def test_R05_what_is_not_on_this_microphone_is_refused():
    talk = Talk()
    (line,) = await talk.say(LOW * 3)
    with pytest.raises(BadForm):
        talk.company.correct("utt_none", OWNER, by=OWNER)
    with pytest.raises(BadForm):
        talk.company.correct(line, "stranger", by=OWNER)
    with pytest.raises(BadForm):
        await talk.company.register("stranger", "Anna", by=OWNER, pcm=LOW)
    with pytest.raises(BadForm, match="too short"):
        await talk.company.register(OWNER, "Anna", by=OWNER, pcm=bytes(RATE // 5))


async def test_R05_voices_are_never_matched_across_calls_nor_told_to_the_story():
    talk, other = Talk(), Talk()
    for turn in (LOW * 3, HIGH * 3):
        await talk.say(turn)
    await talk.company.register(OWNER, "Anna", by="operator", utterance_ids=["utt_2"])
    await other.say(HIGH * 3)
    assert [line.speaker.name for line in other.call.conversation.utterances] == [""]
    assert other.whose() == {"utt_1": OWNER}  # in another call Anna's voice is just the first
    for entry in talk.call.journal.entries():
        assert "vector" not in encode(talk.call.id, entry)
