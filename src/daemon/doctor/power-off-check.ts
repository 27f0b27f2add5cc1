import { basename } from 'node:path';
import { type Check, fail, ok, warn } from './check.ts';
import type { Patient } from './patient.ts';

const inYaml = 'under `rig:` in rig.yaml write `shutdownCommand: [sudo, systemctl, poweroff]`';

/** A button that is to switch the machine off is first held on the day on which it has to work. */
export const powerOffCheck: Check = {
  id: 'power-off',
  looks: 'whether this user may switch the machine off, where a button does `rig.shutdown`',
  bites: 'the rig is stopped in order, and the machine stays on',
  look: async (patient) => {
    const { files, user } = patient;
    const [program = '', ...rest] = commandOf(patient) ?? [];
    if (program === '') return ok('no button asks for it');
    if (user.id === 0) return ok('root may');
    if (basename(program) === 'systemctl') {
      const words = `\`systemctl\` lets no daemon of ${user.name} do that: it has no login at the machine`;
      return warn(words, `${inYaml}; docs/wiring.md has the rest`);
    }
    if (basename(program) !== 'sudo') return ok(`${program}: it is not tried`);
    if ((await patient.ask('sudo', '-n', '-l', ...rest)) !== null) return ok('sudo lets it');
    const [what = '', ...words] = rest;
    const line = `${user.name} ALL=(root) NOPASSWD: ${[files.program(what) ?? what, ...words].join(' ')}`;
    return fail(
      `sudo does not let ${user.name} run \`${rest.join(' ')}\` without a password`,
      `echo "${line}" | sudo tee /etc/sudoers.d/rigdeck`,
    );
  },
};

/** What a button runs; null where none asks for it. */
function commandOf({ config }: Patient): readonly string[] | null {
  if (config.kind !== 'good') return null;
  const { gpio, rig } = config.loaded.config;
  const asks = gpio?.buttons.some(({ click, double, hold }) =>
    [click, double, hold?.do].includes('rig.shutdown'),
  );
  return asks === true ? rig.shutdownCommand : null;
}
