"""The program of a worker: pages and feeds come in, articles and items go out, until the pipe closes.

Run as `python -m flows.extraction.worker MEGABYTES PARENT`.

It says that it is ready with an empty frame, and gives up its memory and its parent in advance: past the limit an allocation
fails, and when the parent goes, the system kills it.
"""

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

from flows.extraction import frames
from flows.records import Article, Reading
from flows.steps import feeds
from flows.steps.articles import extract, warming
from flows.steps.articles.failures import Unreadable

_PR_SET_PDEATHSIG = 1
_MEGABYTE = 1 << 20


def main(megabytes: int) -> None:
    """Serve questions from standard input until it ends; needs `megabytes` at most beyond what it has when it is ready."""
    questions, answers = _own_pipes()
    warming.warm()
    _limit_memory(megabytes)
    frames.send(answers, b"")
    while True:
        try:
            content = frames.receive(questions)
        except frames.Ended:
            return
        frames.send(answers, frames.of_answer(_read(content)))


def _read(content: bytes) -> Article | Reading | Unreadable:
    question = frames.to_question(content)
    try:
        if isinstance(question, frames.Feed):
            return feeds.read(question.source, question.response, question.now)
        return extract(question)
    except Unreadable as unreadable:
        return unreadable
    except MemoryError:
        return Unreadable(f"{_noun(question)}: needs more memory than allowed")
    except RecursionError:
        return Unreadable(f"{_noun(question)}: nested too deeply")


def _noun(question: object) -> str:
    return "feed" if isinstance(question, frames.Feed) else "page"


def _own_pipes() -> tuple[int, int]:
    """Take the pipes for itself, so that nothing that a library prints can get between the frames."""
    questions, answers = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return questions, answers


def die_with_parent(parent: int) -> None:
    """Ask the system to kill this process when its parent goes; Linux only: elsewhere the closed pipe ends it after its page."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it went before the request was made
            sys.exit(0)


def _limit_memory(megabytes: int) -> None:
    statistics = Path("/proc/self/statm")
    if statistics.exists():
        present = int(statistics.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        limit = present + megabytes * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    die_with_parent(int(sys.argv[2]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when its workers end
    main(int(sys.argv[1]))
