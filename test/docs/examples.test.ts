import { describe, expect, test } from 'vitest';
import { registry } from '../../stages/registry.ts';
import { Folder } from '../command-line.ts';
import { writeData } from './example-data.ts';

/** Published numbers of a made-up study cannot agree with made-up data. */
const MAY_FAIL = new Set(['compare']);

describe('the example on the page of every stage type runs', () => {
  for (const [name, type] of registry.types)
    test(name, () => {
      const folder = new Folder({ 'pipeline.yaml': `ceteris: 1\nname: example\n${type.doc.example}` });
      writeData(folder, type.doc.example, name);
      const { code, last } = folder.run();
      const faults = [...(last.diagnostics ?? []), ...last.stages.flatMap((s) => s.diagnostics ?? [])];
      if (!MAY_FAIL.has(name)) expect(faults.map((f) => `${f.code} ${f.message}`)).toEqual([]);
      expect(code).toBe(MAY_FAIL.has(name) ? 1 : 0);
      expect(last.stages.filter((s) => s.status === 'blocked' || s.status === 'cancelled')).toEqual([]);
      expect(type.doc.example).toContain(`stage: ${name}`);
    });
});
