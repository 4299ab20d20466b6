"""What the telephone network is told."""

from xml.etree import ElementTree

import pytest

from kitt_rtc.transports.twilio import twiml

STREAM = "wss://desk.example.com/twilio/media-stream"


def verbs(text: str) -> list[str]:
    return [element.tag for element in ElementTree.fromstring(text).iter()]


def test_F13_the_greeting_comes_before_the_stream_in_its_language():
    text = twiml.connect(
        greeting="Bonjour, veuillez décrire le problème",
        language="fr",
        stream_url=STREAM,
        parameters={"session_id": "session_1", "ticket": "abc"},
        back_url="https://desk.example.com/twilio/voice?turn=1&order=x",
    )
    answer = ElementTree.fromstring(text)
    assert [element.tag for element in answer] == ["Say", "Connect", "Pause", "Redirect"]
    assert answer[0].text == "Bonjour, veuillez décrire le problème"
    assert answer[0].get("language") == "fr-FR"
    stream = answer[1][0]
    assert stream.get("url") == STREAM
    assert {child.get("name"): child.get("value") for child in stream} == {"session_id": "session_1", "ticket": "abc"}
    assert int(answer[2].get("length")) == twiml.BACK_SECONDS
    assert answer[3].text == "https://desk.example.com/twilio/voice?turn=1&order=x"


def test_V08_the_stream_address_is_told_as_it_is_given():
    text = twiml.connect(greeting="", language="en", stream_url=STREAM, parameters={})
    assert verbs(text) == ["Response", "Connect", "Stream"]
    assert f'url="{STREAM}"' in text


@pytest.mark.parametrize(
    "words",
    [
        '"/><Dial>+33899000000</Dial><Say x="',
        "</Say><Redirect>https://evil.example</Redirect><Say>",
        "]]><Hangup/><![CDATA[",
        "&lt;Dial&gt;&#60;Dial&#62;",
        "<!--",
        "<?xml version='1.0'?><Response><Dial/></Response>",
        "a\x00b\x08c\ud800d\ufffe",
        "x" * 100_000,
    ],
    ids=["attribute", "verb", "cdata", "entity", "comment", "prolog", "control", "long"],
)
def test_words_never_change_the_verbs(words: str):
    text = twiml.connect(greeting=words, language=words, stream_url=STREAM, parameters={words: words, "x": "y"})
    assert verbs(text) == ["Response", "Say", "Connect", "Stream", "Parameter", "Parameter"]
    refusal = twiml.decline(sentence=words, language="fr")
    assert verbs(refusal) == ["Response", "Say", "Hangup"]
    assert len(refusal) < 20_000


def test_declining_without_a_word_just_hangs_up():
    assert verbs(twiml.decline()) == ["Response", "Hangup"]
