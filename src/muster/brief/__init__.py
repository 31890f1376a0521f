"""The brief: a frozen document tree, and its page, data, tables and terminal lines."""

from muster.brief.composing import compose
from muster.brief.summary import summary
from muster.brief.tree import Brief
from muster.brief.writing import write

__all__ = ["Brief", "compose", "summary", "write"]
