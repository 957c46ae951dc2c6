"""Runs a file of SQL in SQLite, in memory: rows as the sqlite3 shell prints them, `a|b`.

python run_sql.py example.sql
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path


def main() -> int:
    """Print every row; 1 with SQLite's message at the first statement that fails."""
    statement = ""
    with sqlite3.connect(":memory:", isolation_level=None) as database:
        for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines(keepends=True):
            statement += line
            if not sqlite3.complete_statement(statement):
                continue
            try:
                for row in database.execute(statement):
                    print("|".join("" if value is None else str(value) for value in row))
            except sqlite3.Error as error:
                print(f"Error: {error}", file=sys.stderr)
                return 1
            statement = ""
    if statement.strip():
        print("Error: incomplete input", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
