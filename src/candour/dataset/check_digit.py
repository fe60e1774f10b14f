"""The check digit of an NHS number, for a number alone or for an array of numbers at once.

A column of texts is judged in :mod:`candour.dataset.types.nhs_number`, by the same rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NO_CHECK_DIGIT = 10
"""What :func:`check_digit` gives where the nine digits begin nobody's number."""


@overload
def check_digit(nine: int) -> int: ...
@overload
def check_digit(nine: NDArray[np.int64]) -> NDArray[np.int64]: ...
def check_digit(nine: int | NDArray[np.int64]) -> int | NDArray[np.int64]:
    """The tenth digit that makes nine digits an NHS number; :data:`NO_CHECK_DIGIT` where none does.

    Modulus 11 with the weights 10 to 2 from the first digit to the ninth (NHS Data Dictionary).

    :param nine: the first nine digits, read as a whole number.
    """
    total = nine % 10 * 2
    for place in range(1, 9):
        total = total + nine // 10**place % 10 * (place + 2)
    return (11 - total % 11) % 11
