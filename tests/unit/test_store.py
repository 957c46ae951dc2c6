"""Installing, updating, removing: what is said, what is on disk, what stays when it fails."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pack_files import make_pack, make_zip, member

from lsp_learn import locations
from lsp_learn.app import App
from lsp_learn.cli import main
from lsp_learn.errors import PackError
from lsp_learn.model import Origin
from lsp_learn.packs import lock as lock_file
from lsp_learn.packs import store as store_module
from lsp_learn.packs.bundle import CONTENTS
from lsp_learn.packs.files import RefusedError, file_hash
from lsp_learn.packs.install import Installer
from lsp_learn.packs.lock import BEFORE, LOCK, SourceKind, read_lock
from lsp_learn.packs.manifest import version_key
from lsp_learn.packs.store import KEPT_VERSIONS, Store

pytestmark = pytest.mark.usefixtures("only_mini")


@pytest.fixture
def installer() -> Installer:
    return App().installer()


@pytest.fixture
def store(installer: Installer) -> Store:
    return installer.store


def built(tmp_path: Path, pack_id: str = "team", version: str = "1.0.0", word: str = "x") -> Path:
    folder = make_pack(tmp_path / "source" / pack_id, pack_id, version, word)
    return App().build_pack(folder, tmp_path / f"{pack_id}-{version}-{word}.zip")[0]


def shown() -> dict[str, tuple[str, Origin]]:
    """Id, version and origin of the packs that are read, without the shipped one."""
    found = App().packs()
    assert found.problems == ()
    packs = {p.manifest.id: (p.manifest.version, p.origin) for p in found.packs}
    del packs["mini"]
    return packs


def on_disk() -> dict[str, bytes]:
    """What the store holds that counts."""
    root = locations.store_folder()
    files = [path for path in root.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


# -- one way for every source ------------------------------------------------------------------


def test_an_archive_is_installed_and_found_by_search_and_hover(
    installer: Installer, tmp_path: Path
) -> None:
    path = built(tmp_path, word="xylophone")
    (change,) = installer.install(str(path))
    assert (change.id, change.action, change.version) == ("team", "installed", "1.0.0")
    path.unlink()
    assert shown() == {"team": ("1.0.0", Origin.INSTALLED)}
    app = App()
    assert app.pack_problems() == ()
    found = app.snippet("team.print")
    assert found is not None
    assert [section.markdown for section in found.sections][-1] == "xylophone"


def test_a_folder_is_copied(installer: Installer, tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "team")
    assert installer.install(str(folder))[0].action == "installed"
    shutil.rmtree(folder)
    assert shown() == {"team": ("1.0.0", Origin.INSTALLED)}
    assert App().snippet("team.print") is not None


def test_a_linked_folder_is_read_where_it_is(installer: Installer, tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "team")
    assert installer.install(str(folder), link=True)[0].action == "linked"
    assert shown() == {"team": ("1.0.0", Origin.LINKED)}
    before = App().fingerprint()
    make_pack(folder, version="1.1.0", word="longer than before")
    assert shown() == {"team": ("1.1.0", Origin.LINKED)}
    assert App().fingerprint() != before
    installer.store.remove(["team"])
    assert shown() == {}
    assert (folder / "pack.toml").exists()


def test_a_linked_folder_cannot_become_another_pack(installer: Installer, tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "team")
    installer.install(str(folder), link=True)
    make_pack(folder, "mini")
    (problem,) = App().packs().problems
    assert problem.code == "P005"
    assert problem in installer.store.verify()
    assert [p.origin for p in App().packs().packs] == [Origin.SHIPPED]


def test_the_same_pack_again_changes_nothing(installer: Installer, tmp_path: Path) -> None:
    path = str(built(tmp_path))
    installer.install(path)
    before = on_disk()
    assert installer.install(path)[0].action == "unchanged"
    assert on_disk() == before


def test_the_checksum_must_fit(installer: Installer, tmp_path: Path) -> None:
    path = built(tmp_path)
    with pytest.raises(PackError, match="has the checksum"):
        installer.install(str(path), sha256="0" * 64)
    assert shown() == {}
    installer.install(str(path), sha256=file_hash(path).upper())
    assert shown() == {"team": ("1.0.0", Origin.INSTALLED)}


def test_a_pinned_pack_is_not_updated_by_itself(installer: Installer, tmp_path: Path) -> None:
    path = built(tmp_path)
    installer.install(str(path), sha256=file_hash(path))
    changes, ((key, error),) = installer.update()
    assert changes == ()
    assert key == "team"
    assert "--sha256" in error.hint


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"text": "/nowhere/at/all"}, "is not there"),
        ({"text": "ftp://host/pack.zip"}, "no http or https address"),
        ({"text": "https://me:secret@host/pack.zip"}, "user or a password"),
        ({"text": "https:///pack.zip"}, "no http or https address"),
        ({"text": "wheel:there-is-no-such-wheel"}, "no distribution"),
        ({"text": "wheel:pytest"}, "offers no packs"),
        ({"text": "FOLDER", "sha256": "0" * 64}, "only an archive has a checksum"),
        ({"text": "https://host/x.zip", "link": True}, "only a folder"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_source_that_cannot_be(
    words: dict[str, Any], said: str, installer: Installer, tmp_path: Path
) -> None:
    if words["text"] == "FOLDER":
        words = {**words, "text": str(make_pack(tmp_path / "team"))}
    with pytest.raises(PackError, match=said) as caught:
        installer.install(**words)
    assert caught.value.hint
    assert "secret" not in str(caught.value)


def test_a_refused_archive_is_named_with_its_rule(installer: Installer, tmp_path: Path) -> None:
    path = make_zip(tmp_path / "bad.zip", member("../../etc/a.md"))
    with pytest.raises(RefusedError, match=r"\.\./\.\./etc/a\.md.*A007"):
        installer.install(str(path))
    assert shown() == {}


def test_an_archive_without_a_manifest(installer: Installer, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("readme.md", "hello")
    with pytest.raises(PackError, match=r"pack\.toml") as caught:
        installer.install(str(tmp_path / "a.zip"))
    assert caught.value.hint


def test_a_folder_with_errors_is_not_installed(installer: Installer, tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "team")
    (folder / "snippets" / "bad.md").write_text("x", encoding="utf-8")
    with pytest.raises(PackError, match=r"snippets/bad\.md"):
        installer.install(str(folder))
    assert shown() == {}
    assert list((locations.store_folder() / "incoming").glob("*-*[!k]")) == []


# -- whose id it is ----------------------------------------------------------------------------


def test_an_id_stays_with_its_first_source(installer: Installer, tmp_path: Path) -> None:
    installer.install(str(built(tmp_path)))
    other = built(tmp_path / "elsewhere", version="9.0.0")
    with pytest.raises(PackError, match="comes from archive") as caught:
        installer.install(str(other))
    assert "--rebind" in caught.value.hint
    assert shown()["team"][0] == "1.0.0"
    installer.install(str(other), rebind=True)
    assert shown()["team"][0] == "9.0.0"
    with pytest.raises(PackError, match="comes from archive"):
        installer.install(str(built(tmp_path, version="9.9.0")))


def test_an_archive_beside_the_first_one_is_of_the_same_source(
    installer: Installer, tmp_path: Path
) -> None:
    installer.install(str(built(tmp_path)))
    (change,) = installer.install(str(built(tmp_path, version="1.1.0")))
    assert (change.action, change.before, change.version) == ("updated", "1.0.0", "1.1.0")


def test_the_id_of_a_shipped_pack_is_taken(installer: Installer, tmp_path: Path) -> None:
    path = str(built(tmp_path, "mini", "9.0.0"))
    with pytest.raises(PackError, match="comes with lsp-learn"):
        installer.install(path)
    installer.install(path, rebind=True)
    (pack,) = App().packs().packs
    assert (pack.manifest.version, pack.origin) == ("9.0.0", Origin.INSTALLED)
    installer.store.remove(["mini"])
    (pack,) = App().packs().packs
    assert pack.origin is Origin.SHIPPED


# -- versions ----------------------------------------------------------------------------------


def test_versions_are_ordered_as_semantic_versioning_does() -> None:
    """The examples of https://semver.org, paragraph 11, and numbers that are no texts."""
    ordered = [
        "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
        "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1", "2.10.0", "10.0.0",
    ]  # fmt: skip
    backwards = ordered[::-1]
    assert sorted(backwards, key=version_key) == ordered


