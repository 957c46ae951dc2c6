"""Checks packs: lint, every example executed, every snippet brought up by its own example.

    python tests/content/check.py content_packs/python [words of snippet ids ...]

The functions are used by the test suite as well. Examples run in a process of their own, in an
empty folder, with a time limit; only the tests do this, never the product.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from runners import about_messages, missing_commands, runner_of, whole

from lsp_learn.app import App
from lsp_learn.explain.render import MAX_CHARACTERS, MAX_LINES, hover_text
from lsp_learn.model import (
    Diagnostic,
    Document,
    Example,
    FactKind,
    InstalledPack,
    Origin,
    Snippet,
    Span,
)
from lsp_learn.packs.lint import lint_pack
from lsp_learn.packs.manifest import read_manifest
from lsp_learn.packs.read import read_snippets
from lsp_learn.settings import Settings

SECONDS = 30


def snippets_of(pack: Path) -> list[Snippet]:
    """The usable snippets of a pack's folder."""
    manifest, _ = read_manifest(pack)
    if manifest is None:
        return []
    installed = InstalledPack(manifest, pack, Origin.FOLDER)
    return [snippet for snippet, _ in read_snippets([installed]) if snippet is not None]


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def not_run(snippet: Snippet) -> str:
    """Why an example is not run here; "" when it is."""
    example = snippet.example
    if example.not_run:
        return example.not_run
    runner = runner_of(snippet)
    if runner is None:
        return f"no way to run {example.language}"
    missing = [runner.name] if runner.missing else missing_commands(example)
    return f"{', '.join(missing)} is not installed" if missing else ""


def run_example(snippet: Snippet) -> str:
    """What is wrong with an example: "" when it prints, or fails with, what it says."""
    if not_run(snippet):
        return ""
    try:
        printed, failed = execute(snippet)
    except subprocess.TimeoutExpired:
        return f"runs longer than {SECONDS} seconds"
    return compared(snippet, printed, failed)


def compared(snippet: Snippet, printed: str, failed: str) -> str:
    """What is wrong with what an example printed and said on standard error."""
    example = snippet.example
    if about_messages(snippet):
        wanted = [line.strip() for line in example.error.splitlines()]
        missing = [line for line in wanted if line not in printed + failed]
        return f"prints {(printed + failed)[-600:]!r}, in which {missing} is not" if missing else ""
    if _trimmed(printed) != _trimmed(example.output or ""):
        return (
            f"prints {_trimmed(printed)!r}, not {_trimmed(example.output or '')!r} {failed[-300:]}"
        )
    return _wrong_error(example, failed)


def execute(snippet: Snippet) -> tuple[str, str]:
    """Standard output and standard error of the last command that an example takes.

    Raises:
        subprocess.TimeoutExpired: it takes too long.
    """
    runner = runner_of(snippet)
    assert runner is not None
    # Run by make, another make would count itself the second.
    outer = {"MAKELEVEL", "MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES"}
    environment = {
        **{key: value for key, value in os.environ.items() if key not in outer},
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        "LC_ALL": "C.UTF-8",
    }
    printed, failed = "", ""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, runner.file).write_text(whole(snippet.example) + "\n", encoding="utf-8")
        for command in runner.commands:
            done = subprocess.run(
                command,
                cwd=folder,
                env={**environment, "HOME": folder},
                capture_output=True,
                timeout=SECONDS,
                check=False,
                encoding="utf-8",
                errors="replace",
                stdin=subprocess.DEVNULL,
            )
            printed, failed = done.stdout, done.stderr
            if done.returncode:
                break
    return printed, failed


def _wrong_error(example: Example, failed: str) -> str:
    """Python's last line says what went wrong; other tools say it somewhere in the middle."""
    wanted = example.error.strip()
    if example.language != "python":
        return "" if wanted in failed else f"ends with {failed[-500:]!r}, not {wanted!r}"
    last = (failed.strip().splitlines() or [""])[-1].strip()
    return (
        ""
        if last == (wanted.splitlines() or [""])[-1].strip()
        else (f"ends with {last!r}, not {wanted!r}")
    )


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
    if not_run(snippet) and _answers(app, snippet):
        return ""
    printed = snippet.example.error if not_run(snippet) else "\n".join(execute(snippet))
    read = app.explain_output(printed)
    first = [tip.snippet.id for one in read[:1] for tip in one.tips]
    if first[:1] == [snippet.id]:
        return ""
    shown = [(one.message.tool, one.message.code, one.message.text) for one in read[:3]]
    return f"its message brings up {first or 'nothing'}; read as {shown} of {printed[-400:]!r}"


def _answers(app: App, snippet: Snippet) -> bool:
    """Whether the part of an output that an example quotes is the snippet's, where the tool that
    prints the rest cannot be had: by its code as editors pass it on, or by its own words.
    """
    text = snippet.example.error.strip()
    for trigger in snippet.triggers:
        name, _, rest = trigger.name.partition(":")
        if trigger.kind is FactKind.DIAGNOSTIC:
            said = Diagnostic(name, rest, text, Span(0, 0))
            tips = app.explain_diagnostic(said, snippet.example.language)
            if tips[:1] and tips[0].snippet.id == snippet.id:
                return True
        elif trigger.pattern and re.search(trigger.pattern, text):
            return True
    return False


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
