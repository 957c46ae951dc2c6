"""Shows what the context reader sees: `¦` marks the cursor, a line `---` separates cases.

printf 'xs.so¦rt()' | python tests/content/facts.py python
"""

from __future__ import annotations

import sys

from lsp_learn.context import ContextReader, Languages
from lsp_learn.model import Document

MARK = "¦"


def main() -> None:
    """Print the facts of every case on standard input."""
    reader = ContextReader(Languages())
    for number, case in enumerate(sys.stdin.read().split("\n---\n")):
        offset = case.index(MARK)
        document = Document(f"case:{number}", sys.argv[1], 1, case.replace(MARK, ""))
        line = next(line for line in case.split("\n") if MARK in line)
        facts = [f"{fact.kind}:{fact.name}" for fact in reader.at(document, offset).facts]
        print(f"{line.strip():60}  {facts or 'silent'}")


if __name__ == "__main__":
    main()
