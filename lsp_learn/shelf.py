"""The shelf: the packs on this machine and the two indexes of them, built, opened, repaired.

The half of the hall that knows `packs/` and `index/`; `app.py` is the other half. Safe to use
from several threads.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lsp_learn import locations
from lsp_learn.errors import IndexDamagedError, LspLearnError, PackError
from lsp_learn.model import InstalledPack, LearningPath, PackSet, Problem, Progress, Report
from lsp_learn.settings import Settings

if TYPE_CHECKING:  # heavy: loaded when first needed (tests/test_startup.py)
    from lsp_learn.index.exact import ExactIndex
    from lsp_learn.index.generations import Generations
    from lsp_learn.index.words import WordIndex
    from lsp_learn.packs.install import Installer
    from lsp_learn.packs.registry.publisher import Publisher

IndexT = TypeVar("IndexT")

_BUILDS = 10
"""How often an index is begun again because packs changed while it was written."""


def silent(_: Progress) -> None:
    """A `Report` that nobody reads."""


class _ChangedError(Exception):
    """Files of packs changed while an index was written from them; it must not get its name."""


class Shelf:
    """The packs that are read, and their indexes, each opened on first use."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._lock = threading.RLock()
        self._exact: tuple[str, ExactIndex] | None = None
        self._words: tuple[str, WordIndex] | None = None
        self._packs: PackSet | None = None
        self._workspaces: tuple[Path, ...] = ()
        self._state = ""
        self._private: tempfile.TemporaryDirectory[str] | None = None

    def configure(self, settings: Settings) -> None:
        """Use other settings from now on."""
        with self._lock:
            self.settings = settings
            self._packs = None

    def work_in(self, workspaces: Sequence[Path]) -> None:
        """Read the packs that these workspace folders carry themselves, where they are trusted."""
        with self._lock:
            self._workspaces = tuple(workspaces)
            self._packs = None

    @property
    def workspaces(self) -> tuple[Path, ...]:
        """The workspace folders whose own packs are asked for."""
        return self._workspaces

    def untrusted(self) -> tuple[Path, ...]:
        """The folders of packs in the workspaces that are not read, since nobody trusts them."""
        from lsp_learn.packs.find import workspace_packs  # noqa: PLC0415

        return tuple(workspace_packs(self._workspaces)[1])

    def installer(
        self, report: Report = silent, waiting: Callable[[], None] | None = None
    ) -> Installer:
        """What installs, updates and removes packs; `waiting` is called where another process
        holds it up.
        """
        from lsp_learn.packs.install import Installer  # noqa: PLC0415  (never in a server)
        from lsp_learn.packs.store import Store  # noqa: PLC0415

        return Installer(Store(locations.store_folder(), waiting), report)

    def publisher(
        self, folder: Path, keys: Sequence[Path] = (), report: Report = silent
    ) -> Publisher:
        """What makes and changes the registry in a folder, with the keys in other folders.

        Raises:
            PackError: the libraries for it are not installed.
        """
        try:
            from lsp_learn.packs.registry.publisher import Publisher  # noqa: PLC0415  (300 ms)
        except ModuleNotFoundError as error:
            library = (error.name or "").partition(".")[0]
            if library not in {"tuf", "securesystemslib", "urllib3", "cryptography"}:
                raise
            hint = "install it beside lsp-learn: python -m pip install 'lsp-learn[publish]'"
            message = f"publishing needs the library {library}, which is not here"
            raise PackError(message, hint) from None
        return Publisher(folder, keys, report)

    def build_pack(
        self, folder: Path, target: Path | None = None, report: Report = silent
    ) -> tuple[Path, str]:
        """Build the archive of the pack in a folder; returns its path and its SHA-256.

        Raises:
            PackError: the pack has errors, or the file cannot be written.
        """
        from lsp_learn.packs.build import build_pack  # noqa: PLC0415

        return build_pack(folder, target, report)

    def packs(self) -> PackSet:
        """The packs that are read, as of the last `refresh`."""
        from lsp_learn.packs.find import fingerprint  # noqa: PLC0415  (first use only)

        with self._lock:
            if self._packs is None:
                self._packs = self._look()
                self._state = fingerprint(self._packs.packs)
            return self._packs

    def _look(self) -> PackSet:
        from lsp_learn.packs.find import find_packs  # noqa: PLC0415

        settings = self.settings
        return find_packs(settings.pack_folders, settings.disabled_packs, self._workspaces)

    def refresh(self, *, quick: bool = False) -> bool:
        """Look at the packs on disk again, off the hover's path: it costs a look at every file.
        With `quick` a look at the folders is enough where they are as they were last seen.

        Returns:
            Whether the hover index for their new state is there; until it is, hovers are
            answered from the one before.
        """
        from lsp_learn.packs.memory import Asked, recall, remember  # noqa: PLC0415  (first use only)

        settings = self.settings
        with self._lock:
            asked = Asked(settings.pack_folders, settings.disabled_packs, self._workspaces)
            self._packs = None
            if quick and (found := recall(asked)):
                self._packs, self._state = found
            else:
                remember(asked, self.packs(), self._state)
            ready = self.ready("exact")
            if ready and self._exact is not None and self._exact[0] != self.fingerprint():
                self._exact = None
            return ready

    def pack_problems(self) -> tuple[Problem, ...]:
        """What is wrong with packs and with snippets that cannot be used."""
        from lsp_learn.packs.read import read_snippets  # noqa: PLC0415

        found = self.packs()
        wrong = [problem for _, problems in read_snippets(found.packs) for problem in problems]
        return (*found.problems, *wrong)

    def lint(self, folder: Path) -> tuple[Problem, ...]:
        """Every problem of the pack in a folder."""
        from lsp_learn.packs.lint import lint_pack  # noqa: PLC0415

        return lint_pack(folder)

    def paths(self, pack: InstalledPack) -> tuple[tuple[LearningPath, ...], tuple[Problem, ...]]:
        """The learning paths of a pack, and what is wrong with those that cannot be read."""
        from lsp_learn.packs.paths import read_paths  # noqa: PLC0415

        return read_paths(pack)

    def lint_links(self, folder: Path) -> tuple[Problem, ...]:
        """Ask the web page of every source in a pack. The only thing that uses a network."""
        from lsp_learn.model import InstalledPack, Origin  # noqa: PLC0415
        from lsp_learn.packs.links import lint_links  # noqa: PLC0415
        from lsp_learn.packs.manifest import read_manifest  # noqa: PLC0415
        from lsp_learn.packs.read import read_snippets  # noqa: PLC0415

        manifest, problems = read_manifest(folder)
        if manifest is None:
            return problems
        found = read_snippets([InstalledPack(manifest, folder, Origin.FOLDER)])
        return lint_links(snippet for snippet, _ in found if snippet is not None)

    def fingerprint(self) -> str:
        """Names the generation of both indexes that belongs to the packs as last seen, the
        format of the index and the library that reads it.
        """
        from lsp_learn.index.exact import VERSION  # noqa: PLC0415

        with self._lock:
            self.packs()
            return hashlib.sha256(f"{self._state} {VERSION}".encode()).hexdigest()[:24]

    def generations(self, part: str) -> Generations:
        """The generations of one index: `exact` or `words`."""
        from lsp_learn.index.generations import Generations  # noqa: PLC0415

        root = Path(self._private.name) if self._private else locations.index_folder()
        return Generations(root / part)

    def ready(self, part: str) -> bool:
        """Whether the index for the packs as last seen is there and whole."""
        return self.generations(part).ready(self.fingerprint())

    def build(self, part: str, report: Report = silent) -> Path:
        """Build an index unless it is there; returns its folder.

        Raises:
            LspLearnError: it cannot be written, or the packs do not stop changing.
        """
        for _ in range(_BUILDS):
            with self._lock:
                packs, wanted, state = self.packs().packs, self.fingerprint(), self._state
            write = partial(self._write, part, packs, state, wanted, report)
            try:
                return self.generations(part).build(wanted, write)
            except _ChangedError:
                with self._lock:
                    self._packs = None
        message = "the packs change faster than an index is built"
        raise LspLearnError(message, "wait until nothing installs or writes packs any more")

    def _write(
        self,
        part: str,
        packs: tuple[InstalledPack, ...],
        state: str,
        name: str,
        report: Report,
        folder: Path,
    ) -> None:
        from lsp_learn.index.build import write  # noqa: PLC0415
        from lsp_learn.packs.find import fingerprint  # noqa: PLC0415
        from lsp_learn.packs.read import count_snippets, read_snippets  # noqa: PLC0415

        written = self._written(name) if part != "exact" else None
        try:
            if written is not None:
                write(part, folder, written.snippets(), written.count, report)
            else:
                found = (snippet for snippet, _ in read_snippets(packs) if snippet is not None)
                write(part, folder, found, count_snippets(packs), report)
        except IndexDamagedError as error:  # the next attempt reads the packs
            self.generations("exact").drop(name)
            raise _ChangedError from error
        finally:
            if written is not None:
                written.close()
        if fingerprint(packs) != state:
            raise _ChangedError

    def _written(self, name: str) -> ExactIndex | None:
        """The hover index of a generation where it is there: it has every snippet as it was read
        from the packs, and gives them back in a tenth of the time.
        """
        from lsp_learn.index.exact import ExactIndex  # noqa: PLC0415

        generations = self.generations("exact")
        if generations.damage(name):
            return None
        try:
            return ExactIndex(generations.folder(name))
        except IndexDamagedError:
            return None

    def exact(self, report: Report = silent) -> ExactIndex:
        """The index for hovers, built first where it is missing.

        Raises:
            LspLearnError: it is not there and cannot be built.
        """
        from lsp_learn.index.exact import ExactIndex  # noqa: PLC0415

        with self._lock:
            if self._exact is None:
                self._exact = (self.fingerprint(), self._open(ExactIndex, "exact", report))
            return self._exact[1]

    def words(self, report: Report = silent) -> WordIndex:
        """The index for the search, built first where it is missing.

        Raises:
            LspLearnError: it is not there and cannot be built.
        """
        from lsp_learn.index.words import WordIndex  # noqa: PLC0415

        with self._lock:
            wanted = self.fingerprint()
            if self._words is None or self._words[0] != wanted:
                self._words = (wanted, self._open(WordIndex, "words", report))
            return self._words[1]

    def _open(self, opening: Callable[[Path], IndexT], part: str, report: Report) -> IndexT:
        """Open an index, building it if it is missing and once more if it turns out damaged."""
        wanted = self.fingerprint()
        for _ in range(2):
            try:
                index = opening(self._built(part, report))
            except IndexDamagedError:
                self.generations(part).drop(wanted)
            else:
                self.generations(part).touch(wanted)
                return index
        hint = f"delete {locations.index_folder()} and try again"
        raise LspLearnError("the index is damaged again right after it was built", hint)

    def _built(self, part: str, report: Report) -> Path:
        """The folder of a whole index. Where the cache cannot be written to, the index lives in
        a private temporary folder as long as this process: slower to start, but it works.
        """
        if self.ready(part):
            return self.generations(part).folder(self.fingerprint())
        try:
            return self.build(part, report)
        except LspLearnError:
            if self._private is not None:
                raise
            self._private = tempfile.TemporaryDirectory(prefix="lsp-learn-")
            return self.build(part, report)

    def _drop(self, part: str) -> None:
        with self._lock:
            self.generations(part).drop(self.fingerprint())
            if part == "exact":
                self._exact = None
            else:
                self._words = None
