"""The table of providers, and each provider's pure functions on answers in its documented layout, with invented values."""

import csv
import random
import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from muster.cli.fetching import Name
from muster.errors import FetchError
from muster.fetch import PROVIDERS, Ask, Provider, asked, size_of
from muster.fetch.csvfile import cell, cut, write_rows
from muster.fetch.download import Request
from muster.fetch.provider import Page
from muster.fetch.providers import fts, hapi, hdx, ucdp
from muster.fetch.unpack import check_kind
from muster.sources import SOURCES

TODAY = date(2025, 6, 1)
EACH = pytest.mark.parametrize("provider", PROVIDERS.values(), ids=list(PROVIDERS))


def ask(provider: Provider, **given: Any) -> Ask:
    return asked(provider, {provider.token: "t0ken"} if provider.token else {}, **given)


def first(name: str, **given: Any) -> tuple[str, dict[str, str]]:
    """The first request of a provider, as path and query."""
    provider = PROVIDERS[name]
    request = provider.follow(ask(provider, **given), None, 0)
    assert request is not None
    parts = urlsplit(request.url)
    return parts.path, {name: value for name, (value,) in parse_qs(parts.query).items()}


def test_the_command_line_knows_every_provider() -> None:
    assert [name.value for name in Name] == list(PROVIDERS)


@EACH
def test_a_provider_declares_itself(provider: Provider) -> None:
    assert re.fullmatch("[a-z][a-z-]*", provider.name)
    assert urlsplit(provider.endpoint).scheme == "https"
    assert bool(provider.token) == bool(provider.header)
    assert (provider.rows is None) == (not provider.columns)
    assert len(set(provider.columns)) == len(provider.columns)


@EACH
def test_what_a_provider_writes_its_source_can_read(provider: Provider) -> None:
    if provider.source not in SOURCES:
        pytest.skip(f"no source {provider.source} in the table")
    if provider.columns:
        assert set(provider.reads.columns) <= set(provider.columns)


@EACH
def test_the_page_on_fetching_tells_of_a_provider(provider: Provider) -> None:
    text = (Path(__file__).parents[1] / "docs" / "fetch.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| `{provider.name}` "))
    assert urlsplit(provider.endpoint).hostname in row  # type: ignore[operator]
    assert f"`{provider.source}`" in row
    assert (f"`{provider.token}`" in row) == bool(provider.token)


@EACH
def test_no_token_is_ever_shown(provider: Provider) -> None:
    given = ask(provider, country="HTI")
    assert given.secret == ({provider.header: "t0ken"} if provider.token else {})
    assert "t0ken" not in f"{given!r}{provider.follow(given, None, 0)!r}"


def test_ucdp_is_asked_by_number_and_days() -> None:
    path, query = first("ucdp", country="HTI", dates=(date(2018, 1, 1), date(2024, 12, 31)))
    assert path == "/api/gedevents/26.1"
    assert query == {"pagesize": "1000", "Country": "41", "StartDate": "2018-01-01", "EndDate": "2024-12-31"}
    assert first("ucdp", release="26.0.7") == ("/api/gedevents/26.0.7", {"pagesize": "1000"})


@pytest.mark.parametrize(("iso3", "number"), [("HTI", "41"), ("USA", "2"), ("COD", "490"), ("SSD", "626"), ("XKX", "347")])
def test_countries_are_asked_for_by_their_gleditsch_ward_number(iso3: str, number: str) -> None:
    assert first("ucdp", country=iso3)[1]["Country"] == number


def test_a_country_without_a_number_is_told() -> None:
    with pytest.raises(FetchError, match="no Gleditsch-Ward number for 'PRI'"):
        first("ucdp", country="PRI")


def page(provider: Provider, said: Any, **given: Any) -> Page:
    request = provider.follow(ask(provider, **given), None, 0)
    assert request is not None
    return Page(request, said)


def test_ucdp_pages_follow_each_other_and_no_answer_leads_elsewhere() -> None:
    given = ask(ucdp.UCDP, country="HTI")
    link = "http://elsewhere.example/api/gedevents/26.1?pagesize=1000&Country=41&page=1"
    after = ucdp.follow(given, page(ucdp.UCDP, {"NextPageUrl": link}, country="HTI"), 1)
    assert after is not None
    assert after.url == "https://ucdpapi.pcr.uu.se/api/gedevents/26.1?pagesize=1000&Country=41&page=1"
    assert after.secret == {"x-ucdp-access-token": "t0ken"}
    for end in ("", None):
        assert ucdp.follow(given, page(ucdp.UCDP, {"NextPageUrl": end}), 2) is None


