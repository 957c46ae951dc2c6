"""Changes the keys of a registry's roles: list, add, rotate, revoke.

A new root is written last, and what it makes necessary before it is signed with the old keys and
the new ones: whoever looks at any moment, or after a kill, sees signatures that hold.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import Root

from lsp_learn.errors import PackError
from lsp_learn.packs.lock import write_aside
from lsp_learn.packs.registry.files import SHARED
from lsp_learn.packs.registry.keys import PrivateKey, new_key, read_public_key, shown_id
from lsp_learn.packs.registry.known import ROOT
from lsp_learn.packs.registry.publisher import Published, Publisher, published
from lsp_learn.packs.registry.signed import ROLES, SignedFolder


@dataclass(frozen=True, slots=True)
class RoleKey:
    """A key of a role: its file where the private half is here, of how many keys of the role
    signatures are needed, and until when the role's metadata is valid (None: it has none yet).
    """

    role: str
    id: str
    file: Path | None
    threshold: int
    ends: datetime | None


class Rotation:
    """The keys of one registry."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def listed(self) -> tuple[RoleKey, ...]:
        """Every key that the registry names, by role.

        Raises:
            PackError: the folder is no registry, or was tampered with.
        """
        signed = self._publisher.open()
        files = {key.id: key.path for key in signed.keys}
        ends: dict[str, datetime | None] = dict(signed.ends())
        roles = {role: signed.root.signed.get_delegated_role(role) for role in ROLES}
        targets = signed.targets()
        for team in signed.teams():
            own = signed.team(team)
            ends[team] = own.expires if own else None
            roles[team] = targets.get_delegated_role(team)
        return tuple(
            RoleKey(name, keyid, files.get(keyid), role.threshold, ends[name])
            for name, role in roles.items()
            for keyid in role.keyids
        )

    def add(self, role: str, public: Path | None, threshold: int) -> Published:
        """Let a further key sign for a role: a public one, or a new one made here. `threshold`
        is how many signatures the role then needs, 0 for as many as before.

        Raises:
            PackError: the role is not one of the root's, or keys are missing.
        """
        _check_role(role)
        with self._publisher.changing() as signed:
            made = None if public else self._made(signed, role)
            key = made.signer.public_key if made else read_public_key(public or Path())

            def change(root: Root) -> None:
                root.add_key(key, role)
                root.roles[role].threshold = threshold or root.roles[role].threshold
                if root.roles[role].threshold > len(root.roles[role].keyids):
                    message = f"{role} has {len(root.roles[role].keyids)} keys"
                    raise PackError(message, "add further keys before the threshold is raised")

            notes = [f"the new private key is {made.path}"] if made else []
            return self._change_root(signed, role, change, notes)

    def rotate(self, role: str, old: str = "") -> Published:
        """Put a new key in the place of a role's key; `old` is the beginning of its id where the
        role has several.

        Raises:
            PackError: it is not clear which key is meant, or keys are missing.
        """
        _check_role(role)
        with self._publisher.changing() as signed:
            keyids = signed.root.signed.roles[role].keyids
            found = [keyid for keyid in keyids if keyid.startswith(old)]
            if len(found) != 1:
                names = ", ".join(shown_id(keyid) for keyid in keyids)
                raise PackError(f"{role} has the keys {names}", "name the old one: --old KEY")
            made = self._made(signed, role)

            def change(root: Root) -> None:
                root.add_key(made.signer.public_key, role)
                root.revoke_key(found[0], role)

            notes = [f"the new private key is {made.path}"]
            notes += [
                f"delete the old one, {key.path}" for key in signed.keys if key.id == found[0]
            ]
            return self._change_root(signed, role, change, notes)

    def revoke(self, keyid: str) -> Published:
        """Let a key sign no more, where enough others of its role are left; `keyid` is the
        beginning of its id.

        Raises:
            PackError: no key or several begin so, too few would be left, or keys are missing.
        """
        found = {(key.role, key.id) for key in self.listed() if key.id.startswith(keyid)}
        if len(found) != 1:
            hint = "`lsp-learn registry keys list` shows them; a few letters more may tell"
            raise PackError(f"{len(found)} keys begin with {keyid!r}", hint)
        ((role, whole),) = found
        if role not in ROLES:
            command = f"lsp-learn registry delegate {self._publisher.folder} {role}"
            hint = f"{command} --key FILE.pub gives it another one; --withdraw takes its packs away"
            raise PackError(f"it is the only key of the team {role}", hint)
        with self._publisher.changing() as signed:
            named = signed.root.signed.roles[role]
            if len(named.keyids) <= named.threshold:
                message = f"{role} needs {named.threshold} of its {len(named.keyids)} keys"
                command = f"lsp-learn registry keys rotate {self._publisher.folder} {role}"
                raise PackError(message, f"replace it: {command}")
            return self._change_root(signed, role, lambda root: root.revoke_key(whole, role))

    def _made(self, signed: SignedFolder, role: str) -> PrivateKey:
        key = new_key(self._publisher.keys[0], role)
        signed.keys = (*signed.keys, key)
        return key

    def _change_root(
        self,
        signed: SignedFolder,
        role: str,
        change: Callable[[Root], None],
        notes: Sequence[str] = (),
    ) -> Published:
        root = copy.deepcopy(signed.root.signed)
        change(root)
        signed.next_root = root
        if role == "targets":
            signed.write("targets", signed.targets())
        if role != "root":
            signed.release(anew=True)
        signed.write("root", root)
        anchor = self._publisher.keys[0] / ROOT
        write_aside(anchor, signed.path("root", root.version).read_bytes(), SHARED)
        return published(signed, notes=notes)


def _check_role(role: str) -> None:
    if role not in ROLES:
        message = f"{role!r} is no role of the root: {', '.join(ROLES)}"
        raise PackError(
            message, "`lsp-learn registry delegate TEAM --key FILE` changes a team's key"
        )
