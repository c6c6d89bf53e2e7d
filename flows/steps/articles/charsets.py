"""Charsets: the bytes of a page to text, whatever was declared.

A ladder: byte order mark, header, meta element or XML prolog, then the text's own statistics. Valid UTF-8 with enough non-ASCII wins
over any declaration, because nothing else looks like it by chance; a declared charset is believed only if the text reads like one of
its languages. Knows bytes and characters, not HTML beyond the two places where it declares a charset.
"""

import codecs
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
         (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
_DECLARED = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:\-]{2,40})""", re.IGNORECASE)
_PROLOG = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:\-]{2,40})""")
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:\-]{2,40})""", re.IGNORECASE)
_HIGH = re.compile(
    rb"[\x80-\xff](?:[\x30-\x3b\x40-\x7e]?[\x80-\xff])*[\x30-\x3b\x40-\x7e]?"
)  # runs of non-ASCII with second bytes below 0x80
_LONG = re.compile(rb"[\x80-\xff]{3,}")  # three in a row: no Latin alphabet
_LANGUAGE = re.compile(rb"""<html[^>]{0,300}?\slang\s*=\s*["']?([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)""", re.IGNORECASE)
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LOOK = 8192  # bytes in which a declaration may stand
_SAMPLE = 60_000  # bytes of non-ASCII runs that detection reads
_GOOD = 0.35  # share of common characters from which a decoding reads like a language
_CLEAR = 0.75  # share from which a declared charset needs no comparison
_SHARE_OF_BEST = 0.9  # how near to the best reading a declared one must come
_FEW_ERRORS = 0.02  # share of undecodable bytes among the non-ASCII ones that a damaged text may have
_SURE_UTF8 = 3  # valid UTF-8 sequences that no East Asian charset produces by chance; the others never do


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page as text."""

    text: str
    charset: str  # Python's name of the codec
    found_by: str  # bom, header, meta, prolog, utf-8, detected, nothing


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Return the text of `body`; never fails: what cannot be decoded becomes U+FFFD."""
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return Decoded(_clean(body[len(mark) :].decode(charset, "replace")), charset, "bom")
    wide = _wide(body)
    if wide:
        return Decoded(_clean(body.decode(wide, "replace")), wide, "detected")
    if b"\0" in body:
        body = body.replace(b"\0", b"")
    charset, found_by = _choose(body, content_type)
    return Decoded(_clean(body.decode(charset, "replace")), charset, found_by)


def _wide(body: bytes) -> str | None:
    """Recognise UTF-16 without a mark by its zero bytes: markup in it has one in every second place."""
    head = body[:2000]
    if head.count(0) * 3 < len(head) or len(head) < 8:  # noqa: PLR2004 -- too few to tell
        return None
    return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"


def _choose(body: bytes, content_type: str | None) -> tuple[str, str]:
    """Return the codec for `body` and what decided."""
    declared = list(_declared(body, content_type))
    if body.isascii():
        escaped = next((one for one in declared if one[0] == "iso2022_jp"), None)
        return escaped or (("iso2022_jp", "detected") if b"\x1b$B" in body else ("utf-8", "nothing"))
    utf8 = _utf8_errors(body)
    if utf8 == 0 and (not declared or declared[0][0] not in _multibytes() or _sequences(body) >= _SURE_UTF8):
        found_by = next((by for charset, by in declared if charset == "utf-8"), "utf-8")
        return "utf-8", found_by
    sample = b" ".join(_HIGH.findall(body))[:_SAMPLE]
    for charset, by in declared:
        if charset != "utf-8" and _reads_well(sample, charset):
            return charset, by
    if utf8 <= _FEW_ERRORS:
        return "utf-8", "utf-8"
    return _detected(sample, _usual(body)) or (declared[0] if declared else ("cp1252", "nothing"))


def _declared(body: bytes, content_type: str | None) -> Iterator[tuple[str, str]]:
    """Yield the codecs that header, prolog and meta elements name, in that order of trust."""
    head = body[:_LOOK]
    header = _HEADER.search(content_type or "")
    if header and _codec(header[1]):
        yield _codec(header[1]), "header"
    prolog = _PROLOG.match(head)
    if prolog and _codec(prolog[1].decode("ascii")):
        yield _codec(prolog[1].decode("ascii")), "prolog"
    for meta in _DECLARED.finditer(head):
        codec = _codec(meta[1].decode("ascii"))
        if codec:  # UTF-16 cannot be what an ASCII-readable meta element says
            yield ("utf-8" if codec.startswith("utf-16") else codec), "meta"


