import { existsSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import type { Plan, StoryRig } from '../stories/support/rig.ts';
import { story } from '../stories/support/story.ts';
import { LoopbackSsh } from './loopback-ssh.ts';
import { inTmux } from './tmux.ts';

const places = ['/usr/sbin/sshd', '/sbin/sshd', '/usr/bin/tmux'];
const canRun = places.slice(0, 2).some(existsSync) && existsSync('/usr/bin/tmux');

/** A rig with one module, and people who attach to it from elsewhere. */
async function rigOverSsh(makeRig: (plan: Plan) => Promise<StoryRig>) {
  const rig = await makeRig({ modules: { mic: { use: 'demo-sensor', options: { rate: 50 } } } });
  await rig.startUp();
  const ssh = await LoopbackSsh.start();
  onTestFinished(() => ssh.close());
  const variables = Object.entries(rig.where.places).map(([name, value]) => `${name}=${value}`);
  const remote = `env ${variables.join(' ')} LC_ALL=C.UTF-8 ${process.execPath} ${rig.where.program}`;
  const attach = (columns: number, rows: number) => inTmux(columns, rows, ssh.command(remote), {});
  return { rig, ssh, attach };
}

story.skipIf(!canRun)(
  'over a real ssh: attach, record, lose the connection, attach again; the recording does not notice',
  async ({ makeRig }) => {
    const { rig, attach } = await rigOverSsh(makeRig);
    const first = attach(80, 24);
    await first.shows(/mic +● IDLE[\s\S]*r record/);
    first.press('r');
    await first.shows(/mic +◉ REC/);
    await rig.until('somebody is there over ssh', (now) =>
      now.clients.some((client) => client.actor.endsWith('via ssh')),
    );
    const pid = rig.pidOf('mic');
    // The lid is closed: nobody says goodbye.
    first.close();
    await rig.until('the client is gone', (now) =>
      now.clients.every((client) => !client.actor.endsWith('via ssh')),
    );
    const second = attach(40, 12);
    await second.shows(/mic +◉ REC/);
    const now = rig.me.now();
    expect(rig.pidOf('mic')).toBe(pid);
    expect(now.rig.trial?.number).toBe(1);
    expect(now.modules['mic']?.run).toBe(1);
  },
);

story.skipIf(!canRun)(
  'two people over ssh on screens of other sizes see one rig; their connections end at the far side, and both come back to it',
  async ({ makeRig }) => {
    const { rig, ssh, attach } = await rigOverSsh(makeRig);
    const [wide, phone] = [attach(120, 40), attach(40, 12)];
    await wide.shows(/mic +● IDLE[\s\S]*r record/);
    await phone.shows(/mic +● IDLE/);
    phone.press('r');
    await wide.shows(/mic +◉ REC [\s\S]*started trial 1/);
    await phone.shows(/mic +◉ REC/);
    const pid = rig.pidOf('mic');
    ssh.drop();
    await Promise.all([wide.ended(), phone.ended()]);
    await rig.until('both are gone', (now) =>
      now.clients.every((client) => !client.actor.endsWith('via ssh')),
    );
    const again = attach(80, 24);
    await again.shows(/◉ REC \d\d:\d\d:\d\d +trial 1[\s\S]*mic +◉ REC/);
    expect(rig.pidOf('mic')).toBe(pid);
    expect(rig.me.now()).toMatchObject({
      rig: { trial: { number: 1 } },
      modules: { mic: { run: 1 } },
    });
  },
);
