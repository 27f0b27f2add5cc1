import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { layOut, pi4Webcam } from '../daemon/pi-trees.ts';
import { blocksOf, pageOf } from '../docs/pages.ts';
import { storyEnvironment } from '../stories/support/daemon-process.ts';
import { cutPower } from '../stories/support/other-boot.ts';
import { manifestOf } from '../stories/support/recorded.ts';
import type { StoryRig } from '../stories/support/rig.ts';
import { story } from '../stories/support/story.ts';
import { type Ended, runProgram } from '../support/program.ts';
import { hasTmux, Tmux } from './tmux.ts';

const page = pageOf('docs/quick-start.md');
/** Each line that the reader types, without its comment. */
const typed = blocksOf(page, '')
  .flatMap((block) => block.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '');
/** What the page shows of an answer, by the words that it begins with. */
const shown = (begin: string) =>
  blocksOf(page, 'text').find((block) => block.startsWith(begin)) ?? '';

/** Of another machine, another program, or the whole system. */
const elsewhere = /^(npm|scp|ssh|nano|sudo (apt|npm)) /;

/** The Pi of the page: a webcam with its microphone, and nothing else. */
function thePi() {
  const { 'etc/default/gpsd': _, ...files } = pi4Webcam.files;
  const kept = Object.entries(files).filter(([path]) => !path.includes('/sda'));
  return layOut({
    ...pi4Webcam,
    files: { ...Object.fromEntries(kept), 'proc/sys/kernel/hostname': 'field-rig-03\n' },
  });
}

/** The same rig.yaml with devices that every machine has. */
function withoutHardware(rig: StoryRig): void {
  const config = parse(readFileSync(rig.config, 'utf8'));
  for (const name of ['mic', 'cam']) {
    config.modules[name] = { ...config.modules[name], use: 'demo-sensor', options: { rate: 50 } };
  }
  const places = { recordings: './recordings', minFree: '1MB' };
  writeFileSync(
    rig.config,
    stringify({
      ...config,
      rig: { ...config.rig, ...places },
      gpio: { ...config.gpio, backend: 'simulated' },
    }),
  );
}

/** Figures, paths, blanks and files differ from run to run and from machine to machine. */
function shapeOf(text: string): string[] {
  return text
    .replace(/\/\S+\//g, '/')
    .replace(/\d[\d.,:_-]*( (B|kB|MB|GB|s|min|h)\b)?/g, 'N')
    .replace(/[ \t]+/g, ' ')
    .replace(/N( N)+/g, 'N')
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith(' N ok '))
    .sort();
}

/** What a person does at the screen: looks, records, marks, stops, leaves. */
async function atTheScreen(rig: StoryRig): Promise<void> {
  const command = `${process.execPath} ${rig.where.program}`;
  const tmux = new Tmux(80, 24, command, storyEnvironment(rig.where));
  onTestFinished(() => tmux.close());
  await tmux.shows(/cam +● IDLE[\s\S]*r record/);
  tmux.press('r');
  await tmux.shows(/cam +◉ REC [\s\S]*s stop/);
  tmux.press('m');
  tmux.press('s');
  await tmux.shows(/Stop recording\?[\s\S]*y {2}stop trial 1/);
  tmux.press('y');
  await tmux.shows(/cam +● IDLE[\s\S]*r record/);
  tmux.press('q');
  await tmux.ended();
}

story.skipIf(!hasTmux)(
  'the quick start, word for word: from a first rig.yaml to a recording that survived a power cut (tmux)',
  { timeout: 180_000 },
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: {} });
    rmSync(rig.config);
    const { root } = thePi();
    const on = (machine: string, line: string): Promise<Ended> =>
      runProgram(wordsOf(line), {
        cwd: rig.folder,
        env: { ...storyEnvironment(rig.where), RIGDECK_MACHINE_ROOT: machine },
      });
    const answers = new Map<string, Ended>();
    for (const line of typed.filter((one) => !elsewhere.test(one))) {
      if (line === 'rigdeck') await atTheScreen(rig);
      else if (line === 'sudo rigdeck service install') {
        const planned = await on('/', 'rigdeck service install --user root --dry-run');
        expect(planned).toMatchObject({ code: 0, stderr: '' });
        expect(planned.stdout).toContain(`--config ${rig.config} daemon`);
        await rig.startUp(); // as systemd does
      } else answers.set(line, await on(root, line));
      if (line === 'rigdeck config init') withoutHardware(rig);
      if (line.startsWith('rigdeck record start')) {
        await rig.until('it records', ({ rig: { status } }) => status === 'recording');
        await cutPower(rig);
        await rig.start(); // as systemd does at boot
        await rig.until('it records again', ({ rig: { status } }) => status === 'recording');
      }
    }
    const failed = [...answers].filter(([, { code }]) => code !== 0).map(([line]) => line);
    // There is no systemd in the folder of a Pi, and much that bites.
    expect(failed.filter((line) => !/^rigdeck (service|doctor)$/.test(line))).toEqual([]);
    const said = (line: string) => answers.get(line)?.stdout ?? '';
    expect(shapeOf(said('rigdeck config init'))).toEqual(shapeOf(shown('wrote ')));
    expect(said('rigdeck status')).toContain('◉ REC');
    expect(said('rigdeck sessions verify')).toContain('is in order');
    // A machine that was busy has a stall or two besides.
    const whole = shapeOf(said('rigdeck sessions show'));
    expect(whole).toEqual(expect.arrayContaining(shapeOf(shown('session '))));
    const [first = ''] = readdirSync(rig.recordings).sort();
    const manifest = manifestOf(join(rig.recordings, first));
    expect(manifest.markers).toHaveLength(1);
  },
);

function wordsOf(line: string): string[] {
  const words: string[] = line.match(/"[^"]*"|\S+/g) ?? [];
  return words.slice(words.indexOf('rigdeck') + 1).map((word) => word.replaceAll('"', ''));
}
