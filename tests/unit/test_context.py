# ruff: noqa: E501  (tables: one case a line)
"""Reading Python: names, silence, broken code, limits. Constructs and pitfalls: tests/golden/."""

from __future__ import annotations

import ast
import random
import textwrap
import threading
from pathlib import Path

import pytest
from conftest import LANGUAGES
from hypothesis import given
from hypothesis import strategies as st

from lsp_learn.context.reader import KEPT_TREES, ContextReader
from lsp_learn.context.syntax import SyntaxTree
from lsp_learn.context.windows import MAX_LINE, MAX_TEXT
from lsp_learn.model import CodeContext, Document, FactKind, Span

CURSOR = "¦"
READER = ContextReader(LANGUAGES)


def read(marked: str, uri: str = "file:///a.py") -> CodeContext:
    offset = marked.index(CURSOR)
    return READER.at(Document(uri, "python", 1, marked.replace(CURSOR, "")), offset)


def symbols(marked: str) -> list[str]:
    return [fact.name for fact in read(marked).facts if fact.kind is FactKind.SYMBOL]


def symbol(marked: str) -> str:
    """The most specific symbol at the cursor, "" for none."""
    return next(iter(symbols(marked)), "")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # names that are imported
        ("import os\nos.getc¦wd()", "os.getcwd"),
        ("import os\no¦s.getcwd()", "os"),
        ("import os.path\nos.path.jo¦in(a)", "os.path.join"),
        ("import os.path\nos.pa¦th.join(a)", "os.path"),
        ("import numpy as np\nnp.arr¦ay([1])", "numpy.array"),
        ("import xml.etree.ElementTree as ET\nET.par¦se(f)", "xml.etree.ElementTree.parse"),
        ("from os import path\npath.ex¦ists(p)", "os.path.exists"),
        ("from os import path as p\np.ex¦ists(q)", "os.path.exists"),
        ("from collections import (\n    OrderedDict as OD,\n)\nO¦D()", "collections.OrderedDict"),
        ("from . import sibling\nsibling.ru¦n()", ".sibling.run"),
        ("from ..pkg import tool\nto¦ol()", "..pkg.tool"),
        ("from .a.b import c\n¦c()", ".a.b.c"),
        ("import js¦on", "json"),
        ("import naïve\nnaïve.fo¦o()", "naïve.foo"),
        ("import 模块\n模¦块.运行()", "模块"),
        ("from os import pa¦th", "os.path"),
        ("from o¦s import path", "os"),
        ("from asyncio import gather as g¦g", "asyncio.gather"),
        ("def f():\n    import json\n    json.lo¦ads(s)", "json.loads"),
        ("def f():\n    import json\ndef g():\n    jso¦n", ""),
        ("try:\n    import simplejson as json\nexcept ImportError:\n    json = None\njson.du¦mps(x)", "simplejson.dumps"),
        ("try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib\ntomllib.lo¦ads(s)", ("tomllib.loads", "tomli.loads")),
        ("if True:\n    import re\nre.sp¦lit(a, b)", "re.split"),
        # builtins, assumed modules
        ("pri¦nt(1)", "print"),
        ("x = le¦n(y)", "len"),
        ("os.get¦cwd()", "os.getcwd"),
        ("np.ze¦ros(3)", "numpy.zeros"),
        ("unknown.thi¦ng()", ""),
        ("unkno¦wn()", ""),
        # a local name hides the other
        ("def f(len):\n    return le¦n", ""),
        ("def f(*print):\n    pri¦nt()", ""),
        ("def f(a, *, json=None):\n    json.lo¦ads(a)", ""),
        ("lambda print: pri¦nt(1)", ""),
        ("for print in xs:\n    pri¦nt()", ""),
        ("[print for print in xs if pri¦nt]", ""),
        ("[x for x in xs]\nprint¦(x)", "print"),
        ("with a as open:\n    ope¦n(b)", ""),
        ("def print():\n    pass\npri¦nt()", ""),
        ("class list:\n    pass\nli¦st()", ""),
        ("print, b = 1, 2\npri¦nt()", ""),
        ("try:\n    pass\nexcept E as print:\n    pri¦nt()", ""),
        ("if (print := 3):\n    pri¦nt()", ""),
        ("def f():\n    global json\n    json = 1\njson¦", ""),
        ("match x:\n    case print:\n        pri¦nt()", ""),
        # a class's names are not seen in its methods
        ("class A:\n    len = 3\n    def f(self):\n        return le¦n(x)", "len"),
        ("class A:\n    len = 3\n    y = le¦n", ""),
        # what a name is bound to
        ("xs = []\nxs.so¦rt()", "list.sort"),
        ("xs = [1]\nxs.appe¦nd(2)", "list.append"),
        ("d = {}\nd.ge¦t(1)", "dict.get"),
        ("d = {'a': 1}\nd.se¦tdefault(1)", "dict.setdefault"),
        ("s = {1, 2}\ns.un¦ion(t)", "set.union"),
        ("t = (1, 2)\nt.cou¦nt(1)", "tuple.count"),
        ("s = 'a'\ns.spl¦it()", "str.split"),
        ("s = f'{x}'\ns.uppe¦r()", "str.upper"),
        ("b = b'a'\nb.deco¦de()", "bytes.decode"),
        ("b = rb'a'\nb.deco¦de()", "bytes.decode"),
        ("n = 3\nn.to_b¦ytes()", "int.to_bytes"),
        ("'a'.jo¦in(xs)", "str.join"),
        ("' '.join(xs).enc¦ode()", "str.encode"),
        ("[].co¦py()", "list.copy"),
        ("xs = sorted(ys)\nxs.po¦p()", "list.pop"),
        ("from pathlib import Path\np = Path('a')\np.read_te¦xt()", "pathlib.Path.read_text"),
        ("from pathlib import Path\np = Path('a') / 'b'\np.exi¦sts()", "pathlib.Path.exists"),
        ("from pathlib import Path\nPath.cwd().par¦ent", ("pathlib.Path.parent", "pathlib.PurePath.parent")),
        ("import re\nm = re.match('a', s)\nm.gro¦up(1)", "re.Match.group"),
        ("import re\nfor m in re.finditer('a', s):\n    m.sta¦rt()", "re.Match.start"),
        ("import datetime\nnow = datetime.datetime.now()\nnow.isofo¦rmat()", "datetime.datetime.isoformat"),
        ("from datetime import datetime as dt\ndt.now().strft¦ime('%Y')", "datetime.datetime.strftime"),
        ("with open('f') as file:\n    file.rea¦d()", "io.TextIOWrapper.read"),
        ("with open('f') as file:\n    for line in file:\n        line.stri¦p()", "str.strip"),
        ("words = 'a b'.split()\nfor w in words:\n    w.upp¦er()", "str.upper"),
        ("ws = 'a b'.split()\nx = [w.upp¦er() for w in ws]", "str.upper"),
        ("import sys\nsys.argv.po¦p()", "sys.argv.pop"),
        ("import sys\nargs = sys.argv\nargs.po¦p()", "list.pop"),
        ("xs = ys = []\nxs.app¦end(1)", "list.append"),
        ("async def f():\n    import asyncio\n    t = asyncio.create_task(g())\n    t.can¦cel()", "asyncio.Task.cancel"),
        ("if (m := 'a'.split()):\n    m.po¦p()", "list.pop"),
        # which value holds where
        ("x = []\nx = ''\nx.spl¦it()", "str.split"),
        ("x = ''\nx.spl¦it()\nx = []", "str.split"),
        ("text = 'a'\ntext = text.st¦rip()\n", "str.strip"),
        ("text = 'a'\ntext = text.strip()\ntext.upp¦er()", "str.upper"),
        ("a = b\nb = a\na.fo¦o()", ""),
        ("a = a\na.fo¦o()", ""),
        # annotations
        ("def f(x: list):\n    x.so¦rt()", "list.sort"),
        ("def f(x: list[int]):\n    x.so¦rt()", "list.sort"),
        ("from typing import List\ndef f(x: List[int]):\n    x.so¦rt()", "list.sort"),
        ("from typing import Optional\ndef f(x: Optional[str]):\n    x.spl¦it()", "str.split"),
        ("def f(x: str | None):\n    x.spl¦it()", "str.split"),
        ("def f(x: None | str = None):\n    x.spl¦it()", "str.split"),
        ("def f(x: 'str'):\n    x.spl¦it()", "str.split"),
        ("def f(x: str | bytes):\n    x.cen¦ter(1)", ""),
        ("def f(x: int | str | None):\n    x.cen¦ter(1)", ""),
        ("from pathlib import Path\ndef f(p: Path):\n    p.mkd¦ir()", "pathlib.Path.mkdir"),
        ("import pathlib\np: pathlib.Path = g()\np.mkd¦ir()", "pathlib.Path.mkdir"),
        ("def f(xs: list[str]):\n    for x in xs:\n        x.upp¦er()", "str.upper"),
        ("x: dict[str, int]\nx.ge¦t('a')", "dict.get"),
        ("class str: pass\ndef f(x: str):\n    x.cen¦ter(1)", ""),
        # fields of self
        ("class A:\n    def __init__(self):\n        self.xs = []\n    def f(self):\n        self.xs.so¦rt()", "list.sort"),
        ("class A:\n    def __init__(self, n: int):\n        self.d: dict = n\n    def f(self):\n        self.d.ge¦t(1)", "dict.get"),
        ("class A:\n    def a(self):\n        self.x = []\n    def b(self):\n        self.x = ''\n    def f(self):\n        self.x.cen¦ter(1)", ""),
        ("class A:\n    def f(self):\n        self.so¦rt()", ""),
        ("class A:\n    def f(self):\n        self.splitl¦ines()", ""),
        ("class A:\n    xs = []\n    def f(self):\n        self.xs.so¦rt()", "list.sort"),
        # inheritance
        ("from collections import Counter\nc = Counter()\nc.most_co¦mmon()", "collections.Counter.most_common"),
        # the method's name alone
        ("x.splitl¦ines()", "str.splitlines"),
        ("f(a).startsw¦ith('b')", "str.startswith"),
        ("import mod\nmod.splitl¦ines()", "mod.splitlines"),
        ("def splitlines(): pass\nx.splitl¦ines()", ""),
        ("x.po¦p()", ""),
        ("x.ge¦t(1)", ""),
        # star imports
        ("from tkinter import *\nlab¦el()", ""),
        ("from os.path import *\npri¦nt()", "print"),
        # subscripts and slices
        ("words = 'a b'.split()\nwords[0].upp¦er()", "str.upper"),
        ("words = 'a b'.split()\nwords[1:].so¦rt()", "list.sort"),
        ("s = 'abc'\ns[1:].upp¦er()", "str.upper"),
        # parentheses, operators
        ("('a' + 'b').upp¦er()", "str.upper"),
        ("('a').upp¦er()", "str.upper"),
        ("xs = [0] * 3\nxs.so¦rt()", "list.sort"),
    ],
)  # fmt: skip
def test_what_a_name_stands_for(code: str, expected: str | tuple[str, ...]) -> None:
    assert symbol(code) in ((expected,) if isinstance(expected, str) else expected)


