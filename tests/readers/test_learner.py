"""What a call that ended well proposes: its own sentences in order, with nobody's name or number; and when nothing."""

from kitt_rtc.journal import Journal
from kitt_rtc.model.facts import CaseSettled, Fact, GapFound, InsightGiven
from kitt_rtc.model.insight import Insight, InsightType, Passage, Verdict
from kitt_rtc.model.proposed_article import ProposedArticle
from kitt_rtc.model.speech import Role
from kitt_rtc.readers.learner import Learner
from tests.fakes.facts import ended, said, started
from tests.fakes.proposals import DictProposals

AGENT = Role.SUPPORT_AGENT
TROUBLE = said("L'image de la caméra Argus devient rose la nuit.", number=1, start=1.0, name="Paul Martin")
GAP = GapFound("L'image devient rose", "nothing", "fr", because=("utt1",))
CURE = (
    said("D'accord Paul, je regarde.", number=2, start=3.0, role=AGENT, name="Ana Lopez"),
    said(
        "Débranchez le filtre infrarouge. Puis relancez la caméra.", number=3, start=5.0, role=AGENT, name="Ana Lopez"
    ),
    said("Vous voyez le voyant vert ?", number=4, start=7.0, role=AGENT, name="Ana Lopez"),
    said("Sinon appelez Paul Martin au 06 12 34 56 78 pour un filtre neuf.", number=5, start=9.0, role=AGENT),
)
WORKS = said("Ça y est, ça marche.", number=6, start=12.0, name="Paul Martin")
BEHIND = said("Pensez à fermer le boîtier du disjoncteur.", number=7, start=15.0, role=AGENT)


def _settled(
    *, resolved: bool = True, answers: tuple[str, ...] = (), because: tuple[str, ...] = ("utt1",)
) -> CaseSettled:
    return CaseSettled(resolved, "words", "ça marche", "utt6", because, answers)


def _answer(number: int, source: str) -> InsightGiven:
    passage = Passage(f"p{number}", "Title", "Text", source)
    card = Insight(
        f"i{number}", InsightType.KNOWLEDGE_BASE, f"1. Serrez la vis numéro {number} du support.", passages=(passage,)
    )
    return InsightGiven(card, Verdict(False, "new"), 0.1)


async def _learnt(*facts: Fact) -> list[ProposedArticle]:
    articles = DictProposals()
    journal = Journal("one", clock=lambda: 10.0)
    for fact in (started("one"), *facts, ended()):
        journal.append(fact)
    journal.close()
    learner = Learner(articles, now=lambda: 1_700_000_000.0)
    await learner.read(journal)
    await learner.read(journal)  # a call that is read once more proposes nothing twice
    return await articles.listing()


async def test_R12_a_resolved_call_that_no_article_answered_proposes_its_own_sentences_in_order():
    (article,) = await _learnt(TROUBLE, GAP, *CURE, WORKS, BEHIND, _settled())
    assert article.symptom == "L'image de la caméra Argus devient rose la nuit."
    assert [(step.text, step.because) for step in article.steps] == [
        ("Débranchez le filtre infrarouge.", "utt3"),
        ("Puis relancez la caméra.", "utt3"),
        ("Sinon appelez [name] au [phone] pour un filtre neuf.", "utt5"),
    ]
    assert (article.why, article.state, article.call_id, article.language) == ("gap", "open", "one", "fr")
    assert (article.created_at, article.written_by) == (1_700_000_000.0, "rules")


async def test_R12_one_article_that_helped_teaches_nothing():
    assert await _learnt(TROUBLE, _answer(1, "a.md"), *CURE, WORKS, _settled(answers=("i1",))) == []


async def test_R12_an_article_that_did_not_help_and_what_then_did_is_a_lesson_without_the_former():
    failed = CaseSettled(False, "words", "toujours rose", "utt2", ("utt1",), ("i1",))
    story = (TROUBLE, _answer(1, "a.md"), failed, *CURE, WORKS, _settled(answers=("i1",)))
    (article,) = await _learnt(*story)
    assert article.why == "failed"
    assert not any("vis numéro 1" in step.text for step in article.steps)


async def test_R12_two_articles_that_it_took_together_are_a_lesson():
    (article,) = await _learnt(TROUBLE, _answer(1, "a.md"), _answer(2, "b.md"), WORKS, _settled(answers=("i1", "i2")))
    assert (article.why, len(article.steps)) == ("several", 2)
    assert article.steps[0].text == "Serrez la vis numéro 1 du support."


async def test_R12_what_did_not_end_well_or_was_taken_back_proposes_nothing():
    assert await _learnt(TROUBLE, GAP, *CURE) == []
    assert await _learnt(TROUBLE, GAP, *CURE, _settled(resolved=False)) == []
    taken_back = CaseSettled(False, "agent-1")
    assert await _learnt(TROUBLE, GAP, *CURE, WORKS, _settled(), taken_back) == []
