"""`evwatch query`: a named question to the published warehouse."""

from pathlib import Path

import click

from flows.commands.answers import options


@click.command(name="query")
@click.argument("name", required=False)
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")
@options
def command(name: str | None, values: tuple[str, ...], folder: Path, form: str, output: Path | None) -> None:
    r"""Answer the named query NAME; without a name, list all queries and what may be given to them.

    \b
    evwatch query new_deals since=2026-01-01 country=HU
    evwatch query deal_story deal=... --format csv -o story.csv
    """
    from flows.commands.answers import Wanted, answering, asked
    from warehouse import questions

    if name is None:
        _list()
        return
    with answering():
        question = questions.named(name)
        asked(Wanted(folder, form, output), question.sql, question.parameters(_given(values)) or None)


def _given(values: tuple[str, ...]) -> dict[str, str]:
    given = {}
    for one in values:
        key, sign, value = one.partition("=")
        if not sign:
            raise click.UsageError(f"expected NAME=VALUE, found {one!r}")
        given[key] = value
    return given


def _list() -> None:
    from warehouse import questions

    for question in questions.every():
        click.echo(click.style(question.name, bold=True))
        click.echo(f"    {question.words}")
        for one in question.takes:
            default = "required" if one.default == "?" else f"default {one.default}" if one.default else "optional"
            click.echo(f"    {one.name}=  {one.words} ({default})")
