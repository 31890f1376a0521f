"""Every error that Muster raises on purpose, in one tree.

    MusterError
    ├── DossierError     a folder, its mission.toml or a data sidecar is at fault
    ├── ReportError      a report cannot be read as text
    ├── ModelError       a language model cannot be asked, or its answer cannot be used
    ├── LedgerError      a ledger line is malformed, or an append is refused
    │   └── ChainError   the ledger's hash chain is broken: a line was edited, removed or reordered
    ├── DataError        a data file does not match its declared source
    ├── FetchError       open data cannot be fetched, or what came cannot be used
    │   └── BrokenOffError  a download broke off; what came is kept, and the next run goes on from there
    ├── PanelError       a panel cannot be built from these rows
    └── EstimateError    the arrays handed to an estimator cannot be used

All of them mean that the input is at fault: the command line prints the message on one line and exits with 1.
"""


class MusterError(Exception):
    """One clear line: where the fault is, what was found, what was expected, what to do.

    Args:
        found: what came, in words.
        where: file, line and field, for example ``ledger.jsonl, line 3, field stage``.
        expected: what is allowed there.
        do: what the user can do about it.
    """

    def __init__(self, found: str, *, where: str = "", expected: str = "", do: str = "") -> None:
        self.found, self.where, self.expected, self.do = found, where, expected, do
        head = f"{where}: {found}" if where else found
        parts = [head, f"expected {expected}" if expected else "", do]
        super().__init__("; ".join(part for part in parts if part))


class DossierError(MusterError):
    """A folder, its mission.toml or a data sidecar is at fault."""


class ReportError(MusterError):
    """A report cannot be read as text."""


class ModelError(MusterError):
    """A language model cannot be asked, or its answer cannot be used."""


class LedgerError(MusterError):
    """A ledger line is malformed, or an append is refused."""


class ChainError(LedgerError):
    """The hash chain is broken: a line was edited, removed or reordered."""


class DataError(MusterError):
    """A data file does not match its declared source."""


class FetchError(MusterError):
    """Open data cannot be fetched, or what came cannot be used."""


class BrokenOffError(FetchError):
    """A download broke off; what came is kept, and the next run goes on from there."""


class PanelError(MusterError):
    """A panel cannot be built from these rows."""


class EstimateError(MusterError):
    """The arrays handed to an estimator cannot be used."""
