"""Do our names agree with jedi's? On real code that nobody here wrote or tuned on.

    python bench/agreement.py [files] [seed]

Takes identifiers at random from the standard library and from installed packages. Where jedi
says that a name is defined outside of the file, ours should say the same or nothing; where it
says that a name is local, ours must say nothing. Two names are the same when they lead to the
same object, since a thing is documented under one name and defined under another
(`os.path.join` is `posixpath.join`).

Printed: how often we answer, how often the answer is right, and false claims on local names.
"""

from __future__ import annotations

import builtins
import importlib
import random
import sys
import sysconfig
import tokenize
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import jedi

from lsp_learn.context import ContextReader, Languages
from lsp_learn.model import Document, FactKind
from lsp_learn.text import LineIndex

PER_FILE = 25
NOTHING = object()


def object_at(path: str) -> Any:
    """What a full name leads to; NOTHING when it leads nowhere."""
    parts = path.split(".")
    if hasattr(builtins, parts[0]) and parts[0] != "builtins":
        return walk(builtins, parts)
    for length in range(len(parts), 0, -1):
        try:
            module = importlib.import_module(".".join(parts[:length]))
        except Exception:  # noqa: BLE001  (importing other people's modules may raise anything)
            continue
        return walk(module, parts[length:])
    return NOTHING


def walk(found: Any, parts: list[str]) -> Any:
    for part in parts:
        found = getattr(found, part, NOTHING)
        if found is NOTHING:
            return NOTHING
    return found


def same(ours: str, theirs: str) -> bool:
    """Whether two names stand for one thing. A relative import stays relative in ours."""
    if ours.startswith("."):
        return ("." + theirs).endswith("." + ours.lstrip("."))
    if ours in {theirs, theirs.removeprefix("builtins."), theirs.removeprefix("typing.")}:
        return True
    mine, other = object_at(ours), object_at(theirs)
    if mine is not NOTHING and other is not NOTHING:
        if mine is other or mine == other:
            return True
        marks = [getattr(one, "__qualname__", None) for one in (mine, other)]
        return marks[0] is not None and marks[0] == marks[1]
    return ours.rpartition(".")[2] == theirs.rpartition(".")[2] and (
        ours.partition(".")[0] == theirs.partition(".")[0]
    )


def names_in(text: str, seed: int) -> list[tuple[int, int, str]]:
    """Some identifiers of a file: line from 1, column, name."""
    found = [
        (*token.start, token.string)
        for token in tokenize.generate_tokens(StringIO(text).readline)
        if token.type == tokenize.NAME and token.string not in KEYWORDS
    ]
    random.Random(seed).shuffle(found)
    return found[:PER_FILE]


KEYWORDS = frozenset(__import__("keyword").kwlist) | {"self", "cls", "match", "case", "_", "type"}


def files(count: int, seed: int) -> list[Path]:
    """Files at random: half of the standard library, half of installed packages."""
    paths = sysconfig.get_paths()
    standard = [p for p in Path(paths["stdlib"]).rglob("*.py") if not OTHERS & set(p.parts)]
    packages = [p for p in Path(paths["purelib"]).rglob("*.py") if "tests" not in p.parts]
    chosen: list[Path] = []
    for place in (standard, packages):
        fit = sorted(p for p in place if 2_000 < p.stat().st_size < 60_000)
        chosen += random.Random(seed).sample(fit, min(count // 2, len(fit)))
    return chosen


OTHERS = {"site-packages", "test", "tests", "lib2to3", "idlelib", "encodings"}


SET_BY_THE_LANGUAGE = {"__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__"}
"""Attributes that the import system gives every module (language reference, "The import system",
5.4.6); jedi takes them for names of the file.
"""


def outcome(reader: ContextReader, document: Document, script: Any, place: Any) -> str:
    """What happened at one identifier."""
    line, column, name = place
    if name in SET_BY_THE_LANGUAGE:
        return "set by the language"
    lines = LineIndex(document.text)
    offset = lines.offset(line - 1, column, "utf-32")
    assert offset is not None
    facts = reader.at(document, offset).facts
    ours = [fact.name for fact in facts if fact.kind is FactKind.SYMBOL and fact.how != "pattern"]
    try:
        defined = script.goto(line, column, follow_imports=True)
    except Exception:  # noqa: BLE001  (jedi raises many things on odd code)
        return "jedi fails"
    if not defined:
        return "jedi knows nothing" if ours else "nobody knows"
    one = defined[0]
    local = str(one.module_path) == str(script.path) and one.type != "module"
    if local:
        return f"false claim: {name} {ours[0]}" if ours and not own(ours[0], one) else "local"
    if not ours:
        return "unknown"
    theirs = one.full_name or ""
    if any(same(mine, theirs) for mine in ours[:3]):
        return "right"
    return f"wrong: {ours[0]} / {theirs}"


def own(ours: str, one: Any) -> bool:
    """A name of this very module, said with the module's own full name."""
    return (one.full_name or "").endswith(ours.rpartition(".")[2]) and "." in ours


def main() -> None:
    """Count and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20261121
    reader = ContextReader(Languages())
    counts: Counter[str] = Counter()
    said: list[str] = []
    for path in files(count, seed):
        try:
            text = path.read_text(encoding="utf-8")
            places = names_in(text, seed)
        except (UnicodeDecodeError, tokenize.TokenError, SyntaxError):
            continue
        document = Document(path.as_uri(), "python", 1, text)
        script = jedi.Script(code=text, path=path)
        for place in places:
            found = outcome(reader, document, script, place)
            kind = found.partition(":")[0]
            counts[kind] += 1
            if kind in {"wrong", "false claim"}:
                said.append(f"{path.name}:{place[0]}:{place[1]} {found}")
    outside = counts["right"] + counts["wrong"] + counts["unknown"]
    answered = counts["right"] + counts["wrong"]
    print("\n".join(said))
    print(f"\n{sum(counts.values())} identifiers in {count} files, seed {seed}")
    print(
        f"defined elsewhere, by jedi: {outside}; we answer {answered / outside:.1%} (target 75 %)"
    )
    print(f"right where we answer: {counts['right'] / answered:.1%} (target 95 %)")
    print(f"local names: {counts['local']}; false claims: {counts['false claim']}")
    only, nobody = counts["jedi knows nothing"], counts["nobody knows"]
    print(f"not judged: {only} only we answer, {nobody} nobody")


if __name__ == "__main__":
    main()
