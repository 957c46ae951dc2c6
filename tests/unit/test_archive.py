"""Archives: what is accepted, and one test for every rule that refuses."""

from __future__ import annotations

import os
import random
import shutil
import stat
import struct
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pack_files import MINI, Member, make_pack, make_zip, member

from lsp_learn.app import App
from lsp_learn.errors import LspLearnError, PackError
from lsp_learn.model import InstalledPack, Origin, Problem
from lsp_learn.packs import archive as rules
from lsp_learn.packs.archive import ArchiveFiles
from lsp_learn.packs.build import build_pack
from lsp_learn.packs.files import FolderFiles, RefusedError, open_files
from lsp_learn.packs.lint import lint_pack
from lsp_learn.packs.manifest import read_manifest
from lsp_learn.packs.read import count_snippets, read_snippets


def silent(_: object) -> None:
    return


def refused(path: Path) -> Problem:
    with pytest.raises(RefusedError) as caught:
        ArchiveFiles(path)
    assert caught.value.problem.hint
    assert caught.value.problem.path in str(caught.value)
    return caught.value.problem


# -- building and reading ----------------------------------------------------------------------


def test_an_archive_reads_as_the_folder_it_was_built_from(tmp_path: Path) -> None:
    path, sha256 = build_pack(MINI, tmp_path / "mini.zip", silent)
    assert len(sha256) == 64
    assert read_manifest(path) == read_manifest(MINI)
    manifest, _ = read_manifest(MINI)
    assert manifest is not None
    found = []
    for place in (MINI, path):
        pack = InstalledPack(manifest, place, Origin.FOLDER)
        found.append([snippet for snippet, _ in read_snippets([pack])])
    assert found[0] == found[1]
    assert len(found[0]) == 6
    assert lint_pack(path) == lint_pack(MINI)


def test_snippets_are_counted_without_being_read(tmp_path: Path) -> None:
    path, _ = build_pack(MINI, tmp_path / "mini.zip", silent)
    manifest, _ = read_manifest(MINI)
    assert manifest is not None
    folder, archive = (InstalledPack(manifest, place, Origin.FOLDER) for place in (MINI, path))
    assert count_snippets([folder]) == 6
    files = len(zipfile.ZipFile(path).namelist())
    assert 6 <= count_snippets([archive]) == files < 10
    content = path.read_bytes()
    end = content.rindex(b"PK\5\6")
    path.write_bytes(content[: end + 10] + b"\xff\xff" + content[end + 12 :])
    assert count_snippets([archive]) == 0xFFFF  # a few more, or what it says: nothing is read
    path.write_bytes(b"no archive")
    assert count_snippets([folder, archive]) == 6
    path.unlink()
    assert count_snippets([archive]) == 0


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(MINI, copy)
    first = build_pack(copy, tmp_path / "1.zip", silent)[1]
    for number, file in enumerate(sorted(copy.rglob("*"), reverse=True)):
        file.chmod(0o700)
        os.utime(file, (1_000_000_000 + number, 1_000_000_000))
    assert build_pack(copy, tmp_path / "2.zip", silent)[1] == first
    file = copy / "snippets" / "print.md"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert build_pack(copy, tmp_path / "3.zip", silent)[1] != first


def test_only_text_that_is_not_hidden_is_packed(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "team")
    for name in ("README.md", "LICENSE", ".secret.md", "run.py", "photo.png"):
        (folder / name).write_text("x", encoding="utf-8")
    outside = tmp_path / "outside.md"
    outside.write_text("secret", encoding="utf-8")
    (folder / "link.md").symlink_to(outside)
    (folder / "snippets" / "link.md").symlink_to(outside)
    path, _ = build_pack(folder, tmp_path / "team.zip", silent)
    with ArchiveFiles(path) as files:
        assert files.names() == ["LICENSE", "README.md", "pack.toml", "snippets/print.md"]
        assert files.snippets() == ["snippets/print.md"]


