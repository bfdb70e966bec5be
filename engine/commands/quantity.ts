/** Times and sizes as people write them on a command line. */

const TIME_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;
const SIZE = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 } as const;

/** `30d`, `12h`, `90m`, `2w`, `0d`; undefined for anything else. */
export function ageMs(text: string): number | undefined {
  const match = /^(\d{1,6})([mhdw])$/.exec(text);
  return match === null ? undefined : Number(match[1]) * TIME_MS[match[2] as keyof typeof TIME_MS];
}

/** `500M`, `2G`, `1.5G`, `800k`, bytes without a letter; undefined for anything else. */
export function bytesOf(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d+)?)([kmgt]?)(?:i?b)?$/i.exec(text);
  if (match === null) return undefined;
  return Math.floor(Number(match[1]) * SIZE[(match[2] ?? '').toLowerCase() as keyof typeof SIZE]);
}

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = -1;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}