def test_a_page_that_follows_itself_is_refused() -> None:
    given = ask(ucdp.UCDP, country="HTI")
    here = page(ucdp.UCDP, {}, country="HTI")
    with pytest.raises(FetchError, match="the next page is the page itself"):
        ucdp.follow(given, Page(here.request, {"NextPageUrl": here.request.url}), 1)


def test_hapi_is_asked_in_pages_until_one_is_not_full(monkeypatch: pytest.MonkeyPatch) -> None:
    path, query = first("hapi-conflict", country="HTI", dates=(date(2024, 1, 1), None))
    assert path == "/api/v2/coordination-context/conflict-events"
    assert query == {
        "location_code": "HTI",
        "start_date": "2024-01-01",
        "output_format": "json",
        "limit": "10000",
        "offset": "0",
    }
    monkeypatch.setattr(hapi, "PAGE", 2)
    given = ask(hapi.CONFLICT)
    after = hapi.follow(given, page(hapi.CONFLICT, {"data": [{}, {}]}), 3)
    assert after is not None
    assert after.url.endswith("limit=2&offset=6")
    assert hapi.follow(given, page(hapi.CONFLICT, {"data": [{}]}), 3) is None


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("hapi-idps", "affected-people/idps"),
        ("hapi-food-prices", "food-security-nutrition-poverty/food-prices-market-monitor"),
        ("hapi-population", "geography-infrastructure/baseline-population"),
    ],
)
def test_hapi_themes(name: str, path: str) -> None:
    assert first(name)[0] == f"/api/v2/{path}"


def test_hapi_rows_have_their_level_and_days_without_midnight() -> None:
    row = {"location_code": "XXX", "has_hrp": True, "admin1_code": "XX01", "reference_period_start": "2024-01-01T00:00:00"}
    stream = StringIO()
    write_rows(stream, hapi.CONFLICT.columns, hapi.rows({"data": [row, {"admin2_code": "XX0101", "admin_level": 2}, {}]}))
    written = list(csv.DictReader(StringIO(stream.getvalue())))
    assert [line["admin_level"] for line in written] == ["1", "2", "0"]
    assert written[0]["has_hrp"] == "Y"
    assert written[0]["reference_period_start"] == "2024-01-01"
    assert written[0]["fatalities"] == ""


CATALOGUE = {
    "success": True,
    "result": {
        "resources": [
            {"name": "QuickCharts", "url": "https://data.humdata.org/x/quickcharts.csv"},
            {"name": "Markets", "url": "https://data.humdata.org/x/wfp_markets_xxx.csv"},
            {
                "name": "Prices",
                "url": "https://data.humdata.org/x/wfp_food_prices_xxx.csv",
                "last_modified": "2025-05-04T10:00:00.1",
                "hash": "",
            },
        ]
    },
}


def test_an_hdx_file_is_found_through_its_catalogue() -> None:
    assert first("wfp-prices", country="HTI") == ("/api/3/action/package_show", {"id": "wfp-food-prices-for-haiti"})
    given, shown = ask(hdx.WFP, country="HTI"), page(hdx.WFP, CATALOGUE, country="HTI")
    after = hdx.WFP.follow(given, shown, 1)
    assert after == Request("https://data.humdata.org/x/wfp_food_prices_xxx.csv", "csv")
    assert hdx.WFP.follow(given, Page(after), 2) is None
    assert hdx.WFP.vintage(given, shown, TODAY) == "2025-05-04"


def test_a_hash_that_the_catalogue_states_is_taken_if_it_is_sha_256() -> None:
    for stated, taken in (("AB" * 32, "ab" * 32), ("d41d8cd98f00b204e9800998ecf8427e", "")):
        said = {"result": {"resources": [{"url": "https://x.example/wfp_food_prices_xxx.csv", "hash": stated}]}}
        after = hdx.WFP.follow(ask(hdx.WFP, country="HTI"), page(hdx.WFP, said, country="HTI"), 1)
        assert after is not None
        assert after.sha256 == taken


def test_a_data_set_without_the_file_names_those_there_are() -> None:
    said = {"result": {"resources": [{"name": "Only this", "url": "https://x.example/y.xlsx"}]}}
    with pytest.raises(FetchError, match=r"among Only this.*--dataset"):
        hdx.WFP.follow(ask(hdx.WFP, country="HTI"), page(hdx.WFP, said, country="HTI"), 1)


@pytest.mark.parametrize(
    ("iso3", "name"),
    [("IRN", "iran-islamic-republic-of"), ("VEN", "venezuela-bolivarian-republic-of"), ("GNB", "guinea-bissau")],
)
def test_names_of_the_data_sets_of_food_prices(iso3: str, name: str) -> None:
    assert hdx.wfp_dataset(iso3) == f"wfp-food-prices-for-{name}"


