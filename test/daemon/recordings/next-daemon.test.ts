import { appendFile, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { readManifestFile, Shelf, workspace } from './shelf.ts';

const at = '2026-11-22T14:02:10.000Z';

test('a new daemon goes on with the open session and knows what the last one noted', async () => {
  const first = new Shelf(await workspace());
  const { trial } = await first.prepare();
  await first.begin(trial, { mic: 'abc' });
  await first.recordings.flush();
  const saved = first.recordings.present();
  const second = new Shelf(first.folder, saved);
  expect((await second.recordings.session())?.id).toBe('0001');
  expect(await second.recordings.bytesOf('mic', 1)).toMatchObject({ bytes: 3, files: 1 });
  await second.close(trial);
  expect((await second.prepare()).trial).toBe(2);
  expect((await second.manifest()).trials).toMatchObject([{ number: 1, outcome: 'complete' }]);
});

test('a new daemon finds the open session although its own numbers were lost', async () => {
  const first = new Shelf(await workspace());
  await first.open('dawn');
  const second = new Shelf(first.folder);
  expect((await second.recordings.session())?.name).toBe('dawn');
});

test.each([[[]], [['session.json.next']]])(
  'a session that was never opened (%j was in it) is gone with the next daemon',
  async (names) => {
    const first = new Shelf(await workspace());
    await first.open('dawn');
    await first.end();
    const saved = first.recordings.present();
    const [was] = await readdir(first.folder);
    const [never, emptied] = ['0002_2026-11-22_14-02-10_rec', '0000_2026-11-22_14-02-10_rec'];
    for (const folder of [never, emptied]) await mkdir(join(first.folder, folder));
    for (const name of names) await writeFile(join(first.folder, never, name), '{');
    const second = new Shelf(first.folder, saved);
    await second.recordings.session();
    expect((await readdir(first.folder)).sort()).toEqual([emptied, was]);
    expect(second.words).toContain(
      `${join(first.folder, never)} is removed: nothing was in it when the daemon before ended`,
    );
  },
);

test('a session folder in which somebody put something stays', async () => {
  const folder = await workspace();
  const kept = join(folder, '0001_2026-11-22_14-02-10_rec');
  await mkdir(kept);
  await writeFile(join(kept, 'notes.txt'), 'wind from the west');
  await new Shelf(folder).recordings.session();
  expect(await readdir(kept)).toEqual(['notes.txt']);
});

/** A daemon that ended while trial 1 of its session was open. */
async function leftRecording() {
  const first = new Shelf(await workspace());
  const { session } = await first.open('dawn');
  const { trial } = await first.prepare();
  await first.begin(trial, { mic: 'abc' });
  const before = await first.manifest();
  const saved = first.recordings.present();
  await first.recordings.close();
  return { first, session, before, saved };
}

test('a new daemon makes a damaged manifest again from the events, sets it aside and says so', async () => {
  const { first, session, before, saved } = await leftRecording();
  await writeFile(join(session.path, 'session.json'), '{"version":1,');
  await appendFile(join(session.path, 'events.jsonl'), '{"is":"marker","torn');
  const second = new Shelf(first.folder, saved);
  const after = await second.manifest();
  // What the machine went through stood in the manifest only.
  expect(after.trials).toEqual(before.trials.map(({ health: _, ...trial }) => trial));
  expect(after.session).toEqual(before.session);
  expect(second.faults).toMatchObject([{ code: 'damaged-file' }]);
  expect(await readdir(session.path)).toContain('session.json.damaged-1');
  second.recordings.note({ is: 'marker', at, monoNs: '2', text: null, actor: 'me', trial: null });
  await second.manifest();
  const lines = (await readFile(join(session.path, 'events.jsonl'), 'utf8')).trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ is: 'marker', monoNs: '2' });
});

/** Makes the manifest of a session one of a later version. Gives its text. */
async function beLater(path: string): Promise<string> {
  const file = join(path, 'session.json');
  const text = (await readFile(file, 'utf8')).replace(
    '"version": 1',
    '"version": 2, "mood": "fine"',
  );
  await writeFile(file, text);
  return text;
}

