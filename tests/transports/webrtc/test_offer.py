import random

import pytest
from aiortc.sdp import SessionDescription

from kitt_rtc.model.errors import BadOffer
from kitt_rtc.transports.webrtc.offer import read_offer

FINGERPRINT = "a=fingerprint:sha-256 " + ":".join(["AB"] * 32)
HEAD = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", "a=group:BUNDLE 0 1", "a=ice-options:trickle"]
KEYS = ["a=ice-ufrag:abcd", "a=ice-pwd:0123456789012345678901", FINGERPRINT, "a=setup:actpass"]
AUDIO = [
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 0", "c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0", *KEYS, "a=mid:0",
    "a=sendrecv", "a=rtcp-mux", "a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1",
    "a=rtpmap:0 PCMU/8000",
]  # fmt: skip
HOST = "a=candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host generation 0"
DATA = ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0", *KEYS, "a=mid:1", "a=sctp-port:5000"]


def sdp(*groups: list[str]) -> str:
    return "\r\n".join(line for group in groups for line in group) + "\r\n"


GOOD = sdp(HEAD, AUDIO, [HOST], DATA)


def test_a_good_offer_keeps_its_words() -> None:
    assert set(read_offer(GOOD).splitlines()) == set(GOOD.splitlines())
    assert read_offer(GOOD.replace("\r\n", "\n")) == read_offer(GOOD)
    assert "m=application" not in read_offer(sdp([*HEAD[:4], "a=group:BUNDLE 0"], AUDIO))


def test_every_section_gets_the_transport_that_names_the_bundle() -> None:
    other = [line.replace("abcd", "wxyz") for line in DATA]
    stray = HOST.replace("50000", "60000")
    parsed = SessionDescription.parse(read_offer(sdp(HEAD, AUDIO, [HOST], other, [stray])))
    for media in parsed.media:
        assert media.ice.usernameFragment == "abcd"
        assert [candidate.port for candidate in media.ice_candidates] == [50_000]


@pytest.mark.parametrize("direction", ["recvonly", "sendonly", "sendrecv"])
def test_who_only_listens_may_come(direction: str) -> None:
    assert direction in read_offer(GOOD.replace("a=sendrecv", f"a={direction}"))


@pytest.mark.parametrize(
    "candidate",
    [
        "a=candidate:1 1 udp 1 4f0c-8e2a.local 50000 typ host",
        "a=candidate:1 1 tcp 1 192.0.2.7 9 typ host tcptype active",
        "a=candidate:1 1 udp 1 127.0.0.1 6379 typ host",
        "a=candidate:1 1 udp 1 ::1 6379 typ host",
        "a=candidate:1 1 udp 1 ::ffff:127.0.0.1 6379 typ host",
        "a=candidate:1 1 udp 1 169.254.169.254 80 typ host",
        "a=candidate:1 1 udp 1 224.0.0.251 5353 typ host",
        "a=candidate:1 1 udp 1 0.0.0.0 5353 typ host",
        "a=candidate:1 1 udp 1 intern.example.com 80 typ host",
        "a=candidate:1 1 udp 1 192.0.2.7 0 typ host",
        "a=candidate:1 1 udp 1 192.0.2.7 99999 typ host",
        "a=candidate:1",
        "a=end-of-candidates",
    ],
)
def test_candidates_that_must_not_be_reached_are_left_out(candidate: str) -> None:
    tidy = read_offer(sdp(HEAD, AUDIO, [HOST, candidate], DATA))
    assert candidate not in tidy.splitlines()
    assert HOST in tidy.splitlines()


def test_no_more_candidates_than_make_sense() -> None:
    many = [f"a=candidate:{number} 1 udp 1 192.0.2.{number} 50000 typ host" for number in range(1, 200)]
    parsed = SessionDescription.parse(read_offer(sdp(HEAD, AUDIO, many, DATA)))
    assert [len(media.ice_candidates) for media in parsed.media] == [32, 32]


def without(lines: list[str], start: str) -> list[str]:
    return [line for line in lines if not line.startswith(start)]


