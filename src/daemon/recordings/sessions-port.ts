import type { RigRecord } from '../../protocol/snapshot.ts';
import type { SessionsPort } from '../serve/serve-port.ts';
import type { Checksums } from './checksums.ts';
import { SessionDesk } from './session-desk.ts';
import { SessionVerifier } from './session-verifier.ts';

/**
 * What the sockets can be asked of the recordings in this folder.
 *
 * @param checksums reads files to their ends
 * @param rig the rig as it is now
 */
export function sessionsPort(
  folder: string,
  checksums: Pick<Checksums, 'sumOf' | 'readOf'>,
  rig: () => RigRecord,
): SessionsPort {
  const desk = new SessionDesk(folder);
  const verifier = new SessionVerifier(desk, checksums, rig);
  return {
    list: (before, limit) => desk.list(before, limit),
    show: (which) => desk.show(which),
    verify: (which, who, tell) => verifier.prepare(which, who, tell),
  };
}
