"""Checks a TypeScript file with tsc and runs what comes out with node.

    python run_typescript.py TSC example.ts [folder with node_modules]

What tsc finds wrong goes to standard error, and the file is then not run.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

OPTIONS = (
    "--strict",
    "--skipLibCheck",
    "--pretty",
    "false",
    "--target",
    "es2022",
    "--lib",
    "es2023,dom,dom.iterable",
    "--module",
    "nodenext",
    "--moduleDetection",
    "force",
    "--jsx",
    "react-jsx",
    "--experimentalDecorators",
    "false",
)


def main() -> int:
    """The exit status of tsc if it is not 0, else of node."""
    tsc, file = sys.argv[1:3]
    checked = subprocess.run(
        [tsc, *OPTIONS, file], check=False, capture_output=True, encoding="utf-8"
    )
    if checked.returncode:
        print(checked.stdout, checked.stderr, file=sys.stderr)
        return checked.returncode
    script = Path(file).with_suffix(".mjs" if file.endswith(".mts") else ".js")
    return subprocess.run(["node", str(script)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
