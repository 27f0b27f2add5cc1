import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { askProgram } from '../host/ask-program.ts';
import type { MachineFiles } from '../host/machine-files.ts';
import { sysusersText, type UnitFacts, unitMark, unitText } from './unit-text.ts';

const unit = 'rigdeck.service';
const unitPath = `etc/systemd/system/${unit}`;
const sysusersPath = 'etc/sysusers.d/rigdeck.conf';
const hardware = ['gpio', 'video', 'audio', 'dialout', 'i2c', 'spi'];

/** What somebody else has written, or what systemd says against it. */
export class ServiceFault extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** How the service stands, as systemd says it; `text` is the unit, null where there is none. */
export type ServiceState = {
  readonly path: string;
  readonly text: string | null;
  readonly isOurs: boolean;
  /** Whether systemd runs this machine at all. */
  readonly hasSystemd: boolean;
  readonly enabled: string | null;
  readonly active: string | null;
  readonly result: string | null;
};

/** The service of this machine: its files, and what systemd is asked about it. */
export class SystemService {
  readonly #files: MachineFiles;

  constructor(files: MachineFiles) {
    this.#files = files;
  }

  /** The text of the unit as it would be written. */
  plan(facts: Omit<UnitFacts, 'groups'>): string {
    const known = this.#files.text('etc/group') ?? '';
    const groups = hardware.filter((name) => new RegExp(`^${name}:`, 'm').test(known));
    // A group that is not there keeps a unit from starting; ours is made by sysusers.
    return unitText({ ...facts, groups: ['rigdeck', ...groups] });
  }

  /** Whether this machine knows such a user: a unit of another would never start. */
  hasUser(name: string): boolean {
    const names = (this.#files.text('etc/passwd') ?? '')
      .split('\n')
      .map((line) => line.split(':')[0]);
    return names.includes(name);
  }

  /** Writes the files, makes the group, and has the unit started at boot. @throws ServiceFault */
  async install(facts: Omit<UnitFacts, 'groups'>): Promise<void> {
    const { text, isOurs } = await this.state();
    if (text !== null && !isOurs) {
      const path = this.#files.place(unitPath);
      throw new ServiceFault(`${path} was not written by rigdeck`, 'Move it away first.');
    }
    this.#write(sysusersPath, sysusersText(facts.user));
    await this.#insist('systemd-sysusers');
    this.#write(unitPath, this.plan(facts));
    await this.#insist('systemctl', 'daemon-reload');
    await this.#insist('systemctl', 'enable', unit);
  }

  /** Takes the files away; recordings, state and configuration stay. @throws ServiceFault */
  async uninstall(): Promise<void> {
    const { text, isOurs, path } = await this.state();
    if (text === null) throw new ServiceFault('there is no service', 'Nothing is to be done.');
    if (!isOurs)
      throw new ServiceFault(`${path} was not written by rigdeck`, 'Remove it yourself.');
    await this.#insist('systemctl', 'disable', unit);
    rmSync(path);
    rmSync(this.#files.place(sysusersPath), { force: true });
    await this.#insist('systemctl', 'daemon-reload');
  }

  /** Starts the unit, or starts it again: recordings go on meanwhile. @throws ServiceFault */
  async restart(): Promise<void> {
    await this.#insist('systemctl', 'restart', '--no-block', unit);
  }

  async state(): Promise<ServiceState> {
    const text = this.#files.text(unitPath);
    const shown = await this.#ask(
      'systemctl',
      'show',
      unit,
      '-p',
      'ActiveState,UnitFileState,Result',
    );
    const shownAs = (key: string) =>
      new RegExp(`^${key}=(.+)$`, 'm').exec(shown ?? '')?.[1] ?? null;
    return {
      path: this.#files.place(unitPath),
      text,
      isOurs: text?.startsWith(unitMark) === true,
      hasSystemd: this.#files.has('run/systemd/system'),
      enabled: shownAs('UnitFileState'),
      active: shownAs('ActiveState'),
      result: shownAs('Result'),
    };
  }

  #write(path: string, text: string): void {
    const place = this.#files.place(path);
    if (!existsSync(dirname(place))) mkdirSync(dirname(place), { recursive: true });
    writeFileSync(`${place}.next`, text, { mode: 0o644 });
    renameSync(`${place}.next`, place);
  }

  async #insist(program: string, ...args: readonly string[]): Promise<void> {
    if ((await this.#ask(program, ...args)) !== null) return;
    const line = [program, ...args].join(' ');
    throw new ServiceFault(`\`${line}\` failed`, `Run it yourself: sudo ${line}`);
  }

  async #ask(program: string, ...args: readonly string[]): Promise<string | null> {
    const path = this.#files.program(program);
    const said = path === null ? null : await askProgram(path, args);
    return said === 'absent' ? null : said;
  }
}