def test_another_data_set_can_be_named() -> None:
    assert first("dtm")[1] == {"id": "global-iom-dtm-from-api"}
    assert first("dtm", dataset="my-set")[1] == {"id": "my-set"}


def test_fewsnet_is_asked_by_two_letters() -> None:
    path, query = first("fewsnet-prices", country="HTI", dates=(date(2024, 1, 1), date(2024, 2, 1)))
    assert path == "/api/marketpricefacts/"
    assert query["country"] == "HT"
    assert (query["start_date"], query["end_date"], query["format"]) == ("2024-01-01", "2024-02-01", "csv")


FLOW = {
    "id": "1",
    "amountUSD": 5,
    "date": "2024-05-17T00:00:00Z",
    "decisionDate": None,
    "status": "paid",
    "keywords": ["Multiyear", "Test"],
    "sourceObjects": [
        {"type": "Organization", "name": "Nowhere, Government of", "organizationTypes": ["Government"]},
        {"type": "Location", "name": "Kenya"},
        {"type": "UsageYear", "name": "2025"},
        {"type": "UsageYear", "name": "2024"},
    ],
    "destinationObjects": [
        {"type": "Plan", "id": "9", "name": "A plan", "code": "P9"},
        {"type": "Organization", "name": "One"},
        {"type": "Organization", "name": "Two"},
        {"type": "Location", "name": "Utopia"},
        {"type": "GlobalCluster", "name": "Health"},
    ],
    "boundary": "incoming",
    "reportDetails": [{"x": 1}],
}


def test_fts_flows_are_flat_rows() -> None:
    path, query = first("fts", country="HTI", dates=(date(2023, 5, 1), date(2025, 1, 1)))
    assert path == "/v1/public/fts/flow"
    assert query == {"countryISO3": "HTI", "year": "2023,2024,2025", "limit": "1000"}
    (row,) = fts.rows({"data": {"flows": [FLOW]}})
    assert {name: row[name] for name in ("id", "amountUSD", "date", "decisionDate", "keywords")} == {
        "id": "1",
        "amountUSD": 5,
        "date": "2024-05-17",
        "decisionDate": "",
        "keywords": "Multiyear, Test",
    }
    assert (row["srcOrganization"], row["srcLocations"]) == ("Nowhere, Government of", "KEN")
    assert (row["srcUsageYearStart"], row["srcUsageYearEnd"]) == ("2024", "2025")
    assert (row["destOrganization"], row["destLocations"]) == ("One; Two", "Utopia")
    assert (row["destPlan"], row["destPlanId"], row["destPlanCode"]) == ("A plan", "9", "P9")
    assert set(fts.COLUMNS) <= set(row) | {"reportDetails"}


@pytest.mark.parametrize("said", [{}, {"data": None}, {"data": {"flows": "none"}}, {"data": {"flows": [1]}}, {"error": "no"}])
def test_an_answer_in_another_layout_is_told(said: Any) -> None:
    with pytest.raises(FetchError, match=r"no list data.flows in the answer"):
        fts.rows(said)


TOPS = ["Result", "TotalCount", "NextPageUrl", "data", "meta", "result"]


def grown(draw: random.Random, depth: int) -> Any:
    """Any JSON, made of the words that providers use."""
    if depth == 0 or draw.random() < 0.2:
        return draw.choice([None, True, 0, -1, 1.5, 10**30, "", "x", "\x00", "http://[", "é", "wfp_food_prices_xxx.csv"])
    if draw.random() < 0.3:
        return [grown(draw, depth - 1) for _ in range(draw.randrange(4))]
    words = "Result TotalCount NextPageUrl data flows meta nextLink result resources url hash last_modified id name type code"
    words += " sourceObjects destinationObjects organizationTypes keywords date Organization Location UsageYear"
    return {draw.choice(words.split()): grown(draw, depth - 1) for _ in range(draw.randrange(6))}


@EACH
def test_no_answer_in_json_makes_a_provider_fall(provider: Provider) -> None:
    draw, given, told = random.Random(7), ask(provider, country="HTI"), list[str]()
    request = provider.follow(given, None, 0)
    assert request is not None
    for _ in range(300):
        rows = [row for _ in range(4) if isinstance(row := grown(draw, 3), dict)]
        shaped = {"Result": rows, "data": draw.choice([rows, {"flows": rows}]), "result": {"resources": rows}}
        said = {name: grown(draw, 4) for name in draw.sample(TOPS, 3)} | draw.choice([{}, shaped])
        try:
            provider.follow(given, Page(request, said), 1)
            if provider.rows is not None:
                write_rows(StringIO(), provider.columns, provider.rows(said))
            provider.vintage(given, Page(request, said), TODAY)
        except FetchError as error:
            told.append(str(error))
    assert all("\n" not in words and len(words) < 400 for words in told)


