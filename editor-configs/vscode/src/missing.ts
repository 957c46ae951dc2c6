// When there is no server: a message that says so, and buttons that repair it.

import * as vscode from 'vscode';

import { SECTION, type Tried } from './locate.ts';
import { ask, isOlder, ofFile } from './program.ts';
import type { Manifest } from './server.ts';

const HOW = 'Show How to Install';
const CHOOSE = 'Choose a Program...';
const SETTINGS = 'Open Settings';

/** Say that no server was found, with what can be done. */
export async function tellMissing(tried: readonly Tried[]): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(sentence(tried), HOW, CHOOSE, SETTINGS);
  if (chosen === HOW) await vscode.commands.executeCommand('lspLearn.showInstallation');
  if (chosen === CHOOSE) await vscode.commands.executeCommand('lspLearn.chooseProgram');
  if (chosen === SETTINGS) {
    await vscode.commands.executeCommand('workbench.action.openSettings', `${SECTION}.command`);
  }
}

/** The one thing to know: what was chosen and does not work, else what is too old, else that
 * nothing is there. */
function sentence(tried: readonly Tried[]): string {
  const told =
    tried.find(({ problem }) => problem.includes('too old')) ??
    tried.find(({ place, problem }) => !isAbsent(place, problem));
  if (told !== undefined) return `lsp-learn cannot be started. ${told.place}: ${told.problem}.`;
  return (
    'lsp-learn is not installed, or VS Code does not find it. ' +
    'The extension needs it to explain code.'
  );
}

function isAbsent(place: string, problem: string): boolean {
  return (
    ['the PATH', 'uvx', "the Python extension's interpreter"].includes(place) ||
    problem === 'is empty' ||
    problem.includes('not installed in it')
  );
}

/** Let the user point at the program; it is asked for its version before it is written down. */
export async function chooseProgram(manifest: Manifest): Promise<void> {
  const title = 'Choose lsp-learn, or a Python that it is installed in';
  const files = await vscode.window.showOpenDialog({ title, openLabel: 'Use' });
  const file = files?.[0]?.fsPath;
  if (file === undefined) return;
  const program = ofFile(file);
  const answer = await ask(program);
  const oldest = manifest.lspLearn.oldestServer;
  if ('problem' in answer || isOlder(answer.version, oldest)) {
    const problem =
      'problem' in answer
        ? answer.problem
        : `lsp-learn ${answer.version} is too old, ${oldest} is needed`;
    const again = 'Choose Another...';
    const said = `lsp-learn: ${file} cannot be used: ${problem}.`;
    if ((await vscode.window.showErrorMessage(said, again)) === again) await chooseProgram(manifest);
    return;
  }
  await vscode.workspace
    .getConfiguration(SECTION)
    .update('command', [program.command, ...program.args], vscode.ConfigurationTarget.Global);
}
