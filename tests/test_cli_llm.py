"""The command line with a language model: what it prints, what it keeps, how it fails, and that it sends nothing unasked."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import modelserver as served

Run = Callable[..., tuple[int, str, str]]
TEXT = "The mission in Haiti grows: Kenya has sent 400 officers.\n\nCanada pledged at least $5 million to it.\n"
SENT: dict[str, Any] = {
    "quote": "Kenya has sent 400 officers",
    "actor": "Kenya",
    "kind": "personnel",
    "stage": "deployed",
    "amount_low": 400,
    "amount_high": 400,
    "currency": None,
    "basis": "part",
    "date_from": None,
    "date_to": "2024-10-12",
    "attributed_to": None,
}
INVENTED = SENT | {"quote": "Kenya sent 9,999 officers\u001b[31m", "amount_low": 9999, "amount_high": 9999}


@pytest.fixture
def muster(muster: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run one command beside ``r.txt``."""
    monkeypatch.setenv("MUSTER_API_KEY", "sk-secret")
    (tmp_path / "r.txt").write_text(TEXT, encoding="utf-8")
    return muster


def asking(server: served.Server, *more: str) -> tuple[str, ...]:
    return ("read", "r.txt", "--published", "2024-10-12", "--endpoint", server.endpoint, "--model", "tiny", *more)


def test_read_with_a_model_prints_as_the_rules_do_and_tells_what_was_dropped(muster: Run) -> None:
    with served.serving(served.gives([SENT, INVENTED])) as server:
        code, out, err = muster(*asking(server, "--reader", "llm", "--format", "jsonl"))
    by_rules = muster("read", "r.txt", "--published", "2024-10-12", "--format", "jsonl")[1]
    (row,) = [json.loads(line) for line in out.splitlines()]
    assert (code, row["actor"], row["amount_low"], row["start"]) == (0, "Kenya", 400, TEXT.index("Kenya"))
    assert list(row) == list(json.loads(by_rules.splitlines()[0]))
    told, count = err.splitlines()
    assert told.startswith("warning: r.txt: dropped: 'Kenya sent 9,999 officers")
    assert count == "warning: r.txt: 1 of the model's 2 records dropped: the text does not bear them"
    assert "\x1b" not in err


