/** The 40-pin header of a Raspberry Pi: pin n is `headerPins[n - 1]`. The same on every Pi since the 1B+. */
export const headerPins: readonly string[] = [
  ...['3V3', '5V', 'GPIO2', '5V', 'GPIO3', 'GND', 'GPIO4', 'GPIO14', 'GND', 'GPIO15'],
  ...['GPIO17', 'GPIO18', 'GPIO27', 'GND', 'GPIO22', 'GPIO23', '3V3', 'GPIO24', 'GPIO10', 'GND'],
  ...['GPIO9', 'GPIO25', 'GPIO11', 'GPIO8', 'GND', 'GPIO7', 'GPIO0', 'GPIO1', 'GPIO5', 'GND'],
  ...['GPIO6', 'GPIO12', 'GPIO13', 'GND', 'GPIO19', 'GPIO16', 'GPIO26', 'GPIO20', 'GND', 'GPIO21'],
];

/** What a line is also there for. On these something else may be connected, or listen. */
export const otherUses: Readonly<Record<string, string>> = {
  GPIO0: 'HAT EEPROM',
  GPIO1: 'HAT EEPROM',
  GPIO2: 'I2C',
  GPIO3: 'I2C, wakes',
  GPIO7: 'SPI',
  GPIO8: 'SPI',
  GPIO9: 'SPI',
  GPIO10: 'SPI',
  GPIO11: 'SPI',
  GPIO14: 'serial',
  GPIO15: 'serial',
  GPIO18: 'I2S sound',
  GPIO19: 'I2S sound',
  GPIO20: 'I2S sound',
  GPIO21: 'I2S sound',
};

/** The pin of `GPIO17` on the header; null for a line that is not on it. */
export function pinOf(line: string): number | null {
  const at = headerPins.indexOf(line);
  return at < 0 ? null : at + 1;
}

/** The number in `GPIO17`. */
export function lineNumber(line: string): number {
  return Number(line.slice('GPIO'.length));
}