test('a session that a later version began is gone on with, and its manifest is kept aside', async () => {
  const { first, session, before, saved } = await leftRecording();
  const text = await beLater(session.path);
  const second = new Shelf(first.folder, saved);
  const after = await second.manifest();
  expect(after.version).toBe(1);
  expect(after.trials).toEqual(before.trials);
  expect(await readFile(join(session.path, 'session.json.damaged-1'), 'utf8')).toBe(text);
  expect(second.faults).toMatchObject([
    {
      code: 'damaged-file',
      message: expect.stringMatching(
        /^session\.json of 0001_.*_dawn was written by a later Rigdeck: format 2, this one knows 1; it was set aside as session\.json\.damaged-1$/,
      ),
    },
  ]);
});

test('a session that a later version ended, or left open when it began the next one, is not touched', async () => {
  const first = new Shelf(await workspace());
  const { session } = await first.open('dawn');
  await first.record({ mic: 'abc' });
  const isOpen = first.recordings.present();
  await first.end();
  await first.recordings.close();
  const text = await beLater(session.path);
  const names = await readdir(session.path);
  const second = new Shelf(first.folder, isOpen);
  expect(await second.recordings.session()).toBeNull();
  await second.recordings.close();

  const file = join(session.path, 'session.json');
  const open = text.replace(/"endedAt": "[^"]*"/, '"endedAt": null');
  await writeFile(file, open);
  const third = new Shelf(first.folder, { nextSession: 2, session: null });
  expect(await third.recordings.session()).toBeNull();
  await third.recordings.close();
  expect(await readFile(file, 'utf8')).toBe(open);
  expect(await readdir(session.path)).toEqual(names);
});

test('a new daemon knows events that were on disk before the manifest was', async () => {
  const first = new Shelf(await workspace());
  const { session } = await first.open('dawn');
  await first.recordings.close();
  const marker = { is: 'marker', at, monoNs: '77', text: 'late', actor: 'x', trial: null };
  await appendFile(join(session.path, 'events.jsonl'), `${JSON.stringify(marker)}\n`);
  const second = new Shelf(first.folder, first.recordings.present());
  await second.recordings.session();
  second.recordings.note({ is: 'marker', at, monoNs: '78', text: null, actor: 'x', trial: null });
  expect((await second.manifest()).markers.map((one) => one.monoNs)).toEqual(['77', '78']);
});

test('a marker is in the manifest once, with the words that followed, also after events are read again', async () => {
  const first = new Shelf(await workspace());
  const { session } = await first.open('dawn');
  const marker = { is: 'marker', at, monoNs: '77', text: null, actor: 'x', trial: 1 } as const;
  first.recordings.note(marker);
  first.recordings.note({ ...marker, text: 'first frog', trial: null });
  first.recordings.note({ ...marker, actor: 'y' });
  const markers = [
    { at, monoNs: '77', text: 'first frog', actor: 'x', trial: 1 },
    { at, monoNs: '77', text: null, actor: 'y', trial: 1 },
  ];
  expect((await first.manifest()).markers).toEqual(markers);
  const saved = first.recordings.present();
  await first.recordings.close();
  await appendFile(join(session.path, 'events.jsonl'), `${JSON.stringify(marker)}\n`);
  const second = new Shelf(first.folder, saved);
  expect((await second.manifest()).markers).toEqual(markers);
});

test('a new daemon dates a gap that nobody saw begin by the last byte of the module', async () => {
  const first = new Shelf(await workspace());
  const { trial } = await first.prepare();
  await first.begin(trial, {});
  const file = await first.join('mic', trial, 1, 'abc');
  await first.recordings.close();
  const cut = new Date('2026-11-20T03:00:00.000Z');
  await utimes(file, cut, cut);
  const second = new Shelf(first.folder, first.recordings.present());
  second.segment(trial, 2, 'power-loss');
  await second.join('mic', trial, 2, 'def');
  const to = new Date().toISOString();
  second.recordings.note({ is: 'gap', module: 'mic', from: null, to, cause: 'power loss' });
  const { gaps } = await second.manifest();
  expect(gaps).toEqual([{ from: cut.toISOString(), to, module: 'mic', cause: 'power loss' }]);
});

