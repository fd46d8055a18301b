"""Debian's WordPress on a MariaDB and PHP's own server, all of them ours and below one folder."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.publishing.posts import AUTHORS, COMMENT, PAGES, PICTURES, POSTS, SITE
from tests.publishing.serve import PICTURE, free_port, running, until_answers

__all__ = ["THEMES", "missing", "wordpress"]

CORE = Path("/usr/share/wordpress")
THEMES = ("twentytwentyone", "twentytwentytwo", "twentytwentythree")
PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb", "php")
FILL = Path(__file__).with_name("wordpress_fill.php")
CONFIG = """<?php
define('DB_NAME', 'quay'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('AUTH_KEY', '{salt}'); define('SECURE_AUTH_KEY', '{salt}'); define('LOGGED_IN_KEY', '{salt}'); define('NONCE_KEY', '{salt}');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file(__DIR__ . $path)) { return false; }
$_SERVER['SCRIPT_NAME'] = '/index.php';
require __DIR__ . '/index.php';
"""


def missing() -> str | None:
    """Name what is not installed here."""
    lacking = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"no {', '.join(lacking)}" if lacking else None if CORE.is_dir() else f"no {CORE}"


@contextmanager
def wordpress(
    folder: Path, theme: str = THEMES[0], permalinks: str = "/%year%/%monthnum%/%postname%/"
) -> Iterator[str]:
    """Give the address of a WordPress that has the posts."""
    folder.mkdir(parents=True, exist_ok=True)
    root, port = folder / "site", free_port()
    address = f"http://127.0.0.1:{port}"
    shutil.copytree(CORE, root, symlinks=False, ignore=shutil.ignore_patterns(".htaccess", "wp-config.php"))
    (root / "router.php").write_text(ROUTER)
    (root / "pictures").mkdir()
    for name, _ in PICTURES:
        (root / "pictures" / name).write_bytes(PICTURE)
    with ExitStack() as stack:
        socket = stack.enter_context(_database(folder))
        (root / "wp-config.php").write_text(
            CONFIG.replace("{socket}", str(socket)).replace("{salt}", secrets.token_hex(24))
        )
        _fill(folder, root, address, theme, permalinks)
        server = ["php", "-S", f"127.0.0.1:{port}", "-t", str(root), str(root / "router.php")]
        stack.enter_context(running(server, folder / "php.log", {"PHP_CLI_SERVER_WORKERS": "2"}))
        until_answers(address)
        yield address


@contextmanager
def _database(folder: Path) -> Iterator[Path]:
    data, socket = folder / "mysql", Path(f"/tmp/quay-{os.getpid()}-{secrets.token_hex(3)}.sock")
    user = ["--user=root"] if os.getuid() == 0 else []
    options = ["--no-defaults", *user, f"--datadir={data}"]
    made = ["mariadb-install-db", *options, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(made, check=True, capture_output=True)
    server = ["mariadbd", *options, f"--socket={socket}", "--skip-networking", f"--pid-file={folder}/db.pid"]
    with running(server, folder / "database.log"):
        ask = ["mariadb", "--no-defaults", "-uroot", f"--socket={socket}", "-e"]
        for _ in range(300):
            if (
                subprocess.run(
                    [*ask, "CREATE DATABASE IF NOT EXISTS quay"], check=False, capture_output=True
                ).returncode
                == 0
            ):
                break
            time.sleep(0.1)
        yield socket


def _fill(folder: Path, root: Path, *words: str) -> None:
    posts = folder / "posts.json"
    posts.write_text(json.dumps(_as_data(), ensure_ascii=False))
    address, theme, permalinks = words
    filled = ["php", str(FILL), str(root), address, theme, str(posts), permalinks]
    done = subprocess.run(filled, check=False, capture_output=True, text=True, timeout=120)
    if done.returncode or "error" in done.stdout.lower():
        raise RuntimeError(f"WordPress was not filled: {done.stdout[-2000:]} {done.stderr[-2000:]}")


def _as_data() -> dict[str, Any]:
    return {
        "name": SITE,
        "authors": AUTHORS,
        "comment": COMMENT,
        "pictures": PICTURES,
        "pages": PAGES,
        "posts": [*map(_as_post, POSTS), *_hidden()],
    }


def _as_post(post: Any, status: str = "publish", password: str = "") -> dict[str, Any]:
    return {
        "title": post.title, "slug": post.slug, "paragraphs": post.paragraphs, "section": post.section, "tags": post.tags,
        "author": post.author, "published": f"{post.published:%Y-%m-%d %H:%M:%S}", "in_two": post.in_two, "pictured": post.pictured,
        "commented": post.commented, "status": status, "password": password,
    }  # fmt: skip


def _hidden() -> Sequence[dict[str, Any]]:
    """Return a draft and a post behind a password."""
    words = ("Nobody but the desk may read of these {n} plans yet, which were drawn up in a back room. ",) * 6
    made = {
        "paragraphs": [w.format(n=n) * 3 for n, w in enumerate(words)],
        "in_two": False,
        "pictured": False,
    }
    first = _as_post(POSTS[0])
    draft = (
        first | made | {"title": "Draft of a plan for the desk", "slug": "draft-of-a-plan", "status": "draft"}
    )
    locked = (
        first
        | made
        | {"title": "Plans behind a password here", "slug": "plans-behind-a-password", "password": "herring"}
    )
    return [draft, locked]
