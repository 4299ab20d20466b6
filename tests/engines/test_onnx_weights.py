"""Named tensors out of an ONNX file, written here by hand as a protocol buffer."""

from pathlib import Path

import numpy as np
import pytest

from kitt_rtc.engines.onnx_weights import read_weights


def varint(number: int) -> bytes:
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + varint(rest) if rest else bytes([low])


def held(number: int, value: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(value)) + value


def counted(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def tensor(name: str, values: np.ndarray, *, kind: int = 1) -> bytes:
    shape = b"".join(counted(1, size) for size in values.shape)
    return shape + counted(2, kind) + held(8, name.encode()) + held(9, values.astype("<f4").tobytes())


def node(*attributes: bytes) -> bytes:
    return held(1, held(4, b"Constant") + b"".join(held(5, attribute) for attribute in attributes))


def model(graph: bytes) -> bytes:
    return counted(1, 8) + held(2, b"a test") + held(7, graph)


ONE = np.arange(6, dtype=np.float32).reshape(2, 3)
TWO = np.ones((200, 1), np.float32)


def written(folder: Path, data: bytes) -> Path:
    path = folder / "weights.onnx"
    path.write_bytes(data)
    return path


def test_tensors_are_found_in_order_wherever_they_are(tmp_path: Path) -> None:
    branch = held(6, node(held(5, tensor("same", TWO))))
    found = read_weights(written(tmp_path, model(node(held(5, tensor("same", ONE))) + node(branch))))
    assert [name for name, _ in found] == ["same", "same"]
    assert np.array_equal(found[0][1], ONE)
    assert np.array_equal(found[1][1], TWO)


def test_what_is_no_named_tensor_of_floats_is_left_out(tmp_path: Path) -> None:
    integers = held(5, tensor("count", ONE, kind=7))
    nameless = held(5, counted(1, 1) + counted(2, 1) + held(9, b"\0\0\0\0"))
    others = b"\x15\0\0\0\0" + b"\x19" + bytes(8)  # of four bytes and of eight
    assert read_weights(written(tmp_path, model(node(integers, nameless) + others))) == []


@pytest.mark.parametrize("left", [11, 40, 60])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, left: int) -> None:
    with pytest.raises(ValueError, match="cut short"):
        read_weights(written(tmp_path, model(node(held(5, tensor("one", ONE))))[:left]))


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a protocol buffer"):
        read_weights(written(tmp_path, b"\x0b not at all"))
