"""`python -m flows` is `evwatch`."""

from flows.cli import main

main()
