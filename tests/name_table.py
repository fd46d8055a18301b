"""A name resolver for tests: names from a table, each answer used once and the last for ever; no DNS is asked."""

from typing import Any, ClassVar

from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer, error
from twisted.internet.abstract import isIPAddress


class NameTable(CachingThreadedResolver):
    names: ClassVar[dict[str, list[str]]] = {}

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: N802  Twisted's name
        if isIPAddress(name):
            return defer.succeed(name)
        answers = self.names.get(name.lower().rstrip("."))
        if not answers:
            return defer.fail(error.DNSLookupError(name))
        return defer.succeed(answers.pop(0) if len(answers) > 1 else answers[0])
