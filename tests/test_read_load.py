"""Files as received: encodings, limits and refusals."""

import hashlib
from pathlib import Path

import pytest

from muster.errors import ReportError
from muster.read import decode, load_report

TEXT = "Kenya sent 200 officers to Haiti – “the first of 400”.\r\nThe mission is in Haïti.\n"


def written(folder: Path, data: bytes, name: str = "report.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_in_any_unicode_encoding_is_read_alike(tmp_path: Path, encoding: str) -> None:
    data = TEXT.encode(encoding)
    loaded = load_report(written(tmp_path, data), published="2024-06-25", address="https://example.org", title="T")
    report = loaded.report
    assert (loaded.text, loaded.data) == (TEXT, data)
    assert (report.id, report.file) == (hashlib.sha256(data).hexdigest()[:16], "report.txt")
    assert (report.published, report.address, report.title) == ("2024-06-25", "https://example.org", "T")


def test_an_older_western_encoding_is_guessed_and_told(tmp_path: Path) -> None:
    french = "Les policiers kényans sont arrivés à Port-au-Prince, où la mission a été déployée très tôt. " * 5
    decoded = decode(french.encode("latin-1"))
    assert decoded.text == french
    assert "guess" in decoded.warnings[0]
    assert load_report(written(tmp_path, french.encode("latin-1"))).text == french


def test_nul_characters_become_blanks_one_for_one_and_are_told() -> None:
    decoded = decode(b"Kenya sent\x00200 officers\x00to Haiti.")
    assert decoded.text == "Kenya sent 200 officers to Haiti."
    assert decoded.warnings == ("2 NUL characters replaced by blanks",)


@pytest.mark.parametrize("data", [b"", b"  \n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00\x00\x00"])
def test_an_empty_report_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ReportError, match=r"report\.txt: (empty|binary)"):
        load_report(written(tmp_path, data))


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(range(1, 30)) * 50, b"PK\x03\x04" + b"\x00\x01\x02\x05" * 99]
)
def test_binary_data_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ReportError, match="binary data, not text"):
        load_report(written(tmp_path, data))


def test_a_cut_off_utf_16_file_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="byte 6: not utf-16-le"):
        load_report(written(tmp_path, b"\xff\xfea\x00b\x00c"))


def test_a_report_of_50_mb_is_refused_without_reading_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the file was read"))
    with pytest.raises(ReportError, match=r"large\.txt: 50 MB; expected a report of at most 20 MB"):
        load_report(path)


@pytest.mark.parametrize("name", ["report.docx", "report.html.gz", "pages.zip", "report"])
def test_other_kinds_of_file_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReportError, match=r"expected one of \.html, \.htm, \.xhtml, \.pdf, \.eml, \.txt, \.md"):
        load_report(written(tmp_path, b"Kenya sent 200 officers.", name))


def test_an_absent_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"none\.txt: No such file"):
        load_report(tmp_path / "none.txt")
    with pytest.raises(ReportError, match="this is a folder"):
        load_report(tmp_path)


@pytest.mark.parametrize("published", ["2024-13-45", "2024-02-30", "24 June 2024", "2024-6-4", "0000-01-01", "2024-06-24\n"])
def test_a_bad_date_of_publication_is_refused_with_what_came(tmp_path: Path, published: str) -> None:
    with pytest.raises(ReportError) as caught:
        load_report(written(tmp_path, b"Kenya sent 200 officers."), published=published)
    assert repr(published) in str(caught.value)
    assert "YYYY-MM-DD" in str(caught.value)


@pytest.mark.parametrize("published", ["", "2024", "2024-06", "2024-06-24"])
def test_a_date_of_publication_may_be_rough_or_unknown(tmp_path: Path, published: str) -> None:
    assert load_report(written(tmp_path, b"Kenya sent 200 officers."), published=published).report.published == published
