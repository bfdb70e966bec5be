import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { csv, type Data } from './bench.ts';

const root = resolve(import.meta.dirname, '..', 'fixtures', 'reference');

export const referenceData = (name: string): Data => csv(readFileSync(resolve(root, 'data', `${name}.csv`), 'utf8'));

export const referenceResults = <T>(name: string): T =>
  (JSON.parse(readFileSync(resolve(root, 'cases', `${name}.json`), 'utf8')) as { results: T }).results;
