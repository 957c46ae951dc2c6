"""Is there silence where none but a chatterbox would speak? Comments, texts and numbers of real
code, and names that the file itself binds, at random.

    python bench/silence.py DIR [places a language]

Printed by language and kind of place: how many were asked and how many had a tip, and with
--show which facts spoke. Texts that hold code of another language (SQL, patterns) may speak.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from tree_sitter import Node

from lsp_learn.app import App
from lsp_learn.context.languages import LanguageTable
from lsp_learn.context.syntax import SyntaxTree
from lsp_learn.model import Document
from lsp_learn.settings import Settings

LARGEST = 60_000
_NUMBER = re.compile(r"number|integer|float|decimal|int_literal")
_WORD = re.compile(r"[A-Za-z]{2,}")


def leaves(node: Node) -> Iterator[Node]:
    cursor = node.walk()
    while True:
        here = cursor.node
        if here is not None and not here.child_count:
            yield here
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def quiet_places(tree: SyntaxTree, table: LanguageTable) -> Iterator[tuple[str, int]]:
    """Kind and offset of places where silence is right."""
    for node in leaves(tree.root):
        if "comment" in node.type:
            kind = "comment"
        elif node.type in table.strings:
            kind = "text"
        elif _NUMBER.search(node.type):
            kind = "number"
        else:
            continue
        span = tree.span(node)
        words = [match.start() for match in _WORD.finditer(tree.text, span.start, span.end)]
        if kind == "number":
            yield kind, span.start
        elif words:
            yield kind, words[len(words) // 2]


def main() -> None:
    """Count and print."""
    root = Path(sys.argv[1])
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2].isdigit() else 1000
    app = App(Settings())
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(root.rglob("*")):
        if path.is_file() and 800 < path.stat().st_size < LARGEST:
            found[app.language_of(path, "")].append(path)
    chance = random.Random(20261122)
    for language, paths in sorted(found.items()):
        table = app.reader.languages.get(language)
        if table is None:
            continue
        asked: Counter[str] = Counter()
        loud: Counter[str] = Counter()
        facts: Counter[str] = Counter()
        for path in paths:
            text = path.read_text(encoding="utf-8", errors="replace")
            document = Document(path.absolute().as_uri(), language, 1, text)
            places = list(quiet_places(SyntaxTree(text, table.grammar), table))
            for kind, offset in chance.sample(places, min(len(places), wanted // len(paths) + 1)):
                tips = app.at(document, offset)
                asked[kind] += 1
                if tips:
                    loud[kind] += 1
                    facts[f"{kind} {tips[0].fact.kind}:{tips[0].fact.name}"] += 1
        shown = ", ".join(f"{kind} {loud[kind]} of {asked[kind]}" for kind in sorted(asked))
        print(f"{language:14} {sum(loud.values()):4} of {sum(asked.values()):5} spoke   {shown}")
        if "--show" in sys.argv:
            for name, count in facts.most_common(8):
                print(f"    {count:4} {name}")


if __name__ == "__main__":
    main()
