"""The whole program for an example: what is always the same around it is left out of it."""

from __future__ import annotations

from lsp_learn.model import Example


def whole(example: Example) -> str:
    """The program for an example, as its compiler or interpreter takes it."""
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
