import type { ModuleRecord } from './snapshot.ts';

type Verb = 'enable' | 'disable' | 'restart' | 'retry';
type Known = Pick<ModuleRecord, 'state' | 'health'>;

/**
 * What is true of a module for which a wish changed nothing: `camera is recording: nothing to retry`.
 *
 * @param restart what restarts it here: a command, or a key
 */
export function sayUnchanged(
  verb: Verb,
  name: string,
  module: Known | undefined,
  restart = `rigdeck restart ${name}`,
): string {
  if (module === undefined) return `${name} is no module of this rig any more`;
  const { state, health } = module;
  if (verb === 'disable')
    return `${name} is off already${state === 'disabled' ? '' : `, and ${state}`}`;
  const isDry = state === 'recording' && health === 'stalled';
  const how = isDry ? 'recording, but nothing lands' : state;
  const anew = isDry ? `; ${restart} starts it anew` : '';
  if (verb !== 'enable') return `${name} is ${how}: nothing to ${verb}${anew}`;
  const isFailed = state === 'crashed' || state === 'error';
  if (isFailed) return `${name} is on already, but ${state}; rigdeck retry ${name} tries it now`;
  return `${name} is on already, and ${how}${anew}`;
}