def _codec(label: str) -> str:
    return _labels().get(label.strip().lower(), "")


def _utf8_errors(body: bytes) -> float:
    """Return the share of non-ASCII bytes that are no UTF-8; 0 where all are (a cut last character is no error)."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body, final=False)
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
        return text.count("\ufffd") / max(1, sum(map(len, _HIGH.findall(body[:2_000_000]))))
    return 0.0


def _sequences(body: bytes) -> int:
    return len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", body[:200_000]))


def _usual(body: bytes) -> str:
    """Return the codec that was usual for the language that the page declares, empty where it declares none."""
    language = _LANGUAGE.search(body[:_LOOK])
    name = language[1].decode("ascii").lower() if language else ""
    usual: dict[str, str] = _table()["usual"]
    return usual.get(name) or usual.get(name.split("-")[0], "")


def _reads_well(sample: bytes, charset: str) -> bool:
    """Whether the non-ASCII runs, read as `charset`, look like text in one of its languages and nothing else looks better."""
    score = _score(sample, charset)
    detected = _detected(sample, charset)
    if charset != "cp1252" and score >= _CLEAR:  # Latin-1 is what servers say that were never told
        return True
    return score >= _GOOD and (detected is None or score >= _score(sample, detected[0]) * _SHARE_OF_BEST)


def _detected(sample: bytes, favoured: str = "") -> tuple[str, str] | None:
    """Return the codec in which the non-ASCII runs read most like a language, None if in none they do."""
    scores = {charset: _score(sample, charset) for charset in (*_multibytes(), *_table()["detection"]["singlebyte"])}
    best = max(scores, key=lambda charset: scores[charset])
    if favoured and _score(sample, favoured) >= scores[best] * _SHARE_OF_BEST:
        best = favoured
    return (best, "detected") if _score(sample, best) >= _GOOD / 2 else None


def _score(sample: bytes, charset: str) -> float:
    """Return the share of common characters among the non-ASCII ones of `sample` read as `charset`; errors count five times."""
    text = sample.decode(charset, "replace")
    signs = [sign for sign in text if sign > "\x7f" and not "\u3000" <= sign <= "\u3020" and not "\uff01" <= sign <= "\uff65"]
    if not signs:
        return 0.0
    common = _common(charset)
    wrong = text.count("\ufffd") * 4 + sum("\x80" <= sign <= "\x9f" or "\ue000" <= sign <= "\uf8ff" for sign in signs)
    if charset in _table()["detection"]["latin"]:
        wrong += 2 * sum(map(len, _LONG.findall(sample)))
    return (sum(sign in common for sign in signs) - wrong) / len(signs)


@cache
def _common(charset: str) -> frozenset[str]:
    """Return the characters that text in the languages of `charset` is made of."""
    common, letters = _table()["common"], _table()["letters"]
    kana = "".join(map(chr, range(0x3041, 0x30FF)))
    by_charset = {
        "gb18030": common["simplified"] + common["traditional"],
        "big5hkscs": common["traditional"],
        "cp949": common["korean"],
        **dict.fromkeys(("cp932", "euc_jp", "iso2022_jp"), kana + common["japanese"]),
        "iso8859_2": letters["cp1250"],
        "iso8859_5": letters["cp1251"],
        "koi8_u": letters["cp1251"],
        "iso8859_7": letters["cp1253"],
        "iso8859_15": letters["cp1252"],
        "macroman": letters["cp1252"],
    }
    return frozenset(by_charset.get(charset) or letters.get(charset, letters["cp1252"]))


def _multibytes() -> tuple[str, ...]:
    return tuple(_table()["detection"]["multibyte"])


@cache
def _labels() -> dict[str, str]:
    labels = {alias: codec for codec, aliases in _table()["labels"].items() for alias in aliases}
    return labels | {codec: codec for codec in _table()["labels"]}


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("flows.steps.articles").joinpath("charsets.toml").read_text(encoding="utf-8"))


def _clean(text: str) -> str:
    """Drop control characters that no text has and that parsers refuse."""
    return _ODD.sub("", text) if _ODD.search(text) else text
