/** Ties the references in a draft's params to the instances and outputs that they name. */
import { closest } from '../../stages/catalogue/suggest.ts';
import type { Kind, ParamPath, PortDecl } from '../../stages/contract.ts';
import type { Faults } from '../yaml/faults.ts';
import { isText, type ScalarNode, type YamlNode } from '../yaml/node.ts';
import type { Draft, Drafts } from './draft.ts';
import { outputsOf } from './output-names.ts';
import type { Reference } from './pipeline.ts';
import { parseReference, type ReferenceText } from './reference.ts';

export interface Tied {
  readonly inputs: Readonly<Record<string, readonly Reference[]>>;
  /** params whose text turned out to be no reference, where the port allows that */
  readonly literals: ReadonlySet<string>;
  /** values in a mapping that turned out to be paths of files, by `param.key` */
  readonly files: ReadonlyMap<string, ScalarNode>;
}

export interface TieContext {
  readonly drafts: Drafts;
  readonly faults: Faults;
  /** false when some file could not be read: an unknown stage may stand there */
  readonly complete: boolean;
}

const UNTIED: Tied = { inputs: {}, literals: new Set(), files: new Map() };

interface Written {
  readonly node: YamlNode;
  readonly path: ParamPath;
  readonly key?: string;
}

export function tie(draft: Draft, context: TieContext): Tied {
  if (Object.keys(draft.type.inputs).length === 0) return UNTIED;
  const literals = new Set<string>();
  const files = new Map<string, ScalarNode>();
  const inputs = Object.entries(draft.type.inputs).map(([param, port]) => {
    const entry = draft.params.get(param);
    if (entry === undefined) return [param, []] as const;
    if (port.literal && isLiteral(draft, param, entry.value, context.drafts)) {
      literals.add(param);
      return [param, []] as const;
    }
    const all =
      port.within === undefined ? writtenIn(entry.value, [param]) : writtenWithin(entry.value, [param], port.within);
    const written = port.orFiles === true ? all.filter((w) => !isFile(w.node, draft, context.drafts)) : all;
    for (const { node, key } of all)
      if (port.orFiles === true && isFile(node, draft, context.drafts)) files.set(`${param}.${key ?? ''}`, node);
    if (!port.many && !port.keyed && written.length > 1)
      fault(draft, context, 'CE1208', { param, count: written.length }, entry.value.at, [param]);
    const found = written.flatMap((w) => new Tie(draft, param, port, w, context).references());
    return [param, found] as const;
  });
  return { inputs: Object.fromEntries(inputs), literals, files };
}

function writtenIn(node: YamlNode, path: ParamPath): readonly Written[] {
  if (node.kind === 'list') return node.items.flatMap((item, i) => writtenIn(item, [...path, i]));
  if (node.kind !== 'mapping') return [{ node, path }];
  return [...node.entries.values()].flatMap((e) =>
    writtenIn(e.value, [...path, e.name]).map((w) => ({ ...w, key: w.key ?? e.name })),
  );
}

/** What stands under one key of the mappings in a list. */
function writtenWithin(node: YamlNode, path: ParamPath, key: string): readonly Written[] {
  const items = node.kind === 'list' ? node.items : [];
  return items.flatMap((item, i) => {
    const entry = item.kind === 'mapping' ? item.entries.get(key) : undefined;
    return entry === undefined ? [] : writtenIn(entry.value, [...path, i, key]);
  });
}

/** In a port that also takes literals, only the name of a stage makes a reference. */
function isLiteral(draft: Draft, param: string, node: YamlNode, drafts: Drafts): boolean {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return true;
  const reference = parseReference(node.value);
  if (reference !== undefined && drafts.byStage.has(reference.stage)) return false;
  return draft.type.files?.includes(param) === true || reference === undefined || reference.path.length === 0;
}

/** A path, and not another stage with an output: no stage reads itself, so `fit.R` in stage `fit` is a file. */
function isFile(node: YamlNode, draft: Draft, drafts: Drafts): node is ScalarNode {
  if (!isText(node) || !/[./\\]/.test(node.value)) return false;
  const reference = parseReference(node.value);
  return reference === undefined || reference.stage === draft.stage || !drafts.byStage.has(reference.stage);
}

function fault(
  draft: Draft,
  { faults }: TieContext,
  code: Parameters<Faults['add']>[0],
  args: Parameters<Faults['add']>[1],
  at: YamlNode['at'],
  param: ParamPath,
): void {
  draft.faulty = true;
  faults.add(code, args, { at, stage: draft.name, param });
}

class Tie {
  readonly #draft: Draft;
  readonly #param: string;
  readonly #port: PortDecl;
  readonly #written: Written;
  readonly #context: TieContext;

  constructor(draft: Draft, param: string, port: PortDecl, written: Written, context: TieContext) {
    this.#draft = draft;
    this.#param = param;
    this.#port = port;
    this.#written = written;
    this.#context = context;
  }

