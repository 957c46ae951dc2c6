// The item in the status bar: always in words, so that no colour or picture carries the meaning.

import * as vscode from 'vscode';

/** What the server is doing. */
export type State =
  | { readonly is: 'starting' }
  | { readonly is: 'indexing'; readonly percent: number }
  | { readonly is: 'ready'; readonly about: string }
  | { readonly is: 'missing'; readonly about: string }
  | { readonly is: 'stopped'; readonly about: string };

interface Shown {
  readonly icon: string;
  readonly words: string;
  readonly about: string;
}

function shownAs(state: State): Shown {
  switch (state.is) {
    case 'starting':
      return { icon: '$(sync~spin)', words: 'starting', about: 'lsp-learn is being started.' };
    case 'indexing':
      return {
        icon: '$(sync~spin)',
        words: `indexing ${state.percent}%`,
        about: 'Snippets are being prepared, once after an installation or an update.',
      };
    case 'ready':
      return { icon: '$(mortar-board)', words: 'ready', about: state.about };
    case 'missing':
      return { icon: '$(warning)', words: 'missing', about: state.about };
    case 'stopped':
      return { icon: '$(error)', words: 'stopped', about: state.about };
  }
}

/** The item; a click shows the commands. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'lspLearn.status',
    vscode.StatusBarAlignment.Right,
    90,
  );

  constructor() {
    this.item.name = 'lsp-learn';
    this.item.command = 'lspLearn.showCommands';
    this.show({ is: 'starting' });
    this.item.show();
  }

  show(state: State): void {
    const { icon, words, about } = shownAs(state);
    this.item.text = `${icon} lsp-learn: ${words}`;
    this.item.tooltip = `${about}\nClick for its commands.`;
    this.item.accessibilityInformation = { label: `lsp-learn is ${words}. ${about}`, role: 'button' };
    this.item.backgroundColor =
      state.is === 'missing' || state.is === 'stopped'
        ? new vscode.ThemeColor('statusBarItem.warningBackground')
        : undefined;
    // For menus and the walkthrough.
    const ready = state.is === 'ready' || state.is === 'indexing';
    void vscode.commands.executeCommand('setContext', 'lspLearn.ready', ready);
  }

  dispose(): void {
    this.item.dispose();
  }
}
