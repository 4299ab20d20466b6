"""What can go wrong, and its name: a code for machines, a sentence for people.

KittError
├── CallError
│   ├── CallLive
│   ├── CallNotFound
│   ├── CallOver
│   ├── LegNotFound
│   ├── NotForThem
│   └── TooManyCalls
├── ProfileError
│   ├── ProfileNotFound
│   └── ProfileStale
├── KnowledgeError
│   ├── DocumentNotFound
│   └── JobNotFound
├── BadInput
│   ├── BadForm
│   ├── BadSound
│   ├── BadOffer
│   └── BadMessage
├── NotAllowed
├── TooManyRequests
├── EngineError
│   ├── EngineTimeout
│   ├── EngineUnavailable
│   ├── EngineRefused
│   └── BudgetSpent
└── SettingsError
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kitt_rtc.model.profile import Profile


class KittError(Exception):
    """Anything this house raises on purpose."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CallError(KittError):
    code = "call_error"


class CallNotFound(CallError):
    """No call by this id, or none any more. Every door answers it with the same words."""

    code = "call_not_found"

    def __init__(self, message: str = "Session non trouvée") -> None:
        super().__init__(message)


class CallOver(CallError):
    """The call has ended: nobody joins it and nothing is added to it."""

    code = "call_over"


class CallLive(CallError):
    """The call goes on: what is only done to an ended one is not done."""

    code = "call_live"

    def __init__(self, message: str = "the call is live: end it first") -> None:
        super().__init__(message)


class LegNotFound(CallError):
    """Nobody of this id is in the call, or not any more."""

    code = "leg_not_found"

    def __init__(self, message: str = "nobody of this leg_id is in the call: see the legs of its state") -> None:
        super().__init__(message)


class NotForThem(CallError):
    """It makes no sense for this person's part in the call."""

    code = "not_for_them"


class TooManyCalls(CallError):
    code = "too_many_calls"


class ProfileError(KittError):
    code = "profile_error"


class ProfileNotFound(ProfileError):
    """No customer by this id, or none any more."""

    code = "profile_not_found"

    def __init__(self, message: str = "there is no customer profile of this id") -> None:
        super().__init__(message)


class ProfileStale(ProfileError):
    """Somebody else has changed it meanwhile."""

    code = "profile_stale"

    def __init__(self, newer: Profile) -> None:
        super().__init__(f"the profile was changed meanwhile, to version {newer.version}: look at it, and save again")
        self.newer = newer


class KnowledgeError(KittError):
    """Of the knowledge base as people look after it; its engine's failures are EngineErrors."""

    code = "knowledge_error"


class LackNotFound(KnowledgeError):
    """No gap by this id."""

    code = "gap_not_found"

    def __init__(self, message: str = "there is no gap of this id in the log") -> None:
        super().__init__(message)


class ProposedArticleNotFound(KnowledgeError):
    """No proposed article by this id."""

    code = "proposal_not_found"

    def __init__(self, message: str = "no article of this id is proposed") -> None:
        super().__init__(message)


class DocumentNotFound(KnowledgeError):
    code = "document_not_found"

    def __init__(self, message: str = "the knowledge base has no document of this id") -> None:
        super().__init__(message)


class JobNotFound(KnowledgeError):
    code = "job_not_found"

    def __init__(self, message: str = "no job of this id is waiting, running or lately done") -> None:
        super().__init__(message)


class BadInput(KittError):
    code = "bad_input"


class BadForm(BadInput):
    """A body that is readable but not of the door's form."""

    code = "bad_form"

    def __init__(self, message: str, fields: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(message)
        self.fields = tuple(fields)
        """One mapping per field at fault: "field" and "message"."""


class BadSound(BadInput):
    code = "bad_sound"


class BadOffer(BadInput):
    code = "bad_offer"


class BadMessage(BadInput):
    """A message of a media line that cannot be read."""

    code = "bad_message"


class NotAllowed(KittError):
    """`known` says whether somebody was recognised (403) or nobody was (401)."""

    code = "not_allowed"

    def __init__(self, message: str, *, known: bool = True) -> None:
        super().__init__(message)
        self.known = known


class TooManyRequests(KittError):
    """Allowed, but not this often."""

    code = "too_many_requests"

    def __init__(self, message: str, *, retry_seconds: float = 60.0) -> None:
        super().__init__(message)
        self.retry_seconds = retry_seconds
        """When the same request may succeed, in seconds from now."""


class EngineError(KittError):
    """An engine did not do its work; `retryable` says whether the same call may succeed a moment later."""

    code = "engine_error"

    def __init__(self, engine: str, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.engine = engine
        self.retryable = retryable


class EngineTimeout(EngineError):
    code = "engine_timeout"


class EngineUnavailable(EngineError):
    """The engine is away, or not installed; the message says what to do."""

    code = "engine_unavailable"


class EngineRefused(EngineError):
    """The engine answered, and will answer the same again: key, quota, content, or an answer out of form."""

    code = "engine_refused"


class BudgetSpent(EngineError):
    """A call has used up what language models may cost in it."""

    code = "budget"

    def __init__(self) -> None:
        super().__init__(
            "model",
            "The language model has used up this call's tokens: cards and rules go on alone. "
            "COACH_BUDGET_TOKENS says how many there are; 0 is no limit.",
        )


class SettingsError(KittError):
    """A setting that cannot be: the message begins with the variable's name."""

    code = "bad_settings"