def test_a_pack_with_errors_is_not_built_and_what_was_there_stays(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "team")
    target = tmp_path / "team.zip"
    target.write_bytes(b"before")
    (folder / "snippets" / "bad.md").write_text("no metadata", encoding="utf-8")
    with pytest.raises(PackError, match=r"snippets/bad.md:1") as caught:
        build_pack(folder, target, silent)
    assert "pack lint" in caught.value.hint
    assert target.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["team", "team.zip"]


def test_a_name_that_no_archive_may_have_is_found_when_it_is_built(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "team")
    (folder / "snippets" / "print.md").rename(folder / "snippets" / "con.md")
    with pytest.raises(RefusedError, match="A008"):
        build_pack(folder, tmp_path / "team.zip", silent)
    assert not (tmp_path / "team.zip").exists()


def test_an_archive_where_nothing_can_be_written(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "team")
    with pytest.raises(PackError, match="cannot be written"):
        build_pack(folder, tmp_path / "missing" / "team.zip", silent)


def test_a_file_that_is_not_in_the_archive(tmp_path: Path) -> None:
    with ArchiveFiles(make_zip(tmp_path / "a.zip")) as files, pytest.raises(FileNotFoundError):
        files.read("snippets/none.md")


def test_a_folder_that_is_called_zip_is_a_folder(tmp_path: Path) -> None:
    with open_files(make_pack(tmp_path / "team.zip")) as files:
        assert isinstance(files, FolderFiles)


