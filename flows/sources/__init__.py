"""sources.yaml: what we watch, or every problem in it at once.

    load(path) -> sources      schema() -> JSON Schema      export(sources) -> OPML      imported(opml) -> entries      discovery

Knows the file and its shape; knows nothing of the network, of polling and of what the sources say.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from flows.records import Source
from flows.settings import Settings
from flows.sources import problems
from flows.sources.model import SourceEntry, SourcesFile
from flows.sources.problems import Place, SourcesError

__all__ = ["SourcesError", "load", "parse", "schema", "settings"]

_LARGEST = 10_000_000  # characters of the file
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(path: Path) -> tuple[Source, ...]:
    """Return the sources of the file at `path`, disabled ones too. Raises `SourcesError` with every problem in it."""
    return parse(_read(path), path.name)


def settings(path: Path) -> Settings:
    """Return the `settings:` block of the file at `path`, defaults where it is silent. Raises `SourcesError` with every problem in the file."""
    return _checked(_read(path), path.name).settings.record()


def parse(text: str, name: str = "sources.yaml") -> tuple[Source, ...]:
    """Return the sources that `text` lists; `name` stands in messages. Raises `SourcesError` with every problem in it."""
    return tuple(entry.record() for entry in _checked(text, name).sources)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **SourcesFile.model_json_schema()}


def entry(values: dict[str, Any]) -> SourceEntry:
    """Return a checked entry. Raises pydantic's `ValidationError`."""
    return SourceEntry.model_validate(values)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourcesError((f"{path.name}: expected UTF-8, found byte {error.object[error.start]:#04x} at {error.start}",)) from error
    except OSError as error:
        raise SourcesError((f"{path}: expected a file that can be read, found {error.strerror or error}",)) from error


def _checked(text: str, name: str) -> SourcesFile:
    if len(text) > _LARGEST:
        raise SourcesError((f"{name}: expected at most {_LARGEST} characters, found {len(text)}",))
    try:
        node = yaml.compose(text, Loader=_Loader)
        lines = problems.lines(node)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, in C where there is one
    except yaml.YAMLError as error:
        raise SourcesError((_syntax(name, error),)) from error
    except (RecursionError, ValueError) as error:
        raise SourcesError((f"{name}: expected a plain list of sources, found one that cannot be read: {type(error).__name__}",)) from error
    found = [*problems.doubled_keys(node), *_refused(data)]
    if found:
        raise SourcesError(tuple(_told(name, place, what, lines) for place, what in sorted(found, key=lambda each: _order(each[0], lines))))
    return SourcesFile.model_validate(data)


def _refused(data: Any) -> Iterator[tuple[Place, str]]:
    if not isinstance(data, dict):
        yield (), f"expected a mapping with the key sources, found {type(data).__name__ if data is not None else 'nothing'}"
        return
    try:
        SourcesFile.model_validate(data)
    except ValidationError as error:
        yield from problems.of_fields(error)
    listed = data.get("sources")
    if isinstance(listed, list):
        yield from problems.between_sources(listed)


def _told(name: str, place: Place, what: str, lines: dict[Place, int]) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
    line = _line(place, lines)
    return f"{name}: {path + ': ' if path else ''}{what}{f' (line {line})' if line else ''}"


def _line(place: Place, lines: dict[Place, int]) -> int | None:
    """Return the line of `place`, or of what holds it."""
    return next((lines[place[:length]] for length in range(len(place), -1, -1) if place[:length] in lines), None)


def _order(place: Place, lines: dict[Place, int]) -> tuple[int, str]:
    return _line(place, lines) or 0, str(place)


def _syntax(name: str, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return f"{name}: {where}expected YAML, found {what.removeprefix('found ')}"
