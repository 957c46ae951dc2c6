// Connects an editor in a web page with `lsp-learn serve`: a WebSocket on one side, standard
// input and output on the other. Needs Node 18 or newer and the package ws.
//
//   node lsp-learn-bridge.mjs --origin http://localhost:5173 [--port 8137]
//
// It listens on this machine only and answers pages of the named origins only: any page that
// somebody opens could try to connect.

import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';

const COMMAND = 'lsp-learn';
const LONGEST = 16_000_000; // bytes of one message

const { values } = parseArgs({
  options: { origin: { type: 'string', multiple: true }, port: { type: 'string', default: '8137' } },
});
if (!values.origin) {
  console.error('say which pages may connect: --origin http://localhost:5173');
  process.exit(2);
}

const sockets = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(values.port),
  maxPayload: LONGEST,
  verifyClient: ({ origin }) => values.origin.includes(origin),
});
sockets.on('listening', () => console.log(`ws://127.0.0.1:${sockets.address().port}`));
sockets.on('error', (error) => {
  console.error(`the bridge cannot listen: ${error.message}; try another --port`);
  process.exit(1);
});

sockets.on('connection', (socket) => {
  const server = spawn(COMMAND, ['serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  server.on('error', (error) => {
    console.error(`${COMMAND} does not start: ${error.message}`);
    socket.close(1011, 'lsp-learn does not start');
  });
  server.on('exit', () => socket.close());
  server.stdin.on('error', () => {}); // it ended; 'exit' says so
  socket.on('close', () => server.stdin.end()); // the server ends with its input
  socket.on('message', (message) => {
    server.stdin.write(`Content-Length: ${message.length}\r\n\r\n`);
    server.stdin.write(message);
  });
  let waiting = Buffer.alloc(0);
  server.stdout.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      const head = waiting.indexOf('\r\n\r\n');
      const length = /Content-Length: (\d+)/i.exec(waiting.toString('latin1', 0, Math.max(head, 0)));
      if (!length) return;
      const end = head + 4 + Number(length[1]);
      if (waiting.length < end) return;
      socket.send(waiting.toString('utf8', head + 4, end)); // text: some clients read nothing else
      waiting = waiting.subarray(end);
    }
  });
});
