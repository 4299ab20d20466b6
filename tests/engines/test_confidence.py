"""How sure an engine is of all its words together."""

import pytest

from kitt_rtc.engines.confidence import confidence
from kitt_rtc.ports import Scores


def test_confidence_is_a_mean_in_which_the_long_count_more() -> None:
    assert confidence([]) is None
    assert confidence([Scores(1.0)]) is None
    assert confidence([Scores(1.0, logprob=0.0)]) == 1.0
    assert confidence([Scores(9.0, logprob=-0.1), Scores(1.0, logprob=-1.0)]) == pytest.approx(0.827, abs=1e-3)
