"""Pieces of code that show what a text is about, as the reader of code sees it: an example is
only taken where what it is meant to show would come up in an editor.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lsp_learn.model import Fact, FactKind
from lsp_learn.packs.snippet import MAX_EXAMPLE_LINES, find_focus

Facts = Callable[[str, str], tuple[Fact, ...]]
"""What the reader reports in a piece of code of a language."""

LANGUAGES = {
    "bash": "shellscript",
    "shell": "shellscript",
    "sh": "shellscript",
    "zsh": "shellscript",
    "c++": "cpp",
    "cplusplus": "cpp",
    "c#": "csharp",
    "cs": "csharp",
    "js": "javascript",
    "node": "javascript",
    "dom": "javascript",
    "ts": "typescript",
    "py": "python",
    "python3": "python",
    "python2": "python",
    "pycon": "python",
    "rb": "ruby",
    "rs": "rust",
    "golang": "go",
    "docker": "dockerfile",
    "postgresql": "sql",
    "sqlite": "sql",
    "mysql": "sql",
    "mariadb": "sql",
    "openjdk": "java",
    "make": "makefile",
}
"""What others call a language, where the editors' id is another."""

_IMPORT = re.compile(r"\s*(?:import|from|using|use|require|#include|const \w+ = require)\b")
_PROMPT = re.compile(r"(?m)^(?:>>>|\.\.\.) ?")
_SEPARATORS = re.compile(r"\.prototype(?=\.)|::|->|[#/ ]")
_LONGEST = 20_000
"""Letters of a block of code that is looked at."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An example, what in it brings it up, and whether it is a part of what was written."""

    code: str
    fact: Fact
    cut: bool

    @property
    def focus(self) -> str:
        """The place of the fact, as a snippet's metadata says it."""
        start, end = self.fact.span.start, self.fact.span.end
        line = self.code.rfind("\n", 0, start) + 1
        stop = self.code.find("\n", end)
        after = self.code[end : stop if stop >= 0 else len(self.code)]
        here = self.code[start:end]
        found = find_focus(self.code, here)
        if found and found.start == start:
            return here
        return f"{self.code[line:start]}«{here}»{after}"


def language_of(name: str) -> str:
    """The editors' id of a language, for what others call it."""
    plain = name.strip().lower()
    return LANGUAGES.get(plain, plain)


def pieces(code: str, name: str) -> Iterator[tuple[str, bool]]:
    """What of a block of code may be an example of a name, the nearest to the whole first, and
    whether it is only a part: the block, its paragraphs, and those with the imports before them.
    """
    text = _without_prompts(code[:_LONGEST])
    if name not in text:
        return
    cut = text != code
    if _fits(text):
        yield text, cut
    imports = [line for line in text.split("\n") if _IMPORT.match(line)]
    parts = re.split(r"\n[ \t]*\n", text)
    for part in (one.strip("\n") for one in parts) if len(parts) > 1 else ():
        if name in part and _fits(part):
            yield part, True
            before = "\n".join(line for line in imports if line not in part)
            if before and _fits(f"{before}\n{part}"):
                yield f"{before}\n{part}", True


def _fits(code: str) -> bool:
    return bool(code.strip()) and code.count("\n") < MAX_EXAMPLE_LINES


def _without_prompts(code: str) -> str:
    """What was typed of a session with Python; other code as it is."""
    if not re.search(r"(?m)^>>> ", code):
        return code
    typed = [line for line in code.split("\n") if _PROMPT.match(line)]
    return "\n".join(_PROMPT.sub("", line) for line in typed)


def normal(name: str) -> str:
    """A name without what languages and documentations write differently, as DevDocs compares
    names: `Array.prototype.map()`, `Array#map` and `Array::map` are `Array.map`.
    """
    plain = re.sub(r"\(.*", "", name.strip()).strip("<>.:#$!&* ")
    return _SEPARATORS.sub(lambda match: "" if match[0].startswith(".p") else ".", plain)


def same(one: str, other: str) -> bool:
    """Whether two normal names are about the same: equal, or one says its module and the other
    does not, as long as both say more than a last name.
    """
    short, long = sorted((one, other), key=len)
    return short == long or ("." in short and long.endswith(f".{short}"))


def shown_by(
    blocks: Iterable[str], names: Iterable[str], language: str, facts: Facts
) -> Shown | None:
    """The first piece of code in which the reader reports one of the names as a symbol."""
    wanted = [plain for name in names if (plain := normal(name))]
    last = wanted[0].rpartition(".")[2] if wanted else ""
    for code in blocks if last else ():
        for piece, cut in pieces(code, last):
            ready = piece
            if language == "php" and "<?" not in piece:
                ready = f"<?php\n{piece}"
            for fact in facts(language, ready) if _fits(ready) else ():
                symbol = fact.kind in {FactKind.SYMBOL, FactKind.KEYWORD}
                if symbol and any(same(normal(fact.name), name) for name in wanted):
                    return Shown(ready, fact, cut)
    return None
