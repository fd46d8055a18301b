"""columnist browse DATA: the articles of a data folder on a page of this machine."""

import logging
import socket

import click

from columnist.pipelines.publish.extras import needed
from columnist.scraper.cli.console import say
from columnist.scraper.cli.exit_codes import DONE, CannotStart, WrongUse


@click.command("browse")
@click.argument("data", default="data", envvar="COLUMNIST_DATA", metavar="DATA")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8738,
    show_default=True,
    help="Port on 127.0.0.1; 0: a free one.",
)
def command(data: str, port: int) -> int:
    """Search a data folder in the browser: articles, where each field came from, revisions word by word, copies, stored pages.

    Served to this machine alone, until Ctrl-C; from another one by `ssh -L 8738:127.0.0.1:8738`. Nothing is written, and
    runs may go on meanwhile.
    """
    try:
        listener = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise CannotStart(
            f"--port {port}: {error.strerror}; name another one, or 0 for one that is free"
        ) from None
    try:
        with listener:
            _serve(data, listener)
    except FileNotFoundError as error:
        raise WrongUse(str(error)) from None
    except KeyboardInterrupt:
        pass  # how it is meant to end
    return DONE


def _serve(data: str, listener: socket.socket) -> None:
    needed("flask", "web")
    from werkzeug.serving import make_server  # Flask brings it

    from columnist.pipelines.batch.sandbox.pool import Sandbox
    from columnist.pipelines.batch.sandbox.worker import Failure
    from columnist.pipelines.publish.browse.app import make_app
    from columnist.pipelines.publish.browse.search import Search
    from columnist.pipelines.publish.browse.view import StoredPage, stored_page
    from columnist.pipelines.records.article import Page
    from columnist.pipelines.records.options import SandboxOptions

    search = Search(data)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # each request is a line otherwise
    with Sandbox(SandboxOptions(workers=1)) as sandbox:

        def look(page: Page) -> StoredPage | str:
            seen = sandbox.submit(stored_page, page).result()
            return (
                f"it could not be read: {seen.reason}, {seen.detail}" if isinstance(seen, Failure) else seen
            )

        app = make_app(data, search, look)
        host, port = listener.getsockname()
        with make_server(host, port, app, threaded=True, fd=listener.fileno()) as server:
            say(f"http://{host}:{port}/  shows {data}, until Ctrl-C")
            server.serve_forever()
