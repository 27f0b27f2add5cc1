import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import type { Theme } from '../../protocol/theme.ts';
import { encode, type Line } from '../line.ts';

type Props = {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly theme: Theme;
};

/** Draws lines, each as one text: boxes for cells would cost a Pi a third more (docs/performance.md). */
export function Lines({ lines, width, theme }: Props): ReactElement {
  const texts = lines.map((line) => encode(line, width, theme));
  return (
    <Box flexDirection="column" width={width}>
      {texts.map((text, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen is its row
        <Text key={row} wrap="truncate">
          {text}
        </Text>
      ))}
    </Box>
  );
}
