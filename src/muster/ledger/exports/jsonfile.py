"""Everything known as JSON, and the schema that it is published with."""

from importlib.resources import files

import msgspec

from muster.ledger.known import Known

_encoder = msgspec.json.Encoder(order="deterministic")
SCHEMA_FILE = "ledger.schema.json"


def json_text(known: Known) -> str:
    """Everything known as JSON, indented; the same input gives the same bytes."""
    return msgspec.json.format(_encoder.encode(known), indent=2).decode() + "\n"


def schema_text() -> str:
    """The published JSON Schema (draft 2020-12) of :func:`json_text`."""
    return files("muster.ledger.exports").joinpath(SCHEMA_FILE).read_text(encoding="utf-8")


def made_schema() -> str:
    """The JSON Schema as the records have it now; a test holds the published one to it."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "What a Muster ledger tells"}
    return (
        msgspec.json.format(msgspec.json.encode(head | msgspec.json.schema(Known), order="deterministic"), indent=2).decode()
        + "\n"
    )
