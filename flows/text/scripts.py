"""Scripts: in which writing a text is, and whether that writing puts spaces between words."""

import re

_SCRIPTS = {
    "hangul": re.compile("[\uac00-\ud7a3]"),
    "kana": re.compile("[\u3041-\u30ff]"),
    "han": re.compile("[\u4e00-\u9fff]"),
    "thai": re.compile("[\u0e01-\u0e3a]"),
    "arabic": re.compile("[\u0621-\u06d3]"),
    "cyrillic": re.compile("[\u0400-\u04ff]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f]"),
}
_WORDLESS = re.compile("[\u0e01-\u0e3a\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_SAMPLE = 1500  # characters that suffice to tell
_SHARE = 0.12  # one sign of such a script says about as much as four letters


def script_of(text: str) -> str:
    """Return han, kana, hangul, thai, arabic, cyrillic, latin, or none; Japanese is kana though most signs may be Han."""
    sample = text[:_SAMPLE]
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS.items()}
    if counts["kana"] * 8 > counts["han"] and counts["kana"] * 4 > counts["latin"]:
        return "kana"
    best = max(counts, key=lambda name: counts[name] * (3 if name in {"han", "hangul"} else 1))
    return best if counts[best] else "none"


def is_wordless(text: str) -> bool:
    """Tell whether words in `text` run into each other or into particles: Chinese, Japanese, Thai, Korean."""
    if text.isascii():
        return False
    sample = text[:_SAMPLE]
    return len(_WORDLESS.findall(sample)) > _SHARE * len(sample)
