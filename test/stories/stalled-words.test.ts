import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { rigBadge } from '../../src/protocol/rig-badge.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { filesOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

const quick = { evidenceTimeout: '2s' };
const sensor = { use: 'demo-sensor', options: { rate: 50 }, ...quick };
const empty = {
  protocol: 'none',
  record: { command: ['sh', '-c', ': >"$0"; sleep 600', '{dir}/{prefix}.txt'] },
  ...quick,
};

/** What each is said to be stalled for. */
const words: Readonly<Record<string, RegExp>> = {
  deleted: /deleted records nothing: its file \S*deleted_s001.csv is gone/,
  replaced: /its file \S*replaced_s001.csv was replaced by another/,
  liar: /(it says that it records, but )?its file liar_s001.csv has not grown beyond its first \d+ bytes/,
  empty: /its file empty_s001.txt is empty/,
};

function isProven({ modules }: Snapshot, name: string): boolean {
  const { state, phase, health } = modules[name] ?? {};
  return state === 'recording' && phase === null && health === 'ok';
}

story(
  'each module of which nothing lands has its own words, and the rig never says plain REC without evidence of all',
  { timeout: 90_000 },
  async ({ makeRig, expect }) => {
    const liar = { ...sensor, options: { rate: 50, lie: true } };
    const rig = await makeRig({ modules: { deleted: sensor, replaced: sensor, liar, empty } });
    await rig.startUp();
    const badges = new Set<string>();
    const look = (now: Snapshot) => {
      if (now.rig.state === 'recording') badges.add(rigBadge(now).text);
      return now;
    };
    await rig.me.insist({ kind: 'record.start' });
    await rig.until('two are proven', (now) =>
      ['deleted', 'replaced'].every((name) => isProven(look(now), name)),
    );
    const session = theSession(rig.recordings);
    const fileOf = (name: string) => filesOf(session, name)[0] ?? '';
    rmSync(fileOf('deleted'));
    writeFileSync(`${rig.folder}/other`, 'not by the module');
    renameSync(`${rig.folder}/other`, fileOf('replaced'));
    for (const [name, message] of Object.entries(words)) {
      const now = await rig.until(
        `${name} is stalled`,
        (seen) => look(seen).modules[name]?.health === 'stalled',
        40_000,
      );
      expect(now.modules[name]?.problem).toMatchObject({
        code: 'stalled',
        message: expect.stringMatching(message),
      });
    }
    expect([...badges]).not.toContain('REC');
    expect((await rig.run('status')).stdout).toMatch(/REC\? 00:/);
    expect((await rig.run('status')).stdout).toMatch(/deleted +\S* *REC\? stalled \d+ s/);
    const told = await rig.run('history', '-n', '500');
    for (const name of Object.keys(words)) {
      expect(told.stdout).toMatch(new RegExp(`${name} is stalled: no data land`));
    }
  },
);
