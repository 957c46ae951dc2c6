// The connection to the server: found, started, restarted, and stopped again.

import * as vscode from 'vscode';
import {
  ExecuteCommandRequest,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type LanguageClientOptions,
} from 'vscode-languageclient/node';

import { announceLinks, trustedMarkdown } from './links.ts';
import type { Lessons } from './lesson.ts';
import { locate, SECTION, type Tried } from './locate.ts';
import { environment, folder, shown, type Program } from './program.ts';
import { settingsForServer, withoutOurs } from './settings.ts';
import type { Status } from './status.ts';

/** What the extension's own package.json says. */
export interface Manifest {
  readonly activationEvents: readonly string[];
  readonly lspLearn: { readonly oldestServer: string };
}

/** The languages lsp-learn reads, as VS Code calls them: those that wake the extension. */
export function languages(manifest: Manifest): string[] {
  const prefix = 'onLanguage:';
  const events = manifest.activationEvents.filter((event) => event.startsWith(prefix));
  return events.map((event) => event.slice(prefix.length));
}

/** One server for the window. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private turn: Promise<void> = Promise.resolve();
  private readonly missingEmitter = new vscode.EventEmitter<readonly Tried[]>();
  private readonly startedEmitter = new vscode.EventEmitter<LanguageClient>();

  /** Nothing was found; says where it was looked. */
  readonly onMissing = this.missingEmitter.event;
  /** A server answers. */
  readonly onStarted = this.startedEmitter.event;

  /** The program in use; undefined while there is none. */
  program: Program | undefined;
  /** Where nothing was found at the last look. */
  tried: readonly Tried[] = [];

  constructor(
    private readonly manifest: Manifest,
    private readonly status: Status,
    private readonly lessons: Lessons,
    private readonly output: vscode.LogOutputChannel,
  ) {}

  /** Stop what runs, look for a program, and start it; one such turn after the other. */
  restart(): Promise<void> {
    const start = async () => {
      await this.stop();
      await this.start();
    };
    this.turn = this.turn.then(start).catch((error: unknown) => this.failed(error));
    return this.turn;
  }

  /** The running client, waited for; undefined where none could be started. */
  async running(): Promise<LanguageClient | undefined> {
    await this.turn;
    return this.client?.isRunning() === true ? this.client : undefined;
  }

  /** Run one of the server's commands; undefined where there is no server. */
  async command(
    name: string,
    argument: object,
    token?: vscode.CancellationToken,
  ): Promise<unknown> {
    const client = await this.running();
    const params = { command: name, arguments: [argument] };
    return client?.sendRequest(ExecuteCommandRequest.type, params, token);
  }

  private async start(): Promise<void> {
    this.status.show({ is: 'starting' });
    const located = await locate(this.manifest.lspLearn.oldestServer);
    if ('tried' in located) {
      this.tried = located.tried;
      for (const { place, problem } of located.tried) this.output.warn(`${place}: ${problem}`);
      const about = `No program was found.\n${listed(located.tried)}`;
      this.status.show({ is: 'missing', about });
      this.missingEmitter.fire(located.tried);
      return;
    }
    const { program, version } = located;
    this.output.info(`lsp-learn ${version}: ${shown(program)}`);
    this.program = program;
    this.client = this.connect(program, `lsp-learn ${version}\n${shown(program)}`);
    try {
      await this.client.start();
      this.startedEmitter.fire(this.client);
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    this.output.error(`the server did not start: ${String(error)}`);
    this.status.show({ is: 'stopped', about: 'The server did not start; the output says why.' });
  }

  private connect(program: Program, about: string): LanguageClient {
    const run = {
      command: program.command,
      args: [...program.args, 'serve'],
      options: { cwd: folder, env: environment() },
    };
    const client = new LanguageClient(SECTION, 'lsp-learn', run, this.options(about));
    if (vscode.workspace.isTrusted) client.registerFeature(announceLinks);
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) return;
      if (newState === State.Running) this.status.show({ is: 'ready', about });
      if (newState === State.Starting) this.status.show({ is: 'starting' });
      if (newState === State.Stopped || newState === State.StartFailed) {
        this.status.show({ is: 'stopped', about: 'The server has ended; the output says why.' });
      }
    });
    return client;
  }

  private options(about: string): LanguageClientOptions {
    return {
      documentSelector: languages(this.manifest).flatMap((language) =>
        ['file', 'untitled'].map((scheme) => ({ language, scheme })),
      ),
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: settingsForServer,
      initializationFailedHandler: () => false,
      markdown: trustedMarkdown(),
      middleware: {
        window: { showDocument: this.lessons.show },
        workspace: { configuration: withoutOurs },
        handleWorkDoneProgress: (_token, progress) => {
          if (progress.kind === 'end') this.status.show({ is: 'ready', about });
          else this.status.show({ is: 'indexing', percent: progress.percentage ?? 0 });
        },
      },
    };
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.program = undefined;
    this.tried = [];
    try {
      await client?.dispose();
    } catch (error) {
      // One that never started, or has crashed, cannot be stopped; that is as good.
      this.output.debug(`stopping: ${String(error)}`);
    }
  }

  /** For the end of the window. */
  async end(): Promise<void> {
    this.turn = this.turn.then(() => this.stop());
    await this.turn;
  }

  dispose(): void {
    this.missingEmitter.dispose();
    this.startedEmitter.dispose();
  }
}

/** Places that were looked at, a line each. */
export function listed(tried: readonly Tried[]): string {
  return tried.map(({ place, problem }) => `${place}: ${problem}`).join('\n');
}
