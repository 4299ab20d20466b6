"""Telephone calls into a running server, with no account: `kitt-rtc simulate`.

The simulated telephone network rings the server's own voice door, signed as Twilio signs, and a sound file is what the
caller says. Both sides must share the secret: TWILIO_AUTH_TOKEN, or the one kept in DATA_FOLDER.
"""

import asyncio
import sys
from pathlib import Path

from kitt_rtc import samples
from kitt_rtc.engines.booth_call import BoothCall
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.audio import seconds_of
from kitt_rtc.settings import Settings
from kitt_rtc.toolbox import webhook_secret

_STAGGER_SECONDS = 0.25
_TROUBLES = {
    "11200": "the server did not answer at this address, or refused: is it running there, with the same secret?",
    "12100": "the server's answer is not TwiML",
    "31920": "the server refused the media stream: is the secret the same?",
}
"""The network's error numbers, in words."""


async def simulate(settings: Settings, url: str, *, sound: Path | None, calls: int, heard: Path | None) -> int:
    """Ring the server at `url` with so many callers; 0 when every call was carried."""
    speech = await asyncio.to_thread(read_sound, sound or samples.CALLS / "support" / "technician.ogg")
    script = CallerScript(speech=speech, hang_up_when_done=True)
    print(f"{calls} simulated caller(s), {seconds_of(speech):.0f} s of sound each, into {url}", flush=True)
    async with PhoneBooth(BoothOptions(auth_token=webhook_secret(settings))) as booth:
        ringing = []
        for number in range(calls):
            caller = f"+331990{10_000 + number}"
            ringing.append(
                booth.call_in(f"{url}/twilio/voice", script, status_url=f"{url}/twilio/status", number=caller)
            )
            await asyncio.sleep(_STAGGER_SECONDS)
        for call in ringing:
            await call.over.wait()
        if heard is not None:
            await asyncio.to_thread(heard.write_bytes, write_wav(ringing[0].caller.heard, rate=8_000))
            print(f"what the first caller heard: {heard}")
    carried = [call for call in ringing if call.streams]
    for call in ringing:
        _tell(call)
    print(f"{len(carried)} of {len(ringing)} carried")
    return 0 if len(carried) == len(ringing) else 1


def _tell(call: BoothCall) -> None:
    print(f"  {call.facts.sid}: {call.status}, {call.seconds} s, {len(call.streams)} stream(s)")
    for number in dict.fromkeys(call.warnings):
        print(f"    {number}: {_TROUBLES.get(number, 'see the network’s list of errors')}", file=sys.stderr)
