"""Where a command's log goes: standard error or a file that rotates, in plain words or as JSON lines.

Nothing from a page reaches it as it is: control characters, escapes and secrets.
"""

import errno
import json
import logging
import logging.handlers
import os
import sys
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import cast

from columnist.pipelines.records.redact import printable, redacted
from columnist.scraper.cli.console import LOG
from columnist.scraper.cli.exit_codes import CannotStart

LONGEST_LINE = 20_000  # characters of one log message: a traceback fits, a page does not
_LOG_BYTES = 20_000_000  # a log file of a day's crawl of a thousand sites; five of them are kept
_LOG_FILES = 5
_OURS = ("columnist",)


class PrintableFilter(logging.Filter):
    """Make each record's message printable and free of secrets; lines of a traceback stay lines.

    Put it on the handlers, not on loggers: a logger's filter does not see its children's records.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; always keep it."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError, IndexError) as error:  # arguments that do not fit
            message = f"{record.msg!r} {error!r}"
        record.msg, record.args = printable(redacted(message[:LONGEST_LINE])), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            lines = redacted(record.exc_text).split("\n")
            record.exc_text = "\n".join(printable(line) for line in lines)[:LONGEST_LINE]
        return True


class _JsonLines(logging.Formatter):
    """One JSON object a line, for log shippers."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_text:
            fields["traceback"] = record.exc_text
        return json.dumps(fields, ensure_ascii=False)


class _LogFile(logging.handlers.RotatingFileHandler):
    """A log file that follows no link: in a folder that others write to, it could lead to any file of ours."""

    def _open(self) -> TextIOWrapper:
        file = open(  # noqa: SIM115  the handler closes it
            self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=_not_by_link
        )
        return cast("TextIOWrapper", file)


def _not_by_link(path: str, flags: int) -> int:
    devices = path.startswith("/dev/")  # /dev/stdout is a link to the process's own
    return os.open(path, flags if devices else flags | os.O_NOFOLLOW, 0o666)


class _ToStandardError(logging.Handler):
    """Write to what standard error is at that moment: a bar on the terminal puts itself there, to keep below the log.

    A cron job may close it; a log line must not end the run then.
    """

    def emit(self, record: logging.LogRecord) -> None:
        if sys.stderr is None:
            return
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            self.handleError(record)


def _log_handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _LogFile(
            path, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8", errors="backslashreplace"
        )
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise CannotStart(f"--log-file {path} is a link; name the file itself") from None
        raise CannotStart(f"--log-file {path}: {error.strerror}; name a file that can be written") from None


def set_up_log(path: Path | None, as_json: bool, quiet: bool) -> None:
    """Send the log to a file that rotates, or to standard error, for a person or as JSON lines."""
    handler = _ToStandardError() if path is None else _log_handler(path)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")
    handler.setFormatter(_JsonLines() if as_json else plain)
    handler.addFilter(_is_for_the_user)
    handler.addFilter(PrintableFilter())
    root = logging.getLogger()
    root.handlers[:] = [handler] if path is None else [handler, *_for_cron(plain)]
    root.setLevel(logging.WARNING)
    LOG.setLevel(logging.WARNING if quiet else logging.INFO)


def _for_cron(plain: logging.Formatter) -> list[logging.Handler]:
    """Say on standard error, beside a log file, what a run is to be looked at for: errors, losses, floors, recovery."""
    handler = _ToStandardError()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(plain)
    handler.addFilter(_is_ours)
    handler.addFilter(PrintableFilter())
    return [handler]


def _is_for_the_user(record: logging.LogRecord) -> bool:
    """Keep what libraries say below a warning out: Scrapy sets its loggers to DEBUG as it starts."""
    return record.levelno >= logging.WARNING or _is_ours(record)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in _OURS