  references(): readonly Reference[] {
    const { node } = this.#written;
    // what is no text has been told so by the schema
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return [];
    const text = node.value;
    const parsed = parseReference(text);
    if (parsed === undefined) return this.#no('CE1200', { value: text });
    const { byStage } = this.#context.drafts;
    const cases = byStage.get(parsed.stage);
    if (cases === undefined) {
      const known = [...byStage.keys()];
      if (this.#context.complete) this.#say('CE1001', { name: parsed.stage, known });
      const near = closest(
        parsed.stage,
        known.filter((name) => name !== this.#draft.stage),
      );
      return [this.#guess(parsed, near === undefined ? [] : (byStage.get(near) ?? []))];
    }
    return this.#pick(parsed, text, cases).flatMap((target) => this.#output(target, parsed, text));
  }

  #no(code: Parameters<Faults['add']>[0], args: Parameters<Faults['add']>[1]): readonly [] {
    this.#draft.faulty = true;
    this.#say(code, args);
    return [];
  }

  #say(code: Parameters<Faults['add']>[0], args: Parameters<Faults['add']>[1]): void {
    const { node, path } = this.#written;
    this.#context.faults.add(code, args, { at: node.at, stage: this.#draft.name, param: path });
  }

  /** An output of what was probably meant, or of nothing: an input of which nothing is known. */
  #guess({ stage, case: name, path: [first, ...inner] }: ReferenceText, cases: readonly Draft[]): Reference {
    this.#draft.guess ??= { namesOnly: true, open: false };
    const { path, key } = this.#written;
    const target = cases.find((c) => c.case === name);
    const fitting = target === undefined ? [] : Object.entries(outputsOf(target)).filter(([, o]) => this.#fits(o.kind));
    const names = fitting.map(([output]) => output);
    const output = first === undefined ? names[0] : (names.find((n) => n === first) ?? closest(first, names));
    const meant =
      target === undefined || output === undefined
        ? { instance: stage, output: first ?? '' }
        : { instance: target.name, output };
    return { ...meant, inner, path, guessed: true, ...(key === undefined ? {} : { key }) };
  }

  /** The instances meant. */
  #pick(parsed: ReferenceText, text: string, cases: readonly Draft[]): readonly Draft[] {
    const { stage } = parsed;
    if (cases.length === 0) {
      this.#draft.faulty = true; // its matrix has been reported
      return [];
    }
    const plain = cases[0]?.case === undefined;
    const names = cases.map((c) => c.case ?? '');
    if (plain) return parsed.case === undefined ? cases : this.#no('CE1202', { stage });
    const each = cases[0]?.each;
    const isOpen = each !== undefined && each.levels === undefined;
    const refs = isOpen ? [`${stage}[<${each.column}>]`] : names.slice(0, 8).map((name) => `${stage}[${name}]`);
    const many = this.#port.many === true;
    if (parsed.case === undefined)
      return this.#no('CE1203', { stage, known: many ? [`${stage}[*]`, ...refs.slice(0, 7)] : refs });
    if (parsed.case === '*') return many ? cases : this.#no('CE1204', { value: text, param: this.#param, known: refs });
    if (isOpen) return cases; // whether there is such a group is known once the data is
    const one = cases.find((c) => c.case === parsed.case);
    if (one !== undefined) return [one];
    const near = cases.find((c) => c.case === closest(parsed.case ?? '', names));
    if (near === undefined) return this.#no('CE1201', { stage, name: parsed.case, known: names });
    this.#say('CE1201', { stage, name: parsed.case, known: names });
    this.#draft.guess ??= { namesOnly: true, open: false };
    return [near];
  }

  #output(target: Draft, parsed: ReferenceText, text: string): readonly Reference[] {
    const [first, ...rest] = parsed.path;
    const make = (output: string, inner: readonly string[]): readonly Reference[] => [
      {
        instance: target.name,
        output,
        inner,
        path: this.#written.path,
        ...(this.#written.key === undefined ? {} : { key: this.#written.key }),
      },
    ];
    if (!target.typeKnown) return make(first ?? 'table', rest);
    // outputs that follow from params at fault are not known
    if (target.faulty && target.type.outputsFor !== undefined && first !== undefined) return make(first, rest);
    const outputs = outputsOf(target);
    const named = first !== undefined && (Object.hasOwn(outputs, first) || Object.hasOwn(outputs, '*'));
    if (named) {
      const kind = (outputs[first] ?? outputs['*'])?.kind;
      return kind === undefined || this.#fits(kind) ? make(first, rest) : this.#wrong(text, kind);
    }
    const wanted = Object.entries(outputs).find(([, o]) => this.#fits(o.kind));
    if (first !== undefined && !(this.#port.keyed && wanted !== undefined && isRecord(wanted[1].kind))) {
      this.#say('CE1205', { stage: parsed.stage, name: first, known: Object.keys(outputs) });
      return [this.#guess(parsed, [target])];
    }
    if (wanted !== undefined) return make(wanted[0], parsed.path);
    return this.#wrong(text, [...new Set(Object.values(outputs).map((o) => o.kind))].join(' | '));
  }

  #fits(kind: Kind): boolean {
    return this.#port.kinds.length === 0 || this.#port.kinds.includes(kind);
  }

  #wrong(value: string, is: string): readonly [] {
    return this.#no('CE1206', { value, is, param: this.#param, wanted: this.#port.kinds.join(' | ') });
  }
}

/** Values that a path can lead into: `terms.x.estimate`. */
const isRecord = (kind: Kind): boolean => kind !== 'table' && kind !== 'document';
