import { createMouseReader, type MouseEvent } from './mouse-reader.ts';

/** The mouse of a terminal. */
export type Mouse = {
  /** Asks the terminal for clicks, or leaves them to it: then text is selected with the mouse as everywhere. */
  readonly turn: (to: 'on' | 'off') => void;
  /** Tells each click. Gives the function that ends this. */
  readonly listen: (listener: (event: MouseEvent) => void) => () => void;
};

/** How long an Esc is waited with, which may be the beginning of a report that was cut, in ms. Only while the mouse is on. */
const heldMs = 30;

/**
 * Takes the mouse out of what is typed.
 *
 * @param ask writes to the terminal that clicks are wanted, or not
 * @returns the stream that keys are read from in the place of `stdin`, and the mouse
 */
export function takeMouse(
  stdin: NodeJS.ReadStream,
  ask: (to: 'on' | 'off') => void,
): { readonly stdin: NodeJS.ReadStream; readonly mouse: Mouse } {
  const reader = createMouseReader();
  const listeners = new Set<(event: MouseEvent) => void>();
  let isOn = false;
  let released = '';
  let timer: NodeJS.Timeout | undefined;
  const release = () => {
    released += reader.flush();
    if (released !== '') stdin.emit('readable');
  };
  const read = (): string | null => {
    const before = released;
    released = '';
    const chunk: unknown = stdin.read();
    if (chunk === null) return before === '' ? null : before;
    clearTimeout(timer);
    const { text, events, isOpen } = reader.feed(String(chunk), isOn);
    if (isOpen) timer = setTimeout(release, heldMs);
    for (const event of events) for (const listener of listeners) listener(event);
    return before + text;
  };
  const mouse: Mouse = {
    turn: (to) => {
      if (isOn === (to === 'on')) return;
      isOn = to === 'on';
      ask(to);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return { stdin: withRead(stdin, read), mouse };
}

function withRead(stdin: NodeJS.ReadStream, read: () => string | null): NodeJS.ReadStream {
  return new Proxy(stdin, {
    get: (stream, key) => {
      if (key === 'read') return read;
      const value: unknown = Reflect.get(stream, key, stream);
      return typeof value === 'function' ? value.bind(stream) : value;
    },
  });
}
