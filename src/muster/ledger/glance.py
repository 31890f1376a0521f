"""Whether a file is surely as it was when its bytes were hashed, by what the file system says of it: size, place, times.

A ledger of a million lines takes half a second to hash, and nearly every time nothing has changed. As git does with its index,
a file is taken as unchanged where everything that the system keeps of it is as it was. Two writes within one tick of the
system's clock carry one time, so that a file that had been written only just before is hashed again; so is one whose times
are whole seconds, for there a tick is a second or two. What is left unseen is a change made while the system's clock was set
back, or one inside the tick of our own write: ``muster ledger --verify`` reads every byte.
"""

import os
import time
from pathlib import Path

from muster.records import Record

TICK = 20_000_000  # nanoseconds: twice the coarsest clock of a file system that keeps fractions of a second
SECOND = 1_000_000_000


class Glance(Record, frozen=True, kw_only=True):
    """What the file system says of a file; times in nanoseconds."""

    size: int
    inode: int
    modified: int
    changed: int


def glance(path: Path) -> Glance | None:
    """What can be said of a file now; None where that could be said of another state of it too."""
    try:
        seen = path.stat()
    except OSError:
        return None
    fine = seen.st_mtime_ns % SECOND and seen.st_ctime_ns % SECOND
    settled = time.time_ns() - max(seen.st_mtime_ns, seen.st_ctime_ns) > TICK
    if os.name != "posix" or not fine or not settled:  # elsewhere the second time is that of creation
        return None
    return Glance(size=seen.st_size, inode=seen.st_ino, modified=seen.st_mtime_ns, changed=seen.st_ctime_ns)
