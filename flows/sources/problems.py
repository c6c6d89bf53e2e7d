"""What is wrong with sources.yaml, all at once, each with its place: `sources.yaml: sources[17].language: expected ..., found ... (line 212)`."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from reprlib import Repr
from typing import Any

from pydantic import ValidationError
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from flows.sources.model import expected, known
from flows.steps import links

Place = tuple[int | str, ...]
_DEEPEST = 20  # levels of the file that have a use
_MOST_NODES = 200_000  # aliases can make a small file unfold without end

_short = Repr()
_short.maxstring = _short.maxother = 80
_short.maxlevel = 2


class SourcesError(ValueError):
    """Every problem in the file; one line each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Keep `problems` in the order of the file."""
        super().__init__("\n".join(problems))
        self.problems = problems


def lines(node: Node | None) -> dict[Place, int]:
    """Return the line (from 1) on which each value of the document begins. Raises `RecursionError` for a document that unfolds without end."""
    found: dict[Place, int] = {}
    waiting: list[tuple[Place, Node]] = [((), node)] if node else []
    while waiting:
        place, each = waiting.pop()
        found[place] = each.start_mark.line + 1
        if len(found) > _MOST_NODES or len(place) > _DEEPEST:
            raise RecursionError
        waiting.extend(_children(place, each))
    return found


def doubled_keys(node: Node | None) -> Iterator[tuple[Place, str]]:
    """Yield the place and the problem of each key that a mapping has twice: YAML would silently take the last."""
    for place, each in _nodes(node):
        if not isinstance(each, MappingNode):
            continue
        seen: set[str] = set()
        for key, _ in each.value:
            if isinstance(key, ScalarNode) and key.value in seen:
                yield (*place, key.value), "expected one value, found two"
            seen.add(key.value if isinstance(key, ScalarNode) else "")


def of_fields(error: ValidationError) -> Iterator[tuple[Place, str]]:
    """Yield the place and the problem of each value that the model refuses."""
    for each in error.errors(include_url=False, include_context=False):
        place = tuple(
            part for part in each["loc"] if not (isinstance(part, str) and part.startswith(("function-", "constrained-", "nullable")))
        )
        if each["type"] == "too_short" and each["input"]:
            continue  # an echo of entries that were refused themselves
        if each["type"] == "missing":
            yield place, f"expected {expected(place)}, found nothing"
        elif each["type"] == "invalid_key":
            yield place, f"expected the name of a field, found {_short.repr(each['input'])}"
        elif each["type"] == "extra_forbidden":
            yield place, _unknown(place)
        else:
            yield place, f"expected {expected(place)}, found {_short.repr(each['input'])}{_hint(place, each['input'])}"


def between_sources(sources: list[Any]) -> Iterator[tuple[Place, str]]:
    """Yield problems that no field shows alone: doubles, and what a listing needs."""
    first_ids: dict[str, int] = {}
    first_urls: dict[str, int] = {}
    for index, each in enumerate(sources):
        if not isinstance(each, Mapping):
            continue
        yield from _doubles(index, "source_id", each.get("source_id"), first_ids)
        url = each.get("url")
        yield from _doubles(index, "url", (links.canonical(url) or url) if isinstance(url, str) else None, first_urls)
        yield from _listing(index, each)
        if each.get("wrong_zone") is True and not each.get("timezone"):
            yield ("sources", index, "timezone"), "expected the zone that is meant, as wrong_zone is true, found nothing"


def _doubles(index: int, field: str, value: Any, first: dict[str, int]) -> Iterator[tuple[Place, str]]:
    if not isinstance(value, str):
        return
    if value in first:
        yield ("sources", index, field), f"expected a {field} of its own, found {_short.repr(value)}, as in sources[{first[value]}]"
    else:
        first[value] = index


def _listing(index: int, each: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    stated = [name for name in ("item_selector", "item_pattern") if each.get(name) is not None]
    if each.get("kind") == "listing" and not stated:
        yield ("sources", index), "expected item_selector or item_pattern, as its kind is listing, found neither"
    if each.get("kind") in ("feed", "sitemap", "search"):
        for name in stated:
            yield ("sources", index, name), f"expected it with kind listing only, found kind {each['kind']!r}"


def _unknown(place: Place) -> str:
    near = get_close_matches(str(place[-1]), known(place), n=1)
    meant = repr(near[0]) if near else f"one of {', '.join(known(place))}"
    return f"expected {meant}, found an unknown field"


def _hint(place: Place, value: Any) -> str:
    if place[-1] == "country" and value is False:
        return " (YAML reads NO as false: write 'NO')"
    return ""


def _nodes(node: Node | None) -> Iterator[tuple[Place, Node]]:
    waiting: list[tuple[Place, Node]] = [((), node)] if node else []
    while waiting:
        place, each = waiting.pop()
        yield place, each
        waiting.extend(_children(place, each))


def _children(place: Place, node: Node) -> Iterator[tuple[Place, Node]]:
    if isinstance(node, SequenceNode):
        yield from (((*place, index), each) for index, each in enumerate(node.value))
    elif isinstance(node, MappingNode):
        yield from (((*place, str(key.value)), each) for key, each in node.value if isinstance(key, ScalarNode))
