import type { Module } from './state.ts';
import { patchModule, type Turn } from './turn.ts';

/** A module without a process takes over what rig.yaml says of it by now. @returns it as it is then */
export function inherit(turn: Turn, module: Module): Module {
  const { name, next } = module;
  return next === null || next === 'leaves'
    ? module
    : patchModule(turn, name, { spec: next, next: null });
}
