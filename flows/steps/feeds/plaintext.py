"""Plain text out of what feeds put into titles and summaries: escaped HTML, twice escaped HTML, stray controls.

The answer holds no tags, no control characters and no direction overrides. Every function is linear in the length of its input: feeds are
hostile. It knows nothing of feeds.
"""

import re
from html import unescape
from unicodedata import normalize

from flows.steps.feeds.sniffing import without

SUMMARY_CAP = 20_000  # characters of plain text kept of a summary or content
TITLE_CAP = 1_000  # characters of a title
_RAW_FACTOR = 5  # markup outweighs text at most so much in what is looked at

# Elements that end a line of text; all others vanish without a trace.
_BLOCKS = (
    "address|article|aside|blockquote|br|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|main|ol|p|pre|section|table|td|th|tr|ul"
)
_BLOCK = re.compile(rf"</?(?:{_BLOCKS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[!?][^<>]*>")
_TORN = re.compile(r"<[/!?A-Za-z][^<>]*\Z")
_UNSEEN = re.compile(r"<(script|style|iframe|object|noscript|template|svg|math)\b", re.IGNORECASE)
# C0, C1, soft hyphen, direction overrides and isolates, byte-order mark, surrogates, replacement of nothing.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
_ENDS = re.compile("[\r\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")  # single spaces are left alone: they are most of the text
_LINES = re.compile(r"\n[ \n]+| \n[ \n]*")


def plain(markup: str, cap: int = SUMMARY_CAP) -> str:
    """Return the text of `markup` with paragraphs parted by newlines, at most `cap` characters, ended at a word."""
    text = _ENDS.sub("\n", markup[: cap * _RAW_FACTOR].replace("\r\n", "\n"))
    if _BLOCK.search(text):  # HTML: its line ends mean nothing
        text = text.replace("\n", " ")
    for _ in range(2):  # escaped twice at most: a third time would be the writer's own ampersands
        if "<" in text:
            text = _without_tags(text)
        if "&" not in text:
            break
        text = unescape(text)
    if "<" in text:
        text = _without_tags(text)
    text = _CONTROLS.sub("", _ENDS.sub("\n", normalize("NFC", text)))
    return _cut(_LINES.sub("\n", _SPACES.sub(" ", text)).strip(), cap)


def line(markup: str, cap: int = TITLE_CAP) -> str:
    """Return the text of `markup` on one line: a title, a name."""
    return " ".join(plain(markup, cap).split())


def _without_tags(text: str) -> str:
    text = without(text, "<!--", "-->")
    text = _without_unseen(text) if _UNSEEN.search(text) else text
    return _TORN.sub("", _TAG.sub("", _BLOCK.sub("\n", text)))


def _without_unseen(text: str) -> str:
    """Drop what is inside elements that no reader sees as text."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters change length in lower case, and would shift every place
        lower = text
    kept: list[str] = []
    at = 0
    unclosed: set[str] = set()
    for opening in _UNSEEN.finditer(text):
        name = opening[1].lower()
        if opening.start() < at or name in unclosed:
            continue
        end = lower.find(f"</{name}", opening.end())
        if end < 0:
            unclosed.add(name)
            if name in ("script", "style"):
                return "".join([*kept, text[at : opening.start()]])
            continue  # only its tag will go: there is text behind it
        kept.append(text[at : opening.start()])
        at = end
    return "".join([*kept, text[at:]])


def _cut(text: str, cap: int) -> str:
    if len(text) <= cap:
        return text
    space = text.rfind(" ", cap - 50, cap)
    return text[: space if space > 0 else cap].rstrip()