BAD = {
    "nothing": ("", "empty"),
    "blank": (" \r\n", "empty"),
    "garbage": ("hello", "not SDP"),
    "json": ('{"type": "offer"}', "not SDP"),
    "binary": ("v=0\r\n\x00\x01", "not SDP"),
    "no_media": (sdp(HEAD), "no audio"),
    "a_megabyte": (GOOD + "a=x:" + "y" * 1_000_000, "longer than"),
    "many_lines": (GOOD + "a=x\r\n" * 2_000, "not SDP"),
    "video": (sdp(HEAD, AUDIO, ["m=video 9 UDP/TLS/RTP/SAVPF 96", *KEYS, "a=mid:2"]), "video"),
    "only_data": (sdp([*HEAD[:4], "a=group:BUNDLE 1"], DATA), "exactly one audio"),
    "two_voices": (sdp(HEAD, AUDIO, AUDIO), "exactly one audio"),
    "two_channels": (sdp(HEAD, AUDIO, DATA, DATA), "nothing else"),
    "text": (sdp(HEAD, AUDIO, ["m=text 9 RTP/AVP 98", *KEYS, "a=mid:1"]), "nothing else"),
    "no_opus": (sdp(HEAD, without(AUDIO, "a=rtpmap:111"), DATA), "Opus"),
    "no_keys": (sdp(HEAD, without(AUDIO, "a=ice-pwd"), DATA), "ice-pwd"),
    "short_key": (GOOD.replace("0123456789012345678901", "0123"), "ice-pwd"),
    "no_name": (sdp(HEAD, without(AUDIO, "a=ice-ufrag"), DATA), "ice-ufrag"),
    "no_fingerprint": (sdp(HEAD, AUDIO, without(DATA, "a=fingerprint")), "application section has no usable fing"),
    "md5": (GOOD.replace("sha-256", "md5"), "fingerprint"),
    "no_setup": (sdp(HEAD, without(AUDIO, "a=setup"), DATA), "setup"),
    "odd_setup": (GOOD.replace("actpass", "holdconn"), "setup"),
    "no_mid": (sdp(HEAD, without(AUDIO, "a=mid"), DATA), "mid"),
    "same_mid": (GOOD.replace("a=mid:1", "a=mid:0"), "same mid"),
    "no_mux": (sdp(HEAD, without(AUDIO, "a=rtcp-mux"), DATA), "rtcp-mux"),
    "no_bundle": (sdp(without(HEAD, "a=group"), AUDIO, DATA), "bundled"),
    "half_bundle": (GOOD.replace("BUNDLE 0 1", "BUNDLE 0"), "bundled"),
    "data_names_the_bundle": (GOOD.replace("BUNDLE 0 1", "BUNDLE 1 0"), "audio must come first"),
    "data_first": (sdp([*HEAD[:4], "a=group:BUNDLE 1 0"], DATA, AUDIO), "audio must come first"),
    "two_mids": (GOOD.replace("a=mid:0", "a=mid:0\r\na=mid:7"), "more than one mid"),
    "two_keys": (GOOD.replace("a=sendrecv", "a=sendrecv\r\na=ice-ufrag:efgh"), "more than one ice-ufrag"),
    "inactive": (GOOD.replace("a=sendrecv", "a=inactive"), "inactive"),
    "cut_rtpmap": (GOOD.replace("a=rtpmap:0 PCMU/8000", "a=rtpmap:0"), "cannot be|can be read"),
    "orphan_fmtp": (GOOD.replace("a=fmtp:111", "a=fmtp:99"), "can be read"),
    "odd_port": (GOOD.replace("m=audio 9", "m=audio nine"), "can be read"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_offers_are_refused_with_the_reason(name: str) -> None:
    text, reason = BAD[name]
    with pytest.raises(BadOffer, match=reason):
        read_offer(text)


def test_cut_and_shuffled_offers_are_refused_or_read_never_more() -> None:
    chance = random.Random(7)
    lines = GOOD.split("\r\n")
    refused = 0
    for _ in range(500):
        broken = list(lines)
        match chance.randrange(4):
            case 0:
                chance.shuffle(broken)
            case 1:
                del broken[chance.randrange(len(broken)) :]
            case 2:
                place = chance.randrange(len(broken))
                broken[place] = broken[place][: chance.randrange(len(broken[place]) + 1)]
            case _:
                place = chance.randrange(len(broken))
                broken[place] = broken[place] + chance.choice([" ", ":", "\t1", " 1 2 3", "/"])
        try:
            read_offer("\r\n".join(broken))
        except BadOffer:
            refused += 1
    assert refused > 250
