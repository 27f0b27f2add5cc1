import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileNames } from '../protocol/names.ts';
import { version } from '../protocol/version.ts';
import { untilSeen } from './calm.ts';
import { moduleDetail } from './config/module-detail.ts';
import { isPin } from './kiosk.ts';
import type { Parts, Place } from './parts.ts';
import { createPreflight } from './preflight/ask-preflight.ts';
import { sessionsPort } from './recordings/sessions-port.ts';
import type { Rigdeck } from './rigdeck.ts';
import { rigGroup } from './serve/rig-group.ts';
import type { GpioDesk, SessionsPort } from './serve/serve-port.ts';
import { serve } from './serve/server.ts';
import { prepareRunDir } from './store/run-dir.ts';
import type { TelemetrySampler } from './telemetry.ts';

export type ServingPort = {
  readonly place: Place;
  readonly parts: Parts;
  readonly rig: Rigdeck;
  readonly telemetry: TelemetrySampler;
  readonly panel: GpioDesk;
  /** The sockets are new: whoever reads the run dir should find a new status there too. */
  renewed(): void;
};

/** The sockets of the daemon, for as long as it lives, whoever cleans up around it. */
export class Serving {
  readonly #port: ServingPort;
  readonly #sessions: SessionsPort;
  #server: { close(): Promise<void> } | null = null;

  constructor(port: ServingPort) {
    this.#port = port;
    const { place, parts, rig } = port;
    this.#sessions = sessionsPort(
      place.loaded.recordings,
      parts.recordings.checksums,
      () => rig.manager.snapshot().rig,
    );
  }

  /** Opens the sockets. @throws Error in words when they cannot be made */
  async open(): Promise<void> {
    this.#server = await this.#serve();
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  /** Somebody cleaned up: a daemon that nobody can reach any more makes its sockets anew. */
  async tend(): Promise<void> {
    const { runDir, log } = this.#port.place;
    const paths = [fileNames.controlSocket, fileNames.viewSocket].map((name) => join(runDir, name));
    if (this.#server === null || paths.every(existsSync)) return;
    const before = this.#server;
    this.#server = null;
    log.write('warn', `the sockets in ${runDir} are gone; making them anew`);
    this.#port.rig.event(
      'sockets-gone',
      null,
      `the sockets in ${runDir} were removed and are made anew`,
    );
    try {
      await before.close();
      const unusable = await prepareRunDir(runDir);
      if (unusable !== null) throw new Error(unusable.message);
      this.#server = await this.#serve();
      this.#port.renewed();
    } catch (error) {
      log.write('error', `the sockets could not be made: ${String(error)}`);
      this.#server = before; // looked at again with the next health look
    }
  }

  #serve(): Promise<{ close(): Promise<void> }> {
    const { rig, telemetry, panel } = this.#port;
    const { runs, journal, configWatch } = this.#port.parts;
    const { place } = this.#port;
    const { log, runDir } = place;
    return serve({
      runDir,
      version,
      rig,
      startTelemetry: (listener) => telemetry.watch(listener),
      logs: {
        tail: (module, lines) => runs.logTail(module, lines),
        follow: (module, listener) => runs.followLog(module, listener),
        exists: (module) => Object.hasOwn(place.loaded.modules, module),
      },
      history: ({ module, since, limit }) =>
        journal.query({ limit, ...(module && { module }), ...(since && { since }) }),
      clients: (clients) => rig.input({ type: 'clients', clients }, 'socket', 'clients'),
      preflight: createPreflight(place, this.#port.parts, rig),
      gpio: panel,
      sessions: this.#sessions,
      module: (name, options) => moduleDetail(place.loaded, name, options),
      isPin: (typed) => isPin(typed, place.loaded.config.kiosk.pin),
      group: rigGroup(),
      mayWaitMs: () => untilSeen(rig.manager.state()),
      arrived: () => void configWatch.look(),
      log: (level, message) => log.write(level, message),
    });
  }
}
