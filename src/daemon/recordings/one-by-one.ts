/** Does one thing after the other, in the order in which they were asked for; what may go side by side does. */
export class OneByOne {
  /** Behind which whatever comes side by side may begin. */
  #barrier: Promise<unknown> = Promise.resolve();
  #last: Promise<unknown> = this.#barrier;

  /** @returns what the task gives or throws; a task that throws holds up none behind it */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#barrier = result.catch(() => {});
    this.#last = this.#barrier;
    return result;
  }

  /** The same, but beside its neighbours that were asked for in this way too. */
  beside<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#barrier.then(task);
    this.#last = Promise.allSettled([this.#last, result]);
    return result;
  }

  /** Waits until everything is done that was asked for until now. */
  async done(): Promise<void> {
    await this.#last;
  }
}
