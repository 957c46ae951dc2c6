"""Learning paths: what is read, that every mistake has its code and line, what lint makes of
their order, and that they survive the way through an archive.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import lsp_learn.packs
from lsp_learn import locations
from lsp_learn.cli import main
from lsp_learn.model import InstalledPack, Level, Origin, PackManifest, Problem, Severity
from lsp_learn.packs.archive import ArchiveFiles
from lsp_learn.packs.build import build_pack
from lsp_learn.packs.files import FolderFiles
from lsp_learn.packs.lint import lint_pack
from lsp_learn.packs.manifest import read_manifest
from lsp_learn.packs.paths import read_path, read_paths

MANIFEST = PackManifest("demo", "Demo", "1.0.0", "CC0-1.0", ("python",))
PACK = """id = "{id}"
title = "A pack"
version = "1.0.0"
license = "CC0-1.0"
languages = ["python"]
"""
SNIPPET = """+++
id = "{pack}.{name}"
title = "{name} of {pack}"
level = "{level}"
triggers = ["symbol:{pack}.{name}"]
focus = "print"
sources = ["print <https://docs.python.org/3/library/functions.html#print>"]
+++
It writes.

## Example

```python
print("a")
```
```output
a
```

## Why

To be seen.
"""
LEVELS = {"a": "beginner", "b": "beginner", "c": "intermediate", "d": "advanced", "e": "advanced"}
HEAD = """id = "demo.walk"
title = "A walk"
level = "beginner"
purpose = "For people who have never walked."
outcome = "You walk."
"""


def step(snippet: str, more: str = "") -> str:
    return f'\n[[step]]\nsnippet = "{snippet}"\nwhy = "It is needed next."\n{more}'


GOOD = HEAD + "".join(step(f"demo.{name}") for name in LEVELS)


def make_pack(folder: Path, pack: str = "demo") -> Path:
    (folder / "snippets").mkdir(parents=True)
    (folder / "paths").mkdir()
    (folder / "pack.toml").write_text(PACK.format(id=pack), encoding="utf-8")
    for name, level in LEVELS.items():
        text = SNIPPET.format(pack=pack, name=name, level=level)
        (folder / "snippets" / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack without any problem, and one path in it."""
    folder = make_pack(tmp_path / "demo")
    (folder / "paths" / "walk.toml").write_text(GOOD, encoding="utf-8")
    return folder


def read(folder: Path, text: str) -> tuple[Any, tuple[Problem, ...]]:
    (folder / "one.toml").write_text(text, encoding="utf-8")
    return read_path(FolderFiles(folder), "one.toml", MANIFEST)


def lint(pack: Path, text: str) -> list[Problem]:
    (pack / "paths" / "walk.toml").write_text(text, encoding="utf-8")
    return [problem for problem in lint_pack(pack) if problem.path.startswith("paths/")]


# -- reading -----------------------------------------------------------------------------------


def test_a_good_path_is_read_whole(tmp_path: Path) -> None:
    text = GOOD.replace("[[step]]", 'packs = ["other"]\n\n[[step]]', 1)
    text += step("other.x", "easier = true\n")
    path, problems = read(tmp_path, text)
    assert problems == ()
    assert (path.id, path.title, path.level) == ("demo.walk", "A walk", Level.BEGINNER)
    assert path.purpose == "For people who have never walked."
    assert path.outcome == "You walk."
    assert (path.pack, path.packs, path.path) == ("demo", ("other",), "one.toml")
    assert [one.snippet for one in path.steps] == [*(f"demo.{n}" for n in LEVELS), "other.x"]
    assert {one.why for one in path.steps} == {"It is needed next."}
    assert [one.easier for one in path.steps] == [False] * 5 + [True]
    assert [text.split("\n")[one.line - 1] for one in path.steps] == [
        f'snippet = "{one.snippet}"' for one in path.steps
    ]


def test_a_text_over_several_lines_is_one_paragraph(tmp_path: Path) -> None:
    text = GOOD.replace('"You walk."', '"""\nYou walk\nfar."""')
    path, problems = read(tmp_path, text)
    assert problems == ()
    assert path.outcome == "You walk far."


