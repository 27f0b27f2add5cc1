import type { Trace } from './trace.ts';

const presses: readonly Trace[] = [
  {
    name: 'a click is a click',
    button: 'hold',
    line: '+1000 -1150',
    told: [
      'pressed 1000 hold at 3000 @1030',
      'released 1000-1150 early @1180',
      'click 1000-1150 @1180',
    ],
  },
  {
    name: 'a hold is a hold',
    button: 'hold',
    line: '+1000 -6000',
    told: ['pressed 1000 hold at 3000 @1030', 'hold 1000-3000 @3000', 'released 1000-6000 @6030'],
  },
  {
    name: 'a click whose release is heard beyond the threshold is no hold',
    button: 'hold',
    line: '+1000 -1150 +9000 -9100',
    blocked: [[1100, 6000]],
    told: [
      'pressed 1000 hold at 3000 @1030',
      'dropped 1000 @6030',
      'pressed 9000 hold at 11000 @9030',
      'released 9000-9100 early @9130',
      'click 9000-9100 @9130',
    ],
  },
  {
    name: 'a click whose release is heard late, and before the threshold, is a click',
    button: 'hold',
    line: '+1000 -1150',
    blocked: [[1100, 2900]],
    told: [
      'pressed 1000 hold at 3000 @1030',
      'released 1000-2900 early @2930',
      'click 1000-2900 @2930',
    ],
  },
  {
    name: 'a finger that is still down when the program comes back has held it',
    button: 'hold',
    line: '+1000 -9000',
    blocked: [[1100, 6000]],
    told: ['pressed 1000 hold at 3000 @1030', 'hold 1000-3000 @6020', 'released 1000-9000 @9030'],
  },
  {
    name: 'a hold counts from when the finger was heard',
    button: 'hold',
    line: '+1000 -3500',
    blocked: [[900, 2600]],
    told: [
      'pressed 2600 hold at 4600 @2630',
      'released 2600-3500 early @3530',
      'click 2600-3500 @3530',
    ],
  },
  {
    name: 'a release just when the threshold is looked at is in doubt, and found once',
    button: 'hold',
    line: '+1000 -3005',
    blocked: [[2999, 3010]],
    told: ['pressed 1000 hold at 3000 @1030', 'dropped 1000 @3040'],
  },
  {
    name: 'the second click of two, heard beyond the threshold, is dropped, and the first is one',
    button: 'both',
    line: '+1000 -1100 +1300 -1400',
    blocked: [[1350, 5000]],
    told: [
      'pressed 1000 hold at 3000 @1030',
      'released 1000-1100 early @1130',
      'pressed 1300 hold at 3300 @1330',
      'click 1000-1100 @5030',
      'dropped 1300 @5030',
    ],
  },
  {
    name: 'what came and went while the program was late was never heard',
    button: 'plain',
    line: '+1000 -1150 +3000 -3100',
    blocked: [[900, 2000]],
    told: ['pressed 3000 @3030', 'released 3000-3100 @3130', 'click 3000-3100 @3130'],
  },
  {
    name: 'a spike while it is held ends no hold',
    button: 'hold',
    line: '+1000 -1500 +1501 -6000',
    told: ['pressed 1000 hold at 3000 @1030', 'hold 1000-3000 @3000', 'released 1000-6000 @6030'],
  },
  {
    name: 'a press of a minute that is heard late is no click',
    button: 'plain',
    line: '+1000 -61000',
    blocked: [[1100, 62_000]],
    told: ['pressed 1000 @1030', 'dropped 1000 @62030'],
  },
  {
    name: 'a switch has the position that it has, however late that is heard',
    button: 'switch',
    line: '+1000 -8000',
    blocked: [[900, 5000]],
    told: ['switched on 5000 @5030', 'switched off 8000 @8030'],
  },
];

/** Lines whose edges nobody stamps: what a late program hears, it hears late. */
export const noStamps: readonly Trace[] = presses.map((trace) => ({
  ...trace,
  name: `without stamps: ${trace.name}`,
  unstamped: true,
}));
