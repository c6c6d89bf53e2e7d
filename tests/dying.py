"""A program that carries out passes over the sample newsroom in forked children, and has them die. Not a test: test_killed_runs.py starts it.

    python dying.py random KILLS SEED FOLDER    kills by SIGKILL at random moments; prints the folders of the passes that came to their end
    python dying.py between FOLDER              each pass dies at the first place where none has died yet; prints these places

Forked, a pass need not load vocabulary and libraries anew, so that dozens of deaths cost what a few runs cost.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

from warehouse_rows import article

from flows import opening, passes
from flows.archive import Archive
from flows.opening import Options
from flows.steps import articles, feeds, flags, languages, reports, vocabulary
from warehouse import disk, loading, publishing

ONLY = ("voltpost", "voltpost-companies", "hangyebao", "antrieb", "halfpress")  # an edit, a copy, GBK, a broken feed
DIED = 9
PLACES = (  # what a pass does to its files, in the words of the code
    (disk, "place"),
    (loading, "_transaction"),
    (loading, "_leave"),
    (publishing, "_copy"),
    (publishing, "_point"),
    (Archive, "sync"),
    (Archive, "_finish"),
)


async def one_pass(home: Path, do: passes.Do = passes.directly) -> None:
    async with opening.opened(Options(warehouse=str(home), only=ONLY, sample=True)) as context:
        await passes.run(passes.Pass(context), do)


def forked(work: Callable[[], None]) -> int:
    """Start `work` in a child and return its process id."""
    sys.stdout.flush()
    if pid := os.fork():
        return pid
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def ended(pid: int, within_s: float = 300.0) -> int | None:
    """Wait for a child and return its exit code; None = it still runs."""
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    return None


def at_random(kills: int, seed: int, folder: Path) -> list[str]:
    """Kill passes at random moments until `kills` are dead; return the folders in which a pass came to its end."""
    begun = time.monotonic()
    assert ended(forked(lambda: asyncio.run(one_pass(folder / "calm")))) == 0
    seconds, chance, done, homes = time.monotonic() - begun, Random(seed), 0, ["calm", "0"]
    while True:
        home = folder / homes[-1]
        pid = forked(lambda home=home: asyncio.run(one_pass(home)))
        code = ended(pid, 300 if done >= kills else seconds * chance.uniform(0.02, 0.8))
        if code is None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            done += 1
            continue
        assert code == 0, f"a pass ended with {code}"
        if done >= kills:
            return homes
        homes.append(str(len(homes) - 1))


class Inside:
    """Reads pages and feeds in the process itself: which dies here, and whose workers others test."""

    async def extract(self, page):
        try:
            return articles.extract(page)
        except articles.Unreadable as unreadable:
            return unreadable

    async def read(self, source, response, now):
        return feeds.read(source, response, now)


@asynccontextmanager
async def no_workers(**_):
    yield Inside()


def between(folder: Path) -> list[str]:
    """Let each pass die at the first place where none has died before, until one comes to its end."""
    opening.Extractor = no_workers
    died: list[str] = []
    while True:
        note = folder / "died-at"
        code = ended(forked(lambda note=note: _pass_that_dies(folder / "home", died, note)))
        if code == 0:
            return died
        assert code == DIED, f"a pass ended with {code} after dying at {died[-3:]}"
        died.append(note.read_text())


def _pass_that_dies(home: Path, known: list[str], note: Path) -> None:
    stage = ["opening"]

    def die_at(place: str) -> None:
        if place not in known:
            note.write_text(place)
            os._exit(DIED)

    async def do(name, work, *args):
        stage[0] = name
        tally = await work(*args)
        die_at(f"after {name}")
        return tally

    for owner, name in PLACES:
        real = getattr(owner, name)

        def dying(*args, real=real, name=name, **more):
            given = real(*args, **more)
            die_at(f"{stage[0]}: {name}")
            return given

        setattr(owner, name, dying)
    asyncio.run(one_pass(home, do))


WARMING = {  # a deal in each language of ONLY, so that what reads them is made ready once and not in each child
    "en": "BYD will build a plant in Szeged for 1 billion dollars in 2025, its biggest in Hungary, and hire 1,000 people.",
    "zh": "比亚迪将于2025年在塞格德投资10亿美元建设年产10GWh动力电池工厂，项目位于匈牙利，预计新增1000个就业岗位。",
    "de": "BYD baut 2025 in Szeged für 1 Milliarde Dollar ein Werk für Elektroautos und stellt in Ungarn 1.000 Leute ein.",
}


def warm() -> None:
    """Make ready what reads stories: children have it then without the time it takes."""
    words = vocabulary.load()
    for language, text in WARMING.items():
        story = replace(article(language), language=languages.identify(text, language), title=text, body=f"{text}\n{text}")
        reports.read(story, replace(flags.judge(story, words), flagged=True), words)


if __name__ == "__main__":
    warm()
    how, *more = sys.argv[1:]
    given = at_random(int(more[0]), int(more[1]), Path(more[2])) if how == "random" else between(Path(more[0]))
    sys.stdout.write(json.dumps(given))
