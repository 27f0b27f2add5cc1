import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { layOut, pi4Webcam } from '../../daemon/pi-trees.ts';
import { blocksOf, pageOf } from '../../docs/pages.ts';

const page = pageOf('docs/quick-start.md');

/** Of another machine, another program, or the whole system. */
const elsewhere = /^(npm|scp|ssh|nano|sudo (apt|npm)) /;

/** Each line of the quick start that the reader types, on whichever machine, without its comment. */
export const everyLine: readonly string[] = blocksOf(page, '')
  .flatMap((block) => block.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '');

/** Those that are typed on the rig from `config init` on, and speak to Rigdeck. */
export const typedLines: readonly string[] = everyLine.filter((line) => !elsewhere.test(line));

/** What the page shows of an answer, by the words that it begins with. */
export function shownAnswer(begin: string): string {
  return blocksOf(page, 'text').find((block) => block.startsWith(begin)) ?? '';
}

/** The words behind `rigdeck` in such a line. */
export function wordsOf(line: string): string[] {
  const words: string[] = line.match(/"[^"]*"|\S+/g) ?? [];
  return words.slice(words.indexOf('rigdeck') + 1).map((word) => word.replaceAll('"', ''));
}

/** The Pi of the page: a webcam with its microphone, and nothing else. @returns its root */
export function layOutThePi(): string {
  const { 'etc/default/gpsd': _, ...files } = pi4Webcam.files;
  const kept = Object.entries(files).filter(([path]) => !path.includes('/sda'));
  const { root } = layOut({
    ...pi4Webcam,
    files: { ...Object.fromEntries(kept), 'proc/sys/kernel/hostname': 'field-rig-03\n' },
  });
  return root;
}

/** The same rig.yaml with devices that every machine has, and its recordings beside it. */
export function replaceHardware(file: string): void {
  const config = parse(readFileSync(file, 'utf8'));
  for (const name of ['mic', 'cam']) {
    config.modules[name] = { ...config.modules[name], use: 'demo-sensor', options: { rate: 50 } };
  }
  const rig = { ...config.rig, recordings: './recordings', minFree: '1MB' };
  const gpio = { ...config.gpio, backend: 'simulated' };
  writeFileSync(file, stringify({ ...config, rig, gpio }));
}

/** The lines of an answer, without what differs from run to run and from machine to machine: figures, paths, blanks, files. */
export function shapeOf(text: string): string[] {
  return text
    .replace(/\/\S+\//g, '/')
    .replace(/\d[\d.,:_-]*( (B|kB|MB|GB|s|min|h)\b)?/g, 'N')
    .replace(/[ \t]+/g, ' ')
    .replace(/N( N)+/g, 'N')
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith(' N ok '))
    .sort();
}
