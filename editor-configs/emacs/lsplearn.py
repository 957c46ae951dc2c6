"""A preset for rassumfrassum: your server and lsp-learn as one, with the hovers of both.

Copy to ~/.config/rassumfrassum/lsplearn.py and start `rass lsplearn`. LSP_LEARN_MAIN is the
command of your server, LSP_LEARN_SIDE the program lsp-learn. Without a preset rass asks only the
first server for a hover; code actions it merges by itself.
"""

import os
import shlex

from rassumfrassum.frassum import LspLogic

HOVER = "textDocument/hover"
RULE = "\n\n---\n\n"
PATIENCE = 6000  # milliseconds; a server that is still reading the project is slow at first


def text_of(contents):
    """The Markdown of a hover's contents, in any of the forms that the protocol has."""
    if isinstance(contents, list):
        return "\n\n".join(filter(None, map(text_of, contents)))
    if not isinstance(contents, dict):
        return contents or ""
    value = contents.get("value", "")
    return f"```{contents['language']}\n{value}\n```" if "language" in contents else value


class Both(LspLogic):
    """Asks every server for a hover and shows the answers in the servers' order."""

    async def on_client_request(self, method, params, servers):
        """Every server with hovers for a hover; else what rass does by itself."""
        if method == HOVER:
            return [server for server in servers if server.caps.get("hoverProvider")]
        return await super().on_client_request(method, params, servers)

    def get_aggregation_timeout_ms(self, method):
        """How long all servers may take; rass's own time is short for a first hover."""
        return PATIENCE if method == HOVER else super().get_aggregation_timeout_ms(method)

    def process_responses(self, method, items):
        """One hover of the answers; else what rass does by itself."""
        if method != HOVER or len(items) < 2:
            return super().process_responses(method, items)
        order = {id(server): place for place, server in enumerate(self.servers.values())}
        items = sorted(items, key=lambda item: order.get(id(item.server), len(order)))
        answers = [item.payload for item in items if item.payload and not item.is_error]
        texts = [text for answer in answers if (text := text_of(answer.get("contents")).strip())]
        if not texts:
            return None, False
        merged = {"contents": {"kind": "markdown", "value": RULE.join(texts)}}
        ranges = [answer["range"] for answer in answers if answer.get("range")]
        return {**merged, "range": ranges[0]} if ranges else merged, False


def servers():
    """The commands of both servers, yours first."""
    main = os.environ.get("LSP_LEARN_MAIN", "pyright-langserver --stdio")
    return [shlex.split(main), [os.environ.get("LSP_LEARN_SIDE", "lsp-learn"), "serve"]]


def logic_class():
    """The class that rass is to use."""
    return Both
