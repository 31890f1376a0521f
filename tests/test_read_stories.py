"""Which reports print one story. The missions, places and people here are simulated."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.read.sentences import sentences
from muster.read.stories import HALF, Match, Shelf, Told, compared, stories

WIRE = """Simland sent 200 police officers to Port Vale on Tuesday, the first contingent out of 1,000 that it expects to send.

President Ada Marsh told the officers at the airport that the task would be long and that the whole region was watching them.

"We promised our neighbours that we would come, and today we are coming," Marsh said before the aircraft left the capital.

The republic pledged $12 million for the mission in March, and its neighbour paid for vehicles and radios a week later.

The country's courts had blocked the departure twice this year, and the opposition says that the plan breaks the constitution.

Aid groups in Port Vale say that the roads out of the harbour have been closed since the winter and that food is running short.
"""
OWN = """A first group of 200 Simland officers has landed in Port Vale, where gangs hold much of the harbour, officials say.

The neighbouring kingdom said on Wednesday that it would add 150 soldiers to the same mission before the summer.

Marsh had seen her officers off at the airport, and warned them that it would take long, with the region looking on.

Shopkeepers near the market hoped that the patrols would start soon, because nobody dares to open a shop after dark.
"""
MONTHLY = """The mission in Port Vale had {0} officers at the end of the month, of whom {1} served in the harbour district.

Contributors have pledged {2} officers in all, and the common fund stood at ${3} million on the last working day of the month.

