"""`muster fetch` from the command line into a dossier, over real HTTP, from a server that imitates the providers."""

import csv
import gzip
import hashlib
import json
import stat
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dataserver import Handler, Server, Step, bomb, file, gives, leads, says, serving
from muster.dossier import load as load_dossier
from muster.fetch import Manners
from muster.fetch.part import Part
from muster.fetch.providers import ucdp
from muster.records import DataFile
from muster.sources import load

Run = Callable[..., tuple[int, str, str]]


def event(number: int, **changed: object) -> dict[str, object]:
    """An invented event in the layout of the interface."""
    known = {
        "id": number,
        "type_of_violence": 1,
        "number_of_sources": 2,
        "adm_1": "Nowhere province",
        "latitude": 18.5,
        "longitude": -72.3,
        "date_prec": 1,
        "date_start": "2024-01-01T00:00:00",
        "date_end": "2024-01-01T00:00:00",
        "best": 3,
        "high": 4,
        "low": 1,
        "country": "Haiti",
        "country_id": 41,
    }
    return known | changed


def pages(*events: Sequence[dict[str, object]], total: int | None = None) -> list[Step]:
    """Pages as the interface of UCDP gives them."""
    count = sum(map(len, events)) if total is None else total
    return [
        says(
            {
                "TotalCount": count,
                "TotalPages": len(events),
                "NextPageUrl": f"https://ucdpapi.pcr.uu.se/api/gedevents/26.1?pagesize=1000&page={place}"
                if place < len(events)
                else "",
                "Result": list(page),
            }
        )
        for place, page in enumerate(events, 1)
    ]


