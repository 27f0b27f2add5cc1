import { testInGuest } from './guest.ts';
import { lineScenarios } from './inside/lines.ts';

testInGuest("on a real kernel's GPIO", 'lines', lineScenarios);
