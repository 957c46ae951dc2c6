"""What was read of parts of a text is kept while it is edited, and never the wrong thing."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from conftest import LANGUAGES
from golden_files import places
from tree_sitter import Node

from lsp_learn.context.kept import KEPT_PARTS, Kept
from lsp_learn.context.reader import ContextReader
from lsp_learn.context.syntax import SyntaxTree
from lsp_learn.model import Document

GOLDEN = Path(__file__).parents[1] / "golden"
EDITS = 5
PLACES = 25


def python_tree(text: str) -> SyntaxTree:
    table = LANGUAGES.get("python")
    assert table is not None
    return SyntaxTree(text, table.grammar)


def versions(language: str, chance: random.Random) -> Iterator[str]:
    """A text, and what pieces put in, taken out, doubled and moved make of it."""
    files = sorted((GOLDEN / language).glob("*.txt"))
    pieces = sorted({place.code for path in files for place in places(path)})
    parts = chance.sample(pieces, min(6, len(pieces)))
    for _ in range(EDITS):
        yield "\n".join(parts) + "\n"
        at = chance.randrange(len(parts))
        edit = chance.choice(("in", "out", "double", "move"))
        if edit == "in":
            parts.insert(at, chance.choice(pieces))
        elif edit == "out" and len(parts) > 1:
            del parts[at]
        elif edit == "double":
            parts.append(parts[at])
        else:
            parts.insert(0, parts.pop(at))


@pytest.mark.parametrize("language", LANGUAGES.ids())
def test_an_edited_text_reads_as_the_same_text_opened_anew(language: str) -> None:
    chance = random.Random(language)
    typed = ContextReader(LANGUAGES)
    for number, text in enumerate(versions(language, chance)):
        document = Document("file:///typed", language, number, text)
        typed.warm(document)
        opened = ContextReader(LANGUAGES)
        for offset in (chance.randrange(len(text)) for _ in range(PLACES)):
            assert typed.at(document, offset).facts == opened.at(document, offset).facts, (
                text,
                offset,
            )


def test_a_real_module_that_is_edited_reads_as_opened_anew() -> None:
    text = Path(argparse.__file__).read_text(encoding="utf-8")
    chance = random.Random(7)
    typed = ContextReader(LANGUAGES)
    for number in range(6):
        at = text.index("\n\n", chance.randrange(len(text) - 200))
        inserted = f"\n\nimport os as o{number}\nbag{number} = o{number}.environ.get('A').strip()\n"
        text = text[:at] + inserted + text[at:] if number % 2 else text[:at] + text[at + 1 :]
        document = Document("file:///typed.py", "python", number, text)
        typed.warm(document)
        opened = ContextReader(LANGUAGES)
        near = [at + chance.randrange(60) for _ in range(20)]
        for offset in near + [chance.randrange(len(text)) for _ in range(40)]:
            assert typed.at(document, offset) == opened.at(document, offset)


def test_a_part_is_read_once_wherever_it_moves() -> None:
    reads: list[str] = []
    kept = Kept()

    def read(tree: SyntaxTree, node: Node) -> str:
        reads.append(tree.text_of(node))
        return tree.text_of(node).upper()

    for text in ("a = 1\nb = 2\n", "b = 2\na = 1\n", "x = 0\na = 1\nb = 3\n"):
        tree = python_tree(text)
        nodes = tree.root.children
        found = [kept.of("name", n, tree.source, partial(read, tree, n)) for n in nodes]
        assert "\n".join(found) + "\n" == text.upper()
    assert reads == ["a = 1", "b = 2", "x = 0", "b = 3"]


def test_the_same_text_is_read_for_each_purpose() -> None:
    tree = python_tree("a = 1\n")
    node, kept = tree.root.children[0], Kept()
    assert kept.of("first", node, tree.source, lambda: 1) == 1
    assert kept.of("second", node, tree.source, lambda: 2) == 2


def test_what_stands_around_an_error_is_read_each_time() -> None:
    tree = python_tree("a = (\n")
    kept, answers = Kept(), iter((1, 2))
    root = tree.root
    assert [kept.of("part", root, tree.source, lambda: next(answers)) for _ in range(2)] == [1, 2]


def test_the_longest_unused_parts_are_dropped() -> None:
    text = "".join(f"a{number} = {number}\n" for number in range(3 * KEPT_PARTS))
    tree = python_tree(text)
    kept = Kept()
    reads: list[int] = []

    def read(node: Node) -> bool:
        reads.append(node.start_byte)
        return True

    nodes = tree.root.children
    for node in [*nodes, nodes[-1], nodes[0]]:
        kept.of("part", node, tree.source, partial(read, node))
    assert len(kept._used) + len(kept._before) <= 2 * KEPT_PARTS
    assert reads == [*(node.start_byte for node in nodes), nodes[0].start_byte]


def test_everything_in_a_large_node_is_gathered_with_its_place() -> None:
    text = "class A:\n" + "".join(f"    def f{n}(self): return {n}\n" for n in range(200))
    tree = python_tree(text)

    def names(node: Node, alone: bool) -> list[tuple[int, str]]:
        nodes = [node] if alone else list(walk(node))
        return [
            (one.start_byte - node.start_byte, tree.text_of(one))
            for one in nodes
            if one.type == "identifier" and tree.text_of(one).startswith("f")
        ]

    found = Kept().gathered("names", tree.root, tree.source, names)
    assert [name for _, (_, name) in found] == [f"f{n}" for n in range(200)]
    assert all(text[at + start :].startswith(name + "(") for at, (start, name) in found)


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from walk(child)
