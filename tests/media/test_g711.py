import av
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kitt_rtc.media import g711
from tests.sounds.made import loudest_hertz, rms, tone

ALL_CODES = bytes(range(256))


def test_F05_every_mulaw_code_decodes_as_the_reference_decoder_does():
    codec = av.CodecContext.create("pcm_mulaw", "r")
    codec.sample_rate = 8_000
    codec.layout = "mono"
    (frame,) = codec.decode(av.Packet(ALL_CODES))
    assert g711.to_pcm(ALL_CODES) == frame.to_ndarray().astype("<i2").tobytes()


def test_F06_every_mulaw_code_survives_the_round_trip():
    pcm = g711.to_pcm(ALL_CODES)
    assert g711.to_pcm(g711.to_ulaw(pcm)) == pcm


@given(st.integers(-32_768, 32_767))
def test_no_other_code_is_nearer_to_the_sample(sample: int):
    levels = np.frombuffer(g711.to_pcm(ALL_CODES), "<i2").astype(int)
    (got,) = np.frombuffer(g711.to_pcm(g711.to_ulaw(np.array([sample], "<i2").tobytes())), "<i2").astype(int)
    assert abs(got - sample) == np.abs(levels - sample).min()


def test_a_tone_keeps_its_level_and_frequency():
    sound = tone(0.5, hertz=1_000, rate=8_000)
    back = g711.to_pcm(g711.to_ulaw(sound))
    assert len(back) == len(sound)
    assert abs(rms(back) / rms(sound) - 1) < 0.01
    assert abs(loudest_hertz(back, rate=8_000) - 1_000) < 3


def test_silence_is_one_code():
    assert g711.to_ulaw(bytes(4)) == bytes([g711.SILENCE]) * 2
