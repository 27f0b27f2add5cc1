import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemRunDir } from '../../protocol/names.ts';
import { askProgram } from '../host/ask-program.ts';
import type { MachineFiles } from '../host/machine-files.ts';
import { linkCompletions, unlinkCompletions } from './completion-links.ts';
import { type KioskFacts, kioskUnit, kioskUnitText } from './kiosk-unit.ts';
import { factsOf, sysusersText, type UnitFacts, unitMark, unitText } from './unit-text.ts';

const daemonUnit = 'rigdeck.service';
const unitFolder = 'etc/systemd/system';
const sysusersPath = 'etc/sysusers.d/rigdeck.conf';
const hardware = ['gpio', 'video', 'audio', 'dialout', 'i2c', 'spi'];

type Which = 'daemon' | 'kiosk';
const unitOf = { daemon: daemonUnit, kiosk: kioskUnit } as const;

/** What somebody else has written, or what systemd says against it. */
export class ServiceFault extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** How a unit stands, as systemd says it; `text` is the unit, null where there is none. */
export type ServiceState = {
  readonly path: string;
  readonly text: string | null;
  readonly isOurs: boolean;
  /** What the unit of the daemon was made from; null where it does not say. */
  readonly facts: Omit<UnitFacts, 'groups'> | null;
  /** Whether it is as this version writes it. */
  readonly isCurrent: boolean;
  /** Whether systemd runs this machine at all. */
  readonly hasSystemd: boolean;
  readonly enabled: string | null;
  readonly active: string | null;
  readonly result: string | null;
  /** `masked`, `loaded`, `not-found`. */
  readonly load: string | null;
  readonly sub: string | null;
  /** How the main process ended last, or the number that systemd has for what it could not do (systemd.exec(5), "Process Exit Codes"). */
  readonly exitCode: number | null;
  /** How often systemd has started it again by itself since somebody did. */
  readonly restarts: number;
  /** Systemd goes by a unit that is not the one on the disk. */
  readonly needsReload: boolean;
  /** CLOCK_MONOTONIC in ms, of when it became active last. */
  readonly activeMonoMs: number | null;
};

const asked =
  'ActiveState,SubState,LoadState,UnitFileState,Result,ExecMainStatus,NRestarts,NeedDaemonReload,ActiveEnterTimestampMonotonic';

/** The services of this machine: their files, and what systemd is asked about them. */
export class SystemService {
  readonly #files: MachineFiles;

  constructor(files: MachineFiles) {
    this.#files = files;
  }

  /** The text of the unit of the daemon as it would be written. */
  plan(facts: Omit<UnitFacts, 'groups'>): string {
    const known = this.#files.text('etc/group') ?? '';
    const groups = hardware.filter((name) => new RegExp(`^${name}:`, 'm').test(known));
    // A group that is not there keeps a unit from starting; ours is made by sysusers.
    return unitText({ ...facts, groups: ['rigdeck', ...groups] });
  }

  /** The same of the kiosk. */
  planKiosk(facts: KioskFacts): string {
    return kioskUnitText(facts);
  }

