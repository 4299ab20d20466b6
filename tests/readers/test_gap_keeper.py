"""What nobody could answer is counted over all calls, without anybody's number in it."""

from kitt_rtc.journal import Journal
from kitt_rtc.model.facts import Fact, GapFound, LegJoined, ProfileRead
from kitt_rtc.model.profile import Profile
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.readers.gap_keeper import GapKeeper
from tests.fakes.facts import ended, started
from tests.fakes.lacks import DictLacks

PUMP = "La pompe de la piscine ne démarre plus depuis lundi"


async def _told(lacks: DictLacks, call_id: str, *facts: Fact) -> None:
    journal = Journal(call_id, clock=lambda: 1.0)
    for fact in (started(call_id), *facts, ended()):
        journal.append(fact)
    journal.close()
    await GapKeeper(lacks, now=lambda: 1_700_000_000.0).read(journal)


async def test_N6_the_same_question_of_two_calls_is_one_gap_counted_twice():
    lacks = DictLacks()
    await _told(lacks, "one", GapFound(PUMP, "below", "fr", "Camera Offline", 0.2, ("u1",)))
    await _told(lacks, "two", GapFound(f"{PUMP}, toujours", "nothing", "fr", because=("u1",)))
    await _told(lacks, "three", GapFound("Le portail grince", "nothing", "fr", because=("u1",)))
    (pump, gate) = await lacks.listing()
    assert (pump.question, pump.count, pump.calls, pump.reason) == (PUMP, 2, ("one", "two"), "nothing")
    assert (gate.count, gate.calls) == (1, ("three",))


async def test_N10_a_telephone_number_does_not_go_into_the_log():
    lacks = DictLacks()
    await _told(lacks, "one", GapFound(f"{PUMP}, rappelez le 06 12 34 56 78", "below", "fr", because=("u1",)))
    (pump,) = await lacks.listing()
    assert "06 12" not in pump.question


async def test_N10_the_names_of_the_calls_people_and_of_its_profile_do_not_go_into_the_log():
    lacks = DictLacks()
    technician = LegJoined("leg_1", "webrtc", Speaker("TECH1", Role.TECHNICIAN, "Rémi de la Garde"))
    customer = ProfileRead(Profile("p1", "Anne-Sophie Lefèvre", "Piscines du Lac"))
    asked = "ici remi de la garde chez madame Lefevre, la pompe d'Anne-Sophie ne démarre plus"
    await _told(lacks, "one", technician, customer, GapFound(asked, "below", "fr", because=("u1",)))
    (pump,) = await lacks.listing()
    assert pump.question == "ici [name] chez madame [name], la pompe d'[name] ne démarre plus"


async def test_N10_a_name_that_is_a_small_word_hides_no_small_words():
    lacks = DictLacks()
    technician = LegJoined("leg_1", "webrtc", Speaker("TECH1", Role.TECHNICIAN, "Le Van"))
    await _told(lacks, "one", technician, GapFound("C'est Le Van, pourquoi le portail", "below", "fr"))
    (gate,) = await lacks.listing()
    assert gate.question == "C'est [name], pourquoi le portail"
