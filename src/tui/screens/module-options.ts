import type { ModuleDetail, ModuleOption } from '../../protocol/module-detail.ts';
import { clean, wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { type Line, span } from '../line.ts';

/** How a module is set up: its options as the daemon runs it, marked where rig.yaml says something else now, and its command. */
export function optionLines(detail: ModuleDetail | null, width: number): Line[] {
  if (detail === null) return [];
  const { options, configTrouble } = detail;
  return [
    [span(' options', paints.bold), span(' · as it runs', paints.dim)],
    ...lines(options, width),
    ...(configTrouble === null
      ? []
      : block('!', `what rig.yaml says now is not known: ${configTrouble}`, width, paints.warn)),
    ...block('$', detail.command.join(' '), width, paints.dim),
  ];
}

function lines(options: ModuleDetail['options'], width: number): Line[] {
  if (options === null)
    return block(' ', 'not told to a screen that may only look', width, paints.dim);
  if (options.length === 0) return block(' ', 'none', width, paints.dim);
  return options.flatMap((option) => {
    const isOther = option.now !== undefined;
    const paint = isOther ? paints.warn : paints.plain;
    return block(isOther ? '!' : ' ', sayOption(option), width, paint);
  });
}

function sayOption({ name, value, now }: ModuleOption): string {
  const is = value === null ? `${name}: not set` : `${name}: ${value}`;
  if (now === undefined) return is;
  return now === null ? `${is} (rig.yaml has it no more)` : `${is} (rig.yaml says ${now} now)`;
}

function block(sign: string, words: string, width: number, paint: typeof paints.plain): Line[] {
  return wrap(clean(words, 1_000), width - 4).map((text, at) => [
    span(` ${at === 0 ? sign : ' '} `, paint),
    span(text, paint),
  ]);
}
