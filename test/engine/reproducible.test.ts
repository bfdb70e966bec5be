import { cpSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BlobStore } from '../../cache/store.ts';
import { type Lab, openLab } from './lab.ts';

const province = resolve(import.meta.dirname, '../../pipelines/province');

function copy(): Lab {
  const lab = openLab({});
  cpSync(province, lab.folder, {
    recursive: true,
    filter: (from) => !/[/\\](?:\.ceteris|out)(?:[/\\]|$)/.test(from.slice(province.length)),
  });
  return lab;
}

/** Digests of all values in the store, and the bytes of all files for people. */
function made(lab: Lab): { readonly blobs: readonly string[]; readonly files: readonly (readonly [string, Buffer])[] } {
  const names = (folder: string): string[] =>
    readdirSync(lab.at(folder), { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => join(e.parentPath, e.name))
      .sort();
  return {
    blobs: [...BlobStore.open(lab.at('.ceteris')).list()].map((blob) => blob.digest).sort(),
    files: names('out').map(
      (path) => [path.slice(lab.folder.length), Buffer.from(lab.bytes(path.slice(lab.folder.length + 1)))] as const,
    ),
  };
}

describe('the same study', () => {
  test('gives the same bytes for any number of jobs, in another folder, locale and time zone', async () => {
    const first = copy();
    expect((await first.cli(['run', '--jobs', '1'], { TZ: 'UTC' })).code).toBe(0);
    const base = made(first);
    expect(base.blobs.length).toBeGreaterThan(50);
    const others: readonly [jobs: string, env: Readonly<Record<string, string>>][] = [
      ['2', { TZ: 'Asia/Shanghai', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }],
      ['7', { TZ: 'America/St_Johns', LC_ALL: 'de_DE.UTF-8' }],
    ];
    for (const [jobs, env] of others) {
      const lab = copy();
      expect((await lab.cli(['run', '--jobs', jobs, '--lang', 'en'], env)).code).toBe(0);
      const again = made(lab);
      expect(again.blobs).toEqual(base.blobs);
      for (const [i, [name, bytes]] of again.files.entries()) {
        expect(name).toBe(base.files[i]?.[0]);
        expect(bytes.equals(base.files[i]?.[1] ?? Buffer.of()), name).toBe(true);
      }
    }
  });
});
