"""The same with a language model, which here is a script behind real HTTP: `python -m evals.support model`.

The script copies: as query the technician's words, as answer the first steps of the first passage with the first of
them as its quote. Every third quote it invents. So these figures tell what is believed of a model and what its way
costs, not how well a model thinks.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from evals.figure import Figure
from evals.support import calls, dialogues
from evals.support.bench import Bench
from evals.support.questions import HELD, read
from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_text import ModelOptions, OpenAIModel
from kitt_rtc.ports import LanguageModel
from tests.fakes.openai_server import OpenAIServer, Seen

ANSWER_SECONDS = 0.2
"""Of each of the two or three questions that an answer takes."""
INVENTED_QUOTE = "Replace the flux capacitor and hum twice."
_INVENTED = 3
_BLOCK = re.compile(r"^\[\[\w+ (?P<label>[^\]]+)\]\]\n(?P<text>.*?)\n\[\[/", re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"^\d+\. (.+)$", re.MULTILINE)
_FORMS = ("FaultForm", "QueryForm", "AnswerForm", "QuestionForm")


async def figures(bench: Bench, quick: bool = False) -> Sequence[Figure]:
    """Of a third of the held questions, and of the held dialogues."""
    questions = read(HELD)[:: 12 if quick else 3]
    sheets = [sheet for sheet in dialogues.read() if sheet.part == "held"][:: 4 if quick else 1]
    async with scripted() as model:
        answered = await calls.play(bench, questions, model)
        played = await dialogues.play_all(bench, sheets, model)
    cards = [call.reaction.card for call in answered if call.answered and call.reaction.card]
    by_model = [card.written_by != "rules" for card in cards]
    return [
        Figure("model: answers in its words, the others' quotes were not found", calls.share(cards, by_model), "%"),
        *calls.of("model", answered),
        *dialogues.of("model, dialogues", played),
    ]


@asynccontextmanager
async def scripted() -> AsyncIterator[LanguageModel]:
    """A model behind a server on this machine."""
    async with OpenAIServer() as server:
        for form in _FORMS:
            server.answer(form, {})
        numbers = count(1)

        async def think(_: int) -> None:
            await asyncio.sleep(ANSWER_SECONDS)
            seen = server.requests[-1]
            server.answer(_form(seen), _thought(seen, numbers))

        server.pace = think
        client = OpenAIClient(OpenAIOptions(base_url=server.base_url))
        try:
            yield OpenAIModel(client, ModelOptions("scripted"))
        finally:
            await client.close()


def _form(seen: Seen) -> str:
    return str(seen.body["response_format"]["json_schema"]["name"])


def _thought(seen: Seen, numbers: "count[int]") -> Mapping[str, Any]:
    blocks = {match["label"]: match["text"] for match in _BLOCK.finditer(seen.messages["user"])}
    match _form(seen):
        case "QueryForm":
            return {"query": " ".join(blocks.get("Technician", "").split())[:300]}
        case "AnswerForm":
            steps = _STEP.findall(blocks.get("Passage 1", ""))[:2]
            quote = INVENTED_QUOTE if next(numbers) % _INVENTED == 0 else "".join(steps[:1])
            return {"found": bool(steps), "passage": 1, "answer": " ".join(steps), "quote": quote}
        case "QuestionForm":
            french = "Quel message ou quel code voyez-vous ?"
            return {"question": french if _asked_in_french(seen) else "Which message or code do you see?"}
        case _:
            return {}


def _asked_in_french(seen: Seen) -> bool:
    return "français" in json.dumps(seen.messages["system"], ensure_ascii=False)
