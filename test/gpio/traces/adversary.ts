import type { Trace } from './trace.ts';

/** What nobody does, until somebody does it. */
export const adversary: readonly Trace[] = [
  {
    name: 'a line that flaps at 1 kHz for a minute is one fault, and one recovery',
    button: 'hold',
    line: '+1000..61000/60001 -61001',
    told: ['chattering @1500', 'no longer chattering @63001'],
  },
  {
    name: 'static strikes just as the hold is reached',
    button: 'hold',
    line: '+1000 -3000 +3000.5 -5000',
    told: ['pressed 1000 hold at 3000 @1030', 'hold 1000-3000 @3000', 'released 1000-5000 @5030'],
  },
  {
    name: 'half-pressed for a minute, making contact for 25 ms twice a second: no press',
    button: 'hold',
    line: Array.from({ length: 120 }, (_, n) => `+${1000 + n * 500} -${1025 + n * 500}`).join(' '),
    told: [],
  },
  {
    name: 'a finger that rolls over the edge of the button: contact, none, contact, each just long enough',
    button: 'plain',
    line: '+1000 -1031 +1062 -1093',
    told: [
      'pressed 1000 @1030',
      'released 1000-1031 @1061',
      'click 1000-1031 @1061',
      'pressed 1062 @1092',
      'released 1062-1093 @1123',
      'click 1062-1093 @1123',
    ],
  },
  {
    name: 'held through a daemon restart, let go and pressed again in a hurry',
    button: 'hold',
    start: 1,
    line: '-500 +600 -700',
    told: ['pressed 600 hold at 2600 @630', 'released 600-700 early @730', 'click 600-700 @730'],
  },
  {
    name: 'held through a daemon restart with a contact that trembles: no press until it was released',
    button: 'hold',
    start: 1,
    line: '-500 +512 -1500 +1520 -4000 +6000 -6100',
    told: [
      'pressed 6000 hold at 8000 @6030',
      'released 6000-6100 early @6130',
      'click 6000-6100 @6130',
    ],
  },
  {
    name: 'a button that is stuck for an hour, trembles now and then, and comes free',
    button: 'hold',
    line: '+1000 -100000 +100001 -2000000 +2000010 -3600000 +3700000 -3700100',
    told: [
      'pressed 1000 hold at 3000 @1030',
      'hold 1000-3000 @3000',
      'stuck @33000',
      'no longer stuck @3602000',
      'pressed 3700000 hold at 3702000 @3700030',
      'released 3700000-3700100 early @3700130',
      'click 3700000-3700100 @3700130',
    ],
  },
  {
    name: 'water in the plug: 40 Hz for a minute is chattering, not a hundred clicks',
    button: 'plain',
    line: '+1000..61000/4801 -61010',
    told: ['chattering @1500', 'no longer chattering @63010'],
  },
  {
    name: 'the whole buffer of the kernel is lost while it flaps, and it ends pressed: no press, no hold',
    button: 'hold',
    line: '+1000..1100/11 +5000!4000 -9000 +12000 -12100',
    told: [
      'pressed 1000 hold at 3000 11 edges @1130',
      'hold 1000-3000 @3000',
      'dropped 1000 @5000',
      'pressed 12000 hold at 14000 @12030',
      'released 12000-12100 early @12130',
      'click 12000-12100 @12130',
    ],
  },
];