def test_an_inherited_method_is_also_its_base_classs() -> None:
    found = symbols("from collections import defaultdict\nd = defaultdict(list)\nd.ite¦ms()")
    assert found == ["collections.defaultdict.items", "dict.items"]


def test_a_named_argument_belongs_to_its_call() -> None:
    facts = read("open('f', newl¦ine='')").facts
    assert [(fact.kind, fact.name) for fact in facts][:1] == [(FactKind.ARGUMENT, "open(newline=)")]
    facts = read("import subprocess as sp\nsp.run(['a'], che¦ck=True)").facts
    assert facts[0].name == "subprocess.run(check=)"


def test_the_span_of_a_fact_is_its_name_in_the_text() -> None:
    code = "import os\nprint(os.path.join(a))"
    context = READER.at(Document("file:///a.py", "python", 1, code), code.index("join") + 1)
    span = context.facts[0].span
    assert code[span.start : span.end] == "join"


def test_a_cursor_just_behind_a_name_stands_on_it() -> None:
    assert symbol("print¦") == "print"
    assert symbol("print¦(1)") == "print"
    assert symbol("x = print¦\n") == "print"
    assert read("for¦ x in y: pass").silent


@pytest.mark.parametrize(
    "code",
    [
        "# pri¦nt",
        "x = 1  # for pri¦nt",
        "'pri¦nt'",
        "x = 'for prin¦t in'",
        'def f():\n    """Uses pri¦nt."""',
        '"""mo¦dule"""',
        "x =¦ 1",
        "x ¦ = 1",
        "¦\n\nprint()",
        "print(1)\n¦",
        "f(a¦, b)",
        "¦(a, b)",
        "f(a, b¦)",
        "name¦ = 3",
        "def f(arg¦ument): pass",
        "def fun¦ction(): pass",
        "class Thi¦ng: pass",
        "value = 1\nuse(val¦ue)",
        "x.attr¦ibute",
        "¦",
        "for item in items:\n  ¦  pass",
        "1¦23",
        "x = 4¦2",
        "\\¦\n",
    ],
)
def test_silence(code: str) -> None:
    context = read(code)
    assert context.facts == ()
    assert context.silent


