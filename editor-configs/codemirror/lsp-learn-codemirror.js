// lsp-learn in CodeMirror 6, with @codemirror/lsp-client: hovers, and on Mod-. the lesson in a
// panel under the code. The client has no code actions, so the command is called by the key.
//
//   const learn = await connect('ws://127.0.0.1:8137', { uri: 'file:///app.py', language: 'python' });
//   new EditorView({ extensions: [basicSetup, python(), learn], parent: document.body });

import { LSPClient, LSPPlugin, hoverTooltips } from '@codemirror/lsp-client';
import { StateEffect, StateField } from '@codemirror/state';
import { keymap, showPanel } from '@codemirror/view';

/** Gives the extension for one editor. `options` are lsp-learn's settings. */
export async function connect(address, { uri, language, options = {} }) {
  const said = [];
  const client = new LSPClient({
    extensions: [hoverTooltips()],
    initializationOptions: options,
    timeout: 30_000, // the client's own three seconds are short for a start on a busy machine
    sanitizeHTML: clean,
    notificationHandlers: { 'window/showMessage': (_, { message }) => said.push(message) > 0 },
  });
  await client.connect(await transport(address)).initializing;
  const explain = (view) => {
    explainAt(view, said).catch((error) => LSPPlugin.get(view)?.reportError('lsp-learn', error));
    return true;
  };
  const close = (view) => view.state.field(lesson) !== null && show(view, null);
  const keys = [{ key: 'Mod-.', run: explain }, { key: 'Escape', run: close }];
  return [client.plugin(uri, language), lesson, keymap.of(keys)];
}

async function explainAt(view, said) {
  const plugin = LSPPlugin.get(view);
  const { from, to } = view.state.selection.main;
  const range = { start: plugin.toPosition(from), end: plugin.toPosition(to) };
  plugin.client.sync();
  said.length = 0;
  const page = await plugin.client.request('workspace/executeCommand', {
    command: 'lsp-learn.explain',
    arguments: [{ uri: plugin.uri, range }],
  });
  const value = page ? page.markdown : said.join('\n\n');
  if (value) show(view, plugin.docToHTML({ kind: 'markdown', value }));
}

const setLesson = StateEffect.define();

const lesson = StateField.define({
  create: () => null,
  update: (html, change) =>
    change.effects.reduce((now, effect) => (effect.is(setLesson) ? effect.value : now), html),
  provide: (field) => showPanel.from(field, (html) => html && panel(html)),
});

function show(view, html) {
  view.dispatch({ effects: setLesson.of(html) });
  return true;
}

function panel(html) {
  return () => {
    const dom = document.createElement('aside');
    dom.className = 'lsp-learn-lesson';
    dom.setAttribute('aria-label', 'Lesson; Escape in the code closes it');
    dom.style.cssText = 'max-height: 45vh; overflow: auto; padding: 0 1em';
    dom.innerHTML = html; // docToHTML has cleaned it
    dom.tabIndex = 0;
    return { dom };
  };
}

const ALLOWED = new Set(
  'A BLOCKQUOTE BR CODE EM H1 H2 H3 H4 HR LI OL P PRE SPAN STRONG TABLE TBODY TD TH THEAD TR UL'.split(' '),
);

/** HTML with text, structure and links to the web, and nothing else. */
function clean(html) {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const element of [...body.querySelectorAll('*')]) {
    if (!ALLOWED.has(element.tagName)) element.replaceWith(document.createTextNode(element.textContent));
    for (const { name, value } of [...element.attributes]) {
      const kept = name === 'class' || (name === 'href' && /^https?:/.test(value));
      if (!kept) element.removeAttribute(name);
    }
  }
  return body.innerHTML;
}

function transport(address) {
  const socket = new WebSocket(address);
  const listeners = new Set();
  socket.onmessage = ({ data }) => listeners.forEach((listener) => listener(data));
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error(`${address} does not answer: is the bridge running?`));
    socket.onopen = () =>
      resolve({
        send: (message) => socket.send(message),
        subscribe: (listener) => listeners.add(listener),
        unsubscribe: (listener) => listeners.delete(listener),
      });
  });
}
