"""One call of the simulated telephone network: it rings, asks what to do, does it, and tells how it goes.

Every request is signed as Twilio signs it, so the house's own checks are on the path.
"""

import asyncio
import base64
import hashlib
import hmac
import logging
import random
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import urljoin, urlsplit, urlunsplit
from xml.etree import ElementTree

from aiohttp import ClientError, ClientSession, ClientTimeout

from kitt_rtc.engines.booth_caller import Caller, CallerScript, Wire
from kitt_rtc.engines.booth_stream import BoothStream, StreamFacts

logger = logging.getLogger(__name__)

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_EVENT_OF = {"in-progress": "answered", **dict.fromkeys(ENDED, "completed")}
"""A callback is chosen by these names; the others are chosen by the status itself."""
_MAKING_OUT_SECONDS = 1.0
"""How long the network listens to know a person from a machine."""
_SECONDS_PER_CHARACTER = 0.06
"""How long a sentence takes to be said."""
_MOST_VERBS = 500
"""A document that redirects in a circle ends."""


@dataclass(frozen=True, slots=True)
class BoothAccount:
    sid: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast time goes in the booth; the tests' is quicker."""

    tick_seconds: float = 0.020
    """For twenty milliseconds of sound."""
    ring_seconds: float = 2.0

    def real(self, seconds: float) -> float:
        return seconds * self.tick_seconds / 0.020


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What the network knows of a call from its beginning."""

    sid: str
    to: str
    from_number: str
    direction: str
    """outbound-api or inbound."""
    url: str
    """Asked what to do once the call is answered."""
    callback: str = ""
    """Told how it goes; empty: nobody is."""
    events: frozenset[str] = frozenset({"completed"})
    fate: str = "completed"
    """busy, no-answer or failed for a telephone that is not answered."""
    shuffled: bool = False
    """Callbacks come doubled, in disorder, after the end."""
    answerer_callback: str = ""
    """Told who picked up, while the call goes on; empty: it is not made out."""


class BoothCall:
    """Rings until somebody answers, talks until somebody hangs up."""

    def __init__(self, account: BoothAccount, facts: CallFacts, script: CallerScript, pace: Pace) -> None:
        self.facts = facts
        self.status = "queued"
        self.caller = Caller(script)
        self.warnings: list[str] = []
        """The network's error numbers: what it would show on its console."""
        self.streams: list[str] = []
        """Media streams that were opened, by streamSid."""
        self.started_at: float | None = None
        self.ended_at: float | None = None
        self.over = asyncio.Event()
        """The call has ended and everything about it was told."""
        self._answered_by = script.answered_by
        self._account = account
        self._wire = Wire(script.faults)
        self._chance = random.Random(script.faults.seed)  # noqa: S311 - disorder, not secrets
        self._pace = pace
        self._hung_up = asyncio.Event()
        self._interrupted = asyncio.Event()
        """Somebody hung up, or the house wants to be asked anew."""
        self._redirect = ""
        self.redirects = 0
        """How often the house wanted to be asked anew."""
        self._sequence = 0
        self._late: list[Mapping[str, str]] = []

    def hang_up(self) -> str:
        """By the network; what the call's status will be."""
        self._hung_up.set()
        self._interrupted.set()
        if self.status in ENDED:
            return self.status
        return "completed" if self.status == "in-progress" else "canceled"

    def redirect(self, url: str) -> None:
        """The house wants to be asked at this address; what the call is doing ends."""
        self._redirect = url
        self.redirects += 1
        self._interrupted.set()

    @property
    def seconds(self) -> int:
        if self.started_at is None:
            return 0
        return round((self.ended_at or time.time()) - self.started_at)

    async def run(self) -> None:
        """The call's whole life. Whatever the house does, it ends with a status and raises nothing."""
        timeout = ClientTimeout(total=15)
        async with ClientSession(timeout=timeout) as house:
            try:
                await self._live(house)
                self.ended_at = time.time()
                await self._tell(house)
                self._chance.shuffle(self._late)
                for form in (*self._late, *self._late):
                    await self._post(house, self.facts.callback, form)
            finally:
                self.over.set()

    async def _live(self, house: ClientSession) -> None:
        if self.facts.direction != "inbound":
            for status in ("initiated", "ringing"):
                self.status = status
                await self._tell(house)
            if await self._is_hung_up(self._pace.real(self._pace.ring_seconds)):
                self.status = "canceled"
                return
            if self.facts.fate != "completed":
                self.status = self.facts.fate
                return
        self.status = "in-progress"
        self.started_at = time.time()
        await self._tell(house)
        async with asyncio.TaskGroup() as group:
            making_out = group.create_task(self._make_out(house))
            await self._obey(house)
            making_out.cancel()
        self.status = "completed"

    async def _make_out(self, house: ClientSession) -> None:
        """Listen for a while to who has picked up, and tell it."""
        if not self.facts.answerer_callback or await self._is_hung_up(self._pace.real(_MAKING_OUT_SECONDS)):
            return
        told = self._form() | {"AnsweredBy": self._answered_by, "MachineDetectionDuration": "1000"}
        await self._post(house, self.facts.answerer_callback, told)

    async def _is_hung_up(self, within: float) -> bool:
        """Does anybody hang up within these seconds?"""
        try:
            async with asyncio.timeout(within):
                await self._interrupted.wait()
        except TimeoutError:
            return False
        return self._hung_up.is_set()

    # What the house says.

    async def _obey(self, house: ClientSession) -> None:
        url = self.facts.url
        verbs = await self._ask(house, url)
        for _ in range(_MOST_VERBS):
            if self._redirect and not self._hung_up.is_set():
                url, self._redirect = self._redirect, ""
                self._interrupted.clear()
                verbs = await self._ask(house, url)
            if not verbs or self._hung_up.is_set():
                return
            verb = verbs.pop(0)
            match verb.tag:
                case "Say":
                    await self._is_hung_up(self._pace.real(len(verb.text or "") * _SECONDS_PER_CHARACTER))
                case "Pause":
                    await self._is_hung_up(self._pace.real(float(verb.get("length", "1"))))
                case "Connect" if len(verb) and verb[0].tag == "Stream":
                    if await self._stream(verb[0]) and not self._redirect:
                        return
                case "Redirect":
                    url = urljoin(url, (verb.text or "").strip())
                    verbs = await self._ask(house, url)
                case "Hangup" | "Reject":
                    return
                case _:
                    self.warnings.append("12200")  # not a verb

    async def _ask(self, house: ClientSession, url: str) -> list[ElementTree.Element]:
        text = await self._post(house, url, self._form())
        if text is None:
            self.warnings.append("11200")  # the house could not be asked
            return []
        try:
            return list(ElementTree.fromstring(text))  # noqa: S314 - the house's own answer
        except ElementTree.ParseError:
            self.warnings.append("12100")  # not a document
            return []

    async def _stream(self, stream: ElementTree.Element) -> bool:
        """Carry a media stream. Is the call over with it?"""
        parts = urlsplit(stream.get("url", ""))
        url = urlunsplit(parts._replace(query="", fragment=""))  # query strings are not carried
        parameters = {child.get("name", ""): child.get("value", "") for child in stream if child.tag == "Parameter"}
        sid = "MZ" + secrets.token_hex(16)
        facts = StreamFacts(sid, self.facts.sid, self._account.sid, parameters)
        try:
            # A session of its own, so that the connection can be cut.
            async with ClientSession() as house, house.ws_connect(url, headers=self._signed(url, {})) as socket:
                self.streams.append(sid)
                self._wire.begin_stream()
                conversation = BoothStream(socket, self.caller, self._wire, facts)
                ended = await conversation.run(self._interrupted, tick_seconds=self._pace.tick_seconds, cut=house.close)
                if conversation.protested:
                    self.warnings.append("31924")  # the house said what is not in the protocol
                return ended
        except (ClientError, OSError, ValueError):
            self.warnings.append("31920")  # the handshake failed
            return False

    # What the house is told.

    async def _tell(self, house: ClientSession) -> None:
        event = _EVENT_OF.get(self.status, self.status)
        if not self.facts.callback or event not in self.facts.events:
            return
        form = {
            **self._form(),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._sequence),
            "Timestamp": formatdate(time.time(), usegmt=False),
        }
        if self.status in ENDED:
            form |= {"CallDuration": str(self.seconds), "Duration": str(-(-self.seconds // 60))}
        self._sequence += 1
        if self.facts.shuffled:
            self._late.append(form)
        else:
            await self._post(house, self.facts.callback, form)

    def _form(self) -> dict[str, str]:
        return {
            "AccountSid": self._account.sid,
            "ApiVersion": "2010-04-01",
            "CallSid": self.facts.sid,
            "CallStatus": self.status,
            "Direction": self.facts.direction,
            "From": self.facts.from_number,
            "To": self.facts.to,
        }

    async def _post(self, house: ClientSession, url: str, form: Mapping[str, str]) -> str | None:
        try:
            async with house.post(url, data=form, headers=self._signed(url, form), allow_redirects=False) as answer:
                text = await answer.text()
                return text if answer.ok else None
        except (ClientError, OSError, TimeoutError, ValueError):
            return None

    def _signed(self, url: str, form: Mapping[str, str]) -> dict[str, str]:
        text = url + "".join(name + form[name] for name in sorted(form))
        digest = hmac.digest(self._account.token.encode(), text.encode(), hashlib.sha1)
        return {"X-Twilio-Signature": base64.b64encode(digest).decode(), "User-Agent": "TwilioProxy/1.1"}
