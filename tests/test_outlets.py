"""One story, many outlets, from the reports to the page: what is proposed, who is cited, what counts as one voice.

The outlets are invented. What the reports say of amounts is in the founding report or the bundled facts; the wording is ours.
"""

import itertools
import json
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from muster.brief import write
from muster.dossier import create
from muster.ledger import Choice, Judge, Known, Ledger, Reviewer, decide, find, import_file, json_text, known
from muster.ledger.disagree.reading import reading
from muster.ledger.printings import editions, host, outlets, printings, voices
from muster.records import Citation, Commitment, Report
from muster.run import Added, add, brief

WIRE = """The United States pledged $300 million to the mission in Haiti during a visit of Kenya's president in May.

Kenya has deployed 400 police officers to Haiti, the first contingent out of 1,000 that it expects to send to the mission.

President William Ruto told the officers at a ceremony that their task was urgent, and that the whole region was watching it.

Gangs have widened their influence in the country and hold large parts of the capital, where civilians live with violence.

Earlier interventions in Haiti went badly, and people there fear that another one could make things worse for them again.
"""
COPY = """Officers on their way

Kenya has deployed 400 police officers to Haiti, the first contingent out of 1,000 that it expects to send to the mission.
The United States pledged $300 million to the mission in Haiti during a visit of Kenya's president in May.
President William Ruto told officers at a ceremony that the task was urgent, and that the whole region was watching it.
Earlier interventions in Haiti went badly, and people there fear that another one could make things worse for them again.

Recommended for you
Subscribe to our newsletter
"""
CUT = """Help comes from Nairobi

The United States pledged $300 million to the mission in Haiti during a visit of Kenya's president in May. Kenya has deployed
400 police officers to Haiti, the first contingent out of the 1,000 that it expects to send to the mission.
"""
OTHER = """Jamaica pledged 200 soldiers and police officers to the force in Haiti, its prime minister said on Tuesday.

A first flight from Nairobi has come down in Port-au-Prince, and our reporter saw about 400 Kenyans leave it.

Few shops in the lower town were open, and the road to the fuel terminal was still in the hands of armed men.
"""
STORY = {"wire.example.org": WIRE, "www.daily.example.net": COPY, "post.example.com": CUT}
OUTLETS = {"wire.example.org", "daily.example.net", "post.example.com"}
ME = Reviewer("tester", date(2024, 7, 1))


