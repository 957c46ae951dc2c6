"""The registries that this machine knows: a file each, `<data>/store/sources/<name>/source.json`.

A file holds the address and what was last seen of the registry's metadata, the newest root among
it. So what was once seen is not forgotten, or put back by halves: the file is replaced by one
rename, and has a checksum. Of a damaged file nothing is believed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lsp_learn.model import Problem
from lsp_learn.packs.lock import write_aside
from lsp_learn.packs.manifest import PACK_ID

SOURCES = "sources"
ROOT = "root.json"
METADATA = re.compile(r"[a-z][a-z0-9-]*\.json")
"""Names of metadata that are kept; others would only be fetched again."""

_FILE = "source.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Source:
    """A registry: the name it has here, its address, its identity (the SHA-256 of its first
    root), and by file name the metadata that was last seen and verified.
    """

    name: str
    url: str
    identity: str
    metadata: Mapping[str, str]

    @property
    def valid_until(self) -> str:
        """When the first part of the metadata expires, as it is written there."""
        found = []
        for text in self.metadata.values():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                found.append(str(json.loads(text)["signed"]["expires"]))
        return min(found, default="")


def source_path(root: Path, name: str) -> Path:
    """Where the store in `root` keeps a source."""
    return root / SOURCES / name / _FILE


def read_sources(root: Path) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """The sources by name, and the files that cannot be used."""
    found: list[Source] = []
    problems: list[Problem] = []
    for path in sorted((root / SOURCES).glob(f"*/{_FILE}")):
        source, problem = read_source(path)
        if source is not None:
            found.append(source)
        if problem is not None:
            problems.append(problem)
    return tuple(found), tuple(problems)


def anew(name: str) -> str:
    """What to do about a damaged file: a hint."""
    return f"begin anew, with its root: lsp-learn source add URL --root FILE --name {name}"


def read_source(path: Path) -> tuple[Source | None, Problem | None]:
    """The source in a file, or what is wrong with it; neither where there is none."""
    hint = anew(path.parent.name)
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if int(values["format"]) > _FORMAT:
            message = "was written by a newer lsp-learn"
            return None, Problem("P006", str(path), 0, message, "update lsp-learn")
        return _source(values["source"], path.parent.name, values["sha256"]), None
    except FileNotFoundError:
        return None, None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message, hint = f"cannot be read: {reason}", "make it readable"
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        message = "is damaged: what was known of this registry cannot be relied on"
    return None, Problem("P006", str(path), 0, message, hint)


def write_source(root: Path, source: Source) -> None:
    """Remember a source. Raises OSError; what was known then still is."""
    body = asdict(source)
    text = json.dumps({"format": _FORMAT, "sha256": _checksum(body), "source": body}, indent=1)
    path = source_path(root, source.name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_aside(path, text.encode())


def _checksum(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _source(values: Any, name: str, checksum: str) -> Source:
    if _checksum(values) != checksum:
        raise ValueError("checksum")
    source = Source(values["name"], values["url"], values["identity"], values["metadata"])
    texts = (source.name, source.url, source.identity, *source.metadata.values())
    if not all(isinstance(text, str) for text in texts) or ROOT not in source.metadata:
        raise TypeError("text")
    if source.name != name or not re.fullmatch(PACK_ID, name):
        raise ValueError("name")
    if not all(METADATA.fullmatch(key) for key in source.metadata):
        raise ValueError("metadata")
    return source
