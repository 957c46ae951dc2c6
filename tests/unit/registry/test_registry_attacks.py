"""What an attacker does who owns the web server, the stick or some of the keys: each refused, by
name, over http and from a folder; what was installed stays.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from pack_files import make_pack
from registries import TRANSPORTS, Registry, installed, installer, send_file, served, trust
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

from lsp_learn.app import App
from lsp_learn.errors import PackError
from lsp_learn.packs.registry.catalogue import hashed_path

pytestmark = pytest.mark.usefixtures("only_mini", "quick")


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def known(registry: Registry, transport: str) -> Iterator[str]:
    """The registry's address, trusted, its pack installed."""
    with served(registry, transport) as url:
        trust(registry, url)
        installer().install("team")
        yield url


def refused(match: str, name: str = "team") -> PackError:
    """Neither update nor install does it, and what is installed stays."""
    before = installed()
    with pytest.raises(PackError, match=match) as caught:
        installer().install(name, downgrade=True)
    _, failures = installer().update()
    for _, error in failures:
        assert str(error) and error.hint  # noqa: PT018
    assert installed() == before
    assert App().packs().problems == ()
    return caught.value


def sign(metadata: Metadata, path: Path, *signers: CryptoSigner) -> None:
    for signer in signers:
        metadata.sign(signer, append=True)
    path.write_bytes(metadata.to_bytes())


def meta_of(path: Path, version: int) -> MetaFile:
    return MetaFile.from_data(version, path.read_bytes(), ["sha256"])


def new_timestamp(registry: Registry, snapshot: int) -> None:
    """The next timestamp, with the stolen key of the role, on a snapshot of one's choice."""
    path = registry.metadata("timestamp.json")
    found = Metadata[Timestamp].from_file(str(path)).signed
    found.version += 1
    found.snapshot_meta = meta_of(registry.metadata(f"{snapshot}.snapshot.json"), snapshot)
    sign(Metadata(found), path, registry.signer("timestamp"))


def new_snapshot(registry: Registry, change: Callable[[Snapshot], None]) -> None:
    """The next snapshot and timestamp, with the stolen keys of both roles."""
    found = Metadata[Snapshot].from_file(str(registry.newest("snapshot"))).signed
    found.version += 1
    change(found)
    path = registry.metadata(f"{found.version}.snapshot.json")
    sign(Metadata(found), path, registry.signer("snapshot"))
    new_timestamp(registry, found.version)


# -- rollback ----------------------------------------------------------------------------------


def test_an_older_copy_of_the_registry_is_a_rollback(registry: Registry, known: str) -> None:
    old = registry.copy("old")
    registry.publish(version="1.1.0")
    installer().update()
    assert installed() == {"team": "1.1.0"}
    registry.put_back(old)
    error = refused("acme offers an older state than was seen here: New timestamp version 2 must")
    assert "nothing was installed" in error.hint


def test_an_older_snapshot_under_a_new_timestamp_is_a_rollback(
    registry: Registry, known: str
) -> None:
    registry.publish(version="1.1.0")
    installer().update()
    new_timestamp(registry, snapshot=2)
    refused("older state than was seen here: New snapshot version must be >= 3")


def test_older_targets_under_a_new_snapshot_are_a_rollback(registry: Registry, known: str) -> None:
    registry.publish(version="1.1.0")
    installer().update()
    old = meta_of(registry.metadata("2.targets.json"), 2)
    new_snapshot(registry, lambda snapshot: snapshot.meta.update({"targets.json": old}))
    refused("older state than was seen here: Expected targets.json version")


def test_a_role_that_vanishes_from_the_snapshot_is_noticed(registry: Registry, known: str) -> None:
    delegate(registry)
    installer().update()
    new_snapshot(registry, lambda snapshot: snapshot.meta.pop("payments.json"))
    refused("missing info for 'payments.json'")


