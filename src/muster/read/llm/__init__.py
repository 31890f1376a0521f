"""A language model as a reader: asked over the OpenAI-compatible interface, believed only where the text bears it out.

Nothing is sent unless the user names an endpoint. The model proposes; :mod:`grounding` keeps what the report holds.
"""

from muster.read.llm.asking import questions
from muster.read.llm.compare import Difference, compare
from muster.read.llm.endpoint import Model, Patience, model_at
from muster.read.llm.reading import read_with_model

__all__ = ["Difference", "Model", "Patience", "compare", "model_at", "questions", "read_with_model"]
