"""Limits of what one answer may cost, bytes and seconds, as Scrapy settings, each with its reason."""

MEGABYTE = 1024 * 1024

# For scraper/settings.py: each with its reason.
POLITE_SETTINGS: dict[str, object] = {
    # our own handler for the web, none for anything else: Scrapy fetches file:///etc/passwd from a link
    "DOWNLOAD_HANDLERS": {
        "http": "columnist.scraper.fetch.download_handler.GuardedDownloadHandler",
        "https": "columnist.scraper.fetch.download_handler.GuardedDownloadHandler",
        "file": None, "data": None, "ftp": None, "s3": None,
    },
    "DOWNLOADER_MIDDLEWARES": {
        # bodies stay packed: they are unpacked where they are read, in a worker (scraper/crawl/answers/page_worker.py)
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
        # robots.txt is our own (scraper/robots/robots.py); Scrapy's crawls on 503 and lets waiters through
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        # never a log-in
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    },
    "COMPRESSION_ENABLED": False,  # see above; this also stops a subclass of that middleware
    "DOWNLOADER": "scrapy.core.downloader.Downloader",  # the one that asks the handlers below for every byte
    "DOWNLOADER_CLIENTCONTEXTFACTORY": "SENTINEL",  # Scrapy's own default: another one may verify nothing
    "ROBOTSTXT_OBEY": False,  # see above: ours is asked before a request is made
    "DOWNLOAD_MAXSIZE": 10 * MEGABYTE,  # on the wire; the default is 1 GiB. A worker bounds what it unpacks to
    "DOWNLOAD_WARNSIZE": 0,  # what passes MAXSIZE is counted; a warning per page helps nobody
    "DOWNLOAD_TIMEOUT": 30,  # whole answer, headers and body: cuts slow loris
    "DOWNLOAD_VERIFY_CERTIFICATES": True,  # Scrapy's default does not verify; per-site opt-out in the site file
    "DNS_TIMEOUT": 20,  # default 60 holds a site's only slot for a minute
    "REACTOR_THREADPOOL_MAXSIZE": 40,  # names resolve in threads: with 10, ten dead names hold up every other site
    "HTTPPROXY_ENABLED": False,  # reads HTTP_PROXY from the environment; a proxy connects past the guard
    "COOKIES_ENABLED": False,  # no sessions (scraper/fetch/redirect_trail.py: one fetch); also fetches the public suffix list over the network
    "REFERER_ENABLED": False,  # tells a site where we were
    "TELNETCONSOLE_ENABLED": False,  # runs code, on by default
    "REMOTE_CONTROL_ENABLED": False,  # runs code, on by default since 2.18
    "METAREFRESH_ENABLED": False,  # parses untrusted bytes in the event loop
    "REDIRECT_MAX_TIMES": 5,
    "RETRY_TIMES": 2,
    "URLLENGTH_LIMIT": 0,  # it drops without calling the errback; the guard refuses beyond 4,096, counted
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,  # one connection per site
    "AUTOTHROTTLE_ENABLED": False,  # Pace does it, and knows Retry-After
}  # fmt: skip
