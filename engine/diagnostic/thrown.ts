/** What was thrown, as text, and where: the code of a plugin is a module in a URL, with the map to its sources at its end. */
import { SourceMap, type SourceMapPayload } from 'node:module';

export interface PluginPlace {
  /** relative to the plugin's folder */
  readonly file: string;
  /** from 1 */
  readonly line: number;
  readonly column: number;
}

const MODULE = /data:text\/javascript;base64,([A-Za-z0-9+/=]+)(\.{3})?(?::(\d+):(\d+))?/g;
const MAP = /\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;

/** Undefined when it was not thrown in the code of a plugin. */
export function pluginPlace(thrown: Error): PluginPlace | undefined {
  for (const [, code = '', , line, column] of (thrown.stack ?? '').matchAll(MODULE)) {
    const place = line === undefined ? undefined : placeIn(mapOf(code), Number(line), Number(column));
    if (place !== undefined) return place; // else a line of the compiler's own
  }
  return undefined;
}

function mapOf(code: string): SourceMapPayload | undefined {
  const map = MAP.exec(Buffer.from(code, 'base64').toString('utf8'));
  return map === null
    ? undefined
    : (JSON.parse(Buffer.from(map[1] as string, 'base64').toString('utf8')) as SourceMapPayload);
}

function placeIn(map: SourceMapPayload | undefined, line: number, column: number): PluginPlace | undefined {
  if (map === undefined) return undefined;
  const entry = new SourceMap(map).findEntry(line - 1, column - 1);
  if (!('originalSource' in entry)) return undefined;
  const { originalSource, originalLine, originalColumn } = entry;
  return { file: originalSource, line: originalLine + 1, column: originalColumn + 1 };
}

/** A text in which the code of plugins goes by the names of their files; code that was cut short tells no name. */
export const withFileNames = (text: string): string =>
  text.replace(MODULE, (_, code: string, isCut: string | undefined, line?: string, column?: string) => {
    const map = isCut === undefined ? mapOf(code) : undefined;
    const place = line === undefined ? undefined : placeIn(map, Number(line), Number(column));
    // what a file imports comes before it
    return place === undefined ? (map?.sources.at(-1) ?? 'plugin') : placeText(place);
  });

const placeText = ({ file, line, column }: PluginPlace): string => `${file}:${line}:${column}`;

/** The message of whatever was thrown, with the first place of our own that its stack names. */
export function detailOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return withFileNames(String(thrown));
  const message = withFileNames(thrown.message.replace(/^ceteris bug: /, ''));
  const place = pluginPlace(thrown);
  if (place !== undefined) return `${message} [${placeText(place)}]`;
  const frame = /\bat .*?([\w.-]+:\d+:\d+)\)?/.exec(thrown.stack ?? '')?.[1];
  return frame === undefined ? message : `${message} [${frame}]`;
}
