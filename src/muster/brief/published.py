"""``brief.json``: the document with every citation, and the JSON Schema that it is published with."""

from importlib.resources import files
from typing import Literal

import msgspec

from muster.brief.tree import Brief, Document

SCHEMA: Literal["muster-brief/2"] = "muster-brief/2"
SCHEMA_FILE = "brief.schema.json"


class Published(Document, frozen=True, kw_only=True):
    """A brief as ``brief.json`` holds it; the annexes lie beside it and are named only."""

    schema: Literal["muster-brief/2"]
    annexes: tuple[str, ...]


def published(brief: Brief) -> Published:
    """The brief without its annexes' bytes."""
    fields = {name: getattr(brief, name) for name in Document.__struct_fields__}
    return Published(**fields, schema=SCHEMA, annexes=tuple(annex.name for annex in brief.annexes))


def json_text(brief: Brief) -> str:
    """The file's text, keys in a fixed order: the same brief gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(published(brief), order="deterministic"), indent=1).decode() + "\n"


def schema_text() -> str:
    """The published JSON Schema (draft 2020-12) of :func:`json_text`."""
    return files("muster.brief").joinpath(SCHEMA_FILE).read_text(encoding="utf-8")


def made_schema() -> str:
    """The JSON Schema as the tree has it now; a test holds the published one to it."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A Muster brief"}
    made = head | msgspec.json.schema(Published)
    return msgspec.json.format(msgspec.json.encode(made, order="deterministic"), indent=2).decode() + "\n"
