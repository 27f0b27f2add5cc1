import type { z } from 'zod';
import type { helloSchema } from '../../protocol/frames.ts';
import { sanitize } from '../../protocol/sanitize.ts';

/** Who a peer says it is, safe to show. `actor` is what changes and the journal name. */
export type Identity = { readonly name: string; readonly actor: string };

export const unnamed: Identity = { name: 'unnamed', actor: 'unnamed' };

/** Actors that are no clients: nobody may pass for the rig itself. */
const ownActors = /^(boot|health|schedule|adopted|daemon|button\b.*)$/i;

/**
 * `pi@pts/2 via ssh` for a person at a terminal, `pi (rigdeck record)` for a program of that user, and the name of the program
 * where it does not say whose it is.
 */
export function identityOf(client: NonNullable<z.infer<typeof helloSchema>['client']>): Identity {
  const name = clean(client.name) || unnamed.name;
  const user = clean(client.user ?? '');
  const tty = clean(client.tty ?? '').replace(/^\/dev\//, '');
  const ssh = client.ssh ? ' via ssh' : '';
  const program = user === '' ? name : `${user}${ssh} (${name})`;
  const actor = user !== '' && tty !== '' ? `${user}@${tty}${ssh}` : program;
  return { name, actor: ownActors.test(actor) ? `client ${actor}` : actor };
}

function clean(text: string): string {
  return sanitize(text.trim(), 64);
}
