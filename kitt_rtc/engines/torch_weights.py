"""The weights in a file of PyTorch's old format, without PyTorch: nothing in it is executed.

Such a file is five pickles and, behind them, the numbers. A pickle is a list of instructions; these are followed as far
as a file of weights needs them, by a stack of our own that knows dictionaries, lists and tensors. Whatever would call
or import anything else is refused.
"""

import pickletools
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float32]
_MAGIC = 0x1950A86A20F9469CFC6C
_MAKE_DICTIONARY = "collections OrderedDict"
_MAKE_TENSOR = "torch._utils _rebuild_tensor_v2"
_FLOATS = "torch FloatStorage"
_CONSTANTS: Mapping[str, Any] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_LITERALS = frozenset({"BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE", "GLOBAL"})
_SILENT = frozenset({"PROTO", "STOP"})


@dataclass(frozen=True, slots=True)
class _Tensor:
    """Where a tensor's numbers are, once the numbers are read."""

    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_weights(path: Path, part: str) -> dict[str, Weights]:
    """The named tensors of one part of the file, for example "model_state". Raises OSError, ValueError, LookupError."""
    with path.open("rb") as file:
        try:
            if _unpickled(file) != _MAGIC:
                raise ValueError("not a file of weights in PyTorch's old format")
            _, _, content, order = (_unpickled(file) for _ in range(4))
            numbers = {str(name): _numbers(file) for name in order}
        except (struct.error, IndexError, TypeError, AttributeError) as error:
            raise ValueError("the file of weights is cut short or damaged") from error
        named = content[part].items()
        return {name: _laid_out(tensor, numbers) for name, tensor in named if isinstance(tensor, _Tensor)}


def _numbers(file: IO[bytes]) -> Weights:
    """The next storage: how many numbers, then these."""
    (count,) = struct.unpack("<q", file.read(8))
    return np.frombuffer(file.read(count * 4), "<f4", count)


def _laid_out(tensor: _Tensor, numbers: Mapping[str, Weights]) -> Weights:
    storage = numbers[tensor.storage][tensor.offset :]
    last = sum((size - 1) * stride for size, stride in zip(tensor.shape, tensor.strides, strict=True))
    if min((*tensor.shape, *tensor.strides), default=1) < 1 or last >= len(storage):
        raise ValueError("a tensor reaches beyond its numbers")
    strides = [stride * storage.itemsize for stride in tensor.strides]
    return np.lib.stride_tricks.as_strided(storage, tensor.shape, strides, writeable=False).copy()


def _unpickled(file: IO[bytes]) -> Any:
    machine = _Machine()
    for instruction, argument, _ in pickletools.genops(file):
        machine.follow(instruction.name, argument)
    return machine.result


class _Machine:
    """Follows a pickle's instructions with a stack; knows no more of them than a file of weights has."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._below: list[list[Any]] = []
        """Stacks put aside by a mark, to be gone on with."""
        self._kept: dict[int, Any] = {}

    @property
    def result(self) -> Any:
        return self._stack.pop()

    def follow(self, name: str, argument: Any) -> None:
        """Raises ValueError for an instruction that no file of weights needs."""
        if name in _LITERALS:
            self._stack.append(argument)
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif name in ("BINPUT", "LONG_BINPUT"):
            self._kept[argument] = self._stack[-1]
        elif name in ("BINGET", "LONG_BINGET"):
            self._stack.append(self._kept[argument])
        elif name not in _SILENT:
            self._build(name)

    def _build(self, name: str) -> None:
        stack = self._stack
        match name:
            case "MARK":
                self._below.append(stack)
                self._stack = []
            case "EMPTY_DICT":
                stack.append({})
            case "EMPTY_LIST":
                stack.append([])
            case "TUPLE":
                self._stack = [*self._below.pop(), tuple(stack)]
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                size = int(name[-1])
                self._stack = [*stack[:-size], tuple(stack[-size:])]
            case "APPEND" | "APPENDS":
                self._many(name == "APPENDS", 1)
            case "SETITEM" | "SETITEMS":
                self._many(name == "SETITEMS", 2)
            case "BUILD":  # an attribute of a dictionary: of no interest
                stack.pop()
            case "BINPERSID":
                stack.append(_storage(stack.pop()))
            case "REDUCE":
                arguments = stack.pop()
                stack.append(_made(stack.pop(), arguments))
            case _:
                raise ValueError(f"the file of weights asks for {name}, which none needs")

    def _many(self, marked: bool, width: int) -> None:
        """Put what lies on top into the list or dictionary below it."""
        if marked:
            things, self._stack = self._stack, self._below.pop()
        else:
            things, self._stack = self._stack[-width:], self._stack[:-width]
        holder = self._stack[-1]
        if width == 1:
            holder.extend(things)
        else:
            holder.update(zip(things[::2], things[1::2], strict=True))


def _storage(told: tuple[Any, ...]) -> str:
    """The name of a storage, from ("storage", its kind, its name, …)."""
    if told[:2] != ("storage", _FLOATS):
        raise ValueError(f"the file of weights holds {told[1]}, not floats")
    return str(told[2])


def _made(maker: Any, arguments: tuple[Any, ...]) -> Any:
    if maker == _MAKE_DICTIONARY:
        return {}
    if maker == _MAKE_TENSOR:
        storage, offset, shape, strides = arguments[:4]
        return _Tensor(storage, offset, shape, strides)
    raise ValueError(f"the file of weights asks to call {maker}, which none needs")
