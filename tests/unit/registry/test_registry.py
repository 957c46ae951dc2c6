"""A registry used: trusted, asked, followed; moved, damaged, out of reach."""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from pack_files import make_pack
from registries import TRANSPORTS, Registry, installed, installer, send_file, served, trust

from lsp_learn import locations
from lsp_learn.app import App
from lsp_learn.cli import main
from lsp_learn.errors import PackError
from lsp_learn.packs.registry import known as known_file
from lsp_learn.packs.registry.catalogue import (
    Catalogue,
    read_catalogue,
    split_name,
    write_catalogue,
)
from lsp_learn.packs.registry.fetch import file_path

pytestmark = pytest.mark.usefixtures("only_mini", "quick")


@pytest.fixture(params=TRANSPORTS)
def site(request: pytest.FixtureRequest, registry: Registry) -> Iterator[str]:
    """The registry's address."""
    with served(registry, request.param) as url:
        yield url


@pytest.fixture
def known(registry: Registry) -> Registry:
    """The registry, trusted where it is."""
    trust(registry, registry.folder.as_uri())
    return registry


def says(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What a command prints as JSON."""
    main([*arguments, "--json"])
    return json.loads(capsys.readouterr().out)


def source_file() -> Path:
    return locations.store_folder() / "sources" / "acme" / "source.json"


# -- the way of a pack -------------------------------------------------------------------------


def test_a_pack_is_installed_by_its_name_and_follows_the_registry(
    registry: Registry, site: str
) -> None:
    source = trust(registry, f"{site}/")
    assert (source.name, source.url) == ("acme", site)
    (change,) = installer().install("team")
    assert (change.action, change.version) == ("installed", "1.0.0")
    assert change.source == f"registry acme/team, root {source.identity[:12]}"
    assert source.identity == hashlib.sha256(registry.root).hexdigest()
    assert App().snippet("team.print") is not None
    assert installer().update()[0][0].action == "unchanged"
    registry.publish(version="1.1.0")
    assert [(c.action, c.version) for c in installer().update()[0]] == [("updated", "1.1.0")]
    (change,) = installer().install("team@1.0.0", downgrade=True)
    assert installed() == {"team": "1.0.0"}
    assert installer().store.rollback("team").version == "1.1.0"


def test_an_older_version_is_installed_only_when_that_is_said(known: Registry) -> None:
    known.publish(version="1.1.0")
    installer().install("team")
    with pytest.raises(PackError, match=r"1\.0\.0 is older than 1\.1\.0"):
        installer().install("team@1.0.0")


def test_a_version_that_is_not_final_is_only_taken_by_who_names_it(known: Registry) -> None:
    known.publish(version="2.0.0-rc.1")
    assert installer().install("team")[0].version == "1.0.0"
    assert installer().install("team@2.0.0-rc.1")[0].version == "2.0.0-rc.1"
    assert installer().update()[0][0].action == "unchanged"
    known.publish(version="2.0.0")
    assert installer().update()[0][0].version == "2.0.0"


@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        ("wiki", "the registry acme offers no pack wiki", "source packs acme"),
        ("team@7.0.0", "acme offers no version 7.0.0 of team", "there are: 1.0.0"),
    ],
)
def test_what_is_not_offered_is_named(known: Registry, name: str, said: str, hint: str) -> None:
    with pytest.raises(PackError, match=said) as caught:
        installer().install(name)
    assert hint in caught.value.hint


def test_nothing_is_fetched_that_is_here_already(registry: Registry) -> None:
    asked: list[str] = []

    def answer(ask: BaseHTTPRequestHandler) -> None:
        asked.append(ask.path)
        send_file(registry.folder)(ask)

    registry.publish("wiki")
    with served(registry, "http", answer) as url:
        trust(registry, url)
        installer().install("team")
        installer().install("wiki")
        del asked[:]
        assert {change.action for change in installer().update()[0]} == {"unchanged"}
    names = [path.rpartition("/")[2] for path in asked]
    # Two packs, one look; the other metadata is known.
    assert names[:2] == ["2.root.json", "timestamp.json"]
    assert [name[64:] for name in names[2:]] == [".index.json"]


def test_a_download_that_was_cut_is_gone_on_with(registry: Registry) -> None:
    cut, ranges = [True], []

    def answer(ask: BaseHTTPRequestHandler) -> None:
        if not ask.path.endswith(".zip"):
            send_file(registry.folder)(ask)
            return
        body = (registry.folder / ask.path.lstrip("/")).read_bytes()
        asked = ask.headers["Range"]
        ranges.append(asked)
        start = int(asked[6:-1]) if asked else 0
        ask.send_response(206 if asked else 200)
        ask.send_header("ETag", '"one"')
        ask.send_header("Content-Length", str(len(body) - start))
        if asked:
            ask.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        ask.end_headers()
        ask.wfile.write(body[start:500] if cut[0] else body[start:])

    with served(registry, "http", answer) as url:
        trust(registry, url)
        with pytest.raises(PackError, match="cannot be fetched") as caught:
            installer().install("team")
        assert "500 bytes are kept" in caught.value.hint
        cut[0] = False
        del ranges[:]
        installer().install("team")
    assert ranges == ["bytes=500-"]
    assert installed() == {"team": "1.0.0"}


# -- whose pack --------------------------------------------------------------------------------


def test_a_pack_stays_bound_to_its_registry(known: Registry, tmp_path: Path) -> None:
    other = Registry(tmp_path / "other", "other").begin()
    other.publish(version="9.0.0")
    installer().install("team")
    trust(other, other.folder.as_uri())
    assert installer().update()[0][0].action == "unchanged"
    for again in ({"text": "team", "registry": "other"}, {"text": str(tmp_path / "sources/team")}):
        with pytest.raises(PackError, match="the pack 'team' comes from registry acme/team"):
            installer().install(**again)
    assert installer().install("team")[0].action == "unchanged"
    installer().install("team", registry="other", rebind=True)
    assert installed() == {"team": "9.0.0"}


def test_of_two_registries_with_one_name_neither_is_taken(known: Registry, tmp_path: Path) -> None:
    other = Registry(tmp_path / "other", "other").begin()
    other.publish()
    other.publish("wiki")
    trust(other, other.folder.as_uri())
    with pytest.raises(PackError, match="team is offered by acme, other") as caught:
        installer().install("team")
    assert "--from acme" in caught.value.hint
    assert installer().install("wiki")[0].source.startswith("registry other/wiki")
    with pytest.raises(PackError, match="no registry that is known here offers pytest"):
        installer().install("pytest")
    shutil.rmtree(known.folder)
    with pytest.raises(PackError, match="the registry acme is not whole"):
        installer().install("team")
    assert installer().install("team", registry="other")[0].action == "installed"


def test_a_path_and_a_name_are_not_mixed_up(
    known: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    make_pack(Path("team"), version="5.0.0")
    with pytest.raises(PackError, match="team is a path here") as caught:
        installer().install("team")
    assert "./team" in caught.value.hint
    assert "--from" in caught.value.hint
    assert installer().install("team", registry="acme")[0].version == "1.0.0"
    assert installer().install("./team", rebind=True)[0].version == "5.0.0"


def test_options_that_do_not_fit_a_registry_are_named(known: Registry) -> None:
    for more in ({"link": True}, {"sha256": "0" * 64}):
        with pytest.raises(PackError, match="neither linked nor compared"):
            installer().install("team", **more)
    with pytest.raises(PackError, match=r"\./team is not the name of a pack"):
        installer().install("./team", registry="acme")
    with pytest.raises(PackError, match="no registry 'nope' is known here") as caught:
        installer().install("team", registry="nope")
    assert caught.value.hint == "known registries: acme"


def test_without_a_registry_a_name_is_a_path_that_is_not_there() -> None:
    with pytest.raises(PackError, match="team is not there") as caught:
        installer().install("team")
    assert "source add" in caught.value.hint


def test_a_bundle_carries_the_binding_to_a_machine_without_the_registry(
    known: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer().install("team")
    installer().export(tmp_path / "packs.zip")
    monkeypatch.setenv("LSP_LEARN_DATA", str(tmp_path / "elsewhere"))
    (change,) = installer().install(str(tmp_path / "packs.zip"))
    assert change.source.startswith("registry acme/team")
    ((key, error),) = installer().update()[1]
    assert (key, "registry that is not known here" in str(error)) == ("team", True)
    assert "source add" in error.hint
    known.publish(version="1.1.0")
    trust(known, known.copy("stick").as_uri(), "stick")
    assert installer().update()[0][0].version == "1.1.0"


# -- one registry, many roots ------------------------------------------------------------------


def test_the_identity_outlives_every_key(registry: Registry, site: str) -> None:
    first, root = trust(registry, site).identity, registry.root
    installer().install("team")
    for role in ("root", "targets", "snapshot", "timestamp", "root"):
        registry.publisher().rotation.rotate(role)
    registry.publish(version="1.1.0")
    assert registry.root != root
    assert installer().update()[0][0].version == "1.1.0"
    for given in (root, registry.root):  # as somebody new has it, early or late
        installer().sources.remove("acme")
        source = installer().sources.add(site, given)
        assert source.identity == first
        assert installer().update()[1] == ()


def test_a_later_root_of_another_registry_is_not_taken(
    registry: Registry, site: str, tmp_path: Path
) -> None:
    other = Registry(tmp_path / "other").begin()
    for one in (registry, other):
        one.publisher().rotation.rotate("root")
    with pytest.raises(PackError, match="not one of the registry at"):
        trust(other, site)


def test_nobody_takes_the_identity_of_another(
    registry: Registry, site: str, tmp_path: Path
) -> None:
    """A registry of one's own, under the first root of somebody else's."""
    own = Registry(tmp_path / "own").begin()
    own.publisher().rotation.rotate("root")
    shutil.copy(own.newest("root"), registry.metadata("2.root.json"))
    with pytest.raises(PackError, match="root was signed by 0/1 keys"):
        installer().sources.add(site, own.root, "own")


def test_a_registry_moves_and_what_was_seen_still_counts(known: Registry) -> None:
    old = known.copy("stick")
    known.publish(version="1.1.0")
    installer().install("team")
    with pytest.raises(PackError, match="older state than was seen"):
        trust(known, old.as_uri())
    assert installer().sources.known()[0][0].url == known.folder.as_uri()
    new = known.copy("mirror")
    assert trust(known, str(new)).url == new.as_uri()
    shutil.rmtree(known.folder)
    assert installer().update()[1] == ()


def test_a_name_belongs_to_one_registry(known: Registry, tmp_path: Path) -> None:
    other = Registry(tmp_path / "other").begin()
    with pytest.raises(PackError, match="acme is another registry") as caught:
        trust(other, other.folder.as_uri())
    assert "--name" in caught.value.hint
    with pytest.raises(PackError, match="this registry is known here as acme"):
        trust(known, known.folder.as_uri(), "twin")
    with pytest.raises(PackError, match="cannot be the name"):
        trust(other, other.folder.as_uri(), "../up")
    assert [source.name for source in installer().sources.known()[0]] == ["acme"]


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"signed": 1}', b"team"])
def test_a_root_that_is_none_is_refused(registry: Registry, content: bytes) -> None:
    with pytest.raises(PackError, match="the root cannot be used"):
        installer().sources.add(registry.folder.as_uri(), content)


@pytest.mark.parametrize("name", ["1.targets.json", "timestamp.json"])
def test_other_metadata_is_no_root(registry: Registry, name: str) -> None:
    with pytest.raises(PackError, match="the root cannot be used"):
        installer().sources.add(registry.folder.as_uri(), registry.metadata(name).read_bytes())


# -- what this machine remembers ---------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("1.0.31", "1.0.32"),
        lambda text: text.replace('\\"version\\":2', '\\"version\\":1'),
        lambda _: "{}",
        lambda _: "[" * 100_000,
    ],
)
def test_a_damaged_memory_is_not_believed_and_strands_nobody(
    known: Registry, damage: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    installer().install("team")
    text = source_file().read_text(encoding="utf-8")
    source_file().write_text(damage(text), encoding="utf-8")
    assert source_file().read_text(encoding="utf-8") != text
    for action in (lambda: installer().install("wiki"), lambda: installer().sources.offers("acme")):
        with pytest.raises(PackError, match="is damaged: what was known") as caught:
            action()
        assert "source add URL --root FILE --name acme" in caught.value.hint
    ((_, error),) = installer().update()[1]
    assert "is damaged" in str(error)
    assert says(capsys, "source", "list")["problems"][0]["code"] == "P006"
    assert says(capsys, "doctor")["problems"][0]["code"] == "P006"
    assert installed() == {"team": "1.0.0"}
    assert App().snippet("team.print") is not None
    trust(known, known.folder.as_uri())
    assert installer().update()[1] == ()


def test_a_memory_of_a_newer_version_is_left_alone(known: Registry) -> None:
    values = json.loads(source_file().read_text(encoding="utf-8"))
    source_file().write_text(json.dumps({**values, "format": 2}), encoding="utf-8")
    with pytest.raises(PackError, match="newer lsp-learn") as caught:
        installer().install("team")
    assert caught.value.hint == "update lsp-learn"
    with pytest.raises(PackError, match="newer lsp-learn"):
        trust(known, known.folder.as_uri())
    assert json.loads(source_file().read_text(encoding="utf-8"))["format"] == 2


class _KilledError(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_while_it_is_written_leaves_one_state_or_the_other(
    known: Registry, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer().install("team")
    before = source_file().read_bytes()
    known.publish(version="1.1.0")
    plain = known_file.write_aside

    def killed(path: Path, content: bytes) -> None:
        if moment == "after":
            plain(path, content)
        else:
            path.with_name(".writing-left").write_bytes(content[:100])
        raise _KilledError

    with monkeypatch.context() as patch:
        patch.setattr(known_file, "write_aside", killed)
        with pytest.raises(_KilledError):
            installer().update()
    assert (source_file().read_bytes() == before) is (moment == "before")
    assert installer().sources.known()[1] == ()
    assert installer().update()[0][0].version == "1.1.0"
    assert [path.name for path in source_file().parent.iterdir()] == ["source.json"]


def test_what_was_seen_is_remembered_though_the_rest_could_not_be_had(known: Registry) -> None:
    """Else who cuts the connection at the right place could roll the registry back."""
    installer().install("team")
    old = known.copy("old")
    known.publish(version="1.1.0")
    known.newest("snapshot").unlink()
    assert installer().update()[1]
    known.put_back(old)
    ((_, error),) = installer().update()[1]
    assert "older state than was seen here" in str(error)


def test_one_damaged_memory_does_not_stop_the_others(known: Registry, tmp_path: Path) -> None:
    installer().install("team")
    other = Registry(tmp_path / "other", "other").begin()
    trust(other, other.folder.as_uri())
    path = locations.store_folder() / "sources" / "other" / "source.json"
    path.write_text("", encoding="utf-8")
    assert installer().update()[1] == ()
    with pytest.raises(PackError, match="is damaged"):  # it might offer that too
        installer().install("wiki")


@pytest.mark.parametrize("seed", range(12))
def test_bytes_that_were_changed_anywhere_are_refused_in_words(known: Registry, seed: int) -> None:
    chance = random.Random(seed)
    known.publish(version="1.1.0")
    path = chance.choice(sorted(p for p in known.folder.rglob("*.*") if p.is_file() and p.suffix))
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 1, 5])):
        place = chance.randrange(len(content))
        content[place : place + chance.choice([0, 1, 40])] = chance.randbytes(chance.choice([1, 9]))
    path.write_bytes(content)
    with contextlib.suppress(PackError):  # of an older state it may be, which nobody asks for
        assert installer().install("team")[0].version == "1.1.0"
    assert installer().sources.known()[1] == ()


def test_a_disk_that_is_full_is_named(known: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    known.publish(version="1.1.0")
    before = source_file().read_bytes()

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(known_file, "write_aside", full)
    with pytest.raises(PackError, match="No space left on device"):
        installer().install("team")
    assert source_file().read_bytes() == before


def test_many_at_once_get_all_they_asked_for(known: Registry) -> None:
    for name in ("wiki", "shop", "bank"):
        known.publish(name)
    errors: list[BaseException] = []

    def install(name: str) -> None:
        try:
            installer().install(name)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    names = ["team", "wiki", "shop", "bank"] * 2
    threads = [threading.Thread(target=install, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert set(installed()) == set(names)


# -- the commands ------------------------------------------------------------------------------


def test_the_commands_of_a_user(
    registry: Registry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "acme-keys" / "root.json"
    identity = hashlib.sha256(registry.root).hexdigest()
    added = says(capsys, "source", "add", str(registry.folder), "--root", str(root))
    assert (added["name"], added["root"]) == ("acme", identity)
    assert added["url"] == registry.folder.as_uri()
    assert says(capsys, "source", "list") == {"sources": [added], "problems": []}
    (pack,) = says(capsys, "source", "packs")["packs"]
    assert (pack["registry"], pack["id"], pack["versions"]) == ("acme", "team", ["1.0.0"])
    assert main(["source", "packs", "acme"]) == 0
    assert capsys.readouterr().out == "team\t1.0.0\tacme\tCC0-1.0\tA pack\n"
    done = says(capsys, "pack", "install", "team@1.0.0", "--from", "acme", "--no-index")
    assert done["changes"][0]["action"] == "installed"
    assert (
        says(capsys, "pack", "info", "team")["source"]
        == f"registry acme/team, root {identity[:12]}"
    )
    assert says(capsys, "source", "remove", "acme") == {"removed": "acme"}
    assert installed() == {"team": "1.0.0"}
    assert main(["source", "remove", "acme"]) == 1
    assert "no registry 'acme' is known here" in capsys.readouterr().err
    assert main(["source", "list"]) == 0
    assert "source add URL --root FILE" in capsys.readouterr().err
    assert main(["source", "add", "x", "--root", str(tmp_path / "none")]) == 1
    assert "cannot be read: No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nowhere", "nowhere is no registry"),
        ("ftp://files.example/packs", "is no registry"),
        ("https://me:secret@files.example/packs", "holds a user or a password"),
        ("file://server/packs", "a folder of another machine, server"),
        ("file:///nowhere/packs", "is not there"),
    ],
)
def test_an_address_that_is_none_is_named(registry: Registry, address: str, said: str) -> None:
    registry.publisher().rotation.rotate("root")  # so that its first root is asked for
    with pytest.raises(PackError, match=said) as caught:
        trust(registry, address)
    assert caught.value.hint
    assert "secret" not in str(caught.value)


def test_a_name_with_spaces_and_signs_is_found(registry: Registry, tmp_path: Path) -> None:
    moved = registry.folder.rename(tmp_path / "a b#c%20d é")
    source = installer().sources.add(str(moved), (tmp_path / "acme-keys/root.json").read_bytes())
    assert file_path(source.url) == moved
    assert installer().install("team")[0].action == "installed"


def test_a_catalogue_is_read_as_it_was_written() -> None:
    assert read_catalogue(write_catalogue(Catalogue()), "x") == Catalogue()
    for content in (b"", b"[]", b'{"format": 1}', b"\xff", b"[" * 100_000, b'{"format": "x"}'):
        with pytest.raises(PackError, match="the catalogue x cannot be used"):
            read_catalogue(content, "x")
    with pytest.raises(PackError, match="newer lsp-learn"):
        read_catalogue(b'{"format": 2}', "x")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("team", ("team", "")),
        ("my-team@1.0.0-rc.1", ("my-team", "1.0.0-rc.1")),
        ("team@1.0", None),
        ("Team", None),
        ("./team", None),
        ("team-1.0.0.zip", None),
        ("team@", None),
        ("team@1.0.0\n", None),
    ],
)
def test_what_can_be_a_name(text: str, name: tuple[str, str] | None) -> None:
    assert split_name(text) == name


# -- libraries ---------------------------------------------------------------------------------


def test_a_user_needs_no_cryptography_and_is_told_what_is_missing(
    registry: Registry, product_environment: dict[str, str], tmp_path: Path
) -> None:
    """The client verifies in pure Python."""
    root = registry.keys / "root.json"
    code = (
        "import sys\n"
        "for name in sys.argv[1].split(','): sys.modules[name] = None\n"
        "from lsp_learn.cli import main\n"
        "sys.exit(main(sys.argv[2:]))"
    )

    def run(without: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, without, *arguments],
            env=product_environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        return done.stdout + done.stderr

    assert "registry acme, root" in run(
        "cryptography", "source", "add", str(registry.folder), "--root", str(root)
    )
    said = run("cryptography", "pack", "install", "team", "--no-index")
    assert said.startswith("installed team 1.0.0")
    assert "pip install 'lsp-learn[registry]'" in run("tuf", "pack", "install", "wiki")
    said = run("cryptography", "registry", "publish", str(registry.folder))
    assert "needs the library cryptography" in said
    assert "pip install 'lsp-learn[publish]'" in said
