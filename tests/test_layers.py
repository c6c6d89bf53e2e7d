"""What the linter cannot say of the layers: who may import whom inside the project."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

ALLOWED = {  # package of the project -> what it may import of the project, besides itself
    "flows.records": set(),
    "flows.text": set(),
    "flows.progress": set(),
    "flows.settings": set(),
    "flows.locking": set(),
    "flows.web": {"flows.records", "flows.steps.links"},
    "flows.archive": {"flows.records"},
    "flows.rows": set(),
    "flows.memory": {"flows.records", "flows.rows", "warehouse"},
    "flows.extraction": {"flows.records", "flows.steps.articles", "flows.steps.feeds"},
    "warehouse": set(),
}
SHARED_BY_STEPS = {"flows.records", "flows.text", "flows.steps.vocabulary", "flows.steps.links", "flows.steps.languages"}
WORLDLY = {
    "aiohttp",
    "asyncio",
    "duckdb",
    "os",
    "prefect",
    "pyarrow",
    "random",
    "requests",
    "socket",
    "subprocess",
    "threading",
    "urllib.request",
}


def modules(folder: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        yield name, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def ours(names: set[str]) -> set[str]:
    return {name for name in names if within(name, "flows") or within(name, "warehouse")}


ALL = [*modules("flows"), *modules("warehouse")]


@pytest.mark.parametrize("package", ALLOWED)
def test_a_part_imports_only_what_it_may(package):
    members = [(name, tree) for name, tree in ALL if within(name, package)]
    if not members:
        pytest.fail(f"{package} is gone: expected it in flows/ or warehouse/")
    for name, tree in members:
        strangers = {
            one
            for one in ours(imports(tree))
            if one not in {"flows", "flows.steps"} and not any(within(one, other) for other in ALLOWED[package] | {package})
        }
        assert not strangers, f"{name} imports {sorted(strangers)}; {package} may import only {sorted(ALLOWED[package])}"


def test_a_step_imports_no_other_step():
    for name, tree in ALL:
        if not within(name, "flows.steps") or name == "flows.steps":
            continue
        own = ".".join(name.split(".")[:3])
        strangers = {
            one
            for one in ours(imports(tree))
            if one not in {"flows", "flows.steps"} and not any(within(one, other) for other in SHARED_BY_STEPS | {own})
        }
        assert not strangers, f"{name} imports {sorted(strangers)}; a step imports records, text and vocabulary only"


def test_a_step_touches_nothing_of_the_world():
    for name, tree in ALL:
        if within(name, "flows.steps"):
            worldly = imports(tree) & WORLDLY
            assert not worldly, f"{name} imports {sorted(worldly)}; a step gets values and gives values"


def test_every_module_begins_with_its_rule():
    silent = [name for name, tree in ALL if not ast.get_docstring(tree)]
    assert not silent, f"modules without a docstring: {silent}"


def test_no_module_is_too_long():
    long = {
        str(path.relative_to(ROOT)): count
        for folder in ("flows", "warehouse", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 350
    }
    assert not long, f"modules over 350 lines: {long}"


def test_names_say_something():
    vague = {"utils", "helpers", "common", "base", "manager", "misc", "util", "helper"}
    found = [name for name, _ in ALL if set(name.split(".")) & vague]
    assert not found


def test_no_module_of_flows_hides_one_of_the_standard_library():
    taken = {path.stem for path in (ROOT / "flows").glob("*") if path.suffix in {".py", ""}} & set(sys.stdlib_module_names)
    assert not taken, f"an orchestrator that puts flows/ on the path would break on {taken}"
