"""Rows that cannot be used are set aside one by one, with their number and the reason."""

import pyarrow as pa
import pytest

from muster.sources import SOURCES, Parsed

FIGURE = {
    "claim_id": "A1",
    "domain": "security",
    "outcome": "killed",
    "place": "HTI",
    "period_start": "2024-01-01",
    "period_end": "2024-03-31",
    "value": "100",
    "low": "90",
    "high": "110",
    "unit": "persons",
    "better": "lower",
    "provider": "somebody",
    "attributed_to": "",
    "source_url": "https://example.org/a",
    "source_title": "A page",
    "source_published": "2024-04",
    "source_class": "primary_official",
    "series_id": "KILLED_Q",
    "conflict_group": "",
    "note": "",
}
EVENT = {
    "id": "7",
    "type_of_violence": "3",
    "number_of_sources": "-1",
    "adm_1": "Ouest department",
    "latitude": "18.5",
    "longitude": "-72.3",
    "date_prec": "1",
    "date_start": "2024-05-02",
    "date_end": "2024-05-03",
    "best": "4",
    "high": "9",
    "low": "2",
}


def parse(source: str, base: dict[str, str], *changes: dict[str, str]) -> Parsed:
    rows = [{**dict.fromkeys(SOURCES[source].optional, ""), **base, **change} for change in changes]
    return SOURCES[source].parse(pa.table({name: [row[name] for row in rows] for name in rows[0]}))


def test_a_sound_figure_is_cast() -> None:
    parsed = parse("figures", FIGURE, {"place": "  HTI "})
    assert parsed.rejected == ()
    row = parsed.table.to_pylist()[0]
    assert (row["figure_id"], row["series"], row["place"], row["value"], row["low"], row["high"]) == (
        *("A1", "KILLED_Q", "HTI"),
        *(100.0, 90.0, 110.0),
    )
    assert (str(row["period_start"]), row["published"], row["address"]) == ("2024-01-01", "2024-04", "https://example.org/a")


def test_a_sound_event_is_cast() -> None:
    row = parse("ucdp-ged", EVENT, {}).table.to_pylist()[0]
    assert (row["event_id"], row["kind"], row["n_sources"], row["date_precision"]) == ("7", "one-sided", None, 1)
    assert (row["deaths_low"], row["deaths_best"], row["deaths_high"]) == (2.0, 4.0, 9.0)


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("missing", {"claim_id": ""}),
        ("missing", {"series_id": " "}),
        ("missing", {"value": "", "low": "", "high": ""}),
        ("bad-text", {"note": "a\x00b"}),
        ("bad-text", {"note": "x" * 20_001}),
        ("bad-number", {"value": "1,104"}),
        ("bad-number", {"value": "inf"}),
        ("bad-number", {"value": "1e400"}),
        ("bad-number", {"high": "many"}),
        ("bad-date", {"period_start": "2024-13-45"}),
        ("bad-date", {"period_start": "2023-02-29"}),
        ("bad-date", {"period_end": "01/02/2024"}),
        ("bad-date", {"period_end": "9024-01-01"}),
        ("bad-date", {"source_published": "2024-02-30"}),
        ("bad-date", {"source_published": "spring"}),
        ("dates-out-of-order", {"period_start": "2024-04-01"}),
        ("low-above-high", {"low": "120", "value": ""}),
        ("low-above-high", {"value": "80"}),
        ("low-above-high", {"value": "200"}),
        ("negative", {"value": "-5", "low": ""}),
        ("unknown-domain", {"domain": "weather"}),
        ("unknown-better", {"better": "up"}),
        ("bad-address", {"source_url": "javascript:alert(1)"}),
        ("bad-address", {"source_url": 'https://a.b/"onclick='}),
    ],
)
def test_a_figure_at_fault_is_set_aside(reason: str, change: dict[str, str]) -> None:
    parsed = parse("figures", FIGURE, {}, {"claim_id": "A2", **change}, {"claim_id": "A3"})
    assert [(rejected.row, rejected.reason) for rejected in parsed.rejected] == [(2, reason)]
    assert next(iter(change)) in parsed.rejected[0].detail
    assert parsed.table["figure_id"].to_pylist() == ["A1", "A3"]


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("missing", {"best": ""}),
        ("bad-number", {"best": "4.5"}),
        ("bad-number", {"high": "99999999999"}),
        ("bad-number", {"number_of_sources": "-2"}),
        ("negative", {"low": "-1"}),
        ("low-above-high", {"low": "5"}),
        ("low-above-high", {"high": "3"}),
        ("bad-date", {"date_start": "2024-05-02 13:00:00.000"}),
        ("dates-out-of-order", {"date_end": "2024-05-01"}),
        ("bad-precision", {"date_prec": "6"}),
        ("bad-coordinates", {"latitude": "-172.3"}),
        ("unknown-kind", {"type_of_violence": "4"}),
    ],
)
def test_an_event_at_fault_is_set_aside(reason: str, change: dict[str, str]) -> None:
    parsed = parse("ucdp-ged", EVENT, {}, {"id": "8", **change})
    assert [(rejected.row, rejected.reason) for rejected in parsed.rejected] == [(2, reason)]
    assert parsed.table.num_rows == 1


@pytest.mark.parametrize(
    "change",
    [
        {"value": "", "low": "80", "high": "90"},
        {"low": "", "high": ""},
        {"source_url": "", "source_published": ""},
        {"unit": "percent", "value": "-4.2", "low": "", "high": ""},
    ],
    ids=["a range without a point", "a bare number", "an unknown page", "a fall in percent"],
)
def test_what_is_unusual_but_true_is_kept(change: dict[str, str]) -> None:
    assert parse("figures", FIGURE, change).rejected == ()


def test_an_event_without_area_or_position_is_kept() -> None:
    assert parse("ucdp-ged", EVENT, {"adm_1": "", "latitude": "", "longitude": ""}).table["place"].to_pylist() == [""]


def test_of_rows_with_one_id_the_first_sound_one_stays() -> None:
    changes = [{"best": "x"}, {"best": "3"}, {"best": "3"}, {"id": "9"}, {"best": "5"}]
    parsed = parse("ucdp-ged", EVENT, *changes)
    assert [(rejected.row, rejected.reason) for rejected in parsed.rejected] == [
        (1, "bad-number"),
        (3, "duplicate-id"),
        (5, "mixed-vintage"),
    ]
    assert parsed.table["deaths_best"].to_pylist() == [3.0, 4.0]


def test_a_row_with_many_faults_is_one_rejected_row_whose_detail_is_cut() -> None:
    parsed = parse("figures", FIGURE, {"claim_id": "z" * 1_000_000, "value": "x", "domain": "y"})
    assert len(parsed.rejected) == 1
    assert len(parsed.rejected[0].detail) < 100
