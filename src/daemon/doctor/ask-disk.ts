import { askProgram } from '../host/ask-program.ts';

/** What a disk says of a folder, or of the nearest folder above it. */
export type DiskSaid = {
  /** Without symbolic links. */
  readonly place: string;
  readonly isFolder: boolean;
  readonly isWritable: boolean;
  readonly freeBytes: number;
};

/** A disk that hangs keeps whoever asks it, for ever and unkillable: so a child asks it, and is left behind. */
const question = `
place=$1
while [ ! -e "$place" ] && [ "$place" != / ]; do place=$(dirname "$place"); done
[ -d "$place" ] && kind=folder && place=$(cd "$place" && pwd -P)
[ -w "$place" ] && may=write
printf '%s\\n' "\${kind:-file}" "\${may:-look}" "$(stat -f -c '%a %S' "$place")" "$place"
`;

/** @returns null where it says nothing that could be read; where it hangs, the deadline of the check comes first */
export async function askDisk(folder: string): Promise<DiskSaid | null> {
  const said = await askProgram('sh', ['-c', question, 'sh', folder]);
  const [kind, may, room = '', place] = said?.split('\n') ?? [];
  const [blocks = Number.NaN, blockBytes = Number.NaN] = room.split(' ').map(Number);
  const freeBytes = blocks * blockBytes;
  if (place === undefined || Number.isNaN(freeBytes)) return null;
  return { place, isFolder: kind === 'folder', isWritable: may === 'write', freeBytes };
}