def test_an_older_version_is_installed_only_when_asked(
    installer: Installer, tmp_path: Path
) -> None:
    installer.install(str(built(tmp_path, version="1.10.0")))
    old = str(built(tmp_path, version="1.9.0"))
    with pytest.raises(PackError, match=r"1\.9\.0 is older than 1\.10\.0") as caught:
        installer.install(old)
    assert "rollback" in caught.value.hint
    installer.install(old, downgrade=True)
    assert shown()["team"][0] == "1.9.0"


def test_rollback_goes_back_and_forth_and_to_a_named_version(
    installer: Installer, tmp_path: Path
) -> None:
    for version in ("1.0.0", "1.1.0", "1.2.0", "1.3.0"):
        installer.install(str(built(tmp_path, version=version)))
    store = installer.store
    change = store.rollback("team")
    assert (change.before, change.version) == ("1.3.0", "1.2.0")
    assert shown()["team"][0] == "1.2.0"
    store.rollback("team")
    assert shown()["team"][0] == "1.3.0"
    store.rollback("team", "1.1.0")
    assert shown()["team"][0] == "1.1.0"
    with pytest.raises(PackError, match=r"no version 1\.0\.0") as caught:
        store.rollback("team", "1.0.0")
    assert "1.3.0, 1.2.0" in caught.value.hint
    assert len(store.get("team").versions) == KEPT_VERSIONS


