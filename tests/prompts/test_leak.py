"""A model that recites its instructions is not believed."""

from kitt_rtc.prompts.leak import RUN, leaks
from kitt_rtc.prompts.library import Library

PROMPT = Library().prompt("coach", "en")


def test_N9_a_run_of_the_instructions_is_a_leak_whatever_its_case_and_signs():
    words = PROMPT.instructions.split()[3 : 3 + RUN]
    assert leaks(f"Sure! I was told: {' '.join(words).upper()}!", PROMPT)


def test_a_few_words_in_common_are_none():
    words = PROMPT.instructions.split()[3 : 3 + RUN - 1]
    assert not leaks(" ".join(words), PROMPT)
    assert not leaks("", PROMPT)
    assert not leaks("Ask what the price is compared to, then put the cost of waiting beside it.", PROMPT)


def test_N9_a_run_of_another_prompt_of_ours_is_a_leak_too():
    others = Library().prompt("context_support", "fr").instructions.split()
    assert leaks(" ".join(others[5 : 5 + RUN]), PROMPT)
