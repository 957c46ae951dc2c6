"""Everything the commands print: with colour on a terminal, plain in a pipe, or JSON.

NO_COLOR and TERM=dumb are honoured by rich.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lsp_learn.model import Progress, Report

if TYPE_CHECKING:
    from rich.console import Console

_MINIMUM_WIDTH = 40


class Output:
    """Where a command's answer goes. Text goes to standard output, errors and progress to
    standard error, so that a pipe carries the answer alone.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._console: Console | None = None

    @property
    def terminal(self) -> bool:
        """Whether a person reads the answer as it comes."""
        return sys.stdout.isatty() and not self.as_json

    @property
    def console(self) -> Console:
        """The terminal; only asked for where there is one."""
        if self._console is None:
            from rich.console import Console  # noqa: PLC0415  (50 ms that a pipe need not pay)

            self._console = Console(highlight=False)
        return self._console

    def data(self, value: Any) -> None:
        """The answer as JSON."""
        print(json.dumps(value, ensure_ascii=False, indent=2))

    def event(self, value: Any) -> None:
        """One line of JSON, at once."""
        print(json.dumps(value, ensure_ascii=False), flush=True)

    def line(self, text: str = "", style: str = "") -> None:
        """One line of text."""
        if self.terminal:
            self.console.print(text, style=style or None, markup=False, soft_wrap=True)
        else:
            print(text)

    def markdown(self, text: str) -> None:
        """A Markdown page: rendered on a terminal, as written in a pipe."""
        if self.terminal and self.console.width >= _MINIMUM_WIDTH:
            from rich.markdown import Markdown  # noqa: PLC0415

            self.console.print(Markdown(text))
        else:
            print(text.rstrip("\n"))

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows under a head; in a pipe, columns between tabs without a head."""
        if not self.terminal:
            for row in rows:
                print("\t".join(row))
            return
        from rich.table import Table  # noqa: PLC0415

        table = Table(*head, box=None, header_style="bold", pad_edge=False)
        for row in rows:
            table.add_row(*(cell.replace("[", r"\[") for cell in row))
        self.console.print(table)

    def note(self, text: str) -> None:
        """A remark beside the answer."""
        print(f"lsp-learn: {text}", file=sys.stderr)

    def error(self, message: str, hint: str) -> None:
        """What went wrong and what to do next."""
        if self.as_json:
            self.event({"error": message, "hint": hint})
            return
        print(f"lsp-learn: {message}", file=sys.stderr)
        if hint:
            print(f"  {hint}", file=sys.stderr)

    @contextmanager
    def progress(self) -> Iterator[Report]:
        """A bar for long work on a terminal; nothing in a pipe."""
        if self.as_json or not sys.stderr.isatty():
            yield lambda _: None
            return
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import Progress as Bar  # noqa: PLC0415

        with Bar(console=Console(stderr=True), transient=True) as bar:
            tasks: dict[str, Any] = {}

            def report(step: Progress) -> None:
                if step.stage not in tasks:
                    tasks[step.stage] = bar.add_task(step.stage, total=step.total)
                bar.update(tasks[step.stage], completed=step.done)

            yield report
