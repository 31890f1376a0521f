"""Events that only the engine reads: the same panel as from memory, every unsound row counted, and one line for a bad file."""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from muster.dossier import create, load
from muster.errors import MusterError, PanelError
from muster.panel import Engine, build, panels, to_csv
from muster.panel.store import store
from muster.records import DataFile
from muster.sources import EVENTS, SOURCES, Stored, opened
from test_panel_events import FILE, Row, drawn, event, made, outcome, parsed, stored_in


def file_at(path: Path) -> DataFile:
    return DataFile(**{name: getattr(FILE, name) for name in FILE.__struct_fields__} | {"path": str(path), "source": "events"})


@pytest.mark.parametrize("blocks", ["set aside", "spread"])
def test_order_split_and_engine_change_no_byte(blocks: Any, tmp_path: Path, spark: None) -> None:
    rows = drawn(21, 400)
    mixed = random.Random(4).sample(rows, len(rows))
    files = [stored_in(tmp_path / "one", rows, 1), stored_in(tmp_path / "many", mixed, 5)]
    panels = [
        build(outcome(), opened(file), file, blocks=blocks, engine=engine) for file in files for engine in ("duckdb", "spark")
    ]
    assert {to_csv(panel) for panel in panels} == {to_csv(made(rows, outcome(), blocks=blocks))}
    assert all(panel.recipe == panels[0].recipe for panel in panels)


FAULTS: list[tuple[str, Row]] = [
    ("missing", {"event_id": None}),
    ("missing", {"event_id": ""}),
    ("missing", {"place": None}),
    ("missing", {"date_to": None}),
    ("missing", {"date_from": None}),
    ("missing", {"kind": None}),
    ("bad-date", {"date_from": date(1066, 1, 1)}),
    ("bad-date", {"date_to": date(9999, 1, 1)}),
    ("dates-out-of-order", {"date_to": date(2023, 1, 1)}),
    ("bad-precision", {"date_precision": 0}),
    ("bad-precision", {"date_precision": 6}),
    ("negative", {"deaths_low": -1.0}),
    ("bad-number", {"deaths_best": 1.5}),
    ("bad-number", {"deaths_high": float("nan")}),
    ("bad-number", {"deaths_high": float("inf")}),
    ("bad-number", {"deaths_high": 1e300}),
    ("bad-number", {"n_sources": -1}),
    ("bad-coordinates", {"latitude": 91.0}),
    ("bad-coordinates", {"longitude": float("nan")}),
    ("low-above-high", {"deaths_low": 9.0}),
    ("low-above-high", {"deaths_best": 9.0}),
]


def test_rows_that_cannot_be_used_are_counted_by_their_reason(engine: str, tmp_path: Path) -> None:
    sound = [event(number, "A", date(2023, 5, 1 + number)) for number in range(9)]
    bad = [event(100 + number, "A", date(2023, 5, 3), best=2) | change for number, (_, change) in enumerate(FAULTS)]
    file = stored_in(tmp_path / "events", sound + bad)
    panel = build(outcome(), opened(file), file, engine=engine)
    told = {key.split(", ")[1]: int(text) for key, text in panel.recipe.items() if key.startswith("rows of the file")}
    reasons = [reason for reason, _ in FAULTS]
    assert told == {reason: reasons.count(reason) for reason in {*reasons}}
    assert panel.table["n"].to_pylist() == [9]


def test_of_rows_with_one_id_the_same_one_stays_wherever_it_stands(engine: str, tmp_path: Path) -> None:
    rows = drawn(22, 60)
    again = [row | {"place": "Z", "deaths_best": 0.0, "deaths_low": 0.0} for row in rows[:7]] + rows[7:10]
    unsound = [rows[11] | {"date_precision": 9}]
    for number, given in enumerate((rows + again + unsound, unsound + again[::-1] + rows)):
        file = stored_in(tmp_path / str(number), given)
        panel = build(outcome(), opened(file), file, engine=engine)
        assert panel.recipe["rows of the file set aside, duplicate-id"] == "10"
        assert panel.recipe["rows of the file set aside, bad-precision"] == "1"
        assert "Z" not in panel.table["place"].to_pylist()
        assert panel.table.equals(made(rows, outcome()).table)


def test_a_file_of_nothing_sound_is_refused(tmp_path: Path) -> None:
    file = stored_in(tmp_path / "events", [event(1, "A", date(2023, 5, 1)) | {"date_precision": 9}], 1)
    with pytest.raises(PanelError, match="no row of the file can be used"):
        build(outcome(), opened(file), file)


def whole(path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(drawn(23), schema=EVENTS), path)


def cut_off(path: Path) -> None:
    whole(path)
    path.write_bytes(path.read_bytes()[:-20])


def of_other_columns(path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), path)


