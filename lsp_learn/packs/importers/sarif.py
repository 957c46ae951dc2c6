"""The rules in a SARIF 2.1.0 log: what a scanner says about each of its findings.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, section 3.49.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lsp_learn.errors import PackError
from lsp_learn.model import Level, Section, Source
from lsp_learn.packs.archive import printable
from lsp_learn.packs.files import MAX_FILE
from lsp_learn.packs.importers.draft import (
    NO_LICENSE,
    Draft,
    Imported,
    Wanted,
    cut_tip,
    fences,
    first_line,
    fitting,
    lesson,
    no_example,
    one_line,
    paragraphs,
)
from lsp_learn.packs.importers.sources import read_json
from lsp_learn.packs.markdown import Fence

_ADDRESS = re.compile(r"https?://[^\s<>]+")


def read_sarif(place: Path, wanted: Wanted) -> Imported:
    """Read the rules of every tool in a log; its results are not looked at.

    Raises:
        PackError: the file cannot be read, is no SARIF, has no rules, or nobody says for which
            language they are.
    """
    log = read_json(place)
    if not isinstance(log, dict) or not isinstance(log.get("runs"), list):
        raise PackError(f"{place} is no SARIF log", "a scanner writes one with --sarif or the like")
    if not wanted.language:
        raise PackError("SARIF does not say for which language a rule is", "add --language python")
    tools = [tool for run in log["runs"] for tool in _tools(run)]
    if not any(_rules(tool) for tool in tools):
        message = f"{place} has no rules, perhaps results alone"
        raise PackError(message, "let the scanner write its rules with their help texts")
    names = sorted({_text(tool.get("name")) for tool in tools if _rules(tool)} - {""})
    imported = Imported(
        title="Rules of " + (", ".join(names) or "a scanner"),
        license=wanted.license or NO_LICENSE,
        languages=(wanted.language,),
        description="What a scanner's own help says about each rule.",
        homepage=_address(tools[0].get("informationUri")),
        files={"NOTICE": f"The texts of this pack are the help texts of {', '.join(names)}.\n"},
    )
    if not wanted.license:
        hint = "ask whoever makes the scanner before you share the pack; then add --license SPDX"
        imported.not_stated(place.name, "SARIF states no licence of its texts", hint)
    for tool in tools:
        for number, rule in enumerate(_rules(tool), 1):
            _add(imported, tool, rule, number, wanted)
    return imported


def _tools(run: Any) -> Iterator[dict[str, Any]]:
    """The driver of a run and its extensions: some tools keep all their rules in one."""
    tool = run.get("tool") if isinstance(run, dict) else None
    if not isinstance(tool, dict):
        return
    driver = tool.get("driver")
    driver = driver if isinstance(driver, dict) else {}
    yield driver
    extensions = tool.get("extensions")
    for extension in extensions if isinstance(extensions, list) else ():
        if isinstance(extension, dict):
            named = {key: driver[key] for key in ("name", "informationUri") if driver.get(key)}
            yield {**extension, **named}


def _rules(tool: dict[str, Any]) -> list[Any]:
    rules = tool.get("rules")
    return rules if isinstance(rules, list) else []


def _text(value: Any) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _message(rule: dict[str, Any], key: str, form: str = "text") -> str:
    value = rule.get(key)
    text = value.get(form) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""


def _address(value: Any) -> str:
    match = _ADDRESS.fullmatch(value) if isinstance(value, str) else None
    return match[0] if match else ""


def _add(imported: Imported, tool: dict[str, Any], rule: Any, number: int, wanted: Wanted) -> None:
    code = _text(rule.get("id")) if isinstance(rule, dict) else ""
    name = _text(tool.get("name"))
    where = printable(code) if code else f"rule {number}"
    if not code or not name:
        imported.left_out(where, "the rule or its tool has no name", "a rule needs an id")
        return
    text = _message(rule, "help", "markdown") or _message(rule, "help")
    if len(text) > MAX_FILE:
        imported.left_out(where, f"its help has {len(text):,} letters", "a snippet is short")
        return
    blocks = fences(text)
    example = fitting(blocks)
    if example is None:
        no_example(imported, where, blocks)
        return
    address = _address(rule.get("helpUri")) or wanted.source or _address(tool.get("informationUri"))
    if not address:
        hint = "add --source with the address of the scanner's documentation"
        imported.left_out(where, "no helpUri, and the tool has no address", hint)
        return
    short = _message(rule, "shortDescription") or _text(rule.get("name")) or code
    tips = (_message(rule, "fullDescription"), *paragraphs(text)[:1], short)
    tool_id = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    imported.drafts.append(
        Draft(
            where=where,
            name=code,
            title=f"{code}: {short.rstrip('.')}",
            tip=next((tip for tip in tips if cut_tip(tip)), tips[-1]),
            code=example.text,
            code_language=example.info.split()[0] if example.info else wanted.language,
            triggers=(f"diagnostic:{tool_id}:{code}",),
            sources=(Source(f"{name}: {code}", address),),
            not_run="an example of the scanner's help",
            focus=first_line(example.text),
            sections=_sections(text, blocks),
            tags=tuple(_tags(rule)),
            level=Level.INTERMEDIATE,
        )
    )


def _sections(text: str, blocks: list[Fence]) -> tuple[Section, ...]:
    """The whole help, where it says more than the tip and the example."""
    return (Section("Why", lesson(text)),) if paragraphs(text) or len(blocks) > 1 else ()


def _tags(rule: dict[str, Any]) -> Iterator[str]:
    """The tags of a rule; `external/cwe/cwe-089` becomes cwe-89."""
    properties = rule.get("properties")
    tags = properties.get("tags") if isinstance(properties, dict) else None
    for tag in tags[:10] if isinstance(tags, list) else ():
        if weakness := re.fullmatch(r"external/cwe/cwe-0*(\d+)", str(tag)):
            yield f"cwe-{weakness[1]}"
        elif _text(tag):
            yield _text(tag)
