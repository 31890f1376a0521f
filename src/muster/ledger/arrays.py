"""Between lists, NumPy and Arrow by their buffers: the ways that Arrow offers import pandas, which takes half a second."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Array = NDArray[Any]
TYPES = {pa.int8(): np.int8, pa.int32(): np.int32, pa.int64(): np.int64, pa.float64(): np.float64}


def to_arrow(values: Sequence[Any] | Array, kind: pa.DataType) -> pa.Array:
    """Values without nulls as an Arrow array of numbers, texts, a dictionary of texts, or bytes of one width."""
    if kind == pa.string():
        return _texts(values)
    if pa.types.is_dictionary(kind):
        return _texts(values).dictionary_encode()
    if pa.types.is_fixed_size_binary(kind):
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(b"".join(values))])
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values, TYPES[kind]))])


def to_numpy(column: pa.Array | pa.ChunkedArray) -> Array:
    """A column of numbers without nulls as an array (n,)."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not len(whole):
        return np.zeros(0, TYPES[whole.type])
    return np.frombuffer(whole.buffers()[1], TYPES[whole.type])[whole.offset : whole.offset + len(whole)]


def _texts(values: Sequence[str] | Array) -> pa.StringArray:
    encoded = [value.encode() for value in values]
    ends = np.zeros(len(encoded) + 1, np.int32)
    np.cumsum([len(value) for value in encoded], out=ends[1:])
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded)))