def test_cells() -> None:
    values = [None, True, False, 0, 1.5, "a,b", "2024-01-01T00:00:00Z", "2024-01-01T10:00:00", ["a", "é"]]
    assert [cell(value) for value in values] == [
        "",
        "Y",
        "N",
        "0",
        "1.5",
        "a,b",
        "2024-01-01",
        "2024-01-01T10:00:00",
        '["a", "é"]',
    ]


def test_a_file_of_all_countries_is_cut_to_one(tmp_path: Path) -> None:
    path, into = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text('\ufeffid,c,t\n#id,#c,#t\n1,XXX,"a,\nb"\n2,YYY,\n3,XXX,\nshort\n', encoding="utf-8")
    assert cut(path, "c", "XXX", into).read_text() == 'id,c,t\n#id,#c,#t\n1,XXX,"a,\nb"\n3,XXX,\n'
    with pytest.raises(FetchError, match="no row of ZZZ"):
        cut(path, "c", "ZZZ", into)
    with pytest.raises(FetchError, match="no column 'd'"):
        cut(path, "d", "XXX", into)


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("wfp-prices", {"country": "HTI", "dates": (TODAY, None)}, "wfp-prices cannot be asked by dates; leave it out: all"),
        ("fts", {}, "fts is asked for one country"),
        ("dtm", {"country": "Haiti"}, "--country: 'Haiti'; expected ISO 3166-1 alpha-3"),
        ("hapi-idps", {"release": "1"}, "hapi-idps cannot be asked by release"),
        ("ucdp", {"release": "../x"}, "--release: '../x'; expected a plain name"),
        ("ucdp", {"dates": (TODAY, date(2020, 1, 1))}, "2025-06-01 is after 2020-01-01"),
        ("ucdp", {"url": "ftp://x.example"}, "no address that is fetched"),
    ],
)
def test_a_question_that_cannot_be_asked_is_told(name: str, given: dict[str, Any], words: str) -> None:
    with pytest.raises(FetchError) as error:
        ask(PROVIDERS[name], **given)
    assert words in str(error.value)


def test_a_token_is_demanded_of_the_provider_and_not_of_another_address() -> None:
    with pytest.raises(FetchError, match=r"UCDP_TOKEN: ucdp wants a token; ask the provider for one and set UCDP_TOKEN"):
        asked(ucdp.UCDP, {})
    assert not asked(ucdp.UCDP, {}, url="https://x.example").secret
    with pytest.raises(FetchError) as error:
        asked(ucdp.UCDP, {"UCDP_TOKEN": "s3cret\nX: y"})
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"", "csv", "an empty answer"),
        (b"\xef\xbb\xbf \n", "csv", "an empty answer"),
        (b"<?xml version='1.0'?>", "csv", "a web page or XML"),
        (b"PK\x03\x04\x00", "csv", "a zip archive or an Excel workbook"),
        (b"%PDF-1.7", "csv", "a PDF"),
        (b"PAR1\x00", "csv", "a Parquet file"),
        (b"a,b\n\x00", "csv", "something that is no text"),
        (b'{"message": "no"}', "csv", 'JSON: \'{"message": "no"}\''),
        (b"id,best\n", "json", "something else: 'id,best"),
    ],
)
def test_what_is_plainly_something_else_is_named(tmp_path: Path, body: bytes, kind: str, words: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(body)
    with pytest.raises(FetchError) as error:
        check_kind(path, kind, "here")
    assert words in str(error.value)


@pytest.mark.parametrize(("body", "kind"), [(b"\xef\xbb\xbfa,b\n1,2\n", "csv"), (b"\n {}", "json"), (b"[1]", "json")])
def test_what_was_asked_for_passes(tmp_path: Path, body: bytes, kind: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(body)
    check_kind(path, kind, "here")


@pytest.mark.parametrize(("text", "size"), [("500M", 500_000_000), ("2g", 2_000_000_000), ("7", 7), ("1KB", 1000)])
def test_sizes(text: str, size: int) -> None:
    assert size_of(text) == size


@pytest.mark.parametrize("text", ["", "0", "-1", "2T", "1.5G", "many"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(FetchError, match="--max-size"):
        size_of(text)
