"""What the connected editor can do, read once from its capabilities. The only place that knows
differences between editors; docs/explanation/editors.md says which editor can what.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lsprotocol import types
from pygls.capabilities import get_capability


@dataclass(frozen=True, slots=True)
class ClientProfile:
    """The abilities that change what we send."""

    markdown: bool = False
    code_actions: bool = False
    code_action_literals: bool = False
    show_document: bool = False
    virtual_documents: bool = False
    work_done_progress: bool = False
    configuration: bool = False
    dynamic_configuration: bool = False
    code_descriptions: bool = False
    document_changes: bool = False
    explain_command: str = ""
    """The editor's own command that links in hovers may run; "" where links are of no use."""

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> ClientProfile:
        """Read the capabilities that the editor sent with `initialize`."""

        def has(path: str) -> bool:
            return bool(get_capability(capabilities, path, False))

        formats = get_capability(capabilities, "text_document.hover.content_format", None) or ()
        show_document = has("window.show_document.support")
        return cls(
            markdown=types.MarkupKind.Markdown in formats,
            code_actions=capabilities.text_document is not None
            and capabilities.text_document.code_action is not None,
            code_action_literals=has("text_document.code_action.code_action_literal_support"),
            show_document=show_document,
            virtual_documents=show_document
            and has("workspace.text_document_content.dynamic_registration"),
            work_done_progress=has("window.work_done_progress"),
            configuration=has("workspace.configuration"),
            dynamic_configuration=has("workspace.did_change_configuration.dynamic_registration"),
            code_descriptions=has("text_document.publish_diagnostics.code_description_support"),
            document_changes=has("workspace.workspace_edit.document_changes"),
            explain_command=_explain_command(capabilities.experimental),
        )


def _explain_command(experimental: object) -> str:
    """`{"lspLearn": {"explainCommand": NAME}}` of an extension written for this server."""
    ours = experimental.get("lspLearn") if isinstance(experimental, Mapping) else None
    name = ours.get("explainCommand") if isinstance(ours, Mapping) else None
    return name if isinstance(name, str) and re.fullmatch(r"[\w.-]{1,100}", name) else ""
