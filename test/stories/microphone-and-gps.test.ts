import { readFileSync } from 'node:fs';
import { Gpsd, GpsReceiver } from '../modules/gps-receiver.ts';
import { jumps, readWav, SoundCard, samplesOf } from '../modules/sound-card.ts';
import { until } from '../support/until.ts';
import { filesOf, manifestOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

/** The instants of the rows that have a position, or none in words of the receiver. */
const instantsOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .filter((row) => row.split(',')[2] !== '')
    .map((row) => BigInt(row.split(',')[0] ?? 0));

story(
  'a microphone and a GPS record on through kill -9 of the daemon: not a sample is missing, nor a second of the way',
  async ({ makeRig, expect, onTestFinished }) => {
    const card = await SoundCard.pluggedIn({ channels: 1, bytes: 4 });
    const receiver = await GpsReceiver.plugIn();
    const gpsd = await Gpsd.start(receiver.device);
    onTestFinished(async () => {
      await gpsd.end();
      await receiver.unplug();
      await card.remove();
    });
    const options = { device: 'mic', channels: 1, format: 'S32_LE' };
    const rig = await makeRig({
      modules: {
        mic: { use: 'audio', options, env: card.env },
        tone: { use: 'audio', options: { source: 'test' } },
        gps: { use: 'gps', options: { port: gpsd.port } },
      },
    });
    await rig.startUp();
    expect((await rig.run('record', 'start')).code).toBe(0);
    const pids = ['mic', 'tone', 'gps'].map((name) => rig.pidOf(name));

    const session = theSession(rig.recordings);
    const wav = filesOf(session, 'mic').find((file) => file.endsWith('.wav')) ?? '';
    const csv = filesOf(session, 'gps')[0] ?? '';
    const recordsOn = async () => {
      const [samples, rows] = [readWav(wav).data.length, instantsOf(csv).length];
      const second = 4 * 48_000;
      await until('more of both', () => {
        const isMore = readWav(wav).data.length > samples + second;
        return isMore && instantsOf(csv).length > rows + 5;
      });
    };
    rig.daemon.kill();
    await rig.daemon.ended;
    await recordsOn(); // nobody watches
    await rig.start();
    await rig.until('all are adopted', ({ modules }) =>
      Object.values(modules).every(({ state, health }) => state === 'recording' && health === 'ok'),
    );
    expect(['mic', 'tone', 'gps'].map((name) => rig.pidOf(name))).toEqual(pids);
    await recordsOn();
    await rig.wish('record.stop');

    const heard = readWav(wav);
    expect(heard.dataBytes).toBe(heard.data.length);
    expect(jumps(samplesOf(heard))).toEqual([]);
    const instants = instantsOf(csv);
    const pauses = instants.map((at, index) => Number(at - (instants[index - 1] ?? at)) / 1e9);
    expect(Math.max(...pauses)).toBeLessThan(5);
    const { trials, gaps } = manifestOf(session);
    expect(gaps).toEqual([]);
    expect(trials).toMatchObject([{ outcome: 'complete', segments: [{ number: 1 }] }]);
    const { mic, tone } = trials[0]?.segments[0]?.modules ?? {};
    for (const file of [...(mic?.files ?? []), ...(tone?.files ?? [])])
      expect(file.verdict).toBe('ok');
    expect(trials[0]?.startSkewMs).toBeLessThan(1_000);
    expect((await rig.run('sessions', 'verify')).code).toBe(0);
  },
);
