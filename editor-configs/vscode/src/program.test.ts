// What needs no VS Code: `npm test`, with Node 22.18 or newer.

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { ask, fromSetting, isOlder, ofFile, onPath, run, type Program } from './program.ts';

let folder = '';

before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lsp-learn-'));
});

after(() => {
  rmSync(folder, { recursive: true });
});

function script(name: string, text: string): Program {
  const command = path.join(folder, name);
  writeFileSync(command, `#!/bin/sh\n${text}\n`);
  chmodSync(command, 0o755);
  return { command, args: [], origin: 'setting' };
}

test('a program is found in the first folder of the PATH that has it', () => {
  const { command } = script('here', 'true');
  const elsewhere = path.join(folder, 'nowhere');
  assert.equal(onPath('here', [elsewhere, folder].join(path.delimiter)), command);
  assert.equal(onPath('not-here', folder), undefined);
});

test('what may not be run, and folders, are passed over', () => {
  writeFileSync(path.join(folder, 'plain'), '');
  assert.equal(onPath('plain', folder), undefined);
  assert.equal(onPath(path.basename(folder), path.dirname(folder)), undefined);
});

test('relative entries of the PATH are not looked at: they mean the open folder', () => {
  script('near', 'true');
  const back = process.cwd();
  process.chdir(folder);
  try {
    assert.equal(onPath('near', ['.', '', 'bin'].join(path.delimiter)), undefined);
  } finally {
    process.chdir(back);
  }
});

test('the setting: home, open folder, and a serve that was copied along', () => {
  const words = (items: string[]) => {
    const program = fromSetting(items, '/open');
    return program && [program.command, ...program.args];
  };
  assert.equal(words([]), undefined);
  assert.equal(words([' ']), undefined);
  assert.deepEqual(words(['~/bin/lsp-learn']), [`${homedir()}/bin/lsp-learn`]);
  assert.deepEqual(words(['${workspaceFolder}/.venv/bin/lsp-learn', 'serve']), ['/open/.venv/bin/lsp-learn']);
  assert.deepEqual(words(['lsp-learn', 'serve', '--stdio']), ['lsp-learn']);
  assert.deepEqual(words(['uv', 'run', 'lsp-learn']), ['uv', 'run', 'lsp-learn']);
  assert.deepEqual(words(['~somebody/lsp-learn']), ['~somebody/lsp-learn']);
});

test('a Python that was chosen is asked for the module, anything else is lsp-learn itself', () => {
  assert.deepEqual(ofFile('/usr/bin/python3.12').args, ['-m', 'lsp_learn']);
  assert.deepEqual(ofFile('/opt/lsp-learn/bin/lsp-learn').args, []);
});

test('versions: numbers count, and missing ones are zero', () => {
  assert.equal(isOlder('0.9.9', '0.10.0'), true);
  assert.equal(isOlder('0.10', '0.10.0'), false);
  assert.equal(isOlder('1.0.0', '0.10.0'), false);
  assert.equal(isOlder('0.1.0.dev3', '0.1.0'), false);
});

test('a program is asked for its version', async () => {
  assert.deepEqual(await ask(script('good', 'echo lsp-learn 1.2.3')), { version: '1.2.3' });
});

test('a program that is not lsp-learn, fails, or is not there says which', async () => {
  const problem = async (program: Program) => {
    const answer = await ask(program);
    return 'problem' in answer ? answer.problem : answer.version;
  };
  assert.match(await problem(script('other', 'echo hello')), /another program: hello/);
  assert.match(await problem(script('broken', 'echo broken >&2; exit 3')), /code 3: broken/);
  const without = script('python', 'echo "$0: No module named lsp_learn" >&2; exit 1');
  assert.equal(await problem(without), 'lsp-learn is not installed in it');
  assert.equal(await problem({ ...without, command: '/no/such/file' }), 'there is no such file');
  assert.match(await problem({ ...without, command: folder }), /may not be run/);
  assert.match(await problem({ ...without, command: 'a\0b' }), /null bytes/);
});

test('a program that does not end is stopped, and its open folder is home', async () => {
  const slow = await run(script('slow', 'exec sleep 60'), [], AbortSignal.timeout(200));
  assert.deepEqual([slow.code, slow.problem], [null, 'it did not answer in time']);
  const where = await run(script('where', 'pwd; echo "$PYTHONSAFEPATH"'), [], AbortSignal.timeout(5000));
  assert.deepEqual(where.stdout.trim().split('\n'), [homedir(), '1']);
});
