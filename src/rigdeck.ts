#!/usr/bin/env node
// What `rigdeck` starts. It loads nothing, and says nothing that an old Node cannot read: `main.ts`, which such a Node would
// answer with a stack trace, is loaded after the look at its version (engines of package.json; npm only warns).
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 20 || (major === 20 && minor >= 19)) {
  await import('./main.ts');
} else {
  // Of 32 bits there is no Node 24.
  const archive = `linux-${process.arch === 'arm' ? 'armv7l' : process.arch}`;
  process.stderr.write(
    `rigdeck: it needs Node 20.19 or newer, and ${process.execPath} is ${process.versions.node}. Install Node 22 from nodejs.org (the archive for ${archive}, unpacked below /usr/local), or a Raspberry Pi OS of trixie or later.\n`,
  );
  process.exitCode = 1;
}
