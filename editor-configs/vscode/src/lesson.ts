// Lessons: rendered beside the code, in one tab that the next lesson takes over. The focus stays
// in the code. VS Code's own Markdown preview would take it, and would follow to any other
// Markdown file; its renderer and its styles are used.

import * as vscode from 'vscode';
import type { ShowDocumentParams, ShowDocumentRequest } from 'vscode-languageclient/node';

const MARKDOWN = 'vscode.markdown-language-features';
const STYLES = ['markdown.css', 'highlight.css'];

/** The tab for lessons. */
export class Lessons implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private wanted = '';

  constructor(private readonly icon: vscode.Uri) {}

  /** Shows what the server wants shown: its lessons rendered, anything else as it comes. */
  readonly show: ShowDocumentRequest.MiddlewareSignature = async (params, token, next) => {
    // Somebody may have switched VS Code's Markdown extension off.
    const styles = vscode.extensions.getExtension(MARKDOWN)?.extensionUri;
    if (styles === undefined || !isLesson(params)) return next(params, token);
    this.wanted = params.uri;
    // Answered at once: a server that waits on a busy machine would show it in another way, too.
    this.render(params.uri, vscode.Uri.joinPath(styles, 'media')).catch(() => next(params, token));
    return { success: true };
  };

  private async render(uri: string, media: vscode.Uri): Promise<void> {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    const body = await vscode.commands.executeCommand<string>('markdown.api.render', document);
    if (uri !== this.wanted) return; // overtaken by the next one
    const { title, webview } = this.opened(titleOf(document), media);
    webview.html = page(title, body, webview, media);
  }

  private opened(title: string, media: vscode.Uri): vscode.WebviewPanel {
    if (this.panel === undefined) {
      const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      this.panel = vscode.window.createWebviewPanel('lspLearn.lesson', title, place, {
        enableFindWidget: true,
        localResourceRoots: [media],
      });
      this.panel.iconPath = this.icon;
      this.panel.onDidDispose(() => (this.panel = undefined));
    }
    this.panel.title = title;
    this.panel.reveal(undefined, true);
    return this.panel;
  }

  dispose(): void {
    this.panel?.dispose();
  }
}

function isLesson({ uri, external }: ShowDocumentParams): boolean {
  const { scheme, path } = vscode.Uri.parse(uri);
  return external !== true && (scheme === 'lsp-learn' || path.endsWith('.md'));
}

function titleOf(document: vscode.TextDocument): string {
  return document.lineAt(0).text.replace(/^#+\s*/, '').replaceAll('`', '');
}

/** No script runs in a lesson, and nothing is loaded but VS Code's own styles. */
function page(title: string, body: string, webview: vscode.Webview, media: vscode.Uri): string {
  const policy = `default-src 'none'; style-src ${webview.cspSource} 'unsafe-inline';`;
  const links = STYLES.map((name) => webview.asWebviewUri(vscode.Uri.joinPath(media, name)));
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escaped(title)}</title>
${links.map((link) => `<link rel="stylesheet" href="${link.toString()}">`).join('\n')}
</head>
<body class="vscode-body"><main>${body}</main></body>
</html>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
