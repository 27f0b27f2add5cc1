import type { z } from 'zod';
import type { helloSchema } from '../../protocol/frames.ts';
import { sanitize } from '../../protocol/sanitize.ts';

/** Who a peer says it is, safe to show. `actor` is what changes and the journal name. */
export type Identity = { readonly name: string; readonly actor: string };

export const unnamed: Identity = { name: 'unnamed', actor: 'unnamed' };

/** Actors that are no clients: nobody may pass for the rig itself. */
const ownActors = /^(boot|health|schedule|adopted|daemon|button\b.*)$/i;

/** `pi@pts/2 via ssh` for a person at a terminal, the name of the client otherwise. */
export function identityOf(client: NonNullable<z.infer<typeof helloSchema>['client']>): Identity {
  const name = clean(client.name) || unnamed.name;
  const user = clean(client.user ?? '');
  const tty = clean(client.tty ?? '').replace(/^\/dev\//, '');
  if (user !== '' && tty !== '') {
    return { name, actor: `${user}@${tty}${client.ssh ? ' via ssh' : ''}` };
  }
  return { name, actor: ownActors.test(name) ? `client ${name}` : name };
}

function clean(text: string): string {
  return sanitize(text.trim(), 64);
}
