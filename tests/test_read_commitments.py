"""Example sentences, all invented, about missions that do not exist: country names stand for grammar, nothing is a fact.

Each row is a sentence and what must be read from it: ``actor | stage | bounds and unit or currency | basis``. Bounds:
``400`` exact, ``400..`` at least, ``..400`` at most, ``200..999`` between, ``-`` no amount. A decoy must give nothing.
"""

import pytest

from muster.read import read
from muster.records import Commitment, Report

REPORT = Report(id="0" * 16, file="example.txt", published="2031-05-14")
MISSION = "The Lakeland Stabilisation Force (LSF) is the subject of this invented example.\n\n"

EXAMPLES = [
    # who acts: subject, giver, host, recipient, speaker
    ("Kenya will send 600 police officers to the LSF.", ["Kenya | pledged | 600 police officers | total"]),
    ("Nairobi will send 600 police officers to the LSF.", ["Kenya | pledged | 600 police officers | total"]),
    ("The Kenyan government has sent 600 police officers.", ["Kenya | deployed | 600 police officers | total"]),
    ("Ghana's parliament approved the deployment of 250 soldiers.", ["Ghana | approved | 250 soldiers | total"]),
    ("Norway gave the LSF $12 million.", ["Norway | disbursed | 12e6 USD | total"]),
    ("Norway gave Ghana $12 million for its contingent.", ["Norway | disbursed | 12e6 USD | total"]),
    ("The LSF received $12 million from Norway.", ["Norway | disbursed | 12e6 USD | total"]),
    ("A grant of $12 million, pledged by Norway, pays for fuel.", ["Norway | pledged | 12e6 USD | total"]),
    ("Chad hosts 1,200 French soldiers.", ["France | deployed | 1200 soldiers | total"]),
    ("About 300 soldiers from Nepal have arrived in Lakeland.", ["Nepal | deployed | 300 soldiers | total"]),
    ("Ghana said that Togo would send 90 troops.", ["Togo | pledged | 90 troops | total"]),
    ("Ghana's foreign minister said it would send 90 troops.", ["Ghana | pledged | 90 troops | total"]),
    ("Denmark, which has paid 3 million euros, thanked Ghana.", ["Denmark | disbursed | 3e6 EUR | total"]),
    ("“We will send 90 troops,” Togo's president said.", ["Togo | pledged | 90 troops | total"]),
    ("Ghana is a small country. It has promised 200 troops.", ["Ghana | pledged | 200 troops | total"]),
    ("The Salvadoran contingent of 78 left on Sunday for Lakeland.", ["El Salvador | deploying | 78 personnel | total"]),
    ("Thai engineers, 40 of them, arrived last week.", ["Thailand | deployed | 40 engineers | part"]),
    # the mission acts
    ("The mission needs at least 5,000 troops.", ["LSF | required | 5000.. troops | total"]),
    ("The LSF will cost $600 million a year.", ["LSF | required | 600e6 USD | total"]),
    ("The force has 980 personnel.", ["LSF | deployed | 980 personnel | total"]),
    ("The LSF has reached a strength of 980, far short of the 2,500 planned.",
     ["LSF | deployed | 980 personnel | total", "LSF | required | 2500 personnel | total"]),
    ("The mission is short of $40 million.", ["LSF | required | 40e6 USD | total"]),
    ("The target is 2,500 officers.", ["LSF | required | 2500 officers | total"]),
    ("There are currently nearly 980 troops in Lakeland.", ["LSF | deployed | ..980 troops | total"]),
    # lists
    ("Ghana and Togo each pledged 100 soldiers.",
     ["Ghana | pledged | 100 soldiers | total", "Togo | pledged | 100 soldiers | total"]),
    ("Ghana and Togo together pledged 100 soldiers.", ["Ghana;Togo | pledged | 100 soldiers | total"]),
    ("Ghana will send 300 troops, Togo 120, Benin 80 and Mali 40.",
     ["Ghana | pledged | 300 troops | total", "Togo | pledged | 120 troops | total", "Benin | pledged | 80 troops | total",
      "Mali | pledged | 40 troops | total"]),
    ("Ghana has pledged 300 troops, followed by Togo with 120.",
     ["Ghana | pledged | 300 troops | total", "Togo | pledged | 120 troops | total"]),
    ("Ghana, Togo and Benin have pledged troops.",
     ["Ghana | pledged | - troops | None", "Togo | pledged | - troops | None", "Benin | pledged | - troops | None"]),
    ("So far Spain has paid €2 million and Italy €3 million.",
     ["Spain | disbursed | 2e6 EUR | total", "Italy | disbursed | 3e6 EUR | total"]),
    # numbers, bounds, currencies
    ("Ghana will send up to 300 troops.", ["Ghana | pledged | ..300 troops | total"]),
    ("Ghana will send more than 300 troops.", ["Ghana | pledged | 300.. troops | total"]),
    ("Ghana will send between 300 and 450 troops.", ["Ghana | pledged | 300..450 troops | total"]),
    ("Ghana will send 300 to 450 troops.", ["Ghana | pledged | 300..450 troops | total"]),
    ("Ghana will send hundreds of troops.", ["Ghana | pledged | 200..999 troops | total"]),
    ("Ghana will send several hundred troops.", ["Ghana | pledged | 200..999 troops | total"]),
    ("Ghana will send a few dozen instructors.", ["Ghana | pledged | 24..99 instructors | total"]),
    ("Ghana will send a battalion.", ["Ghana | pledged | 1 battalions | total"]),
    ("Ghana will send a 750-strong battalion.", ["Ghana | pledged | 750 personnel | total"]),
    ("Ghana will send a 750-member contingent.", ["Ghana | pledged | 750 personnel | total"]),
    ("Ghana will send 1 250 troops.", ["Ghana | pledged | 1250 troops | total"]),
    ("Ghana will send one thousand two hundred troops.", ["Ghana | pledged | 1200 troops | total"]),
    ("Ghana will send 300 troops at most.", ["Ghana | pledged | ..300 troops | total"]),
    ("Canada pledged C$7.5m.", ["Canada | pledged | 7.5e6 CAD | total"]),
    ("Kenya set aside Sh2.4 billion for the force.", ["Kenya | approved | 2.4e9 KES | total"]),
    ("Kenya allocated KES 900 million.", ["Kenya | approved | 900e6 KES | total"]),
    ("South Africa budgeted R1,250,000,000 for its troops.", ["South Africa | approved | 1250000000 ZAR | total"]),
    ("Germany paid €1.2bn ($1.3bn).", ["Germany | disbursed | 1.2e9 EUR | total"]),
    ("Japan pledged half a billion dollars.", ["Japan | pledged | 500e6 USD | total"]),
    ("Nigeria released 12 billion naira for the contingent.", ["Nigeria | disbursed | 12e9 NGN | total"]),
    ("Brazil donated 40 armoured vehicles and three helicopters.",
     ["Brazil | deployed | 40 vehicles | total", "Brazil | deployed | 3 helicopters | total"]),
    # bare numbers, part, total and increment
    ("Ghana has sent 400 officers of the 1,000 it promised.",
     ["Ghana | deployed | 400 officers | part", "Ghana | pledged | 1000 officers | total"]),
    ("Ghana promised 900 soldiers, of which 600 have arrived.",
     ["Ghana | pledged | 900 soldiers | total", "Ghana | deployed | 600 soldiers | part"]),
    ("Ghana sent 200 more troops, bringing its total to 700.",
     ["Ghana | deployed | 200 troops | increment", "Ghana | deployed | 700 troops | total"]),
    ("Norway announced an additional $5 million, which brings its total contribution to $20 million.",
     ["Norway | pledged | 5e6 USD | increment", "Norway | pledged | 20e6 USD | total"]),
    ("Norway announced a further grant of $5 million.", ["Norway | pledged | 5e6 USD | increment"]),
    # planned against done; negation, refusal, freeze, court; condition
    ("Ghana is sending 200 troops.", ["Ghana | deploying | 200 troops | total"]),
    ("Ghana began withdrawing its 200 troops.", ["Ghana | withdrawn | 200 troops | total"]),
    ("Ghana will pull out its 200 troops.", ["Ghana | withdrawn | 200 troops | total"]),
    ("Ghana's 200 soldiers flew home.", ["Ghana | withdrawn | 200 soldiers | total"]),
    ("Ghana will not send the 200 troops.", ["Ghana | declined | 200 troops | total"]),
    ("Ghana has refused to deploy 200 troops.", ["Ghana | declined | 200 troops | total"]),
    ("Ghana has ruled out sending troops.", ["Ghana | declined | - troops | None"]),
    ("A court barred Ghana from sending 200 troops.", ["Ghana | declined | 200 troops | total"]),
    ("Norway froze $13.3 million meant for the fund.", ["Norway | declined | 13.3e6 USD | total"]),
    ("Norway has suspended payments of $4 million.", ["Norway | declined | 4e6 USD | total"]),
    ("Ghana could send 200 troops if asked.", ["Ghana | pledged | 200 troops | total"]),
    ("Ghana has reportedly sent 200 troops.", ["Ghana | deployed | 200 troops | total"]),
    ("Ghana is ready to contribute 200 troops.", ["Ghana | pledged | 200 troops | total"]),
    ("Ghana has yet to send the 200 troops it pledged.", ["Ghana | pledged | 200 troops | total"]),
    ("Ghana voted to deploy 200 troops.", ["Ghana | approved | 200 troops | total"]),
    ("Benin delivered 34 of 92 promised vehicles.",
     ["Benin | deployed | 34 vehicles | part", "Benin | pledged | 92 vehicles | total"]),
    ("The contingent is made up of 60 Kenyans and 25 Jamaicans.",
     ["Kenya | deployed | 60 personnel | total", "Jamaica | deployed | 25 personnel | total"]),
    ("Its strength rose to 1,050 in March.", ["LSF | deployed | 1050 personnel | total"]),
    ("Japan and Norway offered $5 million and $3 million respectively.",
     ["Japan | pledged | 5e6 USD | total", "Norway | pledged | 3e6 USD | total"]),
    ("The trust fund has received $6 million, mostly from Canada ($4 million) and Norway ($2 million).",
     ["LSF trust fund | disbursed | 6e6 USD | total",
      "Canada | disbursed | 4e6 USD | total", "Norway | disbursed | 2e6 USD | total"]),
    ("Zambia withdrew its offer of 300 troops.", ["Zambia | declined | 300 troops | total"]),
    ("Nigeria's Senate approved the president's request to send 1,500 troops.", ["Nigeria | approved | 1500 troops | total"]),
    ("Spain handed over 20 trucks.", ["Spain | deployed | 20 trucks | total"]),
    ("Around 2,000 Nepali, Fijian and Tongan troops patrol the border.", ["Nepal;Fiji;Tonga | deployed | 2000 troops | total"]),
    ("The High Court in Nairobi blocked the government from deploying 1,000 officers.",
     ["Kenya | declined | 1000 officers | total"]),
    ("Ghana wrote that 60 trucks have arrived from Canada.", ["Canada | deployed | 60 trucks | total"]),
    ("Ghanaian soldiers are in Lakeland.", ["Ghana | deployed | - soldiers | None"]),
    # who is not the actor: a dateline's place, who is helped, who is asked; lists without a verb; bodies that decide
    ("ACCRA, Ghana — Togo will send 200 troops.", ["Togo | pledged | 200 troops | total"]),
    ("Norway to support Ghana with 5 million euros.", ["Norway | pledged | 5e6 EUR | total"]),
    ("Preparations to send 300 troops are over, Ghana's government said.", ["Ghana | pledged | 300 troops | total"]),
    ("Aides spoke of a plan to send more Ghanaian special troops.", ["Ghana | pledged | - troops | None"]),
    ("The mission seeks 200 troops from Ghana.", ["LSF | required | 200 troops | total"]),
    ("The donors are: Norway, $5 million; Japan, $3 million; Ghana and Togo, $1 million apiece.",
     ["Norway | pledged | 5e6 USD | total", "Japan | pledged | 3e6 USD | total",
      "Ghana | pledged | 1e6 USD | total", "Togo | pledged | 1e6 USD | total"]),
    ("Norway announced a contribution of $5 million.", ["Norway | pledged | 5e6 USD | total"]),
    ("The cabinet in Accra decided to send 200 troops.", ["Ghana | approved | 200 troops | total"]),
    ("The Security Council agreed to raise the LSF's strength by 200 troops and 90 police.",
     ["LSF | approved | 200 troops | increment", "LSF | approved | 90 police officers | increment"]),
    ("About 200 Ghanaian soldiers are being flown to Lakeland.", ["Ghana | deploying | 200 soldiers | total"]),
    ("Ghana's 200-strong contingent is in Lakeland.", ["Ghana | deployed | 200 personnel | total"]),
    ("The last 200 Ghanaian soldiers have gone home.", ["Ghana | withdrawn | 200 soldiers | total"]),
    ("The LSF's annual budget is $300 million.", ["LSF | required | 300e6 USD | total"]),
    ("In January 2031 Ghana also sent troops.", ["Ghana | deployed | - troops | None"]),
    ("A first group of 15 Ghanaians will set off on Thursday.", ["Ghana | deploying | 15 personnel | part"]),
]  # fmt: skip

