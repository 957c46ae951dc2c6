// What other extensions say about the open files goes on to the server, so that a hover on such a
// line begins with what explains it. Code actions carry it as well; hovers do not.

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

const METHOD = 'lsp-learn/diagnostics';
const PAUSE_MS = 100;
/** More of one file the server would not keep. */
const MOST = 500;

/** Pass diagnostics on while a client runs. */
export class Diagnostics implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly languages: readonly string[]) {
    this.listeners = [
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        for (const uri of uris) this.soon(uri);
      }),
      vscode.workspace.onDidOpenTextDocument(({ uri }) => this.soon(uri)),
    ];
  }

  /** Use this client from now on; it is told what is known already. */
  use(client: LanguageClient): void {
    this.client = client;
    for (const { uri } of vscode.workspace.textDocuments) this.soon(uri);
  }

  private soon(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.waiting.get(key));
    this.waiting.set(
      key,
      setTimeout(() => {
        this.waiting.delete(key);
        void this.send(key);
      }, PAUSE_MS),
    );
  }

  private async send(key: string): Promise<void> {
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === key);
    const { client } = this;
    if (document === undefined || client?.isRunning() !== true) return;
    if (!this.languages.includes(document.languageId)) return;
    const known = vscode.languages.getDiagnostics(document.uri).slice(0, MOST);
    const diagnostics = await client.code2ProtocolConverter.asDiagnostics(known);
    const uri = client.code2ProtocolConverter.asUri(document.uri);
    await client.sendNotification(METHOD, { uri, diagnostics });
  }

  dispose(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    for (const listener of this.listeners) listener.dispose();
  }
}
