import type { EventStudySpec } from '../event-study-spec.ts';

/** How many placebos of switches: `pretrends`, or as many as the window has leads before −1. */
export function placebosOf({ options, window }: Pick<EventStudySpec, 'options' | 'window'>): number {
  const { pretrends = 'window' } = options;
  if (typeof pretrends === 'number') return pretrends;
  if (pretrends === 'window') return window === 'all' ? 0 : Math.max(-1 - window[0], 0);
  return Math.max(...pretrends.map((k) => -1 - k));
}
