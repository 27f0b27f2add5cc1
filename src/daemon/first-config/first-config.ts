import { saySize } from '../../protocol/units.ts';
import { namePattern } from '../../protocol/vocabulary.ts';
import type { Camera } from './cameras.ts';
import type { Disk } from './disks.ts';
import type { PluggedIn } from './plugged-in.ts';
import type { SoundCard } from './sound-cards.ts';

/**
 * The text of a first rig.yaml. What the machine has is in it; what it does not have is there as a comment, to be uncommented.
 *
 * @param schema the file with the JSON Schema, for editors that know yaml-language-server
 */
export function firstConfig(found: PluggedIn, schema: string | null): string {
  const parts = [
    ...(schema === null ? [] : [`# yaml-language-server: $schema=${schema}`]),
    '# Written by `rigdeck config init` from what this machine has. Change what you like, and let `rigdeck config check` read it.',
    'version: 1',
    'rig:',
    `  name: ${rigName(found.hostname)}`,
    ...recordings(found.disks),
    '  minFree: 500MB                      # nothing is recorded with less room than this',
    '  # segment: 10m                      # a new file so often, without a gap where the module can',
    'modules:',
    '  host:                               # figures of this machine: processor, memory, temperature, disk, network',
    '    use: system',
    '    required: false',
    ...(found.sound.length > 0 ? found.sound.flatMap(microphone) : noMicrophone),
    ...(found.cameras.length > 0
      ? found.cameras.flatMap((camera, at) => cameraPart(camera, at, found))
      : noCamera),
    ...gpsPart(found.gps),
    ...ownPart,
    ...gpioPart(found.header),
    ...hookPart,
  ];
  return `${parts.join('\n')}\n`;
}

/** The disk that is recorded to: the largest one of its own that can be written to. Null for that of the system. */
export function chosenDisk(disks: readonly Disk[]): (Disk & { readonly point: string }) | null {
  const first = disks.find(({ isWritable, point }) => isWritable && point !== null);
  return first?.point ? { ...first, point: first.point } : null;
}

/** What modules of one kind are called: `mic`, `mic-2`. */
function moduleName(kind: 'mic' | 'cam', index: number): string {
  return index === 0 ? kind : `${kind}-${index + 1}`;
}

function rigName(hostname: string | null): string {
  const name = (hostname ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 32);
  // A number or a word such as `on` would be another thing than a name in YAML.
  return namePattern.test(name) ? JSON.stringify(name) : 'rig';
}

function recordings(disks: readonly Disk[]): string[] {
  const disk = chosenDisk(disks);
  if (disk === null) {
    return [
      '  recordings: ~/recordings            # on the disk of the system: a stick or SSD of its own lasts longer',
      '  # requireMount: true                # for a disk of its own: record only when it is there',
    ];
  }
  const path = JSON.stringify(`${disk.point}/recordings`);
  return [
    `  recordings: ${path}   # ${disk.source}, ${disk.fileSystem}, ${saySize(disk.sizeBytes)}`,
    '  requireMount: true                  # never onto the disk of the system when this one is not there',
  ];
}

function microphone({ id, name, channels, rate }: SoundCard, index: number): string[] {
  const options = [
    `device: ${JSON.stringify(id)}`,
    `rate: ${rate ?? 48_000}`,
    `channels: ${Math.min(channels ?? 2, 2)}`,
  ];
  return [
    `  ${moduleName('mic', index)}:   # ${name}`,
    '    use: audio',
    '    group: av',
    `    options: { ${options.join(', ')} }`,
  ];
}

const noMicrophone = [
  '  # mic:                              # no sound card that records was found',
  '  #   use: audio',
  '  #   group: av',
  '  #   options: { device: default, rate: 48000, channels: 1 }   # part of its name in `arecord -l`',
];

function cameraPart({ source, device, name }: Camera, index: number, found: PluggedIn): string[] {
  const encoder = source === 'v4l2' && found.hasEncoder ? ', encoder: h264_v4l2m2m' : '';
  return [
    `  ${moduleName('cam', index)}:   # ${name}${source === 'rpicam' ? ', on the ribbon' : ''}`,
    '    use: camera',
    '    group: av',
    '    armTimeout: 20s                   # cameras take their time to open',
    `    options: { source: ${source}, device: ${JSON.stringify(device)}, width: 1280, height: 720, rate: 30${encoder} }`,
  ];
}

const noCamera = [
  '  # cam:                              # no camera was found: `rpicam-hello --list-cameras`, `v4l2-ctl --list-devices`',
  '  #   use: camera',
  '  #   group: av',
  '  #   armTimeout: 20s',
];

function gpsPart({ receiver, hasGpsd }: PluggedIn['gps']): string[] {
  const words = [
    '  gps:                                # position and time, from gpsd',
    '    use: gps',
    '    required: false                   # a recording without a fix is one',
  ];
  if (receiver !== null && hasGpsd) return words;
  const why = receiver === null ? 'no receiver was found' : `${receiver} is there, gpsd is not`;
  return commented([`  gps:                                # ${why}`, ...words.slice(1)]);
}

const ownPart = [
  '  # mine:                             # your own: `rigdeck module new mine` writes one that records',
  '  #   command: [python3, ./mine/main.py]',
];

const wiring = [
  'gpio:                                 # documented wiring: the button between GPIO17 and ground, an LED with 330 ohm at GPIO22',
  '  buttons:',
  '    - { line: GPIO17, name: record, pull: up, click: record.start, hold: { after: 2s, do: record.stop } }',
  '  leds:',
  '    - { line: GPIO22, name: status, shows: rig }',
];

function gpioPart(header: string | null): string[] {
  return header === null ? commented(wiring) : wiring;
}

const hookPart = [
  '# hooks:                              # commands that are run on events, with the event as JSON on stdin',
  '#   - { on: [module.crashed, rig.degraded], run: [/usr/local/bin/notify] }',
];

/** As a comment, in the place where it would stand. */
function commented(lines: readonly string[]): string[] {
  const indent = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0;
  return lines.map((line) => `${line.slice(0, indent)}# ${line.slice(indent)}`);
}
