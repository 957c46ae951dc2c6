"""A pack while somebody edits it: its folder, with the texts that an editor holds over it.

Every file is looked at again only when it has changed, so that a pack of a thousand snippets can
be checked as a whole after every pause in typing.
"""

from __future__ import annotations

from pathlib import Path

from lsp_learn.model import PackManifest, Problem, Snippet
from lsp_learn.packs.files import PATHS, SNIPPETS, FolderFiles
from lsp_learn.packs.fixes import Fix, fixes_for
from lsp_learn.packs.lint import Linted, lint_file, lint_manifest, lint_together
from lsp_learn.packs.manifest import MANIFEST
from lsp_learn.packs.paths import read_path

MANY = 5_000
"""Snippets of a pack up to which it is looked at as a whole; of a larger one each open file by
itself: reading them all would hold up hovers for seconds."""


class _OpenFiles(FolderFiles):
    """A pack's folder, where a file that is open has the text of the editor."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.texts: dict[str, bytes] = {}

    def snippets(self) -> list[str]:
        """The snippet files, sorted; those that are not saved yet too."""
        return sorted({*super().snippets(), *(n for n in self.texts if n.endswith(".md"))})

    def size(self, name: str) -> int:
        """Bytes of a file. Raises OSError."""
        return len(self.texts[name]) if name in self.texts else super().size(name)

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        return self.texts[name] if name in self.texts else super().read(name)

    def state(self, name: str) -> object:
        """Is another one when the file is."""
        if name in self.texts:
            return self.texts[name]
        try:
            status = (self._folder / name).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size


class EditedPack:
    """One pack with files open in an editor. Not for several threads at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = _OpenFiles(folder)
        self._manifest: PackManifest | None = None
        self._seen: dict[str, tuple[object, Linted]] = {}

    def put(self, name: str, text: str) -> None:
        """A file is open with this text."""
        self._files.texts[name] = text.encode("utf-8", "replace")

    def drop(self, name: str) -> bool:
        """A file is closed; whether others are still open."""
        self._files.texts.pop(name, None)
        return bool(self._files.texts)

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the manifest and the snippets, and with the learning
        paths that are open, each by itself.
        """
        manifest, problems = lint_manifest(self._files)
        if manifest is None:
            return (*problems, *self._without_manifest(problems))
        for name in self._files.texts:
            if name.startswith(f"{PATHS}/"):
                problems = (*problems, *read_path(self._files, name, manifest)[1])
        linted, whole = self._linted(manifest)
        if whole:
            return (*problems, *lint_together(linted, manifest))
        return (*problems, *(problem for one in linted for problem in one.problems))

    def snippets(self) -> list[Snippet]:
        """The snippets that can be read; of a pack of very many, those that are open."""
        manifest, _ = lint_manifest(self._files)
        found = self._linted(manifest)[0] if manifest else []
        return [one.snippet for one in found if one.snippet is not None]

    def mending(self, name: str, text: str) -> list[tuple[Fix, str, tuple[Problem, ...]]]:
        """The fixes that would change a file's text: what it becomes, and the problems of the
        file by itself that are left then.
        """
        found = []
        for fix in fixes_for(name):
            made = fix.mend(text)
            if made != text:
                found.append((fix, made, self._alone(name, made)))
        return found

    def _alone(self, name: str, text: str) -> tuple[Problem, ...]:
        files = _OpenFiles(self.folder)
        files.texts = {**self._files.texts, name: text.encode("utf-8", "replace")}
        manifest, problems = lint_manifest(files)
        if name == MANIFEST or manifest is None:
            return problems
        return lint_file(files, name, manifest).problems

    def _linted(self, manifest: PackManifest) -> tuple[list[Linted], bool]:
        """The snippet files, and whether these are all."""
        if manifest != self._manifest:  # its languages are those of the snippets
            self._manifest, self._seen = manifest, {}
        seen, self._seen = self._seen, {}
        names = self._files.snippets()
        whole = len(names) <= MANY
        for name in names if whole else [name for name in names if name in self._files.texts]:
            state = self._files.state(name)
            known = seen.get(name)
            same = known is not None and known[0] == state
            linted = known[1] if known and same else lint_file(self._files, name, manifest)
            self._seen[name] = (state, linted)
        return [linted for _, linted in self._seen.values()], whole

    def _without_manifest(self, problems: tuple[Problem, ...]) -> list[Problem]:
        first = next(iter(problems), None)
        message = f"{MANIFEST} has an error: {first.message}" if first else f"{MANIFEST} is wrong"
        hint = "correct it first: until then the pack is left out as a whole"
        return [
            Problem("P001", name, 1, message, hint)
            for name in self._files.texts
            if name != MANIFEST
        ]


def pack_of(path: Path) -> tuple[Path, str] | None:
    """The folder of the pack that a file belongs to, and the file's path in there; None where
    it belongs to none. A `pack.toml` without snippets beside it may be another program's.
    """
    if path.name == MANIFEST:
        return (path.parent, MANIFEST) if (path.parent / SNIPPETS).is_dir() else None
    wanted = {".md": SNIPPETS, ".toml": PATHS}.get(path.suffix)
    for folder in path.parents if wanted else ():
        if folder.name == wanted and (folder.parent / MANIFEST).is_file():
            return folder.parent, path.relative_to(folder.parent).as_posix()
    return None
