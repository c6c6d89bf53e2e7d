"""Bytes to text, where header, byte-order mark and document disagree about the charset, or none of them is right.

What the bytes can be beats what anyone declares: valid UTF-8 with letters beyond ASCII is UTF-8. Among charsets that fit, the one whose
letters are those of the source's language wins, then the order of declaration. The answer holds no character that XML forbids.
"""

import codecs
import re
import zlib
from collections.abc import Iterator

LARGEST = 32_000_000  # bytes unpacked

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How "<?" or "{" begins without a byte-order mark.
_WIDE = (
    (re.compile(rb"\x00\x00\x00[<{]"), "utf-32-be"),
    (re.compile(rb"[<{]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00[<{]\x00[^\x00]"), "utf-16-be"),
    (re.compile(rb"[<{]\x00[^\x00]\x00"), "utf-16-le"),
)
_PROLOG = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""", re.IGNORECASE)
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)

# What is declared, and what is meant by it. source: WHATWG Encoding Standard, labels of legacy encodings.
_MEANT = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312": "gb18030", "x-gbk": "gb18030", "csgb2312": "gb18030", "chinese": "gb18030", "hz": "hz",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949", "korean": "cp949",
    "windows-949": "cp949", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932", "ms_kanji": "cp932",
    "us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "l1": "cp1252",
    "iso-8859-9": "cp1254", "tis-620": "cp874", "iso-8859-11": "cp874", "x-cp1251": "cp1251", "unicode": "utf-16", "utf8": "utf-8", "utf-8": "utf-8",
    "x-mac-roman": "mac_roman", "dos-874": "cp874",
}  # fmt: skip
# Charsets that a language's sites used before UTF-8, commonest first.
_OF_LANGUAGE = {
    "zh": ("gb18030", "big5hkscs"), "ja": ("cp932", "euc_jp"), "ko": ("cp949",), "ru": ("cp1251", "koi8_r"), "uk": ("cp1251",), "bg": ("cp1251",), "sr": ("cp1251",),
    "hu": ("cp1250",), "pl": ("cp1250",), "cs": ("cp1250",), "sk": ("cp1250",), "ro": ("cp1250",), "sl": ("cp1250",), "hr": ("cp1250",), "tr": ("cp1254",), "th": ("cp874",),
    "el": ("cp1253",), "ar": ("cp1256",), "fa": ("cp1256",), "he": ("cp1255",), "vi": ("cp1258",), "lt": ("cp1257",), "lv": ("cp1257",), "et": ("cp1257",),
}  # fmt: skip
_LETTERS = {
    "zh": "\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e", "ja": "\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e", "ko": "\uac00-\ud7a3\u3000-\u303f", "th": "\u0e00-\u0e7f",
    "el": "\u0370-\u03ff", "ar": "\u0600-\u06ff", "fa": "\u0600-\u06ff", "he": "\u0590-\u05ff",
    "ru": "\u0400-\u045f", "uk": "\u0400-\u045f\u0490\u0491", "bg": "\u0400-\u045f", "sr": "\u0400-\u045f",
}  # fmt: skip
_LATIN = "\u00a0-\u024f\u1e00-\u1eff"
_COMMON = "\u2010-\u2027\u2030-\u203a\u20ac\u2122"  # dashes, quotes, the euro: at home everywhere
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_STRAY = re.compile("[\ufffd]")
_NOT_DECLARED = ("utf-16", "utf-32", "idna", "punycode", "unicode", "raw", "undefined", "mbcs", "oem")
_SAMPLE = 200_000  # characters looked at to judge a charset


def unpacked(body: bytes, limit: int = LARGEST) -> bytes | None:
    """Return `body`, unpacked if it is gzip that no header announced; `None` = more than `limit` bytes."""
    if not body.startswith(b"\x1f\x8b"):
        return body if len(body) <= limit else None
    stream = zlib.decompressobj(wbits=47)
    try:
        plain = stream.decompress(body, limit + 1)
    except zlib.error:
        return body
    return plain if len(plain) <= limit else None


def decoded(body: bytes, content_type: str | None = None, language: str | None = None) -> str:
    """Return the text of `body`, told the Content-Type header and the language of the source; never raises."""
    if body.startswith(codecs.BOM_UTF8):
        return _clean(_narrow(body[3:], content_type, language))
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return _clean(body[len(bom) :].decode(charset, "replace"))
    for start, charset in _WIDE:
        if start.match(body):
            return _clean(body.decode(charset, "replace"))
    return _clean(_narrow(body, content_type, language))


def lost(text: str) -> int:
    """Return how many characters of `text` could not be read."""
    return len(_STRAY.findall(text))


def _narrow(body: bytes, content_type: str | None, language: str | None) -> str:
    if body.isascii():
        shifting = (name for name in _candidates(body, content_type, language) if name.startswith(("iso-2022", "iso2022", "hz")))
        return body.decode(next(shifting, "ascii"), "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _is_torn_utf8(body):
        return body.decode("utf-8", "evwatch.windows")
    readings = list(_strict(body, _candidates(body, content_type, language)))
    if readings:
        return max(readings, key=lambda text: _fit(text, language))  # max() keeps the first of equals: the order of declaration
    declared = next(iter(_candidates(body, content_type, language)), "cp1252")
    return body.decode(declared, "replace")


def _candidates(body: bytes, content_type: str | None, language: str | None) -> Iterator[str]:
    seen: set[str] = set()
    head = body[:4096]
    declared = [found[1].decode("ascii", "ignore") for found in (_PROLOG.search(head), _META.search(head)) if found]
    header = _HEADER.search(content_type or "")
    for name in (*declared, *([header[1]] if header else []), *_OF_LANGUAGE.get(language or "", ()), "cp1252"):
        meant = _MEANT.get(name.lower(), name.lower())
        if meant not in seen and _is_text_charset(meant):
            seen.add(meant)
            yield meant


def _is_text_charset(name: str) -> bool:
    try:
        known = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    # Python also calls base64, ROT13 and its own escapes codecs; wide charsets were told by their bytes.
    is_text = known._is_text_encoding  # noqa: SLF001 - the only mark of a charset
    return bool(is_text) and not known.name.startswith(_NOT_DECLARED)


def _strict(body: bytes, charsets: Iterator[str]) -> Iterator[str]:
    for charset in charsets:
        try:
            yield body.decode(charset)
        except (UnicodeError, ValueError):
            continue


def _fit(text: str, language: str | None) -> float:
    """Return the share, in tenths, of the letters beyond ASCII in `text` that the language writes; 0.5 where nothing tells."""
    if language is None:
        return 0.5
    sample = re.sub("[\x00-\x7f]+", "", text[:_SAMPLE])
    if not sample:
        return 0.5
    own = len(re.findall(f"[{_LETTERS.get(language, _LATIN)}{_COMMON}]", sample))
    return round(own / len(sample), 1)


def _is_torn_utf8(body: bytes) -> bool:
    """Tell UTF-8 with a few foreign or cut bytes from another charset: in others, valid sequences are rare."""
    text = body.decode("utf-8", "replace")
    broken = lost(text)
    whole = len(re.sub("[\x00-\x7f\ufffd]+", "", text))
    return whole > 4 * broken


def _windows(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as windows-1252: an error handler for decoding."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("evwatch.windows", _windows)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
