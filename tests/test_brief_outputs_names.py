"""Names of private persons stay out of every file of a brief; officials, speakers and institutions keep theirs."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from muster.brief import write
from muster.brief.withholding import WITHHELD, private
from muster.records import Citation, Statement
from test_brief_material import RECORDS, composed, haiti


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Marie Invented, 34, said three were killed.", ["Marie Invented"]),
        ("They shot Jean Nobody, a street vendor, on Monday.", ["Jean Nobody"]),
        ("The victim Paul Nowhere was 12.", ["Paul Nowhere"]),
        ("President Someone Else, 58, spoke.", []),
        ("Of the Border Patrol Unit, 34 officers left.", []),
        ("On Monday March, 12 people died.", []),
        ("The National Police, the army and Viv Ansanm, a coalition of gangs, fought.", []),
    ],
)
def test_who_is_private(text: str, names: list[str]) -> None:
    assert list(private(text)) == names


def test_a_private_name_is_in_no_file_and_offsets_stay(tmp_path: Path) -> None:
    quote = "Marie Invented, 34, said 3 were killed; Invented fled. Fritz Spoke, 40, agreed."
    cited = Citation(quote=quote, report="r", start=7, end=7 + len(quote), published="2024-06-25")
    said = Statement(
        id="S9", speakers=("Fritz Spoke",), verb="said", content="Marie Invented, 34, saw 3 killed", citation=cited
    )
    brief = composed(tmp_path, (*RECORDS, said))
    made = brief.cited()["S9"]
    assert made.quote == f"{WITHHELD}, 34, said 3 were killed; {WITHHELD} fled. Fritz Spoke, 40, agreed."
    assert (made.masked, made.start, made.end) == (True, 7, 7 + len(quote))
    for path in write(brief, tmp_path / "brief"):
        if path.suffix != ".xlsx":
            assert "Invented" not in path.read_text(encoding="utf-8"), path.name
    assert "Marie Invented" in (tmp_path / "ledger.jsonl").read_text(encoding="utf-8")
    assert replace(said, content="x").citation.quote == quote


def test_nobody_of_the_bundled_dossier_is_masked() -> None:
    assert not [one for one in haiti().citations if one.masked]
