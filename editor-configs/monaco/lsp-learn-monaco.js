// lsp-learn in Monaco, with its own language client (`monaco.lsp`, 0.55 or newer): hovers, and
// "Explain this" in the lightbulb's menu. The client calls no server's commands, so the command
// is registered here.
//
//   const model = monaco.editor.createModel(text, 'python', monaco.Uri.parse('file:///app.py'));
//   monaco.editor.create(element, { model });
//   await connect(monaco, 'ws://127.0.0.1:8137');

/**
 * Connects all models of the page. `showLesson({ title, markdown })` may be your own; without it
 * the lesson stands as plain text beside the code until Escape.
 */
export async function connect(monaco, address, { showLesson = asText } = {}) {
  const channel = await open(address);
  const client = new monaco.lsp.MonacoLspClient(
    monaco.lsp.WebSocketTransport.fromWebSocket(channel.socket),
  );
  monaco.editor.registerCommand('lsp-learn.explain', async (_, argument) => {
    channel.said.length = 0;
    const page = await channel.request('workspace/executeCommand', {
      command: 'lsp-learn.explain',
      arguments: [argument],
    });
    const said = { title: 'lsp-learn', markdown: channel.said.join('\n\n') };
    if (page || said.markdown) showLesson(page ?? said);
  });
  await channel.ready;
  return client;
}

/** A socket for the client, and requests of our own beside the client's. */
function open(address) {
  const socket = new WebSocket(address);
  const waiting = new Map();
  const said = [];
  const toClient = { onmessage: null, onclose: null };
  let initialize; // the id of the client's first request; hovers are there when it is answered
  let isReady;
  const ready = new Promise((resolve) => (isReady = resolve));
  socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    const answer = !message.method && waiting.get(message.id);
    if (message.method === 'window/showMessage') said.push(message.params.message);
    if (!answer) {
      toClient.onmessage?.(event);
      if (!message.method && message.id === initialize) isReady();
      return;
    }
    waiting.delete(message.id);
    if (message.error) answer.reject(new Error(message.error.message));
    else answer.resolve(message.result);
  };
  const request = (method, params) =>
    new Promise((resolve, reject) => {
      const id = `lsp-learn-${Math.random()}`;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  const forClient = Object.assign(toClient, {
    send: (text) => {
      const message = JSON.parse(text);
      if (message.method === 'initialize') initialize = message.id;
      socket.send(text);
    },
    close: () => socket.close(),
    get url() {
      return address;
    },
  });
  socket.onclose = (event) => forClient.onclose?.(event);
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error(`${address} does not answer: is the bridge running?`));
    socket.onopen = () => resolve({ socket: forClient, request, said, ready });
  });
}

function asText({ title, markdown }) {
  document.querySelector('.lsp-learn-lesson')?.remove();
  const aside = document.createElement('aside');
  aside.className = 'lsp-learn-lesson';
  aside.setAttribute('aria-label', `Lesson: ${title}; Escape closes it`);
  aside.style.cssText =
    'position: fixed; inset: 0 0 0 auto; width: min(34em, 50vw); overflow: auto; padding: 1em;' +
    'box-sizing: border-box; background: Canvas; color: CanvasText; border-left: 1px solid;' +
    'white-space: pre-wrap; font: 14px/1.5 system-ui, sans-serif; z-index: 1000';
  aside.textContent = markdown;
  aside.tabIndex = 0;
  const close = (event) => {
    if (event.key !== 'Escape') return;
    aside.remove();
    document.removeEventListener('keydown', close);
  };
  document.addEventListener('keydown', close);
  document.body.append(aside);
}
