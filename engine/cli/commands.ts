/** The commands and their options: the one table from which parsing, `--help` and the completion of mistakes are made. */
import type { UiText } from '../../stages/catalogue/ui.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly short?: string;
  /** what stands for the value in the help */
  readonly value?: string;
  readonly help: UiText;
}

const common = {
  json: { type: 'boolean', help: 'option-json' },
  lang: { type: 'string', value: 'en|zh', help: 'option-lang' },
  help: { type: 'boolean', short: 'h', help: 'option-help' },
  color: { type: 'string', value: 'auto|always|never', help: 'option-color' },
} as const satisfies Record<string, OptionSpec>;

const pipeline = {
  set: { type: 'string', multiple: true, value: 'var=value', help: 'option-set' },
  cache: { type: 'string', value: 'DIR', help: 'option-cache' },
} as const satisfies Record<string, OptionSpec>;

const running = {
  jobs: { type: 'string', short: 'j', value: 'N', help: 'option-jobs' },
  force: { type: 'boolean', help: 'option-force' },
} as const satisfies Record<string, OptionSpec>;

export interface CommandSpec {
  readonly usage: string;
  readonly help: UiText;
  readonly options: Readonly<Record<string, OptionSpec>>;
}

export const commands = {
  run: {
    usage: '[PIPELINE] [STAGE…]',
    help: 'command-run',
    options: { ...common, ...pipeline, ...running, locked: { type: 'boolean', help: 'option-run-locked' } },
  },
  watch: {
    usage: '[PIPELINE] [STAGE…]',
    help: 'command-watch',
    options: { ...common, ...pipeline, ...running, poll: { type: 'boolean', help: 'option-watch-poll' } },
  },
  check: { usage: '[PIPELINE]', help: 'command-check', options: { ...common, set: pipeline.set } },
  plan: {
    usage: '[PIPELINE] [STAGE…]',
    help: 'command-plan',
    options: {
      ...common,
      ...pipeline,
      if: { type: 'string', multiple: true, value: 'stage.column', help: 'option-plan-if' },
      jobs: running.jobs,
    },
  },
  lineage: {
    usage: '[PIPELINE] STAGE[.COLUMN]…',
    help: 'command-lineage',
    options: { ...common, ...pipeline, down: { type: 'boolean', help: 'option-lineage-down' } },
  },
  explain: { usage: '[PIPELINE] STAGE…', help: 'command-explain', options: { ...common, ...pipeline } },
  graph: {
    usage: '[PIPELINE] [STAGE…]',
    help: 'command-graph',
    options: {
      ...common,
      set: pipeline.set,
      format: { type: 'string', value: 'text|mermaid|dot', help: 'option-graph-format' },
    },
  },
  show: {
    usage: '[PIPELINE] STAGE[.OUTPUT]…',
    help: 'command-show',
    options: { ...common, ...pipeline, head: { type: 'string', value: 'N', help: 'option-head' } },
  },
  verify: {
    usage: '[PIPELINE] [STAGE…]',
    help: 'command-verify',
    options: {
      ...common,
      ...pipeline,
      jobs: running.jobs,
      sample: { type: 'string', value: 'N', help: 'option-verify-sample' },
    },
  },
  diff: {
    usage: '[PIPELINE] [RUN [RUN]] [STAGE…]',
    help: 'command-diff',
    options: {
      ...common,
      ...pipeline,
      format: { type: 'string', value: 'text|html', help: 'option-diff-format' },
      watch: { type: 'boolean', help: 'option-diff-watch' },
    },
  },
  lock: {
    usage: '[PIPELINE]',
    help: 'command-lock',
    options: { ...common, ...pipeline, check: { type: 'boolean', help: 'option-lock-check' } },
  },
  log: {
    usage: '[PIPELINE]',
    help: 'command-log',
    options: {
      ...common,
      cache: pipeline.cache,
      all: { type: 'boolean', help: 'option-log-all' },
      head: { type: 'string', value: 'N', help: 'option-log-head' },
    },
  },
  tag: {
    usage: '[PIPELINE] [NAME [RUN]]',
    help: 'command-tag',
    options: {
      ...common,
      cache: pipeline.cache,
      delete: { type: 'boolean', help: 'option-tag-delete' },
      force: { type: 'boolean', help: 'option-tag-force' },
    },
  },
  gc: {
    usage: '[PIPELINE]',
    help: 'command-gc',
    options: {
      ...common,
      ...pipeline,
      keep: { type: 'string', value: 'N', help: 'option-gc-keep' },
      age: { type: 'string', value: '7d', help: 'option-gc-age' },
      size: { type: 'string', value: '2G', help: 'option-gc-size' },
      'dry-run': { type: 'boolean', help: 'option-gc-dry-run' },
      force: { type: 'boolean', help: 'option-gc-force' },
    },
  },
  cache: { usage: '[PIPELINE] stats', help: 'command-cache', options: { ...common, cache: pipeline.cache } },
  init: {
    usage: '[FOLDER]',
    help: 'command-init',
    options: { ...common, template: { type: 'string', value: 'NAME', help: 'option-template' } },
  },
  export: {
    usage: '[PIPELINE]',
    help: 'command-export',
    options: {
      ...common,
      ...pipeline,
      jobs: running.jobs,
      to: { type: 'string', value: 'FOLDER|FILE.zip', help: 'option-to' },
    },
  },
  import: {
    usage: 'CRATE [FOLDER]',
    help: 'command-import',
    options: { ...common, cache: pipeline.cache, jobs: running.jobs },
  },
  schema: { usage: '[PIPELINE]', help: 'command-schema', options: common },
  doctor: { usage: '', help: 'command-doctor', options: common },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof commands;

export const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);
