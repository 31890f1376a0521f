"""Plan and panels to findings: what happened, and apart from it what the mission did to it."""

from muster.assess.findings import Assessment, assess, assess_with_pictures
from muster.assess.paths import Paths, Pictures, Specifications

__all__ = ["Assessment", "Paths", "Pictures", "Specifications", "assess", "assess_with_pictures"]
