"""The architecture as a test: import order is data order, no cycles in a stage, small modules, engines in one place."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "src" / "muster"
MODULES = sorted(path for path in ROOT.rglob("*.py") if path.name != "_version.py")

# A stage may import itself and the stages before it.
ORDER = [
    "errors",
    "records",
    "dossier",
    "read",
    "sources",
    "fetch",
    "ledger",
    "panel",
    "estimate",
    "verify",
    "assess",
    "brief",
    "run",
    "cli",
]
ALLOWED = {stage: set(ORDER[: place + 1]) for place, stage in enumerate(ORDER)}
ALLOWED["estimate"] = {"estimate", "errors"}

# Outside libraries that only the named stages may touch.
RESERVED = {
    "ibis": {"panel"},
    "duckdb": {"panel"},
    "pyspark": {"panel"},
    "typer": {"cli"},
    "urllib3": {"fetch"},
    "jinja2": {"brief"},
    "vl_convert": {"brief"},
}
NUMERICAL = {"numpy", "scipy", "numba", "statsmodels", "joblib"}


def stage_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Absolute dotted names that a module imports, relative ones resolved."""
    package = ["muster", *path.relative_to(ROOT).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_its_own_stage_or_an_earlier_one(path: Path) -> None:
    stage = stage_of(path)
    if stage not in ALLOWED:
        assert stage == "__init__", f"{path} belongs to no stage of ORDER"
        return
    used = {name.split(".")[1] for name in imports(path) if name.startswith("muster.")} - {"_version"}
    assert used & set(ORDER) <= ALLOWED[stage]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_reserved_libraries_stay_in_their_stage(path: Path) -> None:
    stage, roots = stage_of(path), {name.split(".")[0] for name in imports(path)}
    assert not [name for name in roots & set(RESERVED) if stage not in RESERVED[name]]
    if stage == "estimate":
        import sys

        assert roots <= NUMERICAL | {"muster"} | set(sys.stdlib_module_names)


def test_no_cycles_inside_a_stage() -> None:
    names = {
        ".".join(["muster", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__"): path for path in MODULES
    }
    graph = {
        name: {other for other in imports(path) if other in names and other != name and not name.startswith(other + ".")}
        for name, path in names.items()
        if path.name != "__init__.py"
    }
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
