"""A track of Exercism: its concepts, as the people who teach the language wrote them.

https://exercism.org/docs/building/tracks/concepts. The repository of a track holds `config.json`,
`concepts/<slug>/` and `exercises/concept/<slug>/`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lsp_learn.errors import PackError
from lsp_learn.model import Fact, FactKind, Section, Source
from lsp_learn.packs.archive import printable
from lsp_learn.packs.files import MAX_FILE
from lsp_learn.packs.importers.draft import (
    Draft,
    Imported,
    Wanted,
    cut_tip,
    fences,
    lesson,
    many_lines,
    one_line,
    paragraphs,
    plain_title,
)
from lsp_learn.packs.importers.examples import Shown, normal, pieces
from lsp_learn.packs.importers.sources import parse_json, read_limited

_CONFIG = "config.json"
_HINT = "name the repository of a track: the folder with config.json and concepts/"
_SITE = "https://exercism.org/tracks"
_STUB = 300
"""Bytes of a page below which it is none: tracks are begun with empty ones."""
_MAX_SOURCES = 6
_MAX_HINTS = 8
_MAX_TRIGGERS = 8
_LICENSES = ("LICENSE", "LICENSE.md", "LICENSE.txt")

_REFERENCE = re.compile(r"(?m)^\[([^\]\n]+)\]:\s*<?(\S+?)>?(?:\s+[\"'(].*)?$\n?")
_REFERRED = re.compile(r"\[([^\[\]]+)\](?:\[([^\[\]]*)\])?(?![(:])")
_PLACEHOLDER = re.compile(r"%\{(?:concept|exercise):([\w-]+)\}")
_ADMONITION = re.compile(r"(?m)^(`{3,}|~{3,})exercism/\w+\n(.*?)^\1[ \t]*$", re.DOTALL)
_ABOUT_THE_EXERCISE = re.compile(r"(?:Learn|TODO|Practi[cs]e)\b")
"""How blurbs begin that say what one does in the exercise, not what the concept is."""
_MARKED = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[([^\[\]]+)\]\(https?://[^()\s]*\)")
_TASK = re.compile(r"(?m)^[ \t]*[-*]\s+(.+?)(?=\n[ \t]*[-*]\s|\n\s*\n|\n#|\Z)", re.DOTALL)


def read_exercism(place: Path, wanted: Wanted) -> Imported:
    """Read the concepts of a track, by the folder of its repository.

    Raises:
        PackError: it is no track, or nobody says for which language it is.
    """
    if not place.is_dir():
        reason = "is a file" if place.exists() else "there is no such folder"
        raise PackError(f"{place}: {reason}", _HINT)
    config = _json(place / _CONFIG) if (place / _CONFIG).is_file() else None
    concepts = config.get("concepts") if isinstance(config, dict) else None
    if not isinstance(config, dict) or not isinstance(concepts, list):
        raise PackError(f"{place} holds no track of Exercism", _HINT)
    slug, name = _text(config.get("slug")), _text(config.get("language"))
    if not re.fullmatch(r"[\w-]+", slug):
        raise PackError(f"{place / _CONFIG} does not say which track it is", _HINT)
    language = wanted.language_for(slug)
    imported = Imported(
        title=plain_title(f"Exercism: {name or slug}"),
        license=wanted.license or "MIT",
        languages=(language,),
        description="The concepts of a track, as Exercism teaches them.",
        homepage=f"{_SITE}/{slug}",
        files=_notice(place, slug),
    )
    track = _Track(place, slug, language, imported, wanted, _exercises(config))
    for concept in concepts:
        known = concept if isinstance(concept, dict) else {}
        track.add(_text(known.get("slug")), _text(known.get("name")))
    if "prerequisites" in json.dumps(config.get("exercises", "")):
        hint = "write a learning path, where the order matters"
        imported.changed(_CONFIG, "the order of the concepts is not taken over", hint)
    return imported


class _Track:
    """Reads concepts; a trigger that one has taken is not given to another."""

    def __init__(
        self,
        place: Path,
        slug: str,
        language: str,
        imported: Imported,
        wanted: Wanted,
        exercises: dict[str, list[tuple[str, str]]],
    ) -> None:
        self._place = place
        self._slug = slug
        self._language = language
        self._imported = imported
        self._wanted = wanted
        self._exercises = exercises
        self._taken: set[str] = set()

    def add(self, slug: str, name: str) -> None:
        """Add the snippet of a concept, or note why there is none."""
        where = f"concepts/{printable(slug)}"
        if not re.fullmatch(r"[\w-]+", slug):
            self._imported.left_out(where, "a concept without a name", "it needs a slug")
            return
        folder = self._place / "concepts" / slug
        about, introduction = (
            self._page(folder / f"{one}.md") for one in ("about", "introduction")
        )
        texts = [text for text in (about, introduction) if text]
        if not texts:
            self._imported.left_out(where, "its pages are not written yet", "wait, or write them")
            return
        blurb = _blurb(folder)
        told = [blurb, *paragraphs(introduction), *paragraphs(about)]
        tip = next((one for one in told if cut_tip(_LINK.sub(r"\1", one))), "")
        found = self._shown(slug, name, texts, " ".join(told))
        if not tip or found is None:
            message = "no example in which a hover would see what it is about"
            if not tip:
                message = "no sentence is short enough for a tip"
            hint = "write a snippet, with a trigger that its example brings up"
            self._imported.left_out(where, message, hint)
            return
        shown, triggers = found
        self._taken.update(triggers)
        if shown.cut:
            hint = "read it once, whether it can be understood alone"
            self._imported.changed(where, "the example is a part of a longer one", hint)
        page = f"{_SITE}/{self._slug}/concepts/{slug}"
        self._imported.drafts.append(
            Draft(
                where=where,
                name=slug,
                title=plain_title(name or slug.replace("-", " ")),
                tip=_LINK.sub(r"\1", tip),
                code=shown.code,
                code_language=self._language,
                triggers=tuple(triggers),
                sources=(Source(f"Exercism: {name or slug}", page), *self._links(folder)),
                not_run="an example of a page, not run",
                focus=shown.focus,
                sections=tuple(self._sections(slug, texts[0].replace(tip, "", 1), shown)),
                tags=("concept",),
            )
        )

    def _page(self, path: Path) -> str:
        """A page as plain Markdown; "" where it is not there, or not written yet."""
        if not path.is_file() or path.is_symlink():
            return ""
        shown = printable(path.relative_to(self._place).as_posix())
        try:
            text = many_lines(read_limited(path, MAX_FILE, "a page is short").decode("utf-8-sig"))
        except (PackError, UnicodeDecodeError) as error:
            hint = "save it as UTF-8, shorter than a book"
            self._imported.left_out(shown, f"cannot be read ({type(error).__name__})", hint)
            return ""
        stub = len(text.encode()) < _STUB or re.search(r"(?m)^\s*#?\s*TODO\b", text)
        return "" if stub else _plain(text)

    def _shown(
        self, slug: str, name: str, texts: list[str], told: str
    ) -> tuple[Shown, list[str]] | None:
        """The example with the most of what a concept is about, and its triggers."""
        about = _About(slug, name, told)
        best: tuple[Shown, list[str]] | None = None
        best_rank = (False, 0)
        for block in (block for text in texts for block in fences(text)):
            if block.info.split()[:1] in (["output"], ["error"], ["text"]):
                continue
            for code, cut in pieces(block.text, ""):
                facts = [
                    fact
                    for fact in self._wanted.facts(self._language, code)
                    if about.meant(fact) and f"{fact.kind}:{fact.name}" not in self._taken
                ]
                triggers = list(dict.fromkeys(f"{fact.kind}:{fact.name}" for fact in facts))
                named = next((fact for fact in facts if about.named(fact)), None)
                rank = (named is not None, len(triggers))
                if triggers and rank > best_rank:
                    best_rank = rank
                    best = Shown(code, named or facts[0], cut), triggers[:_MAX_TRIGGERS]
        return best

    def _sections(self, slug: str, text: str, shown: Shown) -> Iterator[Section]:
        block = re.compile(rf"(?m)^(`{{3,}})[^\n]*\n{re.escape(shown.code)}\n\1[ \t]*$")
        why = lesson(re.sub(r"\A\s*#\s[^\n]*\n", "", block.sub("", text, count=1)))
        if why:
            yield Section("Why", why)
        practice, hints = [], []
        for exercise, name in self._exercises.get(slug, ()):
            address = f"{_SITE}/{self._slug}/exercises/{exercise}"
            practice.append(f"- [{plain_title(name or exercise)}]({address})")
            docs = self._place / "exercises" / "concept" / exercise / ".docs"
            hints += [one_line(match[1]) for match in _TASK.finditer(self._page(docs / "hints.md"))]
        if hints:
            if len(hints) > _MAX_HINTS:
                hint = "the exercise has them"
                message = f"{len(hints) - _MAX_HINTS} of the hints of its exercises are not here"
                self._imported.changed(f"concepts/{slug}", message, hint)
            listed = "\n".join(f"- {hint}" for hint in dict.fromkeys(hints[:_MAX_HINTS]))
            yield Section("How to use it", lesson(listed))
        if practice:
            yield Section("Try it", "\n".join(practice))

    def _links(self, folder: Path) -> Iterator[Source]:
        path = folder / "links.json"
        links = _json(path) if path.is_file() and not path.is_symlink() else []
        for link in links[: _MAX_SOURCES - 1] if isinstance(links, list) else ():
            known = link if isinstance(link, dict) else {}
            url, title = _text(known.get("url")), _text(known.get("description"))
            if re.fullmatch(r"https?://[^\s<>]+", url):
                yield Source(plain_title(title.replace("<", "").replace(">", "")) or url, url)


class _About:
    """What a concept is about: what its name says, and what its text puts in marks."""

    def __init__(self, slug: str, name: str, told: str) -> None:
        words = {slug, *(re.sub(r"[^a-z0-9]+", "-", one) for one in (name.lower(),))}
        self._named = words | {_singular(word) for word in words} - {""}
        self._marked = {normal(one).rpartition(".")[2] for one in _MARKED.findall(told)} - {""}

    def named(self, fact: Fact) -> bool:
        """Whether a fact has the concept's name, or a part of its name is the concept's."""
        plain = re.sub(r"[^a-z0-9]+", "-", fact.name.lower()).strip("-")
        if fact.kind is FactKind.SYMBOL:
            return plain in self._named
        if fact.kind not in {FactKind.CONSTRUCT, FactKind.KEYWORD, FactKind.OPERATOR}:
            return False
        near = (plain.startswith(f"{one}-") or plain.endswith(f"-{one}") for one in self._named)
        return plain in self._named or any(near)

    def meant(self, fact: Fact) -> bool:
        """Whether the concept's name or its text says a fact: the text by its last name, as the
        reader knows whose method it is and a text does not say that.
        """
        symbol = fact.kind in {FactKind.SYMBOL, FactKind.KEYWORD}
        return self.named(fact) or (symbol and normal(fact.name).rpartition(".")[2] in self._marked)


def _singular(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _plain(text: str) -> str:
    """A page without what only Exercism's site shows: its links by reference resolved, its
    admonitions as paragraphs.
    """
    targets = {match[1].lower(): match[2] for match in _REFERENCE.finditer(text)}

    def resolved(match: re.Match[str]) -> str:
        target = targets.get((match[2] or match[1]).lower(), "")
        return f"[{match[1]}]({target})" if target.startswith("http") else match[1]

    body = _ADMONITION.sub(lambda match: match[2], _REFERENCE.sub("", text))
    body = _PLACEHOLDER.sub(lambda match: match[1].replace("-", " "), body)
    parts = re.split(
        r"(^(?:`{3,}|~{3,})[\s\S]*?^(?:`{3,}|~{3,})[ \t]*$|`[^`\n]*`)", body, flags=re.MULTILINE
    )
    if targets:
        parts[::2] = [_REFERRED.sub(resolved, part) for part in parts[::2]]
    return "".join(parts)


def _blurb(folder: Path) -> str:
    path = folder / ".meta" / _CONFIG
    values = _json(path) if path.is_file() and not path.is_symlink() else {}
    blurb = _text(values.get("blurb")) if isinstance(values, dict) else ""
    return "" if _ABOUT_THE_EXERCISE.match(blurb) else blurb


def _exercises(config: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The concept exercises by the concepts that they teach: slug and name."""
    groups = config.get("exercises")
    listed = groups.get("concept") if isinstance(groups, dict) else None
    found: dict[str, list[tuple[str, str]]] = {}
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict) or one.get("status") in {"wip", "deprecated"}:
            continue
        slug, taught = _text(one.get("slug")), one.get("concepts")
        if re.fullmatch(r"[\w-]+", slug) and isinstance(taught, list):
            for concept in taught:
                found.setdefault(_text(concept), []).append((slug, _text(one.get("name"))))
    return found


def _notice(place: Path, slug: str) -> dict[str, str]:
    """What the licence asks to carry along."""
    about = (
        f"The texts of this pack come from the {slug} track of Exercism\n"
        f"(https://github.com/exercism/{slug}), under the licence of its repository, MIT where\n"
        "nothing else is said. They were changed by an importer: tips were cut at a sentence,\n"
        "examples at a paragraph, links made plain.\n"
    )
    for name in _LICENSES:
        path = place / name
        if path.is_file() and not path.is_symlink():
            text = many_lines(
                read_limited(path, MAX_FILE, "a licence is short").decode(errors="replace")
            )
            return {"NOTICE": about, "LICENSE": text}
    return {"NOTICE": f"{about}\nCopyright (c) Exercism and the contributors of the track\n"}


def _json(path: Path) -> Any:
    return parse_json(read_limited(path, 10_000_000, _HINT), path, _HINT)


def _text(value: Any) -> str:
    return one_line(value) if isinstance(value, str) else ""
