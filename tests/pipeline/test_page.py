"""A page: headings, claims with their quotes, and honest gaps, in both languages."""

import pytest

from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Role
from kitt_rtc.pipeline.gleaner import Line
from kitt_rtc.pipeline.page import Page
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import RECORDINGS, says

SAID = says(Role.CUSTOMER, "It is too dear.", at=125.0)
ANSWER = Insight(
    "k", InsightType.KNOWLEDGE_BASE, "Open it.", title="Recordings", quote="Open it", passages=(RECORDINGS,)
)


@pytest.mark.parametrize(
    ("language", "page"),
    [
        (
            "en",
            "# The client\n\n## Needs\n- “It is too dear.” (customer, 2:03)\n\n## Budget\n- not said\n\n"
            "## Answers given\n- Recordings (62.6 %): “Open it”",
        ),
        (
            "fr",
            "# Le client\n\n## Besoins\n- « It is too dear. » (client, 2:03)\n\n## Budget\n- non évoqué\n\n"
            "## Réponses données\n- Recordings (62.6 %) : « Open it »",
        ),
    ],
)
def test_the_clients_page(language: str, page: str):
    lines = {"needs": [Line("", SAID.text, SAID)], "budget": []}
    assert Page(Library(), language).client(lines, [ANSWER]).text == page
    assert "Answers given" not in Page(Library(), "en").client(lines, []).text
