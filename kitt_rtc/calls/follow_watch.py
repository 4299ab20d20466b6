"""Whether the rep follows a tip, while the call goes on: each line of theirs against what was before their eyes."""

from kitt_rtc.calls.call import Call
from kitt_rtc.model.facts import UtteranceHeard
from kitt_rtc.model.speech import Role
from kitt_rtc.pipeline.following import Following


class FollowWatch:
    """Of one call. A tip that was followed is told once: the story knows."""

    def __init__(self, call: Call, following: Following) -> None:
        self._call = call
        self._following = following

    async def run(self) -> None:
        """Until the story is over."""
        journal = self._call.journal
        async for entry in journal.follow(after=journal.inherited):
            if not isinstance(entry.fact, UtteranceHeard):
                continue
            said = entry.fact.utterance
            if said.speaker.role is not Role.REP or said.backchannel:
                continue
            for followed in await self._following.read(said, self._call.conversation):
                if not journal.closed:
                    self._call.record(followed)
