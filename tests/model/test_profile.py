"""A profile grows by what it is taught, and by nothing else."""

from dataclasses import replace

import pytest

from kitt_rtc.model.profile import ITEM_LETTERS, MOST_ITEMS, NOTES_LETTERS, Lesson, Profile, has_room, knows, taught

ADA = Profile("p", name="Ada", needs=("une caméra plus rapide",), notes="Préfère le matin.", version=3)


def lesson(field: str, words: str, quote: str = "") -> Lesson:
    return Lesson(field, words, quote or words, "u1")


def test_what_is_taught_stands_behind_what_was_known():
    after, change = taught(ADA, lesson("needs", "un essai", "on veut un essai"))
    assert after == replace(ADA, needs=("une caméra plus rapide", "un essai"))
    assert (change.before, change.after) == ("une caméra plus rapide", "une caméra plus rapide\nun essai")
    assert (change.field, change.quote, change.utterance_id) == ("needs", "on veut un essai", "u1")


def test_notes_get_a_line():
    after, change = taught(ADA, lesson("notes", "Budget : 900 €"))
    assert after.notes == change.after == "Préfère le matin.\nBudget : 900 €"
    assert taught(Profile("p"), lesson("notes", "Budget"))[0].notes == "Budget"


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (lesson("needs", "UNE CAMERA plus rapide"), True),
        (lesson("needs", "Vitesse : « caméra plus rapide »", "caméra plus rapide"), True),
        (lesson("needs", "un essai"), False),
        (lesson("objections", "une caméra plus rapide"), False),
        (lesson("notes", "préfère le matin"), True),
        (lesson("competitors", "Orvane", "une caméra plus rapide"), False),
        (lesson("needs", "…"), True),
    ],
)
def test_the_same_words_are_known_however_they_are_written(told: Lesson, known: bool):
    assert knows(ADA, told) is known


def test_nothing_is_taken_out_to_make_room():
    full = replace(ADA, needs=tuple(f"besoin {number}" for number in range(MOST_ITEMS)), notes="a" * NOTES_LETTERS)
    assert not has_room(full, lesson("needs", "un de plus"))
    assert not has_room(full, lesson("notes", "un de plus"))
    assert has_room(full, lesson("terms", "X200"))
    assert not has_room(ADA, lesson("needs", "a" * (ITEM_LETTERS + 1)))


def test_a_lesson_is_known_by_what_it_says_and_who_said_it():
    assert lesson("needs", "un essai").id == lesson("needs", "un essai").id
    assert len({lesson("needs", "a").id, lesson("needs", "b").id, lesson("terms", "a").id}) == 3
