/** Waits until it is done or has failed, but no longer than `ms`. */
export async function atMost(ms: number, what: Promise<unknown>): Promise<void> {
  await new Promise<void>((goOn) => {
    const timer = setTimeout(goOn, ms);
    void Promise.allSettled([what]).then(() => {
      clearTimeout(timer);
      goOn();
    });
  });
}
