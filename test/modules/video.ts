import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A frame as a player sees it, or as the row in the CSV says. */
export type Frame = { readonly ptsS: number; readonly key: boolean };
export type Row = Frame & { readonly monoNs: bigint; readonly frame: number };

/** The frames of a file, asked of ffprobe. */
export function framesIn(file: string): Frame[] {
  const words = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts_time,flags'];
  const { packets } = JSON.parse(
    execFileSync('ffprobe', [...words, '-of', 'json', file], { encoding: 'utf8' }),
  ) as { packets: { pts_time: string; flags: string }[] };
  return packets.map((packet) => ({
    ptsS: Number(packet.pts_time),
    key: packet.flags.startsWith('K'),
  }));
}

/** What a decoder complains of when it plays the whole file; nothing where all is well. */
export function complaintsAbout(file: string): string {
  const words = ['-hide_banner', '-nostdin', '-v', 'warning', '-i', file, '-f', 'null', '-'];
  return execFileSync('sh', ['-c', 'exec ffmpeg "$@" 2>&1', 'sh', ...words], { encoding: 'utf8' });
}

/** The whole rows of a camera's CSV. */
export function rowsIn(file: string): Row[] {
  const [head, ...rows] = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  if (head !== 'monoNs,frame,ptsS,keyframe,bytes') throw new Error(`${file} begins with ${head}`);
  return rows.map((row) => {
    if (!/^\d+,\d+,\d+\.\d{6},[01],\d+$/.test(row)) throw new Error(`a row of ${file}: ${row}`);
    const [monoNs = '', frame, ptsS, key] = row.split(',');
    return { monoNs: BigInt(monoNs), frame: Number(frame), ptsS: Number(ptsS), key: key === '1' };
  });
}

/** Processes that a process has started and that live, with their command lines. */
export function childrenOf(parent: number): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const stat = proc(`${entry}/stat`);
      const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(ppid) !== parent || state === 'Z') return [];
      return [{ pid: Number(entry), command: proc(`${entry}/cmdline`).replaceAll('\0', ' ') }];
    });
}

/** Whether a process is gone, or only waits to be buried. */
export function isGone(pid: number): boolean {
  const stat = proc(`${pid}/stat`);
  return stat === '' || /^ Z/.test(stat.slice(stat.lastIndexOf(')') + 1));
}

function proc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return ''; // gone
  }
}
