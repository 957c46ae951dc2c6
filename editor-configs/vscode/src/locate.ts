// Which program is started: the setting, lsp-learn on the PATH, the Python extension's
// interpreter, and uvx where the user asked for it; the first that answers and is new enough.

import type { PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';

import { ask, fromSetting, isOlder, onPath, shown, type Program } from './program.ts';

export const SECTION = 'lspLearn';

const PYTHON_EXTENSION = 'ms-python.python';

/** A place that was looked at, and why nothing was started there. */
export interface Tried {
  readonly place: string;
  readonly problem: string;
}

export type Located =
  | { readonly program: Program; readonly version: string }
  | { readonly tried: readonly Tried[] };

/** Look for the server. `oldest` is the oldest version that will do. */
export async function locate(oldest: string): Promise<Located> {
  const tried: Tried[] = [];
  for (const find of [ofSetting, ofPath, ofPython, ofUvx]) {
    const found = await find();
    if ('problem' in found) {
      tried.push(found);
      continue;
    }
    const answer = await ask(found);
    if ('version' in answer && !isOlder(answer.version, oldest)) {
      return { program: found, version: answer.version };
    }
    const problem =
      'version' in answer
        ? `lsp-learn ${answer.version} is too old, ${oldest} or newer is needed`
        : answer.problem;
    tried.push({ place: shown(found), problem });
    // What somebody chose is used or complained about, never replaced in silence.
    if (found.origin === 'setting') break;
  }
  return { tried };
}

async function ofSetting(): Promise<Program | Tried> {
  const items: unknown = vscode.workspace.getConfiguration(SECTION).get('command');
  const place = `the setting ${SECTION}.command`;
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string')) {
    return { place, problem: 'is not a list of texts' };
  }
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  return fromSetting(items, workspace) ?? { place, problem: 'is empty' };
}

async function ofPath(): Promise<Program | Tried> {
  const command = onPath('lsp-learn');
  if (command !== undefined) return { command, args: [], origin: 'path' };
  return { place: 'the PATH', problem: 'no lsp-learn is there' };
}

/** The Python extension, running; undefined where it is not installed. */
export async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>(PYTHON_EXTENSION);
  if (extension === undefined) return undefined;
  return extension.isActive ? extension.exports : await extension.activate();
}

async function ofPython(): Promise<Program | Tried> {
  const place = "the Python extension's interpreter";
  if (!vscode.workspace.isTrusted) {
    // The folder's settings, or an environment inside of it, may have decided which it is.
    return { place, problem: 'is not used in a folder that is not trusted' };
  }
  try {
    const api = await pythonExtension();
    if (api === undefined) return { place, problem: 'the Python extension is not installed' };
    const resource = vscode.window.activeTextEditor?.document.uri;
    const active = api.environments.getActiveEnvironmentPath(resource);
    const resolved = await api.environments.resolveEnvironment(active);
    const command = resolved?.executable.uri?.fsPath;
    if (command === undefined) return { place, problem: 'none is chosen' };
    return { command, args: ['-m', 'lsp_learn'], origin: 'python' };
  } catch (error) {
    return { place, problem: `could not be asked for: ${String(error)}` };
  }
}

async function ofUvx(): Promise<Program | Tried> {
  if (vscode.workspace.getConfiguration(SECTION).get('useUvx') !== true) {
    return { place: 'uvx', problem: `is not used unless ${SECTION}.useUvx is on` };
  }
  const command = onPath('uvx');
  if (command === undefined) return { place: 'uvx', problem: 'is not on the PATH' };
  return { command, args: ['lsp-learn'], origin: 'uvx' };
}
