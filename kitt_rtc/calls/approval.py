"""What a call has told of its customer goes into their profile: what somebody approves of, and nothing else.

The law: a profile is saved before the story says so, and not at all while the story could not. An approval after the
call's end stands behind the end, in the store: whoever reads the story later reads it there.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from kitt_rtc.calls.switchboard import Switchboard
from kitt_rtc.model.errors import BadForm, ProfileNotFound, ProfileStale
from kitt_rtc.model.facts import ProfileUpdated, UtteranceHeard
from kitt_rtc.model.profile import Lesson, Profile, ProfileChange, has_room, knows, taught
from kitt_rtc.pipeline.lessons import lessons
from kitt_rtc.ports import Profiles

logger = logging.getLogger(__name__)

_ATTEMPTS = 3
"""What is added goes onto the newest version; three others saving in between are a fault of another kind."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """A customer, and what their call has told of them."""

    profile: Profile | None
    """As it is stored now; None: the call has none, or it was erased."""
    given: bool = False
    """Was it named at the call's start? Else it was known by its number alone."""
    lessons: tuple[Lesson, ...] = ()
    """What may be added, and is not in it yet."""


class Approvals:
    """Offers what was learnt, and saves what is approved of."""

    def __init__(self, profiles: Profiles, board: Switchboard) -> None:
        self._profiles = profiles
        self._board = board

    async def learnt(self, call_id: str) -> Learnt:
        """Of a call that is live or over. Raises CallNotFound, EngineUnavailable."""
        conversation = await self._board.conversation(call_id)
        known = conversation.profile
        profile = None if known is None else await self._profiles.find(known.id)
        if profile is None:
            return Learnt(None)
        story = await self._board.story(call_id)
        said = [entry.fact.utterance for entry in story if isinstance(entry.fact, UtteranceHeard)]
        found = await asyncio.to_thread(lessons, conversation, said, profile)
        return Learnt(profile, conversation.profile_id == profile.id, found)

    async def approve(self, call_id: str, wanted: Sequence[str], *, by: str) -> tuple[ProfileChange, ...]:
        """Save these lessons, by id, in the name of `by`; what changed. Approving twice is approving once.

        Raises CallNotFound, ProfileNotFound, BadForm for a lesson this call does not teach, ProfileStale, EngineError.
        """
        offered = await self._offered(call_id)
        unknown = [one for one in wanted if one not in offered]
        if unknown:
            message = "nothing of this id was learnt in this call"
            raise BadForm(message, [{"field": "lessons", "message": message}])
        chosen = [offered[one] for one in dict.fromkeys(wanted)]
        await self._board.may_add(call_id)
        for attempt in range(1, _ATTEMPTS + 1):
            profile, changes = _with(await self._current(call_id), chosen)
            try:
                saved = await self._profiles.save(profile) if changes else profile
            except ProfileStale:
                if attempt == _ATTEMPTS:
                    raise
                continue
            break
        if changes:
            told = {"call": call_id, "profile": saved.id, "version": saved.version, "changes": len(changes), "by": by}
            logger.info("profile approved", extra=told)
            await self._board.add(call_id, ProfileUpdated(saved.id, changes, by))
        return changes

    async def _current(self, call_id: str) -> Profile:
        known = (await self._board.conversation(call_id)).profile
        profile = None if known is None else await self._profiles.find(known.id)
        if profile is None:
            raise ProfileNotFound("this call has no customer profile, or it was erased")
        return profile

    async def _offered(self, call_id: str) -> dict[str, Lesson]:
        """By id: what this call teaches, also what the profile has by now."""
        blank = Profile((await self._current(call_id)).id)
        conversation, story = await self._board.conversation(call_id), await self._board.story(call_id)
        said = [entry.fact.utterance for entry in story if isinstance(entry.fact, UtteranceHeard)]
        return {lesson.id: lesson for lesson in await asyncio.to_thread(lessons, conversation, said, blank)}


def _with(profile: Profile, chosen: Sequence[Lesson]) -> tuple[Profile, tuple[ProfileChange, ...]]:
    changes = []
    for lesson in chosen:
        if not knows(profile, lesson) and has_room(profile, lesson):
            profile, change = taught(profile, lesson)
            changes.append(change)
    return profile, tuple(changes)
