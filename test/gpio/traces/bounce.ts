import type { Trace } from './trace.ts';

export const bounce: readonly Trace[] = [
  {
    name: 'a click that bounces at both ends is one click, from its first edge',
    button: 'hold',
    line: '+1000 -1002 +1003 -1007 +1009 -1200 +1203 -1204',
    told: [
      'pressed 1000 hold at 3000 5 edges @1039',
      'released 1000-1200 early 3 edges @1234',
      'click 1000-1200 @1234',
    ],
  },
  {
    name: 'an old switch that bounces 40 times in 25 ms',
    button: 'plain',
    line: '+1000..1024/41 -1200',
    told: ['pressed 1000 41 edges @1054', 'released 1000-1200 @1230', 'click 1000-1200 @1230'],
  },
  {
    name: 'bounces on the release of a hold make no click',
    button: 'hold',
    line: '+1000 -4000 +4004 -4009 +4011 -4020',
    told: [
      'pressed 1000 hold at 3000 @1030',
      'hold 1000-3000 @3000',
      'released 1000-4000 5 edges @4050',
    ],
  },
  {
    name: 'the contact opens for a moment while it is held',
    button: 'hold',
    line: '+1000 -1800 +1812 -4000',
    told: ['pressed 1000 hold at 3000 @1030', 'hold 1000-3000 @3000', 'released 1000-4000 @4030'],
  },
  {
    name: 'the contact opens for a moment just at the threshold',
    button: 'hold',
    line: '+1000 -2995 +3005 -4000',
    told: ['pressed 1000 hold at 3000 @1030', 'hold 1000-3000 @3035', 'released 1000-4000 @4030'],
  },
  {
    name: 'the finger leaves just before the threshold, bouncing over it',
    button: 'hold',
    line: '+1000 -2995 +2998 -3002',
    told: [
      'pressed 1000 hold at 3000 @1030',
      'released 1000-2995 early 3 edges @3032',
      'click 1000-2995 @3032',
    ],
  },
  {
    name: 'the release bounces for long and is told all the same',
    button: 'plain',
    line: '+1000 -1200..1500/26 -1501',
    told: ['pressed 1000 @1030', 'released 1000-1200 27 edges @1531', 'click 1000-1200 @1531'],
  },
  {
    name: 'half-pressed: contact is made and lost and made, and never kept',
    button: 'plain',
    line: '+1000 -1020 +1040 -1055 +1080 -1105',
    told: [],
  },
  {
    name: 'a finger that trembles for half a second before it presses',
    button: 'plain',
    line: '+1000..1504/19 -1700',
    told: ['pressed 1504 19 edges @1534', 'released 1504-1700 @1730', 'click 1504-1700 @1730'],
  },
  {
    name: 'half-pressed, then pressed',
    button: 'plain',
    line: '+1000 -1012 +1100 -1300',
    told: ['pressed 1100 @1130', 'released 1100-1300 @1330', 'click 1100-1300 @1330'],
  },
  {
    name: 'a slow switch with its debounce set to 200 ms',
    button: 'slow',
    line: '+1000 -1050 +1150 -1200 +1300 -2100 +2150 -2250',
    told: [
      'pressed 1300 hold at 3300 5 edges @1500',
      'released 1300-2250 early 3 edges @2450',
      'click 1300-2250 @2450',
    ],
  },
];
