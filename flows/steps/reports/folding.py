"""Text made comparable without moving a character: lower case, western digits, plain signs. Offsets in it are offsets in the original."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import groupby

_SIGNS = {
    "，": ",", "．": ".", "％": "%", "（": "(", "）": ")", "：": ":", "＄": "$", "’": "'", "‘": "'", "`": "'", "ʼ": "'", "٫": ".", "٬": ",", "、": "、",
    "İ": "i", "\u200b": " ", "\u2009": "\u00a0", "\u202f": "\u00a0", "\u2007": "\u00a0", "\t": " ", "\u3000": " ", "‑": "-", "‐": "-", "−": "-",
}  # fmt: skip
_WIDE = r"\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
WIDE = re.compile(f"[{_WIDE}]")
# A letter of a script with spaces between words. It stands some hundred times in the patterns of each language, and compiling costs by the width
# of its spans: so a few thousand characters that may be letters, and not the tens of thousands that may not.
LETTER = r"(?=[\u0041-\u0dff\u1e00-\u1fff])[^\W\d_]"
BEFORE, AFTER = f"(?<!{LETTER})", f"(?!{LETTER})"  # the bounds of a word


def _table() -> dict[int, str]:
    table = {ord(sign): plain for sign, plain in _SIGNS.items()}
    for code in (*range(0x0660, 0x066A), *range(0x06F0, 0x06FA), *range(0x0966, 0x0970), *range(0x0E50, 0x0E5A)):
        table[code] = str(unicodedata.decimal(chr(code)))
    table.update({code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))})
    return table


_TABLE = _table()


def folded(text: str) -> str:
    """Return `text` in lower case and plain signs, of the same length, each character standing for the one at its place."""
    plain = text.translate(_TABLE)
    low = plain.lower()
    if len(low) == len(plain):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)


def is_wide(character: str) -> bool:
    """Say whether `character` belongs to a script written without spaces, or with particles glued on (CJK, Hangul, kana, Thai)."""
    return WIDE.match(character) is not None


def bounded(form: str) -> str:
    """Return a regular expression for `form` as a word of its own; "*" at its end allows any ending; scripts without spaces need no bounds."""
    before, body, after = _parts(form)
    return f"{before}{body}{after}"


def any_of(forms: Iterable[str], *, before: bool = True) -> str:
    """Return a regular expression for any of `forms`, each as in `bounded`; without `before`, a word may begin anywhere.

    Neighbours with the same bounds share them: a bound is a set of tens of thousands of letters, and dear to compile for each form. The
    order stays, as the first form that fits wins.
    """
    parts = [_parts(form) for form in forms]
    runs = groupby(parts, key=lambda part: (part[0] if before else "", part[2]))
    return "|".join(f"{lead}(?:{'|'.join(body for _, body, _ in run)}){tail}" for (lead, tail), run in runs)


def _parts(form: str) -> tuple[str, str, str]:
    """Return what must stand before a form, the form itself, and what must stand after it."""
    stem, opened = (form[:-1], True) if form.endswith("*") else (form, False)
    body = re.escape(stem).replace(r"\ ", r"[\s\-]+").replace(" ", r"\s")
    before = "" if is_wide(stem[0]) or not stem[0].isalpha() else BEFORE
    if opened:
        return before, body, "" if is_wide(stem[-1]) else f"(?:{LETTER})*"
    return before, body, "" if is_wide(stem[-1]) or not stem[-1].isalpha() else AFTER


@cache
def _simple() -> dict[int, str]:
    lines = files("flows.text").joinpath("simplified.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {ord(traditional): simplified for traditional, simplified in pairs}


def simplified(text: str) -> str:
    """Return `text` in simplified Chinese signs, one for one: the tables are written in them."""
    return text.translate(_simple())
