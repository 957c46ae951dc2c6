"""A registry made: keys, packs, teams, and what happens when the publisher is stopped midway."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pack_files import make_pack, make_zip, member
from registries import Registry, installed, installer, trust
from tuf.api.metadata import Metadata, Targets

from lsp_learn.app import App
from lsp_learn.cli import main
from lsp_learn.errors import PackError
from lsp_learn.packs.files import RefusedError
from lsp_learn.packs.registry import begin as beginning
from lsp_learn.packs.registry import files, rotation, signed
from lsp_learn.packs.registry.keys import read_public_key
from lsp_learn.packs.registry.publisher import Publisher
from lsp_learn.packs.registry.signed import ROLES

pytestmark = pytest.mark.usefixtures("only_mini", "quick")

YEAR_AND_MORE = (datetime.now(UTC) + timedelta(days=400)).date()


@pytest.fixture
def registry(registry: Registry) -> Registry:
    """The registry, trusted, its pack installed."""
    trust(registry, registry.folder.as_uri())
    installer().install("team")
    return registry


def offered() -> dict[str, tuple[str, ...]]:
    offers, failures = installer().sources.offers()
    assert failures == []
    return {offer.id: offer.versions for _, offer in offers}


def without(registry: Registry, *roles: str) -> Publisher:
    """The publisher on a machine that has not the keys of some roles."""
    place = registry.keys.with_name("some-keys")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(registry.keys, place)
    for role in roles:
        for path in place.glob(f"{role}-*.pem"):
            path.unlink()
    return Publisher(registry.folder, [place])


# -- keys --------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="the system has no such modes")
def test_private_keys_are_their_owners_and_metadata_everybodys(registry: Registry) -> None:
    assert stat.S_IMODE(registry.keys.stat().st_mode) == 0o700
    paths = sorted(registry.keys.glob("*.pem"))
    assert [path.name.partition("-")[0] for path in paths] == sorted(ROLES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    shared = [path for path in registry.folder.rglob("*.*") if path.is_file() and path.suffix]
    shared = [path for path in shared if path.suffix in {".json", ".zip"}]
    assert len(shared) >= 9
    assert {stat.S_IMODE(path.stat().st_mode) for path in shared} == {0o644}
    paths[0].chmod(0o640)
    assert registry.publisher().refresh().notes == (f"others on this machine can read {paths[0]}",)


@pytest.mark.parametrize(
    ("folder", "keys", "name", "said"),
    [
        ("new", "new/keys", "acme", "the keys would lie in"),
        ("new", "new", "acme", "the keys would lie in"),
        ("full", "keys", "acme", "is there already, and not empty"),
        ("new", "full", "acme", "is there already, and not empty"),
        ("new", "keys", "Acme Inc", "cannot be the name of a registry"),
        ("full/file/new", "keys", "acme", "cannot be written: Not a directory"),
    ],
)
def test_where_no_registry_can_begin(
    tmp_path: Path, folder: str, keys: str, name: str, said: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x", encoding="utf-8")
    with pytest.raises(PackError, match=said) as caught:
        Publisher(tmp_path / folder, [tmp_path / keys]).begin(name, "static")
    assert caught.value.hint
    assert not (tmp_path / "new").exists()


def test_a_link_to_the_folder_is_the_folder(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "new")
    with pytest.raises(PackError, match="the keys would lie in"):
        Publisher(tmp_path / "new", [tmp_path / "link" / "keys"]).begin("acme", "static")


@pytest.mark.parametrize("role", ROLES)
def test_a_key_is_replaced(registry: Registry, role: str) -> None:
    before = registry.signer(role).public_key.keyid
    done = registry.publisher().rotation.rotate(role)
    old = registry.keys / f"{role}-{before[:8]}.pem"
    assert done.notes[1:] == (f"delete the old one, {old}",)
    assert done.notes[0].startswith(f"the new private key is {registry.keys / role}-")
    old.unlink()
    keys = {key.role: key for key in registry.publisher().rotation.listed()}
    assert keys[role].id != before
    assert keys[role].file is not None
    registry.publish(version="1.1.0")
    assert installer().update()[0][0].version == "1.1.0"


def test_a_root_of_two_keys_needs_both(registry: Registry, tmp_path: Path) -> None:
    rotate = registry.publisher().rotation
    with pytest.raises(PackError, match="root has 2 keys"):
        rotate.add("root", None, 3)
    for key in registry.keys.glob("root-*.pem"):  # the one that was made before it was refused
        if not any(known.file == key for known in rotate.listed()):
            key.unlink()
    rotate.add("root", None, 2)
    found = [key for key in rotate.listed() if key.role == "root"]
    assert [(key.threshold, key.file is None) for key in found] == [(2, False)] * 2
    elsewhere = tmp_path / "safe"
    elsewhere.mkdir()
    found[1].file.rename(elsewhere / found[1].file.name)
    with pytest.raises(
        PackError, match=f"root needs 1 signature more, by a key of {found[1].id[:8]}"
    ):
        rotate.rotate("timestamp")
    both = Publisher(registry.folder, [registry.keys, elsewhere])
    both.rotation.rotate("timestamp")
    with pytest.raises(PackError, match="root has the keys"):
        both.rotation.rotate("root")
    both.rotation.rotate("root", found[1].id[:8])
    assert installer().update()[1] == ()
    with pytest.raises(PackError, match="root needs 2 of its 2 keys"):
        both.rotation.revoke(found[0].id)


def test_a_key_is_added_and_another_revoked(registry: Registry, tmp_path: Path) -> None:
    other = tmp_path / "other-keys"
    _, public = Publisher(registry.folder, [other]).new_team_key("second")
    rotate = registry.publisher().rotation
    first = registry.signer("targets").public_key.keyid
    with pytest.raises(PackError, match="targets needs 1 of its 1 keys"):
        rotate.revoke(first[:6])
    rotate.add("targets", public, 0)
    both = Publisher(registry.folder, [registry.keys, other])
    both.rotation.revoke(first[:6])
    (registry.keys / f"targets-{first[:8]}.pem").unlink()
    with pytest.raises(PackError, match="targets needs 1 signature more"):
        registry.publish(version="1.1.0")
    assert both.publish().packs == ("team 1.1.0",)
    assert installer().update()[0][0].version == "1.1.0"
    with pytest.raises(PackError, match="0 keys begin with"):
        rotate.revoke("xyz")
    for action in (lambda: rotate.add("payments", None, 0), lambda: rotate.rotate("payments")):
        with pytest.raises(PackError, match="is no role of the root") as caught:
            action()
        assert "delegate" in caught.value.hint


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "holds no public key"), (b"-----BEGIN PRIVATE KEY-----", "holds a private key")],
)
def test_a_file_that_is_no_public_key(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(PackError, match=said):
        read_public_key(tmp_path / "key")
    with pytest.raises(PackError, match="cannot be read"):
        read_public_key(tmp_path / "none")


def test_a_private_key_that_is_none_is_named(registry: Registry) -> None:
    (registry.keys / "extra.pem").write_bytes(b"nothing")
    with pytest.raises(PackError, match=r"extra\.pem holds no private key that can be used"):
        registry.publisher().refresh()


# -- packs -------------------------------------------------------------------------------------


def test_nothing_is_seen_before_it_is_published(registry: Registry) -> None:
    pack = make_pack(registry.folder.with_name("wiki"), "wiki")
    (manifest,) = registry.publisher().add([pack])
    assert (manifest.id, offered()) == ("wiki", {"team": ("1.0.0",)})
    done = registry.publisher().publish()
    assert (done.packs, done.valid_until.date()) == (("wiki 1.0.0",), YEAR_AND_MORE)
    assert offered() == {"team": ("1.0.0",), "wiki": ("1.0.0",)}
    assert registry.publisher().publish().packs == ()


def test_archives_and_folders_are_added_all_or_none(registry: Registry, tmp_path: Path) -> None:
    archive, _ = App().build_pack(make_pack(tmp_path / "wiki", "wiki"), tmp_path / "wiki.zip")
    shop, wrong = make_pack(tmp_path / "shop", "shop"), make_pack(tmp_path / "wrong", "wrong")
    (wrong / "snippets" / "print.md").write_text("no snippet", encoding="utf-8")
    with pytest.raises(PackError, match="the pack has errors"):
        registry.publisher().add([archive, shop, wrong])
    assert registry.publisher().publish().packs == ()
    registry.publisher().add([archive, shop])
    assert registry.publisher().publish().packs == ("shop 1.0.0", "wiki 1.0.0")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: folder / "none", "is not there"),
        (lambda folder: make_zip(folder / "x.zip", member("../up.md")), "leads out of the archive"),
        (
            lambda folder: make_zip(folder / "x.zip"),
            "has errors: pack.toml:0: the pack has no snippets",
        ),
    ],
)
def test_a_pack_with_errors_is_not_added(
    registry: Registry, tmp_path: Path, make: Callable[[Path], Path], said: str
) -> None:
    with pytest.raises((PackError, RefusedError), match=said):
        registry.publisher().add([make(tmp_path)])


def test_a_version_stays_what_it_was(registry: Registry, tmp_path: Path) -> None:
    registry.publish()  # the same bytes: nothing to say against it
    with pytest.raises(PackError, match=r"team 1\.0\.0 was published before, with other content"):
        registry.publish(word="another")


def test_an_older_version_may_follow(registry: Registry) -> None:
    registry.publish(version="2.0.0")
    registry.publish(version="1.0.1")
    assert offered() == {"team": ("2.0.0", "1.0.1", "1.0.0")}


def test_a_version_is_taken_back(registry: Registry) -> None:
    registry.publish(version="1.1.0")
    installer().update()
    for name in ("team@7.0.0", "wiki", "../team"):
        with pytest.raises(PackError, match=f"{name} is not offered") as caught:
            registry.publisher().remove([name])
        assert caught.value.hint.startswith("there is: ")
    registry.publisher().remove(["team@1.1.0"])
    assert offered() == {"team": ("1.0.0",)}
    ((_, error),) = installer().update()[1]
    assert "1.0.0 is older than 1.1.0" in str(error)
    with pytest.raises(PackError, match=r"offers no version 1\.1\.0"):
        installer().install("team@1.1.0")
    registry.publisher().remove(["team"])
    assert offered() == {}
    assert installed() == {"team": "1.1.0"}
    assert b"team" not in registry.newest("targets").read_bytes()


def test_a_team_takes_back_its_own(registry: Registry, team: Publisher) -> None:
    team.add(packs_of(registry, "ledger"), "payments")
    team.publish("payments")
    with pytest.raises(PackError, match="team is not offered"):
        team.remove(["team"], "payments")
    team.remove(["ledger"], "payments")
    registry.publisher().refresh()
    assert offered() == {"team": ("1.0.0",)}


# -- time --------------------------------------------------------------------------------------


def test_a_machine_with_the_timestamps_key_alone_keeps_a_registry_fresh(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "acme").begin(days=6, profile="fresh")
    registry.publish(days=6)
    done = without(registry, "root", "targets", "snapshot").refresh()
    assert done.valid_until.date() == (datetime.now(UTC) + timedelta(days=7)).date()
    trust(registry, registry.folder.as_uri())
    with pytest.raises(PackError, match="targets needs 1 signature more"):
        without(registry, "targets").publish()


def test_what_ends_soon_is_said_and_renewed(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "acme").begin(days=350)
    registry.publish(days=350)
    notes = without(registry, "targets", "snapshot").refresh().notes
    end = (datetime.now(UTC) + timedelta(days=50)).date()
    assert notes == tuple(
        f"{role} is valid until {end} only: publish once where its key is"
        for role in ("targets", "snapshot")
    )
    done = registry.publisher().publish()
    assert (done.notes, done.valid_until.date()) == ((), YEAR_AND_MORE)


def test_a_root_is_renewed_in_its_last_year(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "acme").begin(days=800)
    registry.publish(days=800)
    trust_root = registry.root
    registry.publisher().publish()
    assert registry.newest("root").name == "2.root.json"
    assert registry.root == registry.newest("root").read_bytes()
    installer().sources.add(registry.folder.as_uri(), trust_root)
    without(registry, "root").publish()
    assert registry.newest("root").name == "2.root.json"


# -- teams -------------------------------------------------------------------------------------


@pytest.fixture
def team(registry: Registry) -> Publisher:
    """A team `payments`, that has nothing but its own key."""
    place = registry.folder.with_name("payments-keys")
    publisher = Publisher(registry.folder, [place])
    _, public = publisher.new_team_key("payments")
    shutil.copy(registry.keys / "root.json", place)
    registry.publisher().delegate("payments", ["payments-*", "ledger"], public)
    return publisher


def packs_of(registry: Registry, *names: str) -> list[Path]:
    return [make_pack(registry.folder.with_name("sources") / name, name) for name in names]


def test_a_team_signs_its_own_packs(registry: Registry, team: Publisher) -> None:
    assert offered() == {"team": ("1.0.0",)}
    assert installer().install("team")[0].action == "unchanged"
    team.add(packs_of(registry, "payments-cards", "ledger"), "payments")
    done = team.publish("payments")
    assert done.packs == ("ledger 1.0.0", "payments-cards 1.0.0")
    command = f"lsp-learn registry refresh {registry.folder}"
    assert done.notes == (f"users see it after `{command}`, where the other keys are",)
    assert offered() == {"team": ("1.0.0",)}
    without(registry, "root", "targets").refresh()
    assert sorted(offered()) == ["ledger", "payments-cards", "team"]
    assert installer().install("payments-cards")[0].action == "installed"
    keys = {key.role: key.file for key in registry.publisher().rotation.listed()}
    assert keys["payments"] is None


@pytest.mark.parametrize("name", ["team", "payments", "other-payments-cards"])
def test_a_team_adds_no_pack_of_others(registry: Registry, team: Publisher, name: str) -> None:
    with pytest.raises(PackError, match=f"the pack '{name}' is not one of the team's"):
        team.add(packs_of(registry, name), "payments")


def test_a_team_changes_its_key_without_a_gap(registry: Registry, team: Publisher) -> None:
    team.add(packs_of(registry, "ledger"), "payments")
    team.publish("payments")
    registry.publisher().refresh()
    _, public = team.new_team_key("payments")
    team.publish("payments")  # signed by both
    registry.publisher().refresh()
    registry.publisher().delegate("payments", [], public)
    assert installer().install("ledger")[0].action == "installed"


def test_a_team_that_lost_its_key_signs_again_with_another(
    registry: Registry, team: Publisher
) -> None:
    team.add(packs_of(registry, "ledger"), "payments")
    team.publish("payments")
    registry.publisher().refresh()
    installer().install("ledger")
    for path in team.keys[0].glob("*.pem"):
        path.unlink()
    _, public = team.new_team_key("payments")
    registry.publisher().delegate("payments", [], public)
    with pytest.raises(PackError, match="payments was signed by 0/1 keys"):
        installer().install("payments-cards")
    assert installer().install("team")[0].action == "unchanged"
    team.add(packs_of(registry, "ledger", "payments-cards"), "payments")
    team.publish("payments")
    registry.publisher().refresh()
    assert installer().update()[1] == ()
    assert installer().install("payments-cards")[0].action == "installed"


def test_a_team_is_withdrawn(registry: Registry, team: Publisher) -> None:
    team.add(packs_of(registry, "ledger"), "payments")
    team.publish("payments")
    registry.publisher().refresh()
    installer().install("ledger")
    registry.publisher().withdraw("payments")
    assert offered() == {"team": ("1.0.0",)}
    ((key, error),) = installer().update()[1]
    assert (key, str(error)) == ("ledger", "the registry acme offers no pack ledger")
    assert installed() == {"team": "1.0.0", "ledger": "1.0.0"}
    for action in (
        lambda: registry.publisher().withdraw("payments"),
        lambda: team.publish("payments"),
    ):
        with pytest.raises(PackError, match="has no team 'payments'"):
            action()


@pytest.mark.parametrize(
    ("name", "patterns", "said"),
    [
        ("Payments", ["payments-*"], "cannot be a team"),
        ("targets", ["payments-*"], "cannot be a team"),
        ("../up", ["payments-*"], "cannot be a team"),
        ("payments", ["../*"], "is no pattern"),
        ("payments", ["a/b"], "is no pattern"),
        ("payments", ["[a-z]"], "is no pattern"),
        ("payments", ["payments-*"], "the key of payments is missing"),
    ],
)
def test_a_delegation_that_is_none(
    registry: Registry, name: str, patterns: list[str], said: str
) -> None:
    with pytest.raises(PackError, match=said) as caught:
        registry.publisher().delegate(name, patterns, None)
    assert caught.value.hint


# -- a folder that somebody changed ------------------------------------------------------------


def attackers(registry: Registry, role: str) -> bytes:
    """Metadata of a role with everything in it but the right signature."""
    found = Metadata[Targets].from_file(str(registry.newest(role)))
    found.signed.version += 1
    for signature in found.signatures.values():
        signature.signature = "00" * 64
    return found.to_bytes()


@pytest.mark.parametrize("role", ["targets", "snapshot"])
def test_nothing_is_signed_on_top_of_what_is_not_signed(registry: Registry, role: str) -> None:
    registry.metadata(f"3.{role}.json").write_bytes(attackers(registry, role))
    before = registry.metadata("timestamp.json").read_bytes()
    with pytest.raises(PackError, match=f"3.{role}.json is not signed by the keys") as caught:
        registry.publish(version="1.1.0")
    assert "do not publish from this one" in caught.value.hint
    assert registry.metadata("timestamp.json").read_bytes() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r.metadata("2.targets.json").write_bytes(b"{}"), "is damaged"),
        (
            lambda r: shutil.copy(r.metadata("1.targets.json"), r.metadata("2.targets.json")),
            "other metadata than its name says",
        ),
        (
            lambda r: shutil.copy(r.metadata("1.snapshot.json"), r.metadata("3.targets.json")),
            "other metadata than its name says",
        ),
        (
            lambda r: r.metadata("2.root.json").write_bytes(attackers(r, "root")),
            "2.root.json is not signed by the root before it",
        ),
        (
            lambda r: r.metadata("1.root.json").write_bytes(r.root + b" "),
            "is no registry, or not the one whose root is trusted",
        ),
        (lambda r: (r.keys / "root.json").unlink(), "root.json cannot be read"),
        (
            lambda r: (r.keys.rename(r.folder / "keys"), r.keys.symlink_to(r.folder / "keys")),
            "the keys would lie in",
        ),
        (
            lambda r: [p.write_bytes(b"{}") for p in r.folder.rglob("*.index.json")],
            "is not the file that was signed",
        ),
    ],
)
def test_a_folder_that_was_changed_is_not_published_from(
    registry: Registry, change: Callable[[Registry], Any], said: str
) -> None:
    change(registry)
    with pytest.raises(PackError, match=said) as caught:
        registry.publish(version="1.1.0")
    assert caught.value.hint


def test_what_lies_in_the_folder_is_not_signed(registry: Registry) -> None:
    found = registry.folder / "targets" / "packs" / "evil" / f"{'0' * 64}.evil-1.0.0.zip"
    found.parent.mkdir()
    found.write_bytes(b"PK")
    registry.publisher().publish()
    assert offered() == {"team": ("1.0.0",)}
    assert b"evil" not in registry.newest("targets").read_bytes()


# -- stopped midway ----------------------------------------------------------------------------


class _KilledError(BaseException):
    """Stands for the end of the process."""


ACTIONS: dict[str, Callable[[Registry], Any]] = {
    "publish": lambda r: r.publish(version="1.1.0"),
    **{
        f"rotate {role}": lambda r, role=role: r.publisher().rotation.rotate(role) for role in ROLES
    },
}


@pytest.mark.parametrize("action", ACTIONS)
def test_a_publisher_who_is_stopped_leaves_a_registry_that_holds(
    registry: Registry, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After every write: somebody new and somebody old can use it, and the next try succeeds."""
    writes = [0]
    plain = signed.write_aside

    def counted(*arguments: Any) -> None:
        if writes[0] == 0:
            raise _KilledError
        writes[0] -= 1
        plain(*arguments)

    for number in range(20):
        copy = registry.copy(f"copy-{number}")
        shutil.copytree(registry.keys, copy.with_name(f"copy-{number}-keys"))
        tried = Registry(copy)
        with monkeypatch.context() as patch:
            for module in (signed, files, rotation):
                patch.setattr(module, "write_aside", counted)
            writes[0] = number
            try:
                ACTIONS[action](tried)
                done = True
            except _KilledError:
                done = False
        old = shutil.copytree(registry.folder.with_name("data"), copy.with_name(f"old-{number}"))
        for data, does in (
            (old, "unchanged|updated"),
            (copy.with_name(f"new-{number}"), "installed"),
        ):
            monkeypatch.setenv("LSP_LEARN_DATA", str(data))
            trust(registry, str(copy))
            assert re.fullmatch(does, installer().install("team")[0].action)
        if done:
            break
        ACTIONS[action](tried)
        for data in (old, copy.with_name(f"new-{number}")):
            monkeypatch.setenv("LSP_LEARN_DATA", str(data))
            assert installer().update()[1] == ()
    assert done
    assert number >= (4 if action == "publish" else 2)  # files that are written


