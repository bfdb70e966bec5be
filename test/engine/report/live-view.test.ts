import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../../engine/events/event.ts';
import { liveView } from '../../../engine/report/live-view.ts';
import { watchLines } from '../../../engine/report/watch-lines.ts';

/** As much of a terminal as the view uses: lines that wrap, up so many lines, clear to the end. */
class Screen {
  readonly #width: number;
  #lines: string[] = [''];
  #row = 0;

  constructor(width: number) {
    this.#width = width;
  }

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what terminals are steered by
    for (const [, up, clear, char] of text.matchAll(/\x1b\[(\d+)A|(\x1b\[0J)|([\s\S])/g)) {
      if (up !== undefined) this.#row = Math.max(0, this.#row - Number(up));
      else if (clear !== undefined) this.#lines = [...this.#lines.slice(0, this.#row), ''];
      else if (char === '\n') this.#lines[++this.#row] ??= '';
      else if (char !== undefined) {
        if ((this.#lines[this.#row] ?? '').length >= this.#width) this.#lines[++this.#row] ??= '';
        this.#lines[this.#row] += char;
      }
    }
  }

  get text(): string {
    return this.#lines.join('\n').trimEnd();
  }
}

function viewed(width: number, lang: 'en' | 'zh' = 'en') {
  const screen = new Screen(width);
  let now = 0;
  const view = liveView({
    lang,
    color: false,
    write: (t) => screen.write(t),
    clock: () => now,
    width: () => width,
    lines: watchLines({ lang, color: false }),
  });
  const emit = (event: Record<string, unknown>): void => view.emit({ at: now, ...event } as unknown as EngineEvent);
  return { screen, emit, close: view.close, pass: (ms: number) => void (now += ms) };
}
const long = `fit[y=${'a_long_name_of_a_column'.repeat(6)}]`;

describe('the live view', () => {
  test('shows what runs, what waits, what was cached and for how long, and leaves only what happened', () => {
    const { screen, emit, close, pass } = viewed(60);
    emit({ type: 'run-started', run: 'r', pipeline: 't', stages: 5 });
    emit({ type: 'stage-finished', stage: 'raw', status: 'cached' });
    emit({ type: 'stage-started', stage: 'fit', why: [] });
    pass(1500);
    emit({ type: 'stage-progress', stage: 'fit', done: 0.25 });
    expect(screen.text).toBe('⠋ fit 25%  1.5 s\n  1/5 · 1 cached · 3 waiting · 1.5 s');
    emit({
      type: 'stage-finished',
      stage: 'fit',
      status: 'ran',
      ms: 1500,
      changed: ['fit.model'],
      written: ['out/a.md', 'out/a.csv'],
    });
    emit({
      type: 'stage-finished',
      stage: 'bad',
      status: 'failed',
      diagnostics: [{ code: 'CE2012', severity: 'error', args: {} }],
    });
    expect(screen.text).toContain('3/5 · 1 cached · 1 failed · 2 waiting');
    emit({ type: 'stage-finished', stage: 'after', status: 'blocked', because: ['bad'] });
    emit({ type: 'stage-finished', stage: 'last', status: 'ran', ms: 2, changed: [] });
    emit({
      type: 'run-finished',
      ok: false,
      ms: 1600,
      stages: [
        { stage: 'raw', status: 'cached' },
        { stage: 'fit', status: 'ran' },
      ],
    });
    close();
    expect(screen.text).toBe(`✓ fit  ran, 1.5 s
    → out/a.{md,csv}
✗ bad  failed
error CE2012: the file is empty: a header line is needed
  help: save it again with a first line of column names
- after  blocked, waits on bad
✓ last  ran, 2.0 ms, same result: the cutoff held
1 ran, 1 cached (1.6 s)`);
  });

  test('never draws a row that wraps, however long the names and narrow the terminal', () => {
    for (const lang of ['en', 'zh'] as const) {
      const { screen, emit, close, pass } = viewed(40, lang);
      emit({ type: 'run-started', run: 'r', pipeline: 't', stages: 50 });
      for (let i = 0; i < 9; i++) emit({ type: 'stage-started', stage: `${long}${i}`, why: [] });
      for (let i = 0; i < 20; i++) {
        pass(700);
        emit({ type: 'stage-progress', stage: `${long}${i % 9}`, done: i / 20 });
      }
      expect(screen.text.split('\n')).toHaveLength(8);
      expect(screen.text.split('\n').every((line) => line.length <= 40)).toBe(true);
      emit({ type: 'run-finished', ok: true, ms: 1, stages: [] });
      close();
      expect(screen.text.split('\n')).toHaveLength(1);
    }
  });
});
