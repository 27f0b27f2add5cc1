/** `14:02:03`, on the clock of whoever reads it. */
export function clockTime(at: string): string {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
}

/** `2026-11-22 14:02:03`, on the clock of whoever reads it. */
export function dateAndTime(at: string): string {
  const time = new Date(at);
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${clockTime(at)}`;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
