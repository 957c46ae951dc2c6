"""What runs the examples of each language, and what prints the messages of each tool."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lsp_learn.model import Example, FactKind, Snippet

_HERE = Path(__file__).parent

_OF_PYTHON = {"bandit", "flake8", "mypy", "pylint", "pytest", "ruff"}
"""Tools that are taken from this Python where it has them, else from the path."""


@dataclass(frozen=True, slots=True)
class Runner:
    """How examples of a language are run: the file they are written to, and the commands. The
    output of the last one counts; one that fails ends it.
    """

    file: str
    commands: tuple[tuple[str, ...], ...]
    needs: tuple[str, ...] = ()
    """Programs besides the commands, and modules of Python as `python:NAME`."""

    def missing(self) -> str:
        """What this machine does not have of it, "" when it has everything."""
        named = [command[0] for command in self.commands if not command[0].startswith("./")]
        return next((name for name in (*self.needs, *named) if not program(name)), "")

    def resolved(self) -> list[list[str]]:
        """The commands with the programs that are here."""
        return [[*(program(name) or (name,)), *words] for name, *words in self.commands]


@cache
def program(name: str) -> tuple[str, ...]:
    """The words that start a program, none where it is not here: `python` is this one."""
    kind, _, module = name.partition(":")
    if kind == "python":
        return (sys.executable,) if not module or find_spec(module) else ()
    if name in _OF_PYTHON and find_spec(name):
        return (sys.executable, "-m", name)
    if name.startswith("./"):
        return (name,)
    beside = str(Path(sys.executable).parent)
    found = shutil.which(name) or shutil.which(name, path=beside)
    return (found,) if found else ()


_TSC = (
    "--strict",
    "--skipLibCheck",
    "--pretty",
    "false",
    "--target",
    "es2022",
)
_TSC_RUN = (
    *_TSC,
    "--lib",
    "es2023,dom,dom.iterable",
    "--module",
    "nodenext",
    "--moduleDetection",
    "force",
    "--jsx",
    "react-jsx",
    "--experimentalDecorators",
    "false",
)

# Data is read by its own parser.
_JSON = "import json; json.load(open('example.json', encoding='utf-8'))"
_TOML = "import tomllib; tomllib.load(open('example.toml', 'rb'))"
_YAML = "import yaml; list(yaml.compose_all(open('example.yaml', encoding='utf-8')))"

RUNNERS = {
    # -W ignore: an example shows the language, not its warnings.
    "python": Runner("example.py", (("python", "-I", "-X", "utf8", "-W", "ignore", "example.py"),)),
    "javascript": Runner("example.mjs", (("node", "example.mjs"),)),
    "typescript": Runner(
        "example.mts", (("tsc", *_TSC_RUN, "example.mts"), ("node", "example.mjs"))
    ),
    "typescriptreact": Runner(
        "example.tsx", (("tsc", *_TSC_RUN, "example.tsx"), ("node", "example.js"))
    ),
    "go": Runner("main.go", (("go", "run", "main.go"),)),
    "rust": Runner(
        "main.rs",
        (("rustc", "--edition", "2021", "-A", "warnings", "-o", "main", "main.rs"), ("./main",)),
    ),
    "java": Runner("Main.java", (("java", "Main.java"),)),
    "c": Runner("main.c", (("gcc", "-w", "-o", "main", "main.c", "-lm"), ("./main",))),
    "shellscript": Runner("example.sh", (("bash", "example.sh"),)),
    "sql": Runner("example.sql", (("python", "-I", str(_HERE / "sql_script.py"), "example.sql"),)),
    "cpp": Runner(
        "main.cpp",
        (("g++", "-std=c++20", "-w", "-pthread", "-o", "main", "main.cpp"), ("./main",)),
    ),
    # Mono's compiler is what Debian has; it knows C# 7.
    "csharp": Runner("main.cs", (("mcs", "-warn:0", "main.cs"), ("mono", "main.exe"))),
    "ruby": Runner("example.rb", (("ruby", "-W0", "example.rb"),)),
    "php": Runner("example.php", (("php", "example.php"),)),
    "elixir": Runner("example.exs", (("elixir", "example.exs"),)),
    "makefile": Runner("Makefile", (("make", "--no-print-directory"),)),
    "json": Runner("example.json", (("python", "-c", _JSON),)),
    "toml": Runner("example.toml", (("python", "-c", _TOML),)),
    "yaml": Runner("example.yaml", (("python", "-c", _YAML),), ("python:yaml",)),
}
"""By LSP language id."""

_FLAGS = ("-Wall", "-Wextra", "-pedantic", "-fno-diagnostics-show-caret")
_ESLINT = ("--no-config-lookup", "--config", str(_HERE / "eslint.config.mjs"))
_TSC_CHECK = (
    "--noEmit",
    *_TSC,
    "--module",
    "nodenext",
    "--noUnusedLocals",
    "--noUnusedParameters",
    "--noImplicitReturns",
)
_SANITIZED = ("-g", "-w", "-fsanitize=address,undefined", "-o", "main", "main.c")
# bash says which signal ended the program.
_STATUS = ("bash", "-c", "./main; exit $?")

CHECKERS = {
    "bandit": Runner("example.py", (("bandit", "-q", "example.py"),)),
    "biome": Runner("example.js", (("biome", "lint", "example.js"),)),
    "clippy": Runner("main.rs", (("clippy-driver", "--edition", "2021", "-o", "main", "main.rs"),)),
    "eslint": Runner("example.js", (("eslint", *_ESLINT, "example.js"),)),
    "flake8": Runner("example.py", (("flake8", "--isolated", "example.py"),)),
    "gcc": Runner("main.c", (("gcc", *_FLAGS, "-O2", "-o", "main", "main.c", "-lm"),)),
    "gcc:cpp": Runner("main.cpp", (("g++", *_FLAGS, "-O2", "-o", "main", "main.cpp"),)),
    "govet": Runner("main.go", (("go", "vet", "main.go"),)),
    "hadolint": Runner("Dockerfile", (("hadolint", "--no-color", "Dockerfile"),)),
    "javac": Runner("Main.java", (("javac", "-Xlint:all", "Main.java"),)),
    "mypy": Runner("example.py", (("mypy", "--strict", "--no-incremental", "example.py"),)),
    "native": Runner("main.c", (("gcc", "-w", "-o", "main", "main.c"), _STATUS)),
    "native:cpp": Runner(
        "main.cpp",
        (("g++", "-std=c++20", "-w", "-pthread", "-o", "main", "main.cpp"), _STATUS),
    ),
    "pylint": Runner(
        "example.py",
        (
            (
                "pylint",
                "--rcfile=/dev/null",
                "--disable=missing-docstring,invalid-name",
                "example.py",
            ),
        ),
    ),
    "pyright": Runner("example.py", (("pyright", "example.py"),)),
    "pytest": Runner(
        "test_example.py",
        (("pytest", "-p", "no:cacheprovider", "-p", "no:asyncio", "test_example.py"),),
    ),
    "ruff": Runner(
        "example.py",
        (
            (
                "ruff",
                "check",
                "--isolated",
                "--select=ALL",
                "--ignore=D,INP001,T201,CPY001,ANN",
                "--output-format=concise",
                "example.py",
            ),
        ),
    ),
    "rustc": Runner(
        "main.rs",
        (("bash", "-c", "rustc --edition 2021 -o main main.rs && ./main"),),
        ("rustc",),
    ),
    "sanitizer": Runner("main.c", (("gcc", *_SANITIZED), ("./main",))),
    "shellcheck": Runner("example.sh", (("shellcheck", "-s", "bash", "-f", "gcc", "example.sh"),)),
    "typescript": Runner("example.ts", (("tsc", *_TSC_CHECK, "example.ts"),)),
    "typescript-eslint": Runner("example.ts", (("eslint", *_ESLINT, "example.ts"),)),
}
"""What prints the messages of a tool for a file, by the tool's name in triggers
(`diagnostic:<tool>:<code>`, `error:<tool>: pattern`), with the language where there are two.
"""


def runner_of(snippet: Snippet) -> Runner | None:
    """How a snippet's example is run: by the tool that its first trigger names, if it is about
    messages alone, else by its language.
    """
    language = snippet.example.language
    runner = RUNNERS.get(language)
    if not about_messages(snippet):
        return runner
    tool = snippet.triggers[0].name.partition(":")[0]
    checker = CHECKERS.get(f"{tool}:{language}") or CHECKERS.get(tool)
    if checker is None or (language == "shellscript" and not checker.file.endswith(".sh")):
        return runner  # in a shell script the tool is called by the example
    return checker


def about_messages(snippet: Snippet) -> bool:
    """Whether only messages bring a snippet up, so that its example must provoke one."""
    kinds = {trigger.kind for trigger in snippet.triggers}
    return kinds <= {FactKind.ERROR, FactKind.DIAGNOSTIC}


def not_run(snippet: Snippet) -> str:
    """Why an example is not run here; "" when it is."""
    if snippet.example.not_run:
        return snippet.example.not_run
    runner = runner_of(snippet)
    if runner is None:
        return f"no way to run {snippet.example.language}"
    name = runner.missing().rpartition(":")[2]
    missing = [name] if name else missing_commands(snippet.example)
    return f"{', '.join(missing)} is not installed" if missing else ""


# What examples in shell call and a machine may not have.
_COMMANDS = re.compile(
    r"(?m)(?:^|[|;&(])\s*"
    r"(cargo|cc|curl|dash|docker|g?cc|git|go|javac?|make|mvn|node|npm|psql|python3|ssh)\b"
)


def missing_commands(example: Example) -> list[str]:
    """The commands that an example in shell calls and that this machine does not have."""
    if example.language not in {"shellscript", "makefile"}:
        return []
    called = dict.fromkeys(_COMMANDS.findall(example.code))
    if "mvn" in called:
        called["java"] = None
    return [name for name in called if not shutil.which(name)]
