import { dirname } from 'node:path';

/** In place of vitest's, in the guest: the bundled program lies beside the program of the tests. */
export function inject(): string {
  return dirname(process.argv[1] ?? '');
}