@pytest.mark.parametrize(
    "prefix", ["é = 1\n", "# 😋😋😋\n", "x = '\u2028\x85\f日本'\n", "é, 😋 = 1, 2; ", "\ufeff"]
)
def test_characters_before_the_cursor_move_nothing(prefix: str) -> None:
    code = prefix + "import os; os.getcwd()"
    at = code.index("getcwd") + 1
    context = READER.at(Document("file:///a.py", "python", 1, code), at)
    assert [fact.name for fact in context.facts][:1] == ["os.getcwd"]
    assert context.facts[0].span == Span(at - 1, at + 5)


def test_a_lone_surrogate_in_the_text_is_no_error() -> None:
    code = "x = '\ud83d'; print(x)"
    assert READER.at(Document("file:///a.py", "python", 1, code), 10).facts[0].name == "print"


# -- broken code -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import os\nos.path.jo¦in(", "symbol:os.path.join"),
        ("import os\nx = os.getc¦wd(\n", "symbol:os.getcwd"),
        ("import json as j\ndef f(:\n    j.lo¦ads(", "symbol:json.loads"),
        ("pri¦nt(", "symbol:print"),
        ("with op¦en('f'", "symbol:open"),
        ("wi¦th open('f'", "construct:with"),
        ("fo¦r x in y", "construct:for-loop"),
        ("de¦f f(x", "construct:function"),
        ("x = [prin¦t(1, 'for'", "symbol:print"),
    ],
)
def test_a_line_that_does_not_parse_is_read_by_its_words(code: str, expected: str) -> None:
    assert expected in [f"{fact.kind}:{fact.name}" for fact in read(code).facts]