DECOYS = [
    "Gunmen killed 24 soldiers from Ghana.",
    "At least 12 peacekeepers were wounded when a bomb went off.",
    "The gang has 300 members and 40 vehicles.",
    "Two Ghanaian peacekeepers of the LSF were killed in an ambush.",
    "Rebels captured 46 soldiers near the border.",
    "Some 2,000 people have fled to Ghana.",
    "Ghana's army has 15,000 soldiers.",
    "The national army of Ghana numbers 15,000 soldiers.",
    "More than 5,000 civilians died in the war.",
    "The striker, 24, joined the club for $80 million.",
    "Petrol costs $3 a litre in Ghana.",
    "The phone now costs $1000.",
    "Rain fell for 12 days and 300 houses were damaged.",
    "The temperature reached 40 degrees on Monday.",
    "Ghana beat Togo 3-1 in front of 40,000 people.",
    "Inflation in Ghana rose to 23% in May.",
    "In 1994 about 20,000 troops from the United States landed in Lakeland.",
    "From 1915 to 1934 Lakeland was occupied by 2,000 marines from the United States.",
    "He was 46 and had served for 20 years.",
    "About 1.2 million people need food.",
    "Prosecutors said the company paid $5 million in bribes.",
    "The minister, aged 61, spoke for 40 minutes.",
    "Thieves stole 10 vehicles from a depot.",
    "The toll rose to 60 soldiers.",
    "The law of 2019 has 44 articles.",
    "Some 80 per cent of the capital is held by gangs.",
    "The gang is said to have an army of 2,000 fighters.",
    "A battalion usually has between 300 and 1,000 soldiers.",
    "Police arrested 30 officers for corruption.",
    "The 400 Street gang attacked a market.",
    "The film took $40 million at the box office.",
    "The bank raised its rate by 50 basis points.",
    "Lawmakers from Ghana debated for 12 hours.",
    "The 2nd battalion was founded in 1902.",
    "Shares rose $4 to $48.",
    "The attack destroyed 14 vehicles.",
    "At its height the LSF had 9,000 troops.",
    "Ghana has 15,000 soldiers in uniform.",
    "The United States has trained 300 soldiers from Ghana.",
    "Under resolution 2719 troops were deployed.",
]


