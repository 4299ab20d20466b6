"""The small fixed part of `make eval-hearing`: real sound, real engines, figures beside their targets."""

import pytest

from evals.hearing.__main__ import PARTS

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("part", PARTS)
async def test_the_small_part_of_an_evaluation_misses_no_target(part: str) -> None:
    figures = await PARTS[part](True)
    assert any(figure.met for figure in figures), "nothing was measured"
    assert [figure for figure in figures if figure.met is False] == []
