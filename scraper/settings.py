"""Every Scrapy setting that is not the default, with its reason. `scrapy.cfg` names this file."""

from columnist.scraper.fetch.limits import POLITE_SETTINGS

BOT_NAME = "columnist"
SPIDER_MODULES = ["columnist.scraper.spiders"]
NEWSPIDER_MODULE = "columnist.scraper.spiders"

# The frontier on disk decides what is fetched and when (scraper/crawl/scheduler.py): a site's next address is handed
# out when its pace allows. Scrapy adds no delay of its own and never holds more than what is under way.
DOWNLOAD_DELAY = 0
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS = 0  # no limit here: CrawlOptions.sites_at_once is one
CONCURRENT_ITEMS = 1  # the default starts 100 tasks a response: half of the CPU (274 -> 552 pages a second)
SCHEDULER_PRIORITY_QUEUE = "scrapy.pqueues.ScrapyPriorityQueue"  # unused, and cheaper than the default

# Redirects and retries are ours: each hop is asked of robots.txt, the guard and the site's pace, and each try
# is counted in the state file, where it survives a kill.
REDIRECT_ENABLED = False
RETRY_ENABLED = False

# Nothing that feeds on requests and items of Scrapy's own loop: there are none.
HTTPCACHE_ENABLED = False
DOWNLOADER_STATS = False  # it writes out each request to count its bytes; the manifest has counts of its own
# Scrapy's own extensions that a crawl has a use for. To name one of the others in EXTENSIONS, were it to switch it
# off, imports it, and with it a web server (RemoteControl: aiohttp) at every start.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,  # for who yields items: -O out.jsonl
}
# And its middlewares. The others are switched off below or have nothing to do, and to name one, were it with None, imports
# it: the one for cookies loads an HTTP client, .2 s of CPU at every start.
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
}

# Pages are asked for as what they are, in any language: "en" makes some sites redirect to another edition.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    "Accept-Encoding": "gzip, deflate, br, zstd",  # what pipelines/document/content_encoding.py undoes
}

LOG_LEVEL = "INFO"  # DEBUG writes a line with the address of every request
STATS_DUMP = False  # the run's manifest holds the counts

globals().update({name: value for name, value in POLITE_SETTINGS.items() if name not in globals()})