def test_archives_that_nothing_needs_are_deleted(installer: Installer, tmp_path: Path) -> None:
    for number in range(6):
        installer.install(str(built(tmp_path, version=f"1.{number}.0")))
    archives = list((installer.store.root / "archives").iterdir())
    # Those of this state and of the state before, which a reader may still be at.
    assert len(archives) == KEPT_VERSIONS + 1
    installer.store.remove(["team"])
    installer.install(str(built(tmp_path, "other")))
    installer.install(str(built(tmp_path, "other")))  # no change: the state before stays that
    assert len(list((installer.store.root / "archives").iterdir())) == 1
    installer.install(str(built(tmp_path, "other", "1.1.0")))
    installer.install(str(built(tmp_path, "other", "1.1.0")))
    assert len(list((installer.store.root / "archives").iterdir())) == 2
    installer.store.remove(["other"])
    installer.install(str(built(tmp_path, "last")))
    (left,) = (installer.store.root / "archives").iterdir()
    assert left.stem == installer.store.get("last").versions[0].sha256


def test_the_state_before_can_be_gone_back_to_after_commands_that_changed_nothing(
    installer: Installer, tmp_path: Path
) -> None:
    installer.install(str(built(tmp_path)))
    installer.store.remove(["team"])
    other = str(built(tmp_path, "other"))
    with pytest.raises(PackError):
        installer.store.remove(["team"])
    (installer.store.root / LOCK).write_text("x", encoding="utf-8")
    installer.store.repair()
    assert installer.store.verify() == ()
    installer.install(other)
    installer.install(other)
    (installer.store.root / LOCK).write_text("x", encoding="utf-8")
    installer.store.repair()
    assert installer.store.verify() == ()
    assert set(shown()) == {"team"}


def test_update_fetches_again(installer: Installer, tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "team")
    linked = make_pack(tmp_path / "linked", "linked")
    installer.install(str(folder))
    installer.install(str(linked), link=True)
    changes, failures = installer.update()
    assert failures == ()
    assert [(c.id, c.action) for c in changes] == [("linked", "linked"), ("team", "unchanged")]
    make_pack(folder, version="1.1.0")
    changes, _ = installer.update(["team"])
    assert [(c.action, c.before, c.version) for c in changes] == [("updated", "1.0.0", "1.1.0")]
    shutil.rmtree(folder)
    changes, ((key, error),) = installer.update()
    assert [c.id for c in changes] == ["linked"]
    assert key == "team"
    assert error.hint
    assert shown()["team"] == ("1.1.0", Origin.INSTALLED)


def test_update_does_not_take_another_pack(installer: Installer, tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "team")
    installer.install(str(folder))
    make_pack(folder, "other")
    _, ((_, error),) = installer.update()
    assert "no pack 'team' any more, but other" in str(error)
    assert set(shown()) == {"team"}


