/** Cameras that the kernel knows as /dev/video*. */
import fs from 'node:fs';
import path from 'node:path';
import { Problem } from '../sdk/node/rigdeck.mjs';

/** @typedef {{ device: string, name: string }} Device */

/** Parts of a Pi that are video devices and no cameras one could ask for a picture. */
const noCamera = /^(bcm2835-|rpi-?vid|rpi-hevc|rpi-?isp|pispbe|rp1-cfe|unicam)/i;

/**
 * All cameras, in the order of their numbers. A webcam's second device, for metadata, is none.
 *
 * @param {string} [folder] for tests
 * @returns {Device[]}
 */
export function listCameras(folder = '/sys/class/video4linux') {
  return entries(folder)
    .filter((entry) => /^video\d+$/.test(entry))
    .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)))
    .map((entry) => ({
      device: `/dev/${entry}`,
      name: text(path.join(folder, entry, 'name')),
      index: text(path.join(folder, entry, 'index')),
    }))
    .filter(({ name, index }) => (index === '0' || index === '') && !noCamera.test(name))
    .map(({ device, name }) => ({ device, name }));
}

/**
 * The camera that is wished for, with a name for people.
 *
 * @param {string} wish path, number, part of a name, or nothing: the first
 * @param {Device[]} cameras
 * @returns {Device}
 * @throws {Problem} that lists what there is
 */
export function chooseCamera(wish, cameras) {
  const named = cameras.map(({ device, name }) => ({ device, name: `${name} (${device})` }));
  const asked = /^\d+$/.test(wish) ? `/dev/video${wish}` : wish;
  const known = asked.startsWith('/')
    ? named.find(({ device }) => device === (real(asked) ?? asked))
    : named.find(({ name }) => name.toLowerCase().includes(asked.toLowerCase()));
  const found = asked.startsWith('/') ? { device: asked, name: known?.name ?? asked } : known;
  if (found !== undefined && fs.existsSync(found.device)) return found;
  const what = asked === '' ? 'no camera answers' : `there is no camera ${asked}`;
  const there = named.map(({ name }) => name).join(', ');
  throw new Problem(
    'no-device',
    `${what}; ${there ? `there are: ${there}` : 'none is plugged in'}`,
    {
      remedy: 'plug it in, or name one that is there with `device`',
    },
  );
}

/**
 * The processes that have a device open, as far as this user may see.
 *
 * @param {string} device
 * @param {string} [proc] for tests
 * @returns {string[]} such as `motion (pid 812)`
 */
export function holdersOf(device, proc = '/proc') {
  const wanted = real(device);
  return entries(proc)
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) =>
      entries(path.join(proc, pid, 'fd')).some(
        (fd) => real(path.join(proc, pid, 'fd', fd)) === wanted,
      ),
    )
    .map((pid) => `${text(path.join(proc, pid, 'comm'))} (pid ${pid})`);
}

/** @param {string} file */
function real(file) {
  try {
    return fs.realpathSync(file);
  } catch {
    return null; // gone, or a pipe
  }
}

/** @param {string} folder */
function entries(folder) {
  try {
    return fs.readdirSync(folder);
  } catch {
    return []; // not there, or not for this user
  }
}

/** @param {string} file */
function text(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
