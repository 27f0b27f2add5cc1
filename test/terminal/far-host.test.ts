import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { manifestOf, theSession } from '../stories/support/recorded.ts';
import type { StoryRig } from '../stories/support/rig.ts';
import { story } from '../stories/support/story.ts';
import { type Ended, plainEnvironment, programFile } from '../support/program.ts';
import { patiently, until } from '../support/until.ts';
import { LoopbackSsh } from './loopback-ssh.ts';
import { hasTmux, Tmux } from './tmux.ts';

const canRun = hasTmux && ['/usr/sbin/sshd', '/sbin/sshd'].some(existsSync);
const slowly = patiently(180_000);
const modules = { mic: { use: 'demo-sensor', options: { rate: 50 } } };

/** The laptop of somebody whose ~/.ssh/config knows the machine of a rig as `far-rig`. */
class Laptop {
  readonly #ssh: LoopbackSsh;
  readonly #program: string;
  readonly #env: Record<string, string>;

  private constructor(ssh: LoopbackSsh, program: string) {
    this.#ssh = ssh;
    this.#program = program;
    const plain = plainEnvironment();
    this.#env = { ...plain, PATH: `${ssh.knownAs('far-rig')}:${plain['PATH']}`, LC_ALL: 'C.UTF-8' };
  }

  static async of(rig: StoryRig): Promise<Laptop> {
    const bin = join(rig.folder, 'bin');
    mkdirSync(bin);
    const program = await programFile();
    const start = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
    writeFileSync(join(bin, 'rigdeck'), start, { mode: 0o755 });
    const PATH = `${bin}:/usr/bin:/bin`;
    const ssh = await LoopbackSsh.start({
      env: { ...rig.where.places, PATH, LC_ALL: 'C.UTF-8', RIGDECK_MACHINE_ROOT: '/nowhere' },
    });
    onTestFinished(() => ssh.close());
    return new Laptop(ssh, program);
  }

  /** A command in a script: nobody is at a terminal. */
  run(...words: string[]): Promise<Ended> {
    return new Promise((resolve) => {
      const all = [this.#program, '--host', 'far-rig', ...words];
      execFile(process.execPath, all, { env: this.#env }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, stdout, stderr });
      });
    });
  }

  /** A command that goes on in the background, without a terminal. */
  begin(...words: string[]): ChildProcess {
    const all = [this.#program, '--host', 'far-rig', ...words];
    const child = spawn(process.execPath, all, { env: this.#env, stdio: 'ignore' });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    return child;
  }

  /** A command at a terminal, and then its exit code. */
  type(words: string, env: Readonly<Record<string, string>> = {}): Tmux {
    // tmux gives what it starts the PATH of whoever started it.
    const path = `PATH='${this.#env['PATH']}'`;
    const line = `${path} ${process.execPath} ${this.#program} --host far-rig ${words}; echo "ended with $?"; read x`;
    const tmux = new Tmux(80, 24, line, { ...this.#env, ...env });
    onTestFinished(() => tmux.close());
    return tmux;
  }

  /** The machine of the rig cannot be reached any more. */
  loseIt(): Promise<void> {
    return this.#ssh.stopListening();
  }

  /** Whoever is connected is cut off. */
  drop(): void {
    this.#ssh.drop();
  }
}

story.skipIf(!canRun)(
  'rigdeck --host NAME is the screen of a rig far away: it records, and q gives the terminal back',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const screen = (await Laptop.of(rig)).type('');
    await screen.shows(/mic +● IDLE[\s\S]*r record/);
    screen.press('r');
    await screen.shows(/mic +◉ REC/);
    await rig.until('somebody is there over ssh', (now) =>
      now.clients.some((client) => client.actor.endsWith('via ssh')),
    );
    screen.press('m', 'm', 'm');
    await until('each of three keys in one go is a marker', () => {
      return manifestOf(theSession(rig.recordings)).markers.length === 3;
    });
    screen.press('q');
    await screen.shows(/comes back\s+with:\s+rigdeck\s+--host\s+far-rig\s+ended with 0/);
    expect(rig.me.now().rig.trial?.number).toBe(1);
  },
  slowly,
);

story.skipIf(!canRun)(
  'status, is and record of a rig far away say and end as they do there',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const laptop = await Laptop.of(rig);
    const status = await laptop.run('status', '--json');
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(status.stdout)).toMatchObject({ epoch: rig.me.now().epoch });
    expect((await laptop.run('status')).stdout).toMatch(/^story +● IDLE|mic/m);
    expect(await laptop.run('is', 'recording')).toEqual({ code: 8, stdout: '', stderr: '' });
    expect((await laptop.run('stauts')).code).toBe(2);
    expect((await laptop.run('restart', 'cam')).code).toBe(4);
    expect((await laptop.run('record', 'start', '--label', "maze's $(left)")).stdout).toContain(
      `trial 1 "maze's $(left)"`,
    );
    expect((await laptop.run('record', 'stop')).code).toBe(5); // nobody can be asked
    const stopped = await laptop.run('record', 'stop', '--yes');
    expect(stopped).toMatchObject({ code: 0, stdout: expect.stringMatching(/^stopped: trial 1 /) });
    expect(await laptop.run('kiosk')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a kiosk needs a terminal to draw on'),
    });
    expect((await laptop.run('down', '--yes')).code).toBe(0);
    expect(await laptop.run('record', 'start')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Start it with `rigdeck --host far-rig up`'),
    });
  },
  slowly,
);

story.skipIf(!canRun)(
  'at a terminal there is one there too: a kiosk fills it, questions are asked, and watch ends with Ctrl-C',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const laptop = await Laptop.of(rig);
    const watch = laptop.type('watch');
    await watch.shows(/"epoch"/);
    watch.press('C-c');
    await watch.shows(/ended with \d+/);
    const kiosk = laptop.type('kiosk');
    await kiosk.shows(/mic/);
    await rig.until('the kiosk is there', (now) => now.clients.length === 2);
    await rig.wish('record.start');
    const stop = laptop.type('record stop');
    await stop.shows(/Stop .*\?/);
    stop.type('y\n');
    await stop.shows(/stopped: trial 1[\s\S]*ended with 0/);
    const lines = laptop.type('', { RIGDECK_SCREEN_READER: '1' });
    await lines.shows(/Type status, record/);
  },
  slowly,
);