ON_NONE: dict[str, Any] = {
    "remove": lambda installer: installer.store.remove(["team", "none"]),
    "rollback": lambda installer: installer.store.rollback("none"),
    "update": lambda installer: installer.update(["none"]),
}


@pytest.mark.parametrize("action", ON_NONE)
def test_a_pack_that_is_not_installed(action: str, installer: Installer, tmp_path: Path) -> None:
    installer.install(str(built(tmp_path)))
    with pytest.raises(PackError, match="'none' is not installed") as caught:
        ON_NONE[action](installer)
    assert caught.value.hint == "installed packs: team"
    assert set(shown()) == {"team"}


# -- bundles -----------------------------------------------------------------------------------


def test_a_bundle_carries_packs_to_another_machine(
    installer: Installer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer.install(str(built(tmp_path)))
    installer.install(str(make_pack(tmp_path / "copied", "copied")))
    installer.install(str(make_pack(tmp_path / "linked", "linked")), link=True)
    bundle = tmp_path / "bundle.zip"
    assert {change.id for change in installer.export(bundle)} == {"team", "copied", "linked"}
    again = tmp_path / "again.zip"
    installer.export(again)
    assert again.read_bytes() == bundle.read_bytes()

    monkeypatch.setenv("LSP_LEARN_DATA", str(tmp_path / "other machine"))
    there = App().installer()
    assert {c.action for c in there.install(str(bundle))} == {"installed"}
    assert shown() == dict.fromkeys(("team", "copied", "linked"), ("1.0.0", Origin.INSTALLED))
    assert there.store.get("team").source == installer.store.get("team").source
    with pytest.raises(PackError, match="comes from archive"):
        there.install(str(built(tmp_path / "elsewhere", version="2.0.0")))
    installer = Installer(Store(tmp_path / "data" / "store"))
    monkeypatch.setenv("LSP_LEARN_DATA", str(tmp_path / "data"))
    installer.install(str(built(tmp_path, version="1.1.0")))
    installer.export(bundle, ["team"])
    monkeypatch.setenv("LSP_LEARN_DATA", str(tmp_path / "other machine"))
    (change,) = there.install(str(bundle))
    assert (change.action, change.version) == ("updated", "1.1.0")


@pytest.mark.parametrize("what", ["name", "packed", "byte", "contents", "format", "escape"])
def test_a_bundle_that_was_changed_is_refused(
    what: str, installer: Installer, tmp_path: Path
) -> None:
    installer.install(str(built(tmp_path)))
    whole = tmp_path / "whole.zip"
    installer.export(whole)
    installer.store.remove(["team"])
    made = tmp_path / "made.zip"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            content, name, method = old.read(info), info.filename, zipfile.ZIP_STORED
            if name == CONTENTS:
                if what == "contents":
                    content = b'{"format": 1, "packs": {"team": {}}}'
                elif what == "format":
                    content = content.replace(b'"format": 1', b'"format": 2')
            elif what == "byte":
                content = content[:200] + bytes([content[200] ^ 1]) + content[201:]
            elif what == "packed":
                method = zipfile.ZIP_DEFLATED
            elif what == "escape":
                name = "packs/../../../evil.zip"
            new.writestr(name, content, method)
        if what == "name":
            new.writestr("run.py", "print(1)")
    with pytest.raises(PackError, match="bundle") as caught:
        installer.install(str(made))
    assert caught.value.hint
    assert shown() == {}


def test_a_bundle_of_nothing(installer: Installer, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no packs are installed"):
        installer.export(tmp_path / "b.zip")


# -- what goes wrong with a disk ---------------------------------------------------------------


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"format": 1}', '{"format": 1, "packs": {"../x": {}}}', "\0\0\0"]
)
def test_a_damaged_lock_file_is_reported_and_loses_nothing(
    content: str, installer: Installer, tmp_path: Path
) -> None:
    installer.install(str(built(tmp_path)))
    installer.install(str(built(tmp_path, "other")))
    store = installer.store
    (store.root / LOCK).write_text(content, encoding="utf-8")
    before = on_disk()

    found = App().packs()  # the state before the last change: team alone
    assert {p.manifest.id for p in found.packs} == {"mini", "team"}
    (problem,) = found.problems
    assert problem.code == "P004"
    assert "verify --repair" in problem.hint
    for change in (
        lambda: installer.install(str(built(tmp_path, "third"))),
        lambda: store.remove(["team"]),
        lambda: store.rollback("team"),
    ):
        with pytest.raises(PackError, match="damaged"):
            change()
    assert on_disk() == before

    assert store.repair()
    assert store.verify() == ()
    assert shown() == {"team": ("1.0.0", Origin.INSTALLED)}
    assert (store.root / f"{LOCK}.damaged").read_text(encoding="utf-8") == content
    assert not store.repair()
    installer.install(str(built(tmp_path, "other")))
    assert set(shown()) == {"team", "other"}


