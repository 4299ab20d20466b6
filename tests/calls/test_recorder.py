"""The recording of a call, listened to. Time is written into `now`; the recorder's own second has no length here."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.recorder import Act, Recorder, RecorderOptions
from kitt_rtc.engines.recordings import RecordingFiles, RecordingOptions
from kitt_rtc.model.errors import CallOver, EngineUnavailable
from kitt_rtc.model.facts import LegHeld, RecordingChanged, Trouble
from kitt_rtc.model.speech import Role
from tests.fakes.leg import HandLeg
from tests.sounds.made import noise, silence, tone
from tests.support.listened import heard, hertz, listened
from tests.support.until import until

LEFT, RIGHT = 0, 1


@dataclass
class Studio:
    """A call that is recorded, and the hands that drive its time."""

    folder: Path
    call: Call = field(default_factory=lambda: Call("call_1", {}))
    now: list[float] = field(default_factory=lambda: [0.0])
    recorder: Recorder = field(init=False)
    files: RecordingFiles = field(init=False)

    def leg(self, role: Role, name: str = "") -> HandLeg:
        leg = HandLeg(lambda: self.now[0], role, leg_id=name or role.value)
        self.call.admit(leg)
        self.recorder.join(leg)
        return leg

    def pass_time(self, seconds: float, *legs: HandLeg, hertz: float = 500) -> None:
        """So long nobody but these speaks, in pieces of a tenth of a second."""
        sound = {leg: tone(seconds, hertz=hertz + 700 * number) for number, leg in enumerate(legs)}
        for tenth in range(round(seconds * 10)):
            for leg, pcm in sound.items():
                leg.say(pcm[tenth * 3_200 : (tenth + 1) * 3_200])
            for leg in self.call.legs.values():
                if leg not in sound:
                    leg.say(silence(0.1))
            self.now[0] = round(self.now[0] + 0.1, 6)

    def path(self) -> Path:
        path = self.files.find(self.call.id)
        assert path is not None
        return path

    def changes(self) -> list[str]:
        facts = [entry.fact for entry in self.call.journal.entries()]
        return [fact.state for fact in facts if isinstance(fact, RecordingChanged)]

    def troubles(self) -> list[Trouble]:
        return [entry.fact for entry in self.call.journal.entries() if isinstance(entry.fact, Trouble)]

    def written(self) -> float:
        """Bytes on disk so far."""
        path = self.files.find(self.call.id)
        return path.stat().st_size if path else 0


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096


@asynccontextmanager
async def studio(
    folder: Path, *, call: Call | None = None, now: float = 0.0, always: bool = False
) -> AsyncIterator[Studio]:
    """A recorder at work; on leaving it has written everything."""
    made = Studio(folder, now=[now]) if call is None else Studio(folder, call, [now])
    made.files = RecordingFiles(RecordingOptions(folder))
    options = RecorderOptions(always=always, every=0.0)
    made.recorder = Recorder(made.call, made.files, options, clock=lambda: made.now[0])
    running = asyncio.create_task(made.recorder.run())
    try:
        yield made
        made.recorder.finish()
        await running
    finally:
        running.cancel()
        await asyncio.wait([running])
        await made.files.close()


async def test_our_side_is_left_and_the_others_are_right_each_at_its_time(tmp_path: Path):
    async with studio(tmp_path) as made:
        rep, customer = made.leg(Role.REP), made.leg(Role.CUSTOMER)
        assert made.recorder.change(Act.START) == "on"
        made.pass_time(1.0)
        made.pass_time(1.0, rep, hertz=500)
        made.pass_time(1.0)
        made.pass_time(1.0, customer, hertz=900)
        made.pass_time(1.0)
    sound = listened(made.path())
    assert sound.shape[1] / 48_000 == pytest.approx(5.0, abs=0.03)
    assert heard(sound[LEFT], 0.0, 5.0) == [(pytest.approx(1.0, abs=0.02), pytest.approx(2.0, abs=0.02))]
    assert heard(sound[RIGHT], 0.0, 5.0) == [(pytest.approx(3.0, abs=0.02), pytest.approx(4.0, abs=0.02))]
    assert hertz(sound[LEFT], 1.1, 1.9) == pytest.approx(500, abs=2)
    assert hertz(sound[RIGHT], 3.1, 3.9) == pytest.approx(900, abs=2)


async def test_several_of_a_side_are_heard_together_and_a_supervisor_is_not(tmp_path: Path):
    async with studio(tmp_path, always=True) as made:
        agent, technician, client, boss = (
            made.leg(role) for role in (Role.SUPPORT_AGENT, Role.TECHNICIAN, Role.CUSTOMER, Role.SUPERVISOR)
        )
        await until(lambda: made.recorder.state == "on")
        made.pass_time(1.0, technician, client, boss, hertz=500)
        made.pass_time(1.0, agent, hertz=700)
    sound = listened(made.path())
    spectrum = np.abs(np.fft.rfft(sound[RIGHT][4_800:43_200]))
    strength = {at: spectrum[round(at * 38_400 / 48_000)] for at in (500, 1_200, 1_900)}
    assert strength[500] > 100 * strength[1_900]
    assert strength[1_200] > 100 * strength[1_900]
    assert hertz(sound[LEFT], 1.1, 1.9) == pytest.approx(700, abs=2)


async def test_a_pause_is_silence_of_the_same_length(tmp_path: Path):
    async with studio(tmp_path) as made:
        rep = made.leg(Role.REP)
        made.recorder.change(Act.START)
        made.pass_time(1.0, rep)
        assert made.recorder.change(Act.PAUSE) == "paused"
        made.pass_time(2.0, rep)
        assert made.recorder.change(Act.RESUME) == "on"
        made.pass_time(1.0, rep)
    assert heard(listened(made.path())[LEFT], 0.0, 4.0) == [
        (pytest.approx(0.0, abs=0.02), pytest.approx(1.0, abs=0.02)),
        (pytest.approx(3.0, abs=0.02), pytest.approx(4.0, abs=0.03)),
    ]
    assert made.changes() == ["started", "paused", "resumed"]


async def test_nothing_is_recorded_while_anybody_is_on_hold(tmp_path: Path):
    async with studio(tmp_path) as made:
        rep, customer = made.leg(Role.REP), made.leg(Role.CUSTOMER)
        made.recorder.change(Act.START)
        made.pass_time(1.0, rep, customer)
        made.call.record(LegHeld(customer.id, held=True))
        made.pass_time(1.0, rep, customer)
        made.call.record(LegHeld(customer.id, held=False))
        made.pass_time(1.0, rep, customer)
    for side in listened(made.path()):
        assert heard(side, 0.0, 3.0) == [
            (pytest.approx(0.0, abs=0.02), pytest.approx(1.0, abs=0.02)),
            (pytest.approx(2.0, abs=0.02), pytest.approx(3.0, abs=0.03)),
        ]


async def test_a_recording_begun_in_the_middle_has_the_calls_time_and_stops_when_it_is_told(tmp_path: Path):
    async with studio(tmp_path) as made:
        rep = made.leg(Role.REP)
        made.pass_time(30.0, rep)
        made.recorder.change(Act.START)
        made.pass_time(1.0, rep)
        assert made.recorder.change(Act.STOP) == "off"
        made.pass_time(5.0, rep)
    sound = listened(made.path())
    assert sound.shape[1] / 48_000 == pytest.approx(31.0, abs=0.03)
    assert heard(sound[LEFT], 0.0, 31.0) == [(pytest.approx(30.0, abs=0.02), pytest.approx(31.0, abs=0.03))]


async def test_doing_it_twice_is_doing_it_once(tmp_path: Path):
    async with studio(tmp_path) as made:
        acts = [Act.PAUSE, Act.RESUME, Act.STOP, Act.START, Act.START, Act.PAUSE, Act.PAUSE, Act.RESUME, Act.RESUME]
        states = [made.recorder.change(act) for act in (*acts, Act.PAUSE, Act.START, Act.STOP, Act.STOP)]
    assert states == ["off"] * 3 + ["on"] * 2 + ["paused"] * 2 + ["on"] * 2 + ["paused", "on", "off", "off"]
    assert made.changes() == ["started", "paused", "resumed", "paused", "resumed", "stopped"]


async def test_a_call_nobody_wants_recorded_leaves_no_file(tmp_path: Path):
    async with studio(tmp_path) as made:
        made.pass_time(5.0, made.leg(Role.REP))
    assert made.files.find(made.call.id) is None
    assert made.changes() == []


async def test_what_comes_late_is_still_laid_down_at_its_time(tmp_path: Path):
    async with studio(tmp_path) as made:
        rep = made.leg(Role.REP)
        made.recorder.change(Act.START)
        made.pass_time(1.0)
        rep.say(tone(0.1))
        made.now[0] += 1.5  # the rest of it was on its way for that long
        rep.say(tone(0.4))
        made.pass_time(4.0)
    ((begin, end),) = heard(listened(made.path())[LEFT], 0.0, 7.0)
    assert (begin, end) == (pytest.approx(1.0, abs=0.02), pytest.approx(1.5, abs=0.02))
    assert made.recorder.lost_frames == 0


async def test_a_call_that_goes_on_after_its_process_died_is_one_recording(tmp_path: Path):
    async with studio(tmp_path) as made:
        made.recorder.change(Act.START)
        made.pass_time(2.0, made.leg(Role.REP), hertz=500)
    torn = made.path()
    with torn.open("r+b") as file:
        file.truncate(torn.stat().st_size - 30)
    inherited = Call("call_1", {})
    inherited.record(RecordingChanged("started"))
    async with studio(tmp_path, call=inherited, now=5.0, always=True) as again:
        assert again.recorder.state == "on"
        again.pass_time(1.0, again.leg(Role.REP), hertz=900)
    assert again.path() == torn
    assert again.changes() == ["started"]
    sound = listened(torn)
    assert sound.shape[1] / 48_000 == pytest.approx(6.0, abs=0.03)
    assert hertz(sound[LEFT], 0.1, 0.9) == pytest.approx(500, abs=2)
    assert heard(sound[LEFT], 2.1, 6.0) == [(pytest.approx(5.0, abs=0.02), pytest.approx(6.0, abs=0.03))]


@pytest.mark.parametrize(("last", "state"), [("paused", "paused"), ("stopped", "off")])
async def test_a_pause_and_a_stop_outlive_the_process_even_where_every_call_is_recorded(
    tmp_path: Path, last: str, state: str
):
    inherited = Call("call_1", {})
    for change in ("started", last):
        inherited.record(RecordingChanged(change))
    async with studio(tmp_path, call=inherited, now=3.0, always=True) as made:
        made.pass_time(1.0, made.leg(Role.REP))
        assert made.recorder.state == state
    path = made.files.find("call_1")
    assert (path is None) == (state == "off")
    if path is not None:
        assert heard(listened(path)[LEFT], 0.0, 4.0) == []


async def test_a_recording_of_another_call_of_the_same_name_is_not_gone_on_with(tmp_path: Path):
    for hertz_of_it in (500, 900):
        async with studio(tmp_path, always=True) as made:
            await until(lambda made=made: made.recorder.state == "on")
            made.pass_time(1.0, made.leg(Role.REP), hertz=hertz_of_it)
    sound = listened(made.path())
    assert sound.shape[1] / 48_000 == pytest.approx(1.0, abs=0.03)
    assert hertz(sound[LEFT], 0.1, 0.9) == pytest.approx(900, abs=2)


async def test_a_folder_that_cannot_be_written_is_told_once_and_made_good_when_it_can(tmp_path: Path):
    folder = tmp_path / "recordings"
    folder.write_text("in the way")
    async with studio(folder) as made:
        rep = made.leg(Role.REP)
        made.recorder.change(Act.START)
        made.pass_time(3.0, rep)
        await until(made.troubles)
        made.pass_time(1.0, rep)
        folder.unlink()
        await until(made.written)
        made.pass_time(1.0, rep)
    (trouble,) = made.troubles()
    assert (trouble.stage, trouble.code) == ("recorder", "engine_unavailable")
    assert "DATA_FOLDER" in trouble.detail
    assert heard(listened(made.path())[LEFT], 0.0, 5.0) == [(pytest.approx(0, abs=0.02), pytest.approx(5.0, abs=0.03))]


async def test_a_disk_that_stays_away_costs_old_sound_and_no_memory(tmp_path: Path):
    folder = tmp_path / "recordings"
    folder.write_text("in the way")
    async with studio(folder) as made:
        rep = made.leg(Role.REP)
        made.recorder.change(Act.START)
        made.pass_time(120.0, rep)
        folder.unlink()
        await until(made.written)
    assert made.recorder.lost_frames > 1_000
    ((begin, end),) = heard(listened(made.path())[LEFT], 0.0, 120.0)
    assert begin >= 100.0
    assert end == pytest.approx(120.0, abs=0.03)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc, which is Linux's")
async def test_ten_minutes_are_small_on_disk_and_in_memory(tmp_path: Path):
    said = noise(1.0, level=0.05)
    async with studio(tmp_path) as made:
        legs = made.leg(Role.REP), made.leg(Role.CUSTOMER)
        made.recorder.change(Act.START)
        for second in range(600):
            speaker, listener = legs if second // 5 % 2 else reversed(legs)
            speaker.say(said)
            listener.say(silence(1.0))
            made.now[0] += 1.0
            known = made.written()
            if second >= 3:
                await until(lambda known=known: made.written() > known)
            if second == 60:
                early = resident()
        late = resident()
    size = made.path().stat().st_size
    assert 24_000 < size * 8 / 600 < 48_000
    assert late - early < 4_000_000
    assert made.recorder.lost_frames == 0


async def test_after_the_end_nothing_is_changed(tmp_path: Path):
    async with studio(tmp_path) as made:
        made.call.end("hung_up")
        with pytest.raises(CallOver):
            made.recorder.change(Act.START)


async def test_a_house_without_a_place_for_it_says_so():
    recorder = Recorder(Call("c", {}), None)
    await recorder.run()
    with pytest.raises(EngineUnavailable):
        recorder.change(Act.START)
