/** The terminal while a run goes on: what is finished scrolls up, what runs stands below with its time. */
import { ui } from '../../stages/catalogue/ui.ts';
import { widthOf } from '../diagnostic/frame.ts';
import { paintWith } from '../diagnostic/paint.ts';
import type { EngineEvent } from '../events/event.ts';
import { duration } from './duration.ts';
import type { LineOptions } from './plain-lines.ts';

export interface LiveOptions extends LineOptions {
  readonly write: (text: string) => void;
  readonly clock: () => number;
  /** columns of the terminal now: it may be resized */
  readonly width: () => number;
  /** what an event is worth above the picture */
  readonly lines: (event: EngineEvent) => readonly string[];
}

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const TICK_MS = 100;
const MOST_RUNNING = 6;

export interface LiveView {
  readonly emit: (event: EngineEvent) => void;
  readonly close: () => void;
}

/** How far the run is. */
class Progress {
  readonly #clock: () => number;
  readonly running = new Map<string, { since: number; done?: number }>();
  total = 0;
  since = 0;
  failed = 0;
  finished = 0;
  cached = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  hear(event: EngineEvent): void {
    if (event.type === 'run-started') {
      this.total = event.stages;
      this.finished = this.cached = this.total - (event.looksAt?.length ?? this.total);
      this.failed = 0;
      this.since = this.#clock();
      this.running.clear();
    } else if (event.type === 'stage-started') this.running.set(event.stage, { since: this.#clock() });
    else if (event.type === 'stage-progress') {
      const entry = this.running.get(event.stage);
      if (entry) entry.done = event.done;
    } else if (event.type === 'stage-finished') {
      this.running.delete(event.stage);
      this.finished++;
      if (event.status === 'cached') this.cached++;
      if (event.status === 'failed') this.failed++;
    } else if (event.type === 'stage-stands') {
      this.finished++;
      this.cached++;
    } else if (event.type === 'run-finished') this.total = 0;
  }
}

export function liveView(options: LiveOptions): LiveView {
  const paint = paintWith(options.color);
  const progress = new Progress(options.clock);
  let drawn = 0;
  let tick = 0;
  const clear = (): string => (drawn === 0 ? '' : `\x1b[${drawn}A\x1b[0J`);

  const footer = (): string[] => {
    const { running, total, finished, cached, failed, since } = progress;
    if (total === 0) return [];
    const frame = FRAMES[tick % FRAMES.length] as string;
    const rows = [...running].slice(0, MOST_RUNNING).map(([stage, { since, done }]) => {
      const share = done === undefined ? '' : ` ${Math.round(done * 100)}%`;
      const time = duration(options.clock() - since);
      // a row that wraps would be two, and the picture would creep upwards
      return `${paint.cyan(frame)} ${cut(`${stage}${share}`, options.width() - widthOf(time) - 5)}  ${paint.dim(time)}`;
    });
    if (running.size > MOST_RUNNING) rows.push(paint.dim(`  … ${running.size - MOST_RUNNING}`));
    const waiting = total - finished - running.size;
    const counts = [
      `${finished}/${total}`,
      ...(cached > 0 ? [`${cached} ${ui.cached[options.lang]}`] : []),
      ...(failed > 0 ? [`${failed} ${ui.failed[options.lang]}`] : []),
      ...(waiting > 0 ? [`${waiting} ${ui.waiting[options.lang]}`] : []),
      duration(options.clock() - since),
    ];
    rows.push(paint.dim(cut(`  ${counts.join(' · ')}`, options.width() - 1)));
    return rows;
  };

  const draw = (lines: readonly string[]): void => {
    const below = footer();
    const text = [...lines, ...below].map((line) => `${line}\n`).join('');
    options.write(`${clear()}${text}`);
    drawn = below.length;
  };

  const timer = setInterval(() => {
    tick++;
    if (progress.running.size > 0) draw([]);
  }, TICK_MS);
  timer.unref();

  return {
    emit(event) {
      progress.hear(event);
      draw(options.lines(event));
    },
    close() {
      clearInterval(timer);
      options.write(clear());
      drawn = 0;
    },
  };
}

/** The beginning of a text that fits into so many columns. */
function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let shown = text;
  while (shown !== '' && widthOf(shown) > columns - 1) shown = [...shown].slice(0, -1).join('');
  return `${shown}…`;
}
