/** The entry of that very name: a module may be called `constructor`, which every object seems to have. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
