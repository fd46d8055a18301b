"""The command line: one command a module, words in, exit codes out."""

import importlib
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from columnist.pipelines.records.redact import printable, redacted
from columnist.pipelines.records.spare_memory import spare_memory
from columnist.pipelines.records.without_pandas import without_pandas
from columnist.scraper.cli.exit_codes import (
    BELOW_FLOOR,
    CANNOT_START,
    DONE,
    INTERRUPTED,
    LOCKED,
    STORAGE,
    WRONG_USE,
    CannotStart,
    WrongUse,
)
from columnist.scraper.cli.flags import source_of
from columnist.scraper.cli.settings_file import use_settings

# name, module, meaning. A command is imported when it is called: `--help` needs no Scrapy.
COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("demo", "columnist.scraper.cli.commands.demo", "Crawl the bundled newspaper on loopback and show what came out."),
    ("crawl", "columnist.scraper.cli.commands.crawl", "Crawl news sites into a Parquet dataset of clean articles."),
    ("clean", "columnist.scraper.cli.commands.clean", "Clean saved pages (HTML, text, Parquet, WARC, URLs) into the dataset."),
    ("reclean", "columnist.scraper.cli.commands.reclean", "Clean the stored pages again; what changes is a new revision."),
    ("show", "columnist.scraper.cli.commands.readers.show", "Show one article: its fields, their sources, and what was removed."),
    ("sites", "columnist.scraper.cli.commands.sites", "List, check and add site files."),
    ("check", "columnist.scraper.cli.commands.check", "Hold the last run against the sites' floors and earlier runs."),
    ("verify", "columnist.scraper.cli.commands.dataset.verify", "Check every file of the dataset: checksum, rows, manifest."),
    ("compact", "columnist.scraper.cli.commands.dataset.compact", "Merge the small files of past days into few, while readers read and runs write."),
    ("forget", "columnist.scraper.cli.commands.dataset.forget", "Take pages or sites out of the dataset for good, and never fetch them again."),
    ("card", "columnist.scraper.cli.commands.readers.card", "Describe the dataset: README.md and croissant.json beside it."),
    ("browse", "columnist.scraper.cli.commands.readers.browse", "Search the articles in the browser, and see how each was made."),
    ("cluster", "columnist.scraper.cli.commands.readers.cluster", "Find copies of one story: the side table clusters/, for the column cluster_id."),
    ("report", "columnist.scraper.cli.commands.readers.report", "Show what the dataset holds, in one HTML page."),
    ("export", "columnist.scraper.cli.commands.readers.export", "Write the articles as JSON lines, CSV, text files or TEI."),
    ("state", "columnist.scraper.cli.commands.dataset.state", "Rebuild the state file from the dataset, move sites between shards, or list further addresses."),
)  # fmt: skip


class _Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, _, _ in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = next((m for name, m, _ in COMMANDS if name == cmd_name), None)
        if module is None:
            return None
        command: click.Command = importlib.import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, _, about in COMMANDS])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="columnist", prog_name="columnist")
@click.option("--settings", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              envvar="COLUMNIST_SETTINGS", help="Settings file.  [default: columnist.toml, where it lies here]")  # fmt: skip
@click.pass_context
def group(context: click.Context, settings: Path | None) -> None:
    """News articles, as columns: crawl sites, clean pages, write Parquet."""
    use_settings(context, settings, tuple(name for name, _, _ in COMMANDS))


def run(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code (see scraper/cli/exit_codes.py)."""
    try:
        with without_pandas():
            code = group.main(list(arguments), prog_name="columnist", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return WRONG_USE
    except click.ClickException as error:
        return _fail(_usage(error), WRONG_USE)
    except (click.Abort, KeyboardInterrupt):
        return _fail("stopped; nothing is lost, the same command goes on", INTERRUPTED)
    except WrongUse as error:
        return _fail(str(error), WRONG_USE)
    except CannotStart as error:
        return _fail(str(error), CANNOT_START)
    except Exception as error:
        code = _code_of(error)
        if code is None:
            raise
        return _fail(_said(error), code)


def _usage(error: click.ClickException) -> str:
    """Return one line: what was wrong, in which variable of the environment if it was there, where to read on."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if isinstance(error, click.BadParameter) and error.param is not None and context is not None:
        given = source_of(error.param.name or "", context)
        error.param_hint = f"{error.param.get_error_hint(context)}{given}"
    words = " ".join(error.format_message().split()).rstrip(".")
    return f"{words}; see `{context.command_path} --help`" if context is not None else words


# Errors that other modules declare, and their exit codes. Whatever is not here is a bug and shows its traceback.
# By name: importing them all would load Arrow and Scrapy before a second run can be told that the folder is in use.
_CODES: tuple[tuple[str, int], ...] = (
    ("columnist.pipelines.dataset.state.lock.DataLocked", LOCKED),
    ("columnist.pipelines.dataset.files.storage_errors.StorageError", STORAGE),
    ("columnist.pipelines.batch.sources.rows.BadSource", WRONG_USE),
    ("columnist.pipelines.dataset.files.stored.UnknownPlace", WRONG_USE),
    ("columnist.pipelines.dataset.writers.belonging.WrongDataset", CANNOT_START),
    ("columnist.pipelines.dataset.writers.belonging.NoDataset", WRONG_USE),
    ("columnist.pipelines.dataset.upkeep.forget.targets.BadTarget", WRONG_USE),
    ("columnist.pipelines.publish.extras.NeedsExtra", CANNOT_START),
    ("columnist.pipelines.dataset.archive.read.NoRecord", BELOW_FLOOR),
    ("columnist.pipelines.sites.site_files.SiteFileError", WRONG_USE),
    ("columnist.pipelines.sites.site_names.SiteNameError", WRONG_USE),
    ("columnist.pipelines.batch.sandbox.processes.SandboxError", CANNOT_START),
    ("columnist.pipelines.batch.cluster.NoCluster", CANNOT_START),
    ("botocore.exceptions.BotoCoreError", STORAGE),  # S3's driver, in the middle of a read
    ("aiohttp.client_exceptions.ClientError", STORAGE),
    ("builtins.OSError", STORAGE),  # a disk, a folder or a descriptor that no module had words for
    ("columnist.scraper.frontier.shard_states.OtherShards", CANNOT_START),
    ("columnist.scraper.frontier.reshard.NoStates", WRONG_USE),
    ("columnist.scraper.fetch.browser.find.BrowserMissing", CANNOT_START),
    ("columnist.scraper.throttle.pace.ContactMissingError", CANNOT_START),
)


def _code_of(error: Exception) -> int | None:
    kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    return next((code for kind, code in _CODES if kind in kinds), None)


def _said(error: Exception) -> str:
    """Return an error's words; what the system says alone is a number and a quoted path."""
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        return (
            f"{error.filename}: {error.strerror}; check the path, its permissions and the disk, and run again"
        )
    return str(error)


def _fail(message: str, code: int) -> int:
    logging.getLogger("columnist").debug("exit %d", code)
    for line in message.splitlines() or [""]:
        sys.stderr.write(f"columnist: {printable(redacted(line))}\n")
    return code


def main() -> None:
    """Entry point of the `columnist` command."""
    spare_memory()
    sys.exit(run(sys.argv[1:]))
