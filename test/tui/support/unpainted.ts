const esc = '\u001b';
const paints = new RegExp(`${esc}\\[[\\d;]*m`, 'g');

/** The text without the codes that paint it; any other code stays in it. */
export function unpainted(text: string): string {
  return text.replace(paints, '');
}
