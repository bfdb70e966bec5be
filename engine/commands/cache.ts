/** `ceteris cache stats`: how large the store is, and what of it a sweep would keep. */
import { statSync } from 'node:fs';
import type { Digest } from '../../cache/digest.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import { error } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { printDiagnostics } from '../cli/loaded.ts';
import { type OpenStore, openStore } from '../cli/store.ts';
import { rootsOf } from '../history/roots.ts';
import { readTags } from '../history/tags.ts';
import { alignedLines } from '../report/table-lines.ts';
import { referencesOf } from '../results/record.ts';
import { sizeText } from './quantity.ts';

export function cacheCommand(context: CliContext): number {
  const { args, lang, out } = context;
  const [what = 'stats'] = args.names;
  const store = openStore(context);
  const wrong = [
    ...('code' in store ? [store] : []),
    ...(what === 'stats' ? [] : [error('CE1556', { name: what, known: ['stats'] })]),
  ];
  if ('code' in store || wrong.length > 0) {
    printDiagnostics(context, wrong, false);
    return EXIT.wrong;
  }
  const stats = statsOf(store);
  if (args.json) {
    out(`${JSON.stringify(stats)}\n`);
    return EXIT.ok;
  }
  const rows = [
    [ui['stats-values'][lang], String(stats.blobs.count), sizeText(stats.blobs.bytes)],
    [ui['stats-live'][lang], String(stats.live.count), sizeText(stats.live.bytes)],
    [ui['stats-records'][lang], String(stats.records.count), sizeText(stats.records.bytes)],
    [ui['stats-damaged'][lang], String(stats.damaged), ''],
    [ui['stats-runs'][lang], String(stats.runs), ''],
    [ui['stats-tags'][lang], String(stats.tags), ''],
  ];
  out(`${stats.folder}\n${alignedLines(rows, [false, true, true]).join('\n')}\n`);
  return EXIT.ok;
}

function statsOf({ cache }: OpenStore) {
  const tags = readTags(cache);
  const reached = new Set<Digest>();
  for (const key of rootsOf(cache, 1, tags).keys) {
    const read = cache.actions.get(key);
    if (read.found) for (const digest of referencesOf(read.record)) reached.add(digest);
  }
  const blobs = { count: 0, bytes: 0 };
  const live = { count: 0, bytes: 0 };
  for (const { digest, size } of cache.blobs.list())
    for (const sum of reached.has(digest) ? [blobs, live] : [blobs]) {
      sum.count++;
      sum.bytes += size;
    }
  const log = statSync(cache.actions.file, { throwIfNoEntry: false });
  return {
    folder: cache.root,
    blobs,
    live,
    records: { count: cache.actions.size, bytes: log?.size ?? 0 },
    damaged: cache.blobs.damaged().length,
    runs: cache.runs.list().length,
    tags: tags.length,
  };
}