@pytest.fixture
def run(muster: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command in a folder with a new dossier `d`; no wait is waited for."""
    monkeypatch.setattr("muster.fetch.Manners", partial(Manners, between=0.0, pause=lambda _: None))
    monkeypatch.delenv("UCDP_TOKEN", raising=False)
    assert muster("new", "d")[0] == 0
    return muster


def ucdp_from(run: Run, server: Server, *options: str) -> tuple[int, str, str]:
    return run("fetch", "ucdp", "d", "--country", "HTI", "--url", server.url, "--allow-local", *options)


def data(*, hidden: bool = True) -> list[str]:
    return sorted(path.name for path in Path("d/data").iterdir()) if Path("d/data").is_dir() else []


def test_events_come_page_by_page_with_a_sidecar_and_can_be_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UCDP_TOKEN", "t0ken")
    with serving(*pages([event(1), event(2, best=9)], [event(3)])) as server:
        code, out, err = ucdp_from(run, server)
        assert [handler.path for handler in server.asked] == ["/26.1?pagesize=1000&Country=41", "/26.1?pagesize=1000&page=1"]
        assert {handler.headers["x-ucdp-access-token"] for handler in server.asked} == {"t0ken"}
    assert (code, err) == (0, "")
    assert "d/data/ucdp-ged-hti-26.1.csv: 2 rows, 1 set aside (1 low-above-high); vintage 26.1; CC BY 4.0" in out
    assert "Cite: Sundberg" in out
    assert data() == ["ucdp-ged-hti-26.1.csv", "ucdp-ged-hti-26.1.toml"]
    written = Path("d/data/ucdp-ged-hti-26.1.csv").read_bytes()
    assert written.startswith(b"id,relid,year,")
    text = Path("d/data/ucdp-ged-hti-26.1.toml").read_text()
    assert hashlib.sha256(written).hexdigest() in text
    assert "t0ken" not in text
    assert tomllib.loads(text) == {
        "source": "ucdp-ged",
        "title": "UCDP Georeferenced Event Dataset",
        "provider": "Uppsala Conflict Data Program",
        "licence": "CC BY 4.0",
        "vintage": "26.1",
        "address": f"{server.url}/26.1?pagesize=1000&Country=41",
        "redistribute": True,
        "country": "HTI",
    }
    assert [held.vintage for held in load_dossier(Path("d")).data] == ["26.1"]
    assert stat.S_IMODE(Path("d/data/ucdp-ged-hti-26.1.csv").stat().st_mode) == 0o644


PLACE = {"location_code": "HTI", "admin1_code": "HT01", "admin1_name": "Nowhere", "admin2_code": None, "admin2_name": None}
MONTH = {"reference_period_start": "2024-01-01T00:00:00", "reference_period_end": "2024-01-31T00:00:00"}
ROWS: dict[str, dict[str, object]] = {
    "hapi-conflict": {"event_type": "demonstration", "events": 3, "fatalities": None},
    "hapi-idps": {"operation": "An operation", "assessment_type": "BA", "reporting_round": 2, "population": 40},
    "hapi-food-prices": {
        "market_name": "A market",
        "market_code": "7",
        "lat": 18.5,
        "lon": -72.3,
        "commodity_name": "Rice",
        "unit": "KG",
        "price_flag": "actual",
        "price_type": "Retail",
        "currency_code": "HTG",
        "price": 12.5,
    },
    "hapi-population": {"gender": "all", "age_range": "all", "population": 1000},
}


@pytest.mark.parametrize("name", ROWS)
def test_hapi_comes_in_the_layout_of_its_source(run: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("HAPI_APP_IDENTIFIER", "YTpi")
    with serving(says({"data": [{**PLACE, **MONTH, **ROWS[name]}]})) as server:
        code, out, err = run("fetch", name, "d", "--country", "hti", "--url", server.url, "--allow-local")
        assert server.asked[0].headers["X-HDX-HAPI-APP-IDENTIFIER"] == "YTpi"
        assert "YTpi" not in server.asked[0].path
    assert (code, ": 1 rows; vintage 20" in out) == (0, True), err
    assert ("does not let these rows be passed on" in err) == (name in {"hapi-conflict", "hapi-idps"})
    (held,) = load_dossier(Path("d")).data
    assert held.source == name
    assert held.name == f"{name}-hti-{held.vintage}"


def test_a_file_on_hdx_comes_through_its_catalogue(run: Run) -> None:
    body = (
        b"date,admin1,admin2,market,latitude,longitude,category,commodity,unit,priceflag,pricetype,currency,price,usdprice\n"
        b"#date,#adm1+name,#adm2+name,#loc,#geo+lat,#geo+lon,#item+type,#item,#item+unit,#f,#t,#c,#value,#value+usd\n"
        b"2024-01-15,Nowhere,,A market,18.5,-72.3,cereals,Rice,KG,actual,Retail,HTG,12.5,0.1\n"
    )
    with serving() as server:
        one = {"name": "x", "url": f"{server.url}/wfp_food_prices_hti.csv", "last_modified": "2025-05-04T10:00:00"}
        stated = hashlib.sha256(body).hexdigest()
        fetch = ("fetch", "wfp-prices", "d", "--country", "HTI", "--url", server.url, "--allow-local")
        server.steps[:] = [says({"result": {"resources": [one | {"hash": "0" * 64}]}}), gives(body)]
        assert f"SHA-256 {stated}; expected {'0' * 64}" in run(*fetch)[2]
        assert data() == []
        server.steps[:] = [says({"result": {"resources": [one | {"hash": stated}]}}), gives(body)]
        code, out, err = run(*fetch)
        assert server.asked[-1].path == "/wfp_food_prices_hti.csv"
    assert (code, "d/data/wfp-prices-hti-2025-05-04.csv: 1 rows; vintage 2025-05-04" in out) == (0, True), err
    assert Path("d/data/wfp-prices-hti-2025-05-04.csv").read_bytes() == body
    assert tomllib.loads(Path("d/data/wfp-prices-hti-2025-05-04.toml").read_text())["address"] == one["url"]


def test_a_file_of_all_countries_is_cut_to_one(run: Run) -> None:
    names = (
        "id,operation,admin0Name,admin0Pcode,admin1Name,admin1Pcode,numPresentIdpInd,reportingDate,roundNumber,assessmentType\n"
    )
    rows = "1,An operation,Haiti,HTI,Nowhere,HT01,40,2024-01-31,2,BA\n2,Another,Nowhere,NWH,There,NW01,9,2024-01-31,1,BA\n"
    body = gzip.compress((names + rows).encode(), mtime=0)
    with serving() as server:
        one = {"name": "x", "url": f"{server.url}/global-iom-dtm-from-api-admin-0-to-2.csv"}
        server.steps[:] = [says({"result": {"resources": [one]}}), gives(body, Content_Encoding="gzip")]
        code, out, err = run("fetch", "dtm", "d", "--country", "HTI", "--url", server.url, "--allow-local", "--name", "idps")
    assert (code, "d/data/idps.csv: 1 rows" in out) == (0, True), err
    assert Path("d/data/idps.csv").read_text() == names + rows.splitlines(keepends=True)[0]


def test_fews_net_comes_as_one_file(run: Run) -> None:
    body = (
        b"country,market,admin_1,longitude,latitude,product,period_date,price_type,product_source,unit,unit_type,currency,value\n"
        b"Haiti,A market,Nowhere,-72.3,18.5,Rice,2024-01-31,Retail,Local,6_lb,Weight,HTG,12.5\n"
        b"Haiti,A market,Nowhere,-72.3,18.5,Rice,2024-02-29,Retail,Local,6_lb,Weight,HTG,\n"
    )
    with serving(gives(body)) as server:
        code, out, err = run("fetch", "fewsnet-prices", "d", "--country", "HTI", "--url", server.url, "--allow-local")
    assert (code, ": 1 rows, 1 set aside (1 missing); vintage" in out) == (0, True), err


def test_the_same_bytes_again_are_unchanged(run: Run) -> None:
    with serving(*pages([event(1)])) as server:
        assert ucdp_from(run, server)[0] == 0
        before = [path.stat().st_mtime_ns for path in Path("d/data").iterdir()]
        code, out, _ = ucdp_from(run, server)
        assert (code, "ucdp-ged-hti-26.1.csv: unchanged, 1 rows" in out) == (0, True)
        assert "unchanged" in ucdp_from(run, server, "--name", "other")[1]
    assert [path.stat().st_mtime_ns for path in Path("d/data").iterdir()] == before


def test_another_vintage_gets_a_name_of_its_own(run: Run) -> None:
    with serving(*pages([event(1)]), *pages([event(1), event(2)])) as server:
        assert ucdp_from(run, server)[0] == 0
        assert ucdp_from(run, server, "--release", "26.0.7")[0] == 0
    assert [name for name in data() if name.endswith("csv")] == ["ucdp-ged-hti-26.0.7.csv", "ucdp-ged-hti-26.1.csv"]


def test_other_rows_under_the_same_name_are_refused(run: Run) -> None:
    with serving(*pages([event(1)]), *pages([event(1), event(2)])) as server:
        assert ucdp_from(run, server)[0] == 0
        before = Path("d/data/ucdp-ged-hti-26.1.csv").read_bytes()
        code, _, err = ucdp_from(run, server)
    assert code == 1
    assert "is there already, with other rows; give this one another --name; nothing is written over" in err
    assert Path("d/data/ucdp-ged-hti-26.1.csv").read_bytes() == before
    assert data() == ["ucdp-ged-hti-26.1.csv", "ucdp-ged-hti-26.1.toml"]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([gives(b"<html>Log in</html>", Content_Type="text/html")], "a web page came"),
        ([gives(b"<!DOCTYPE html><p>x", Content_Type="application/json")], "a web page or XML came"),
        ([gives(b"", Content_Type="application/json")], "an empty answer came"),
        ([gives(b'{"Result": [', Content_Type="application/json")], "JSON that cannot be read"),
        ([gives(b"[" * 100_000, Content_Type="application/json")], "JSON that cannot be read"),
        ([gives(b"id,best\n1,2\n")], "something else"),
        ([gives(b'{"Result": [{"id": "\\ud800"}]}', Content_Type="application/json")], "JSON that cannot be read"),
        ([says([1, 2])], "a list came"),
        ([says({"Result": "none"})], "no list Result in the answer"),
        ([says({"message": "API token required"})], "API token required"),
        ([gives(b"no", 401)], "401 Unauthorized; the provider wants a token"),
        (pages([]), "no rows"),
        (pages([event(1)], total=7), "1 rows on all pages; expected 7"),
        ([gives(gzip.compress(b'{"Result": []}')[:-9], Content_Encoding="gzip")], "the gzip file is broken"),
        ([gives(b"{}", Content_Encoding="gzip")], "said to be packed with gzip, and is not"),
        ([gives(bomb(50_000_000), Content_Encoding="gzip")], "packed bytes that unpack to more than"),
        ([leads("http://169.254.169.254/latest/")], "169.254.169.254, no address of the public network"),
        ([leads("/again")], "more than 5 redirects"),
    ],
)
def test_what_cannot_be_used_is_one_clear_line_and_nothing_is_kept(run: Run, steps: list[Step], words: str) -> None:
    with serving(*steps) as server:
        code, out, err = ucdp_from(run, server)
    assert (code, out) == (1, "")
    assert words in err
    assert err.count("\n") == 1
    assert data() == []


def test_what_the_source_cannot_read_is_not_kept(run: Run) -> None:
    rows = {"result": {"resources": [{"name": "x", "url": "{url}/wfp_food_prices_xxx.csv"}]}}
    with serving() as server:
        said = json.loads(json.dumps(rows).replace("{url}", server.url))
        server.steps[:] = [says(said), gives(b"a,b\n1,2\n")]
        code, _, err = run("fetch", "wfp-prices", "d", "--country", "HTI", "--url", server.url, "--allow-local")
    assert code == 1
    assert "wfp-prices" in err
    assert data() == []


def test_a_file_that_breaks_off_leaves_a_part_and_the_next_run_goes_on(run: Run) -> None:
    whole = json.dumps({"Result": [event(number) for number in range(300)], "TotalCount": 300, "NextPageUrl": ""}).encode()
    with serving(file(whole, stop=20_000), gives(b"", 500)) as server:
        code, _, err = ucdp_from(run, server)
        assert (code, "what came is kept" in err) == (1, True)
        assert data() == ["ucdp-ged-hti.part"]
        load_dossier(Path("d"))
        server.steps[:] = [file(whole)]
        code, out, _ = ucdp_from(run, server)
        assert server.asked[-1].headers["Range"] == "bytes=20000-"
    assert (code, "300 rows" in out) == (0, True)
    assert data() == ["ucdp-ged-hti-26.1.csv", "ucdp-ged-hti-26.1.toml"]


def test_pages_of_a_fixed_release_that_came_are_not_asked_for_again(run: Run) -> None:
    one, two = pages([event(1)], [event(2)])
    with serving(one, gives(b"", 503)) as server:
        assert ucdp_from(run, server)[0] == 1
        server.asked.clear()
        server.steps[:] = [two]
        code, out, _ = ucdp_from(run, server)
        assert [handler.path for handler in server.asked] == ["/26.1?pagesize=1000&page=1"]
    assert (code, "2 rows" in out) == (0, True)


def test_a_server_that_gives_nothing_leaves_nothing(run: Run) -> None:
    with serving(gives(b"", 500)) as server:
        assert "500 Internal Server Error, given up after 5" in ucdp_from(run, server)[2]
    assert data() == []


def test_ctrl_c_in_the_middle_leaves_a_part_that_resumes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = json.dumps({"Result": [event(number) for number in range(900)], "NextPageUrl": ""}).encode()

    @contextmanager
    def stopping(quiet: bool) -> Iterator[Callable[[int, int | None], None]]:
        def stop(came: int, total: int | None) -> None:
            if came > 100_000:
                raise KeyboardInterrupt

        yield stop

    with serving(file(whole)) as server:
        with monkeypatch.context() as patched:
            patched.setattr("muster.cli.fetching._bar", stopping)
            code, _, _ = ucdp_from(run, server)
        assert (code, data()) == (130, ["ucdp-ged-hti.part"])
        code, out, _ = ucdp_from(run, server)
        assert server.asked[-1].headers["Range"].startswith("bytes=1")
    assert (code, "900 rows" in out) == (0, True)


def test_a_hash_that_the_user_states_is_held_against_the_file(run: Run) -> None:
    with serving(*pages([event(1)])) as server:
        code, _, err = ucdp_from(run, server, "--sha256", "0" * 64)
        assert (code, "SHA-256" in err, data()) == (1, True, [])
        assert ucdp_from(run, server)[0] == 0
        digest = hashlib.sha256(Path("d/data/ucdp-ged-hti-26.1.csv").read_bytes()).hexdigest()
        assert ucdp_from(run, server, "--sha256", digest.upper())[0] == 0


def test_local_addresses_are_refused_unless_they_are_allowed(run: Run) -> None:
    with serving(*pages([event(1)])) as server:
        code, _, err = run("fetch", "ucdp", "d", "--url", server.url)
        assert not server.asked
    assert code == 1
    assert "127.0.0.1, no address of the public network" in err
    assert "--allow-local" in err


@pytest.mark.parametrize(
    ("folder", "words"), [("nowhere", "no such folder"), ("empty", "the folder is empty"), ("f", "not a folder")]
)
def test_a_folder_that_is_no_dossier_is_refused_before_anything_is_asked(run: Run, folder: str, words: str) -> None:
    Path("empty").mkdir()
    Path("f").touch()
    with serving(*pages([event(1)])) as server:
        code, _, err = run("fetch", "ucdp", folder, "--url", server.url, "--allow-local")
        assert not server.asked
    assert (code, words in err) == (1, True)
    assert not list(Path("empty").iterdir())


@pytest.mark.parametrize("name", ["../out", "a/b", ".hidden", "a b"])
def test_a_name_stays_in_the_folder(run: Run, name: str) -> None:
    with serving(*pages([event(1)])) as server:
        code, _, err = ucdp_from(run, server, "--name", name)
        assert not server.asked
    assert (code, "--name" in err) == (1, True)


def test_a_full_disk_is_one_clear_line_and_nothing_is_kept(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("ab", buffering=0) as full, serving(*pages([event(1)])) as server:
        monkeypatch.setattr(Part, "open", lambda _: full)
        code, _, err = ucdp_from(run, server)
    assert (code, err) == (1, "muster: d/data: cannot be written: No space left on device\n")
    assert data() == []


def test_a_folder_that_cannot_be_written_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with serving(*pages([event(1)])) as server:
        code, _, err = ucdp_from(run, server)
    assert (code, err) == (1, "muster: d/data: cannot be written: Permission denied\n")


def test_csv_and_sidecar_are_written_together_or_not_at_all(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.replace

    def refuse(path: Path, target: Path) -> Path:
        if Path(target).suffix == ".csv" and Path(target).parent.name == "data":
            raise OSError(5, "Input/output error")
        return whole(path, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with serving(*pages([event(1)])) as server:
        assert "Input/output error" in ucdp_from(run, server)[2]
    assert data() == []


def test_a_sidecar_that_a_crash_left_alone_is_no_hindrance(run: Run) -> None:
    Path("d/data").mkdir(exist_ok=True)
    Path("d/data/ucdp-ged-hti-26.1.toml").write_text("half")
    with serving(*pages([event(1)])) as server:
        assert ucdp_from(run, server)[0] == 0
    assert load_dossier(Path("d")).data[0].source == "ucdp-ged"


def test_two_fetches_of_one_file_at_a_time_are_refused(run: Run) -> None:
    from filelock import FileLock

    Path("d/data/ucdp-ged-hti.part").mkdir(parents=True)
    with FileLock("d/data/ucdp-ged-hti.part/lock"), serving(*pages([event(1)])) as server:
        assert "another fetch is under way" in ucdp_from(run, server)[2]
        assert not server.asked


def test_the_largest_size_is_the_users(run: Run) -> None:
    with serving(*pages([event(number) for number in range(100)])) as server:
        code, _, err = ucdp_from(run, server, "--max-size", "10K")
    assert (code, "allow more with --max-size" in err, data()) == (1, True, [])


def test_pages_without_end_are_refused(run: Run) -> None:
    def more(handler: Handler) -> None:
        place = len(handler.server.asked)
        link = f"http://x.example/?page={place}"
        says({"Result": [event(place)] * 100, "NextPageUrl": link})(handler)

    with serving(more) as server:
        code, _, err = ucdp_from(run, server, "--max-size", "100K")
    assert (code, "no end; ask for less with --from and --to" in err, data()) == (1, True, [])


def test_quiet_says_nothing(run: Run) -> None:
    with serving(*pages([event(1)])) as server:
        assert ucdp_from(run, server, "--quiet") == (0, "", "")


def test_a_token_that_is_missing_is_told(run: Run) -> None:
    code, _, err = run("fetch", "ucdp", "d")
    assert (code, "set UCDP_TOKEN" in err) == (1, True)


def test_what_is_not_in_the_table_is_not_understood(run: Run) -> None:
    assert run("fetch", "acled", "d")[0] == 2


def test_haiti_through_an_imitation_of_the_interface_is_haiti_from_the_file(run: Run, shared: Path) -> None:
    path = shared / "data" / "ucdp" / "ucdp_ged_v25_1_haiti_1989_2024.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows: list[dict[str, object]] = [dict(row) for row in csv.DictReader(stream)]
    size = 100
    with serving(*pages(*(rows[start : start + size] for start in range(0, len(rows), size)))) as server:
        code, _, err = ucdp_from(run, server, "--release", "25.1")
    assert (code, err) == (0, "")
    got = load(load_dossier(Path("d")).data[0])
    given = {"title": "", "provider": "", "licence": "", "vintage": "25.1", "sha256": "", "country": "HTI"}
    known = load(DataFile(name="x", path=str(path), source="ucdp-ged", **given))  # type: ignore[arg-type]
    assert got.table.equals(known.table)
    assert set(ucdp.COLUMNS) >= set(rows[0])