# -- freeze ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("profile", "days"), [("static", 401), ("fresh", 8)])
def test_a_registry_that_stands_still_expires_and_strands_nobody(
    tmp_path: Path, transport: str, profile: str, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(tmp_path / "acme").begin(days, profile)
    registry.publish(days=days)
    end = datetime.now(UTC) - timedelta(days=1)
    with served(registry, transport) as url:
        with monkeypatch.context() as patch:
            patch.setattr("tuf.ngclient._internal.trusted_metadata_set.datetime", _Past(days))
            trust(registry, url)
            installer().install("team")
        error = refused(f"acme has expired: its timestamp was valid until {end:%Y-%m-%d}T")
        assert f"this machine's clock says {datetime.now(UTC):%Y-%m-%d}" in str(error)
        assert "what is installed stays and never expires" in error.hint
        assert installer().store.verify() == ()
        registry.publisher().publish()
        assert installer().update()[1] == ()


class _Past:
    """`datetime` as a module, so many days ago."""

    def __init__(self, days: float) -> None:
        self._days = days
        self.timezone = timezone
        self.datetime = self

    def now(self, zone: timezone) -> datetime:
        return datetime.now(zone) - timedelta(days=self._days)


def test_a_root_that_has_ended_is_named(tmp_path: Path, transport: str) -> None:
    registry = Registry(tmp_path / "acme").begin(days=1100)
    registry.publisher(days=100).refresh()
    with served(registry, transport) as url, pytest.raises(PackError, match="its root was valid"):
        trust(registry, url)


# -- endless data ------------------------------------------------------------------------------


ENDLESS = {
    "timestamp": "metadata/timestamp.json",
    "root": "metadata/2.root.json",
    "catalogue": "index.json",
    "pack": "team-1.1.0.zip",
}


@pytest.mark.parametrize("what", ENDLESS)
def test_data_without_an_end_is_cut_over_http(
    registry: Registry, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lsp_learn.packs.registry.fetch.MAX_METADATA", 100_000)
    sent, ends = [0], [False]

    def answer(ask: BaseHTTPRequestHandler) -> None:
        if not ends[0] or not ask.path.endswith(ENDLESS[what]):
            send_file(registry.folder)(ask)
            return
        ask.send_response(200)
        ask.end_headers()
        sent[0] = 0
        while sent[0] < 50_000_000:  # more than any pipe between us holds
            try:
                ask.wfile.write(b" " * 10_000)
            except OSError:
                return
            sent[0] += 10_000
        pytest.fail("all of it was read")

    with served(registry, "http", answer) as url:
        trust(registry, url)
        installer().install("team")
        registry.publish(version="1.1.0")
        ends[0] = True
        refused("larger than|sends more than was signed")
    assert 0 < sent[0] < 20_000_000


@pytest.mark.parametrize(
    ("what", "kind"), [*((what, "huge") for what in ENDLESS), ("root", "device"), ("pack", "pipe")]
)
def test_files_without_an_end_are_not_read(registry: Registry, what: str, kind: str) -> None:
    trust(registry, registry.folder.as_uri())
    installer().install("team")
    registry.publish(version="1.1.0")
    found = sorted(registry.folder.rglob(f"*{ENDLESS[what].rpartition('/')[2]}"))
    catalogue = max(found, key=lambda path: path.stat().st_mtime_ns, default=None)
    path = catalogue or registry.folder / ENDLESS[what]
    path.unlink(missing_ok=True)
    if kind == "huge":
        with path.open("wb") as file:
            file.truncate(10_000_000_000)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        os.mkfifo(path)
    refused("larger than|is no file")


# -- mix and match -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_metadata_of_different_moments_does_not_fit_together(
    registry: Registry, known: str, role: str
) -> None:
    registry.publish(version="1.1.0")
    shutil.copy(registry.metadata(f"2.{role}.json"), registry.metadata(f"3.{role}.json"))
    refused("holds a file that is not what was signed")


def test_the_files_of_two_registries_do_not_fit_together(
    registry: Registry, known: str, tmp_path: Path
) -> None:
    other = Registry(tmp_path / "other").begin()
    other.publish(word="other")
    other.publish(version="1.1.0", word="other")
    for path in other.metadata("").glob("*.targets.json"):
        shutil.copy(path, registry.metadata(path.name))
    new_snapshot(
        registry,
        lambda snapshot: snapshot.meta.update(
            {"targets.json": meta_of(registry.metadata("3.targets.json"), 3)}
        ),
    )
    refused("not signed by the keys it must be: targets was signed by 0/1 keys")


# -- wrong keys --------------------------------------------------------------------------------


def test_a_registry_signed_by_other_keys_is_refused(
    registry: Registry, known: str, tmp_path: Path
) -> None:
    other = Registry(tmp_path / "other").begin()
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        other.publish(version=version, word="other")
    root = registry.metadata("1.root.json").read_bytes()
    registry.put_back(other.folder)
    registry.metadata("1.root.json").write_bytes(root)
    refused("not signed by the keys it must be: timestamp was signed by 0/1 keys")


def test_a_root_that_the_one_before_did_not_sign_is_refused(registry: Registry, known: str) -> None:
    path = registry.metadata("1.root.json")
    root = Metadata[Root].from_file(str(path)).signed
    attacker = CryptoSigner.generate_ed25519()
    root.version = 2
    root.add_key(attacker.public_key, "root")
    root.revoke_key(root.roles["root"].keyids[0], "root")
    sign(Metadata(root), registry.metadata("2.root.json"), attacker)
    refused("not signed by the keys it must be: root was signed by 0/1 keys")


def test_a_key_that_was_withdrawn_signs_no_more(registry: Registry, known: str) -> None:
    stolen = registry.signer("timestamp")
    registry.publisher().rotation.rotate("timestamp")
    installer().update()
    path = registry.metadata("timestamp.json")
    found = Metadata[Timestamp].from_file(str(path)).signed
    found.version += 1
    sign(Metadata(found), path, stolen)
    refused("not signed by the keys it must be: timestamp was signed by 0/1 keys")


def test_a_source_is_not_added_with_the_root_of_another(
    registry: Registry, transport: str, tmp_path: Path
) -> None:
    other = Registry(tmp_path / "other").begin()
    with (
        served(registry, transport) as url,
        pytest.raises(PackError, match="not signed by the keys it must be"),
    ):
        trust(other, url)
    assert installer().sources.known() == ((), ())


# -- tampered files ----------------------------------------------------------------------------


def test_a_pack_with_one_bit_changed_is_refused(registry: Registry, known: str) -> None:
    registry.publish(version="1.1.0")
    (path,) = registry.folder.rglob("*.team-1.1.0.zip")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    refused(r"team-1\.1\.0\.zip is not the file that was signed")
    (archive,) = registry.keys.parent.glob("data/store/archives/*.zip")
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == archive.stem


def test_a_pack_that_was_cut_off_is_refused(registry: Registry, known: str) -> None:
    registry.publish(version="1.1.0")
    (path,) = registry.folder.rglob("*.team-1.1.0.zip")
    path.write_bytes(path.read_bytes()[:-1])
    refused(r"team-1\.1\.0\.zip is not the file that was signed")


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_metadata_with_one_letter_changed_is_refused(
    registry: Registry, known: str, role: str
) -> None:
    registry.publish(version="1.1.0")
    path = registry.metadata("timestamp.json") if role == "timestamp" else registry.newest(role)
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"version":3}', b'"version":4}'))
    assert path.read_bytes() != content
    refused("not signed by the keys it must be|is not what was signed")