test('a gap that a new daemon finds begins with the last byte of the newest of several files', async () => {
  const first = new Shelf(await workspace());
  const { trial } = await first.prepare();
  await first.begin(trial, {});
  const [crashed, cut] = ['2026-11-20T03:00:00.000Z', '2026-11-20T04:00:00.000Z'];
  for (const [segment, at] of [crashed, cut].entries()) {
    if (segment > 0) first.segment(trial, segment + 1, 'module-crash');
    await utimes(await first.join('mic', trial, segment + 1, 'abc'), new Date(at), new Date(at));
  }
  await first.recordings.close();
  const second = new Shelf(first.folder, first.recordings.present());
  const gap = { is: 'gap', module: 'mic', from: null, cause: 'the power went' } as const;
  second.recordings.note({ ...gap, to: null });
  second.segment(trial, 3, 'power-loss');
  await second.join('mic', trial, 3, 'def');
  const to = new Date().toISOString();
  second.recordings.note({ ...gap, to });
  expect((await second.manifest()).gaps).toEqual([
    { from: cut, to, module: 'mic', cause: 'the power went' },
  ]);
});

test('a new daemon closes a trial that the power cut left open with the time of its last byte', async () => {
  const first = new Shelf(await workspace());
  const { trial } = await first.prepare();
  await first.begin(trial, {});
  const file = await first.join('mic', trial, 1, 'abc');
  await first.recordings.close();
  const cut = new Date('2026-11-20T03:00:00.000Z');
  await utimes(file, cut, cut);
  const second = new Shelf(first.folder, first.recordings.present());
  expect((await second.prepare()).trial).toBe(2);
  expect((await second.manifest()).trials).toMatchObject([
    { number: 1, outcome: 'interrupted', stoppedAt: cut.toISOString() },
  ]);
});

test('a new daemon takes up checksums that the last one did not finish', async () => {
  const first = new Shelf(await workspace());
  const { trial } = await first.prepare();
  await first.begin(trial, { mic: 'abc' });
  const path = (await first.recordings.session())?.path ?? '';
  first.recordings.closeTrial({ ask: 99, trial, outcome: 'complete', end: 'now' });
  first.recordings.endSession(100);
  await until('the last of them is known', () =>
    first.answers.some((answer) => answer.ask === 100),
  );
  await first.recordings.close();
  const manifest = await readManifestFile(path);
  for (const one of Object.values(manifest.trials[0]?.segments[0]?.modules ?? {})) {
    for (const file of one.files) file.sha256 = null;
  }
  await writeFile(join(path, 'session.json'), JSON.stringify(manifest));
  new Shelf(first.folder);
  await until('the checksum', async () => {
    const now = await readManifestFile(path);
    return now.trials[0]?.segments[0]?.modules['mic']?.files[0]?.sha256 !== null;
  });
});

test('a new daemon lists what a trial recorded although manifest and events are gone', async () => {
  const first = new Shelf(await workspace());
  const { trial, session } = await first.prepare();
  await first.begin(trial, { mic: 'abc' });
  await first.recordings.close();
  const saved = first.recordings.present();
  await rm(join(session.path, 'session.json'));
  await rm(join(session.path, 'events.jsonl'));
  const second = new Shelf(first.folder, saved);
  await second.close(trial);
  expect((await second.manifest()).trials).toMatchObject([
    { number: 1, segments: [{ modules: { mic: { files: [{ bytes: 3, verdict: 'ok' }] } } }] },
  ]);
  expect((await second.prepare()).trial).toBe(2);
});

