"""The lines of a call that tell something, quoted as they were said."""

import pytest

from kitt_rtc.model.speech import Role
from kitt_rtc.pipeline.gleaner import claim, glean, prove, telling
from tests.fakes.thinking import says


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("needs", "We are looking for something simpler."),
        ("needs", "Il nous faut une solution avant l'été."),
        ("budget", "Our budget is tight."),
        ("budget", "On a 20 000 euros."),
        ("timing", "It must run before the end of June."),
        ("timing", "Il faut que ce soit prêt d'ici la fin du mois."),
        ("next_step", "Let's meet on Thursday."),
        ("next_step", "Je vous rappelle demain."),
        ("dated", "Let's meet on Thursday."),
        ("question", "How do you do that today?"),
        ("question", "Combien de personnes sont concernées ?"),
        ("recap", "So what you are saying is that it is slow."),
        ("recap", "Si je comprends bien, c'est lent."),
        ("thanks", "Merci beaucoup."),
    ],
)
def test_a_telling_sentence_is_found_and_only_that_one(kind: str, text: str):
    (line,) = glean(kind, [says(Role.CUSTOMER, f"Oh well. {text} Voilà.")])
    assert line.quote == text
    assert glean(kind, [says(Role.CUSTOMER, "The sky is blue. Le ciel est bleu.")]) == []


def test_a_very_long_sentence_is_quoted_from_the_clause_that_tells():
    text = "so " * 60 + ", our budget is twenty thousand, " + "and so on " * 30
    (line,) = glean("budget", [says(Role.CUSTOMER, text)])
    assert line.quote in text
    assert line.quote.startswith("our budget")
    assert len(line.quote) <= 180


@pytest.mark.parametrize("finding", ["Price: “It is too dear”", "Prix : « It is too dear »"])
def test_a_finding_of_the_context_is_proved_by_who_said_it(finding: str):
    said = says(Role.CUSTOMER, "Well. It is too dear.")
    line = prove(finding, [says(Role.REP, "Hello."), said])
    assert line is not None
    assert (line.text, line.quote, line.utterance) == (finding.partition(":")[0].strip(), "It is too dear", said)
    assert prove("Price: “It is cheap”", [said]) is None


def test_a_claim_without_its_words_is_none():
    assert claim("They love it", "we love it", [says(Role.CUSTOMER, "It is fine.")]) is None


def test_the_most_telling_sentences_are_kept_in_the_order_spoken():
    said = [
        says(Role.CUSTOMER, "Yes. The green door of the warehouse squeaks.", at=1),
        says(Role.CUSTOMER, "Well. A blue cat sleeps under the old table.", at=2),
        says(Role.CUSTOMER, "Hm. It rains on the roof of the garage.", at=3),
    ]
    assert [line.quote for line in telling(said)] == [
        "The green door of the warehouse squeaks.",
        "A blue cat sleeps under the old table.",
        "It rains on the roof of the garage.",
    ]
    assert telling([]) == []
