/** A pipeline after loading: includes joined, vars put in, matrices expanded, references tied, params validated. */
import type { AnyStageType, JsonRecord, ParamPath, Text } from '../../stages/contract.ts';
import type { Diagnostic, Place, SourceFile } from '../diagnostic/diagnostic.ts';
import type { PluginFile } from '../plugins/bundle.ts';
import type { PluginCode } from '../plugins/plugins.ts';
import type { Part } from '../yaml/place.ts';
import type { Branch, Known, Levels } from './groups.ts';
import type { Guess } from './guess.ts';

/** A reference tied to the instance and output that it names. */
export interface Reference {
  /** name of the instance, `baseline[(4)]` */
  readonly instance: string;
  readonly output: string;
  /** what follows the output: `['terms', 'x', 'estimate']` */
  readonly inner: readonly string[];
  /** not what is written, which nothing has the name of, but what it may have meant */
  readonly guessed?: true;
  /** where it stands in the params */
  readonly path: ParamPath;
  readonly key?: string;
}

/** One stage of a matrix expansion, or a stage without a matrix: a node of the graph. */
export interface Instance {
  readonly name: string;
  readonly stage: string;
  readonly case?: string;
  /** what stands in the column whose groups the cases are */
  readonly group?: string | number;
  readonly type: AnyStageType;
  /** the type's own params: validated, `defaults:` merged, vars put in; without the keys every stage has */
  readonly params: JsonRecord;
  readonly inputs: Readonly<Record<string, readonly Reference[]>>;
  /** params that name files → absolute path */
  readonly files: Readonly<Record<string, string>>;
  readonly label?: Text;
  readonly description?: Text;
  /** absolute path stem of outputs for people; only where an output is a document */
  readonly to?: string;
  /**
   * The `where` of a stage is an instance of its own, a filter before it: `owner` is the stage that wrote it. It is not
   * listed anywhere; its faults are the owner's, at the owner's `where`.
   */
  readonly owner?: string;
  /** a fault of its own has been reported: it stands in the graph, and is neither declared nor run */
  readonly faulty?: true;
  /** the same, declared as it was probably meant so that faults below are found, and never run */
  readonly guess?: Guess;
  /** the place of a param in the YAML (of its nearest written ancestor), or of the stage's name for `[]` */
  place(path: ParamPath, part?: Part): Place;
}

export interface Pipeline {
  readonly name: string;
  readonly title?: Text;
  /** absolute path of the main file, and of its folder */
  readonly file: string;
  readonly folder: string;
  readonly sources: readonly SourceFile[];
  /** what plugins brought; their files are among the sources, after the YAML */
  readonly code?: PluginCode;
  /** in an order in which inputs come before their readers; hidden filters included */
  readonly instances: ReadonlyMap<string, Instance>;
  readonly labels: Readonly<Record<string, Text>>;
  /** stages with `foreach` whose groups are not known yet */
  readonly branches: readonly Branch[];
  /** those whose groups are: what was found in the data, for as long as it holds */
  readonly groups: readonly Known[];
  /** stages of these that have none, and why */
  readonly groupless?: ReadonlyMap<string, Diagnostic>;
  /** whether it reads a file, or is written in it, where that is known without making all instances; absent: see these */
  readonly isMadeFrom?: (file: string) => boolean;
  /** stages of these whose groups are those of the last run, as the data has not been read since it changed */
  readonly remembered?: ReadonlySet<string>;
  /** the same files with more groups known; what was given before is to be given again */
  readonly expand?: (levels: Levels) => Loaded;
}

export interface Loaded {
  /** present whenever the graph can be drawn at all, also when there are errors */
  readonly pipeline?: Pipeline;
  readonly diagnostics: readonly Diagnostic[];
  /** of the YAML and code that it is made of, also of files that are not there; absent when the main file says nothing of them */
  readonly paths?: readonly string[];
  /** of files that decide what code that is, as in `PluginCode` */
  readonly around?: readonly string[];
  /** stage types of the user's own, to be loaded before the rest can be judged */
  readonly plugins: readonly PluginFile[];
  /** the types that they gave */
  readonly types?: readonly AnyStageType[];
}