@pytest.mark.parametrize(
    "code", ["x = ('prin¦t", "foo( # prin¦t", 'f("for pri¦nt in x", ', "valu¦e = ("]
)
def test_broken_strings_comments_and_local_names_stay_silent(code: str) -> None:
    assert read(code).facts == ()


def test_the_imports_of_the_last_whole_text_are_remembered() -> None:
    uri = "file:///typing.py"
    assert symbol("from os import (\n    path,\n)\npath.ex¦ists(p)") == "os.path.exists"
    whole = Document(uri, "python", 1, "from os import (\n    path,\n)\n\npath.exists(p)\n")
    READER.warm(whole)
    broken = "from os import (\n    path,\n\n\nx = path.exi¦sts(\n"
    assert symbol_at(uri, broken) == "os.path.exists"


def symbol_at(uri: str, marked: str) -> str:
    return next((f.name for f in read(marked, uri).facts if f.kind is FactKind.SYMBOL), "")


# -- limits ------------------------------------------------------------------------------------


def test_of_a_huge_text_a_window_is_read() -> None:
    block = "def one(a):\n    # ü: print\n    return len(a)\n\n"
    huge = block * (MAX_TEXT // len(block) + 1)
    document = Document("file:///huge.py", "python", 1, huge)
    for block_number in (0, 7_000, huge.count(block) - 1):
        start = block_number * len(block)
        context = READER.at(document, start + block.index("len"))
        assert [fact.name for fact in context.facts] == ["len"]
        span = context.facts[0].span
        assert (span.start - start, huge[span.start : span.end]) == (block.index("len"), "len")
        assert [fact.name for fact in context.enclosing] == ["function"]
        assert READER.at(document, start + block.index("print")).silent
    middle = Span(7_000 * len(block), 7_001 * len(block))
    names = [found.facts[0].name for found in READER.within(document, middle)]
    assert names == ["function", "return", "len"]
    READER.forget(document.uri)
    assert not any("huge" in uri for uri in READER._reads)


def test_a_huge_text_of_few_lines_is_not_read() -> None:
    huge = "x = [" + "1, " * MAX_TEXT + "]"
    assert READER.at(Document("file:///data.py", "python", 1, huge), 1).silent
    assert list(READER.within(Document("file:///data.py", "python", 1, huge), Span(0, 9))) == []


def test_a_long_line_is_not_read() -> None:
    long = "x = [" + "1," * MAX_LINE + "]\nprint(1)"
    assert READER.at(Document("file:///long.py", "python", 1, long), len(long) - 5).silent
    assert list(READER.within(Document("file:///long.py", "python", 1, long), Span(0, 9))) == []
    short = "x = 1\n" * 5000 + "print(1)"
    assert not READER.at(Document("file:///ok.py", "python", 1, short), len(short) - 5).silent


def test_a_long_line_that_is_broken_is_read_quickly() -> None:
    code = "print(" + "a.b(" * 4000
    assert READER.at(Document("file:///deep.py", "python", 1, code), 8000) is not None


def test_deep_nesting_is_no_error() -> None:
    for code in (
        "(" * 3000 + ")" * 3000,
        "[" * 1500,
        "not " * 2000 + "x",
        "a" + ".b" * 4000 + "()",
    ):
        READER.at(Document("file:///deep.py", "python", 1, code), len(code) // 2)
        READER.at(Document("file:///deep.py", "python", 1, code), len(code) - 1)


@pytest.mark.parametrize("offset", [-1, 9, 10_000])
def test_a_place_outside_of_the_text_is_silent(offset: int) -> None:
    assert READER.at(Document("file:///a.py", "python", 1, "print(1)"), offset).silent


@pytest.mark.parametrize("language", ["", "../python", "plaintext", "x" * 65])
def test_what_is_no_language_is_silent(language: str) -> None:
    document = Document("file:///a.py", language, 1, "print(1)")
    assert READER.at(document, 1).silent
    assert list(READER.within(document, Span(0, 5))) == []
    READER.warm(document)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("local x = string.for¦mat(y)", ["symbol:string.format"]),
        ("local x = str¦ing.format(y)", ["keyword:string", "symbol:string"]),
        ("whi¦le true do", ["keyword:while", "symbol:while"]),
        ("a::b->c¦d", ["symbol:a::b->cd"]),
        ("x = 1 -- a comm¦ent", []),
        ("x = 1 // a comm¦ent", []),
        ("x = 1 # a comm¦ent", []),
        ("x = 'a te¦xt'", []),
        ('x = "a te¦xt', []),
        ("/* one\n tw¦o */", []),
        ("/* one */ tw¦o", ["keyword:two", "symbol:two"]),
        ("--[[ one\n tw¦o ]]", []),
        ("x = 4¦2", []),
        ("  ¦  ", []),
        ("a" * 3000 + "¦", []),
    ],
)
def test_of_a_language_without_data_the_words_are_read(code: str, expected: list[str]) -> None:
    offset = code.index(CURSOR)
    context = READER.at(Document("file:///a.lua", "lua", 1, code.replace(CURSOR, "")), offset)
    assert [f"{fact.kind}:{fact.name}" for fact in context.facts] == expected
    assert context.silent is not bool(expected)


