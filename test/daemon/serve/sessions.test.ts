import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { maxFrameBytes } from '../../../src/protocol/rpc.ts';
import { trialWith } from '../../support/sample-rig.ts';
import { until } from '../../support/until.ts';
import { readManifestFile } from '../recordings/shelf.ts';
import { lineClient } from './line-client.ts';
import { ended, endless, lastNews, list, servedShelf, show } from './served-shelf.ts';

const soon = { timeout: 20_000, interval: 5 };

test('whoever may look lists the sessions, the newest first, a page at a time', async () => {
  const { shelf, view } = await servedShelf();
  for (const name of ['one', 'two', 'three']) {
    await shelf.open(name);
    await shelf.record({ mic: name });
    await shelf.end();
  }
  const first = await list(view, { limit: 2 });
  expect(first).toMatchObject({
    total: 3,
    more: true,
    sessions: [
      { id: '0003', name: 'three', trials: 1, bytes: 5, state: 'complete', worst: 'ok' },
      { id: '0002', name: 'two' },
    ],
  });
  const before = first.sessions.at(-1)?.folder;
  expect(await list(view, { before })).toMatchObject({ more: false, sessions: [{ id: '0001' }] });
  expect(await list(view, { before: '0001' })).toMatchObject({ more: false, sessions: [] });
});

test('a session is listed as it is now, whatever was said of it before', async () => {
  const { shelf, view } = await servedShelf();
  await shelf.open('owl');
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, { mic: 'abc' });
  await shelf.manifest();
  expect((await list(view)).sessions).toMatchObject([{ state: 'open', bytes: 3, worst: 'open' }]);
  await shelf.close(trial, 'partial');
  await shelf.end();
  expect((await list(view)).sessions).toMatchObject([{ state: 'partial', worst: 'ok' }]);
});

test('a session is shown with its trials, files, markers and problems', async () => {
  const { shelf, view } = await servedShelf();
  const path = await ended(shelf, { mic: 'abc', cam: '' });
  expect(await show(view, '1')).toMatchObject({
    id: '0001',
    path,
    damaged: null,
    trials: [
      {
        number: 1,
        label: 'a label',
        bytes: 3,
        fileCount: 2,
        files: [
          {
            path: 'mic/trial-001/mic_s001.dat',
            module: 'mic',
            bytes: 3,
            verdict: 'ok',
            summed: true,
          },
          { module: 'cam', bytes: 0, verdict: 'empty', summed: false },
        ],
      },
    ],
  });
});

test('a damaged manifest is shown as such, with what to do', async () => {
  const { shelf, view } = await servedShelf();
  const path = await ended(shelf, { mic: 'abc' });
  await writeFile(join(path, 'session.json'), '{ torn');
  expect((await list(view)).sessions).toMatchObject([{ id: '0001', damaged: 'it is no JSON' }]);
  expect(await show(view, '0001')).toMatchObject({
    damaged: 'it is no JSON',
    remedy: 'Mend it: rigdeck sessions recover 0001',
  });
});

test('a manifest that is too large to be read beside a working rig is named, not read', async () => {
  const { shelf, view } = await servedShelf();
  const path = await ended(shelf, { mic: 'abc' });
  await truncate(join(path, 'session.json'), 5_000_000);
  const [session] = (await list(view)).sessions;
  expect(session).toMatchObject({ id: '0001', unread: expect.stringContaining('has 5.0 MB') });
  const { error } = await view.ask('sessions.show', { session: '0001' });
  expect(error?.data).toMatchObject({
    reason: 'too-large',
    remedy: 'On the rig itself: rigdeck sessions show 0001',
  });
});

test('the events of a damaged session are counted before they are read, and those of a whole one are not asked', async () => {
  const { shelf, view } = await servedShelf();
  const path = await ended(shelf, { mic: 'abc' });
  await truncate(join(path, 'events.jsonl'), 60_000_000);
  expect((await list(view)).sessions).toMatchObject([{ id: '0001', damaged: null, trials: 1 }]);
  await writeFile(join(path, 'session.json'), '{ torn');
  const why = expect.stringContaining('session.json is missing or damaged, and events.jsonl of');
  expect((await list(view)).sessions).toMatchObject([{ id: '0001', unread: why }]);
  for (const method of ['sessions.show', 'sessions.verify']) {
    const { error } = await view.ask(method, { session: '0001' });
    expect(error).toMatchObject({ message: why, data: { reason: 'too-large' } });
  }
  await rm(join(path, 'session.json'));
  expect((await list(view)).sessions).toMatchObject([{ id: '0001', unread: why }]);
});

test('a session that cannot be read takes no other away, and the words of the disk are told', async () => {
  const { shelf, view } = await servedShelf();
  const path = await ended(shelf, { mic: 'abc' });
  await ended(shelf, { mic: 'abc' });
  await rm(join(path, 'session.json'));
  await mkdir(join(path, 'session.json'));
  const why = expect.stringContaining('it cannot be read: EISDIR');
  expect((await list(view)).sessions).toMatchObject([{ id: '0002' }, { id: '0001', unread: why }]);
  for (const method of ['sessions.show', 'sessions.verify']) {
    const { error } = await view.ask(method, { session: '0001' });
    expect(error).toMatchObject({ message: why, data: { reason: 'unreadable' } });
  }
});