test('a new daemon brings to its end what the events of an earlier session say, with its verdicts', async () => {
  const first = new Shelf(await workspace());
  const { trial, session } = await first.prepare();
  await first.begin(trial, { mic: 'abc' });
  await first.recordings.flush();
  const before = await readFile(join(session.path, 'session.json'));
  await first.close(trial);
  await first.open('next');
  await first.recordings.close();
  await writeFile(join(session.path, 'session.json'), before);
  const second = new Shelf(first.folder);
  expect((await second.recordings.session())?.name).toBe('next');
  const { trials, problems, session: ended } = await readManifestFile(session.path);
  expect(ended.endedAt).not.toBeNull();
  expect(problems).toEqual([]);
  expect(trials).toMatchObject([
    {
      outcome: 'complete',
      segments: [{ modules: { mic: { files: [{ bytes: 3, verdict: 'ok' }] } } }],
    },
  ]);
});

test('a new daemon leaves a session of another rig alone', async () => {
  const first = new Shelf(await workspace());
  const { session } = await first.open('dawn');
  await first.recordings.close();
  const path = join(session.path, 'session.json');
  const text = (await readFile(path, 'utf8')).replace('field-rig-03', 'field-rig-04');
  await writeFile(path, text);
  const second = new Shelf(first.folder, { nextSession: 9, session: null });
  expect(await second.recordings.session()).toBeNull();
  expect(await readFile(path, 'utf8')).toBe(text);
});

test('a new daemon says that the open session is not where it was', async () => {
  const first = new Shelf(join(await workspace(), 'recordings'));
  const { session } = await first.open('dawn');
  await first.recordings.close();
  const saved = first.recordings.present();
  await rm(first.folder, { recursive: true });
  const second = new Shelf(first.folder, saved);
  expect(await second.recordings.session()).toBeNull();
  expect(second.faults).toEqual([
    {
      code: 'recordings-folder',
      message: `session 0001 is not where it was (${session.path}); recording into a new one`,
      remedy: 'Is its disk mounted?',
    },
  ]);
  expect((await second.prepare()).session.id).toBe('0002');
});

test('a new daemon misses no session that the one before had taken back with a refused start', async () => {
  const first = new Shelf(await workspace());
  const { trial } = await first.prepare();
  const saved = first.recordings.present(); // as it stands on disk until the next debounced write
  expect(saved.session).not.toBeNull();
  first.recordings.discardTrial(trial, []);
  await first.recordings.close();
  const second = new Shelf(first.folder, saved);
  expect(await second.recordings.session()).toBeNull();
  expect(second.faults).toEqual([]);
  expect((await second.prepare()).trial).toBe(1);
});

test('a new daemon that goes on with a session under another configuration writes it down, once', async () => {
  const first = new Shelf(await workspace());
  const { session } = await first.open('dawn');
  await first.recordings.close();
  const present = first.recordings.present();
  const opened = await readManifestFile(session.path);
  const mic = { options: { rate: 44_100 } };
  for (let daemons = 0; daemons < 2; daemons += 1) {
    const next = new Shelf(first.folder, present);
    next.modules['mic'] = mic;
    await next.recordings.session();
    await next.recordings.close();
  }
  const manifest = await readManifestFile(session.path);
  expect(manifest.config).toEqual(opened.config);
  const config = { ...opened.config, modules: { mic } };
  expect(manifest.configs).toEqual([{ at: expect.any(String), config }]);
  const lines = (await readFile(join(session.path, 'events.jsonl'), 'utf8')).trim().split('\n');
  expect(lines.filter((line) => line.includes('configured'))).toHaveLength(1);
});

test('a new daemon says how far it is while it looks at the files of a session that was left open', async () => {
  const first = new Shelf(await workspace());
  const { trial } = await first.prepare();
  await first.begin(trial, { mic: 'abc', cam: 'de' });
  await first.recordings.flush();
  await first.recordings.close();
  // Its own numbers say that another session is the present one: this one is over.
  const second = new Shelf(first.folder, { nextSession: 2, session: null });
  await second.recordings.session();
  expect(second.looked).toEqual([
    ['0001', 0, 2],
    ['0001', 1, 2],
  ]);
});
