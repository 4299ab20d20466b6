"""What the telephone network refuses, by its error number, in words that say what to do.

The numbers are https://www.twilio.com/docs/api/errors; what is not listed is told with its number.
"""

from kitt_rtc.model.errors import EngineError, EngineRefused, EngineUnavailable

ENGINE = "twilio"
_SERVER_FAULT = 500
_TOO_MANY = 429

_NO_NUMBER = "the telephone network does not know this number"
_PERMISSIONS = "the account may not call this country: see its geo permissions"
_CREDENTIALS = "the telephone network refuses our credentials: check TWILIO_AUTH_TOKEN or API key, and TWILIO_REGION"
_FROM = "TWILIO_PHONE_NUMBER is not a number this account may call from: buy or verify it"
_ADDRESS = "the telephone network does not take our address: check TWILIO_WEBSOCKET_URL or PUBLIC_URL"
_BLOCKED = "the telephone network blocks calls to this number"

SENTENCES: dict[int, str] = {
    10001: "the account is suspended or closed: see Twilio's console",
    10002: "a trial account cannot do this: upgrade it",
    10004: "the account has as many calls as it may have: hang one up, or ask Twilio for more",
    13223: _NO_NUMBER,
    13224: _NO_NUMBER,
    13225: _BLOCKED,
    13226: _NO_NUMBER,
    13227: _PERMISSIONS,
    20003: _CREDENTIALS,
    20005: "the account is suspended or closed: see Twilio's console",
    20008: "test credentials ring nobody: use the live ones in TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
    20404: "the telephone network does not know this account or call: check TWILIO_ACCOUNT_SID and TWILIO_REGION",
    21201: _NO_NUMBER,
    21202: "premium numbers are not called",
    21203: _PERMISSIONS,
    21205: _ADDRESS,
    21210: _FROM,
    21211: _NO_NUMBER,
    21212: _FROM,
    21213: "there is no number to call from: set TWILIO_PHONE_NUMBER",
    21214: "this number cannot be reached",
    21215: _PERMISSIONS,
    21216: _BLOCKED,
    21217: _NO_NUMBER,
    21219: "a trial account calls verified numbers only: verify this one in Twilio's console, or upgrade",
    21220: "the call is over already",
    21401: _NO_NUMBER,
    21609: _ADDRESS,
    32203: _BLOCKED,
    32205: _PERMISSIONS,
}


def translated(status: int, code: int | None, *, repeatable: bool) -> EngineError:
    """A refusal in our words. `repeatable`: asking the same once more does no harm."""
    if status == _TOO_MANY:
        return EngineUnavailable(ENGINE, "the telephone network takes no more requests just now", retryable=True)
    if status >= _SERVER_FAULT:
        return EngineUnavailable(ENGINE, f"the telephone network failed (HTTP {status})", retryable=repeatable)
    sentence = SENTENCES.get(code or 0)
    if sentence is None and status in {401, 403}:
        sentence = _CREDENTIALS
    return EngineRefused(ENGINE, f"{sentence or 'the telephone network refuses this'} (code {code})")
