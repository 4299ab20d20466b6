"""Who may be dialled, and how often: the guard against toll fraud (RELIABILITY 2.5).

Allowed is what is listed: ordinary numbers of the countries of the plan. Premium, shared-cost, toll-free, personal and
satellite numbers are refused, wherever they are.
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from phonenumbers import (
    NumberParseException,
    PhoneNumberType,
    is_valid_number,
    number_type,
    parse,
    region_code_for_number,
)

from kitt_rtc.model.errors import BadForm, NotAllowed, TooManyRequests

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_KINDS = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    }
)
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class DialPlan:
    countries: frozenset[str] = frozenset({"FR", "BE", "CH", "LU", "CA", "GB", "US"})
    """ISO codes, as in DIAL_COUNTRIES."""
    per_minute: int = 10
    """Most numbers dialled in a minute, as in DIALS_PER_MINUTE."""


class Dialling:
    """Says whether a number may be rung now, and counts that it will be."""

    def __init__(self, plan: DialPlan, clock: Callable[[], float]) -> None:
        """`clock` in seconds, from anywhere, never backwards."""
        self._plan = plan
        self._clock = clock
        self._rung: deque[float] = deque()

    def admit(self, number: str) -> None:
        """Raises BadForm naming `phone_number`, NotAllowed outside the plan, TooManyRequests beyond the rate."""
        self._check(number)
        now = self._clock()
        while self._rung and now - self._rung[0] >= _MINUTE:
            self._rung.popleft()
        if len(self._rung) >= self._plan.per_minute:
            wait = _MINUTE - (now - self._rung[0])
            raise TooManyRequests(
                f"at most {self._plan.per_minute} numbers are dialled in a minute; see DIALS_PER_MINUTE",
                retry_seconds=wait,
            )
        self._rung.append(now)

    def _check(self, number: str) -> None:
        if not _E164.fullmatch(number):
            raise _bad_number("must be E.164: a plus, the country, the number, no spaces, like +33123456789")
        try:
            parsed = parse(number, None)
        except NumberParseException:
            raise _bad_number("is not a telephone number of any country") from None
        if not is_valid_number(parsed):
            raise _bad_number("is not a number that exists in its country")
        if number_type(parsed) not in _KINDS:
            raise NotAllowed("numbers of this kind are not dialled: premium, shared-cost, toll-free or special")
        if region_code_for_number(parsed) not in self._plan.countries:
            raise NotAllowed("numbers of this country are not dialled; see DIAL_COUNTRIES")


def masked_number(number: str) -> str:
    """A number as a stranger may see it, like "+33 …89"; empty for what is no number."""
    try:
        parsed = parse(number, None) if _E164.fullmatch(number) else None
    except NumberParseException:
        parsed = None
    return "" if parsed is None else f"+{parsed.country_code} …{number[-2:]}"


def _bad_number(why: str) -> BadForm:
    return BadForm(f"phone_number {why}", [{"field": "phone_number", "message": why}])