def of_other_types(path: Path) -> None:
    table = pa.Table.from_pylist(drawn(23), schema=EVENTS)
    column = table.schema.get_field_index("deaths_best")
    pq.write_table(table.set_column(column, "deaths_best", table["deaths_best"].cast(pa.string())), path)


def of_no_rows(path: Path) -> None:
    pq.write_table(EVENTS.empty_table(), path)


def damaged_inside(path: Path) -> None:
    whole(path)
    data = bytearray(path.read_bytes())
    data[4:1500] = b"\xff" * 1496
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (cut_off, "not a whole Parquet file"),
        (of_other_columns, "0 columns 'event_id'; expected one of type string, in each file of the set"),
        (of_other_types, "column 'deaths_best' is string; expected one of type double"),
        (damaged_inside, "cannot compute the panel"),
    ],
)
def test_a_hostile_file_among_sound_ones_is_one_clear_line(
    engine: str, write: Callable[[Path], None], message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    whole(tmp_path / "a.parquet")
    write(tmp_path / "b.parquet")
    file = file_at(tmp_path)
    with pytest.raises(MusterError, match=message) as refused:
        build(outcome(), opened(file), file, engine=engine)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400
    assert capfd.readouterr() == ("", "")


def test_files_without_rows_or_a_folder_without_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MusterError, match="the folder holds no Parquet file"):
        opened(file_at(tmp_path))
    of_no_rows(tmp_path / "b.parquet")
    with pytest.raises(MusterError, match="there is no row in it"):
        opened(file_at(tmp_path))


def test_texts_may_be_held_in_any_way_and_more_columns_do_no_harm(engine: str, tmp_path: Path) -> None:
    table = pa.Table.from_pylist(drawn(24), schema=EVENTS)
    kinds = table["kind"].dictionary_encode()
    odd = table.set_column(10, "kind", kinds).append_column("note", pa.array(["x"] * table.num_rows))
    pq.write_table(odd, tmp_path / "a.parquet")
    file = file_at(tmp_path / "a.parquet")
    assert to_csv(build(outcome(), opened(file), file, engine=engine)) == to_csv(made(drawn(24), outcome()))


def test_the_same_events_as_text_are_the_same_rows() -> None:
    table = pa.Table.from_pylist(drawn(25), schema=EVENTS)
    shown = {name: [None if cell is None else str(cell) for cell in table[name].to_pylist()] for name in EVENTS.names}
    text = pa.table(shown, schema=pa.schema([(name, pa.string()) for name in EVENTS.names]))
    read = SOURCES["events"].parse(text)
    assert read.table.equals(table)
    assert not read.rejected


def test_a_tight_limit_spills_and_a_long_query_tells_how_far_it_is(tmp_path: Path) -> None:
    rows = drawn(26, 3000)
    file = stored_in(tmp_path / "events", rows)
    told: list[tuple[str, float]] = []
    engine = Engine(memory="200MB", threads=1, progress=lambda step, share: told.append((step, share)))
    assert to_csv(build(outcome(), opened(file), file, engine=engine)) == to_csv(made(rows, outcome()))
    assert [step for step, share in told if share == 1.0] == ["ids", "events"]
    assert all(0 <= share <= 1 for _, share in told)


def test_parquet_of_events_stays_on_disk_and_other_files_do_not(tmp_path: Path) -> None:
    file = stored_in(tmp_path / "events", drawn(27), 2)
    assert opened(file) == Stored(tuple(str(tmp_path / "events" / f"part-{number}.parquet") for number in (0, 1)), 150)


SIDECAR = """source = "events"
title = "Invented events"
provider = "Nobody"
licence = "CC0"
vintage = "2025-06"
covered = [2023-01-01, 2023-12-31]
blocks = "spread"
places = { "A" = "North", "B" = "North" }
"""
PLAN = """
[[outcomes]]
id = "riots"
name = "Riots"
domain = "security"
unit = "events"
better = "lower"
period = "quarter"
treated = ["North"]
donors = ["D"]
file = "invented"
measure = "events"
kinds = ["riot"]
"""


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """The bundled dossier with an outcome on a folder of Parquet files."""
    made_in = tmp_path / "d"
    create(made_in, "haiti")
    stored_in(made_in / "data" / "invented.parquet", drawn(28))
    (made_in / "data" / "invented.toml").write_text(SIDECAR, encoding="utf-8")
    with (made_in / "mission.toml").open("a", encoding="utf-8") as plan:
        plan.write(PLAN)
    return made_in


def test_a_dossier_measures_with_a_folder_of_events_by_the_rules_of_its_sidecar(dossier: Path) -> None:
    panel = panels(load(dossier), only="riots")["riots"]
    plan = outcome("events", "quarter", ("North",), ("D",), ("riot",))
    names = {"A": "North", "B": "North"}
    direct = made(drawn(28), plan, blocks="spread", places=names, covered=(date(2023, 1, 1), date(2023, 12, 31)))
    assert panel.table["value"].to_pylist() == direct.table["value"].to_pylist()
    assert panel.recipe == direct.recipe
    assert panel.recipe["covered"] == "2023-01-01 to 2023-12-31, as declared"
    assert panel.recipe["places"] == "D; North"


