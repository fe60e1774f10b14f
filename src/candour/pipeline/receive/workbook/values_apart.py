"""The values of one sheet, read in a process of its own: the programme that ``values`` starts.

It imports nothing of Candour, so that it begins at once. Standard input says in one line of JSON
what is to be read; the values go as an Arrow file to a place in memory that was handed over, and
standard output says in one line how it went. When standard input ends, whoever asked is gone, and
so is this.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

DONE, DAMAGED, TOO_LARGE = "done", "damaged", "too large"


def main() -> None:
    """Read what is asked for, answer, and end without a look back at the memory that was used."""
    import resource

    asked = json.loads(sys.stdin.buffer.readline())
    # What would take all memory of the machine takes this process alone, and leaves no picture of
    # its memory behind.
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = asked["memory"] if most == resource.RLIM_INFINITY else min(asked["memory"], most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_wait_for_the_end, daemon=True).start()
    sys.stdout.write(json.dumps(_read(asked)) + "\n")
    sys.stdout.flush()
    os._exit(0)


def _wait_for_the_end() -> None:
    """Load what is needed later, while values are read; then end with whoever asked."""
    import pyarrow.ipc  # noqa: F401

    sys.stdin.buffer.read()
    os._exit(1)


def _read(asked: dict[str, Any]) -> dict[str, Any]:
    import fastexcel

    try:
        book = fastexcel.read_excel(asked["workbook"])
        loaded = book.load_sheet(asked["sheet"], header_row=None, skip_rows=0, dtypes="string")
        batch = loaded.to_arrow()
        first = min((each.absolute_index for each in loaded.available_columns()), default=0) + 1
        from pyarrow import ipc

        with (
            os.fdopen(asked["into"], "wb", closefd=False) as sink,
            ipc.new_file(sink, batch.schema) as out,
        ):
            out.write_batch(batch)
    except (MemoryError, OSError):
        # No more memory, or none left to write the values into.
        return {"outcome": TOO_LARGE}
    except (fastexcel.FastExcelError, ValueError):
        # pyarrow's faults about what it is given are values' faults, too.
        return {"outcome": DAMAGED}
    return {"outcome": DONE, "first": first}


if __name__ == "__main__":
    main()
