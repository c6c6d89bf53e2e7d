"""Where everything lies in a warehouse folder. Names only: nothing here opens a file."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """The layout of one warehouse folder."""

    folder: Path

    @property
    def spool(self) -> Path:
        """Batches that wait to be loaded."""
        return self.folder / "spool"

    @property
    def private(self) -> Path:
        """The loader's own files; nobody else opens them."""
        return self.folder / "private"

    @property
    def file(self) -> Path:
        """The database that the loader writes."""
        return self.private / "news.duckdb"

    @property
    def lock(self) -> Path:
        """The lock of whoever writes or publishes."""
        return self.private / "loader.lock"

    @property
    def broken(self) -> Path:
        """A note that the database is lost and has to be rebuilt; while it is there, nothing is loaded or published."""
        return self.private / "BROKEN"

    @property
    def temporary(self) -> Path:
        """Room for what the database spills."""
        return self.private / "tmp"

    @property
    def journal(self) -> Path:
        """Everything observed, as Parquet; with the archived responses it is all that a rebuild needs."""
        return self.folder / "archive" / "journal"

    @property
    def published(self) -> Path:
        """The copies for readers, by number."""
        return self.folder / "published"

    @property
    def link(self) -> Path:
        """The name that readers open: a symbolic link to the newest copy."""
        return self.folder / "news.duckdb"
