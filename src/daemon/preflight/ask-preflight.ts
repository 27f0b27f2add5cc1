import { join } from 'node:path';
import type { Manifest } from '../../protocol/manifest.ts';
import type { Preflight } from '../../protocol/preflight.ts';
import { isSystemError } from '../errno.ts';
import { sayDisk } from '../host/room.ts';
import { WriteProbe } from '../host/write-probe.ts';
import type { Parts, Place } from '../parts.ts';
import { readManifest } from '../recordings/read-manifest.ts';
import { isFolder, sessionFolders } from '../recordings/session-folder.ts';
import type { Rigdeck } from '../rigdeck.ts';
import type { TriedWrite } from './judge-machine.ts';
import { preflight } from './preflight.ts';

/** How far back a session is looked for that has a finished trial. */
const maxSessions = 3;

/** Gives the function that answers whether this rig can record now. Who asks while it is being found out gets the same answer. */
export function createPreflight(
  place: Pick<Place, 'loaded'>,
  { runs, machine }: Parts,
  rig: Rigdeck,
): () => Promise<Preflight> {
  let underWay: Promise<Preflight> | null = null;
  const isBusy = () => rig.snapshot().rig.state !== 'idle';
  const ask = async () => {
    const { config, recordings: folder } = place.loaded;
    const { minFree, onMissingModule } = config.rig;
    await Promise.all([machine.clock.ask('session'), machine.sensors.ask()]);
    return preflight({
      snapshot: rig.snapshot,
      silences: () =>
        Object.fromEntries(runs.health().map(({ module, silentMs }) => [module, silentMs])),
      // While it records, the disk is being watched anyway, and its figures are in the snapshot.
      refusal: async () => (isBusy() ? null : machine.storage.refusal()),
      tryWrite: () => tryWrite(folder, (path) => machine.storage.demand(path)),
      lastSession: () => lastSession(folder),
      minFreeBytes: minFree,
      onMissingModule,
    });
  };
  return () => {
    underWay ??= ask().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}

async function tryWrite(
  folder: string,
  demand: (path: string) => Promise<void>,
): Promise<TriedWrite | null> {
  if (!(await isFolder(folder))) return null; // it is made with the first recording
  const { ms, error } = await new WriteProbe().probe(folder, demand);
  return { ms, words: error === null ? null : sayDisk(error)[0] };
}

async function lastSession(folder: string): Promise<Manifest | null> {
  const names = (await sessionFolders(folder)).slice(0, maxSessions);
  let newest: Manifest | null = null;
  for (const name of names) {
    const manifest = await manifestIn(join(folder, name));
    if (manifest?.trials.some(({ stoppedAt }) => stoppedAt !== null)) return manifest;
    newest ??= manifest;
  }
  return newest;
}

async function manifestIn(path: string): Promise<Manifest | null> {
  try {
    return (await readManifest(path))?.manifest ?? null;
  } catch (error) {
    if (isSystemError(error)) return null; // that the disk cannot be read is said by the write that was tried
    throw error;
  }
}
