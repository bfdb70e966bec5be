import { expect, test } from 'vitest';
import { registry } from '../../stages/registry.ts';

const METHODS = [
  'regress',
  'event-study',
  'bacon',
  'twfe-weights',
  'honest-did',
  'mediation',
  'heterogeneity',
  'placebo',
  'match',
  'leave-out',
  'spec-curve',
];

test('the page of a method says what it assumes, what it was checked against, and where it comes from', () => {
  for (const type of METHODS) {
    const doc = registry.types.get(type)?.doc;
    const text = doc?.details?.en ?? '';
    expect(text, type).toContain('**Assumptions.**');
    expect(text, type).toMatch(/[Cc]hecked against/);
    expect(text, type).toMatch(/\b(19|20)\d\d\b/);
    expect(doc?.example, type).toContain(`stage: ${type}`);
  }
});