def bounds(record: Commitment) -> str:
    low, high = record.amount_low, record.amount_high
    if low is None and high is None:
        return "-"
    return f"{low:g}" if low == high else f"{'' if low is None else f'{low:g}'}..{'' if high is None else f'{high:g}'}"


def told(record: Commitment) -> str:
    return f"{record.actor} | {record.stage} | {bounds(record)} {record.unit or record.currency} | {record.basis}"


def normal(row: str) -> str:
    actor, stage, amount, basis = row.split(" | ")
    number, _, unit = amount.partition(" ")
    sides = [f"{float(side):g}" if side not in {"", "-"} else side for side in number.split("..")]
    return f"{actor} | {stage} | {'..'.join(sides)} {unit} | {basis}"


@pytest.mark.parametrize(("sentence", "expected"), EXAMPLES, ids=[sentence[:60] for sentence, _ in EXAMPLES])
def test_an_example_gives_its_records_and_nothing_else(sentence: str, expected: list[str]) -> None:
    assert [told(record) for record in read(MISSION + sentence, REPORT).commitments] == [normal(row) for row in expected]


@pytest.mark.parametrize("sentence", DECOYS)
def test_a_decoy_gives_no_record(sentence: str) -> None:
    assert [told(record) for record in read(MISSION + sentence, REPORT).commitments] == []


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("If the UN asks, Kenya will send 600 officers and Canada will pay $5 million.", [("conditional",), ("conditional",)]),
        ("The minister said that if the UN asked, Kenya would send 600 officers.", [("conditional",)]),
        ("Kenya would send, if the UN asks, 600 officers.", [("conditional",)]),
        ("Kenya and Canada would send troops if the UN asks.", [("list", "conditional"), ("list", "conditional")]),
        ("Kenya will withdraw 600 officers unless the UN pays.", [("conditional",)]),
        ("Kenya sent 400 officers last week and will send 600 more if funds arrive.", [(), ("conditional",)]),
        ("Canada has pledged $5 million and, if asked, would add $2 million more.", [(), ("conditional",)]),
        ("Kenya has reportedly agreed to send 400 officers if the UN asks.", [("conditional", "hearsay")]),
        ("Canada, which reportedly paid $5 million, has sent 20 trainers.", [("hearsay",), ()]),
        ("Sources said Kenya would send 400 officers, but Canada has pledged $5 million.", [("hearsay",), ()]),
        ("Reportedly, 400 Kenyan officers have left Haiti.", [("hearsay",)]),
        # a condition of something else, what is done already, and what a named official says
        ("Kenya pledged 600 officers and said it would leave if attacked.", [()]),
        ("Kenya will send 600 officers, but it would pull them out if attacked.", [()]),
        ("Kenya would fight if attacked and has sent 600 officers.", [()]),
        ("The United States froze $13 million pending a review.", [()]),
        ("Kenya has sent 600 officers on condition that the UN pays.", [()]),
        ("Kenya will send 400 officers, Foreign Minister Musalia Mudavadi said.", [()]),
        ("Kenya will send 400 officers, the UN said on condition of anonymity.", [()]),
    ],
)
def test_conditions_and_hearsay_are_flagged_where_they_hold(text: str, flags: list[tuple[str, ...]]) -> None:
    report = Report(id="0" * 16, file="report.txt", published="2024-10-12")
    assert [record.flags for record in read(text, report).commitments] == flags


def test_a_deployment_that_hangs_on_something_is_still_to_come() -> None:
    report = Report(id="0" * 16, file="report.txt", published="2024-10-12")
    (record,) = read("The deployment of 600 Kenyan officers depends on a court ruling.", report).commitments
    assert record.stage == "pledged"
