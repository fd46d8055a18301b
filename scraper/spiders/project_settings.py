"""Settings that the spider carries into any project, and the check that they arrived: no crawl without its guard.

In a project of others `scraper/settings.py` is not read: what keeps a crawl safe and right goes with the spider, at
spider priority. The project's own middlewares, pipelines, extensions and log stay as they are.
"""

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings
from scrapy.utils.misc import load_object

from columnist.scraper import settings as ours
from columnist.scraper.fetch.download_handler import GuardedDownloadHandler

# What a project says of itself and of its machine. All else that settings.py sets goes with the spider.
_OF_THE_PROJECT = frozenset({
    "BOT_NAME", "SPIDER_MODULES", "NEWSPIDER_MODULE", "LOG_LEVEL", "STATS_DUMP", "EXTENSIONS_BASE",
    "DOWNLOADER_MIDDLEWARES_BASE", "CONCURRENT_ITEMS", "SCHEDULER_PRIORITY_QUEUE",
})  # fmt: skip
# A table of components: ours are added to the project's.
_TABLE = "DOWNLOADER_MIDDLEWARES"
_SPIDER = SETTINGS_PRIORITIES["spider"]
# Extensions that run code for whoever connects: switched off in a project that has them.
_RUNS_CODE = ("scrapy.extensions.telnet.TelnetConsole", "scrapy.extensions.remote_control.RemoteControl")
# What must be as we set it, whoever set it otherwise: with -s, in a subclass, or in an add-on.
_MUST = ("DOWNLOAD_VERIFY_CERTIFICATES", "REDIRECT_ENABLED", "METAREFRESH_ENABLED", "RETRY_ENABLED", "COOKIES_ENABLED",
         "HTTPPROXY_ENABLED", "HTTPCACHE_ENABLED", "COMPRESSION_ENABLED", "TELNETCONSOLE_ENABLED",
         "REMOTE_CONTROL_ENABLED", "DOWNLOADER", "DOWNLOADER_CLIENTCONTEXTFACTORY")  # fmt: skip


class GuardMissing(ValueError):  # noqa: N818  the user's word for it
    """The crawl would connect past the address guard, or without another thing that keeps it safe."""


def carry_settings(settings: BaseSettings) -> None:
    """Set ours at spider priority; a project's longer DOWNLOAD_DELAY becomes the crawl's delay."""
    _keep_delay(settings)
    values = {n: v for n, v in vars(ours).items() if n.isupper() and n != "POLITE_SETTINGS"}
    # A scheme of the project's, such as s3, is none of this spider's.
    values["DOWNLOAD_HANDLERS"] = {
        **dict.fromkeys(settings.getdict("DOWNLOAD_HANDLERS")),
        **values["DOWNLOAD_HANDLERS"],
    }
    for path in values[_TABLE]:
        _switch_off(settings, _TABLE, path)
    there = {**settings.getdict("EXTENSIONS_BASE"), **settings.getdict("EXTENSIONS")}
    for path in {*_RUNS_CODE} & {*map(_path, there)}:  # naming one imports it
        _switch_off(settings, "EXTENSIONS", path)
    stay = {*_OF_THE_PROJECT, _TABLE}
    settings.setdict({n: v for n, v in values.items() if n not in stay}, priority="spider")


def _switch_off(settings: BaseSettings, table: str, path: str) -> None:
    others = {key: place for key, place in settings.getdict(table).items() if _path(key) != path}
    settings.set(table, {**others, path: None}, priority=max(settings.getpriority(table) or 0, _SPIDER))


def _path(component: object) -> str:
    """Return a component's import path without importing it: some import the reactor, which is not yet chosen."""
    return (
        f"{component.__module__}.{component.__qualname__}" if isinstance(component, type) else str(component)
    )


def _keep_delay(settings: BaseSettings) -> None:
    """Take DOWNLOAD_DELAY of the project for COLUMNIST_DELAY, unless that is set: both ask for politeness."""
    asked = settings.getpriority("DOWNLOAD_DELAY") or 0
    if asked > 0 and settings.getfloat("DOWNLOAD_DELAY") > 0 and settings.get("COLUMNIST_DELAY") is None:
        settings.set("COLUMNIST_DELAY", settings.getfloat("DOWNLOAD_DELAY"), priority="project")


def require_guard(settings: BaseSettings) -> None:
    """Raise GuardMissing, saying what to take out, unless the settings in force keep the crawl safe."""
    handlers = {
        scheme: handler for scheme, handler in settings.getwithbase("DOWNLOAD_HANDLERS").items() if handler
    }
    wrong = [
        f"DOWNLOAD_HANDLERS[{scheme!r}]" for scheme, handler in handlers.items() if not _is_guard(handler)
    ]
    wrong += [f"DOWNLOAD_HANDLERS[{scheme!r}]" for scheme in ("http", "https") if scheme not in handlers]
    wrong += [name for name in _MUST if not _is_ours(settings, name)]
    if not settings.getbool("TWISTED_REACTOR_ENABLED", True):
        wrong.append("TWISTED_REACTOR_ENABLED")
    if wrong:
        raise GuardMissing(
            f"This crawl would run without its guard: {', '.join(wrong)} is not as this spider sets it; take it out "
            "of -s, add-ons and subclasses (which call super().update_settings), and run again."
        )


def _is_guard(handler: object) -> bool:
    kind = load_object(handler) if isinstance(handler, str) else handler
    return isinstance(kind, type) and issubclass(kind, GuardedDownloadHandler)


def _is_ours(settings: BaseSettings, name: str) -> bool:
    value = getattr(ours, name)
    return settings.getbool(name) is value if isinstance(value, bool) else settings.get(name) == value
