"""Nothing from a page reaches a terminal or a log as it is: control characters, escapes and secrets."""

import logging

from columnist.pipelines.records.redact import printable, redacted

LONGEST_LINE = 20_000  # characters of one log message: a traceback fits, a page does not


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
