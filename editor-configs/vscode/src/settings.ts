// The settings: which are the server's, and which are this extension's own.

import * as vscode from 'vscode';
import type { ConfigurationMiddleware } from 'vscode-languageclient/node';

import { SECTION } from './locate.ts';

const OURS = ['command', 'useUvx', 'trace'];

/** Those that decide which program is started. */
export const CHOOSING = [`${SECTION}.command`, `${SECTION}.useUvx`];

/** The server's settings, as they go along with `initialize`. */
export function settingsForServer(): Record<string, unknown> {
  return servers({ ...vscode.workspace.getConfiguration().get<object>(SECTION) });
}

/** The same where the server asks for them: it would call the others unknown. */
export const withoutOurs: NonNullable<ConfigurationMiddleware['configuration']> = async (
  params,
  token,
  next,
) => {
  const answer = await next(params, token);
  if (!Array.isArray(answer)) return answer;
  return answer.map((values: unknown, at) =>
    params.items[at]?.section === SECTION && typeof values === 'object' && values !== null
      ? servers({ ...values })
      : values,
  );
};

function servers(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !OURS.includes(key)));
}
