/** Does one thing after the other, in the order in which they were asked for. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  /** @returns what the task gives or throws; a task that throws holds up none behind it */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Waits until everything is done that was asked for until now. */
  async done(): Promise<void> {
    await this.#last;
  }
}
