"""Real code to measure on: public projects in many languages, fetched as their distributions
ship them.

    python bench/corpus.py DIR [tune|aside]

Downloads source packages of Debian, source archives of PyPI and packages of npm, and unpacks
them to `DIR/tune` and `DIR/aside`. What is looked at while rules and snippets are written is
`tune`; `aside` is only measured. A package that cannot be had is named and left out.

    lsp-learn coverage DIR/aside
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

DEBIAN = "http://deb.debian.org/debian"

# Source packages of Debian 12: pool path without the version's file.
PACKAGES: dict[str, dict[str, list[str]]] = {
    "tune": {
        "debian": [
            "rust-ripgrep", "rust-fd-find", "rust-clap", "golang-github-spf13-cobra",
            "golang-github-gin-gonic-gin", "libcommons-lang3-java", "libgoogle-gson-java", "tmux",
            "jq", "leveldb", "fmtlib", "phpunit", "devscripts", "keepass2", "elixir-lang",
            "sqlite3", "kotlinx-atomicfu",
        ],
        "pypi": ["flask", "httpx", "click", "pytest", "fastapi", "pandas", "black"],
        "npm": ["express", "axios", "redux", "zod", "@reduxjs/toolkit", "bootstrap", "commander"],
    },
    "aside": {
        "debian": [
            "rust-bat", "golang-github-urfave-cli-v2", "caddy", "commons-io", "junit5", "redis",
            "htop", "nlohmann-json3", "catch2", "php-twig", "autopkgtest", "postgresql-15",
            "kotlinx-coroutines",
        ],
        "pypi": ["requests", "django", "scikit-learn", "typer", "rich", "poetry"],
        "npm": ["koa", "lodash", "rxjs", "immer", "@tanstack/query-core", "fastify", "bulma"],
    },
}  # fmt: skip

LARGEST = 120_000_000
"""Bytes of an archive; a larger one says nothing more."""


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, check=False, capture_output=True, encoding="utf-8", errors="replace"
    )
    return done.stdout if done.returncode == 0 else ""


def debian_sources(folder: Path) -> dict[str, tuple[str, list[str]]]:
    """Package to its pool folder and files, from the index of sources."""
    import lzma

    index = folder / "Sources.xz"
    if not index.exists():
        run("curl", "-sfLO", f"{DEBIAN}/dists/bookworm/main/source/Sources.xz", folder=folder)
    if not index.exists():
        return {}
    found: dict[str, tuple[str, list[str]]] = {}
    for block in lzma.decompress(index.read_bytes()).decode("utf-8").split("\n\n"):
        fields: dict[str, str] = {}
        last = ""
        for line in block.split("\n"):
            if line.startswith(" "):
                fields[last] += "\n" + line.strip()
            elif ":" in line:
                last, _, value = line.partition(":")
                fields[last] = value.strip()
        files = [line.split()[2] for line in fields.get("Files", "").split("\n") if line]
        found[fields.get("Package", "")] = (fields.get("Directory", ""), files)
    return found


def fetch_debian(names: list[str], folder: Path) -> list[str]:
    sources, missing = debian_sources(folder.parent), []
    for name in names:
        pool, files = sources.get(name, ("", []))
        archive = next((f for f in files if ".orig.tar" in f and not f.endswith(".asc")), "")
        archive = archive or next((f for f in files if ".tar." in f and "debian.tar" not in f), "")
        url = f"{DEBIAN}/{pool}/{archive}"
        if archive:
            run("curl", "-sfLO", "--max-filesize", str(LARGEST), url, folder=folder)
        if not archive or not (folder / archive).exists():
            missing.append(name)
    return missing


def fetch_pypi(names: list[str], folder: Path) -> list[str]:
    missing = []
    for name in names:
        before = set(folder.iterdir())
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-build-isolation",
        ]
        run(*command, "--no-binary", ":none:", "--only-binary", ":all:", name, folder=folder)
        if set(folder.iterdir()) == before:
            missing.append(name)
    return missing


def fetch_npm(names: list[str], folder: Path) -> list[str]:
    return [name for name in names if not run("npm", "pack", "--silent", name, folder=folder)]


def unpack(archive: Path) -> None:
    """Unpack beside the archive, without links and what would leave the folder."""
    place = archive.with_name(archive.name.split(".tar")[0].removesuffix(".tgz") + ".d")
    try:
        if archive.suffix in {".whl", ".zip"}:
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(place)
        else:
            with tarfile.open(archive) as packed:
                packed.extractall(place, filter="data")
    except (tarfile.TarError, zipfile.BadZipFile, OSError) as error:
        print(f"  {archive.name}: {error}")
    archive.unlink()


def main() -> int:
    """Fetch and unpack."""
    root = Path(sys.argv[1])
    for part in sys.argv[2:] or PACKAGES:
        folder = root / part
        folder.mkdir(parents=True, exist_ok=True)
        missing = []
        wanted = PACKAGES[part]
        if shutil.which("curl"):
            missing += fetch_debian(wanted["debian"], folder)
        missing += fetch_pypi(wanted["pypi"], folder)
        if shutil.which("npm"):
            missing += fetch_npm(wanted["npm"], folder)
        for archive in [path for path in folder.iterdir() if path.is_file()]:
            unpack(archive)
        print(f"{part}: {len(list(folder.iterdir()))} packages; not to be had: {missing or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
