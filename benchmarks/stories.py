"""10,000 simulated reports, about half of them copies: how many stories are found, wrong ones, and the time; beside datasketch.

Copies are cut to 60 % or more, in another order, with one word in twenty gone. datasketch (not a dependency; install it to see
its line) finds pairs by MinHash of four-word phrases, 128 permutations, threshold 0.2.
"""

import sys
import time
from collections.abc import Iterable
from importlib.util import find_spec
from itertools import combinations
from random import Random

from muster.read.stories import WORD, stories

Pairs = set[tuple[str, str]]
PHRASE = 4


def reports(count: int, seed: int = 20240624) -> tuple[dict[str, str], list[list[str]]]:
    """Texts by id, and the ids of each story."""
    random = Random(seed)
    syllables = [first + vowel for first in "bdfgklmnprst" for vowel in "aeiou"]
    words = ["".join(random.choices(syllables, k=random.randint(1, 4))) for _ in range(5000)]
    weights = [1 / (place + 5) for place in range(len(words))]
    texts: dict[str, str] = {}
    groups: list[list[str]] = []
    while len(texts) < count:
        told = [_sentence(random, words, weights) for _ in range(random.randint(10, 40))]
        names = [f"r{len(texts) + place:06d}" for place in range(random.choice([1, 1, 1, 2, 3, 12]))]
        texts |= {name: _printed(random, told, is_copy=place > 0) for place, name in enumerate(names)}
        groups.append(names)
    return texts, groups


def _sentence(random: Random, words: list[str], weights: list[float]) -> str:
    chosen = random.choices(words, weights, k=random.randint(10, 30))
    if random.random() < 0.3:
        chosen[random.randrange(len(chosen))] = str(random.randint(10, 5000))
    return " ".join(chosen).capitalize() + "."


def _printed(random: Random, told: list[str], *, is_copy: bool) -> str:
    if is_copy:
        cut = told[: max(4, int(len(told) * random.uniform(0.6, 1)))]
        random.shuffle(cut)
        told = [" ".join(word for word in one.split() if not word.islower() or random.random() > 0.05) for one in cut]
    return "\n\n".join(" ".join(told[place : place + 2]) for place in range(0, len(told), 2))


def pairs(groups: Iterable[Iterable[str]]) -> Pairs:
    """Every two reports of one story."""
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def hashed(texts: dict[str, str]) -> Pairs:
    """The pairs that MinHash finds."""
    from datasketch import MinHash, MinHashLSH

    index, found = MinHashLSH(threshold=0.2, num_perm=128), set()
    for name, text in texts.items():
        words = WORD.findall(text.casefold())
        made = MinHash(num_perm=128, seed=1)
        made.update_batch([" ".join(words[place : place + PHRASE]).encode() for place in range(len(words) - PHRASE + 1)])
        found |= {(min(name, other), max(name, other)) for other in index.query(made)}
        index.insert(name, made)
    return found


def main(counts: Iterable[int]) -> None:
    """Print a line a method and size."""
    for count in counts:
        texts, groups = reports(count)
        real = pairs(groups)
        for name, method in (("ours", lambda given: pairs(stories(given))), ("datasketch", hashed)):
            if name == "ours" or find_spec("datasketch"):
                start = time.perf_counter()
                found = method(texts)
                seconds = time.perf_counter() - start
                print(
                    f"{len(texts):6,} reports, {name:10}: {seconds:6.1f} s, {1000 * seconds / len(texts):.1f} ms a report; "
                    f"{len(found & real) / len(real):.3f} of {len(real):,} pairs, {len(found - real)} wrong"
                )


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [1_000, 10_000])
