"""The command line: `lsp-learn` without a command is the language server.

One file a command, each with `add(commands)` and `run(arguments)`. Every command has `--json`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from lsp_learn import __version__
from lsp_learn.cli import (
    coverage,
    doctor,
    explain,
    index,
    pack,
    registry,
    registry_source,
    search,
    serve,
    setup,
)
from lsp_learn.cli.output import Output
from lsp_learn.errors import LspLearnError

_DESCRIPTION = "Short, true explanations of the code at the cursor, in any LSP editor, offline."
_EPILOG = "Editors start `lsp-learn serve`; `lsp-learn setup` connects one."


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser("lsp-learn", description=_DESCRIPTION, epilog=_EPILOG)
    whole.add_argument("--version", action="version", version=f"lsp-learn {__version__}")
    # Some editors add --stdio to the command of any server.
    whole.add_argument("--stdio", action="store_true", help=argparse.SUPPRESS)
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for module in (
        serve, explain, search, coverage, pack, registry_source, registry, doctor, index, setup
    ):  # fmt: skip
        module.add(commands)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit code: 0 done, 1 it did not work or problems were found, 2 wrong usage.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    known = parser().parse_args(words if any(w != "--stdio" for w in words) else ["serve"])
    output = Output(as_json=getattr(known, "json", False))
    try:
        code: int = known.run(known, output)
    except LspLearnError as error:
        output.error(str(error), error.hint)
        return 1
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130
    return code