def test_a_lock_file_of_a_newer_version_is_left_alone(installer: Installer, tmp_path: Path) -> None:
    installer.install(str(built(tmp_path)))
    path = installer.store.root / LOCK
    path.write_text('{"format": 2, "anything": []}', encoding="utf-8")
    before = on_disk()
    (problem,) = App().packs().problems
    assert "newer lsp-learn" in problem.message
    assert not installer.store.repair()
    with pytest.raises(PackError, match="newer lsp-learn"):
        installer.store.remove(["team"])
    assert on_disk() == before


def test_both_lock_files_damaged(installer: Installer, tmp_path: Path) -> None:
    installer.install(str(built(tmp_path)))
    installer.install(str(built(tmp_path, "other")))
    for name in (LOCK, BEFORE):
        (installer.store.root / name).write_text("x", encoding="utf-8")
    assert len(App().packs().problems) == 1
    assert installer.store.repair()
    assert App().packs().problems == ()
    installer.install(str(built(tmp_path)))
    assert set(shown()) == {"team"}


def test_a_changed_archive_is_not_read_and_verify_names_it(
    installer: Installer, tmp_path: Path
) -> None:
    installer.install(str(built(tmp_path)))
    sha256 = installer.store.get("team").versions[0].sha256
    path = installer.store.root / "archives" / f"{sha256}.zip"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(bytes(content))
    (problem,) = App().pack_problems()
    assert problem.code == "P005"
    (problem,) = installer.store.verify()
    assert "has changed" in problem.message
    assert "pack install" in problem.hint
    assert App().snippet("team.print") is None
    installer.install(str(built(tmp_path)))
    assert installer.store.verify() == ()
    assert App().snippet("team.print") is not None, "the index without it is used no more"


def test_a_missing_archive_is_reported(installer: Installer, tmp_path: Path) -> None:
    installer.install(str(built(tmp_path)))
    sha256 = installer.store.get("team").versions[0].sha256
    (installer.store.root / "archives" / f"{sha256}.zip").unlink()
    (problem,) = App().packs().problems
    assert problem.code == "P005"
    (problem,) = installer.store.verify()
    assert "missing" in problem.message


