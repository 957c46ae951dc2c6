"""Do our names agree with the TypeScript compiler's? On packages that nobody here tuned on.

    python bench/agreement_typescript.py [seed]

Installs the compiler and some packages that ship their source from npm into `.venv/typescript`,
takes identifiers at random and asks the compiler what each one is. Where it is declared outside
of the file, ours should say the same or nothing; where it is local, ours must say nothing.

The compiler knows types that no single file shows, so that it answers more; what counts is that
we are right where we answer. Printed: how often we answer, how often right, false claims.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lsp_learn.context import ContextReader, Languages
from lsp_learn.context.syntax import SyntaxTree
from lsp_learn.model import Document, FactKind

ROOT = Path(__file__).parent
FOLDER = ROOT.parent / ".venv" / "typescript"
PACKAGES = {
    "@reduxjs/toolkit": "2.14.0",
    "@tanstack/query-core": "5.108.0",
    "immer": "11.2.10",
    "zod": "4.6.7",
    "effect": "4.1.0",
}
BESIDE = ["typescript@5.9", "@types/node@22", "react@19", "@types/react@19"]
PER_FILE = 25
FILES = 80

_NAME = re.compile(r"[A-Za-z_$][\w$]*")


def install() -> None:
    """Fetch the packages once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text('{"private": true}')
    names = [*BESIDE, *(f"{name}@{version}" for name, version in PACKAGES.items())]
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", *names]
    subprocess.run(command, cwd=FOLDER, check=True)


def files(seed: int) -> list[Path]:
    """Files at random, of every package about as many."""
    chosen: list[Path] = []
    for name in PACKAGES:
        found = sorted(
            path
            for path in (FOLDER / "node_modules" / name).rglob("*.ts*")
            if not path.name.endswith((".d.ts", ".map", ".tsbuildinfo"))
            and not {"tests", "__tests__"} & set(path.parts)
            and 1_500 < path.stat().st_size < 60_000
        )
        chosen += random.Random(seed).sample(found, min(FILES // len(PACKAGES), len(found)))
    return chosen


def places(reader: ContextReader, document: Document, seed: int) -> Iterator[int]:
    """The starts of some identifiers in code: not in comments, texts or keywords."""
    table = reader.languages.get(document.language)
    assert table is not None
    tree = SyntaxTree(document.text, table.grammar)
    starts = []
    for match in _NAME.finditer(document.text):
        leaf = tree.chain(tree.byte(match.start()))[-1]
        if leaf.type in table.identifiers and tree.offset(leaf.start_byte) == match.start():
            starts.append(match.start())
    yield from random.Random(seed).sample(starts, min(PER_FILE, len(starts)))


def same(ours: str, theirs: str, source: str) -> bool:
    """Whether two names stand for one thing. `theirs` is the compiler's, `"module".name` for what
    a module exports; `source` is the file that declares it.

    A name that came through the module that we name may be declared under another one there
    (`z.number` is `numberType`), and a relative import may pass it on from a third file.
    """
    module, _, name = theirs.rpartition('"') if theirs.startswith('"') else ("", "", theirs)
    mine = [part for part in ours.replace(".prototype.", ".").split(".") if part]
    other = [part for part in name.split(".") if part] or [Path(module).name]
    if ours.startswith("."):
        stem = re.sub(r"(\.[jt]sx?)?$", "", ours.rpartition("/")[2])
        return mine[-1] == other[-1] or stem == Path(module.strip('"')).name
    if f"/node_modules/{ours.partition('.')[0].partition('/')[0]}" in source:
        return True
    pair = (*mine[-2:-1], *other[-2:-1])
    owners = [re.sub(r"^Readonly|Constructor$", "", part) for part in pair]
    return mine[-1] == other[-1] and (len(owners) < 2 or owners[0] == owners[1])


def main() -> int:
    """Count and print."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        print("skipped: node and npm are not installed")
        return 0
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20261122
    install()
    reader = ContextReader(Languages())
    documents: dict[str, Document] = {}
    wanted: dict[str, list[int]] = {}
    for path in files(seed):
        language = "typescriptreact" if path.suffix == ".tsx" else "typescript"
        document = Document(path.as_uri(), language, 1, path.read_text(encoding="utf-8"))
        if not document.text.isascii():  # the compiler counts UTF-16 units
            continue
        documents[str(path)] = document
        wanted[str(path)] = list(places(reader, document, seed))
    with tempfile.NamedTemporaryFile("w", suffix=".json") as asked:
        json.dump(wanted, asked)
        asked.flush()
        command = ["node", str(ROOT / "typescript" / "names.mjs"), str(FOLDER), asked.name]
        answers = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    counts: Counter[str] = Counter()
    for answer in map(json.loads, answers.splitlines()):
        document = documents[answer["file"]]
        facts = reader.at(document, answer["start"]).facts
        ours = [f.name for f in facts if f.kind is FactKind.SYMBOL and f.how != "pattern"]
        kind = answer["kind"]
        if kind == "outside":
            right = any(same(one, answer["path"], answer["from"]) for one in ours[:3])
            kind = "unknown" if not ours else "right" if right else "wrong"
        elif kind == "local":
            kind = "false claim" if ours else "local"
        counts[kind] += 1
        if kind in {"wrong", "false claim"} or (kind == "unknown" and "-v" in sys.argv):
            place = f"{Path(answer['file']).name}:{answer['start']}"
            print(f"{place} {kind}: {answer['name']} {ours[:1]} / {answer['path']}")
    outside = counts["right"] + counts["wrong"] + counts["unknown"]
    answered = counts["right"] + counts["wrong"]
    print(f"\n{sum(counts.values())} identifiers in {len(documents)} files, seed {seed}")
    print(f"declared elsewhere: {outside}; we answer {answered / outside:.1%} (target 75 %)")
    print(f"right where we answer: {counts['right'] / answered:.1%} (target 95 %)")
    print(f"local names: {counts['local']}; false claims: {counts['false claim']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
