/** What was thrown, as text, and where: the code of a plugin is a module in a URL, with the map to its sources at its end. */
import { SourceMap, type SourceMapPayload } from 'node:module';

export interface PluginPlace {
  /** relative to the plugin's folder */
  readonly file: string;
  /** from 1 */
  readonly line: number;
  readonly column: number;
}

const FRAME = /data:text\/javascript;base64,([A-Za-z0-9+/=]+):(\d+):(\d+)/;
const MAP = /\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;

/** Undefined when it was not thrown in the code of a plugin. */
export function pluginPlace(thrown: Error): PluginPlace | undefined {
  const frame = FRAME.exec(thrown.stack ?? '');
  const map = frame === null ? null : MAP.exec(Buffer.from(frame[1] as string, 'base64').toString('utf8'));
  if (frame === null || map === null) return undefined;
  const payload = JSON.parse(Buffer.from(map[1] as string, 'base64').toString('utf8')) as SourceMapPayload;
  const entry = new SourceMap(payload).findEntry(Number(frame[2]) - 1, Number(frame[3]) - 1);
  if (!('originalSource' in entry)) return undefined;
  const { originalSource, originalLine, originalColumn } = entry;
  return { file: originalSource, line: originalLine + 1, column: originalColumn + 1 };
}

/** The message of whatever was thrown, with the first place of our own that its stack names. */
export function detailOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const message = thrown.message.replace(/^ceteris bug: /, '');
  const place = pluginPlace(thrown);
  if (place !== undefined) return `${message} [${place.file}:${place.line}:${place.column}]`;
  const frame = /\bat .*?([\w.-]+:\d+:\d+)\)?/.exec(thrown.stack ?? '')?.[1];
  return frame === undefined ? message : `${message} [${frame}]`;
}
