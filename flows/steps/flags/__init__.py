"""Flags: is the main news of an article a deal between China and the electric-vehicle chain? The verdict, with the words that earned it.

    flag = judge(article, vocabulary.load())

The way: read (headline, lead, body) -> signs (what each sentence says) -> features (numbers, alike for every language) -> model (probability)
-> verdict, category, evidence. Pure: the same article and vocabulary give the same flag, always.
"""

from flows.steps.flags.judging import FAULT, RULES_VERSION, faulty, judge

__all__ = ["FAULT", "RULES_VERSION", "faulty", "judge"]
