/** The terminal while a run goes on: what is finished scrolls up, what runs stands below with its time. */
import { ui } from '../../stages/catalogue/ui.ts';
import { duration } from './duration.ts';
import type { EngineEvent } from './event.ts';
import { paintWith } from './paint.ts';
import { type LineOptions, linesOf } from './plain-lines.ts';

export interface LiveOptions extends LineOptions {
  readonly write: (text: string) => void;
  readonly clock: () => number;
  /** default: the terminal's, at least 40 */
  readonly width?: number;
}

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const TICK_MS = 100;
const MOST_RUNNING = 6;

export interface LiveView {
  readonly emit: (event: EngineEvent) => void;
  readonly close: () => void;
}

export function liveView(options: LiveOptions): LiveView {
  const paint = paintWith(options.color);
  const running = new Map<string, { since: number; done?: number }>();
  let total = 0;
  let finished = 0;
  let cached = 0;
  let drawn = 0;
  let tick = 0;
  const clear = (): string => (drawn === 0 ? '' : `\x1b[${drawn}A\x1b[0J`);

  const footer = (): string[] => {
    if (total === 0) return [];
    const frame = FRAMES[tick % FRAMES.length] as string;
    const rows = [...running].slice(0, MOST_RUNNING).map(([stage, { since, done }]) => {
      const share = done === undefined ? '' : ` ${Math.round(done * 100)}%`;
      return `${paint.cyan(frame)} ${stage}${share}  ${paint.dim(duration(options.clock() - since))}`;
    });
    if (running.size > MOST_RUNNING) rows.push(paint.dim(`  … ${running.size - MOST_RUNNING}`));
    rows.push(paint.dim(`  ${finished}/${total}, ${cached} ${ui.cached[options.lang]}`));
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
    if (running.size > 0) draw([]);
  }, TICK_MS);
  timer.unref();

  return {
    emit(event) {
      if (event.type === 'run-started') {
        total = event.stages;
        finished = cached = 0;
        running.clear();
      } else if (event.type === 'stage-started') running.set(event.stage, { since: options.clock() });
      else if (event.type === 'stage-progress') {
        const entry = running.get(event.stage);
        if (entry) entry.done = event.done;
      } else if (event.type === 'stage-finished') {
        running.delete(event.stage);
        finished++;
        if (event.status === 'cached') cached++;
      } else if (event.type === 'run-finished') total = 0;
      draw(linesOf(event, options));
    },
    close() {
      clearInterval(timer);
      options.write(clear());
      drawn = 0;
    },
  };
}
