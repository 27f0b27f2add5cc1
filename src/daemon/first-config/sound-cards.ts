import { sanitize } from '../../protocol/sanitize.ts';
import type { MachineFiles } from '../host/machine-files.ts';

/** A sound card that can record. */
export type SoundCard = {
  /** ALSA's own short name, the same after every start: `Device`. */
  readonly id: string;
  readonly name: string;
  /** What the card does without ALSA converting. Null where it does not say, which only USB cards do. */
  readonly channels: number | null;
  readonly rate: number | null;
};

const wishedRate = 48_000;

/** The cards that can record, from /proc/asound (Documentation/sound/designs/procfile.rst of the kernel). */
export function findSoundCards(files: MachineFiles): SoundCard[] {
  const cards = files.text('proc/asound/cards') ?? '';
  const pcm = files.text('proc/asound/pcm') ?? '';
  const able = new Set(
    [...pcm.matchAll(/^(\d+)-\d+:.*\bcapture \d+/gm)].map(([, card]) => Number(card)),
  );
  return [...cards.matchAll(/^\s*(\d+) \[(\S+)\s*\]: (?:.*? - )?(.*)$/gm)].flatMap(
    ([, number, id = '', name = '']) =>
      able.has(Number(number))
        ? [{ id: sanitize(id, 32), name: sanitize(name.trim(), 60), ...usbFacts(files, number) }]
        : [],
  );
}

/** `/proc/asound/card1/stream0` of snd-usb-audio, the part behind `Capture:`. */
function usbFacts(
  files: MachineFiles,
  card: string | undefined,
): Pick<SoundCard, 'channels' | 'rate'> {
  const stream = files.text(`proc/asound/card${card}/stream0`) ?? '';
  const capture = stream.slice(stream.indexOf('Capture:') + 1);
  const channels = Number(/^\s*Channels: (\d+)/m.exec(capture)?.[1]);
  const said = /^\s*Rates: (.*)$/m.exec(capture)?.[1] ?? '';
  const rates = said
    .split(',')
    .map(Number)
    .filter((rate) => rate > 0);
  const isRange = said.includes('-') || rates.length === 0 || rates.includes(wishedRate);
  return {
    channels: stream.includes('Capture:') && channels > 0 ? channels : null,
    rate: isRange ? null : Math.max(...rates),
  };
}
