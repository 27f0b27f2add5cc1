/** Why a sound card cannot be recorded from, and what to do about it. */
import { Problem } from '../sdk/node/rigdeck.mjs';
import { isComplaint } from './commands.mjs';
import { holderOf, isNumbered } from './sound-cards.mjs';

/** @typedef {import('./sound-cards.mjs').Card} Card */
/**
 * @typedef {object} Scene
 * @property {string} device as people wrote it
 * @property {string[]} names as ALSA calls it, the last one tried last
 * @property {string[]} lines what the program said
 * @property {Card[]} cards
 * @property {string[]} configured names that the configuration of ALSA knows
 */

/**
 * What arecord or ffmpeg said, as a problem with its remedy.
 *
 * @param {Scene} scene
 * @param {(card: Card) => string | null} [holder] who has opened the card
 * @returns {Problem}
 */
export function deviceProblem(scene, holder = holderOf) {
  const said = scene.lines.join('\n');
  const [, kind] = kinds.find(([pattern]) => pattern.test(said)) ?? [null, unknownFault];
  return kind(scene, holder);
}

const missingProgram = /spawn \S+ ENOENT/;
const unfit = /non available|not available|cannot set/i;
const missingDevice =
  /No such (?:file|device)|Unknown PCM|[Cc]annot find card|cannot open audio device/;

/** @typedef {(scene: Scene, holder: (card: Card) => string | null) => Problem} Kind */
/** @type {[RegExp, Kind][]} the first that matches */
const kinds = [
  [missingProgram, noProgram],
  [/resource busy/, busy],
  [/Permission denied|Operation not permitted/, forbidden],
  [unfit, otherFormat],
  [missingDevice, noDevice],
];

/** The program is not installed. @param {string[]} lines */
export const isNoProgram = (lines) => lines.some((line) => missingProgram.test(line));
/** There is no such device: another name may do. @param {string[]} lines */
export const isMissing = (lines) => lines.some((line) => missingDevice.test(line));

/** @type {Kind} */
function noProgram() {
  return new Problem('no-tool', 'neither arecord nor ffmpeg is installed', {
    remedy: 'sudo apt install alsa-utils',
  });
}

/** @type {Kind} */
function busy({ device, names, cards }, holder) {
  const card = cards.find(({ id }) => names.at(-1)?.includes(`CARD=${id}`));
  const owners = (card ? [card] : cards)
    .map((one) => holder(one))
    .filter((owner) => owner !== null);
  const who = owners.length > 0 ? `in use by ${owners.join(', ')}` : 'in use by another program';
  return new Problem('busy', `the sound card ${quote(device)} is ${who}`, {
    remedy: 'end that program, or choose another device',
  });
}

/** @type {Kind} */
function forbidden({ device }) {
  return new Problem(
    'forbidden',
    `the sound card ${quote(device)} may not be opened by this user`,
    {
      remedy: 'sudo usermod -aG audio <user>, then log in again',
    },
  );
}

/** @type {Kind} */
function otherFormat({ device, lines }) {
  const said = lastWords(lines.find((line) => unfit.test(line)) ?? '');
  const formats = lines.flatMap((line) => /^- (\w+)$/.exec(line)?.[1] ?? []);
  const known = formats.length === 0 ? '' : `; it has ${formats.join(', ')}`;
  return new Problem('format', `${quote(device)} cannot record like this: ${said}${known}`, {
    remedy: 'choose another rate, format or channels, or a plughw: device, which converts',
  });
}

/** @type {Kind} */
function noDevice(scene) {
  return new Problem('no-device', `there is no sound card ${quote(scene.device)} to record from`, {
    remedy: whatExists(scene),
  });
}

/** @type {Kind} */
function unknownFault(scene) {
  const words = lastWords(scene.lines.findLast(isComplaint) ?? 'no reason given');
  return new Problem('no-device', `${quote(scene.device)} cannot be opened: ${words}`, {
    remedy: whatExists(scene),
  });
}

/** @param {Scene} scene */
function whatExists({ device, cards, configured }) {
  const able = cards.filter(({ captures }) => captures.length > 0);
  const names = [...able.map(({ id, name }) => `${id} (${name})`), ...configured];
  const why = isNumbered(device) ? 'cards get other numbers when they are plugged in: ' : '';
  if (names.length > 0) return `${why}set options.device to one that is here: ${names.join(', ')}`;
  return cards.length > 0
    ? `plug a microphone in; ${cards.map(({ id }) => id).join(', ')} can only play`
    : 'plug a sound card in; there is none (arecord -l)';
}

/** Without the place in the source of arecord. @param {string} line */
const lastWords = (line) => line.replace(/^(?:\w+: )?(?:\w+:\d+: )?/, '').slice(0, 200);

/** @param {string} device */
const quote = (device) => `"${device}"`;