def test_a_selection_in_a_language_without_data_is_read_word_by_word() -> None:
    document = Document("file:///a.lua", "lua", 1, "print(x) -- y")
    found = [context.facts[-1].name for context in READER.within(document, Span(0, 13))]
    assert found == ["print", "x"]


def test_only_the_latest_trees_are_kept_and_a_closed_one_is_dropped() -> None:
    reader = ContextReader(LANGUAGES)
    for number in range(KEPT_TREES + 5):
        reader.warm(Document(f"file:///{number}.py", "python", 1, "print(1)"))
        reader.warm(Document("file:///0.py", "python", 1, "print(1)"))
    kept = set(reader._reads)
    assert len(kept) == KEPT_TREES
    assert "file:///0.py" in kept, "what is asked often stays"
    assert "file:///1.py" not in kept
    reader.forget("file:///0.py")
    reader.forget("file:///never-read.py")
    assert "file:///0.py" not in reader._reads


def test_a_new_text_of_a_document_is_read_again() -> None:
    reader = ContextReader(LANGUAGES)
    for text, name in (("print(1)", "print"), ("len(xs)", "len"), ("print(1)", "print")):
        facts = reader.at(Document("file:///a.py", "python", None, text), 1).facts
        assert facts[0].name == name


def test_a_span_is_read_token_by_token_in_order() -> None:
    code = "for i in range(3):\n    print(i)\n"
    found = [
        context.facts[0].name
        for context in READER.within(
            Document("file:///a.py", "python", 1, code), Span(0, len(code))
        )
    ]
    assert found == ["for-loop", "for-loop", "range", "print"]
    half = READER.within(Document("file:///a.py", "python", 1, code), Span(0, 5))
    assert [context.facts[0].name for context in half] == ["for-loop"]


