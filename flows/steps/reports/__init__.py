"""Reports: what one flagged article says of a deal, each fact with the sentence that gives it.

    read(article, flag, vocabulary) -> (Reported, ...)

    text -> numbers -> sums, shares, capacities, jobs, dates      (numerals, money, quantities, dates)
         -> names, places, words of meaning                       (names, places, cues)
         -> type, status, sector, parties, headline sum           (judging, parties, amounts: rules and weights that are data)
         -> the report with its evidence                          (reading, evidence)

Pure: the same article gives the same reports. Nothing is converted, translated or invented; what the article does not say is None.
"""

from collections.abc import Mapping

from flows.records import Article, Flag, Reported
from flows.steps.reports import reading
from flows.steps.reports.tables import version
from flows.steps.reports.weights import Model, packaged
from flows.steps.vocabulary import Vocabulary

__all__ = ["RULES_VERSION", "read"]

RULES_VERSION = version()  # of the tables and weights that decide; a change means that articles should be read again


def read(article: Article, flag: Flag, vocabulary: Vocabulary, *, models: Mapping[str, Model] | None = None) -> tuple[Reported, ...]:
    """Return the reports of `article`, the deal that it is mainly about first; `models` are the packaged ones unless given."""
    return reading.read(article, flag, vocabulary, models or packaged())