test('a damaged session is read again when its events have changed, and only then', async () => {
  const { shelf, view } = await servedShelf();
  const path = await ended(shelf, { mic: 'abc' });
  await rm(join(path, 'session.json'));
  const damaged = 'it is missing';
  expect((await list(view)).sessions).toMatchObject([{ damaged, trials: 1, bytes: 3 }]);
  // Nothing but reading it again would tell.
  await writeFile(join(path, 'mic/trial-001/mic_s001.dat'), 'abcdef');
  expect((await list(view)).sessions).toMatchObject([{ damaged, bytes: 3 }]);
  await writeFile(join(path, 'events.jsonl'), '');
  expect((await list(view)).sessions).toMatchObject([{ damaged, trials: 0, bytes: 6 }]);
});

test('an answer about a session of thousands of files fits into a line, and says what it leaves out', async () => {
  const { shelf, view } = await servedShelf();
  const path = await ended(shelf, { mic: 'abc' });
  const manifest = await readManifestFile(path);
  const entry = manifest.trials[0]?.segments[0]?.modules['mic'];
  const [file] = entry?.files ?? [];
  if (entry === undefined || file === undefined) throw new Error('nothing was recorded');
  const bad = { ...file, path: `mic/trial-001/${'ä'.repeat(300)}`, verdict: 'bad' as const };
  entry.files = [...Array.from({ length: 3_000 }, () => ({ ...file })), bad];
  await writeFile(join(path, 'session.json'), JSON.stringify(manifest));
  const detail = await show(view, '0001');
  expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(maxFrameBytes / 2);
  expect(detail.leftOut).toMatchObject({ files: 2_601, trials: 0 });
  expect(detail.trials[0]?.files.at(-1)).toMatchObject({ verdict: 'bad' });
  expect(detail.trials[0]?.fileCount).toBe(3_001);
});

test('a session is verified for who only looks, and the answer says what is not in order', async () => {
  const { shelf, view } = await servedShelf();
  const path = await ended(shelf, { mic: 'abc', cam: 'defg' });
  expect((await view.ask('sessions.verify', { session: '1' })).result).toMatchObject({});
  await vi.waitFor(() => {
    expect(lastNews(view)).toMatchObject({
      result: { ok: true, files: 2, bytes: 7, remedy: null },
    });
  }, soon);
  expect(view.notifications('sessions.verify')[0]?.params).toMatchObject({
    work: { files: 2, filesDone: 0, bytes: 7, bytesDone: 0 },
  });
  await writeFile(join(path, 'cam/trial-001/cam_s001.dat'), 'xxxx');
  await view.ask('sessions.verify', { session: '0001' });
  await vi.waitFor(() => {
    expect(lastNews(view)).toMatchObject({
      result: {
        ok: false,
        notes: ['cam/trial-001/cam_s001.dat was changed: its checksum differs'],
        remedy: 'See `rigdeck sessions show 0001`.',
      },
    });
  }, soon);
});

test('a trial that is recorded now is told from one that the power ended', async () => {
  const { shelf, view, records } = await servedShelf();
  const { trial, session } = await shelf.prepare();
  await shelf.begin(trial, { mic: 'abc' });
  await shelf.manifest();
  const says = async (note: string) => {
    await view.ask('sessions.verify', { session: '0001' });
    await vi.waitFor(() => {
      expect(lastNews(view)).toMatchObject({ result: { notes: [note] } });
    }, soon);
  };
  await says('trial 1 is open: it is being recorded, or the power went');
  records({ session, trial: trialWith({ number: 1 }) });
  await says('trial 1 is open: it is being recorded');
});

test('one session is verified at a time, and who goes away or has enough of it makes room', async () => {
  const { shelf, view, runDir } = await servedShelf();
  await endless(shelf);
  await view.ask('sessions.verify', { session: '0001' });
  const control = await lineClient(`${runDir}/control.sock`);
  expect((await control.ask('sessions.verify', { session: '0001' })).error).toMatchObject({
    message: 'session 0001 is being verified for unnamed, one at a time',
    data: { reason: 'busy' },
  });
  view.socket.destroy();
  await until('there is room', async () => {
    const { result } = await control.ask('sessions.verify', { session: '0001' });
    return result !== undefined;
  });
  await vi.waitFor(() => {
    const news = lastNews(control);
    expect(news !== undefined && 'work' in news ? news.work.bytesDone : 0).toBeGreaterThan(0);
  }, soon);
  await control.ask('sessions.verify', { session: '0001', stop: true });
  // The thread has let go of it, too: another file is read at once.
  await mkdir(join(shelf.folder, 'beside'));
  const other = join(shelf.folder, 'beside', 'a.dat');
  await writeFile(other, 'a');
  const { signal } = new AbortController();
  expect(await shelf.recordings.checksums.sumOf(other, signal)).not.toBeNull();
});

test('verifying that is begun and stopped over and over keeps no recording from its checksum', async () => {
  const { shelf, view, runDir } = await servedShelf();
  await endless(shelf);
  for (let n = 0; n < 6; n += 1) {
    await view.ask('sessions.verify', { session: '0001' });
    await view.ask('sessions.verify', { session: '0001', stop: true });
  }
  for (let n = 0; n < 10; n += 1) {
    const passer = await lineClient(`${runDir}/view.sock`);
    await passer.ask('sessions.verify', { session: '0001' });
    passer.socket.destroy();
  }
  await ended(shelf, { mic: 'abc' });
});

test('what is no session is refused in words, and a path is none', async () => {
  const { view } = await servedShelf();
  const { error } = await view.ask('sessions.show', { session: '0007' });
  expect(error).toMatchObject({
    message: 'there is no session "0007"',
    data: { reason: 'no-such-session', remedy: 'Nothing has been recorded yet.' },
  });
  for (const method of ['sessions.show', 'sessions.verify']) {
    const answer = await view.ask(method, { session: '../../etc' });
    expect(answer.error?.message).toContain('not a path');
  }
  expect(await list(view)).toMatchObject({ total: 0, sessions: [], more: false });
});