def test_steps_may_be_written_in_one_line(tmp_path: Path) -> None:
    path, problems = read(tmp_path, HEAD + 'step = [{ snippet = "demo.a", why = "It begins." }]')
    assert problems == ()
    assert [one.snippet for one in path.steps] == ["demo.a"]


C_WHY = 'why = "It is needed next."'
BAD = [
    ("no id", 'id = "demo.walk"\n', "", 1, "'id' is missing"),
    ("an id without a pack", '"demo.walk"', '"walk"', 1, "cannot be 'walk'"),
    ("no title", 'title = "A walk"\n', "", 1, "'title' is missing"),
    ("a long title", "A walk", "w" * 71, 2, "71 characters"),
    ("an unknown level", '"beginner"', '"expert"', 3, "unknown level"),
    ("an empty purpose", "For people who have never walked.", "  ", 4, "'purpose'"),
    ("a purpose that is too long", "For people", "p" * 300, 4, "characters"),
    ("no outcome", 'outcome = "You walk."\n', "", 1, "'outcome' is missing"),
    ("an unknown key", "outcome", "goal", 5, "unknown key 'goal'"),
    ("packs that are no ids", "\n[[step]]", 'packs = ["No pack"]\n[[step]]', 6, "'No pack'"),
    ("packs that are no texts", "\n[[step]]", "packs = [1]\n[[step]]", 6, "list of texts"),
    ("a step without a snippet", 'snippet = "demo.a"\n', "", 7, "'snippet' is missing"),
    ("a step's snippet that is no id", '"demo.a"', '"a b"', 8, "cannot be 'a b'"),
    ("a step without a reason", C_WHY + "\n\n", "\n", 7, "'why' is missing"),
    ("an empty reason", C_WHY, 'why = ""', 9, "'why'"),
    ("a reason that is too long", "It is needed", "i" * 200, 9, "characters"),
    ("a step's unknown key", C_WHY, C_WHY + "\nbecause = 1", 10, "unknown key 'because'"),
    ("a step's flag that is a text", C_WHY, C_WHY + '\neasier = "x"', 10, "true or false"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "words"), [b[1:] for b in BAD], ids=[b[0] for b in BAD]
)
def test_a_bad_path_is_refused_at_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in GOOD
    path, problems = read(tmp_path, GOOD.replace(old, new, 1))
    assert path is None
    assert [problem.code for problem in problems if words in problem.message] == ["C001"]
    (problem,) = (problem for problem in problems if words in problem.message)
    assert (problem.line, problem.path) == (line, "one.toml")
    assert problem.hint


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD, "C001"),
        (HEAD + "step = 1\n", "C001"),
        (HEAD + '[step]\nsnippet = "demo.a"\nwhy = "x"\n', "C001"),
        (HEAD + "step = [1]\n", "C001"),
        ("level = beginner", "F004"),
    ],
    ids=["no steps", "a number of steps", "one table", "a list of numbers", "no TOML"],
)
def test_what_holds_no_steps_is_refused(tmp_path: Path, text: str, code: str) -> None:
    path, problems = read(tmp_path, text)
    assert path is None
    assert [problem.code for problem in problems] == [code]


def test_every_mistake_of_a_path_is_named_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('title = "A walk"\n', "").replace('"demo.c"', '"c"').replace("why", "how")
    path, problems = read(tmp_path, text)
    assert path is None
    assert len(problems) == 1 + 1 + 2 * len(LEVELS)


