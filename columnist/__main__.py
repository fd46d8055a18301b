"""`python -m columnist` is the command `columnist`."""

from columnist.scraper.cli.main import main

main()