def test_enclosing_constructs_are_named_innermost_first() -> None:
    context = read("class A:\n    def f(self):\n        for x in y:\n            pri¦nt(x)")
    assert [fact.name for fact in context.enclosing][:3] == ["for-loop", "function", "class"]


def test_several_threads_may_ask_at_once() -> None:
    reader = ContextReader(LANGUAGES)
    wrong: list[str] = []

    def ask(number: int) -> None:
        for turn in range(30):
            text = f"import os\nx{turn % 3} = 1\nos.getcwd()\nprint({number})"
            facts = reader.at(
                Document(f"file:///{number % 2}.py", "python", turn, text), text.index("getcwd")
            ).facts
            if [fact.name for fact in facts] != ["os.getcwd"]:
                wrong.append(str(facts))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_any_cut_of_a_real_file_is_read_without_an_error() -> None:
    source = Path(textwrap.__file__).read_text(encoding="utf-8")
    chosen = random.Random(7)
    for _ in range(200):
        cut = source[: chosen.randrange(len(source))]
        document = Document("file:///cut.py", "python", None, cut)
        for offset in (len(cut), len(cut) // 2, max(0, len(cut) - 1)):
            context = READER.at(document, offset)
            assert all(0 <= f.span.start <= f.span.end <= len(cut) for f in context.facts)


code_pieces = st.sampled_from(
    ["def f(", "class A:", "\n", "    ", "for x in ", ":", ")", "(", "'", '"""', "f'{", "}", "import ",
     "from . ", "as ", "x", "self.", "print", "😋", "\\", "#", "@", "lambda ", ":=", "[", "]", "{",
     "match x:\n", "case _:", "\t", "\0", "*", "async ", "await "]
)  # fmt: skip


@given(st.lists(code_pieces, max_size=40).map("".join), st.integers(0, 200))
def test_no_text_makes_the_reader_raise(code: str, offset: int) -> None:
    document = Document("file:///fuzz.py", "python", None, code)
    READER.at(document, offset)
    for context in READER.within(document, Span(0, len(code))):
        assert context.facts


def test_every_name_of_a_real_file_that_is_a_builtin_is_one() -> None:
    """Checked against Python's own parser: a name that no scope binds is the builtin."""
    source = Path(ast.__file__).read_text(encoding="utf-8")
    document = Document("file:///ast.py", "python", 1, source)
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    calls = [
        node.func
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"isinstance", "len", "getattr", "hasattr", "super"}
    ]
    assert len(calls) > 50
    for name in calls:
        facts = READER.at(document, lines[name.lineno - 1] + name.col_offset).facts
        assert name.id in [fact.name for fact in facts]


