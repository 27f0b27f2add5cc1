import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../../client/connection.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { ownProgram } from '../../protocol/names.ts';
import { nearest, speakOf } from '../../protocol/typed-command.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import type { Context } from '../context.ts';
import { insist, runDirOf, withDaemon } from '../daemon-link.ts';
import { killModules } from '../daemon-process.ts';
import { demoConfig } from '../demo-config.ts';
import { CommandFailure } from '../failure.ts';
import { followState } from '../follow-state.ts';
import { note, print } from '../output.ts';
import { progressFor } from '../progress.ts';
import type { StartedDaemon } from '../start-daemon.ts';
import { startDaemon } from '../start-daemon.ts';
import { stopDaemon } from '../stop-daemon.ts';
import { showScreen } from './attach.ts';
import { listGpio } from './gpio.ts';
import { sessions } from './sessions.ts';
import { status } from './status.ts';

const startTimeoutMs = 45_000;
const recordMs = 6_000;
const confirmMs = 60_000;
const stopTimeoutMs = 60_000;

/**
 * A rig of real modules in a temporary folder, with the terminal UI on top; without a terminal it records for some seconds
 * and says what came of it. Nothing is left behind, whatever ends it, but with `keep` its folder.
 */
export async function demo(context: Context, options: { readonly keep?: true }): Promise<ExitCode> {
  const folder = await mkdtemp(join(tmpdir(), 'rigdeck-demo-'));
  const own: Context = {
    ...context,
    config: join(folder, 'rig.yaml'),
    stateDir: join(folder, 'state'),
    runDir: join(folder, 'run'),
  };
  const interrupted = interruption();
  let daemon: StartedDaemon | null = null;
  try {
    await writeFile(join(folder, 'rig.yaml'), await demoConfig());
    await speakFromOutside(folder, own);
    daemon = await startDaemon(own, join(folder, 'rig.yaml'));
    (await Promise.race([daemon.answers('demo'), interrupted])).close();
    if (context.terminal.canAsk && !context.json)
      await showScreen(own, ending(options.keep === true ? folder : null));
    else await Promise.race([recordAndTell(own), interrupted]);
    return exitCodes.done;
  } finally {
    if (daemon !== null) await takeDown(own, daemon);
    if (options.keep === true) note(`rigdeck: kept ${folder}`);
    else await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A program beside the rig that speaks to it alone: what is said to type has to reach this rig, from any terminal. */
async function speakFromOutside(
  folder: string,
  { config, stateDir, runDir }: Context,
): Promise<void> {
  const program = join(folder, 'rigdeck');
  const node = [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
  const flags = ['--config', config, '--state-dir', stateDir, '--run-dir', runDir];
  const words = [...node, ...flags].map((word) => `'${word}'`).join(' ');
  await writeFile(program, `#!/bin/sh\n${ownProgram}='${program}' exec ${words} "$@"\n`, {
    mode: 0o700,
  });
  speakOf({ ...nearest, program });
}

/** @param kept the folder that stays; null when nothing does */
function ending(kept: string | null) {
  const rest = kept === null ? 'All that it recorded is deleted.' : `Its files stay in ${kept}.`;
  const leaving = `The demo rig ends with this screen: its modules and its daemon are stopped. ${rest}`;
  return { leaving, goodbye: 'The demo rig is taken down.' };
}

/** Fails as soon as somebody wants this to end. Until the cleaning up is over, no signal ends the process itself. */
function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        const message = `the demo was ended by ${signal}; nothing is left of it`;
        reject(new CommandFailure(exitCodes.failed, 'interrupted', message));
      });
    }
  });
  interrupted.catch(() => undefined); // heard by whatever races with it; the terminal UI ends by itself
  return interrupted;
}

async function recordAndTell(context: Context): Promise<void> {
  const tell = context.json ? () => undefined : print;
  await withDaemon(context, 'demo', async (connection) => {
    const state = await followState(connection);
    if (!(await state.until(({ rig }) => rig.startup === 'complete', startTimeoutMs))) {
      throw new CommandFailure(
        exitCodes.deadline,
        'deadline',
        'the demo rig did not start in time',
      );
    }
    tell(`${state.present().rig.name} is up; it records for ${recordMs / 1_000} s`);
    await insist(connection, { kind: 'session.start', name: 'demo', waitMs: confirmMs });
    await record(connection);
    await pause(recordMs / 2);
    await insist(connection, { kind: 'mark', text: 'half way' });
    await connection.call('gpio.press', { line: 'GPIO27', holdMs: 100 });
    tell('its simulated button on GPIO27 is pressed: a marker');
    await pause(recordMs / 2);
    if (!context.json) await status(context);
    if (!context.json) await listGpio(context, {});
    await insist(connection, { kind: 'record.stop', waitMs: confirmMs });
    await insist(connection, { kind: 'session.end', waitMs: confirmMs });
  });
  // Checksums are made in the background: of files that have none yet, this checks the sizes and says so.
  if (!context.json) await sessions(context, 'show', undefined);
  const verified = await sessions(context, 'verify', undefined);
  if (verified !== exitCodes.done)
    throw new CommandFailure(exitCodes.failed, 'differs', 'what was recorded is not in order');
}

async function record(connection: Connection): Promise<void> {
  const { partly } = await insist(connection, {
    kind: 'record.start',
    label: 'first try',
    waitMs: confirmMs,
  });
  if (partly !== undefined) note(`rigdeck: ${partly}`);
}

/** The controlled stop; where that fails, the end of every process of this rig. */
async function takeDown(context: Context, daemon: StartedDaemon): Promise<void> {
  const runDir = runDirOf(context);
  try {
    const connection = await daemon.answers('demo');
    await stopDaemon(connection, runDir, stopTimeoutMs, progressFor(context));
  } catch (error) {
    const hasEnded = error instanceof CommandFailure && error.code === 'daemon-ended';
    const words = wordsOf(error);
    if (!hasEnded) note(`rigdeck: the demo rig had to be ended by force: ${words}`);
    daemon.kill();
  }
  await killModules(runDir);
}
