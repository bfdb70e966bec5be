/** `ceteris graph`: the stages and what they read, as text, Mermaid or DOT. */

import { type CliContext, EXIT } from '../cli/context.ts';
import { findPipeline, printDiagnostics, withGroups } from '../cli/loaded.ts';
import { unknownTargets } from '../cli/targets.ts';
import { padded, widthOf } from '../diagnostic/frame.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { wanted } from '../plan/graph.ts';

export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** Edges between listed stages; the hidden filter of a `where` is drawn as part of its owner. */
function edgesOf(pipeline: Pipeline): readonly Edge[] {
  const ownerOf = (name: string): string => pipeline.instances.get(name)?.owner ?? name;
  const edges = new Map<string, Edge>();
  for (const instance of pipeline.instances.values())
    for (const refs of Object.values(instance.inputs))
      for (const ref of refs) {
        const edge = { from: ownerOf(ref.instance), to: ownerOf(instance.name) };
        if (edge.from !== edge.to) edges.set(`${edge.from}\n${edge.to}`, edge);
      }
  return [...edges.values()];
}

const listed = (pipeline: Pipeline) => [...pipeline.instances.values()].filter((i) => i.owner === undefined);

function mermaid(pipeline: Pipeline): string {
  const names = listed(pipeline);
  const id = new Map(names.map((i, n) => [i.name, `s${n}`]));
  const nodes = names.map(
    (i) => `  ${id.get(i.name)}["${i.name.replace(/"/g, '#quot;')}<br/><small>${i.type.type}</small>"]`,
  );
  const edges = edgesOf(pipeline).map((e) => `  ${id.get(e.from)} --> ${id.get(e.to)}`);
  return ['flowchart TD', ...nodes, ...edges, ''].join('\n');
}

export function dot(pipeline: Pipeline): string {
  const quote = (text: string): string => `"${text.replace(/(["\\])/g, '\\$1')}"`;
  const nodes = listed(pipeline).map(
    (i) => `  ${quote(i.name)} [label=${quote(`${i.name}\n${i.type.type}`).replace('\n', '\\n')}];`,
  );
  const edges = edgesOf(pipeline).map((e) => `  ${quote(e.from)} -> ${quote(e.to)};`);
  return ['digraph pipeline {', '  rankdir=TB;', '  node [shape=box];', ...nodes, ...edges, '}', ''].join('\n');
}

export function text(pipeline: Pipeline): string {
  const edges = edgesOf(pipeline);
  const width = Math.max(...listed(pipeline).map((i) => widthOf(i.name)));
  return listed(pipeline)
    .map((i) => {
      const from = edges.filter((e) => e.to === i.name).map((e) => e.from);
      return `${padded(i.name, width)}  ${i.type.type}${from.length > 0 ? `  ← ${from.join(', ')}` : ''}\n`;
    })
    .join('');
}

export async function graphCommand(context: CliContext): Promise<number> {
  const found = await findPipeline(context);
  if (!found.ok) {
    printDiagnostics(context, found.diagnostics, false);
    return EXIT.wrong;
  }
  const known = await withGroups(context, found.pipeline);
  const unknown = unknownTargets(context.args.names, known);
  if (unknown.length > 0) {
    printDiagnostics(context, unknown, false);
    return EXIT.wrong;
  }
  const { instances } = wanted(known, context.args.names);
  const pipeline = { ...known, instances: new Map(instances.map((i) => [i.name, i])) };
  if (context.args.json) {
    const stages = listed(pipeline).map((i) => ({ stage: i.name, type: i.type.type }));
    context.out(`${JSON.stringify({ stages, edges: edgesOf(pipeline) })}\n`);
  } else context.out({ text, mermaid, dot }[(context.args.format ?? 'text') as 'text'](pipeline));
  return EXIT.ok;
}
