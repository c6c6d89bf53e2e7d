"""Prints: a text's fingerprint, the same for texts that differ in nothing that a reader would notice."""

import re
import unicodedata
from hashlib import sha256

_APART = re.compile(r"[\W_]+")


def normalised(text: str) -> str:
    """Return `text` folded to its words: one form for width, case, quotes, dashes and white space."""
    return _APART.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def digest(title: str, body: str) -> str:
    """Return the SHA-256 (hex) of the normalised title and body."""
    return sha256(f"{normalised(title)}\n{normalised(body)}".encode("utf-8", "surrogatepass")).hexdigest()
