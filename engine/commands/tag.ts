/** `ceteris tag`: names for runs; what a tagged run used is kept. */
import { fill } from '../../stages/catalogue/fill.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import { error, type Fault } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { printDiagnostics } from '../cli/loaded.ts';
import { type OpenStore, openStore } from '../cli/store.ts';
import { runNamed } from '../history/name-run.ts';
import { isTagName, readTags, removeTag, type Tag, writeTag } from '../history/tags.ts';
import { alignedLines } from '../report/table-lines.ts';

export function tagCommand(context: CliContext): number {
  const store = openStore(context);
  if ('code' in store) return refuse(context, store);
  const { args } = context;
  const [name, run = 'latest'] = args.names;
  if (args.given.delete === true) return remove(context, store, args.names);
  if (name === undefined) return list(context, readTags(store.cache));
  if (!isTagName(name)) return refuse(context, error('CE1551', { name }));
  const tags = readTags(store.cache);
  const found = runNamed(run, store.runs(), tags);
  if (!found.ok) return refuse(context, found.fault);
  const before = tags.find((t) => t.name === name);
  if (before !== undefined && before.run !== found.run && !args.force)
    return refuse(context, error('CE1554', { name, run: before.run }));
  const tag: Tag = { name, run: found.run, at: context.clock() };
  writeTag(store.cache, tag);
  say(context, { ok: true, tag }, fill(ui['tag-set'][context.lang], { name, run: found.run }));
  return EXIT.ok;
}

function list(context: CliContext, tags: readonly Tag[]): number {
  const lines = alignedLines(tags.map((t) => [t.name, t.run]));
  say(context, { tags }, lines.length === 0 ? ui['tag-none'][context.lang] : lines.join('\n'));
  return EXIT.ok;
}

/** All that are named, or none when one of them is no tag. */
function remove(context: CliContext, { cache }: OpenStore, names: readonly string[]): number {
  const known = readTags(cache).map((t) => t.name);
  if (names.length === 0) return refuse(context, error('CE1563', { name: '', known }));
  const wanted = [...new Set(names)];
  const unknown = wanted.find((name) => !known.includes(name)) ?? wanted.find((name) => !removeTag(cache, name));
  if (unknown !== undefined) return refuse(context, error('CE1555', { name: unknown, known }));
  const text = wanted.map((name) => fill(ui['tag-deleted'][context.lang], { name })).join('\n');
  const [first, ...others] = wanted;
  say(context, { ok: true, deleted: others.length === 0 ? first : wanted }, text);
  return EXIT.ok;
}

function say({ args, out }: CliContext, json: object, text: string): void {
  out(`${args.json ? JSON.stringify(json) : text}\n`);
}

function refuse(context: CliContext, fault: Fault): number {
  printDiagnostics(context, [fault], false);
  return EXIT.wrong;
}
