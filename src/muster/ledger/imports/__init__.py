"""Files of any of our formats back into the ledger, whole or not at all."""

from muster.ledger.imports.admitting import Imported, Judge, import_file
from muster.ledger.imports.records import Parsed, Problem

__all__ = ["Imported", "Judge", "Parsed", "Problem", "import_file"]
