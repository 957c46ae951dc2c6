"""Hover latency, start and memory beside a bare pygls server and jedi-language-server.

    python bench/hover.py [rounds]

All servers run in the same rounds, interleaved, since the machine is shared: read the ratios,
not the milliseconds. "Of a processor" is what a processor worked for the first hover, which other
work on the machine changes less (Linux only, else 0). "New place" is the first hover at a place,
"again" the second. The targets are those of the project: p50 at most 2 x bare, the first hover
after open at most 150 ms more than bare, ready at most 1.5 x bare, under 90 MB.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from client import BARE, Client

HERE = Path(__file__).parent
HOVERS = 400
SETTLE = 8.0


def commands() -> dict[str, list[str]]:
    """The servers to compare; jedi-language-server where it is installed."""
    found = {
        "bare pygls": [sys.executable, str(HERE / "bare_server.py")],
        "lsp-learn": [sys.executable, "-m", "lsp_learn", "serve"],
    }
    jedi = shutil.which("jedi-language-server", path=str(Path(sys.executable).parent))
    if jedi:
        found["jedi"] = [jedi]
    else:
        print("jedi-language-server is not installed: left out (pip install --group bench)")
    return found


def places(text: str) -> list[tuple[int, int]]:
    """Places spread over a file where there is code: the first letters of words."""
    lines = text.split("\n")
    step = max(1, len(lines) // HOVERS)
    found = []
    for number in range(0, len(lines), step):
        line = lines[number]
        column = next((i for i, c in enumerate(line) if c.isalpha()), None)
        if column is not None and not line.lstrip().startswith("#"):
            found.append((number, column))
    return found[:HOVERS]


def timed(client: Client, uri: str, wanted: list[tuple[int, int]]) -> list[float]:
    """The seconds of one hover at each place, sorted."""
    times = []
    for line, column in wanted:
        start = time.perf_counter()
        client.hover(uri, line, column)
        times.append(time.perf_counter() - start)
    return sorted(times)


def measure(command: list[str], cache: str, path: Path) -> dict[str, float]:
    """One start of one server: ready, first hover, the others, memory."""
    text = path.read_text(encoding="utf-8")
    # Where Python may not keep compiled modules, ours would be compiled at each start, and the
    # libraries, which were compiled when they were installed, would not.
    client = Client(command, {"LSP_LEARN_CACHE": cache, "PYTHONDONTWRITEBYTECODE": ""})
    capabilities: dict[str, Any] = BARE
    client.initialize(capabilities)
    ready = time.perf_counter() - client.started
    before = client.processor_time()
    uri = path.as_uri()
    wanted = places(text)
    start = time.perf_counter()
    client.open(uri, "python", text)
    client.hover(uri, *wanted[0])
    first = time.perf_counter() - start
    first_processor = client.processor_time() - before
    # A server that has run for a while: the language is prepared, other places were asked about.
    time.sleep(SETTLE)
    for line, column in wanted[::2]:
        client.hover(uri, line, column)
    new = timed(client, uri, wanted[1::2])
    again = timed(client, uri, wanted[1::2])
    memory = client.memory()
    client.close()
    return {
        "ready ms": ready * 1000,
        "first hover ms": first * 1000,
        "of a processor": first_processor * 1000,
        "new place p50": statistics.median(new) * 1000,
        "new place p95": new[int(len(new) * 0.95)] * 1000,
        "again p50": statistics.median(again) * 1000,
        "again p95": again[int(len(again) * 0.95)] * 1000,
        "memory MB": memory,
    }


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    import argparse  # the file that is read: 2,600 lines that everybody has

    path = Path(argparse.__file__)
    servers = commands()
    results: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory() as cache:
        for _ in range(2):  # not counted: builds the index, fills the file system's cache
            for command in servers.values():
                measure(command, cache, path)
        for _ in range(rounds):
            for name, command in servers.items():
                for key, value in measure(command, cache, path).items():
                    results[name][key].append(value)
    print(f"{path.name}, medians of {rounds} rounds, milliseconds\n")
    keys = list(results["bare pygls"])
    print(f"{'':16}" + "".join(f"{name:>16}" for name in servers) + f"{'ours / bare':>16}")
    for key in keys:
        row = {name: statistics.median(results[name][key]) for name in servers}
        ratio = row["lsp-learn"] / row["bare pygls"]
        print(f"{key:16}" + "".join(f"{row[n]:16.2f}" for n in servers) + f"{ratio:16.2f}")
    more = statistics.median(results["lsp-learn"]["first hover ms"]) - statistics.median(
        results["bare pygls"]["first hover ms"]
    )
    print(f"\nfirst hover after open: {more:.0f} ms more than bare (target: at most 150)")


if __name__ == "__main__":
    main()
