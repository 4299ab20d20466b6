"""The facts a sentence tells."""

from kitt_rtc.pipeline.particulars import added, named


def test_N2_a_fact_is_new_where_nobody_told_it():
    assert added("Axis asks 3000 euros in June.", ["We have 3000 euros."]) == {"month 5"}
    assert added("But Axis asks 3000 euros.", ["Juin, 3 000 euros."]) == {"name axis"}


def test_N2_a_name_is_told_at_the_beginning_of_a_sentence_too():
    assert named({"name axis", "number 3000"}, "Axis asks 3000 euros.") == {"name axis"}
    assert not named({"name axis"}, "Nobody else asks that.")
