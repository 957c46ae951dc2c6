"""`make demo`: real code, the real server, what a learner sees.

The code is Python's own standard library, as installed here; the server is started as an editor
starts it, over standard input and output. For each place: the source line, the cursor, the
hover, the time from request to answer. Last, "Explain this" for one of them.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client import Client

CAPABILITIES: dict[str, Any] = {
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}}},
    },
    "window": {"showDocument": {"support": True}},
}


@dataclass(frozen=True)
class Place:
    """A place named by its text, since line numbers differ between versions of Python."""

    module: str
    line: str
    cursor: str


PLACES = (
    Place("pydoc", "def safeimport(path, forceload=0, cache={})", "{}"),
    Place("asyncio.tasks", "await waiter", "await"),
    Place("subprocess", "with self._waitpid_lock:", "with"),
    Place("subprocess", "self._waitpid_lock = threading.Lock()", "Lock"),
    Place("heapq", "for i in reversed(range(n//2)):", "//"),
    Place("contextlib", 'raise RuntimeError("generator didn\'t stop")', "RuntimeError"),
    Place("functools", "def wrapper(*args, **kwds):", "**"),
    Place("shelve", "for k in self.dict.keys():", "keys"),
    Place("tempfile", "from random import Random as _Random", "as _R"),
    Place("textwrap", "for line in text.splitlines(True)", "splitlines"),
    Place("json.encoder", "yield from chunks", "from"),
    Place("enum", "    def __set_name__(self, ", "__set_name__"),
    # A name that is only local: silence.
    Place("configparser", "def items(self, section=_UNSET", "section"),
)


def find(place: Place) -> tuple[Path, str, int, int] | None:
    """The file, its text, and the zero-based line and column of a place."""
    spec = importlib.util.find_spec(place.module)
    if spec is None or not spec.origin:
        return None
    path = Path(spec.origin)
    text = path.read_text(encoding="utf-8")
    for number, line in enumerate(text.split("\n")):
        if place.line in line:
            start = line.index(place.line) + place.line.index(place.cursor)
            return path, text, number, start
    return None


def show(place: Place, number: int, line: str, column: int, answer: Any, seconds: float) -> None:
    """Print one place as an editor would show it."""
    indent = len(line) - len(line.lstrip())
    print(f"─── {place.module}, line {number + 1} " + "─" * 40)
    print("    " + line.strip())
    print("    " + " " * (column - indent) + "^")
    text = answer["contents"]["value"] if answer else "(silence: nothing worth saying here)"
    for shown in text.split("\n"):
        print(f"    │ {shown}")
    print(f"    {seconds * 1000:.1f} ms\n")


def explain(client: Client, uri: str, number: int, column: int) -> None:
    """Choose the code action, as a user would, and print the lesson that is opened."""
    place = {"line": number, "character": column}
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "triggerKind": 1},
    }
    actions = client.request("textDocument/codeAction", params)
    command = actions[0]["command"]
    print(f"─── code action “{actions[0]['title']}” " + "─" * 30)
    client.answers["window/showDocument"] = {"success": True}
    wanted = {"command": command["command"], "arguments": command["arguments"]}
    lesson = client.request("workspace/executeCommand", wanted)
    for line in lesson["markdown"].split("\n"):
        print(f"    │ {line}")


def main() -> int:
    """Explain the places; 1 when none of them could be."""
    answered = 0
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-m", "lsp_learn", "serve"]
        client = Client(command, {"LSP_LEARN_CACHE": cache})
        client.initialize(CAPABILITIES)
        opened: set[str] = set()
        last: tuple[str, int, int] | None = None
        for place in PLACES:
            found = find(place)
            if found is None:
                print(f"─── {place.module}: this Python has no {place.line!r}\n")
                continue
            path, text, number, column = found
            uri = path.as_uri()
            if uri not in opened:
                client.open(uri, "python", text)
                opened.add(uri)
            start = time.perf_counter()
            answer = client.hover(uri, number, column)
            show(
                place, number, text.split("\n")[number], column, answer, time.perf_counter() - start
            )
            answered += answer is not None
            if last is None and answer:
                last = (uri, number, column)
        if last is not None:
            explain(client, *last)
        client.close()
    print(f"\n{answered} of {len(PLACES)} places explained. The first answer waits for the index,")
    print("which this demo builds from nothing; the first in each file also reads that file.")
    return 0 if answered else 1


if __name__ == "__main__":
    sys.exit(main())
