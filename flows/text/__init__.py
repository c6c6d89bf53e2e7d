"""Text as the machine reads it: folding, sentences, scripts; pure and without any domain knowledge.

What belongs here works on characters alone. It must not know companies, places or deals, and holds no word list but the
abbreviations that do not end a sentence.
"""

from flows.text.folding import Folded, fold, is_simplified, keys
from flows.text.scripts import is_wordless, script_of
from flows.text.spans import Span, sentence_at, sentences

__all__ = ["Folded", "Span", "fold", "is_simplified", "is_wordless", "keys", "script_of", "sentence_at", "sentences"]
