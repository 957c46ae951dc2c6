"""Checks packs: lint, every example executed, every snippet brought up by its own example.

    python tests/content/check.py content_packs/python [words of snippet ids ...]

The functions are used by the test suite as well. Examples run as `lsp-learn pack test` runs them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from lsp_learn.app import App
from lsp_learn.explain.render import MAX_CHARACTERS, MAX_LINES, hover_text
from lsp_learn.model import Document, InstalledPack, Origin, Snippet
from lsp_learn.packs.examples.run import Ran, execute, run_example
from lsp_learn.packs.examples.tools import about_messages, not_run
from lsp_learn.packs.lint import lint_pack
from lsp_learn.packs.manifest import read_manifest
from lsp_learn.packs.read import read_snippets
from lsp_learn.settings import Settings
from lsp_learn.workshop import answers

# Tools of npm that `make test-content` puts here come first.
_NPM = Path(__file__).parents[2] / ".venv/node/node_modules/.bin"
os.environ["PATH"] = f"{_NPM}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def snippets_of(pack: Path) -> list[Snippet]:
    """The usable snippets of a pack's folder."""
    manifest, _ = read_manifest(pack)
    if manifest is None:
        return []
    installed = InstalledPack(manifest, pack, Origin.FOLDER)
    return [snippet for snippet, _ in read_snippets([installed]) if snippet is not None]


def recognized(app: App, snippet: Snippet, *, provoke: bool = True) -> str:
    """What is wrong when a snippet's own example does not bring it up first: "" when it does.
    A message is what its tool really prints; without `provoke` only those are looked up whose
    tool cannot be had.
    """
    app.configure(replace(app.settings, level=snippet.level))
    example = snippet.example
    if about_messages(snippet):
        return _message_recognized(app, snippet, provoke=provoke)
    document = Document(f"example:{snippet.id}", example.language, 1, example.code)
    tips = app.at(document, example.focus.start)
    found = [f"{tip.snippet.id} ({tip.fact.kind}:{tip.fact.name})" for tip in tips]
    if not tips or tips[0].snippet.id != snippet.id:
        facts = [
            f"{fact.kind}:{fact.name}"
            for fact in app.reader.at(document, example.focus.start).facts
        ]
        return f"its example brings up {found or 'nothing'}; the facts at its focus are {facts}"
    text = hover_text(tips, markdown=True)
    if len(text) > MAX_CHARACTERS or text.count("\n") >= MAX_LINES:
        return f"its hover has {text.count(chr(10)) + 1} lines, {len(text)} characters"
    return ""


def _message_recognized(app: App, snippet: Snippet, *, provoke: bool) -> str:
    if not provoke and not not_run(snippet):
        return ""  # out of its output a message is not always one; `make test-content` runs it
    if not_run(snippet) and answers(app, snippet):
        return ""
    printed = snippet.example.error if not_run(snippet) else _said(execute(snippet))
    read = app.explain_output(printed)
    first = [tip.snippet.id for one in read[:1] for tip in one.tips]
    if first[:1] == [snippet.id]:
        return ""
    shown = [(one.message.tool, one.message.code, one.message.text) for one in read[:3]]
    return f"its message brings up {first or 'nothing'}; read as {shown} of {printed[-400:]!r}"


def _said(ran: Ran) -> str:
    return f"{ran.printed}\n{ran.failed}"


def problems_of(packs: Iterable[Path], words: Iterable[str] = ()) -> Iterator[str]:
    """Every problem of some packs, as lines to read."""
    wanted = tuple(words)
    packs = list(packs)
    app = App(Settings(pack_folders=tuple(pack.absolute() for pack in packs)))
    for pack in packs:
        for problem in lint_pack(pack):
            if not wanted or any(word in problem.path for word in wanted):
                yield (
                    f"{pack.name}/{problem.path}:{problem.line}: {problem.code} "
                    f"{problem.severity}: {problem.message} ({problem.hint})"
                )
        chosen = [s for s in snippets_of(pack) if not wanted or any(w in s.id for w in wanted)]
        with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            for snippet, wrong in zip(chosen, pool.map(run_example, chosen), strict=True):
                if wrong:
                    yield f"{pack.name}/{snippet.path}: example {wrong}"
        for snippet in chosen:
            if wrong := recognized(app, snippet):
                yield f"{pack.name}/{snippet.path}: {wrong}"


def main() -> int:
    """Print every problem; 1 when there is one."""
    packs = [Path(word) for word in sys.argv[1:] if Path(word, "pack.toml").is_file()]
    words = [word for word in sys.argv[1:] if not Path(word, "pack.toml").is_file()]
    with tempfile.TemporaryDirectory() as cache:
        os.environ["LSP_LEARN_CACHE"] = cache
        os.environ["LSP_LEARN_DATA"] = str(Path(cache, "data"))  # not the packs of this user
        found = list(problems_of(packs, words))
    print("\n".join(found))
    skipped = {s.id: why for pack in packs for s in snippets_of(pack) if (why := not_run(s))}
    chosen = [s for pack in packs for s in snippets_of(pack)]
    count = sum(not words or any(word in s.id for word in words) for s in chosen)
    print(f"{count} snippets, {len(found)} problems, {len(skipped)} examples not run")
    for name, why in skipped.items():
        print(f"  not run: {name}: {why}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
