"""The quality gate: every benchmark's metrics against its pinned floors; `python -m benchmarks.check [noun ...]`.

Floors lie in benchmarks/floors/<noun>.toml: `metric = floor`, or `max_metric = ceiling` where lower is better. They only rise.
"""

import sys
import time
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

FLOORS = Path(__file__).parent / "floors"


def failures(noun: str, metrics: dict[str, float], floors: dict[str, float]) -> Iterator[str]:
    """Yield a line for every floor of `noun` that `metrics` misses, or does not report at all."""
    for name, bound in floors.items():
        lower_is_better = name.startswith("max_")
        metric = name.removeprefix("max_")
        if metric not in metrics:
            yield f"{noun}.{metric}: expected a value, found none"
        elif (metrics[metric] > bound) if lower_is_better else (metrics[metric] < bound):
            yield f"{noun}.{metric}: expected {'at most' if lower_is_better else 'at least'} {bound}, found {metrics[metric]:.4f}"


def main(nouns: list[str]) -> int:
    """Measure `nouns` (all that have floors, if empty) and return the number of floors missed."""
    missed: list[str] = []
    for path in sorted(FLOORS.glob("*.toml")):
        if nouns and path.stem not in nouns:
            continue
        begun = time.monotonic()
        print(f"== {path.stem}", flush=True)
        metrics: dict[str, float] = import_module(f"benchmarks.{path.stem}").measure()
        floors = {name: float(bound) for name, bound in tomllib.loads(path.read_text(encoding="utf-8")).get(path.stem, {}).items()}
        missed += failures(path.stem, metrics, floors)
        print(f"   {len(floors)} floors, {time.monotonic() - begun:.0f} s", flush=True)
    for line in missed:
        print(f"BELOW FLOOR  {line}")
    return len(missed)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
