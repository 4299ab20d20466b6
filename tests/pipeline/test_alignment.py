"""Two pieces of advice laid beside each other: what has each that the other has in no form?"""

import pytest

from kitt_rtc.pipeline.alignment import align


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ask what they pay their provider now.", "How much does the present vendor charge? Ask."),
        ("Put a figure on the hours lost.", "Chiffrez les heures perdues."),
        ("Changez la pile du capteur.", "Replace the sensor's battery."),
        ("Offer a pilot in one store.", "Proposez un essai dans une boutique."),
        ("Wait two minutes.", "Attendez 2 minutes."),
        ("Call back on Monday.", "Rappelez lundi."),
        ("Let the client finish.", "Do not interrupt: let the client finish."),
        ("Ne vendez plus.", "Arrêtez de vendre."),
        ("Switch the recorder off.", "Éteignez l'enregistreur."),
        ("Ask about the warehouse.", "Ask about the warehouse in Lille."),
    ],
)
def test_N2_other_words_for_the_same_idea_are_the_same_in_both_languages(one: str, other: str):
    assert align(one, other).same()
    assert align(other, one).same()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Offer a trial of one month.", "Offer a trial of three months."),
        ("Proposez un essai d'un mois.", "Proposez un essai de trois mois."),
        ("Call back on Monday.", "Rappelez mardi."),
        ("Mention the client in Lyon.", "Mention the client in Marseille."),
        ("Use port 8000.", "Use port 554."),
        ("Is the red light on?", "Le voyant vert est-il allumé ?"),
        ("Restart the router.", "Restart the camera."),
        ("Redémarrez l'enregistreur.", "Update the recorder."),
        ("Ask why the project failed.", "Demandez quand démarre le projet."),
        ("Speak to the accountant.", "Speak to the lawyer."),
        ("Send it by email.", "Envoyez-le par courrier."),
        ("Ask about the glockenspiel.", "Ask about the trombone."),
    ],
)
def test_N2_another_number_name_day_thing_person_or_channel_is_another_idea(one: str, other: str):
    assert align(one, other).differs()
    assert align(other, one).differs()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Offer the discount now.", "Do not offer the discount now."),
        ("Débranchez la caméra.", "Ne débranchez pas la caméra."),
        ("Proposez la remise.", "Do not offer the discount."),
        ("Lock the menu.", "Unlock the menu."),
        ("Arm the hall.", "Disarm the hall."),
        ("Raise the volume.", "Baissez le volume."),
    ],
)
def test_N2_a_not_or_an_opposite_is_another_idea(one: str, other: str):
    assert align(one, other).differs()
    assert align(other, one).differs()


def test_N2_one_word_of_its_own_counts_for_more_where_the_rest_stands_word_for_word():
    literal = align("Ask who handles the glockenspiel there.", "Ask who handles the trombone there.")
    retold = align("Ask who handles the glockenspiel there.", "Which person looks after trombones? Find out.")
    assert literal.apart == retold.apart
    assert literal.differs()
    assert not retold.differs()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Add a camera at the gate.", "Add a camera at the till."),
        ("Unscrew the left hinge.", "Unscrew the right hinge."),
        ("Book the training room.", "Book the training course."),
    ],
)
def test_N2_another_word_in_the_same_place_is_another_idea(one: str, other: str):
    assert align(one, other).differs()
