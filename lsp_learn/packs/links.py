"""Asks the web pages that snippets name as sources. The only file that uses the network, and
only when an author runs `lsp-learn pack lint --links`.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import httpx

from lsp_learn.model import Problem, Severity, Snippet

_AT_ONCE = 4
_SECONDS = 15.0


def lint_links(snippets: Iterable[Snippet]) -> tuple[Problem, ...]:
    """A problem for every source whose page does not answer; each page is asked once."""
    named: dict[str, Snippet] = {}
    for snippet in snippets:
        for source in snippet.sources:
            named.setdefault(source.url.partition("#")[0], snippet)
    headers = {"User-Agent": "lsp-learn pack lint"}
    with (
        httpx.Client(follow_redirects=True, timeout=_SECONDS, headers=headers) as client,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        wrong = pool.map(lambda url: _ask(client, url), named)
        return tuple(
            Problem(
                "L001",
                snippet.path,
                0,
                f"{url} {message}",
                "correct the address, or try again later if the site is down",
                Severity.WARNING,
            )
            for (url, snippet), message in zip(named.items(), wrong, strict=True)
            if message
        )


def _ask(client: httpx.Client, url: str) -> str:
    """What is wrong with a page, "" when it is there."""
    try:
        with client.stream("GET", url) as answer:  # some servers refuse HEAD; nothing is read
            return f"answers {answer.status_code}" if answer.is_error else ""
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"does not answer ({type(error).__name__})"
