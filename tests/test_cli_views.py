"""`muster ledger --view` and `--between` on the bundled dossier, against numbers checked by hand in the fact table."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from muster.cli.ledger import Kind, View
from muster.cli.views import SHAPES, columns_of
from muster.dossier import load
from muster.ledger import Changes
from test_cli import Run, haiti

__all__ = ["haiti"]  # fixtures
PAGE = Path(__file__).parents[1] / "docs" / "ledger.md"
HEAD = "currency,to,date,rate,source\n"
Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def rows(muster: Run, haiti: Path) -> Rows:
    """The rows of a view as JSON."""
    assert haiti.is_dir()

    def read(view: str, *options: str) -> list[dict[str, Any]]:
        code, out, err = muster("ledger", "d", "--view", view, "--format", "json", *options)
        assert (code, err) == (0, "")
        found: list[dict[str, Any]] = json.loads(out)["rows"]
        return found

    return read


def level(row: dict[str, Any], name: str) -> tuple[float | None, float | None, list[str]] | None:
    one = row[name]
    return one and (one["low"], one["high"], one["records"])


def test_kenya_on_30_june_2024_as_then_known_and_as_known_now(rows: Rows) -> None:
    (then,) = [row for row in rows("contributors", "--as-of", "2024-06-30", "--scope", "MSS") if row["actor"] == "Kenya"]
    (now,) = [row for row in rows("contributors", "--on", "2024-06-30", "--scope", "MSS") if row["actor"] == "Kenya"]
    assert level(then, "pledged") == level(now, "pledged") == (1000, 1000, ["F003"])
    assert level(then, "approved") == (1000, 1000, ["F019"])
    assert level(then, "deploying") == (400, 400, ["F138"])
    assert level(then, "deployed") == (400, 400, ["F054"])
    assert level(now, "deployed") == (200, 400, ["F052", "F053", "F054"])
    assert now["deployed"]["differ"]


@pytest.mark.parametrize(
    ("options", "deployed"),
    [
        (["--as-of", "2025-02-28"], (744, 817, ["F105", "F106", "F107", "F225"])),
        ([], (800, None, ["F112"])),
    ],
)
def test_kenya_later(rows: Rows, options: list[str], deployed: tuple[float, float | None, list[str]]) -> None:
    (kenya,) = [row for row in rows("contributors", "--scope", "MSS", *options) if row["actor"] == "Kenya"]
    assert level(kenya, "deployed") == deployed


@pytest.mark.parametrize(
    ("options", "wanted", "held", "numbers", "records", "words"),
    [
        (["--as-of", "2024-06-30"], "needed", "deployed", (4000, 5000, 400, None), "F043 F131 F054", "at most 4,600 short"),
        (["--as-of", "2024-06-30"], "planned", "deployed", (2500, 2500, 400, None), "F079 F054", "at most 2,100 short"),
        (["--as-of", "2025-02-28"], "planned", "deployed", (2500, 2500, 1000, 1000), "F079 F108", "1,500 short"),
        (
            ["--as-of", "2025-02-28"],
            "needed",
            "deployed",
            (4000, 5000, 1000, 1000),
            "F043 F131 F108",
            "between 3,000 and 4,000 short",
        ),
        ([], "needed", "deployed", (2500, 3000, 1000, 1000), "F044 F114", "between 1,500 and 2,000 short"),
    ],
)
def test_the_gap_of_the_whole_mission(
    rows: Rows, options: list[str], wanted: str, held: str, numbers: tuple[float | None, ...], records: str, words: str
) -> None:
    found = rows("gap", "--scope", "MSS", "--actor", "MSS", "--kind", "personnel", *options)
    (row,) = [row for row in found if (row["wanted_as"], row["held_as"]) == (wanted, held)]
    sides = row["wanted"], row["held"]
    assert tuple(side[end] for side in sides for end in ("low", "high")) == numbers
    assert " ".join([*sides[0]["records"], *sides[1]["records"]]) == records
    assert row["words"] == words


def test_pledges_of_single_contributors_give_a_lower_bound(rows: Rows) -> None:
    # Kenya 1,000, Bahamas 150, Barbados 200, Benin 1,500 to 2,000, Burundi 250, Senegal 350, Seychelles 190
    found = rows("gap", "--as-of", "2024-06-30", "--scope", "MSS", "--actor", "MSS")
    (row,) = [row for row in found if (row["wanted_as"], row["held_as"]) == ("needed", "pledged")]
    assert (row["held"]["low"], row["held"]["high"]) == (1000 + 150 + 200 + 1500 + 250 + 350 + 190, None)
    assert row["held"]["how"] == "sum over contributors"


def test_the_force_that_followed(rows: Rows) -> None:
    found = rows("gap", "--scope", "GSF", "--actor", "GSF", "--kind", "personnel")
    told = {(row["wanted_as"], row["held_as"]): row for row in found}
    there = told["planned", "deployed"]
    assert (there["wanted"]["records"], there["held"]["records"], there["words"]) == (["F136"], ["F121"], "4,520 short")
    later = rows("gap", "--scope", "GSF", "--actor", "GSF", "--kind", "personnel", "--as-of", "2026-03-21")
    assert [row["words"] for row in later if (row["wanted_as"], row["held_as"]) == ("planned", "deployed")] == ["4,520 short"]


def test_what_the_trust_fund_had_received(rows: Rows) -> None:
    def fund(*options: str) -> dict[str, Any]:
        (row,) = rows("money", "--scope", "UN MSS trust fund", "--actor", "UN MSS trust fund", *options)
        return row

    assert level(fund("--as-of", "2024-06-30"), "received") == (18e6, 18e6, ["F047"])
    # 85 million at the end of 2024, less than 100 million, more than 110 million: told within two days
    assert level(fund("--as-of", "2025-02-28"), "received") == (85e6, None, ["F099", "F101", "F196"])
    assert level(fund(), "received") == (113e6, 113e6, ["F123"])
    assert level(fund(), "pledged") == (96.8e6, 110.3e6, ["F084", "F100"])


def test_money_of_the_united_states_by_stage(rows: Rows) -> None:
    own = rows("money", "--actor", "United States", "--as-of", "2025-02-28")
    told = {(row["scope"], row["form"]): row for row in own}
    cash = told["MSS", "cash"]
    assert level(cash, "pledged") == (200e6, 300e6, ["F039", "F185"])
    assert level(cash, "committed") == (105e6, 105e6, ["F021", "F050"])
    assert level(cash, "frozen") == (40e6, 40e6, ["F022"])
    assert level(told["MSS", "kind"], "committed") == (None, 60e6, ["F183"])
    assert level(told["UN MSS trust fund", "cash"], "frozen") == (15e6, 15e6, ["F098"])
    assert level(told["UN MSS trust fund", "cash"], "received") == (15e6, None, ["F202"])
    claimed = told["MSS, outside the trust fund", "cash"]["disbursed"]
    assert (claimed["low"], claimed["claimed"]) == (500e6, True)


def test_what_the_fund_paid_out_is_not_what_it_received(rows: Rows) -> None:
    (paid,) = rows("money", "--scope", "UN MSS trust fund, paid out")
    assert (level(paid, "disbursed"), paid["received"]) == ((85e6, 85e6, ["F103"]), None)


def test_the_timeline_of_the_kenyan_contingent(rows: Rows) -> None:
    steps = [row for row in rows("timeline", "--scope", "MSS", "--actor", "Kenya") if row["stage"] == "deployed"]
    people = [(row["date"], row["change"], row["by"]) for row in steps]
    assert people[:3] == [
        ("2024-06-25", "first record: 200 to 400", ["F052", "F053", "F054"]),
        ("2024-07-16", "200 to 400 -> 400 to 600", ["F057"]),
        ("2024-09-26", "400 to 600 -> 382", ["F139"]),
    ]
    assert people[-1] == ("2025-05-13", "744 to 817 -> at least 800", ["F112"])


def test_what_changed_between_the_first_arrival_and_february_2025(muster: Run, haiti: Path) -> None:
    assert haiti.is_dir()
    found = json.loads(muster("ledger", "d", "--between", "2024-06-30", "2025-02-28", "--format", "json")[1])
    assert {"F057", "F093", "F108"} < {row["record"] for row in found["added"]}
    assert not {"F054", "F112"} & {row["record"] for row in found["added"]}
    moved = {(row["scope"], row["actor"], row["stage"], row["currency"]): row for row in found["revised"]}
    kenya = moved["MSS", "Kenya", "deployed", None]
    assert (kenya["before"]["high"], kenya["after"]["low"], kenya["after"]["high"]) == (400, 744, 817)
    assert kenya["by"] == ["F105", "F106", "F107", "F225"]
    assert moved["UN MSS trust fund", "UN MSS trust fund", "disbursed", "USD"]["before"]["low"] == 18e6
    risen = {tuple(row["records"]): row for row in found["contradicted"]}
    assert risen["F105", "F106", "F150"]["is_new"]
    assert risen["F062", "F063", "F064"]["is_new"]
    later = json.loads(muster("ledger", "d", "--between", "2025-02-28", "2026-12-31", "--format", "json")[1])
    settled = [(row["records"], row["by"]) for row in later["settled"]]
    assert settled == [
        (["F099", "F101", "F196"], ["F123"]),
        (["F105", "F106", "F150"], ["F112"]),
        (["F105", "F107", "F225"], ["F112"]),
    ]


@pytest.mark.parametrize("view", list(View))
def test_a_view_as_csv_has_the_fields_of_its_json_and_is_the_same_again(
    muster: Run, haiti: Path, rows: Rows, view: str
) -> None:
    code, out, _ = muster("ledger", "d", "--view", view, "--format", "csv")
    table = list(csv.DictReader(io.StringIO(out)))
    assert (code, len(table)) == (0, len(rows(view)))
    assert list(table[0]) == [name for name in columns_of(SHAPES[view]) if "_converted_" not in name]
    assert muster("ledger", "d", "--view", view, "--format", "csv")[1] == out
    assert haiti.is_dir()


def test_changes_as_csv_have_a_row_for_each(muster: Run, haiti: Path) -> None:
    assert haiti.is_dir()
    arguments = ("ledger", "d", "--between", "2024-06-30", "2025-02-28", "--format")
    table = list(csv.DictReader(io.StringIO(muster(*arguments, "csv")[1])))
    found = json.loads(muster(*arguments, "json")[1])
    counted = {name: len(found[name]) for name in ("added", "revised", "contradicted", "settled")}
    assert {name: sum(row["change"] == name for row in table) for name in counted} == counted
    (kenya,) = [row for row in table if (row["change"], row["actor"], row["stage"]) == ("revised", "Kenya", "deployed")]
    assert (kenya["before_high"], kenya["after_low"], kenya["by"]) == ("400", "744", "F105 F106 F107 F225")


@pytest.mark.parametrize("options", [["--view", view] for view in View] + [["--between", "2024-06-30", "2025-02-28"]])
def test_tables_fit_the_terminal_and_break_no_number(
    muster: Run, haiti: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    assert haiti.is_dir()
    numbers = {}
    for width in (100, 180, 400):
        console = Console(width=width, highlight=False)
        monkeypatch.setattr("muster.cli.ledger.stdout", lambda console=console: console)
        out = muster("ledger", "d", *options)[1]
        assert max(map(len, out.splitlines())) <= width
        numbers[width] = set(re.findall(r"\S*\d\S*", out))
    assert numbers[100] == numbers[180] == numbers[400]


def test_a_choice_narrows_records_disagreements_and_views(muster: Run, haiti: Path, rows: Rows) -> None:
    assert {row["scope"] for row in rows("state", "--scope", "UN MSS*", "--kind", "funds")} > {"UN MSS trust fund"}
    assert {row["actor"] for row in rows("contributors", "--actor", "jamaica")} >= {"Jamaica"}
    records = list(csv.DictReader(io.StringIO(muster("ledger", "d", "--actor", "Benin", "--format", "csv")[1])))
    assert {"F030", "F031", "F208"} < {row["record_id"] for row in records}
    assert all("Benin" in row["actor"] for row in records)
    sets = json.loads(muster("ledger", "d", "--actor", "Benin", "--disagreements", "--format", "json")[1])
    assert sets
    assert all(set(row["records"]) & {each["record_id"] for each in records} for row in sets)
    assert load(haiti).mission.id == "mss-haiti"


def test_rates_add_a_column_and_change_no_amount(muster: Run, rows: Rows, tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text(f"{HEAD}CAD,USD,2024-02-01,0.5,simulated bank\n", encoding="utf-8")
    plain, converted = rows("money"), rows("money", "--rates", "rates.csv")
    (canada,) = [row for row in converted if (row["scope"], row["actor"], row["currency"]) == ("MSS", "Canada", "CAD")]
    assert canada["pledged"]["converted"] == {
        "currency": "USD",
        "low": 60.25e6,
        "high": 60.25e6,
        "rate": 0.5,
        "rate_date": "2024-02-01",
        "rate_source": "simulated bank",
    }
    assert [{name: level(row, name) for name in ("pledged", "received")} for row in converted] == [
        {name: level(row, name) for name in ("pledged", "received")} for row in plain
    ]
    assert "pledged USD 60.25 at 0.5" in muster("ledger", "d", "--view", "money", "--rates", "rates.csv")[1]


def test_a_name_that_nobody_has_is_told_with_those_that_there_are(muster: Run, haiti: Path) -> None:
    assert haiti.is_dir()
    code, _, err = muster("ledger", "d", "--view", "gap", "--scope", "MSSS", "--actor", "Kenya")
    assert (code, err.startswith("warning: no accepted commitment has the scope 'MSSS'; there are: ")) == (0, True)
    assert "UN MSS trust fund" in err
    assert "actor" not in err
    assert muster("ledger", "d", "--between", "2024-06-30", "2025-02-28", "--actor", "Kenia")[2].startswith("warning: ")


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--between", "2025-02-28", "2024-06-30"], 1, "an earlier date and then a later one"),
        (["--between", "2025-02-28"], 2, "requires 2 arguments"),
        (["--between", "2024-06-30", "2025-02-28", "--view", "gap"], 2, "--between goes without"),
        (["--view", "gap", "--rates", "x.csv"], 2, "--rates goes with"),
        (["--view", "money", "--rates", "x.csv"], 1, "x.csv"),
        (["--view", "weather"], 2, "contributors"),
        (["--view", "gap", "--on", "2024-13-01"], 2, "--on"),
    ],
)
def test_a_wrong_question_gets_one_clear_answer(muster: Run, haiti: Path, options: list[str], code: int, told: str) -> None:
    assert haiti.is_dir()
    found, out, err = muster("ledger", "d", *options)
    assert (found, out) == (code, "")
    assert told in re.sub(r"\s+", " ", err)


@pytest.mark.parametrize(("option", "values"), [("--view", View), ("--kind", Kind)])
def test_views_and_kinds_complete_in_the_shell(option: str, values: type[View] | type[Kind]) -> None:
    program = "import sys; sys.argv = ['muster']; from muster.cli import main; main()"
    asked = {"_MUSTER_COMPLETE": "complete_bash", "COMP_WORDS": f"muster ledger d {option} ", "COMP_CWORD": "4"}
    shown = subprocess.run([sys.executable, "-c", program], env=os.environ | asked, capture_output=True, text=True, check=False)
    assert set(shown.stdout.split()) == set(values)


def test_nothing_of_a_record_moves_the_terminal(muster: Run, haiti: Path) -> None:
    from msgspec.structs import replace

    from muster.ledger import Ledger
    from muster.records import Commitment

    store = Ledger(haiti / "ledger.jsonl")
    record = next(entry.record for entry in store.entries() if isinstance(entry.record, Commitment))
    store.append([replace(record, id="X1", scope="\x1b[2Jscope", actor="\x1b]0;title\x07 [bold]actor")], status="accepted")
    for view in View:
        out = muster("ledger", "d", "--view", view)[1]
        assert "\x1b" not in out
        assert "\x07" not in out


def blocks() -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines() if line]


@pytest.mark.parametrize("command", blocks())
def test_every_command_of_the_page_works(muster: Run, haiti: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "rates.csv").write_text(f"{HEAD}CAD,USD,2024-02-01,0.74,simulated\n", encoding="utf-8")
    assert haiti.is_dir()
    name, *arguments = command.partition("#")[0].split()
    code, out, _ = muster(*arguments)
    assert (name, code) == ("muster", 0)
    assert out


@pytest.mark.parametrize("shape", [*SHAPES.values(), Changes], ids=lambda shape: shape.__name__)
def test_the_page_names_every_field(shape: Any) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert not [name for name in shape.__struct_fields__ if f"`{name}`" not in text]