def test_a_refused_archive_is_a_problem_for_who_reads_packs(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", member("../x.md"))
    assert [p.code for p in App().lint(path)] == ["A007"]


# -- one test for every rule -------------------------------------------------------------------


def link(name: str) -> Member:
    return member(name, b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16)


WRONG: list[tuple[str, str, list[Member]]] = [
    ("A003", "packed by another method", [member("a.md", compress_type=zipfile.ZIP_LZMA)]),
    ("A004", "a link", [link("snippets/a.md")]),
    ("A004", "a link to a folder", [link("snippets/a/")]),
    ("A004", "a device", [member("a.md", external_attr=(stat.S_IFCHR | 0o666) << 16)]),
    ("A004", "a pipe", [member("a.md", external_attr=(stat.S_IFIFO | 0o666) << 16)]),
    ("A004", "a folder that is a file", [member("a.md", external_attr=stat.S_IFDIR << 16)]),
    ("A006", "a backslash", [member("snippets\\a.md")]),
    ("A006", "another stream", [member("snippets/a.md:b.md")]),
    ("A006", "a control character", [member("snippets/a\x1b[2J.md")]),
    ("A006", "a wildcard", [member("snippets/*.md")]),
    ("A006", "a dot at the end", [member("snippets/a./b.md")]),
    ("A006", "a space at the end", [member("snippets/a /b.md")]),
    ("A007", "out of the archive", [member("../a.md")]),
    ("A007", "out by a way round", [member("snippets/../../a.md")]),
    ("A007", "from the root", [member("/etc/a.md")]),
    ("A007", "an empty part", [member("snippets//a.md")]),
    ("A007", "a dot as part", [member("./a.md")]),
    ("A007", "too long", [member("snippets/" + "a" * 300 + ".md")]),
    ("A007", "too deep", [member("a/" * 40 + "a.md")]),
    ("A006", "a drive", [member("C:/a.md")]),
    ("A008", "a device of Windows", [member("snippets/CON.md")]),
    ("A008", "a device as folder", [member("aux/a.md")]),
    ("A008", "a device with two suffixes", [member("snippets/lpt1.tar.md")]),
    ("A009", "twice", [member("a.md"), member("a.md", b"other")]),
    ("A009", "twice in other letters", [member("a.md"), member("A.md")]),
    ("A009", "twice in other code points", [member("\u00e9.md"), member("e\u0301.md")]),
    ("A009", "a file as folder", [member("a.md"), member("a.md/b.md")]),
    ("A009", "a folder as file", [member("a.md/b.md"), member("a.md")]),
    ("A009", "a file as folder in other letters", [member("a.md"), member("A.MD/b.md")]),
    ("A010", "a program", [member("snippets/run.py")]),
    ("A010", "no suffix", [member("snippets/LICENSE")]),
    ("A011", "a large file", [member("a.md", os.urandom(70_000))]),
    ("A012", "a bomb", [member("a.md", bytes(60_000))]),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("code", "members"), [(c, m) for c, _, m in WRONG], ids=[f"{c} {n}" for c, n, _ in WRONG]
)
def test_an_archive_that_breaks_a_rule_is_refused(
    code: str, members: list[Member], tmp_path: Path
) -> None:
    good = make_zip(tmp_path / "good.zip", member("snippets/good.md"))
    ArchiveFiles(good).close()
    problem = refused(make_zip(tmp_path / "bad.zip", *members))
    assert problem.code == code
    assert problem.path.isprintable()


def changed(path: Path, old: bytes, new: bytes, count: int = 1) -> Path:
    content = path.read_bytes()
    assert content.count(old) >= count
    path.write_bytes(content.replace(old, new))
    return path


def test_an_encrypted_file_is_a003(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", member("a.md"))
    content = bytearray(path.read_bytes())
    place = content.rindex(b"PK\1\2")
    content[place + 8] |= 1
    path.write_bytes(bytes(content))
    assert refused(path).code == "A003"


def test_a_name_that_is_not_marked_as_utf8_is_a005(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", member("snippets/aXa.md"))
    changed(path, b"aXa.md", b"a\x81a.md", 2)
    assert refused(path).code == "A005"


def test_a_name_that_is_marked_as_utf8_and_is_not_is_a005(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", member("snippets/é.md"))
    changed(path, "é".encode(), b"\xff\xfe", 2)
    assert refused(path).code == "A005"


def test_a_zero_in_a_name_is_a006(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", member("snippets/aXb.md"))
    changed(path, b"aXb.md", b"a\0b.md", 2)
    assert refused(path).code == "A006"


def test_an_empty_name_is_a007(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0x800, 0, 0, 33, 0, 0, 0, 0, 0)
    listed = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0x800, 0, 0, 33, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(listed), len(local), 0)
    path.write_bytes(local + listed + end)
    assert refused(path).code == "A007"


def test_too_many_files_are_a002(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_FILES", 3)
    ArchiveFiles(make_zip(tmp_path / "a.zip", member("1.md"), member("2.md"))).close()
    path = make_zip(tmp_path / "b.zip", member("1.md"), member("2.md"), member("3.md"))
    assert refused(path).code == "A002"


def test_too_much_together_is_a012(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_TOTAL", 1000)
    path = make_zip(tmp_path / "a.zip", *(member(f"{n}.md", bytes(300)) for n in range(4)))
    assert refused(path).code == "A012"


def test_an_archive_that_is_too_large_is_a002(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_zip(tmp_path / "a.zip")
    monkeypatch.setattr(rules, "MAX_ARCHIVE", path.stat().st_size - 1)
    assert refused(path).code == "A002"


def test_a_long_list_of_files_is_a002_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_zip(tmp_path / "a.zip", *(member(f"{n}.md") for n in range(20)))
    monkeypatch.setattr(rules, "MAX_DIRECTORY", 500)

    def never(*_: object) -> Any:
        raise AssertionError("the list was read")

    monkeypatch.setattr(zipfile, "ZipFile", never)
    assert refused(path).code == "A002"


def test_the_length_of_the_list_counts_in_the_long_form_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 10)  # then zipfile writes the long form
    path = make_zip(tmp_path / "a.zip", *(member(f"{n}.md") for n in range(20)))
    assert b"PK\6\6" in path.read_bytes()
    with ArchiveFiles(path) as files:
        assert len(files.names()) == 21
    monkeypatch.setattr(rules, "MAX_DIRECTORY", 500)
    assert refused(path).code == "A002"


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"not a zip", b"#!/bin/sh\n", b"PK\3\4" + bytes(100), b"PK\5\6" + bytes(18)],
    ids=["empty", "short", "text", "a program", "no end", "no files"],
)
def test_what_is_no_archive_is_a001(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert refused(path).code == "A001"


def test_something_before_the_archive_is_a001(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip")
    path.write_bytes(b"#!/bin/sh\nrm -rf ~\n" + path.read_bytes())
    assert refused(path).code == "A001"


def test_an_archive_that_was_cut_off_is_a001(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", member("a.md", os.urandom(3000)))
    path.write_bytes(path.read_bytes()[:-30])
    assert refused(path).code == "A001"


def test_no_archive_at_all_is_a001(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.zip").code == "A001"


def test_a_size_that_lies_costs_no_memory(tmp_path: Path) -> None:
    """The file says 1,000 bytes and unpacks to a million: reading stops at what is allowed."""
    path = make_zip(tmp_path / "a.zip", member("a.md", bytes(1_000_000)))
    content = bytearray(path.read_bytes())
    for place, at in ((content.rindex(b"PK\1\2"), 24), (content.rindex(b"PK\3\4"), 22)):
        struct.pack_into("<L", content, place + at, 1000)
    path.write_bytes(bytes(content))
    with ArchiveFiles(path) as files:
        with pytest.raises(OSError, match=r"damaged|larger"):
            files.read("a.md")
        with pytest.raises(RefusedError, match="A001"):
            files.check("a.md")


def test_changed_bytes_are_noticed_when_a_file_is_read(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", member("a.md", b"plain words", compress_type=0))
    changed(path, b"plain words", b"other words")
    with ArchiveFiles(path) as files, pytest.raises(OSError, match="damaged"):
        files.read("a.md")


def test_another_name_inside_than_in_the_list_is_noticed(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", member("a.md"))
    content = path.read_bytes()
    place = content.rindex(b"PK\3\4")
    path.write_bytes(content[:place] + content[place:].replace(b"a.md", b"b.md", 1))
    with ArchiveFiles(path) as files, pytest.raises(OSError, match="damaged"):
        files.read("a.md")


@pytest.mark.parametrize(
    "name", ["snippets/ein-für-alle.md", "snippets/印刷.md", "snippets/a b.md"]
)
def test_names_of_other_languages_are_allowed(name: str, tmp_path: Path) -> None:
    with ArchiveFiles(make_zip(tmp_path / "a.zip", member(name))) as files:
        assert files.snippets() == [name]
        assert files.read(name) == b"text"


# -- made up archives --------------------------------------------------------------------------


def mutations(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Copies with changed, removed, repeated and exchanged bytes, mostly in what describes."""
    chance = random.Random(seed)
    marks = [i for i in range(len(content) - 4) if content[i : i + 2] == b"PK"]
    for _ in range(count):
        made = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            near = chance.choice(marks) + chance.randint(0, 60)
            place = min(
                near if chance.random() < 0.8 else chance.randrange(len(made)), len(made) - 1
            )
            match chance.randint(0, 4):
                case 0:
                    made[place] = chance.randrange(256)
                case 1:
                    made[place] ^= 1 << chance.randrange(8)
                case 2:
                    del made[place : place + chance.randint(1, 8)]
                case 3:
                    made[place:place] = made[place : place + chance.randint(1, 50)]
                case 4:
                    made[place : place + 4] = chance.choice([b"\xff" * 4, b"\0" * 4, b"\0\0\0\x80"])
        yield bytes(made)


def survive(path: Path, content: bytes) -> bool:
    """Whether an archive is accepted; whatever it is, nothing but our own error comes out."""
    path.write_bytes(content)
    try:
        with ArchiveFiles(path) as files:
            for name in files.names():
                files.check(name)
            lint_pack(path)
    except LspLearnError as error:
        refusal = error
    else:
        return True
    assert refusal.hint
    return False


def fuzz(tmp_path: Path, count: int) -> None:
    source, _ = build_pack(MINI, tmp_path / "mini.zip", silent)
    began, accepted = time.monotonic(), 0
    for made in mutations(source.read_bytes(), count, count):
        accepted += survive(tmp_path / "made.zip", made)
    assert 0 < accepted < count / 2
    assert time.monotonic() - began < 60 + count / 20


@pytest.mark.filterwarnings("ignore")
def test_archives_that_are_made_up_are_refused_or_read(tmp_path: Path) -> None:
    fuzz(tmp_path, 150)


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore")
def test_many_archives_that_are_made_up_are_refused_or_read(tmp_path: Path) -> None:
    fuzz(tmp_path, 20_000)
