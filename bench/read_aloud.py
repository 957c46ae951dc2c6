"""Tips at random places of real code, for a person to read and judge.

    python bench/read_aloud.py DIR --language go [--count 50] [--seed 1] [--pack go]

Of every place: the file and line, the code with a mark under it, the fact that was found, the
title and the tip. The question to ask at each: would a tutor who looks over the learner's
shoulder say this here, and is it true? What is not goes into a golden file first.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from lsp_learn.app import App
from lsp_learn.cli.output import Output
from lsp_learn.model import Document, Span, Tip
from lsp_learn.settings import Settings

PER_FILE = 12
LARGEST = 300_000


def files(root: Path, language: str, app: App) -> list[Path]:
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file()
        and path.stat().st_size < LARGEST
        and not {"node_modules", "vendor", ".git"} & set(path.parts)
        and app.language_of(path, text_for(path, app)) == language
    )


def text_for(path: Path, app: App) -> str:
    """The text where the name does not tell the language."""
    shared = app.reader.languages.needs_text(path)
    return path.read_text(encoding="utf-8", errors="replace") if shared else ""


def tips_in(app: App, document: Document, chance: random.Random) -> Iterator[tuple[Span, Tip]]:
    """Some places of a document with the tip that a hover would show there."""
    contexts = list(app.reader.within(document, Span(0, len(document.text))))
    chance.shuffle(contexts)
    shown = 0
    for context in contexts:
        tips = app.at(document, context.span.start)
        if tips:
            yield tips[0].fact.span, tips[0]
            shown += 1
        if shown == PER_FILE:
            return


def main() -> None:
    """Print the sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--language", required=True)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pack", default="", help="only tips of this pack")
    wanted = parser.parse_args()
    app, output = App(Settings()), Output(as_json=False)
    chance = random.Random(wanted.seed)
    paths = files(wanted.root, wanted.language, app)
    chance.shuffle(paths)
    number = 0
    for path in paths:
        text = path.read_text(encoding="utf-8", errors="replace")
        document = Document(path.absolute().as_uri(), wanted.language, 1, text)
        for span, tip in tips_in(app, document, chance):
            if wanted.pack and tip.snippet.pack != wanted.pack:
                continue
            number += 1
            start = text.rfind("\n", 0, span.start) + 1
            line = text[start : text.find("\n", span.start) % (len(text) + 1)].expandtabs(1)
            output.line(
                f"{number}. {path.relative_to(wanted.root)}:{text.count(chr(10), 0, start) + 1}"
            )
            output.line("    " + line[:150])
            output.line("    " + " " * (span.start - start) + "^" * max(1, min(span.length, 60)))
            output.line(f"    {tip.fact.kind}:{tip.fact.name} ({tip.fact.how}) -> {tip.snippet.id}")
            output.line(f"    {tip.snippet.title}: {tip.snippet.tip}")
            if number == wanted.count:
                return


if __name__ == "__main__":
    main()
