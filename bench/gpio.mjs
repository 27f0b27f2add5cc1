/** The panel on a real kernel's lines: in the guest of scripts/gpio-vm. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

export const title = "Buttons on a real kernel's lines";
export const about =
  "Lines of gpio-sim through the character device, in a guest without KVM (`scripts/gpio-vm`): programs run several times slower there than here, under QEMU twenty times, so the peer beside a figure is what it is worth. That is a program in the same guest that does nothing but wait for the edge and write a byte. Times count from just before the line is pulled, without the debounce time (30 ms; the peer's filter of 1 ms).";

const root = new URL('..', import.meta.url).pathname;
const script = join(root, 'scripts/gpio-vm');

/** @returns rows, or in words why there are none on this machine */
export async function run({ program, quick }) {
  const check = spawnSync(script, ['check'], { encoding: 'utf8' });
  if (check.status !== 0) return check.stderr.trim();
  const folder = mkdtempSync(join(tmpdir(), 'rigdeck-bench-guest-'));
  try {
    const packages = join(dirname(program), '../node_modules');
    for (const link of [packages, join(folder, 'node_modules')]) {
      if (!existsSync(link)) symlinkSync(join(root, 'node_modules'), link);
    }
    const file = join(folder, 'guest.mjs');
    await bundle(file);
    const [rounds, seconds] = quick ? [8, 10] : [100, 60];
    const kernel = check.stdout.trim() === 'uml' ? 'user-mode Linux' : 'QEMU';
    return await measure([program, rounds, seconds, kernel].map(String), file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(words, file) {
  const child = spawn(script, ['run', '-t', '900', process.execPath, file, ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const rows = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ROW ')) rows.push(JSON.parse(line.slice(4)));
    else console.error(line);
  }
  const [code] = await closed;
  if (code !== 0) throw new Error(`the guest ended with ${code}`);
  return rows;
}

function bundle(outfile) {
  return build({
    entryPoints: [join(root, 'bench/fixtures/gpio-guest.mjs')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'error',
    external: ['koffi', 'onoff'],
  });
}
