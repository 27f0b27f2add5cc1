import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const modules = `
  host:
    use: system
    options: { rate: 2 }
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
const camera = `
  camera:                           # an ordinary program, started for each recording
    protocol: none
    required: false
    record:
      command: [ffmpeg, -hide_banner, -loglevel, warning, -nostdin, -re, -f, lavfi, -i, "testsrc=size=320x240:rate=10",
        -c:v, mjpeg, "-q:v", "5", -cluster_time_limit, "1000", -flush_packets, "1", "{dir}/{prefix}.mkv"]
      stopSignal: SIGINT
`;

/** The configuration of the demo rig; with a camera where ffmpeg is installed. */
export function demoConfig(): string {
  const head = `version: 1
rig:
  name: demo-rig
  recordings: ./recordings
  minFree: 50MB
modules:`;
  return `${head}${modules.trimEnd()}${isInstalled('ffmpeg') ? camera.trimEnd() : ''}\n`;
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
