"""What leads a person away from the call: an article's stands in its quote alone."""

import pytest

from kitt_rtc.prompts.contacts import strange_contacts, uncovered, without_contacts

SEE = "(see the article)"


@pytest.mark.parametrize(
    "contact",
    ["https://evil.example/x", "help@evil.example", "shop dot evil dot com", "+33 1 99 00 12 88", "212-555-0188"],
)
def test_N9_contacts_are_covered(contact: str):
    assert without_contacts(f"Write to {contact}, then wait.", SEE) == f"Write to {SEE}, then wait."


@pytest.mark.parametrize(
    "text", ["Open http://192.168.1.20/setup first.", "Set the port to 8000.", "Wait 120 seconds."]
)
def test_N9_what_leads_nowhere_stays(text: str):
    assert without_contacts(text, SEE) == text


def test_N9_a_contact_is_strange_unless_the_house_wrote_it():
    assert strange_contacts("Call 212 555 0188.", [])
    assert not strange_contacts("Call 212 555 0188.", ["Support: 212-555-0188"])


def test_N9_the_quote_shows_the_line_as_it_stands():
    text = "1. Open the lid.\n2. Call 212 555 0188."
    assert uncovered(f"2. Call {SEE}.", text, SEE) == "2. Call 212 555 0188."
    assert uncovered("Open the lid", text, SEE) == "Open the lid"
    assert uncovered("Reach the call.", "Call 0 800 555 0142.", "(see the article)") == ""
