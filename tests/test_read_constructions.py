"""Ways of telling a commitment that no single verb explains: who is asked, what a noun's act came to, totals, wholes, lists."""

import pytest

from muster.read import read
from muster.records import Report

REPORT = Report(id="0" * 16, file="report.txt", published="2024-10-12")
Told = tuple[str, str, float | None, float | None]


def told(text: str) -> list[Told]:
    """Actor, stage and bounds of each record; no mission and no earlier sentence helps."""
    return [(record.actor, record.stage, record.amount_low, record.amount_high) for record in read(text, REPORT).commitments]


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("Kenya is expected to send 1,000 officers.", [("Kenya", "pledged", 1000, 1000)]),
        ("UNMISS asked Ghana to contribute 800 troops.", [("UNMISS", "required", 800, 800)]),
        ("Ghana wants to send 300 troops.", [("Ghana", "pledged", 300, 300)]),
        ("Sweden has decided against sending 150 soldiers to Mali.", [("Sweden", "declined", 150, 150)]),
        ("Chad will cut its force by 300 troops.", [("Chad", "withdrawn", 300, 300)]),
        ("Some 900 Dutch soldiers will come home by August.", [("Netherlands", "withdrawn", 900, 900)]),
        ("The deployment of 300 troops by Kenya was approved in May.", [("Kenya", "approved", 300, 300)]),
        ("The deployment of 300 Kenyan troops will begin in May.", [("Kenya", "pledged", 300, 300)]),
        ("The deployment of 300 Kenyan troops has been delayed.", [("Kenya", "pledged", 300, 300)]),
        ("The deployment of 300 Kenyan troops was halted by a court.", [("Kenya", "declined", 300, 300)]),
        ("UNIFIL's commander said 3,500 troops were needed to deploy.", [("UNIFIL", "required", 3500, 3500)]),
        ("Ghana's parliament voted unanimously to send 300 troops.", [("Ghana", "approved", 300, 300)]),
        ("Ghana's parliament approved the initial deployment of 300 troops.", [("Ghana", "approved", 300, 300)]),
        ("Sweden has had talks about sending 200 troops.", [("Sweden", "pledged", 200, 200)]),
        ("The Fijians will join 341 troops from the Philippines.", [("Philippines", "deployed", 341, 341)]),
        ("Ghana promised the 400 soldiers requested by the UN.", [("Ghana", "pledged", 400, 400)]),
        ("Sudan's government rejected 200 Norwegian engineers offered for the force.", [("Norway", "declined", 200, 200)]),
    ],
)
def test_who_decides_and_what_became_of_a_plan_tell_the_stage(text: str, records: list[Told]) -> None:
    assert told(text) == records


@pytest.mark.parametrize(
    ("text", "records"),
    [
        (
            "Uganda and Burundi, under the African Union Mission in Somalia (AMISOM), have deployed over 4,300 peacekeepers.",
            [("Uganda;Burundi", "deployed", 4300, None)],
        ),
        ("International donors pledged $250 million.", [("international donors", "pledged", 250e6, 250e6)]),
        (
            "More than 1,200 troops have been promised by other countries including Poland and Spain.",
            [("Poland;Spain", "pledged", 1200, None)],
        ),
        (
            "UNIFIL has 3,500 soldiers, 2,000 of them from Chad.",
            [("UNIFIL", "deployed", 3500, 3500), ("Chad", "deployed", 2000, 2000)],
        ),
        (
            "Chad gave $8 million while Japan and Togo have respectively given $3 million and $2 million.",
            [("Chad", "disbursed", 8e6, 8e6), ("Japan", "disbursed", 3e6, 3e6), ("Togo", "disbursed", 2e6, 2e6)],
        ),
        ("With a force of 600 men, KFOR was set up by France and Italy.", [("KFOR", "deployed", 600, 600)]),
        (
            "The arrival of 150 Nepalese soldiers brings the strength of UNMISS to 12,000.",
            [("Nepal", "deployed", 150, 150), ("UNMISS", "deployed", 12000, 12000)],
        ),
        ("The US began to withdraw its 1,000 soldiers from Niger in June.", [("United States", "withdrawn", 1000, 1000)]),
        ("There are 300 UNDOF troops from India.", [("India", "deployed", 300, 300)]),
        ("KFOR is close to its authorised strength of 900 troops.", [("KFOR", "approved", 900, 900)]),
        ("Ministers from Nigeria said they would commit one battalion.", [("Nigeria", "pledged", 1, 1)]),
        ("Latvia, plus Estonia, will each send 30 soldiers.", [("Latvia", "pledged", 30, 30), ("Estonia", "pledged", 30, 30)]),
    ],
)
def test_the_giver_is_told_from_hosts_places_and_those_who_ask(text: str, records: list[Told]) -> None:
    assert told(text) == records


@pytest.mark.parametrize(
    ("text", "records"),
    [
        (
            "Ghana will send 500 troops, bringing its total contribution to 1,200.",
            [("Ghana", "pledged", 500, 500), ("Ghana", "pledged", 1200, 1200)],
        ),
        ("Britain is doubling its contingent in Kosovo to 400 soldiers.", [("United Kingdom", "pledged", 400, 400)]),
        ("UNIFIL's strength has been cut to 10,000.", [("UNIFIL", "deployed", 10000, 10000)]),
        ("Kenya has deployed 400 of the 2,500 officers.", [("Kenya", "deployed", 400, 400)]),
        (
            "Canada has paid $5 million of the $20 million it pledged.",
            [("Canada", "disbursed", 5e6, 5e6), ("Canada", "pledged", 20e6, 20e6)],
        ),
        ("Uganda may withdraw 3,000 of its troops.", [("Uganda", "withdrawn", 3000, 3000)]),
        (
            "Canada pledged 10 million euros, Japan 5 million and Norway 2 million.",
            [("Canada", "pledged", 10e6, 10e6), ("Japan", "pledged", 5e6, 5e6), ("Norway", "pledged", 2e6, 2e6)],
        ),
        (
            "France keeps 350 soldiers in Gabon and 950 in Ivory Coast.",
            [("France", "deployed", 350, 350), ("France", "deployed", 950, 950)],
        ),
        ("A battalion of 750 Ethiopian soldiers joined the force on Friday.", [("Ethiopia", "deployed", 750, 750)]),
        ("Ghana will provide a mechanised battalion (850 soldiers).", [("Ghana", "pledged", 850, 850)]),
        ("Ghana will keep five hundred (500) men there.", [("Ghana", "pledged", 500, 500)]),
        (
            "Germany has 500 soldiers in Mali and another 100 or so in Niger.",
            [("Germany", "deployed", 500, 500), ("Germany", "deployed", 100, 100)],
        ),
        (
            "It is hard to count the troops: Ghana has 205 and Togo sent 90 soldiers.",
            [("Ghana", "deployed", 205, 205), ("Togo", "deployed", 90, 90)],
        ),
        (
            "Tanzania gave 1,200 soldiers and Malawi 850 to the brigade.",
            [("Tanzania", "deployed", 1200, 1200), ("Malawi", "deployed", 850, 850)],
        ),
        (
            "Italy offered a frigate, two patrol boats and 80 marines.",
            [("Italy", "pledged", 1, 1), ("Italy", "pledged", 2, 2), ("Italy", "pledged", 80, 80)],
        ),
        ("Ethiopian troops totalling 3,000 have crossed into Somalia.", [("Ethiopia", "deployed", 3000, 3000)]),
    ],
)
def test_totals_wholes_lists_and_bodies_are_counted_once(text: str, records: list[Told]) -> None:
    assert told(text) == records
