"""`lsp-learn coverage`: what is counted, and what is said to be missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lsp_learn.cli import main
from lsp_learn.explain.coverage import Coverage
from lsp_learn.model import CodeContext, Fact, FactKind, Span

HERE = Span(0, 1)


def context(name: str) -> CodeContext:
    return CodeContext("python", HERE, (Fact(FactKind.SYMBOL, name, HERE),), silent=False)


def test_places_are_counted_and_the_missing_sorted_by_number_then_name() -> None:
    coverage = Coverage()
    for name in ("b", "a", "c", "b"):
        coverage.add(context(name), explained=name == "c")
    assert (coverage.places, coverage.explained, coverage.share) == (4, 1, 0.25)
    assert coverage.most_missing(2) == [("symbol:b", 2), ("symbol:a", 1)]


@pytest.mark.parametrize("name", ["..tools.run", "./cart.total", "crate::cart", "shop.cart"])
def test_the_projects_own_names_are_counted_apart(name: str) -> None:
    coverage = Coverage()
    coverage.add(context(name), explained=False, packages=frozenset({"shop"}))
    coverage.add(context("shopping.cart"), explained=False, packages=frozenset({"shop"}))
    assert (coverage.places, coverage.own) == (1, 1)
    assert coverage.most_missing(5) == [("symbol:shopping.cart", 1)]
    assert coverage.most_missing(5, own=True) == [(f"symbol:{name}", 1)]


def test_what_a_pack_of_the_project_explains_counts() -> None:
    coverage = Coverage()
    coverage.add(context("shop.cart"), explained=True, packages=frozenset({"shop"}))
    assert (coverage.places, coverage.explained, coverage.own) == (1, 1, 0)


def test_nothing_to_explain_is_all_explained() -> None:
    assert Coverage().share == 1.0


@pytest.mark.usefixtures("mini_ready")
class TestCommand:
    def code(self, tmp_path: Path) -> Path:
        """Two places that a tutor would speak about, one of them with a snippet (print)."""
        folder = tmp_path / "code"
        (folder / "node_modules").mkdir(parents=True)
        (folder / ".hidden").mkdir()
        text = "print(sorted)\n"
        for path in ("a.py", "node_modules/b.py", ".hidden/c.py"):
            (folder / path).write_text(text, encoding="utf-8")
        (folder / "notes.txt").write_text("print", encoding="utf-8")
        (folder / "latin.py").write_bytes(b"x = '\xff'\nprint(x)\n")
        return folder

    def test_a_codebase_is_counted_by_language(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["coverage", str(self.code(tmp_path)), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)["python"]
        assert (found["files"], found["places"], found["explained"]) == (1, 2, 1)
        assert found["missing"] == [{"fact": "symbol:sorted", "places": 1}]

    def test_the_codes_own_packages_are_known_by_their_folders(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for name in ("shop", "shop/cart"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "__init__.py").touch()
        (tmp_path / "app.py").write_text("import shop\nimport zlib\nshop.buy()\n", encoding="utf-8")
        assert main(["coverage", str(tmp_path), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)["python"]
        own = {one["fact"] for one in found["own"]["missing"]}
        assert own == {"symbol:shop", "symbol:shop.buy"}
        assert "symbol:zlib" in {one["fact"] for one in found["missing"]}

    def test_some_files_of_each_language_are_enough(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for number in range(9):
            (tmp_path / f"a{number}.py").write_text("print(1)\n", encoding="utf-8")
        counted = []
        for _ in range(2):
            main(["coverage", str(tmp_path), "--files", "3", "--json"])
            counted.append(json.loads(capsys.readouterr().out)["python"])
        assert counted[0]["files"] == 3
        assert counted[0] == counted[1]

    def test_for_people_as_well(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["coverage", str(self.code(tmp_path) / "a.py")]) == 0
        shown = capsys.readouterr().out
        assert "python\t1\t2\t1\t50.0%" in shown
        assert "1\tsymbol:sorted" in shown

    def test_no_known_file_is_said(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["coverage", str(tmp_path)]) == 1
        assert "No file of a known language" in capsys.readouterr().out

    def test_a_missing_path_is_an_error(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["coverage", str(tmp_path / "none")]) == 1
        assert "does not exist" in capsys.readouterr().err
