"""The brief: a frozen document tree, and its page, data, tables and terminal lines."""

from muster.brief.composing import compose
from muster.brief.earlier import earlier
from muster.brief.published import Published
from muster.brief.summary import summary
from muster.brief.tree import Brief
from muster.brief.writing import write

__all__ = ["Brief", "Published", "compose", "earlier", "summary", "write"]
