"""Whose call it is: named by whoever starts it, or known by the number that rings."""

import logging
import re
from dataclasses import dataclass

from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import Fact, ProfileRead, Trouble
from kitt_rtc.model.profile import Profile
from kitt_rtc.ports import Profiles

logger = logging.getLogger(__name__)

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class Customer:
    """What was found out."""

    profile: Profile | None = None
    trouble: Trouble | None = None
    """Why nobody could look."""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What a call's story is told of it."""
        read = ProfileRead(self.profile) if self.profile else None
        return tuple(fact for fact in (read, self.trouble) if fact is not None)


class Customers:
    """Looks them up. A call never fails for want of its customer."""

    def __init__(self, profiles: Profiles | None = None) -> None:
        """None: nobody is known here."""
        self._profiles = profiles

    async def whose(self, profile_id: str, number: str = "") -> Customer:
        """By the id that was given, or else by a telephone number that is one profile's and no other's."""
        if self._profiles is None:
            return Customer()
        try:
            if profile_id:
                return Customer(await self._profiles.find(profile_id))
            alike = await self._profiles.by_phone(number, limit=2) if _E164.fullmatch(number) else []
        except EngineError as error:
            logger.warning("a customer could not be looked up", extra={"code": error.code})
            return Customer(trouble=Trouble("profile", error.code, error.message))
        return Customer(alike[0] if len(alike) == 1 else None)
