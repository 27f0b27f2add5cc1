import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { blankManifest } from '../../src/daemon/recordings/manifest-notes.ts';
import { plainEnvironment, programFile } from '../support/program.ts';

const at = '2026-01-02T03:04:05.000Z';

test('what is printed into a pipe is all there, however much it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rig-long-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'rig.yaml'),
    'version: 1\nrig: { name: it, recordings: ./recordings }\nmodules: { mic: { use: demo-sensor } }\n',
  );
  const session = join(folder, 'recordings/0001_2026-01-02_03-04-05_long');
  mkdirSync(session, { recursive: true });
  const manifest = blankManifest('it', { id: '0001', name: 'long', startedAt: at });
  const markers = Array.from({ length: 20_000 }, (_, index) => {
    return { at, monoNs: '1', text: `marker ${index}`, actor: 'it', trial: null };
  });
  writeFileSync(join(session, 'session.json'), JSON.stringify({ ...manifest, markers }));

  // Through a pipe of the shell: Node's own are sockets, which hold more.
  const command = ['-c', '"$0" "$@" | cat', process.execPath, await programFile()];
  const { stdout } = await promisify(execFile)('sh', [...command, 'sessions', 'show', '--json'], {
    cwd: folder,
    env: plainEnvironment(),
    maxBuffer: 16_777_216,
  });
  expect(JSON.parse(stdout).markers).toHaveLength(20_000);
});