def test_the_hash_of_a_folder_is_of_all_its_files(dossier: Path) -> None:
    def digest() -> str:
        return next(file.sha256 for file in load(dossier).data if file.name == "invented")

    before, folder = digest(), dossier / "data" / "invented.parquet"
    assert digest() == before
    (folder / "part-0.parquet").rename(folder / "part-9.parquet")
    renamed = digest()
    (folder / "part-1.parquet").write_bytes(b"")
    assert len({before, renamed, digest()}) == 3


def test_a_folder_of_events_holds_no_link_out_of_it(dossier: Path, tmp_path: Path) -> None:
    whole(tmp_path / "elsewhere.parquet")
    (dossier / "data" / "invented.parquet" / "z.parquet").symlink_to(tmp_path / "elsewhere.parquet")
    with pytest.raises(MusterError, match="a link that leads out of the data file"):
        load(dossier)


def test_stored_events_are_those_given_and_vouch_for_their_ids(engine: str, tmp_path: Path) -> None:
    rows, path = drawn(29), tmp_path / "events.parquet"
    tables = (pa.Table.from_pylist(rows[start : start + 40], schema=EVENTS) for start in range(0, 150, 40))
    assert store(tables, path) == 150
    read = opened(file_at(path))
    assert read == Stored((str(path),), 150, unique=True)
    assert to_csv(build(outcome(), read, file_at(path), engine=engine)) == to_csv(made(rows, outcome()))
    assert [part.name for part in tmp_path.iterdir()] == ["events.parquet"]


def test_a_file_with_an_id_twice_or_one_of_several_does_not_vouch(tmp_path: Path) -> None:
    rows = drawn(30)
    store([pa.Table.from_pylist(part, schema=EVENTS) for part in (rows, rows[:1])], tmp_path / "a.parquet")
    assert opened(file_at(tmp_path / "a.parquet")) == Stored((str(tmp_path / "a.parquet"),), 151, unique=False)
    panel = build(outcome(), opened(file_at(tmp_path / "a.parquet")), file_at(tmp_path))
    assert panel.recipe["rows of the file set aside, duplicate-id"] == "1"
    store([pa.Table.from_pylist(rows, schema=EVENTS)], tmp_path / "a.parquet")
    store([pa.Table.from_pylist(rows[3:9], schema=EVENTS)], tmp_path / "b.parquet")
    panel = build(outcome(), opened(file_at(tmp_path)), file_at(tmp_path))
    assert panel.recipe["rows of the file set aside, duplicate-id"] == "6"


@pytest.mark.parametrize("tables", [[], [pa.table({"a": [1]})], [EVENTS.empty_table(), pa.table({"a": [1]})]])
def test_what_cannot_be_stored_leaves_nothing_and_harms_nothing(tables: list[pa.Table], tmp_path: Path) -> None:
    (tmp_path / "events.parquet").write_bytes(b"as before")
    with pytest.raises(PanelError, match=r"none of events|no event to store"):
        store(tables, tmp_path / "events.parquet")
    assert [(part.name, part.read_bytes()) for part in tmp_path.iterdir()] == [("events.parquet", b"as before")]


def test_what_a_file_does_not_say_of_its_events_is_told(engine: str, tmp_path: Path) -> None:
    rows = [event(number, "A", date(2023, 5, 1 + number), best=3) for number in range(4)]
    rows[0] |= {"deaths_low": None, "deaths_high": None}
    rows[1] |= {"date_precision": None, "kind": ""}
    rows[2] |= {"deaths_low": None, "deaths_best": None, "deaths_high": None}
    found = stored_in(tmp_path / "events", rows)
    for source in (parsed(rows), opened(found)):
        panel = build(outcome(), source, found, engine=engine)
        assert panel.table.select(["value", "low", "high", "n"]).to_pylist() == [{"value": 9, "low": 5, "high": 15, "n": 4}]
        assert panel.recipe["events without a precision of their date"] == "1, taken as known to the day"
        assert panel.recipe["events without a number of deaths"] == "1, which add none"
        assert panel.recipe["events without a range of deaths"] == "1, their one number stands for both bounds"


def test_deaths_that_nobody_counted_are_no_zero(engine: str, tmp_path: Path) -> None:
    rows = [event(1, "A", date(2023, 5, 1)) | {"deaths_low": None, "deaths_best": None, "deaths_high": None}]
    found = stored_in(tmp_path / "events", rows)
    with pytest.raises(PanelError, match="no event of the file tells how many died"):
        build(outcome(), opened(found), found, engine=engine)
    assert build(outcome("events"), opened(found), found, engine=engine).table["value"].to_pylist() == [1.0]
