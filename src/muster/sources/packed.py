"""A packed CSV file laid out on disk while it is read, bounded in what it may unpack to."""

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from muster.errors import DataError

MOST = 1 << 36  # bytes unpacked: more than the largest public file of events
RATIO = 200  # and times the packed size: event files pack to a fifth or a tenth, bombs to a thousandth
SMALL = 1 << 24  # below this size any ratio passes: a short file of zeros packs well
CHUNK = 1 << 20
TROUBLE = (EOFError, BadZipFile, gzip.BadGzipFile, zlib.error, NotImplementedError, RuntimeError)


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A file on disk with what a ``.gz`` file, or the one table in a ``.zip`` archive, holds; it is gone afterwards.

    Raises:
        DataError: it is cut off or damaged, unpacks to too much, or an archive holds no table or several.
    """
    with tempfile.TemporaryDirectory(prefix="muster-") as folder:
        plain = Path(folder) / "table.csv"
        try:
            if path.name.lower().endswith(".zip"):
                with ZipFile(path) as archive, archive.open(_only_table(archive, path.name)) as packed:
                    _copy(packed, plain, path)
            else:
                with gzip.open(path) as packed:
                    _copy(packed, plain, path)
        except TROUBLE as error:
            what = "ends too early" if isinstance(error, EOFError) else str(error) or type(error).__name__
            do = "the file may be cut off: download it again"
            raise DataError(f"cannot be unpacked ({what})", where=path.name, expected="a whole archive", do=do) from error
        yield plain


def _copy(packed: IO[bytes] | gzip.GzipFile, plain: Path, path: Path) -> None:
    """Unpack piece by piece, and stop where it grows beyond what an honest file does."""
    size, most = 0, min(MOST, max(SMALL, RATIO * path.stat().st_size))
    with plain.open("wb") as out:
        while chunk := packed.read(CHUNK):
            size += len(chunk)
            if size > most:
                found = f"it unpacks to more than {most:,} bytes from {path.stat().st_size:,}"
                raise DataError(found, where=path.name, expected="a table", do="unpack it yourself if you trust it")
            if shutil.disk_usage(plain.parent).free < CHUNK * 4:
                raise DataError("no room to unpack it", where=path.name, do="free space in the folder for temporary files")
            out.write(chunk)


def _only_table(archive: ZipFile, name: str) -> ZipInfo:
    """The one CSV file in an archive; names in it are never used as places on disk."""
    parts = [part for part in archive.infolist() if not part.is_dir() and not part.filename.startswith("__MACOSX/")]
    tables = [part for part in parts if PurePosixPath(part.filename).suffix.lower() in {".csv", ".tsv"}]
    if len(tables) != 1:
        shown = ", ".join(ascii(part.filename[:40])[1:-1] for part in parts[:8]) or "nothing"
        raise DataError(f"{len(tables)} tables in the archive, which holds {shown}", where=name, expected="one .csv file in it")
    return tables[0]
