/** Static checking: schemas flow through the graph, every fault of every stage is found in one pass, nothing runs. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import type { SmallFiles } from '../../cache/small-files.ts';
import type { Declared, FileHead, OutputDecl, Shape } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { fileParam } from '../load/file-param.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { declareInstance } from './declare.ts';
import { diagnose } from './diagnose.ts';

const HEAD_BYTES = 2 ** 20;

/** The head of a file whose whole content is at hand, or of one of which nothing is known. */
export const headOf = (param: string, path: string, content?: Uint8Array): FileHead => ({
  param: fileParam(param),
  ending: extname(path).slice(1).toLowerCase(),
  ...(content === undefined ? {} : { head: content, whole: true }),
});

/** The beginning of a data file; without a head when it cannot be read: the run will say why. */
export function fileHead(param: string, path: string, small?: SmallFiles): FileHead {
  try {
    // never open what is no regular file: a FIFO would wait for ever
    const stat = statSync(path, { bigint: true });
    const file = stat.isFile() ? small?.read(path, stat) : undefined;
    if (file !== undefined) return headOf(param, path, file.bytes);
    const base = headOf(param, path);
    if (!stat.isFile()) return base;
    const fd = openSync(path, 'r');
    try {
      const { size } = fstatSync(fd);
      const head = new Uint8Array(Math.min(size, HEAD_BYTES));
      let at = 0;
      while (at < head.length) {
        const read = readSync(fd, head, at, head.length - at, at);
        if (read === 0) break;
        at += read;
      }
      return { ...base, head: head.subarray(0, at), whole: at === size };
    } finally {
      closeSync(fd);
    }
  } catch {
    return headOf(param, path);
  }
}

export interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  readonly declared: ReadonlyMap<string, Declared>;
}

export function check(pipeline: Pipeline, small?: SmallFiles): Checked {
  const declared = new Map<string, Declared>();
  const diagnostics = new Map<string, Diagnostic>();
  for (const instance of pipeline.instances.values()) {
    if (instance.faulty === true) continue;
    const shape = (port: string, index: number): Shape | undefined => {
      const reference = instance.inputs[port]?.[index];
      return reference && declared.get(reference.instance)?.outputs[reference.output]?.shape;
    };
    const found = declareInstance(instance, {
      pipeline,
      shape,
      head: (param) => fileHead(param, instance.files[param] ?? '', small),
    });
    declared.set(instance.name, instance.guess?.open === true ? opened(found) : found);
    for (const diagnostic of diagnosticsOf(instance, found)) {
      // cases of a matrix say the same thing at the same place: once is enough
      const { at } = diagnostic;
      const key = JSON.stringify([
        diagnostic.code,
        diagnostic.args,
        at?.source.path,
        at?.start,
        at?.end,
        at === undefined ? diagnostic.stage : 0,
      ]);
      if (!diagnostics.has(key)) diagnostics.set(key, diagnostic);
    }
  }
  return { diagnostics: [...diagnostics.values()], declared };
}

const diagnosticsOf = (instance: Instance, { faults }: Declared): Diagnostic[] =>
  faults
    .filter(({ args }) => instance.guess?.namesOnly !== true || (args.name !== undefined && args.known !== undefined))
    .map((fault) => diagnose(instance, fault));

/** With more columns than can be said. */
function opened(declared: Declared): Declared {
  const outputs = Object.entries(declared.outputs).map(([name, decl]): [string, OutputDecl] => [
    name,
    decl.shape.kind === 'table' ? { ...decl, shape: { ...decl.shape, open: true } } : decl,
  ]);
  return { ...declared, outputs: Object.fromEntries(outputs) };
}
