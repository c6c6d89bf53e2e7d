"""A second opinion on what the rules cannot decide: from a program of the user's own, a language model behind it or not. Off unless asked for.

The program gets one JSON object a line on its standard input and answers one a line; whatever else it does is not evwatch's business.
What it says is text from outside: checked here, and never more than a decision that a person can take back.
"""

import json
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

QUESTION = (
    "Is the main news of this story that a named party has committed, is bound to commit, is credibly reported to be about to commit, changes or "
    "withdraws capital (equity, plant spending, fund money, a purchase) in an identifiable project or company of the electric-vehicle chain, with "
    "a link to China (a party controlled from mainland China or Hong Kong, a site or target there, or a plant on licensed Chinese technology)? "
    "Sales, launches, supply contracts, round-ups, opinion and deals recalled as background are none."
)
ANSWERS = {"deal": "is_a_deal", "no_deal": "not_a_deal", "unsure": None}  # what may be answered -> the decision it becomes
_LONGEST = 2_000  # characters kept of a reason


class AdviserError(Exception):
    """The program could not be asked at all."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What the program says of one story."""

    article_id: str
    answer: str  # a key of ANSWERS
    why: str  # in its own words; may be empty


@dataclass(frozen=True, slots=True)
class Advised:
    """All that came back: what can be used, and what cannot, each with its reason."""

    advice: tuple[Advice, ...]
    refused: tuple[str, ...]


def ask(command: Sequence[str], cases: Sequence[Mapping[str, Any]], seconds: float) -> Advised:
    """Give `cases` (each with an `article_id`) to the program and return its answers; it is killed after `seconds`, answers so far are kept.

    Raises AdviserError where the program cannot be started.
    """
    lines = "".join(json.dumps({"question": QUESTION, **case}, ensure_ascii=False, default=str) + "\n" for case in cases)
    said, trouble = _said(command, lines, seconds)
    wanted = {str(case["article_id"]) for case in cases}
    advice: dict[str, Advice] = {}
    refused = []
    for number, line in enumerate(said.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one = _advice(line, wanted)
        except ValueError as error:
            refused.append(f"answer {number}: {error}")
            continue
        advice[one.article_id] = one
    return Advised(tuple(advice.values()), (*refused, *trouble, *_missing(wanted - set(advice))))


def _said(command: Sequence[str], lines: str, seconds: float) -> tuple[str, list[str]]:
    """Return what the program printed, and what went wrong with it."""
    try:
        done = subprocess.run(command, input=lines.encode(), capture_output=True, timeout=seconds, check=False)  # noqa: S603 - the user's own program
    except subprocess.TimeoutExpired as error:
        return (error.stdout or b"").decode("utf-8", "replace"), [f"{command[0]}: expected an end within {seconds:g} s, found it running"]
    except OSError as error:
        raise AdviserError(f"{command[0]}: expected a program that can be started, found {error.strerror}") from error
    trouble = [f"{command[0]}: expected exit code 0, found {done.returncode}: {_last(done.stderr)}"] if done.returncode else []
    return done.stdout.decode("utf-8", "replace"), trouble


def _last(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:_LONGEST] if lines else "no message"


def _advice(line: str, wanted: Collection[str]) -> Advice:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"expected a JSON object, found {line[:80]!r}") from error
    article_id = row.get("article_id") if isinstance(row, dict) else None
    if not isinstance(article_id, str) or article_id not in wanted:
        raise ValueError(f"article_id: expected one that was asked about, found {article_id!r}")
    if row.get("answer") not in ANSWERS:
        raise ValueError(f"answer: expected one of {', '.join(ANSWERS)}, found {row.get('answer')!r}")
    return Advice(article_id, row["answer"], str(row.get("why") or "")[:_LONGEST])


def _missing(left: set[str]) -> Iterator[str]:
    if left:
        yield f"no answer about {len(left)} of the stories; they stay under review"