def fail_after(count: int, monkeypatch: pytest.MonkeyPatch, number: int) -> list[int]:
    """From the nth step that changes the disk on, the disk is full."""
    done = [0]

    def step(plain: Any) -> Any:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            done[0] += 1
            if done[0] > count:
                raise OSError(number, os.strerror(number))
            return plain(*args, **kwargs)

        return wrapped

    for owner, name in (
        (Path, "replace"), (os, "fsync"), (shutil, "copyfile"), (lock_file.tempfile, "mkstemp"),
        (lock_file.json, "dumps"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, step(getattr(owner, name)))
    return done


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_full_disk_at_every_step_leaves_the_old_state_or_the_new(
    number: int, installer: Installer, tmp_path: Path
) -> None:
    installer.install(str(built(tmp_path)))
    new = str(built(tmp_path, version="1.1.0"))
    for count in range(40):
        with pytest.MonkeyPatch.context() as patch:
            done = fail_after(count, patch, number)
            errors = []
            try:
                installer.install(new)
            except PackError as error:
                errors.append(error)
            finished = done[0] <= count
        assert shown()["team"][0] in ({"1.1.0"} if finished else {"1.0.0", "1.1.0"})
        assert installer.store.verify() == ()
        for error in errors:
            assert os.strerror(number) in str(error)
            assert "LSP_LEARN_DATA" in error.hint
        if finished:
            break
    assert 5 < count < 39


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to(installer: Installer, tmp_path: Path) -> None:
    data = locations.data_folder()
    data.mkdir()
    data.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(PackError, match="cannot be changed") as caught:
            installer.install(str(built(tmp_path)))
        assert "LSP_LEARN_DATA" in caught.value.hint
    finally:
        data.chmod(stat.S_IRWXU)


def test_a_data_folder_that_is_a_file(installer: Installer, tmp_path: Path) -> None:
    locations.data_folder().write_text("x", encoding="utf-8")
    with pytest.raises(PackError, match="cannot be changed"):
        installer.install(str(built(tmp_path)))
    assert shown() == {}


def test_without_a_home_nothing_is_put_into_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LSP_LEARN_DATA", "LSP_LEARN_CACHE"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as without HOME and user
    monkeypatch.chdir(tmp_path)
    for folder in (locations.data_folder(), locations.cache_folder()):
        assert folder.is_absolute()
        assert not folder.is_relative_to(tmp_path)


@pytest.mark.parametrize("seconds", [0.0, 4e9], ids=["1970", "2096"])
def test_a_wrong_clock_changes_nothing(
    seconds: float, installer: Installer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer.install(str(built(tmp_path)))
    monkeypatch.setattr(time, "time", lambda: seconds)
    installer.install(str(built(tmp_path, version="1.1.0")))
    installer.store.rollback("team")
    assert shown()["team"][0] == "1.0.0"
    assert installer.store.verify() == ()


def test_what_killed_processes_left_is_swept(installer: Installer, tmp_path: Path) -> None:
    installer.install(str(built(tmp_path)))
    root = installer.store.root
    (root / "archives" / f"{'0' * 64}.zip").write_bytes(b"orphan")
    (root / ".writing-abc").write_bytes(b"half")
    (root / "incoming" / "folder-abc").mkdir()
    (root / "incoming" / "folder-abc" / "half.zip").write_bytes(b"half")
    (root / "incoming" / "url-abc").mkdir()
    installer.install(str(built(tmp_path, version="1.1.0")))
    left = {path.name for path in root.rglob("*") if path.suffix != ".lock"}
    archives = {f"{v.sha256}.zip" for v in installer.store.get("team").versions}
    assert left == {LOCK, BEFORE, "archives", "incoming", "url-abc", *archives}


# -- several at once ---------------------------------------------------------------------------


def test_who_must_wait_is_told(store: Store, tmp_path: Path) -> None:
    told = threading.Event()
    path = built(tmp_path)
    second = Installer(Store(store.root, told.set))
    with store._held():
        thread = threading.Thread(target=second.install, args=(str(path),))
        thread.start()
        assert told.wait(20)
        assert store.read()[0].packs == {}
    thread.join(20)
    assert set(shown()) == {"team"}


def test_a_wait_that_is_too_long_is_an_error(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_LOCK_SECONDS", 0.05)
    with store._held(), pytest.raises(PackError, match="another lsp-learn") as caught:
        Store(store.root).remove(["team"])
    assert "try again later" in caught.value.hint


# -- trust -------------------------------------------------------------------------------------


def test_a_workspaces_packs_are_read_once_it_is_trusted(store: Store, tmp_path: Path) -> None:
    workspace = tmp_path / "project"
    make_pack(workspace / ".lsp-learn", "own")
    app = App()
    app.work_in([workspace])
    assert [p.manifest.id for p in app.packs().packs] == ["mini"]
    assert app.untrusted() == (workspace / ".lsp-learn",)
    store.trust(workspace)
    assert store.trusted() == (workspace.resolve(),)
    app.refresh()
    assert [(p.manifest.id, p.origin) for p in app.packs().packs] == [
        ("mini", Origin.SHIPPED), ("own", Origin.WORKSPACE),
    ]  # fmt: skip
    assert app.untrusted() == ()
    store.withdraw(workspace)
    app.refresh()
    assert [p.manifest.id for p in app.packs().packs] == ["mini"]
    assert store.trusted() == ()


def test_trust_is_bound_to_the_path(store: Store, tmp_path: Path) -> None:
    make_pack(tmp_path / "one" / ".lsp-learn" / "own", "own")
    store.trust(tmp_path / "one")
    (tmp_path / "one").rename(tmp_path / "two")
    app = App()
    app.work_in([tmp_path / "two"])
    assert [p.manifest.id for p in app.packs().packs] == ["mini"]
    (tmp_path / "link").symlink_to(tmp_path / "two")
    store.trust(tmp_path / "link")
    app.refresh()
    assert len(app.packs().packs) == 2


def test_trust_that_makes_no_sense(store: Store, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no packs of its own"):
        store.trust(tmp_path)
    with pytest.raises(PackError, match="was not trusted"):
        store.withdraw(tmp_path)


def test_a_damaged_list_of_trusted_folders_trusts_nothing(store: Store, tmp_path: Path) -> None:
    make_pack(tmp_path / "one" / ".lsp-learn", "own")
    store.trust(tmp_path / "one")
    (store.root / "trusted.json").write_text("{", encoding="utf-8")
    app = App()
    app.work_in([tmp_path / "one"])
    assert [p.manifest.id for p in app.packs().packs] == ["mini"]


# -- the index follows -------------------------------------------------------------------------


@pytest.mark.parametrize("link", [False, True], ids=["installed", "linked"])
def test_an_index_has_the_name_of_what_it_was_written_from(
    link: bool, installer: Installer, tmp_path: Path
) -> None:
    """While it is written, a new version is installed, or the linked folder changes."""
    source = make_pack(tmp_path / "source" / "team", word="old")
    installer.install(str(source), link=link)
    app = App()
    before, changed = app.fingerprint(), []

    def report(_: object) -> None:
        if not changed:
            changed.append(make_pack(source, version="1.1.0", word="much newer"))
            installer.install(str(source), link=link)

    folder = app.build("exact", report)
    assert changed
    assert (folder.name == before) is not link
    assert app.generations("exact").ready(before) is not link
    words = [one.snippet("team.print") for one in (app, App())]
    assert [s.sections[-1].markdown if s else "" for s in words] == [
        "much newer" if link else "old", "much newer",
    ]  # fmt: skip


def test_an_archive_that_is_removed_while_it_is_read_costs_no_index(
    installer: Installer, tmp_path: Path
) -> None:
    """An index without the pack must not have the name of one with it."""
    installer.install(str(built(tmp_path)))
    app = App()
    before, changed = app.fingerprint(), []

    def report(_: object) -> None:
        if not changed:
            changed.append(installer.store.remove(["team"]))
            installer.install(str(built(tmp_path, "other")))

    assert app.build("exact", report).name != before
    assert not app.generations("exact").ready(before)
    installer.install(str(built(tmp_path)))
    assert App().snippet("team.print") is not None


# -- the commands ------------------------------------------------------------------------------


def asked(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_the_commands_from_build_to_remove(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make_pack(tmp_path / "src")
    code, out, _ = asked(capsys, "pack", "build", "src")
    assert code == 0
    name, sha256 = out.strip().split("\t")
    assert name == "team-1.0.0.zip"

    code, out, _ = asked(capsys, "pack", "install", name, "--sha256", sha256, "--json")
    assert code == 0
    values = json.loads(out)
    assert values["index"] == "ready"
    assert [(c["id"], c["action"]) for c in values["changes"]] == [("team", "installed")]
    assert App().ready("exact")

    code, out, _ = asked(capsys, "pack", "info", "team", "--json")
    assert json.loads(out)["versions"] == [
        {"version": "1.0.0", "sha256": sha256, "size": (tmp_path / name).stat().st_size}
    ]
    code, out, _ = asked(capsys, "pack", "info", "team")
    assert sha256 in out

    code, out, _ = asked(capsys, "pack", "list")
    assert ["team", "1.0.0", "installed"] in [line.split("\t")[:3] for line in out.splitlines()]

    code, out, _ = asked(capsys, "pack", "verify")
    assert (code, out) == (0, "checked 1 installed packs: all as they were installed\n")

    code, out, _ = asked(capsys, "pack", "export", "-o", "b.zip")
    assert out == "team 1.0.0\nb.zip\n"

    code, out, _ = asked(capsys, "pack", "remove", "team", "--no-index")
    assert out.startswith("removed team 1.0.0 (archive ")
    assert not App().ready("exact")

    code, out, _ = asked(capsys, "pack", "install", "b.zip", "--no-index")
    assert out.startswith("installed team 1.0.0 (archive ")

    code, out, _ = asked(capsys, "pack", "update")
    assert code == 1
    assert out.startswith("failed team: team was installed by its checksum")

    code, _, err = asked(capsys, "pack", "rollback", "team")
    assert code == 1
    assert err.startswith("lsp-learn: team has no version before this one")

    code, _, err = asked(capsys, "pack", "info", "none")
    assert code == 1
    assert "there are: mini, team" in err


def test_the_commands_of_trust(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    make_pack(tmp_path / "project" / ".lsp-learn", "own")
    assert asked(capsys, "pack", "trust")[1:] == ("", "lsp-learn: no workspace is trusted\n")
    code, out, _ = asked(capsys, "pack", "trust", tmp_path / "project")
    assert (code, out) == (0, f"{(tmp_path / 'project').resolve()}\n")
    code, out, _ = asked(capsys, "pack", "trust", "--json")
    assert json.loads(out) == [str((tmp_path / "project").resolve())]
    code, out, _ = asked(capsys, "search", "print", "--workspace", tmp_path / "project", "--json")
    assert "own.print" in {hit["id"] for hit in json.loads(out)}
    assert asked(capsys, "pack", "untrust", tmp_path / "project", "--json")[1] == "[]\n"
    assert asked(capsys, "pack", "untrust", tmp_path)[0] == 1


def test_repair_by_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    App().installer().install(str(built(tmp_path)))
    (locations.store_folder() / LOCK).write_text("{", encoding="utf-8")
    code, out, _ = asked(capsys, "pack", "list")
    assert code == 1
    assert "P004" in out
    code, out, err = asked(capsys, "pack", "verify", "--repair")
    assert code == 0
    assert "is back" in err
    assert read_lock(locations.store_folder())[1] == ()


# -- wheels ------------------------------------------------------------------------------------


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed distribution that offers two packs, and fails when it is imported."""
    site = tmp_path / "site"
    package = site / "acme_packs"
    make_pack(package / "team")
    make_pack(package / "more", "more", "2.0.0")
    (package / "__init__.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    facts = site / "acme_packs-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-packs\nVersion: 1.0\n")
    points = "[lsp_learn.packs]\nteam = acme_packs.team\nmore = acme_packs:more\n"
    (facts / "entry_points.txt").write_text(points)
    monkeypatch.syspath_prepend(str(site))
    return site


def test_the_packs_of_a_wheel_are_installed_without_importing_it(
    wheel: Path, installer: Installer
) -> None:
    changes = installer.install("wheel:acme-packs")
    assert [(c.id, c.version) for c in changes] == [("more", "2.0.0"), ("team", "1.0.0")]
    assert "acme_packs" not in sys.modules
    assert installer.store.get("team").source.kind is SourceKind.WHEEL
    make_pack(wheel / "acme_packs" / "team", version="1.1.0")
    changes, failures = installer.update(["team"])
    assert failures == ()
    assert [(c.id, c.version) for c in changes] == [("team", "1.1.0")]


def test_the_packs_of_an_editable_wheel_are_found(
    wheel: Path, installer: Installer, tmp_path: Path
) -> None:
    """The facts are elsewhere than the package, as an editable installation has it."""
    facts = tmp_path / "facts"
    facts.mkdir()
    (wheel / "acme_packs-1.0.dist-info").rename(facts / "acme_packs-1.0.dist-info")
    sys.path.insert(0, str(facts))
    try:
        assert len(installer.install("wheel:acme-packs")) == 2
    finally:
        sys.path.remove(str(facts))
    assert "acme_packs" not in sys.modules


def test_a_wheel_whose_packs_are_not_there(wheel: Path, installer: Installer) -> None:
    shutil.rmtree(wheel / "acme_packs" / "more")
    with pytest.raises(PackError, match="names 'acme_packs:more'"):
        installer.install("wheel:acme-packs")
    assert shown() == {}
    with pytest.raises(PackError, match="no distribution") as caught:
        installer.install("wheel:other")
    assert "acme-packs" in caught.value.hint


# -- no command that reads loads what fetches --------------------------------------------------


def test_reading_packs_loads_neither_httpx_nor_the_lock(
    installer: Installer, tmp_path: Path
) -> None:
    installer.install(str(built(tmp_path)))
    code = (
        "import sys\nfrom lsp_learn.app import App\nApp().packs()\n"
        "print(sorted({'httpx', 'filelock', 'zipfile', 'socket'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"