def test_a_changed_catalogue_is_refused(registry: Registry, known: str) -> None:
    registry.publish(version="1.1.0")
    path = max(registry.folder.rglob("*.index.json"), key=lambda path: path.stat().st_mtime_ns)
    path.write_bytes(path.read_bytes().replace(b"1.1.0", b"1.2.0"))
    refused("holds a file that is not what was signed")


# -- names, signed by a publisher who means harm -----------------------------------------------


def republish(registry: Registry, role: str, change: Callable[[Targets], None]) -> None:
    """Sign targets, snapshot and timestamp after a change that the product would not make."""
    found = Metadata[Targets].from_file(str(registry.newest(role))).signed
    found.version += 1
    change(found)
    sign(Metadata(found), registry.metadata(f"{found.version}.{role}.json"), registry.signer(role))
    registry.publisher().refresh()


def put_target(registry: Registry, targets: Targets, name: str, content: bytes) -> None:
    target = TargetFile.from_data(name, content, ["sha256"])
    targets.targets[name] = target
    path = registry.folder / "targets" / hashed_path(name, target.hashes["sha256"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"team"', b'"../../team"'),
        (b'"team"', b'"/etc/team"'),
        (b'"team"', b'"te/am"'),
        (b'"1.0.0"', b'"../../../1.0.0"'),
        (b'"1.0.0"', b'"1.0.0-a/../../b"'),
        (b'"1.0.0"', b'"1.0.0-a\\\\..\\\\b"'),
        (b'"1.0.0"', '"\u0661.0.0"'.encode()),
        (b'"teams": {}', b'"teams": {"../team": ["x"]}'),
        (b'"teams": {}', b'"teams": {"team": ["../*"]}'),
    ],
)
def test_a_catalogue_with_a_name_that_leads_elsewhere_is_refused(
    registry: Registry, known: str, old: bytes, new: bytes
) -> None:
    path = next(p for p in registry.folder.rglob("*.index.json") if old in p.read_bytes())
    content = path.read_bytes().replace(old, new)
    republish(registry, "targets", lambda t: put_target(registry, t, "index.json", content))
    refused("the catalogue index.json of acme cannot be used: .* is no (name|pattern)")


