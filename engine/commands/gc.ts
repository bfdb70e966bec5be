/** `ceteris gc`: removes from the store what no recent run, no tag and not the present pipeline needs. */
import { type Cache, hasStore } from '../../cache/cache.ts';
import type { Digest } from '../../cache/digest.ts';
import { GRACE_MS, type SweepReport, sweep } from '../../cache/gc.ts';
import { fill } from '../../stages/catalogue/fill.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import { error, type Fault } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { expanded, findPipeline, printDiagnostics } from '../cli/loaded.ts';
import { openStore } from '../cli/store.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { type Roots, rootsOf } from '../history/roots.ts';
import { readTags } from '../history/tags.ts';
import { referencesOf } from '../results/record.ts';
import { ageMs, bytesOf, sizeText } from './quantity.ts';

const KEEP_RUNS = 10;
const KEEP_AGE = '7d';

interface Wish {
  readonly runs: number;
  readonly ageMs: number;
  readonly maxBytes?: number;
  readonly dryRun: boolean;
}

export async function gcCommand(context: CliContext): Promise<number> {
  const wish = wishOf(context);
  const store = openStore(context);
  const wrong = [...('code' in store ? [store] : []), ...(Array.isArray(wish) ? wish : [])];
  if ('code' in store || Array.isArray(wish)) {
    printDiagnostics(context, wrong, false);
    return EXIT.wrong;
  }
  const { cache } = store;
  if (!hasStore(cache.root)) return nothingThere(context, wish);
  const present = await presentKeys(context);
  if (!Array.isArray(present)) {
    printDiagnostics(context, [...present.diagnostics, error('CE4052', {})], false);
    return EXIT.wrong;
  }
  const roots = rootsOf(cache, wish.runs, readTags(cache));
  const report = await sweep(
    cache,
    {
      keys: new Set([...roots.keys, ...present]),
      references: referencesOf,
      keepMs: wish.ageMs,
      ...(wish.maxBytes === undefined ? {} : { maxBytes: wish.maxBytes }),
      dryRun: wish.dryRun,
    },
    { clock: context.clock, onWait: () => context.err(`${ui['gc-waits'][context.lang]}\n`) },
  );
  const runs = forgetRuns(cache, roots, context.clock() - Math.max(wish.ageMs, GRACE_MS), wish.dryRun);
  if (!wish.dryRun) {
    cache.files.prune();
    cache.files.save();
  }
  tell(context, report, runs, wish);
  return EXIT.ok;
}

function wishOf({ args }: CliContext): Wish | Fault[] {
  const { keep = String(KEEP_RUNS), age = KEEP_AGE, size } = args.given as Readonly<Record<string, string | undefined>>;
  const faults: Fault[] = [];
  const limit = ageMs(age);
  const maxBytes = size === undefined ? undefined : bytesOf(size);
  if (!/^\d{1,6}$/.test(keep)) faults.push(error('CE1504', { option: '--keep', value: keep, least: 0 }));
  if (limit === undefined) faults.push(error('CE1550', { option: '--age', value: age, example: '30d' }));
  if (size !== undefined && maxBytes === undefined)
    faults.push(error('CE1550', { option: '--size', value: size, example: '2G' }));
  if (limit === undefined || faults.length > 0) return faults;
  const dryRun = args.given['dry-run'] === true;
  return { runs: Number(keep), ageMs: limit, ...(maxBytes === undefined ? {} : { maxBytes }), dryRun };
}

/** A store that has not been made yet has nothing to remove. */
function nothingThere(context: CliContext, wish: Wish): number {
  const none = { blobs: 0, bytes: 0 };
  tell(context, { kept: none, removed: none, litter: 0, log: undefined }, 0, wish);
  return EXIT.ok;
}

/** Keys of the pipeline as it stands; by force, one that cannot be loaded keeps nothing beside what its runs keep. */
async function presentKeys(context: CliContext): Promise<Digest[] | { readonly diagnostics: readonly Diagnostic[] }> {
  const found = await findPipeline(context);
  if (!found.ok) return context.args.force ? [] : { diagnostics: found.diagnostics };
  const session = await context.openSession(found.pipeline.folder);
  try {
    const whole = await expanded(session, found.pipeline, 'look');
    return [...session.inspect(whole.ok ? whole.pipeline : found.pipeline).keys()];
  } finally {
    await session.close();
  }
}

/** Removes records of runs that are not kept and older than that, which those under way are not; says how many. */
function forgetRuns(cache: Cache, { runs }: Roots, beforeMs: number, dryRun: boolean): number {
  const old = cache.runs.list().filter((id) => !runs.has(id) && startOf(id) < beforeMs);
  return dryRun ? old.length : old.filter((id) => cache.runs.remove(id)).length;
}

/** From `2025-01-31T10-11-12.123Z-9f3a1c` to ms since 1970. */
const startOf = (id: string): number => Date.parse(id.slice(0, 24).replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'));

function tell({ args, lang, out }: CliContext, report: SweepReport, runs: number, wish: Wish): void {
  const { kept, removed, litter } = report;
  const { dryRun, maxBytes = Number.POSITIVE_INFINITY } = wish;
  const isOver = kept.bytes > maxBytes;
  if (args.json) {
    const over = isOver ? { larger_than_asked: { asked: maxBytes, kept: kept.bytes } } : {};
    out(`${JSON.stringify({ ok: true, dry_run: dryRun, kept, removed: { ...removed, runs, litter }, ...over })}\n`);
    return;
  }
  const said = (text: string, { blobs, bytes }: SweepReport['kept']): string =>
    fill(text, { blobs, size: sizeText(bytes), runs });
  out(`${said(ui[dryRun ? 'gc-would-remove' : 'gc-removed'][lang], removed)}\n${said(ui['gc-kept'][lang], kept)}\n`);
  if (isOver) out(`${fill(ui['gc-over'][lang], { kept: sizeText(kept.bytes), asked: sizeText(maxBytes) })}\n`);
}
