type Table = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Notes which cells of a table were looked up, so that no cell stands there untried. */
export class Coverage {
  readonly #visits = new Map<string, number>();

  /** Puts an ear on every cell of the table. */
  watch(name: string, table: Table): void {
    for (const [row, cells] of Object.entries(table)) {
      for (const [column, cell] of Object.entries(cells)) {
        if (cell === 'impossible') continue;
        const key = `${name}: ${column} while ${row}`;
        this.#visits.set(key, 0);
        const visit = () => {
          this.#visits.set(key, (this.#visits.get(key) ?? 0) + 1);
          return cell;
        };
        Object.defineProperty(cells, column, { get: visit, enumerable: true });
      }
    }
  }

  get cells(): number {
    return this.#visits.size;
  }

  /** Cells that nobody ever came to. */
  missing(): string[] {
    return [...this.#visits].filter(([, visits]) => visits === 0).map(([key]) => key);
  }
}
