"""`python -m columnist` is the command `columnist`."""

from scraper.cli import main

main()
