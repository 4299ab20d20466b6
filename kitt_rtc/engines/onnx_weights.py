"""The weights in an ONNX file, without ONNX: its protocol buffer is read just far enough to find named tensors.

The numbers are those of onnx.proto: a model has a graph, a graph has nodes, a node has attributes, and an attribute
holds a tensor or a graph of its own.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float32]
_GRAPH = 7
_NODE = 1
_ATTRIBUTE = 5
_TENSOR, _INNER_GRAPH = 5, 6
_SHAPE, _KIND, _NAME, _DATA = 1, 2, 8, 9
_FLOAT = 1
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
"""How a field of a protocol buffer is written."""


def read_weights(path: Path) -> list[tuple[str, Weights]]:
    """Every named tensor of floats, in the file's order; a name may come twice. Raises OSError, ValueError."""
    try:
        model = memoryview(path.read_bytes())
        return [named for graph in _parts(model, _GRAPH) for named in _tensors(graph)]
    except IndexError:
        raise ValueError("the file is cut short") from None


def _tensors(graph: memoryview) -> Iterator[tuple[str, Weights]]:
    for node in _parts(graph, _NODE):
        for attribute in _parts(node, _ATTRIBUTE):
            for number, value in _fields(attribute):
                if number == _INNER_GRAPH and isinstance(value, memoryview):
                    yield from _tensors(value)
                elif number == _TENSOR and isinstance(value, memoryview):
                    yield from _floats(value)


def _floats(tensor: memoryview) -> Iterator[tuple[str, Weights]]:
    """The tensor, if it has a name and holds floats."""
    fields = list(_fields(tensor))
    shape = [value for number, value in fields if number == _SHAPE and isinstance(value, int)]
    held = dict(fields)
    name, data = held.get(_NAME), held.get(_DATA)
    if held.get(_KIND) == _FLOAT and isinstance(name, memoryview) and isinstance(data, memoryview):
        yield bytes(name).decode(), np.frombuffer(data, "<f4").reshape(shape)


def _parts(message: memoryview, number: int) -> Iterator[memoryview]:
    """The messages that a message holds in this field."""
    return (value for found, value in _fields(message) if found == number and isinstance(value, memoryview))


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """A message's fields in order: their number, and a number or bytes."""
    at = 0
    while at < len(message):
        key, at = _number(message, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _number(message, at)
            yield key >> 3, value
            continue
        if kind == _LENGTH:
            size, at = _number(message, at)
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            size = 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError("not a protocol buffer")
        if at + size > len(message):
            raise ValueError("the file is cut short")
        yield key >> 3, message[at : at + size]
        at += size


def _number(message: memoryview, at: int) -> tuple[int, int]:
    """A number of as many bytes as it needs, seven bits a byte, and where it ends."""
    number = shift = 0
    while True:
        byte = message[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at
