import pytest

from kitt_rtc.metrics import Metrics, word


def lines(metrics: Metrics) -> list[str]:
    return metrics.render()[0].decode().splitlines()


def test_the_text_is_what_collectors_read():
    body, content_type = Metrics().render()
    assert content_type.startswith("text/plain; version=")
    assert body.endswith(b"\n")


@pytest.mark.parametrize(
    "name",
    [
        "kitt_calls_live",
        "kitt_legs_live",
        "kitt_frames_dropped_total",
        "kitt_segments_skipped_total",
        "kitt_step_seconds",
        "kitt_insights_total",
        "kitt_trouble_total",
        "kitt_ledger_seconds",
        "kitt_loop_lag_seconds",
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_open_fds",
    ],
)
def test_every_instrument_of_the_design_is_there_from_the_start(name: str):
    assert any(line.startswith(f"# TYPE {name} ") for line in lines(Metrics()))


def test_two_servers_in_one_process_count_apart():
    one, other = Metrics(), Metrics()
    one.calls_live.inc()
    assert "kitt_calls_live 1.0" in lines(one)
    assert "kitt_calls_live 0.0" in lines(other)


@pytest.mark.parametrize("label", ["webrtc", "too_short", "in-progress", "knowledge_base", "a"])
def test_a_word_of_ours_is_a_label(label: str):
    assert word(label) == label


@pytest.mark.parametrize(
    "private",
    ["", "+33612345678", "0612345678", "Jean Dupont", "jean@exemple.fr", "a" * 41, "é", "session_abc123", "x\ny"],
)
def test_nothing_private_and_nothing_endless_becomes_a_label(private: str):
    assert word(private) == "other"