# -- typing ------------------------------------------------------------------------------------

LINES = ["import os\n", "def f(a, b):\n", "    return [a for a in b]\n", "x = os.path.join('a')\n"]


@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=8),
    st.integers(0, 200),
    st.integers(0, 20),
    st.text("ab:( \n'é😀", max_size=4),
)
def test_a_tree_that_follows_an_edit_is_the_tree_of_the_text(
    lines: list[str], at: int, length: int, new: str
) -> None:
    table = LANGUAGES.get("python")
    assert table is not None
    before = "".join(lines)
    after = before[:at] + new + before[at + length :]
    old = SyntaxTree(before, table.grammar)
    followed = SyntaxTree(after, table.grammar, old)
    if followed.certain:
        assert str(followed.root) == str(SyntaxTree(after, table.grammar).root)
    assert str(old.root) == str(SyntaxTree(before, table.grammar).root)


def test_warming_makes_a_broken_tree_certain() -> None:
    reader = ContextReader(LANGUAGES)
    code = "import os\nos.path.join(\n"
    reader.at(Document("file:///a.py", "python", 1, "import os\n"), 3)
    typed = Document("file:///a.py", "python", 2, code)
    assert [fact.name for fact in reader.at(typed, code.index("join")).facts] == ["os.path.join"]
    assert not reader._reads["file:///a.py"].tree.certain
    reader.warm(typed)
    assert reader._reads["file:///a.py"].tree.certain
    assert [fact.name for fact in reader.at(typed, code.index("join")).facts] == ["os.path.join"]


TWO_FUNCTIONS = (
    "def f():\n    a = 1\n    b = 2\n    return a\n\n\ndef g():\n    c = 3\n    return c\n"
)


def enclosing(reader: ContextReader, text: str, mark: str) -> list[str]:
    context = reader.at(Document("file:///a.py", "python", None, text), text.index(mark))
    return [fact.name for fact in context.enclosing]


def test_what_encloses_a_place_is_known_while_a_line_above_it_is_broken() -> None:
    reader = ContextReader(LANGUAGES)
    assert enclosing(reader, TWO_FUNCTIONS, "b = 2") == ["function"]
    broken = TWO_FUNCTIONS.replace("def f()", "def (")
    assert enclosing(reader, broken, "b = 2") == ["function"]
    cut = broken[: broken.index("def g")]  # a second edit, before the first is mended
    assert enclosing(reader, cut, "b = 2") == ["function"]


def test_a_text_that_was_broken_from_its_start_is_remembered_as_well() -> None:
    reader = ContextReader(LANGUAGES)
    standing = "class A(:\n" + TWO_FUNCTIONS
    assert enclosing(reader, standing, "b = 2") == ["function"]
    assert enclosing(reader, standing.replace("def f():", "def f(:"), "b = 2") == ["function"]


def test_another_text_in_the_same_document_is_not_read_by_the_one_before() -> None:
    reader = ContextReader(LANGUAGES)
    enclosing(reader, TWO_FUNCTIONS, "b = 2")
    other = "first = (\nsecond = 2\nthird = 3\nfourth = 4\n" * 3
    assert enclosing(reader, other, "third") == []
