// “Explain this” in a hover as a link. The server writes links only for clients that announce the
// command, and VS Code follows them only where the text is trusted with exactly that command.

import * as vscode from 'vscode';
import type { ClientCapabilities, StaticFeature } from 'vscode-languageclient/node';

export const EXPLAIN = 'lspLearn.explain';

/** Tells the server which command its links may run. */
export const announceLinks: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    const experimental = (capabilities.experimental ?? {}) as Record<string, unknown>;
    capabilities.experimental = { ...experimental, lspLearn: { explainCommand: EXPLAIN } };
  },
  initialize(): void {},
  getState: () => ({ kind: 'static' }),
  clear(): void {},
};

/** What texts of the server may do: nothing in a folder that is not trusted. */
export function trustedMarkdown(): { isTrusted: false | { enabledCommands: string[] } } {
  return { isTrusted: vscode.workspace.isTrusted && { enabledCommands: [EXPLAIN] } };
}
