"""Plan and panels to findings: what happened, and apart from it what the mission did to it."""

from muster.assess.findings import assess

__all__ = ["assess"]
