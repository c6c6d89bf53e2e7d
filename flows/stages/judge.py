"""Judge: which new articles are copies of known ones, which are flagged, and what deals the flagged ones report.

A story that the rules stumble over gets a verdict that says so, and the pass goes on: one article of thousands must not keep the others from their readers
run after run. Everywhere else an unexpected error stops the pass.
"""

import asyncio
from collections.abc import Sequence
from itertools import chain

from flows.records import Article, Flag, Reported, Signature
from flows.stages import store
from flows.stages.context import Context, Tally
from flows.steps import duplicates, flags, reports, vocabulary

CHUNK = 500  # articles held in memory at once


async def judge(context: Context, name: str) -> Tally:
    """Judge all articles whose present text has no verdict yet; spool a batch for every CHUNK of them."""
    tally: Tally = {"articles_judged": 0, "articles_flagged": 0, "articles_faulty": 0, "reports": 0}
    number = 0
    while chunk := context.memory.unjudged(limit=CHUNK):
        counts = await asyncio.to_thread(_judge, context, f"{name}-{number:04d}", chunk)
        await store.load(context)  # so that the next chunk finds this one's signatures
        for key, count in counts.items():
            tally[key] += count
        number += 1
    return tally


def _judge(context: Context, name: str, chunk: Sequence[Article]) -> Tally:
    signatures = [duplicates.signature(article) for article in chunk]
    resolved = _resolve(context, chunk, signatures)
    words = vocabulary.load()
    judged = [verdict_of(article, words) for article in resolved]
    verdicts, reported = [flag for flag, _ in judged], list(chain.from_iterable(found for _, found in judged))
    _spool(context, name, resolved, signatures, verdicts, reported)
    return {
        "articles_judged": len(chunk),
        "articles_flagged": sum(flag.flagged for flag in verdicts),
        "articles_faulty": sum(flag.category == flags.FAULT for flag in verdicts),
        "reports": len(reported),
    }


def verdict_of(article: Article, words: vocabulary.Vocabulary) -> tuple[Flag, Sequence[Reported]]:
    """Return the verdict on an article and its reports; where the rules fail on it, a verdict that says where, and no report."""
    try:
        flag = flags.judge(article, words)
        return flag, reports.read(article, flag, words) if flag.flagged or flag.verdict == "review" else ()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this article's alone, and its row tells it
        return flags.faulty(article, error), ()


def told(article: Article, flag: Flag, words: vocabulary.Vocabulary) -> Sequence[Reported]:
    """Return what a background article tells; nothing where the rules fail on it, as no verdict hangs on that."""
    try:
        return reports.read(article, flag, words)
    except Exception:  # noqa: BLE001 - as above; the article stays what it is: linked to no deal
        return ()


def _resolve(context: Context, chunk: Sequence[Article], signatures: Sequence[Signature]) -> Sequence[Article]:
    bands = sorted(set(chain.from_iterable(signature.bands for signature in signatures)))
    return duplicates.resolve(chunk, signatures, context.memory.signature_candidates(bands))


def _spool(
    context: Context,
    name: str,
    articles: Sequence[Article],
    signatures: Sequence[Signature],
    verdicts: Sequence[Flag],
    reported: Sequence[Reported],
) -> None:
    context.warehouse.spool(
        name,
        {
            "articles": articles,
            "signatures": signatures,
            "flags": verdicts,
            "flag_evidence": list(chain.from_iterable(flag.evidence for flag in verdicts)),
            **tables(reported),
        },
    )


def tables(reported: Sequence[Reported]) -> dict[str, list[object]]:
    """Sort reports and what belongs to them into their tables."""
    return {
        "reports": [one.report for one in reported],
        "report_parties": list(chain.from_iterable(one.parties for one in reported)),
        "report_amounts": list(chain.from_iterable(one.amounts for one in reported)),
        "report_evidence": list(chain.from_iterable(one.evidence for one in reported)),
        "parties": list({party.party_id: party for one in reported for party in one.known}.values()),
    }
