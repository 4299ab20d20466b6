"""In which language somebody is heard from the start; and what no engine here writes down, told before they speak."""

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.crew import Crew
from kitt_rtc.model.facts import LanguageSwitched, Trouble
from kitt_rtc.model.speech import Speaker

DECLARED = "declared"
"""`LanguageSwitched.reason`: whoever brought them into the call said so."""
_REMEDY = "Set OPENAI_API_KEY, OPENAI_BASE_URL or WHISPER_FOLDER."


def declare(call: Call, crew: Crew, speaker: Speaker, language: str) -> None:
    """Somebody who is new in the call speaks this language; empty: the call's. Raises CallOver."""
    before = call.conversation.language_of(speaker.id)
    if language and language != before:
        call.record(LanguageSwitched(speaker.id, language, before, DECLARED))
        warn_if_deaf(call, crew, language)


def warn_if_deaf(call: Call, crew: Crew, language: str) -> None:
    """Tell the story when nothing can write this language down. Raises CallOver."""
    if not crew.scribe.hears(language):
        call.record(Trouble("transcriber", "no_engine", f"No engine here writes “{language}” down. {_REMEDY}"))
