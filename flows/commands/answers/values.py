"""One value as text. The only place that decides what may be shown."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Return `text` on one line, each character that could drive a terminal, hide, or turn the direction as U+FFFD."""
    return "".join(" " if letter in "\n\r\t" else "\ufffd" if _drives(letter) else letter for letter in text)


def _drives(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and letter not in "\u200c\u200d"  # joiners that scripts need


def shown(value: Any) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, list | tuple):
        return ", ".join(shown(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | Decimal):
        return _number(float(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return "" if value is None else harmless(str(value))


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"  # noqa: PLR2004 - thousands; no one reads cents behind them


def cell(value: Any) -> str:
    """Return a value as a CSV cell: exact, but no text can drive a terminal or run in a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = packed(value) if isinstance(value, list | tuple | dict) else str(value)
    clean = "".join(letter if letter in "\n\t" or not _drives(letter) else "\ufffd" for letter in text)
    return f"'{clean}" if clean.lstrip(" ").startswith(_FORMULA) else clean


def packed(value: Any) -> str:
    """Return a value as JSON on one line; what could drive a terminal is escaped, so nothing is lost."""
    text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False)
    return "".join(f"\\u{ord(letter):04x}" if _escaped(letter) else letter for letter in text)


def _escaped(letter: str) -> bool:
    return ord(letter) <= 0xFFFF and _drives(letter)  # noqa: PLR2004 - beyond, nothing drives a terminal


def plain(value: Any) -> Any:
    """Return a value made of what JSON knows."""
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, float) and (value != value or value in {float("inf"), float("-inf")}):  # noqa: PLR0124 - not a number
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)
