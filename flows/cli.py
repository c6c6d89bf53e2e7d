"""The command line: names of commands and where each lives. A command's module is imported only when it is called.

`evwatch --help` must answer at once, so nothing heavy may be imported here.
"""

import sys
from importlib import import_module

import click

_COMMANDS = {
    "run": "Poll the sources once, load what is new, and publish it.",
    "serve": "Stay, and run on a schedule.",
    "import": "Load articles that you have already (JSONL or WARC).",
    "replay": "Conclude everything again from the archive, under today's rules.",
    "why": "Say why an article was flagged, or why not.",
    "deals": "List deals of the ledger.",
    "query": "Run a named query; without a name, list them.",
    "sql": "Ask the published warehouse in SQL.",
    "status": "Show the last runs, the health of the sources, and gaps.",
    "review": "Look at doubtful cases and decide them.",
    "sources": "Check, list, discover, import and export sources.",
}

OK, FAILED, WRONG_USAGE, BUSY = 0, 1, 2, 75  # exit codes


class _Lazy(click.Group):
    """A group that knows its commands' names and imports their modules late."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = "imports" if cmd_name == "import" else cmd_name
        found: click.Command = import_module(f"flows.commands.{module}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="evwatch", prog_name="evwatch")
def evwatch() -> None:
    """Watch the news for capital moving between China and the electric-vehicle industry.

    Start with `evwatch run --sample`: the whole pipeline over a bundled newsroom, no internet needed.
    """


def main() -> None:
    """Run the command line."""
    try:
        evwatch(prog_name="evwatch")
    except KeyboardInterrupt:
        sys.exit(130)
