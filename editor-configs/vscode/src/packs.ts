// Install a pack from a file, by the program that is the server as well.

import { basename } from 'node:path';

import * as vscode from 'vscode';

import { run, type Program } from './program.ts';
import type { Server } from './server.ts';

/** What `pack install --json` prints: what changed, or why nothing did. */
interface Said {
  readonly error?: string;
  readonly hint?: string;
  readonly changes?: readonly { id: string; action: string; version: string }[];
  readonly failures?: readonly { id: string; error: string; hint: string }[];
}

/** Ask for a file and install the packs in it. */
export async function installPack(server: Server, output: vscode.LogOutputChannel): Promise<void> {
  await server.running();
  const { program } = server;
  if (program === undefined) {
    void vscode.commands.executeCommand('lspLearn.showMissing');
    return;
  }
  const files = await vscode.window.showOpenDialog({
    title: 'Install a pack',
    openLabel: 'Install',
    filters: { 'Packs and bundles': ['zip'], 'All files': ['*'] },
  });
  const file = files?.[0]?.fsPath;
  // Started anew, the server has them at once; their index is built already.
  if (file !== undefined && (await install(program, file, output))) await server.restart();
}

/** Install a file's packs and say what became of it; whether anything was installed. */
async function install(
  program: Program,
  file: string,
  output: vscode.LogOutputChannel,
): Promise<boolean> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: 'lsp-learn: installing a pack',
    cancellable: true,
  };
  const ended = await vscode.window.withProgress(options, (_, token) => {
    const stop = new AbortController();
    // Whatever moment it is stopped at, what was installed before stays as it was.
    token.onCancellationRequested(() => stop.abort());
    return run(program, ['pack', 'install', '--json', file], stop.signal);
  });
  if (ended.problem === 'it was stopped') return false;
  const said = read(ended.stdout);
  if (ended.code === 0 && said?.changes !== undefined) {
    const done = said.changes.map(({ id, version, action }) => `${id} ${version} ${action}`);
    void vscode.window.showInformationMessage(`lsp-learn: ${done.join(', ')}`);
    return true;
  }
  const failed = said?.failures?.[0];
  const last = ended.stderr.trim().split('\n').at(-1) || ended.problem;
  const error = said?.error ?? failed?.error ?? last;
  const hint = said?.hint ?? failed?.hint ?? '';
  const whole = `${basename(file)} is not installed: ${error}` + (hint === '' ? '' : ` (${hint})`);
  output.error(`pack install: ${whole}`);
  void vscode.window.showErrorMessage(`lsp-learn: ${whole}`);
  return false;
}

function read(text: string): Said | undefined {
  try {
    return JSON.parse(text) as Said;
  } catch {
    return undefined;
  }
}
