// lsp-learn in VS Code: wires the commands, the status item and the server together.

import * as vscode from 'vscode';

import { Diagnostics } from './diagnostics.ts';
import { explain, explainProblem } from './explain.ts';
import { Lessons } from './lesson.ts';
import { pythonExtension } from './locate.ts';
import { chooseProgram, tellMissing } from './missing.ts';
import { installPack } from './packs.ts';
import { search } from './search.ts';
import { languages, Server, type Manifest } from './server.ts';
import { CHOOSING } from './settings.ts';
import { Status } from './status.ts';

const EXAMPLE = `import asyncio


def add(item, basket=[]):
    basket.append(item)
    return basket


async def main():
    first, second = await asyncio.gather(asyncio.sleep(1, "tea"), asyncio.sleep(1, "milk"))
    print(add(first), add(second))


asyncio.run(main())
`;

let server: Server | undefined;

/** Called by VS Code when a file of a language that lsp-learn reads is opened, or a command run. */
export function activate(context: vscode.ExtensionContext): void {
  const manifest = context.extension.packageJSON as Manifest;
  const output = vscode.window.createOutputChannel('lsp-learn', { log: true });
  const status = new Status();
  const lessons = new Lessons(vscode.Uri.joinPath(context.extensionUri, 'media', 'icon.png'));
  const running = (server = new Server(manifest, status, lessons, output));
  const diagnostics = new Diagnostics(languages(manifest));
  context.subscriptions.push(output, status, lessons, running, diagnostics);
  context.subscriptions.push(running.onStarted((client) => diagnostics.use(client)));
  void vscode.commands.executeCommand('setContext', 'lspLearn.languages', languages(manifest));

  register(context, manifest, running, output);
  tryAgain(context, running);
  void running.restart();
}

/** Called by VS Code when the window closes. */
export async function deactivate(): Promise<void> {
  await server?.end();
}

function register(
  context: vscode.ExtensionContext,
  manifest: Manifest,
  running: Server,
  output: vscode.LogOutputChannel,
): void {
  // A message once for each state of things: whoever has read it is not told again and again.
  let told = '';
  running.onMissing((tried) => {
    const now = JSON.stringify(tried);
    if (now !== told) void tellMissing(tried);
    told = now;
  });
  running.onStarted(() => (told = ''));
  const needing = (work: (given: unknown) => unknown) => async (given: unknown) => {
    if ((await running.running()) !== undefined) await work(given);
    else await unavailable(running);
  };
  const commands: Record<string, (given: unknown) => unknown> = {
    explain: needing((given) => explain(running, given)),
    explainProblem: needing(() => explainProblem(running)),
    search: needing(() => search(running, languages(manifest))),
    installPack: () => installPack(running, output),
    openExample: openExample,
    chooseProgram: () => chooseProgram(manifest),
    showInstallation: () => showInstallation(context),
    showMissing: () => unavailable(running),
    restart: () => {
      told = '';
      return running.restart();
    },
    showOutput: () => output.show(),
    showCommands: () =>
      vscode.commands.executeCommand('workbench.action.quickOpen', '>lsp-learn: '),
  };
  for (const [name, work] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(`lspLearn.${name}`, work));
  }
}

/** A command was given and there is no server: say why. */
async function unavailable(running: Server): Promise<void> {
  if (running.tried.length > 0) return tellMissing(running.tried);
  const [restart, show] = ['Restart', 'Show Output'];
  const said = 'lsp-learn: the server does not run. The output says why.';
  const chosen = await vscode.window.showErrorMessage(said, restart, show);
  if (chosen === restart) await vscode.commands.executeCommand('lspLearn.restart');
  if (chosen === show) await vscode.commands.executeCommand('lspLearn.showOutput');
}

/** Look again whenever what decides about the program may have changed. */
function tryAgain(context: vscode.ExtensionContext, running: Server): void {
  const restart = () => void running.restart();
  const restartUnlessFound = async () => {
    if ((await running.running()) === undefined) restart();
  };
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (CHOOSING.some((name) => change.affectsConfiguration(name))) restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.extensions.onDidChange(restartUnlessFound),
  );
  let listening = false;
  const listen = async () => {
    const depends = running.program === undefined || running.program.origin === 'python';
    if (listening || !depends || !vscode.workspace.isTrusted) return;
    const api = await pythonExtension().catch(() => undefined);
    if (api === undefined || listening) return;
    listening = true;
    const changed = api.environments.onDidChangeActiveEnvironmentPath(() => {
      if (running.program === undefined || running.program.origin === 'python') restart();
    });
    context.subscriptions.push(changed);
  };
  running.onStarted(listen);
  running.onMissing(listen);
}

async function openExample(): Promise<void> {
  const content = { language: 'python', content: EXAMPLE };
  const document = await vscode.workspace.openTextDocument(content);
  const editor = await vscode.window.showTextDocument(document);
  const cursor = document.positionAt(EXAMPLE.indexOf('basket=[]'));
  editor.selection = new vscode.Selection(cursor, cursor);
}

async function showInstallation(context: vscode.ExtensionContext): Promise<void> {
  const page = vscode.Uri.joinPath(context.extensionUri, 'media', 'install.md');
  await vscode.commands.executeCommand('markdown.showPreview', page);
}
