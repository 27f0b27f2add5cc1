import type { Trace } from './trace.ts';

export const noise: readonly Trace[] = [
  { name: 'one electrostatic spike', button: 'plain', line: '+1000 -1000.2', told: [] },
  {
    name: 'a spike so short that the line is back before it is read',
    button: 'plain',
    line: '-1000',
    told: [],
  },
  {
    name: 'a burst of spikes, as of a relay beside it',
    button: 'hold',
    line: '+1000..1008/12',
    told: [],
  },
  {
    name: 'a spike every 50 ms, as of an electric fence',
    button: 'plain',
    line: '+1000 -1001 +1050 -1051 +1100 -1101 +1150 -1151',
    told: [],
  },
  {
    name: 'a press between two spikes',
    button: 'plain',
    line: '+900 -900.3 +1000 -1150 +1300 -1300.2',
    told: ['pressed 1000 @1030', 'released 1000-1150 @1180', 'click 1000-1150 @1180'],
  },
  {
    name: 'a spike 20 ms before a press is not when the finger came down',
    button: 'plain',
    line: '+1000 -1001 +1021 -1200',
    told: ['pressed 1021 3 edges @1051', 'released 1021-1200 @1230', 'click 1021-1200 @1230'],
  },
  {
    name: 'spikes while it is held do not end the hold',
    button: 'hold',
    line: '+1000 -1500 +1501 -2000 +2000.4 -2600 +2601 -5000',
    told: ['pressed 1000 hold at 3000 @1030', 'hold 1000-3000 @3000', 'released 1000-5000 @5030'],
  },
  {
    name: 'long leads near a motor: it rattles for three seconds, and is heard again two seconds later',
    button: 'hold',
    line: '+1000..4000/601 -4001 +8000 -8100',
    told: [
      'chattering @1500',
      'no longer chattering @6001',
      'pressed 8000 hold at 10000 @8030',
      'released 8000-8100 early @8130',
      'click 8000-8100 @8130',
    ],
  },
  {
    name: 'a motor that starts while a hold counts: the hold is dropped',
    button: 'hold',
    line: '+1000 -1500..2500/201 -2501',
    told: ['pressed 1000 hold at 3000 @1030', 'chattering @2000', 'no longer chattering @4501'],
  },
  {
    name: 'hum of the mains on an open line',
    button: 'plain',
    line: '+1000..2000/101',
    told: ['chattering @1500'],
  },
  {
    name: 'after a faulty time it must be at rest, not held',
    button: 'plain',
    line: '+1000..2000/101 +2001 -9000 +12000 -12100',
    told: [
      'chattering @1500',
      'no longer chattering @11000',
      'pressed 12000 @12030',
      'released 12000-12100 @12130',
      'click 12000-12100 @12130',
    ],
  },
  {
    name: 'one spike in the quiet time begins it anew',
    button: 'plain',
    line: '+1000..2000/101 -2001 +3500 -3501 +5000 -5100 +8000 -8100',
    told: [
      'chattering @1500',
      'no longer chattering @7100',
      'pressed 8000 @8030',
      'released 8000-8100 @8130',
      'click 8000-8100 @8130',
    ],
  },
];
