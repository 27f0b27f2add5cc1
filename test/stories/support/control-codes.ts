/** C0 and C1 control characters but line feed and tab, and the ones that reverse text. */
export function hasControlCodes(text: string): boolean {
  return [...text].some((letter) => {
    const code = letter.codePointAt(0) ?? 0;
    const isControl = code < 32 || (code >= 0x7f && code < 0xa0);
    return (isControl && letter !== '\n' && letter !== '\t') || (code >= 0x202a && code <= 0x202e);
  });
}
