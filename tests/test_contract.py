"""docs/contract.md is true: every row has its line and a test that carries its id, and every test it names is there."""

import ast
import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "contract.md").read_text("utf-8")
MEASURED = ("T05", "T06", "T07", "T08")
"""The old system's times: figures to be beaten, not rules."""
IDS = (
    *(f"E{number:02}" for number in range(1, 19)),
    *(f"V{number:02}" for number in range(1, 12)),
    *(f"T{number:02}" for number in range(1, 25) if number != 23),
    *(f"F{number:02}" for number in (5, 6, 7, 8, 9, 10, 12, 13)),
    *("L01", "L02"),
    *(f"X{number:02}" for number in range(1, 9)),
)
"""Every row marked † in sections 2 and 3."""
FIRSTS = (*(f"N{number}" for number in range(1, 13)), *(f"R{number:02}" for number in range(1, 13)))
"""Rows that a test may name as well: the twelve firsts, and the roadmap."""
TRAPS = 18
_CITED = re.compile(r"`([\w/]+\.py): (test_\w+\*?)`")
_CARRIED = re.compile(r"test_((?:[A-Z]\d\d?_)+)")


@cache
def _tests_in(file: str) -> frozenset[str]:
    """The test functions of a file below `tests`."""
    path = TESTS / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


def _files() -> list[str]:
    return [str(path.relative_to(TESTS)) for path in TESTS.rglob("test_*.py")]


def _carriers(contract_id: str) -> list[str]:
    """Tests whose name begins with this id, or with it among others."""
    found = []
    for file in _files():
        for name in _tests_in(file):
            carried = _CARRIED.match(name)
            if carried and contract_id in carried.group(1).split("_"):
                found.append(f"{file}: {name}")
    return found


def _rows() -> dict[str, str]:
    """The page's lines, by the id or the number they begin with."""
    lines = (line for line in PAGE.splitlines() if line.startswith("| "))
    return {line.split("|")[1].strip(): line for line in lines}


@pytest.mark.parametrize("contract_id", [contract_id for contract_id in IDS if contract_id not in MEASURED])
def test_every_row_of_the_contract_has_a_test_that_carries_its_id(contract_id: str):
    assert _carriers(contract_id)


@pytest.mark.parametrize("contract_id", IDS)
def test_every_row_of_the_contract_has_a_line_with_a_state(contract_id: str):
    cells = [cell.strip() for cell in _rows()[contract_id].strip("|").split("|")]
    _, what, where, proof, state = cells
    assert what
    assert where
    assert state.split(":")[0] == ("measured" if contract_id in MEASURED else state.split(":")[0])
    assert state.split(":")[0] in {"proved", "partly", "measured"}
    if contract_id not in MEASURED:
        assert any(contract_id in name for _, name in _CITED.findall(proof))


@pytest.mark.parametrize(("file", "name"), sorted(set(_CITED.findall(PAGE))))
def test_every_test_that_the_page_names_exists(file: str, name: str):
    assert any(fnmatchcase(known, name) for known in _tests_in(file))


def test_no_test_carries_an_id_that_is_not_in_the_contract():
    strangers = {
        f"{file}: {name}"
        for file in _files()
        for name in _tests_in(file)
        if (carried := _CARRIED.match(name)) and not set(carried.group(1).strip("_").split("_")) <= {*IDS, *FIRSTS}
    }
    assert strangers == set()


def test_every_trap_has_a_line():
    rows = _rows()
    for number in range(1, TRAPS + 1):
        assert _CITED.search(rows[str(number)]) or "measured" in rows[str(number)]
