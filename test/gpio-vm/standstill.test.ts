import { testInGuest } from './guest.ts';
import { standstillScenarios } from './inside/standstill.ts';

testInGuest(
  "a daemon that stands still on a real kernel's GPIO",
  'standstill',
  standstillScenarios,
);
