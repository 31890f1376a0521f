"""What `muster ledger --verify` says of a damaged ledger: where, what happened, which lines are sound, what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from muster.cli import app
from muster.cli.soundness import verification
from muster.dossier import create
from muster.ledger import Ledger
from muster.records import Citation, Commitment

LINES = 8
Damaging = Callable[[list[bytes]], list[bytes]]


def fresh(folder: Path) -> Ledger:
    ledger = Ledger(folder / "ledger.jsonl")
    cited = Citation(address="https://example.org/a", published="2024-06-25")
    ledger.append(
        Commitment(id=f"F{n}", actor="Kenya", kind="personnel", stage="deployed", citation=cited, amount_low=200.0)
        for n in range(1, LINES + 1)
    )
    return ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return fresh(tmp_path)


def damage(ledger: Ledger, change: Damaging) -> None:
    ledger.path.write_bytes(b"".join(change(ledger.path.read_bytes().splitlines(keepends=True))))


def swapped(line: int, old: bytes, new: bytes) -> Damaging:
    def change(lines: list[bytes]) -> list[bytes]:
        assert old in lines[line - 1]
        return [*lines[: line - 1], lines[line - 1].replace(old, new, 1), *lines[line:]]

    return change


@pytest.mark.parametrize(
    ("change", "told", "certain"),
    [
        (swapped(3, b"200.0", b"900.0"), [("edited", 3)], 2),
        (swapped(3, b"Kenya", b"Ghana and Benin"), [("edited", 3)], 2),
        (swapped(1, b"200.0", b"900.0"), [("edited", 1)], 0),
        (swapped(LINES, b"200.0", b"900.0"), [("edited", LINES)], 7),
        (swapped(3, b'"prev":"', b'"prev":"f'), [("edited", 3)], 1),
        (swapped(1, b'"prev":"0', b'"prev":"f'), [("edited", 1)], 0),
        (swapped(3, b'"seq":3', b'"seq":70'), [("edited", 3)], 2),
        (swapped(3, b"{", b"("), [("edited", 3)], 1),
        (
            lambda lines: swapped(6, b"200.0", b"900.0")(swapped(3, b"200.0", b"900.0")(lines)),
            [("edited", 3), ("edited", 6)],
            2,
        ),
        (lambda lines: [*lines[:2], *lines[3:]], [("removed", 3)], 1),
        (lambda lines: lines[3:], [("removed", 1)], 0),
        (lambda lines: lines[:-2], [("end removed", LINES - 1)], 5),
        (lambda lines: lines[:0], [("end removed", 1)], 0),
        (lambda lines: [*lines[:5], lines[1], *lines[5:]], [("added", 6)], 5),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], [("moved", 3)], 2),
        (lambda lines: [*lines[:5], lines[5][:40]], [("cut off", 6)], 4),
        (lambda lines: [*lines, b'{"seq":9'], [("unfinished", LINES + 1)], 8),
        (lambda lines: [line.replace(b"\n", b"\r\n") for line in lines], [("line ends", 1)], 0),
    ],
)
def test_a_damage_is_named_once_and_where_it_is(
    ledger: Ledger, change: Damaging, told: list[tuple[str, int]], certain: int
) -> None:
    damage(ledger, change)
    assert [(found.change, found.line) for found in ledger.diagnose().damages] == told
    text, sound = verification(ledger)
    assert not sound
    assert text.startswith("NOT SOUND: ")
    assert all(word in text for word in ("what happened", "found", "expected", "sound", "to do"))
    assert ledger.diagnose().sound == certain
    assert (f"line {certain + 1} is gone" in text) == (told[0][1] > certain + 1 and told[0][0] != "line ends")


def test_without_a_head_the_lines_alone_tell(ledger: Ledger) -> None:
    ledger.path.with_suffix(".head").unlink()
    damage(ledger, swapped(3, b"200.0", b"900.0"))
    assert [(found.change, found.line) for found in ledger.diagnose().damages] == [("edited", 3)]
    damage(ledger, lambda lines: [*lines[:5], lines[5][:40]])
    assert [(found.change, found.line) for found in ledger.diagnose().damages] == [("edited", 3), ("cut off", 6)]


def test_a_head_of_another_version_is_told(ledger: Ledger, tmp_path: Path) -> None:
    head = ledger.path.with_suffix(".head")
    older = head.read_bytes()
    ledger.append([Commitment(id="G", actor="Benin", kind="funds", stage="pledged", citation=Citation())])
    newer = head.read_bytes()
    head.write_bytes(older)
    assert [(found.change, found.line) for found in ledger.diagnose().damages] == [("unfinished", LINES + 1)]
    head.write_bytes(newer.replace(b'"lines":9', b'"lines":7'))
    assert [(found.change, found.line) for found in ledger.diagnose().damages] == [("replaced", 7)]
    head.write_bytes(newer.replace(b'"bytes":', b'"bytes":1'))
    assert [found.change for found in ledger.diagnose().damages] == ["head"]
    head.write_bytes(b"nonsense")
    assert "not a head" in verification(ledger)[0]


@settings(deadline=None, derandomize=True, database=None, max_examples=150)
@given(data=st.data())
def test_whatever_is_not_sound_is_explained_and_what_is_sound_is_not(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ledger = fresh(tmp_path_factory.mktemp("damaged"))
    whole = ledger.path.read_bytes()
    lines = whole.splitlines(keepends=True)
    match data.draw(st.sampled_from(["order", "bytes", "cut"])):
        case "order":
            places = st.lists(st.integers(0, LINES - 1), max_size=LINES + 2) | st.permutations(range(LINES))
            ledger.path.write_bytes(b"".join(lines[place] for place in data.draw(places)))
        case "bytes":
            place, new = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.binary(max_size=3))
            ledger.path.write_bytes(whole[:place] + new + whole[place + data.draw(st.integers(0, 3)) :])
        case "cut":
            ledger.path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    found = ledger.diagnose()
    assert bool(found.damages) != ledger.verify().ok
    kept = ledger.path.read_bytes().split(b"\n")[: found.sound]
    assert [line + b"\n" for line in kept] == lines[: found.sound]  # what is called sound is as it was written
    assert all(damage.line > found.sound for damage in found.damages if damage.change != "head")


def test_the_command_explains_and_exits_with_1(tmp_path: Path) -> None:
    folder = tmp_path / "haiti"
    ledger = Ledger(create(folder, "haiti").ledger_path)
    sound = CliRunner().invoke(app, ["ledger", str(folder), "--verify"])
    assert (sound.exit_code, sound.output[:6]) == (0, "sound:")
    damage(ledger, swapped(100, b'"actor":"', b'"actor":"\\u001b[31m=X'))
    broken = CliRunner().invoke(app, ["ledger", str(folder), "--verify"])
    assert broken.exit_code == 1
    assert "line 100 was changed after it was written" in broken.output
    assert "sound         lines 1 to 99" in broken.output
    assert "it now reads F096" in broken.output
    assert "muster review" in broken.output
    assert "\x1b" not in broken.output


def test_many_damages_are_cut_short(ledger: Ledger) -> None:
    damage(ledger, lambda lines: [line.replace(b"200.0", b"201.0") for line in lines])
    text, _ = verification(ledger)
    assert text.count("what happened") == 5
    assert "no line before it" in text  # line 1 was changed too, and the smallest explanation does not know
    assert "and 2 more places like these" in text
