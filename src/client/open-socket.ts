import { createConnection, type Socket } from 'node:net';
import { fileNames, maxSocketPathBytes } from '../protocol/names.ts';
import { NoDaemonError } from './errors.ts';
import { howToStart, strangeOwner } from './run-dir.ts';
import { startWords } from './start-words.ts';
import { howToAct } from './who-may-act.ts';

type Open = { readonly socket: Socket; readonly note: string | null };

/**
 * Opens control.sock, or view.sock where that is asked for or the other may not be opened. A Unix socket connects or fails
 * at once (only the greeting can hang), so this needs no deadline.
 *
 * @throws NoDaemonError in words for every way in which nobody is there
 */
export async function openSocket(runDir: string, wish: 'control' | 'view'): Promise<Open> {
  const owner = strangeOwner(runDir);
  if (owner !== null) {
    const remedy = 'Remove that folder, or name another one with --run-dir.';
    throw new NoDaemonError(`${runDir} belongs to somebody else (uid ${owner})`, remedy);
  }
  if (wish === 'view') return { socket: await open(runDir, fileNames.viewSocket), note: null };
  try {
    return { socket: await open(runDir, fileNames.controlSocket), note: null };
  } catch (error) {
    if (!(error instanceof NoDaemonError && error.permission)) throw error;
    const socket = await open(runDir, fileNames.viewSocket);
    const how = howToAct(`${runDir}/${fileNames.controlSocket}`);
    return { socket, note: `this user may only look; to act, ${how}` };
  }
}

function open(runDir: string, name: string): Promise<Socket> {
  const path = `${runDir}/${name}`;
  if (Buffer.byteLength(path) > maxSocketPathBytes) {
    const words = `${path} is too long for a socket (at most ${maxSocketPathBytes} bytes)`;
    throw new NoDaemonError(words, 'Name a shorter folder with --run-dir.');
  }
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    const refuse = (error: NodeJS.ErrnoException) => reject(inWords(error, path, runDir));
    socket.once('error', refuse);
    socket.once('connect', () => {
      socket.removeListener('error', refuse);
      resolve(socket);
    });
  });
}

function inWords(error: NodeJS.ErrnoException, path: string, runDir: string): NoDaemonError {
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    const remedy = `To act, ${howToAct(path)}.`;
    return new NoDaemonError(`this user may not open ${path}`, remedy, 'permission');
  }
  if (error.code === 'EAGAIN') {
    const remedy = 'It is frozen or very busy: look at its log.';
    return new NoDaemonError(`the daemon in ${runDir} takes no more connections`, remedy);
  }
  const starting = startWords(runDir);
  if (starting !== null) {
    const remedy = 'It answers by itself when that is done; modules record on meanwhile.';
    return new NoDaemonError(
      `the daemon in ${runDir} is starting: ${starting}`,
      remedy,
      'starting',
    );
  }
  const isNobody = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
  const words = `no daemon answers in ${runDir}${isNobody ? '' : ` (${error.code})`}`;
  return new NoDaemonError(words, howToStart(runDir), isNobody ? 'nobody' : 'absent');
}
