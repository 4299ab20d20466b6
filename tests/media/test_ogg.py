import io

import av
import numpy as np
import pytest

from kitt_rtc.media import ogg
from kitt_rtc.media.opus import STEREO_BYTES, StereoEncoder
from tests.sounds.made import loudest_hertz, silence, tone

SERIAL = 0xC0FFEE


def both(left: bytes, right: bytes) -> bytes:
    return np.stack([np.frombuffer(left, "<i2"), np.frombuffer(right, "<i2")], axis=1).tobytes()


def stream(packets: list[bytes], head: bytes, *, per_page: int = 50) -> list[bytes]:
    pages = [
        ogg.page([head], serial=SERIAL, number=0, granule=0, first=True),
        ogg.page([ogg.opus_tags("a test")], serial=SERIAL, number=1, granule=0),
    ]
    for at in range(0, len(packets), per_page):
        held = packets[at : at + per_page]
        granule = (at + len(held)) * ogg.PACKET_SAMPLES
        pages.append(ogg.page(held, serial=SERIAL, number=len(pages), granule=granule))
    return pages


def test_what_is_written_is_read_by_others_at_the_right_time_on_the_right_side():
    encoder = StereoEncoder()
    sound = both(silence(1.0) + tone(1.0, hertz=500), tone(1.0, hertz=1_500) + silence(1.0))
    raw = b"".join(stream(encoder.encode(sound), encoder.head))
    with av.open(io.BytesIO(raw)) as container:
        assert container.format.name == "ogg"
        assert container.streams.audio[0].codec_context.name in {"opus", "libopus"}
        heard = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert heard.shape == (2, 2 * ogg.OPUS_RATE - encoder.delay)
    left, right = (np.clip(side * 32_767, -32_768, 32_767).astype("<i2") for side in heard)
    assert loudest_hertz(left[48_000:].tobytes(), rate=48_000) == pytest.approx(500, abs=2)
    assert loudest_hertz(right[:48_000].tobytes(), rate=48_000) == pytest.approx(1_500, abs=2)
    assert np.abs(left[:47_000]).max() < 100
    assert np.abs(right[49_000:]).max() < 100


def test_the_checksum_is_oggs_own():
    # The page of RFC 3533 with nothing in it; its sum reckoned bit by bit, as the RFC defines it.
    raw = ogg.page([b"\x01\x02\x03"], serial=7, number=3, granule=960)
    blank, register = raw[:22] + bytes(4) + raw[26:], 0
    for byte in blank:
        register ^= byte << 24
        for _ in range(8):
            register = (register << 1) ^ (0x104C11DB7 if register & 0x80000000 else 0)
    assert int.from_bytes(raw[22:26], "little") == register


def test_packets_of_any_length_are_told_apart():
    packets = [b"", b"a" * 254, b"b" * 255, b"c" * 600]
    raw = ogg.page(packets, serial=SERIAL, number=0, granule=0)
    assert raw[26] == 1 + 1 + 2 + 3
    assert list(raw[27:34]) == [0, 254, 255, 0, 255, 255, 90]


def test_more_than_a_page_holds_is_refused():
    with pytest.raises(ValueError, match="255 segments"):
        ogg.page([b""] * 256, serial=SERIAL, number=0, granule=0)


def test_a_whole_file_is_whole_and_a_torn_one_up_to_its_last_whole_page():
    encoder = StereoEncoder()
    pages = stream(encoder.silence(150), encoder.head)
    raw = b"".join(pages)
    assert ogg.whole(io.BytesIO(raw)) == ogg.Written(len(raw), 5, 150 * ogg.PACKET_SAMPLES, SERIAL)
    for cut in range(1, len(pages[-1])):
        found = ogg.whole(io.BytesIO(raw[:-cut]))
        assert found == ogg.Written(len(raw) - len(pages[-1]), 4, 100 * ogg.PACKET_SAMPLES, SERIAL)


def test_damage_in_the_middle_ends_what_is_whole():
    encoder = StereoEncoder()
    pages = stream(encoder.encode(both(tone(3.0), tone(3.0, hertz=900))), encoder.head)
    raw = bytearray(b"".join(pages))
    place = len(b"".join(pages[:3])) + 100
    raw[place] ^= 0xFF
    found = ogg.whole(io.BytesIO(bytes(raw)))
    assert found is not None
    assert (found.pages, found.length) == (3, len(b"".join(pages[:3])))


@pytest.mark.parametrize("raw", [b"", b"OggS", b"RIFF" + bytes(100), bytes(1_000)])
def test_what_is_no_stream_at_all_is_none(raw: bytes):
    assert ogg.whole(io.BytesIO(raw)) is None


def test_silence_that_lasts_costs_next_to_nothing():
    packets = StereoEncoder().silence(500)
    assert len(set(packets[10:])) == 1
    assert len(packets[-1]) < 80
    assert STEREO_BYTES == 1_280
