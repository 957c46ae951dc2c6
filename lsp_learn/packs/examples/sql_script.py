"""Runs a file of SQL in SQLite, in memory: rows as the sqlite3 shell prints them, `a|b`.

python sql_script.py example.sql
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path


def main() -> int:
    """Write every row; 1 with SQLite's message at the first statement that fails."""
    statement = ""
    with sqlite3.connect(":memory:", isolation_level=None) as database:
        for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines(keepends=True):
            statement += line
            if not sqlite3.complete_statement(statement):
                continue
            try:
                for row in database.execute(statement):
                    shown = ("" if value is None else str(value) for value in row)
                    sys.stdout.write("|".join(shown) + "\n")
            except sqlite3.Error as error:
                sys.stderr.write(f"Error: {error}\n")
                return 1
            statement = ""
    if statement.strip():
        sys.stderr.write("Error: incomplete input\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
