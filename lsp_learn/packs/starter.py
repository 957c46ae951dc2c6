"""What `pack new` writes: a manifest, one snippet that works, and a file of silences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lsp_learn.errors import PackError
from lsp_learn.packs.manifest import MANIFEST


@dataclass(frozen=True, slots=True)
class Starter:
    """A first example in one language: its code, the place it is about, and the trigger."""

    code: str
    focus: str
    trigger: str
    quiet: str


STARTERS = {
    "python": Starter(
        "import yourlib\n\nlink = yourlib.connect(timeout=5)",
        "connect",
        "symbol:yourlib.connect",
        "# we connect here\nconnect = 1\n» ^ -",
    ),
    "javascript": Starter(
        'import { connect } from "yourlib";\n\nconst link = connect({ timeout: 5 });',
        "= «connect»(",
        "symbol:yourlib.connect",
        "// we connect here\n»  ^ -",
    ),
    "typescript": Starter(
        'import { connect } from "yourlib";\n\nconst link = connect({ timeout: 5 });',
        "= «connect»(",
        "symbol:yourlib.connect",
        "// we connect here\n»  ^ -",
    ),
    "go": Starter(
        'import "example.com/yourlib"\n\nlink := yourlib.Connect(5)',
        "Connect",
        "symbol:example.com/yourlib.Connect",
        "// we Connect here\n»  ^ -",
    ),
}
"""By LSP language id."""

_MANIFEST = """\
id = "{id}"
title = "{title}"
version = "0.1.0"
license = "{license}"
languages = ["{language}"]
description = "What our team keeps explaining."
"""

_SNIPPET = """\
+++
id = "{id}.connect"
title = "Connect with a timeout"
level = "beginner"
triggers = ["{trigger}"]
focus = "{focus}"
tags = ["network", "waiting"]
sources = ["The handbook of yourlib <https://example.com/yourlib/connect>"]
not_run = "needs yourlib"
+++
Without a timeout a call waits for ever when the other side is gone. Say how long you can wait.

## Example

```{language}
{code}
```

## Why

The other side may never answer, and nobody sees a program that waits.

## Watch out

A timeout is not a retry: decide what happens when the time is over.
"""

_SILENCE = """\
== places where this pack says nothing
{quiet}
"""


def write_starter(
    folder: Path, pack_id: str, title: str, language: str, licence: str
) -> list[Path]:
    """Write a pack to begin with; returns its files.

    Raises:
        PackError: something stands there already, there is no starter for the language, or the
            folder cannot be written.
    """
    starter = STARTERS.get(language)
    if starter is None:
        known = ", ".join(STARTERS)
        raise PackError(f"there is no first example for {language}", f"take one of: {known}")
    if folder.exists() and any(folder.iterdir()):
        raise PackError(f"{folder} is not empty", "name a new folder")
    values = {
        "id": pack_id,
        "title": title,
        "license": licence,
        "language": language,
        "code": starter.code,
        "focus": starter.focus,
        "trigger": starter.trigger,
        "quiet": starter.quiet,
    }
    files = {
        MANIFEST: _MANIFEST,
        "snippets/connect.md": _SNIPPET,
        "silence.txt": _SILENCE,
    }
    written = []
    try:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(**values), encoding="utf-8", newline="\n")
            written.append(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PackError(f"{folder}: {reason}", "name a folder that you may write to") from None
    return written
