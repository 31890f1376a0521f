"""From pairs of records that cannot both hold to sets: what hangs together is one matter."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from muster.records import DisagreementKind


@dataclass(frozen=True, slots=True)
class Link:
    """Records (two or more) that cannot all hold, and in which way."""

    kind: DisagreementKind
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A set of records, sorted, and the way in which most of its links say that they cannot all hold."""

    kind: DisagreementKind
    ids: tuple[str, ...]


def link(kind: DisagreementKind, *ids: str) -> Link:
    """Records that cannot all hold."""
    return Link(kind, tuple(sorted(set(ids))))


def joined(links: Iterable[Link]) -> list[Found]:
    """The sets that links make where they share records; the kind is the commonest, of equals the first by name."""
    parent: dict[str, str] = {}
    listed = list(links)
    for each in listed:
        for name in each.ids:
            parent.setdefault(name, name)
            _root(parent, name)
            parent[_root(parent, name)] = _root(parent, each.ids[0])
    members: defaultdict[str, set[str]] = defaultdict(set)
    kinds: defaultdict[str, Counter[DisagreementKind]] = defaultdict(Counter)
    for each in listed:
        root = _root(parent, each.ids[0])
        members[root].update(each.ids)
        kinds[root][each.kind] += 1
    return [Found(_commonest(kinds[root]), tuple(sorted(ids))) for root, ids in members.items()]


def distinct(found: Iterable[Found]) -> list[Found]:
    """The sets without those that lie inside another one, sorted by their records."""
    by_size = sorted(found, key=lambda one: (-len(one.ids), one.ids, one.kind))
    kept: list[Found] = []
    holding: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
    for one in by_size:
        ids = frozenset(one.ids)
        if any(ids <= other for other in holding[one.ids[0]]):
            continue
        kept.append(one)
        for name in ids:
            holding[name].append(ids)
    return sorted(kept, key=lambda one: one.ids)


def _root(parent: dict[str, str], name: str) -> str:
    while parent[name] != name:
        parent[name] = parent[parent[name]]
        name = parent[name]
    return name


def _commonest(kinds: Counter[DisagreementKind]) -> DisagreementKind:
    return min(kinds, key=lambda kind: (-kinds[kind], kind))