The figures are supplied by contributors and are rounded; the mission publishes them at the beginning of every month.
"""
CLUTTER = "\n\nRecommended for you\nSubscribe to our newsletter\n"


def own_sentences(text: str) -> list[str]:
    return [" ".join(one.text.split()) for one in sentences(text)]


def shortened(sentence: str, random: Random, dropped: float) -> str:
    """A sentence without some of its small words; names, numbers and the ends of clauses stay."""
    words = sentence.split()
    return " ".join(each for each in words if not each.isalpha() or each[0].isupper() or random.random() >= dropped)


def varied(text: str, seed: int, keep: float = 1.0, dropped: float = 0.06) -> str:
    """The story as another outlet prints it: cut, reordered, some words gone, other paragraphs, headline, clutter."""
    random = Random(seed)
    own = own_sentences(text)
    own = own[: max(1, round(len(own) * keep))]
    random.shuffle(own)
    edited = [
        " ".join(w for w in one.split() if not w.isalpha() or w[0].isupper() or random.random() >= dropped) for one in own
    ]
    pairs = [" ".join(edited[place : place + 2]) for place in range(0, len(edited), 2)]
    return "Another headline altogether\n\n" + "\n".join(pairs) + CLUTTER


def common(one: str, other: str) -> Match:
    found = compared(Told(one), Told(other))
    return found or Match("", 0.0, 0.0, 0, (), ())


@pytest.mark.parametrize("seed", range(10))
def test_a_story_in_another_order_with_small_edits_and_clutter_is_that_story(seed: int) -> None:
    assert common(varied(WIRE, seed), WIRE).is_story
    assert common(varied(WIRE, seed, keep=0.5), WIRE).is_story


def test_the_same_event_in_other_words_is_another_story() -> None:
    assert common(OWN, WIRE).share < 0.1
    assert stories({"a": WIRE, "b": OWN}) == (("a",), ("b",))


def test_a_monthly_release_with_new_figures_is_a_new_story() -> None:
    may, june = MONTHLY.format(410, 120, "2,500", 61), MONTHLY.format(635, 210, "2,700", 67)
    assert not common(june, may).is_story
    assert common(may + "\nA note on the method was added later by the editors of this page.\n", may).is_story


def test_a_number_that_was_changed_is_not_the_same_sentence() -> None:
    changed = common(WIRE.replace("200 police", "400 police"), WIRE)
    assert [pair.here for pair in changed.shared] == [1, 2, 3, 4, 5]
    assert changed.is_story


def test_the_share_says_how_much_of_each_text_stands_in_the_other() -> None:
    short = "\n\n".join(own_sentences(WIRE)[:3])
    found = common(short, WIRE)
    assert found.share == 1
    assert found.other_share == pytest.approx(Told(short).letters / Told(WIRE).letters)


def test_an_outlet_that_quotes_neighbouring_paragraphs_quotes_and_prints_no_story() -> None:
    own = " ".join(f"A sentence of its own about matter {n} that no other outlet has in these words." for n in "abcdefgh")
    quoting = own + "\n\n" + "\n\n".join(own_sentences(WIRE)[1:3])
    found = common(quoting, WIRE)
    assert [(pair.here, pair.there) for pair in found.passages] == [(8, 1), (9, 2)]
    assert found.share < HALF


def test_one_sentence_in_common_is_no_passage() -> None:
    assert common(OWN + "\n" + own_sentences(WIRE)[2], WIRE).passages == ()


def test_a_round_up_that_holds_two_stories_does_not_make_them_one() -> None:
    third = MONTHLY.format(410, 120, "2,500", 61)
    for names in (("a", "b", "z"), ("b", "z", "a"), ("z", "a", "b")):
        told = dict(zip(names, (OWN, third, OWN + "\n" + third), strict=True))
        found = stories(told)
        assert [set(names[:2]) <= set(story) for story in found] == [False] * len(found)


def test_a_text_without_words_is_a_story_of_its_own() -> None:
    assert stories({"a": "", "b": "\n", "c": "!!! ..."}) == (("a",), ("b",), ("c",))


def test_a_story_printed_by_hundreds_is_one_and_a_common_phrase_makes_none() -> None:
    note = "\n\nThis outlet checks its reports with care and corrects what it got wrong as soon as it knows of it."
    texts = {f"w{n:03d}": varied(WIRE, n) + note for n in range(120)}
    texts |= {
        f"x{n:03d}": " ".join(f"Matter {n} word{n} thing{n}{k} is told here." for k in range(9)) + note for n in range(60)
    }
    found = stories(texts)
    assert sorted(map(len, found)) == [1] * 60 + [120]


MANY = {"wire": WIRE, "own": OWN, "may": MONTHLY.format(410, 120, "2,500", 61), "june": MONTHLY.format(635, 210, "2,700", 67)}
PRINTS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=4),
    st.tuples(st.sampled_from(sorted(MANY)), st.integers(0, 5), st.sampled_from([0.7, 1.0])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(PRINTS, st.randoms(use_true_random=False))
def test_every_report_is_in_one_story_and_the_order_of_the_reports_is_no_matter(
    prints: dict[str, tuple[str, int, float]], random: Random
) -> None:
    texts = {name: varied(MANY[of], seed, keep) for name, (of, seed, keep) in prints.items()}
    found = stories(texts)
    assert sorted(name for story in found for name in story) == sorted(texts)
    mixed = list(texts.items())
    random.shuffle(mixed)
    assert stories(dict(mixed)) == found
    assert [{prints[name][0] for name in story} for story in found] == [{prints[story[0]][0]} for story in found]


@settings(max_examples=30, deadline=None)
@given(PRINTS, st.text("ijk", min_size=1, max_size=3))
def test_a_report_that_has_nothing_to_do_with_the_others_changes_nothing(
    prints: dict[str, tuple[str, int, float]], name: str
) -> None:
    texts = {each: varied(MANY[of], seed, keep) for each, (of, seed, keep) in prints.items()}
    other = "The bakers of the upper town hold their fair in the autumn. Bread is sold from carts, and the bells ring at noon."
    assert set(stories(texts | {name: other})) == {*stories(texts), (name,)}


def test_reports_of_real_outlets_on_the_same_events_are_kept_apart_and_their_copies_are_found(shared: Path) -> None:
    folder = shared / "reading" / "dev" / "articles"
    texts = {path.stem: path.read_text(encoding="utf-8").partition("\n---\n")[2] for path in sorted(folder.glob("*.txt"))}
    assert len(stories(texts)) == len(texts) == 30
    shelf = Shelf()
    for name, text in texts.items():
        shelf.add(name, Told(text), name)
    for keep, least in ((1.0, 28), (0.5, 27)):
        copies = {name: Told(varied(text, 7, keep)) for name, text in texts.items()}
        found = {name: shelf.story(shelf.matches(told), told) for name, told in copies.items()}
        assert sum(match is not None for match in found.values()) >= least
        assert not [name for name, match in found.items() if match and match.report != name]
