/** What sound cards there are, from /proc/asound (Documentation/sound/designs/procfile.rst of the kernel). */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** @typedef {{ number: number, id: string, name: string, captures: number[] }} Card `captures`: its devices that record */

const root = '/proc/asound';
const listMs = 3_000;

/** The cards of this machine; none where it has no sound at all. @param {string} [folder] */
export function soundCards(folder = root) {
  return parseCards(text(`${folder}/cards`), text(`${folder}/pcm`));
}

/**
 * @param {string} cards such as ` 1 [Device         ]: USB-Audio - USB PnP Sound Device` and a second line
 * @param {string} pcms such as `01-00: USB Audio : USB Audio : playback 1 : capture 1`
 * @returns {Card[]}
 */
export function parseCards(cards, pcms) {
  const captures = [...pcms.matchAll(/^(\d+)-(\d+):.*\bcapture \d+/gm)];
  return [...cards.matchAll(/^\s*(\d+) \[(\S+)\s*\]: (?:.*? - )?(.*)$/gm)].map(
    ([, number, id = '', name = '']) => ({
      number: Number(number),
      id,
      name: name.trim(),
      captures: captures
        .filter(([, card]) => Number(card) === Number(number))
        .map(([, , device]) => Number(device)),
    }),
  );
}

/**
 * What ALSA calls the device that people mean: an ALSA name as it is, or a card by its id, number or a part of its name.
 *
 * @param {string} device
 * @param {Card[]} cards
 * @returns {string[]} to be tried in this order
 */
export function alsaNames(device, cards) {
  const wished = device.trim().toLowerCase();
  const able = cards.filter((card) => card.captures.length > 0);
  // Where nothing says what the default is, ALSA takes card 0, and that of a Pi cannot record.
  if (wished === 'default') return ['default', ...able.slice(0, 1).map(plugName)];
  const exact = able.find(({ id, number }) => [id.toLowerCase(), `${number}`].includes(wished));
  const named = exact ?? able.find(({ name }) => name.toLowerCase().includes(wished));
  return named && wished !== '' && !device.includes(':') ? [plugName(named)] : [device];
}

/** ALSA converts rate and format where the card cannot. @param {Card} card */
const plugName = ({ id, captures: [first = 0] }) => `plughw:CARD=${id},DEV=${first}`;

/**
 * Whether the card of an ALSA name is there; true of names that tell of no card.
 *
 * @param {string} name such as `plughw:CARD=Device,DEV=0` or `hw:1` @param {string} [folder]
 */
export function isPlugged(name, folder = root) {
  const [, id, number] = /hw:(?:CARD=)?(?:([a-z]\w*)|(\d+))/i.exec(name) ?? [];
  const card = id ?? (number && `card${number}`);
  return card === undefined || existsSync(`${folder}/${card}`);
}

/** Whether a device is named by the number of its card, which another may have the next time: `2`, `hw:1,0`. @param {string} device */
export function isNumbered(device) {
  return /^\s*\d+\s*$|hw:(?:CARD=)?\d/i.test(device);
}

/**
 * Who has opened this card for recording.
 *
 * @param {Card} card @param {string} [folder]
 * @returns {string | null} such as `arecord (pid 812)`
 */
export function holderOf({ number, captures }, folder = root) {
  for (const device of captures) {
    const pcm = `${folder}/card${number}/pcm${device}c`;
    const pids = list(pcm).map((sub) => /^owner_pid\s*: (\d+)/m.exec(text(`${pcm}/${sub}/status`)));
    const pid = pids.find((found) => found !== null)?.[1];
    if (pid !== undefined) return `${text(`/proc/${pid}/comm`).trim() || 'a program'} (pid ${pid})`;
  }
  return null;
}

/** Names that the configuration of ALSA gives to devices. @returns {Promise<string[]>} */
export async function configuredNames() {
  const options = { timeout: listMs, env: { ...process.env, LC_ALL: 'C' } };
  const asked = promisify(execFile)('arecord', ['--list-pcms'], options);
  const { stdout } = await asked.catch(() => ({ stdout: '' })); // the cards are known all the same
  const names = stdout.split('\n').filter((line) => /^[\w.-]+$/.test(line));
  return names.filter((name) => !plugins.has(name));
}

/** What every configuration has and nobody records from. */
const plugins = new Set(
  'null lavrate samplerate speexrate jack oss pulse speex upmix vdownmix usbstream'.split(' '),
);

/** @param {string} file */
function text(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // there is no such card, or not any more
  }
}

/** @param {string} folder */
function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
