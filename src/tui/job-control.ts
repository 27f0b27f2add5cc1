/** What a program does with the terminal around a stop. */
type Stoppable = {
  /** Gives the terminal back for as long as the stop lasts. */
  readonly giveBack: () => void;
  /** Takes it again and draws, whatever stands there now. */
  readonly takeAgain: () => void;
};

/** A signal that has come is told within that time. In ms. */
const tellingMs = 250;

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
  // The SIGCONT of a stop of our own: by the time that we are told of it, we have gone on.
  let isAwaited = false;
  const stop = (which: number) => {
    giveBack();
    process.off('SIGTSTP', fromOutside);
    // Without a listener the kernel stops us before this returns, until SIGCONT. Where no shell is there to go back to (an
    // orphaned process group, setpgid(2)), it does not, and no SIGCONT comes.
    process.kill(which, 'SIGTSTP');
    process.on('SIGTSTP', fromOutside);
    // At once: whatever comes next may draw.
    takeAgain();
    isAwaited = true;
    setTimeout(() => {
      isAwaited = false;
    }, tellingMs).unref();
  };
  const fromOutside = () => stop(process.pid);
  const goOn = () => {
    if (!isAwaited) takeAgain();
    isAwaited = false;
  };
  process.on('SIGTSTP', fromOutside);
  process.on('SIGCONT', goOn);
  return {
    // 0 is the whole process group, as with the terminal's own Ctrl-Z: a script that waits for us stops with us.
    suspend: () => stop(0),
    end: () => {
      process.off('SIGTSTP', fromOutside);
      process.off('SIGCONT', goOn);
    },
  };
}
