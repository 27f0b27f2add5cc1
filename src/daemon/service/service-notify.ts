import { execFile } from 'node:child_process';
import { monoMs } from '../clock.ts';
import type { Log } from '../log.ts';

/** So many times within the time of the watchdog it is fed: one that is late by half is no death. */
const timesFed = 3;
/** A message that takes longer is given up. In ms. */
const sendMs = 5_000;

/**
 * What systemd wants to know of a service of `Type=notify` (sd_notify(3), systemd.service(5) `WatchdogSec=`). Node has no datagram
 * sockets of this kind, so the program of systemd sends; it needs `NotifyAccess=all`. Does nothing where no systemd asks.
 */
export class ServiceNotify {
  readonly #log: Log;
  readonly #isAsked: boolean;
  readonly #feedMs: number | null;
  #fedMonoMs = Number.NEGATIVE_INFINITY;
  #hasFailed = false;

  constructor(log: Log) {
    const { env } = process;
    this.#log = log;
    this.#isAsked = (env['NOTIFY_SOCKET'] ?? '') !== '';
    const watchdogUs = Number(env['WATCHDOG_USEC']);
    const isOurs = [undefined, String(process.pid)].includes(env['WATCHDOG_PID']);
    this.#feedMs = isOurs && watchdogUs > 0 ? watchdogUs / 1_000 / timesFed : null;
  }

  /** The sockets are open: who comes now is served. */
  ready(): void {
    this.#send('READY=1');
  }

  /** Feeds the watchdog if it is time to: to be called only while the daemon does what it promises. */
  feed(): void {
    if (this.#feedMs === null || monoMs() - this.#fedMonoMs < this.#feedMs) return;
    this.#fedMonoMs = monoMs();
    this.#send('WATCHDOG=1');
  }

  /** From here on it ends. */
  stopping(): void {
    this.#send('STOPPING=1');
  }

  #send(message: string): void {
    if (!this.#isAsked) return;
    execFile('systemd-notify', [message], { timeout: sendMs }, (error) => {
      if (error === null || this.#hasFailed) return;
      this.#hasFailed = true; // once: it is tried again all the same
      this.#log.write('warn', `systemd could not be told ${message}: ${error.message}`);
    });
  }
}
