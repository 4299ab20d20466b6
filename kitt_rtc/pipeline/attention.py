"""Is this the moment for a card? Shown, made to wait, or withheld with the reason (contract N3).

The law: everything is read from the conversation and the clock, so a call that goes on after a restart knows its caps,
its snooze and its ratings. Who gives no options has a reader who waits for the card: caps, pauses and lives are for
those who talk to a client meanwhile.
"""

from dataclasses import dataclass

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.insight import Insight, Verdict
from kitt_rtc.pipeline.ratings import NOT_NOW_SECONDS, unwelcome
from kitt_rtc.pipeline.small_talk import is_small_talk
from kitt_rtc.prompts.library import Library

_MINUTE = 60.0
_MILLISECOND = 0.001
"""Entries are stamped to the millisecond: one that is rounded down must not make a third card of a minute."""


@dataclass(frozen=True, slots=True)
class AttentionOptions:
    """How much a rep who talks to a client can take in."""

    per_minute: int = 4
    """With two, a third objection within a minute waited 17 s for its card, or died waiting (the golden calls)."""
    per_call: int = 12
    """One every five minutes of an hour's call; who gets more stops looking."""
    spacing: float = 10.0
    """Least seconds between two cards, unless the second is urgent: the first has to be read."""
    pause: float = 0.4
    """Seconds of the client's silence after which their sentence is taken to be over."""


@dataclass(frozen=True, slots=True)
class Show:
    """Now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet."""

    until: float
    """Look again then at the latest, in seconds since the call began."""
    cause: str
    """"floor" (the client speaks), "spacing" or "minute_cap"."""


@dataclass(frozen=True, slots=True)
class Withhold:
    """Never."""

    verdict: Verdict


Decision = Show | Wait | Withhold


@dataclass(frozen=True, slots=True)
class Moment:
    """What is so at the moment of asking, beside the story."""

    now: float
    """Seconds since the call began."""
    quiet_in: float | None = 0.0
    """In so many seconds the client will have been silent for long enough; None: they speak."""


class Budget:
    """Decides. Keeps nothing."""

    def __init__(self, options: AttentionOptions | None = None, library: Library | None = None) -> None:
        """Without options nothing waits, and nothing is too much; `library` is a house's own sentences."""
        self.options = options
        self._library = library or Library()

    def decide(self, insight: Insight, conversation: Conversation, moment: Moment, *, expires: float) -> Decision:
        """Show it, wait, or withhold it; `expires` is when it is worth nothing any more, in seconds since the call
        began.
        """
        refused = self.refuse(insight, conversation, moment.now)
        if refused is not None:
            return refused
        wait = self._wait(insight, conversation, moment)
        if self.options is not None and moment.now >= expires:
            return self.withhold("expired", conversation, cause=wait.cause if wait else "late")
        if wait is None:
            return Show()
        if wait.until < expires or wait.cause == "floor":
            return Wait(min(wait.until, expires), wait.cause)
        return self.withhold(wait.cause, conversation)

    def answer(self, insight: Insight, conversation: Conversation, now: float) -> Show | Withhold:
        """For somebody who asked and waits for the answer: caps and refusals hold, and nothing else."""
        refused = self.refuse(insight, conversation, now)
        if refused is not None:
            return refused
        full = self._full_until(conversation, now) is not None
        return self.withhold("minute_cap", conversation) if full else Show()

    def refuse(self, insight: Insight, conversation: Conversation, now: float) -> Withhold | None:
        """What no waiting helps against."""
        if conversation.quiet_reason:
            return self.withhold("quiet", conversation, cause=conversation.quiet_reason)
        if conversation.snoozed_until > now:
            return self.withhold("snoozed", conversation)
        rating = unwelcome(insight, conversation, now)
        if rating:
            return self.withhold("unwelcome", conversation, cause=rating)
        if self.options is None:
            return None
        if len(conversation.given) >= self.options.per_call:
            return self.withhold("call_cap", conversation)
        if not insight.urgent and is_small_talk(conversation, insight.because):
            return self.withhold("small_talk", conversation)
        return None

    def withhold(
        self, rule: str, conversation: Conversation, *, cause: str = "", twin_id: str | None = None
    ) -> Withhold:
        """By this rule, with the reason in the call's language."""
        options = self.options or AttentionOptions()
        reason = self._library.phrase(
            f"attention.{rule}.{cause}" if cause else f"attention.{rule}",
            conversation.language,
            minute=options.per_minute,
            call=options.per_call,
            spacing=f"{options.spacing:g}",
            minutes=f"{NOT_NOW_SECONDS / _MINUTE:g}",
        )
        return Withhold(Verdict(duplicate=False, reason=reason, twin_id=twin_id, rule=rule))

    def _wait(self, insight: Insight, conversation: Conversation, moment: Moment) -> Wait | None:
        if self.options is None:
            return None
        full = self._full_until(conversation, moment.now)
        if full is not None:
            return Wait(full, "minute_cap")
        if insight.urgent:
            return None
        readable = max((given.at for given in conversation.given), default=float("-inf")) + self.options.spacing
        if readable > moment.now:
            return Wait(readable, "spacing")
        if moment.quiet_in is None:
            return Wait(float("inf"), "floor")
        return Wait(moment.now + moment.quiet_in, "floor") if moment.quiet_in > 0.0 else None

    def _full_until(self, conversation: Conversation, now: float) -> float | None:
        """When the next card of this minute may be shown; None: now."""
        if self.options is None or self.options.per_minute <= 0:
            return None if self.options is None else float("inf")
        latest = sorted(given.at for given in conversation.given)[-self.options.per_minute :]
        if len(latest) < self.options.per_minute:
            return None
        free_at = latest[0] + _MINUTE + _MILLISECOND
        return free_at if free_at > now else None