def test_a_beginning_that_is_stopped_leaves_no_registry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes, mode: int = 0) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(beginning, "write_aside", full)
    with pytest.raises(PackError, match="No space left on device"):
        Registry(tmp_path / "acme").begin()
    assert not (tmp_path / "acme").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["acme-keys"]


# -- the commands ------------------------------------------------------------------------------


def test_the_commands_of_a_publisher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    make_pack(Path("wiki"), "wiki")
    make_pack(Path("payments-cards"), "payments-cards")

    def says(*arguments: str) -> Any:
        assert main([*arguments, "--json"]) == 0, capsys.readouterr()
        return json.loads(capsys.readouterr().out)

    begun = says("registry", "init", "acme", "--profile", "fresh")
    assert (begun["name"], len(begun["keys"])) == ("acme", 4)
    assert says("registry", "add", "acme", "wiki") == {
        "added": [{"id": "wiki", "version": "1.0.0"}]
    }
    assert says("registry", "publish", "acme")["packs"] == ["wiki 1.0.0"]
    public = says("registry", "keys", "new", "payments", "--keys", "pay")["public"]
    says("registry", "delegate", "acme", "payments", "payments-*", "--key", public)
    shutil.copy("acme-keys/root.json", "pay")
    team = ("--team", "payments", "--keys", "pay", "--keys", "acme-keys")
    says("registry", "add", "acme", "payments-cards", *team)
    assert says("registry", "publish", "acme", *team)["notes"] == []
    says("registry", "refresh", "acme")
    says("registry", "keys", "rotate", "acme", "root")
    keys = says("registry", "keys", "list", "acme")
    assert [key["role"] for key in keys] == [*ROLES, "payments"]
    says("registry", "keys", "add", "acme", "targets")
    old = next(key["key"] for key in keys if key["role"] == "targets")
    says("registry", "keys", "revoke", "acme", old)
    says("source", "add", "acme", "--root", "acme-keys/root.json")
    assert says("pack", "install", "payments-cards", "--from", "acme", "--no-index")["changes"]
    says("registry", "delegate", "acme", "payments", "--withdraw")
    assert [pack["id"] for pack in says("source", "packs")["packs"]] == ["wiki"]
    assert main(["registry", "keys", "list", "acme"]) == 0
    assert capsys.readouterr().out.count("\n") == 4
