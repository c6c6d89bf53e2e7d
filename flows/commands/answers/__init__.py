"""Answers of the warehouse as people and programs take them: table, CSV, JSON, JSON lines, Parquet.

What comes from the web stays text: nothing in it drives a terminal, becomes a link, is read as markup, or runs as a formula.
"""

from flows.commands.answers.asking import FORMATS, Wanted, answering, asked, options

__all__ = ["FORMATS", "Wanted", "answering", "asked", "options"]
