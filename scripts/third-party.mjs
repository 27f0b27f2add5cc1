// The licences of what is bundled: each asks that its text goes along.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const head = `Rigdeck holds these packages in its bundle. Each is followed by what it says about its licence.
`;
/** Packages that name a licence and bring no text of it, and whose text is theirs: both are of Meta Platforms, under the MIT licence. */
const textOfOther = new Map([['yoga-layout', 'react']]);

/**
 * What has to stand beside a bundle: name, version and licence text of every package that it holds something of.
 *
 * @param {readonly import('esbuild').Metafile[]} metafiles of the bundles
 * @returns {Promise<string>}
 * @throws where a package has no text of its licence
 */
export async function thirdPartyNotice(metafiles) {
  const folders = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs).flatMap(packageOf)),
  );
  const parts = await Promise.all([...new Set(folders)].sort().map(partOf));
  return [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

/** @param {[string, {bytesInOutput: number}]} input */
function packageOf([file, { bytesInOutput }]) {
  const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
  return folder === undefined || bytesInOutput === 0 ? [] : [folder];
}

/** @param {string} folder of a package */
async function partOf(folder) {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  );
  const other = textOfOther.get(name);
  const from = other === undefined ? folder : join(folder, '..', other);
  const files = (await readdir(from)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  if (files.length === 0) throw new Error(`${folder} has no text of its licence`);
  const texts = await Promise.all(files.sort().map((file) => readFile(join(from, file), 'utf8')));
  return `${name} ${version} (${license})\n\n${texts.map((text) => text.trim()).join('\n\n')}\n`;
}
