"""Opening the world for a pass: lock, doors and clock, and closing them again whatever happens."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from importlib.metadata import version
from os import cpu_count, urandom
from pathlib import Path

from flows import sources
from flows.archive import Archive
from flows.extraction import Extractor
from flows.locking import held
from flows.memory import Memory
from flows.progress import LISTENER
from flows.records import Source
from flows.settings import Settings
from flows.stages.context import Context
from flows.steps import flags, reports
from flows.web import Web, WebSettings
from warehouse import Warehouse

_NOT_POLLING = {"import", "replay"}  # ways that can do without a source list
_MEGABYTE = 2**20
HOMEPAGE = "https://github.com/evwatch/evwatch"


class UnknownSourceError(Exception):
    """`--only` names a source that the list does not have."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a user asks of one pass; plain values, so that they can travel."""

    sources: str = "sources.yaml"  # path of the source list
    warehouse: str = "warehouse"  # folder of the data
    only: tuple[str, ...] = ()  # ids of the sources to poll; empty = all
    force: bool = False  # poll also what is not due
    sample: bool = False  # the bundled newsroom instead of `sources`
    way: str = "direct"  # prefect, direct, import or replay


def now() -> datetime:
    """Return the time: the only clock that a pass is told by."""
    return datetime.now(UTC)  # noqa: TID251 - here it is


@asynccontextmanager
async def opened(options: Options) -> AsyncIterator[Context]:
    """Hold the run lock and open every door for one pass.

    Raises AlreadyRunningError if another run is active, SourcesError if the source list is wrong, UnknownSourceError for `only`.
    """
    with _newsroom(options) as (listed, settings, clock):
        chosen = _chosen(listed, options.only)
        home = Path(options.warehouse)
        with held(home / "private" / "run.lock", purpose=f"evwatch run, {options.way}", now=now()):
            async with _doors(options, home, settings, clock, chosen) as context:
                yield context


@contextmanager
def _newsroom(options: Options) -> Iterator[tuple[tuple[Source, ...], Settings, Callable[[], datetime]]]:
    """Give source list, settings and clock: of the user's files, or of the bundled newsroom while it is served."""
    if options.way in _NOT_POLLING and not Path(options.sources).exists():
        yield (), Settings(), now
        return
    if not options.sample:
        yield sources.load(Path(options.sources)), sources.settings(Path(options.sources)), now
        return
    from flows.sample import newsroom  # noqa: PLC0415 - only the sample needs the server

    with newsroom.serve() as served:
        settings = replace(Settings(), pause_s=0.02, timeout_s=5.0, private_hosts=served.private_hosts)
        yield sources.load(served.sources), settings, _ticking(served.clock())


def _ticking(start: datetime) -> Callable[[], datetime]:
    """Return a clock that begins at `start` now, so that what comes later in a pass is later by it, too."""
    begun = now()
    return lambda: start + (now() - begun)


def _chosen(listed: tuple[Source, ...], only: tuple[str, ...]) -> dict[str, Source]:
    known = {source.source_id: source for source in listed}
    if missing := [name for name in only if name not in known]:
        raise UnknownSourceError(f"--only: expected ids of the source list, found {', '.join(missing)}; `evwatch sources list` shows them")
    return {name: replace(source, enabled=source.enabled and (not only or name in only)) for name, source in known.items()}


@asynccontextmanager
async def _doors(
    options: Options, home: Path, settings: Settings, clock: Callable[[], datetime], chosen: dict[str, Source]
) -> AsyncIterator[Context]:
    warehouse = Warehouse(home)
    started_at = clock()
    workers = settings.extract_workers or cpu_count() or 1
    async with (
        Web(web_settings(settings, home)) as web,
        Extractor(workers=workers, seconds=settings.extract_s, megabytes=settings.extract_megabytes) as extractor,
    ):
        with Archive(home / "archive") as archive:
            yield Context(
                run_id=run_id(now()),
                started_at=started_at,
                clock=clock,
                sources=chosen,
                settings=settings,
                web=web,
                extractor=extractor,
                archive=archive,
                warehouse=warehouse,
                memory=Memory(warehouse),
                progress=LISTENER.get(),
                rules_version=f"{flags.RULES_VERSION}+{reports.RULES_VERSION}",
                way=options.way,
                force=options.force or options.sample or bool(options.only),
            )


def web_settings(settings: Settings, home: Path) -> WebSettings:
    """Tell the network door what the user set, and where under `home` it may remember rules for robots."""
    return WebSettings(
        user_agent=f"evwatch/{version('evwatch')} (+{settings.contact or HOMEPAGE})",
        pause_s=settings.pause_s,
        concurrency=settings.concurrency,
        timeout_s=settings.timeout_s,
        feed_bytes=int(settings.feed_megabytes * _MEGABYTE),
        page_bytes=int(settings.page_megabytes * _MEGABYTE),
        ports=settings.ports,
        pauses=settings.pauses,
        private_hosts=settings.private_hosts,
        robots_folder=home / "private" / "robots",
    )


def run_id(at: datetime) -> str:
    """Return an id that sorts by time and is not given twice."""
    return f"{at:%Y%m%dT%H%M%SZ}-{blake2b(urandom(16), digest_size=3).hexdigest()}"
