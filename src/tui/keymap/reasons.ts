import type { Link } from '../../protocol/rig.ts';
import { waitingStart } from '../../protocol/scheduled-words.ts';
import type { Snapshot } from '../../protocol/snapshot.ts';
import { clean } from '../../protocol/text.ts';
import { toType } from '../../protocol/typed-command.ts';
import { sayUnchanged } from '../../protocol/unchanged-words.ts';
import { isNew } from '../problems.ts';
import type { Situation } from '../situation.ts';

/** Why a key does nothing now, in words for the person who pressed it; null when it works. */
export type Reason = string | null;

function isDown(link: Link): boolean {
  return link.state === 'lost' && link.downBy !== undefined;
}

/** Whether there may be a daemon to ask: one that was stopped in order comes back only when somebody starts it. */
export function isNotDown({ remote: { link } }: Situation): boolean {
  return !isDown(link);
}

/** Why nothing at all can be asked of the rig from this screen. */
export function cannotAct({ remote: { link }, snapshot }: Situation): Reason {
  if (isDown(link)) return 'the rig was taken down; nothing was sent';
  if (link.state !== 'live') return 'the daemon does not answer; nothing was sent';
  if (link.role === 'view')
    return `this screen may only look${link.words ? `: ${toType(link.words)}` : ''}`;
  return snapshot === null ? 'nothing is known of the rig yet' : null;
}

// What is about one module is not about a group.
function isGroup({ row, name }: Situation): Reason {
  if (row?.kind !== 'group' || name !== null) return null;
  return `${clean(row.group, 32)} is a group: select one of its modules`;
}

/** What is to be sent in a moment is not asked for once more. */
function isDelayed({ view: { notices }, name }: Situation): Reason {
  const delayed = notices.delayed.find(({ module }) => module === name);
  return delayed === undefined ? null : `${delayed.what} in a moment: u takes that back`;
}

export function cannotUndo({ view: { notices } }: Situation): Reason {
  return notices.delayed.length === 0 ? 'nothing waits that could be taken back' : null;
}

export function cannotToggle(now: Situation): Reason {
  const none = now.module === null ? 'there is no module to switch' : null;
  return cannotAct(now) ?? isGroup(now) ?? isDelayed(now) ?? none;
}

export function cannotDisable(now: Situation): Reason {
  const isOff = now.module?.desired === 'off';
  return cannotToggle(now) ?? (isOff ? `${now.name} is off already` : null);
}

export function cannotEnable(now: Situation): Reason {
  const isOn = now.module?.desired === 'on';
  return cannotToggle(now) ?? (isOn ? `${now.name} is on already` : null);
}

export function cannotRestart(now: Situation): Reason {
  if (now.module === null) return cannotAct(now) ?? isGroup(now) ?? 'there is no module to restart';
  const off = now.module.desired === 'off';
  return (
    cannotAct(now) ?? isDelayed(now) ?? (off ? `${now.name} is switched off: e enables it` : null)
  );
}

export function cannotRetry(now: Situation): Reason {
  const waits = now.module?.retryAt != null || isFailed(now);
  if (waits && now.module?.desired === 'on') return cannotAct(now);
  return cannotAct(now) ?? isGroup(now) ?? nothingToRetry(now);
}

function nothingToRetry({ name, module }: Situation): string {
  if (name === null || module === null) return 'there is no module to try again';
  if (module.desired === 'off') return `${name} is switched off: e enables it`;
  return sayUnchanged('retry', name, module, 'R');
}

function isFailed({ module }: Situation): boolean {
  return module?.state === 'crashed' || module?.state === 'error';
}

export function cannotRecord(now: Situation): Reason {
  const { snapshot } = now;
  if (snapshot === null) return cannotAct(now);
  return (
    cannotAct(now) ??
    notIdle(now) ??
    (Object.keys(snapshot.modules).length === 0 ? noModules : null)
  );
}

const noModules = 'there are no modules to record with: add some to rig.yaml';

function notIdle({ snapshot }: Situation): Reason {
  if (snapshot === null) return null;
  const { state, trial } = snapshot.rig;
  const trialWords = trial === null ? 'the rig' : `trial ${trial.number}`;
  if (state === 'recording') return `${trialWords} is being recorded already`;
  if (state === 'paused') return `${trialWords} is paused: p goes on with it`;
  if (state === 'arming') return 'a recording is starting already';
  return state === 'stopping' ? stillStopping(snapshot.rig.waitingFor) : null;
}

function stillStopping(waitingFor: readonly string[]): string {
  if (waitingFor.length === 0) return 'the recording is being stopped already';
  return `the recording is being stopped: waiting for ${waitingFor.join(', ')}`;
}

