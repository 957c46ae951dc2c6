// Search: a list that follows what is typed; the one that is chosen opens as a lesson.

import * as vscode from 'vscode';

import type { Server } from './server.ts';

const PAUSE_MS = 120;
const LIMIT = 20;

/** A snippet as the server lists it. `near` marks what may have been meant. */
interface Found {
  readonly id: string;
  readonly title: string;
  readonly tip: string;
  readonly language: string;
  readonly level: string;
  readonly pack: string;
  readonly near?: boolean;
}

interface Item extends vscode.QuickPickItem {
  readonly id: string;
}

/** Let the user search, and open what they choose. */
export function search(server: Server, languages: readonly string[]): void {
  const open = vscode.window.activeTextEditor?.document.languageId ?? '';
  const language = languages.includes(open) ? open : '';
  new Search(server, language).show();
}

class Search {
  private readonly pick = vscode.window.createQuickPick<Item>();
  private readonly only: { name: string; on: boolean };
  private asked: vscode.CancellationTokenSource | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: Server,
    language: string,
  ) {
    this.only = { name: language, on: language !== '' };
  }

  show(): void {
    const { pick } = this;
    pick.placeholder = 'A question, a name, or an error message';
    pick.matchOnDescription = pick.matchOnDetail = false;
    // The server's order is the answer. VS Code has this property, but not in its typed API.
    (pick as unknown as { sortByLabel: boolean }).sortByLabel = false;
    pick.onDidChangeValue(() => this.soon());
    pick.onDidTriggerButton(() => this.toggle());
    pick.onDidAccept(() => this.open());
    pick.onDidHide(() => this.end());
    this.describe();
    pick.show();
  }

  private describe(): void {
    const { name, on } = this.only;
    this.pick.title = on ? `Search lessons about ${name}` : 'Search lessons about all languages';
    const tooltip = on ? 'Search all languages' : `Search ${name} only`;
    const icon = new vscode.ThemeIcon(on ? 'filter-filled' : 'filter');
    this.pick.buttons = name === '' ? [] : [{ iconPath: icon, tooltip }];
  }

  private toggle(): void {
    this.only.on = !this.only.on;
    this.describe();
    void this.ask();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), PAUSE_MS);
  }

  private async ask(): Promise<void> {
    this.asked?.cancel();
    const query = this.pick.value.trim();
    if (query === '') {
      this.pick.items = [];
      this.pick.busy = false;
      return;
    }
    const asked = (this.asked = new vscode.CancellationTokenSource());
    this.pick.busy = true;
    const found = await this.found(query, asked.token);
    if (asked !== this.asked || asked.token.isCancellationRequested) return;
    this.pick.busy = false;
    this.pick.items = found.length > 0 ? found.map(item) : [nothing(query)];
  }

  private async found(query: string, token: vscode.CancellationToken): Promise<Found[]> {
    const { name, on } = this.only;
    const argument = { query, limit: LIMIT, live: true, ...(on ? { language: name } : {}) };
    try {
      const answer = await this.server.command('lsp-learn.search', argument, token);
      return Array.isArray(answer) ? (answer as Found[]) : [];
    } catch {
      return []; // overtaken by the next question, or the server has ended, which the status says
    }
  }

  private open(): void {
    const [chosen] = this.pick.selectedItems;
    if (chosen === undefined || chosen.id === '') return;
    this.pick.hide();
    void this.server.command('lsp-learn.explain', { snippets: [chosen.id] });
  }

  private end(): void {
    clearTimeout(this.timer);
    this.asked?.cancel();
    this.pick.dispose();
  }
}

function item({ id, title, tip, language, level, pack, near }: Found): Item {
  const about = [language.replaceAll(',', ', '), level, pack].filter((text) => text !== '');
  return {
    id,
    label: title,
    description: (near === true ? 'did you mean this? · ' : '') + about.join(' · '),
    detail: tip.replaceAll('`', ''),
    alwaysShow: true,
  };
}

function nothing(query: string): Item {
  const detail = 'Try other words, a name from the code, or the text of an error message.';
  return { id: '', label: `Nothing found for “${query}”`, detail, alwaysShow: true };
}