@given(st.text(max_size=60) | st.sampled_from(["step = [[]]", "[[step]]\n[[step]]", "id = 1"]))
def test_no_text_makes_the_reader_raise(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "any.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    path, problems = read_path(FolderFiles(folder), "any.toml", MANIFEST)
    assert (path is None) == bool(problems)


# -- linting -----------------------------------------------------------------------------------


def test_a_good_path_has_no_problem(pack: Path) -> None:
    assert lint_pack(pack) == ()


RULES = [
    ("C001", "an empty purpose", "For people who have never walked.", "", Severity.ERROR),
    ("C002", "four steps", step("demo.e"), "", Severity.ERROR),
    ("C003", "an id of another pack", '"demo.walk"', '"other.walk"', Severity.ERROR),
    ("C003", "a snippet's id", '"demo.walk"', '"demo.a"', Severity.ERROR),
    ("C004", "an unknown snippet", '"demo.c"', '"demo.nothing"', Severity.ERROR),
    ("C004", "a pack that is not named", '"demo.c"', '"other.c"', Severity.ERROR),
    ("C004", "a pack not there", "\n[[step]]", 'packs = ["no"]\n[[step]]', Severity.WARNING),
    ("C005", "a step twice", '"demo.b"', '"demo.a"', Severity.ERROR),
    ("C006", "back from advanced", '"demo.a"', '"demo.d"', Severity.WARNING),
    ("C006", "an advanced path as a beginner's", step("demo.a") + step("demo.b") + step("demo.c"),
     "", Severity.WARNING),
    ("C006", "easier without being easier", C_WHY, C_WHY + "\neasier = true", Severity.WARNING),
    ("V001", "a filler word", "You walk.", "You simply walk.", Severity.WARNING),
    ("V002", "an exclamation mark", "It is needed next.", "It is needed!", Severity.WARNING),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "old", "new", "severity"),
    [(c, o, n, s) for c, _, o, n, s in RULES],
    ids=[f"{c} {n}" for c, n, _, _, _ in RULES],
)
def test_each_rule_on_a_path_finds_its_own_mistake(
    pack: Path, code: str, old: str, new: str, severity: Severity
) -> None:
    assert old in GOOD
    mine = [one for one in lint(pack, GOOD.replace(old, new, 1)) if one.code == code]
    assert mine
    assert all(one.severity is severity and one.hint for one in mine)


def test_a_title_and_an_id_are_used_once(pack: Path) -> None:
    (pack / "paths" / "again.toml").write_text(GOOD.replace("A walk", "A WALK"), encoding="utf-8")
    problems = lint_pack(pack)
    assert [(one.code, one.path) for one in problems] == [("C003", "paths/walk.toml")] * 2


def test_going_back_is_named_at_its_step_and_may_be_meant(pack: Path) -> None:
    (pack / "snippets" / "f.md").write_text(
        SNIPPET.format(pack="demo", name="f", level="beginner"), encoding="utf-8"
    )
    text = GOOD + step("demo.f")
    (problem,) = lint(pack, text)
    assert (problem.code, problem.line) == ("C006", text[: text.index("demo.f")].count("\n") + 1)
    assert "from advanced to beginner" in problem.message
    assert lint(pack, GOOD + step("demo.f", "easier = true\n")) == []


def test_steps_of_a_pack_that_is_named_are_looked_up_beside_it(pack: Path) -> None:
    make_pack(pack.parent / "other", "other")
    text = GOOD.replace("\n[[step]]", 'packs = ["other"]\n\n[[step]]', 1)
    assert lint(pack, text + step("other.e")) == []
    (problem,) = lint(pack, text + step("other.nothing"))
    assert (problem.code, problem.severity) == ("C004", Severity.ERROR)
    (problem,) = lint(pack, text + step("other.a"))
    assert problem.code == "C006"


