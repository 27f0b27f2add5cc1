const newline = 10;

export type LineCutter = {
  /** The lines that this chunk completes, without empty ones. */
  push(chunk: Buffer): string[];
  /** Whether a line grew longer than allowed. What follows is not to be read any more. */
  isOverfull(): boolean;
};

/**
 * Cuts a stream of bytes into lines of at most `maxBytes`, newline included. Pieces are joined once, when their line ends,
 * so that a line that comes byte by byte costs no more than another.
 */
export function createLineCutter(maxBytes: number): LineCutter {
  let parts: Buffer[] = [];
  let heldBytes = 0;
  let overfull = false;

  const hold = (piece: Buffer) => {
    heldBytes += piece.length;
    overfull ||= heldBytes > maxBytes;
    if (overfull) parts = [];
    else if (piece.length > 0) parts.push(piece);
  };
  const finish = (): string => {
    const line = Buffer.concat(parts).toString('utf8').trim();
    parts = [];
    heldBytes = 0;
    return line;
  };

  return {
    push: (chunk) => {
      const lines: string[] = [];
      let from = 0;
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
        hold(chunk.subarray(from, at + 1));
        if (overfull) break;
        lines.push(finish());
        from = at + 1;
      }
      hold(chunk.subarray(from));
      return lines.filter((line) => line !== '');
    },
    isOverfull: () => overfull,
  };
}
