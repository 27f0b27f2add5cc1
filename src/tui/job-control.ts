/** What a program does with the terminal around a stop. */
type Stoppable = {
  /** Gives the terminal back for as long as the stop lasts. */
  readonly giveBack: () => void;
  /** Takes it again and draws, whatever stands there now. */
  readonly takeAgain: () => void;
};

/** A SIGCONT that comes so soon after we went on by ourselves is that of the same stop. In ms. */
const sameStopMs = 1_000;

/**
 * Ctrl-Z and `fg`: gives the terminal back, stops, and takes the terminal again when the shell lets us go on. The same for a
 * SIGTSTP from outside, and after a SIGSTOP, which nobody is told of before.
 *
 * @returns `suspend` for the key, which raw mode makes a letter like any other, and `end`
 */
export function watchStops({ giveBack, takeAgain }: Stoppable): {
  readonly suspend: () => void;
  readonly end: () => void;
} {
  let wentOnMs = Number.NEGATIVE_INFINITY;
  // `which`: 0 is the whole process group, as the terminal's own Ctrl-Z: a script that waits for us stops with us.
  const stop = (which: number) => {
    giveBack();
    process.off('SIGTSTP', fromOutside);
    // Without a listener the kernel stops us before this returns, until SIGCONT. Where no shell is there to go back to (an
    // orphaned process group, setpgid(2)), it does not, and we go on at once.
    process.kill(which, 'SIGTSTP');
    process.on('SIGTSTP', fromOutside);
    wentOnMs = performance.now();
    takeAgain();
  };
  const fromOutside = () => stop(process.pid);
  const goOn = () => {
    if (performance.now() - wentOnMs > sameStopMs) takeAgain();
  };
  process.on('SIGTSTP', fromOutside);
  process.on('SIGCONT', goOn);
  return {
    suspend: () => stop(0),
    end: () => {
      process.off('SIGTSTP', fromOutside);
      process.off('SIGCONT', goOn);
    },
  };
}
