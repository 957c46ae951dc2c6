// The commands that ask for a lesson: of the code at the cursor, and of the problem there.

import * as vscode from 'vscode';

import type { Server } from './server.ts';

const EXPLAIN = 'lsp-learn.explain';

/** A place, as links in hovers name it. */
interface Place {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
}

/** Explain the selection, or the code at the cursor; or the place that a link names. */
export async function explain(server: Server, given: unknown): Promise<void> {
  const argument = isPlace(given) ? given : placeOf(vscode.window.activeTextEditor);
  if (argument === undefined) {
    void vscode.window.showInformationMessage('lsp-learn: open a file and put the cursor on code.');
    return;
  }
  await server.command(EXPLAIN, argument);
}

function isPlace(given: unknown): given is Place {
  // The editor's context menu passes a Uri.
  const place = given as Partial<Place> | undefined;
  return typeof place?.uri === 'string' && typeof place.position?.line === 'number';
}

function placeOf(editor: vscode.TextEditor | undefined): object | undefined {
  if (editor === undefined) return undefined;
  const { start, end, isEmpty } = editor.selection;
  const uri = editor.document.uri.toString();
  if (isEmpty) return { uri, position: plain(start) };
  return { uri, range: { start: plain(start), end: plain(end) } };
}

function plain({ line, character }: vscode.Position): { line: number; character: number } {
  return { line, character };
}

/** Explain what another tool says about the code at the cursor, or on its line. */
export async function explainProblem(server: Server): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const problem = editor && (await chosen(problemsAt(editor.document, editor.selection.active)));
  if (editor === undefined || problem === 'none') {
    void vscode.window.showInformationMessage('lsp-learn: there is no problem on this line.');
    return;
  }
  if (problem === undefined) return;
  const { source, message } = problem;
  await server.command(EXPLAIN, {
    ...(source === undefined ? {} : { source }),
    ...(problem.code === undefined ? {} : { code: codeOf(problem) }),
    message,
    language: editor.document.languageId,
  });
}

/** Problems under the cursor; where there are none, those of its line. */
function problemsAt(document: vscode.TextDocument, cursor: vscode.Position): vscode.Diagnostic[] {
  const all = vscode.languages.getDiagnostics(document.uri);
  const here = all.filter(({ range }) => range.contains(cursor));
  if (here.length > 0) return here;
  const { line } = cursor;
  return all.filter(({ range }) => range.start.line <= line && line <= range.end.line);
}

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : (code ?? ''));
}

async function chosen(
  problems: readonly vscode.Diagnostic[],
): Promise<vscode.Diagnostic | 'none' | undefined> {
  if (problems.length < 2) return problems[0] ?? 'none';
  const items = problems.map((problem) => ({
    label: problem.message.split('\n')[0] ?? '',
    description: [problem.source, codeOf(problem)].filter(Boolean).join(' '),
    problem,
  }));
  const placeHolder = 'Several problems are here. Which one?';
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.problem;
}