def test_steps_of_shipped_packs_are_looked_up_wherever_the_pack_is(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_pack(tmp_path / "shipped" / "base", "base")
    monkeypatch.setattr(locations, "shipped_packs_folder", lambda: tmp_path / "shipped")
    text = GOOD.replace("\n[[step]]", 'packs = ["base"]\n\n[[step]]', 1)
    assert lint(pack, text + step("base.e")) == []
    (problem,) = lint(pack, text + step("base.nothing"))
    assert problem.code == "C004"


def test_a_broken_path_costs_itself_alone(pack: Path) -> None:
    (pack / "paths" / "broken.toml").write_text("id = ", encoding="utf-8")
    manifest, _ = read_manifest(pack)
    assert manifest is not None
    paths, problems = read_paths(InstalledPack(manifest, pack, Origin.FOLDER))
    assert [path.id for path in paths] == ["demo.walk"]
    assert [(one.code, Path(one.path)) for one in problems] == [
        ("F004", pack / "paths" / "broken.toml")
    ]


# -- archives and the command line -------------------------------------------------------------


def test_paths_are_packed_and_read_from_the_archive(pack: Path, tmp_path: Path) -> None:
    (pack / "paths" / "more").mkdir()
    more = GOOD.replace("demo.walk", "demo.run").replace("A walk", "A run")
    (pack / "paths" / "more" / "run.toml").write_text(more, encoding="utf-8")
    (pack / "paths" / "notes.md").write_text("not packed", encoding="utf-8")
    (pack / "README.md").write_text("For maintainers.", encoding="utf-8")
    (pack / "paths" / "link.toml").symlink_to(pack / "paths" / "walk.toml")
    archive, _ = build_pack(pack, tmp_path / "demo.zip", lambda _: None)
    with ArchiveFiles(archive) as files:
        assert files.paths() == ["paths/more/run.toml", "paths/walk.toml"]
        assert {"README.md", *files.paths()} < set(files.names())
        assert "paths/notes.md" not in files.names()
    assert FolderFiles(pack).paths() == ["paths/more/run.toml", "paths/walk.toml"]
    manifest, _ = read_manifest(archive)
    assert manifest is not None
    read_back = read_paths(InstalledPack(manifest, archive, Origin.FOLDER))
    assert read_back == read_paths(InstalledPack(manifest, pack, Origin.FOLDER))
    assert [path.id for path in read_back[0]] == ["demo.run", "demo.walk"]
    assert lint_pack(archive) == ()


def test_an_installed_archive_that_has_changed_gives_no_paths(pack: Path, tmp_path: Path) -> None:
    archive, sha256 = build_pack(pack, tmp_path / "demo.zip", lambda _: None)
    manifest, _ = read_manifest(archive)
    assert manifest is not None
    installed = InstalledPack(manifest, archive, Origin.INSTALLED, sha256)
    assert len(read_paths(installed)[0]) == 1
    archive.write_bytes(archive.read_bytes() + b"x")
    paths, (problem,) = read_paths(installed)
    assert (paths, problem.code) == ((), "P005")


def test_pack_info_lists_the_paths(
    pack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locations, "user_packs_folder", lambda: pack.parent)
    assert main(["pack", "info", "demo"]) == 0
    assert "path\tA walk (beginner, 5 steps): You walk.\n" in capsys.readouterr().out
    assert main(["pack", "info", "demo", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    (path,) = values["paths"]
    assert (path["id"], path["level"], len(path["steps"])) == ("demo.walk", "beginner", 5)
    assert path["steps"][0] == {"snippet": "demo.a", "why": "It is needed next."}
    assert values["problems"] == []
    (pack / "paths" / "broken.toml").write_text("id = ", encoding="utf-8")
    assert main(["pack", "info", "demo"]) == 1
    assert "broken.toml:1: error F004" in capsys.readouterr().out


# -- the JSON schema ---------------------------------------------------------------------------

SCHEMA = Path(lsp_learn.packs.__file__).parent / "schemas" / "path.schema.json"
SHIPPED = Path(lsp_learn.__file__).parents[1] / "content_packs"
LENGTHS = ("a purpose that is too long", "a reason that is too long")
"""Counted after line ends are taken out, which a schema cannot."""


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    values = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(values)
    return Draft202012Validator(values)


@pytest.mark.parametrize(
    ("old", "new"),
    [b[1:3] for b in BAD if b[0] not in LENGTHS],
    ids=[b[0] for b in BAD if b[0] not in LENGTHS],
)
def test_the_schema_refuses_what_the_reader_refuses(
    schema: Draft202012Validator, old: str, new: str
) -> None:
    assert schema.is_valid(tomllib.loads(GOOD))
    assert not schema.is_valid(tomllib.loads(GOOD.replace(old, new, 1)))


def test_the_schema_explains_every_key_that_the_reader_knows(schema: Draft202012Validator) -> None:
    properties = schema.schema["properties"]
    reference = (SHIPPED.parent / "docs/reference/path-format.md").read_text(encoding="utf-8")
    steps = properties["step"]["items"]["properties"]
    assert {*properties, *steps} == set(re.findall(r"(?m)^\| `(\w+)` \|", reference))
    assert all("description" in value for value in (*properties.values(), *steps.values()))


# -- what is shipped ---------------------------------------------------------------------------


def test_the_schema_accepts_every_shipped_path(schema: Draft202012Validator) -> None:
    """What lint says of them is asked in tests/test_packs.py."""
    files = sorted(SHIPPED.glob("*/paths/*.toml"))
    assert files
    wrong = [f for f in files if not schema.is_valid(tomllib.loads(f.read_text(encoding="utf-8")))]
    assert wrong == []
