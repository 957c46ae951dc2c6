// Programs that may be lsp-learn: how they are found on a PATH, asked for their version, and run.
// Nothing here knows VS Code.

import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Where a program came from: the setting, the PATH, the Python extension, or uvx. */
export type Origin = 'setting' | 'path' | 'python' | 'uvx';

/** A program and the arguments that stand before lsp-learn's own. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly origin: Origin;
}

/** What a program printed, and how it ended; `code` is null where it could not run to its end. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly problem: string;
}

/** A version, or a sentence about why there is none. */
export type Answer = { readonly version: string } | { readonly problem: string };

/** How long a program may take to say its version; uvx may have to download it first. */
const ANSWER_MS = { program: 15_000, uvx: 180_000 };

/** Programs run in the home folder, never in the open folder: Python would import from there. */
export const folder = homedir();

/** The environment of every program we start; for the same reason. */
export function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONSAFEPATH: '1', PYTHONUTF8: '1' };
}

/** The program as a person would type it. */
export function shown(program: Program): string {
  return [program.command, ...program.args].join(' ');
}

/** The first file called `name` on a PATH that may be run; undefined where there is none. Entries
 * that are relative are passed over: they would mean the open folder. */
export function onPath(
  name: string,
  searched: string = process.env['PATH'] ?? '',
  windows: boolean = process.platform === 'win32',
): string | undefined {
  // Scripts (.cmd, .bat) need a shell, which we do not start; pip and uv install .exe.
  const endings = windows ? ['.exe', '.com'] : [''];
  const rules = windows ? path.win32 : path.posix;
  for (const place of searched.split(rules.delimiter)) {
    if (!rules.isAbsolute(place)) continue;
    for (const ending of endings) {
      const file = rules.join(place, name + ending);
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The setting's items as a program; undefined where it is empty. A `serve` that people copy from
 * other editors is taken off: the extension adds what it needs. */
export function fromSetting(items: readonly string[], workspace: string): Program | undefined {
  const words = items.map((item) => expanded(item.trim(), workspace)).filter((item) => item !== '');
  if (words.at(-1) === '--stdio') words.pop();
  if (words.length > 1 && words.at(-1) === 'serve') words.pop();
  const [command, ...args] = words;
  return command === undefined ? undefined : { command, args, origin: 'setting' };
}

function expanded(text: string, workspace: string): string {
  const home = text === '~' || /^~[\\/]/.test(text) ? homedir() + text.slice(1) : text;
  return home.replaceAll('${workspaceFolder}', workspace);
}

/** The program of a file that somebody chose: lsp-learn itself, or a Python that has it. */
export function ofFile(file: string): Program {
  const python = /^(python|pypy)[\d.]*(\.exe)?$/i.test(path.basename(file));
  return { command: file, args: python ? ['-m', 'lsp_learn'] : [], origin: 'setting' };
}

/** Ask a program for lsp-learn's version. */
export async function ask(program: Program): Promise<Answer> {
  const limit = program.origin === 'uvx' ? ANSWER_MS.uvx : ANSWER_MS.program;
  const ended = await run(program, ['--version'], AbortSignal.timeout(limit));
  if (ended.code === null) return { problem: ended.problem };
  const version = /^lsp-learn (\d[\w.+-]*)\s*$/m.exec(ended.stdout)?.[1];
  if (ended.code === 0 && version !== undefined) return { version };
  const said = lastLine(ended.stderr) || lastLine(ended.stdout);
  if (/No module named '?lsp_learn/.test(said)) return { problem: 'lsp-learn is not installed in it' };
  const end = ended.code === 0 ? 'it is another program' : `it ended with code ${ended.code}`;
  return { problem: said === '' ? end : `${end}: ${said}` };
}

function lastLine(text: string): string {
  return text.trim().split(/\r?\n/).at(-1)?.slice(0, 200) ?? '';
}

/** Run a program to its end. Never throws: `problem` says what went wrong, "" where nothing did. */
export function run(
  program: Program,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Ended> {
  const options = {
    cwd: folder,
    env: environment(),
    signal,
    windowsHide: true,
    encoding: 'utf8' as const,
    maxBuffer: 16 * 1024 * 1024,
  };
  return new Promise((resolve) => {
    try {
      execFile(program.command, [...program.args, ...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ code, stdout, stderr, problem: error === null ? '' : reason(error, signal) });
      });
    } catch (error) {
      // A path with a zero byte, for example, is refused before anything is started.
      resolve({ code: null, stdout: '', stderr: '', problem: reason(error as Error, signal) });
    }
  });
}

function reason(error: { code?: unknown; message: string }, signal: AbortSignal): string {
  if (signal.aborted) {
    const late = (signal.reason as Error | undefined)?.name === 'TimeoutError';
    return late ? 'it did not answer in time' : 'it was stopped';
  }
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'EACCES') return 'it may not be run';
  return error.message.split('\n')[0] ?? '';
}

/** Whether a version is older than another; numbers count, what follows them does not. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.match(/\d+/g)?.slice(0, 3).map(Number) ?? []);
  for (let at = 0; at < 3; at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
