"""`python -m columnist` is the command `columnist`."""

from scraper.cli.main import main

main()