def test_a_pack_that_calls_itself_another_one_is_refused(
    registry: Registry, known: str, tmp_path: Path
) -> None:
    pack = make_pack(tmp_path / "evil", "wiki", "9.0.0")
    archive, _ = App().build_pack(pack, tmp_path / "evil.zip")
    registry.publish(version="1.1.0")
    content = archive.read_bytes()
    name = "packs/team/team-1.1.0.zip"
    republish(registry, "targets", lambda t: put_target(registry, t, name, content))
    refused("holds wiki 9.0.0 as team 1.1.0")


# -- teams -------------------------------------------------------------------------------------


def delegate(registry: Registry) -> None:
    """A team `payments` with a key of its own, and one pack published."""
    publisher = registry.publisher()
    _, public = publisher.new_team_key("payments")
    publisher.delegate("payments", ["payments-*"], public)
    pack = make_pack(registry.folder.with_name("sources") / "cards", "payments-cards")
    publisher.add([pack], "payments")
    publisher.publish("payments")


@pytest.fixture
def with_team(registry: Registry, known: str) -> Registry:
    delegate(registry)
    installer().install("payments-cards")
    return registry


def test_a_team_cannot_sign_the_pack_of_another(with_team: Registry, tmp_path: Path) -> None:
    """It signs the path, and lists it in its catalogue."""
    archive, _ = App().build_pack(
        make_pack(tmp_path / "evil", "team", "9.0.0"), tmp_path / "evil.zip"
    )
    path = next(
        p for p in with_team.folder.rglob("*.payments.json") if b"payments-cards" in p.read_bytes()
        and p.parent.name == "catalogues"
    )  # fmt: skip
    listed = path.read_bytes().replace(b"payments-cards", b"team").replace(b"1.0.0", b"9.0.0")

    def change(targets: Targets) -> None:
        put_target(with_team, targets, "packs/team/team-9.0.0.zip", archive.read_bytes())
        put_target(with_team, targets, "catalogues/payments.json", listed)

    republish(with_team, "payments", change)
    refused("acme offers no version 9.0.0 of team", "team@9.0.0")
    offers, failures = installer().sources.offers()
    assert failures == []
    assert {offer.id: offer.versions for _, offer in offers} == {"team": ("1.0.0",)}


def test_the_metadata_itself_refuses_a_team_the_path_of_another(
    with_team: Registry, tmp_path: Path
) -> None:
    """Even where the registry's own catalogue names the version."""
    put = b"packs/team/team-9.0.0.zip"
    republish(with_team, "payments", lambda t: put_target(with_team, t, put.decode(), b"PK evil"))
    path = max(with_team.folder.rglob("*.index.json"), key=lambda p: p.stat().st_mtime_ns)
    content = path.read_bytes().replace(b'"1.0.0"', b'"9.0.0"')
    republish(with_team, "targets", lambda t: put_target(with_team, t, "index.json", content))
    refused("nobody who may sign team in the registry acme has signed its version 9.0.0")


def test_a_team_cannot_hide_another_pack_under_a_name_of_its_own(
    with_team: Registry, tmp_path: Path
) -> None:
    archive, _ = App().build_pack(
        make_pack(tmp_path / "evil", "team", "9.0.0"), tmp_path / "evil.zip"
    )
    name, content = "packs/payments-cards/payments-cards-1.0.0.zip", archive.read_bytes()
    republish(with_team, "payments", lambda t: put_target(with_team, t, name, content))
    refused("holds team 9.0.0 as payments-cards 1.0.0", "payments-cards")


def test_a_team_key_that_was_replaced_signs_no_more(with_team: Registry) -> None:
    publisher = with_team.publisher()
    stolen = with_team.signer("payments")
    other = with_team.keys.with_name("other-keys")
    _, public = type(publisher)(with_team.folder, [other]).new_team_key("payments")
    publisher.delegate("payments", [], public)
    path = with_team.newest("payments")
    found = Metadata[Targets].from_file(str(path)).signed
    found.version += 1
    path = with_team.metadata(f"{found.version}.payments.json")
    sign(Metadata(found), path, stolen)
    new_snapshot(
        with_team,
        lambda snapshot: snapshot.meta.update({"payments.json": meta_of(path, found.version)}),
    )
    refused("payments was signed by 0/1 keys", "payments-cards")
    assert installer().install("team")[0].action == "unchanged"
