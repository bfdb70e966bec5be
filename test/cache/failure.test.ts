import { expect, test } from 'vitest';
import { outOfFiles } from '../../cache/failure.ts';

test('that no more files can be open is known by its code, or by the words of node', () => {
  const coded = Object.assign(new Error('x'), { code: 'ENFILE', path: '/a' });
  expect([outOfFiles(coded, '/b')?.code, outOfFiles(coded, '/b')?.path]).toEqual(['ENFILE', '/a']);
  const said = [
    new Error('Worker initialization failure: EMFILE'),
    Object.assign(new Error('Cannot read package config /p/package.json: too many open files.'), { code: 'ERR_X' }),
  ];
  for (const error of said) expect(outOfFiles(error, '/b')?.kind).toBe('too-many-files');
  expect(outOfFiles(new Error('too many open files in the study'), '/b')).toBeUndefined();
});