export function cannotStop(now: Situation): Reason {
  const reason = cannotAct(now);
  if (reason !== null || now.snapshot === null) return reason;
  const { state, waitingFor } = now.snapshot.rig;
  if (state === 'stopping') return stillStopping(waitingFor);
  const isIdle = state === 'idle' && waitingStart(now.snapshot.rig) === null;
  return isIdle ? 'nothing is being recorded' : null;
}

export function cannotPause(now: Situation): Reason {
  const reason = cannotAct(now);
  if (reason !== null || now.snapshot === null) return reason;
  const { state, waitingFor } = now.snapshot.rig;
  if (state === 'idle') return 'nothing is being recorded that could pause';
  if (state === 'arming') return 'the recording is only starting';
  if (state === 'stopping') return stillStopping(waitingFor);
  const stubborn = state === 'recording' ? unpausable(now.snapshot) : [];
  if (stubborn.length === 0) return null;
  return `${stubborn.join(', ')} cannot pause: stop instead (s), and start a new trial`;
}

/** The one half of what `p` does. */
export function cannotOnlyPause(now: Situation): Reason {
  const isPaused = now.snapshot?.rig.state === 'paused';
  return cannotPause(now) ?? (isPaused ? 'it is paused already' : null);
}

/** The other half. */
export function cannotGoOn(now: Situation): Reason {
  const isPaused = now.snapshot?.rig.state === 'paused';
  return cannotAct(now) ?? (isPaused ? null : 'nothing is paused');
}

// Those that record and cannot pause; who may lack records on.
function unpausable({ modules }: Snapshot): string[] {
  const wanted = Object.entries(modules).filter(([, { desired }]) => desired === 'on');
  const required = wanted.filter(([, module]) => module.required);
  return (required.length > 0 ? required : wanted)
    .filter(([, { state, can }]) => state === 'recording' && !can.includes('pause'))
    .map(([name]) => name);
}

export function cannotMark(now: Situation): Reason {
  const reason = cannotAct(now);
  if (reason !== null || now.snapshot === null) return reason;
  return now.snapshot.rig.session === null
    ? 'no session is open that a marker could go into'
    : null;
}

/** The same, where a daemon answers. Where none does, the key opens a line that keeps its instant. */
export function cannotMarkHere(now: Situation): Reason {
  const isThere = now.remote.link.state === 'live' && now.snapshot !== null;
  return isThere ? cannotMark(now) : null;
}

export function cannotAddWords(now: Situation): Reason {
  const { marked } = now.view.notices;
  const isOver = marked === null || now.nowMs - marked.atMs >= wordsWithinMs;
  return cannotMark(now) ?? (isOver ? 'no marker of yours waits for words: m sets one' : null);
}

/** The daemon takes the words of a marker for ten minutes. In ms. */
const wordsWithinMs = 600_000;

export function cannotAcknowledge(now: Situation): Reason {
  const reason = cannotAct(now);
  if (reason !== null) return reason;
  if (now.problem === null) return 'there is no problem to acknowledge';
  return isNew(now.problem) ? null : 'that is acknowledged already; it stays until it is over';
}

export function cannotAcknowledgeAll(now: Situation): Reason {
  const none = now.problems.some(isNew) ? null : 'there is no problem to acknowledge';
  return cannotAct(now) ?? none;
}

export function cannotPress(now: Situation): Reason {
  const reason = cannotTouch(now);
  const does = now.part?.button?.does;
  if (reason !== null || does === undefined) return reason;
  const isBound = does.click !== null || does.double !== null;
  // Who tests it may press whatever there is.
  if (isBound || now.snapshot?.gpio.testedBy !== null) return null;
  return cannotHold(now) ?? 'a click of this button does nothing: h holds it';
}

function cannotTouch(now: Situation): Reason {
  const { part, snapshot, screen } = now;
  if (snapshot === null) return cannotAct(now);
  if (screen.kind === 'panel' && screen.shows === 'wiring')
    return 'buttons are pressed in their list: w';
  if (part?.button === undefined) return cannotAct(now) ?? 'that is no button';
  if (snapshot.gpio.backend !== 'simulated') return cannotAct(now) ?? onlyFingers;
  const isSwitch = part.button.does.level !== null;
  return cannotAct(now) ?? (isSwitch ? 'a latching switch is turned, not pressed' : null);
}

const onlyFingers =
  'the buttons are real ones: only a finger presses them (`backend: simulated` is for trying)';

export function cannotHold(now: Situation): Reason {
  const reason = cannotTouch(now);
  if (reason !== null) return reason;
  const hold = now.part?.button?.does.hold ?? null;
  if (hold === null) return 'no hold is bound to this button';
  return hold.action === 'rig.shutdown'
    ? 'that hold switches the machine off: not from here'
    : null;
}

export function noModule(now: Situation): Reason {
  return isGroup(now) ?? (now.name === null ? 'there is no module to look into' : null);
}

/** On the dashboard: there is neither a module nor a group. */
export function noRow({ row }: Situation): Reason {
  return row === null ? 'there is no module to look into' : null;
}