def test_add_with_a_model_proposes_and_says_who_read(muster: Run, tmp_path: Path) -> None:
    muster("new", "d", "--example", "haiti")
    with served.serving(served.gives([SENT])) as server:
        options = ("--published", "2024-10-12", "--reader", "llm", "--endpoint", server.endpoint, "--model", "tiny")
        code, out, _ = muster("add", "d", "r.txt", *options)
        again = muster("add", "d", "r.txt", *options)
    assert (code, out) == (0, "r.txt: 1 commitments and 0 statements proposed\n")
    assert again[:2] == (0, "r.txt: already in the dossier, nothing added\n")
    last = (tmp_path / "d" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    assert '"original":{"reader":"tiny"}' in last
    assert "secret" not in last


def test_a_failing_model_adds_nothing(muster: Run, tmp_path: Path) -> None:
    muster("new", "d", "--example", "haiti")
    before = {path: path.read_bytes() for path in (tmp_path / "d").rglob("*") if path.is_file()}
    with served.serving(served.raw(401, b"{}")) as server:
        code, out, err = muster("add", "d", "r.txt", "--reader", "llm", "--endpoint", server.endpoint, "--model", "tiny")
    assert (code, out) == (1, "")
    assert err == f"muster: {server.endpoint}: 401 Unauthorized; set MUSTER_API_KEY to a key that this endpoint takes\n"
    assert {path: path.read_bytes() for path in (tmp_path / "d").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("seconds", ["nan", "inf", "0", "-1", "soon"])
def test_a_timeout_that_is_none_is_a_matter_of_usage(muster: Run, seconds: str) -> None:
    with served.serving(served.gives([])) as server:
        assert muster(*asking(server, "--reader", "llm", "--timeout", seconds))[0] == 2
        assert server.asked == []


def test_a_slow_model_is_given_up_after_the_timeout(muster: Run) -> None:
    with served.serving(served.silent) as server:
        code, _, err = muster(*asking(server, "--reader", "llm", "--timeout", "0.2"))
    assert (code, err.count("\n")) == (1, 1)
    assert "no answer within 0.2 s" in err


def test_compare_shows_what_differs_as_table_lines_and_csv(muster: Run) -> None:
    with served.serving(served.gives([SENT, INVENTED])) as server:
        shown = muster(*asking(server, "--compare"))
        lines = [json.loads(line) for line in muster(*asking(server, "--compare", "--format", "jsonl"))[1].splitlines()]
        rows = list(csv.DictReader(io.StringIO(muster(*asking(server, "--compare", "--format", "csv"))[1])))
    assert shown[0] == 0
    assert "0 commitments alike, 1 that differ, 1 only by rules, 0 only by the model, in 1 report(s)" in shown[1]
    assert "dropped:" in shown[2]
    assert [(line["found"], line["source"]) for line in lines] == [("both", "r.txt"), ("only rules", "r.txt")]
    assert lines[0]["differs"] == ["basis"]
    assert (lines[0]["rules"]["basis"], lines[0]["model"]["basis"]) == ("total", "part")
    assert (lines[1]["model"], lines[1]["rules"]["actor"]) == (None, "Canada")
    assert [(row["found"], row["differs"], row["actor"]) for row in rows] == [
        ("both", "basis: total | part", "Kenya"),
        ("only rules", "", "Canada"),
    ]


def test_what_would_be_sent_is_what_is_sent_and_showing_it_sends_nothing(muster: Run) -> None:
    with served.serving(served.gives([])) as server:
        code, shown, err = muster(*asking(server, "--dump-prompt"))
        assert (code, err, server.asked) == (0, "", [])
        muster(*asking(server, "--reader", "llm"))
        assert [json.loads(line) for line in shown.splitlines()] == [one["body"] for one in server.asked]
    assert "secret" not in shown
    assert shown.isascii()


def test_of_a_report_that_is_not_english_nothing_would_be_sent(muster: Run, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text(
        "La police kényane envoie 400 agents en Haïti cette semaine, dit le ministre.", encoding="utf-8"
    )
    assert muster("read", "f.txt", "--dump-prompt") == (0, "", "warning: f.txt: not in English, so nothing of it is sent\n")


def test_nothing_is_sent_unless_the_model_is_asked_for(muster: Run) -> None:
    with served.serving(served.gives([])) as server:
        code, _, err = muster(*asking(server))
        assert (code, server.asked) == (2, [])
    assert "--reader llm" in err


@pytest.mark.parametrize(
    "options",
    [
        ("--reader", "llm"),
        ("--compare",),
        ("--reader", "llm", "--model", "tiny"),
        ("--compare", "--endpoint", "http://127.0.0.1:1"),
    ],
)
def test_a_missing_endpoint_or_model_is_a_matter_of_usage(muster: Run, options: tuple[str, ...]) -> None:
    code, out, err = muster("read", "r.txt", *options)
    assert (code, out) == (2, "")
    assert "needs --endpoint URL and --model NAME" in " ".join(err.split())


def test_sending_a_report_unencrypted_is_said_before(muster: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
    with served.serving(served.gives([SENT])) as proxy:
        monkeypatch.setenv("http_proxy", proxy.endpoint)
        code, _, err = muster("read", "r.txt", "--reader", "llm", "--endpoint", "http://model.example/v1", "--model", "tiny")
    assert code == 0
    assert err.startswith("warning: http://model.example/v1: the report and the API key leave this machine unencrypted")


def test_the_shell_completes_the_readers() -> None:
    from typer.main import get_command

    from muster.cli import app

    command: Any = get_command(app)
    (option,) = [each for each in command.commands["read"].params if each.name == "reader"]
    context = command.commands["read"].make_context("read", ["r.txt"], resilient_parsing=True)
    assert [item.value for item in option.shell_complete(context, "")] == ["rules", "llm"]
