"""Signs of listening: "mm", "d'accord", "I see", said while the other side holds the floor. Nobody waits for them.

The law: when in doubt it is an answer. It takes all four to be a sign of listening: nothing but words of the list, said
in a second or so, amid the words of somebody else, and no question of theirs before it. A question that may have been
asked and is not written down yet is a doubt.
"""

import re

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Amid, Segment, Utterance
from kitt_rtc.model.words import fold

_LONGEST_SECONDS = 1.2
"""Of speech; "oui oui d'accord" takes one."""
_MOST_WORDS = 4
_QUESTION_SECONDS = 3.0
"""What was asked longer ago is answered or forgotten."""
_SAME_SECONDS = 0.6
"""A written line that ends so near to where its speaker fell silent is what they said last."""
_MANY = re.compile(r"(.)\1{2,}")
"""A drawn-out sound: "mmmm"."""

_SIGNS = {
    "fr": (
        "ah", "ah bon", "ah d accord", "ah oui", "ben oui", "bien", "bien sur", "c est ca", "compris", "d accord",
        "daccord", "eh oui", "entendu", "exact", "exactement", "hein", "he oui", "je comprends", "je vois", "oh", "ok",
        "okay", "oki", "ouais", "oui", "tout a fait", "tres bien", "voila",
    ),
    "en": (
        "absolutely", "ah", "all right", "alright", "exactly", "fair enough", "gotcha", "got it", "i see", "indeed",
        "interesting", "of course", "oh", "oh okay", "ok", "okay", "really", "right", "sure", "that s right", "true",
        "understood", "uh", "yeah", "yep", "yes", "yup",
    ),
}  # fmt: skip
_SOUNDS = ("mm", "m", "mmh", "mh", "mhm", "hm", "hmm", "hum", "mm hm", "mm hmm", "m hm", "uh huh", "aha", "ha", "mhmm")
"""Of either language; engines spell them as they like."""
_TAGS = {
    "fr": ("n est ce pas", "hein", "d accord", "c est bien ca", "c est ca", "pas vrai", "ou non", "ou pas", "ok"),
    "en": ("right", "correct", "okay", "ok", "isn t it", "don t you", "aren t you", "is that right", "yes", "or not"),
}
"""How a question ends whose mark the engine did not write."""
_OPENINGS = {
    "fr": ("avez vous", "combien", "est ce qu", "est ce que", "etes vous", "pouvez vous", "quand", "voulez vous"),
    "en": (
        "are you", "can you", "could you", "did you", "do you", "have you", "is it", "is that", "will you",
        "would you",
    ),
}  # fmt: skip


def is_backchannel(utterance: Utterance, segment: Segment, conversation: Conversation) -> bool:
    """Is this a sign of listening, by its words and by the way it lay in the words of the other side?"""
    spoken = segment.seconds if segment.speech_seconds is None else segment.speech_seconds
    if segment.amid is None or spoken > _LONGEST_SECONDS or not _only_signs(utterance):
        return False
    return not _may_answer(utterance, segment.amid, conversation)


def _only_signs(utterance: Utterance) -> bool:
    """Nothing but signs of listening, one after the other: "oui oui d'accord"."""
    words = fold(_MANY.sub(r"\1\1", utterance.text.lower())).split()
    signs = {*_SOUNDS, *_SIGNS.get(utterance.language, ())}
    return 0 < len(words) <= _MOST_WORDS and _made_of(tuple(words), signs)


def _made_of(words: tuple[str, ...], signs: set[str]) -> bool:
    if not words:
        return True
    heads = (length for length in range(1, len(words) + 1) if " ".join(words[:length]) in signs)
    return any(_made_of(words[length:], signs) for length in heads)


def _may_answer(utterance: Utterance, amid: Amid, conversation: Conversation) -> bool:
    """Was something asked before it, or could it have been?"""
    before = [
        said
        for said in conversation.utterances
        if said.speaker.id != utterance.speaker.id and said.start < utterance.start and not said.backchannel
    ]
    last = before[-1] if before else None
    if amid.paused_at is not None and (last is None or abs(last.end - amid.paused_at) > _SAME_SECONDS):
        return True  # they ended a sentence, and it is not known yet
    return last is not None and utterance.start - last.end <= _QUESTION_SECONDS and _asks(last)


def _asks(said: Utterance) -> bool:
    if said.text.rstrip(" \"'»”").endswith("?"):
        return True
    words = fold(said.text)
    last_sentence = fold(re.split(r"[.!?…]\s", said.text)[-1])
    tags, openings = _TAGS.get(said.language, ()), _OPENINGS.get(said.language, ())
    return words.endswith(tuple(f" {tag}" for tag in tags)) or last_sentence.startswith(
        tuple(f"{opening} " for opening in openings)
    )
