"""Who is speaking now.

Told by those who listen to a voice, about a tenth of a second after it begins; asked by whoever must not speak over it.
The law: it waits for nobody, and a bell tells those who wait.
"""

import asyncio
from collections.abc import Collection

from kitt_rtc.model.speech import Role


class Floor:
    """Of one call."""

    def __init__(self) -> None:
        self._speaking: dict[str, Role] = {}
        """Roles by leg."""
        self._quiet_since: dict[Role, float] = {}
        """By the loop's clock."""
        self._bell = asyncio.Event()

    def note(self, leg_id: str, role: Role, *, speaking: bool) -> None:
        """Somebody speaks, or does not. Cheap when that is known already: it is told with every frame."""
        if speaking == (leg_id in self._speaking):
            return
        if speaking:
            self._speaking[leg_id] = role
        else:
            del self._speaking[leg_id]
            self._quiet_since[role] = asyncio.get_running_loop().time()
        self._bell.set()
        self._bell = asyncio.Event()

    def taken_by(self, *roles: Role) -> bool:
        """Does somebody of these roles speak?"""
        return any(role in roles for role in self._speaking.values())

    async def taken(self, *roles: Role) -> None:
        """Until somebody of these roles speaks."""
        while not self.taken_by(*roles):
            await self._bell.wait()

    async def free(self, *roles: Role, seconds: float) -> None:
        """Until nobody of these roles has spoken for so long."""
        while (wait := self._wait(roles, seconds)) is None or wait > 0.0:
            try:
                async with asyncio.timeout(wait):
                    await self._bell.wait()
            except TimeoutError:
                continue

    def _wait(self, roles: Collection[Role], seconds: float) -> float | None:
        """In so many seconds it will have been quiet for long enough; None while somebody speaks."""
        if self.taken_by(*roles):
            return None
        since = max((at for role, at in self._quiet_since.items() if role in roles), default=float("-inf"))
        return since + seconds - asyncio.get_running_loop().time()