  /** The number of a user; null where this machine does not know one: a unit of theirs would never start. */
  userId(name: string): number | null {
    const lines = (this.#files.text('etc/passwd') ?? '').split('\n').map((line) => line.split(':'));
    const found = lines.find(([known]) => known === name)?.[2];
    return found === undefined ? null : Number(found);
  }

  /** After so many seconds without a key the kernel makes its console dark; 0 is never. */
  blanksAfterS(): number {
    return this.#files.number('sys/module/kernel/parameters/consoleblank') ?? 0;
  }

  /** Writes the files of the daemon, makes the group, and has the unit started at boot. @throws ServiceFault */
  async install(facts: Omit<UnitFacts, 'groups'>): Promise<void> {
    await this.#refuseForeign('daemon');
    this.#write(sysusersPath, sysusersText(facts.user));
    await this.#insist('systemd-sysusers');
    await this.#enable('daemon', this.plan(facts));
  }

  /** Writes the unit of the kiosk and has it started at boot. @throws ServiceFault */
  async installKiosk(facts: KioskFacts): Promise<void> {
    await this.#refuseForeign('kiosk');
    await this.#enable('kiosk', kioskUnitText(facts));
  }

  /** Lets Tab know the commands in everybody's shells. @returns null, or in words why it could not be done */
  linkCompletions(share: string): string | null {
    return linkCompletions(this.#files, share);
  }

  /** Takes the files of the daemon, its run dir and the completions away; recordings, state and configuration stay. @throws ServiceFault */
  async uninstall(): Promise<void> {
    await this.#disable('daemon');
    unlinkCompletions(this.#files);
    rmSync(this.#files.place(sysusersPath), { force: true });
    // While it is there, all commands mean the service.
    rmSync(this.#files.place(systemRunDir), { recursive: true, force: true });
  }

  /** Takes the kiosk off the console, which asks again who wants to log in. @throws ServiceFault */
  async uninstallKiosk(): Promise<void> {
    await this.#insist('systemctl', 'stop', kioskUnit);
    await this.#disable('kiosk');
    await this.#ask('systemctl', 'start', '--no-block', 'getty@tty1.service');
  }

  /** Starts a unit, or starts it again: recordings go on meanwhile. @throws ServiceFault */
  async restart(which: Which = 'daemon'): Promise<void> {
    await this.#insist('systemctl', 'restart', '--no-block', unitOf[which]);
  }

  async state(which: Which = 'daemon'): Promise<ServiceState> {
    const unit = unitOf[which];
    const text = this.#files.text(`${unitFolder}/${unit}`);
    const shown = (await this.#ask('systemctl', 'show', unit, '-p', asked)) ?? '';
    const shownAs = (key: string) => new RegExp(`^${key}=(.+)$`, 'm').exec(shown)?.[1] ?? null;
    const number = (key: string) => (shownAs(key) === null ? null : Number(shownAs(key)));
    const facts = text === null ? null : factsOf(text);
    const activeUs = number('ActiveEnterTimestampMonotonic');
    return {
      path: this.#files.place(`${unitFolder}/${unit}`),
      text,
      isOurs: text?.startsWith(unitMark) === true,
      facts,
      isCurrent: facts !== null && this.plan(facts).trim() === text,
      hasSystemd: this.#files.has('run/systemd/system'),
      enabled: shownAs('UnitFileState'),
      active: shownAs('ActiveState'),
      result: shownAs('Result'),
      load: shownAs('LoadState'),
      sub: shownAs('SubState'),
      exitCode: number('ExecMainStatus'),
      restarts: number('NRestarts') ?? 0,
      needsReload: shownAs('NeedDaemonReload') === 'yes',
      activeMonoMs: activeUs === null ? null : activeUs / 1_000,
    };
  }

  async #refuseForeign(which: Which): Promise<void> {
    const { text, isOurs, path, load } = await this.state(which);
    if (load === 'masked') {
      const unit = unitOf[which];
      throw new ServiceFault(`${unit} is masked`, `First: sudo systemctl unmask ${unit}`);
    }
    if (text === null || isOurs) return;
    throw new ServiceFault(`${path} was not written by rigdeck`, 'Move it away first.');
  }

  async #enable(which: Which, text: string): Promise<void> {
    this.#write(`${unitFolder}/${unitOf[which]}`, text);
    await this.#insist('systemctl', 'daemon-reload');
    await this.#insist('systemctl', 'enable', unitOf[which]);
  }

  async #disable(which: Which): Promise<void> {
    const { text, isOurs, path } = await this.state(which);
    if (text === null) throw new ServiceFault('there is no service', 'Nothing is to be done.');
    if (!isOurs)
      throw new ServiceFault(`${path} was not written by rigdeck`, 'Remove it yourself.');
    await this.#insist('systemctl', 'disable', unitOf[which]);
    rmSync(path);
    await this.#insist('systemctl', 'daemon-reload');
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
