import { readFile } from 'node:fs/promises';
import { arch, cpus, hostname, release, totalmem } from 'node:os';
import { bootId } from '../runs/process-eye.ts';

/** What a manifest says of the machine that recorded. Read from the kernel; nothing is started for it. */
export async function hostFacts(): Promise<Record<string, unknown>> {
  const model = await readFile('/proc/device-tree/model', 'utf8').catch(() => '');
  return {
    hostname: hostname(),
    model: model.replaceAll('\0', '').trim() || 'unknown',
    kernel: release(),
    architecture: arch(),
    processors: cpus().length,
    memoryBytes: totalmem(),
    bootId: bootId(),
  };
}
