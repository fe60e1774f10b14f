"""Arrow arrays of text made without pyarrow's own conversion, which loads pandas to do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import numpy.typing as npt


def text_array(texts: Sequence[str]) -> pa.StringArray:
    """The texts as an array; none of them may be missing."""
    held = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.zeros(len(held) + 1, np.int32)
    np.cumsum([len(text) for text in held], out=ends[1:])
    made: pa.StringArray = pa.Array.from_buffers(
        pa.string(), len(held), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(held))]
    )
    return made


def word(text: str) -> pa.StringScalar:
    """One text as what a kernel takes."""
    scalar: pa.StringScalar = text_array([text])[0]
    return scalar


def place_array(places: npt.NDArray[Any]) -> pa.Int64Array:
    """Places, such as of rows, as an array to take by."""
    held = np.ascontiguousarray(places, np.int64)
    made: pa.Int64Array = pa.Array.from_buffers(pa.int64(), len(held), [None, pa.py_buffer(held)])
    return made


def numbers_of(array: pa.Array) -> npt.NDArray[Any]:
    """The whole numbers of an array without gaps."""
    kind = array.type.to_pandas_dtype()
    held: npt.NDArray[Any] = np.frombuffer(array.buffers()[1] or b"", kind)
    return held[array.offset : array.offset + len(array)]


def mask_of(array: pa.Array) -> npt.NDArray[np.bool_]:
    """The truth values of an array; missing is false."""
    made: npt.NDArray[np.bool_] = numbers_of(pc.cast(array, pa.uint8())) == 1
    if array.null_count:
        made = made & (numbers_of(pc.cast(pc.is_valid(array), pa.uint8())) == 1)
    return made
