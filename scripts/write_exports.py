"""Write the data dictionary and the JSON Schemas, in docs and in the package, from the records."""

from pathlib import Path

from muster.brief import published
from muster.ledger.exports.dictionary import dictionary_text
from muster.ledger.exports.jsonfile import SCHEMA_FILE, made_schema

ROOT = Path(__file__).parents[1]
WRITTEN = {
    ROOT / "docs" / "data-dictionary.md": dictionary_text,
    ROOT / "docs" / SCHEMA_FILE: made_schema,
    ROOT / "src" / "muster" / "ledger" / "exports" / SCHEMA_FILE: made_schema,
    ROOT / "docs" / published.SCHEMA_FILE: published.made_schema,
    ROOT / "src" / "muster" / "brief" / published.SCHEMA_FILE: published.made_schema,
}

if __name__ == "__main__":
    for path, make in WRITTEN.items():
        path.write_text(make(), encoding="utf-8")