story.skipIf(!canRun)(
  'a connection that breaks, and a machine that is not there, end with 3 in words; the rig goes on',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const laptop = await Laptop.of(rig);
    const screen = laptop.type('');
    await screen.shows(/mic +● IDLE[\s\S]*r record/);
    screen.press('r');
    await screen.shows(/mic +◉ REC/);
    laptop.drop();
    // The screen is the person's own again: nothing of the rig's stands there any more.
    const left = await screen.shows(/ended with 3/);
    expect(left.replace(/\s+/g, ' ')).toMatch(
      /^rigdeck: ssh did not get to far-rig, or lost the connection; the rig there goes on as it is\. .*ended with 3 $/,
    );
    expect(screen.isCursorShown()).toBe(true);
    expect((await laptop.run('is', 'recording')).code).toBe(0);
    await laptop.loseIt();
    const { code, stderr } = await laptop.run('is', 'recording');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^ssh: connect to host 127\.0\.0\.1 port \d+: Connection refused/);
    expect(stderr).toContain(
      'rigdeck: ssh did not get to far-rig, or lost the connection; the rig there goes on as it is. See what this says: ssh far-rig true',
    );
    const json = await laptop.run('status', '--json');
    expect(JSON.parse(json.stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'no-connection' },
    });
  },
  slowly,
);

story.skipIf(!canRun)(
  'what follows a rig far away from a script ends over there, too, however it ends here, also while nothing happens',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const laptop = await Laptop.of(rig);
    for (const [words, signal] of [
      [['watch'], 'SIGKILL'],
      [['watch'], 'SIGINT'],
      [['status', '--watch', '--json'], 'SIGTERM'],
    ] as const) {
      const present = rig.me.now().clients.length;
      const script = laptop.begin(...words);
      await rig.until('it looks', (now) => now.clients.length === present + 1);
      script.kill(signal);
      await rig.until('nobody looks', (now) => now.clients.length === present);
    }
    // A script without input sees the whole of what ends by itself.
    expect((await laptop.run('logs', 'mic', '-n', '1')).code).toBe(0);
  },
  slowly,
);