class Book:
    """A dossier to which reports are added."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.texts = folder.parent / "texts"
        self.texts.mkdir()
        create(folder, "haiti")
        (folder / "ledger.jsonl").unlink()
        (folder / "ledger.head").unlink(missing_ok=True)

    def add(self, text: str, host: str, published: str = "2024-06-25") -> Added:
        path = self.texts / f"{host.partition('.')[0]}.txt"
        path.write_text(text, encoding="utf-8")
        (added,) = add(self.folder, [path], published=published, address=f"https://{host}/story")
        assert isinstance(added, Added)
        return added

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.folder / "ledger.jsonl")

    def known(self, as_of: date | None = None) -> Known:
        return known(self.ledger.entries(), as_of)

    def accept_all(self) -> None:
        now = self.known()
        chosen = [Choice(name, "accepted") for name in (one.id for held in (now.proposed, now.statements) for one in held)]
        decide(self.ledger, chosen, ME)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "d")


def acts(found: Known) -> list[tuple[str, str, float | None]]:
    return sorted((one.actor, one.stage, one.amount_low) for one in (*found.proposed, *found.accepted))


def test_a_story_of_three_outlets_is_one_commitment_and_the_brief_says_printed_by_three(book: Book, tmp_path: Path) -> None:
    for name, text in STORY.items():
        book.add(text, name)
    alone = acts(book.known())
    book.add(OTHER, "own.example.edu")
    found = book.known()
    assert len(alone) == len(set(alone))
    assert ("United States", "pledged", 3e8) in alone
    assert [one for one in acts(found) if one[0] == "Jamaica"]
    assert {one.story for one in found.reports} == {"", next(one.id for one in found.reports if one.file == "wire.txt")}
    pledge = next(one for one in found.proposed if one.actor == "United States")
    (printed,) = [one for one in found.printings if one.record == pledge.id]
    assert [one.name for one in printed.outlets] == ["wire.example.org", "daily.example.net", "post.example.com"]
    book.accept_all()
    made = brief(book.folder)
    cited = {one.id: one for one in made.citations}[pledge.id]
    assert {one.name for one in cited.outlets} == OUTLETS
    page = write(made, tmp_path / "out")[0].read_text(encoding="utf-8")
    assert "3 outlets, one source" in page
    assert 'printed by 3 outlets: </span><a href="https://wire.example.org/story"' in page
    addresses = {one.address for one in made.citations if "example" in one.address}
    assert addresses == {"https://wire.example.org/story", "https://own.example.edu/story"}


def test_adding_says_which_story_it_is_and_how_much_of_the_text(book: Book) -> None:
    assert book.add(WIRE, "wire.example.org").remarks == ()
    second = book.add(COPY, "daily.example.net")
    assert book.add(OTHER, "own.example").remarks == ()
    name = next((book.folder / "reports").glob("*-wire.txt")).name
    assert second.remarks[0] == f"prints the same story as reports/{name}: 96 percent of its text"
    assert second.remarks[1].startswith("repeats ")


@pytest.mark.parametrize("order", list(itertools.permutations(STORY)))
def test_whichever_outlet_comes_first_there_is_one_pledge_with_three_outlets(book: Book, order: tuple[str, ...]) -> None:
    for name in order:
        book.add(STORY[name], name)
    found = book.known()
    (pledge,) = [one for one in found.proposed if one.actor == "United States"]
    (printed,) = [one for one in found.printings if one.record == pledge.id]
    assert {one.name for one in printed.outlets} == OUTLETS
    assert printed.outlets[0].name == order[0].removeprefix("www.")


def test_a_copy_added_again_adds_nothing_and_keeps_its_story(book: Book) -> None:
    book.add(WIRE, "wire.example.org")
    book.add(COPY, "daily.example.net")
    before = (book.folder / "ledger.jsonl").read_bytes()
    book.add(CUT, "post.example.com")
    again = [book.add(WIRE, "wire.example.org"), book.add(COPY, "daily.example.net"), book.add(CUT, "post.example.com")]
    assert [one.entries for one in again] == [(), (), ()]
    assert (book.folder / "ledger.jsonl").read_bytes().startswith(before)


def test_what_a_reviewer_rejected_or_corrected_is_not_proposed_again_by_a_copy(book: Book) -> None:
    book.add(WIRE, "wire.example.org")
    pledge, *others = sorted(book.known().proposed, key=lambda one: one.actor != "United States")
    fixed = replace(others[0], amount_low=399.0, amount_high=399.0)
    decide(book.ledger, [Choice(pledge.id, "rejected"), Choice(fixed.id, "corrected", fixed)], ME)
    book.add(COPY, "daily.example.net")
    found = book.known()
    assert [one.id for one in found.rejected] == [pledge.id]
    assert {one.actor for one in found.proposed} <= {one.actor for one in others}
    assert fixed.id in {one.record for one in found.printings}


def test_a_copy_that_changes_a_number_proposes_it_and_is_the_same_voice(book: Book) -> None:
    book.add(WIRE, "wire.example.org")
    changed = book.add(COPY.replace("$300 million", "$200 million"), "daily.example.net")
    found = book.known()
    assert {one.amount_low for one in found.proposed if one.actor == "United States"} == {3e8, 2e8}
    assert changed.remarks[0].startswith("prints the same story")
    assert len(voices(found.reports)) == 1


def test_an_as_of_date_knows_only_the_outlets_that_had_printed_it(book: Book) -> None:
    book.add(WIRE, "wire.example.org", "2024-06-25")
    book.add(COPY, "daily.example.net", "2024-06-26")
    book.add(CUT, "post.example.com", "2024-06-28")
    counts = [
        max((len(one.outlets) for one in book.known(day).printings), default=0)
        for day in (date(2024, 6, 25), date(2024, 6, 26), None)
    ]
    assert counts == [0, 2, 3]


def test_an_outlet_that_quotes_paragraphs_is_a_voice_of_its_own_and_its_copied_records_are_cited(book: Book) -> None:
    book.add(WIRE, "wire.example.org")
    own = OTHER + "".join(f"\nWe went to quarter {n} of the city and found {n} wells dry.\n" for n in range(3, 12))
    added = book.add(own + "\n" + "\n\n".join(WIRE.split("\n\n")[:2]), "own.example.edu")
    found = book.known()
    report = next(one for one in found.reports if one.address == "https://own.example.edu/story")
    assert report.story == ""
    assert added.remarks[0].startswith("prints passages of ")
    assert {"United States", "Jamaica"} <= {one.actor for one in found.proposed}
    assert len([one for one in found.proposed if one.actor == "United States"]) == 1
    assert len(report.prints) >= 1


def test_the_json_names_the_outlets_and_can_be_read_back(book: Book, tmp_path: Path) -> None:
    for name, text in STORY.items():
        book.add(text, name)
    told = json_text(book.known())
    assert {one["name"] for each in json.loads(told)["printings"] for one in each["outlets"]} == OUTLETS
    (tmp_path / "all.json").write_text(told, encoding="utf-8")
    copy = Ledger(tmp_path / "copy.jsonl")
    assert import_file(copy, tmp_path / "all.json", Judge(by="tester", on=ME.today)).problems == ()
    assert json_text(known(copy.entries())) == told


def report(id: str, address: str = "", **words: object) -> Report:
    return Report(id=id, file=f"{id}.txt", address=address, **words)  # type: ignore[arg-type]


def pledge(id: str, amount: float, report: str) -> Commitment:
    cited = Citation(report=report, published="2031-03-12")
    return Commitment(
        id=id,
        actor="Simland",
        kind="funds",
        stage="pledged",
        amount_low=amount,
        amount_high=amount,
        currency="USD",
        citation=cited,
    )


def test_an_outlet_that_prints_a_story_twice_counts_once() -> None:
    reports = [
        report("a", "https://www.one.example/x"),
        report("b", "https://one.example/y", story="a", prints=("r",)),
        report("c", outlet="The Two", story="a", prints=("r",)),
        report("d", story="a", prints=("r", "gone")),
    ]
    (printed,) = printings(reports, [pledge("r", 5.0, "a"), pledge("s", 5.0, "a")])
    assert [one.name for one in printed.outlets] == ["one.example", "d.txt", "The Two"]
    assert printings(reports[:2], [pledge("r", 5.0, "a")]) == ()
    assert editions(reports[:2]) == {}
    assert [one.name for one in editions(reports)["b"]] == ["one.example", "d.txt", "The Two"]
    assert outlets(reports[2], []) == printed.outlets[2:]


@pytest.mark.parametrize(("address", "name"), [("https://www.a.example/b", "a.example"), ("http://[", ""), ("", ""), ("a", "")])
def test_an_outlet_is_named_by_the_host_of_its_address(address: str, name: str) -> None:
    assert host(address) == name


def test_copies_of_one_story_are_one_voice_when_pages_are_counted() -> None:
    three = [pledge("a", 5.0, "p"), pledge("b", 5.0, "q"), pledge("c", 7.0, "s"), pledge("d", 7.0, "t")]
    assert reading(three, voices={"q": "p"}) == ("c", "what most pages say")
    assert reading(three, voices={"t": "s"}) == ("a", "what most pages say")


def test_one_sum_promised_and_paid_in_one_story_is_no_disagreement_between_pages(book: Book) -> None:
    told = [replace(pledge(f"r-{name}", 5e6, name), stage=stage) for name, stage in (("a", "pledged"), ("b", "disbursed"))]
    reports = (report("a"), report("b"))
    book.ledger.append([*reports, *told])
    assert [one.records for one in find(book.known())] == [("r-a", "r-b")]
    one_voice = replace(book.known(), reports=(reports[0], replace(reports[1], story="a")))
    assert find(one_voice) == ()
