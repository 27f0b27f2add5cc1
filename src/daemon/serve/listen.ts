import { chmodSync, chownSync, mkdtempSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

/** `sun_path` of unix(7) without the closing zero byte. Node cuts a longer path off without a word. */
const maxSocketPathBytes = 107;

export type Listening = { close(): void };

export type ListenOptions = {
  readonly mode: number;
  /** Group id that the socket is given to. */
  readonly group?: number | undefined;
  readonly accept: (socket: Socket) => void;
  readonly fault: (error: Error) => void;
};

/**
 * Listens at `<runDir>/<name>`, in the place of whatever an earlier daemon left there. The caller holds the lock of the run dir.
 *
 * The socket is made in a folder that only we may enter and moved out when mode and group are set: at no moment can
 * somebody connect who should not, and nobody ever finds the name missing.
 *
 * @throws Error in words when the path is too long for a socket, and what the system says when the folder cannot be used
 */
export async function listen(
  runDir: string,
  name: string,
  options: ListenOptions,
): Promise<Listening> {
  const path = `${runDir}/${name}`;
  if (Buffer.byteLength(path) > maxSocketPathBytes) {
    throw new Error(
      `${path} is too long for a socket (at most ${maxSocketPathBytes} bytes): name a shorter run dir`,
    );
  }
  // Half open: who sends its questions and closes that direction still gets its answers.
  const server = createServer({ allowHalfOpen: true }, options.accept);
  const folder = mkdtempSync(`${runDir}/.s-`); // with `/c` no longer than the shorter of the names
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(`${folder}/c`, resolve);
    });
    server.removeAllListeners('error').on('error', options.fault);
    chmodSync(`${folder}/c`, options.mode);
    if (options.group !== undefined) giveTo(`${folder}/c`, options.group, options.fault);
    renameSync(`${folder}/c`, path);
  } catch (error) {
    server.close();
    throw error;
  } finally {
    rmSync(`${folder}/c`, { force: true });
    rmdirSync(folder);
  }
  return {
    close: () => {
      server.close();
      rmSync(path, { force: true });
    },
  };
}

function giveTo(path: string, group: number, fault: (error: Error) => void): void {
  try {
    chownSync(path, process.getuid?.() ?? -1, group);
  } catch (error) {
    // Only its owner can act then, which is less than was wanted and nothing that should stop a rig.
    fault(new Error(`the control socket could not be given to group ${group}`, { cause: error }));
  }
}
