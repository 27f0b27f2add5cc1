import { accessSync, constants } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';

const modules = `
  host:
    use: system
    options: { rate: 2 }
  mic:                              # a tone, where a microphone would be
    use: audio
    group: av
    options: { source: test, channels: 1 }
  pressure:
    use: demo-sensor
    group: sensors
    options: { rate: 20, shape: sine }
  flaky:                            # ends by itself now and then while it records
    use: demo-sensor
    group: sensors
    required: false
    options: { rate: 5, shape: ramp, crashEvery: 20000 }
`;

// Clusters of one second, written at once: the file grows steadily, and a cut costs a second at most.
const pictures = `
  camera:                           # a test picture, where a camera would be
    use: camera
    group: av
    required: false
    armTimeout: 20s
    options: { source: test, width: 320, height: 240, rate: 10 }
  card:                             # an ordinary program, started for each recording
    protocol: none
    group: av
    required: false
    record:
      command: [ffmpeg, -hide_banner, -loglevel, warning, -nostdin, -re, -f, lavfi, -i, "testsrc=size=320x240:rate=10",
        -c:v, mjpeg, "-q:v", "5", -cluster_time_limit, "1000", -flush_packets, "1", "{dir}/{prefix}.mkv"]
      stopSignal: SIGINT
`;

const position = `
  gps:
    use: gps
    group: sensors
    required: false
`;

// Pressed by `rigdeck gpio press GPIO17`: nobody's header is touched.
const panel = `
gpio:
  backend: simulated
  buttons:
    - { line: GPIO17, name: record, click: record.start, hold: { after: 2s, do: record.stop } }
    - { line: GPIO27, name: mark, click: mark }
  leds:
    - { line: GPIO22, name: status, shows: rig }
    - { line: GPIO23, name: pressure, shows: module.pressure }
`;

const gpsdPort = 2947;
const gpsdMs = 500;

/** The configuration of the demo rig; with pictures where ffmpeg is installed, with a GPS where gpsd answers on this machine. */
export async function demoConfig(): Promise<string> {
  const head = `version: 1
rig:
  name: demo-rig
  recordings: ./recordings
  minFree: 50MB
modules:`;
  const parts = [
    modules,
    isInstalled('ffmpeg') ? pictures : '',
    (await answers(gpsdPort)) ? position : '',
    panel,
  ];
  return `${head}${parts.map((part) => part.trimEnd()).join('')}\n`;
}

function isInstalled(program: string): boolean {
  const { PATH = '' } = process.env;
  return PATH.split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false; // not in this folder
    }
  });
}

/** Whether somebody listens on this port of this machine. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port, timeout: gpsdMs });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
