// Fonts of the packages are WOFF files. They are unpacked when the program is built, so that a figure need not do it.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

/** The TrueType file inside a WOFF 1.0 file (W3C 2012). */
export function sfntOf(woff) {
  if (woff.readUInt32BE(0) !== 0x774f4646) throw new Error('not a WOFF file');
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, i) => {
    const at = 44 + 20 * i;
    const [start, packed, full] = [4, 8, 12].map((k) => woff.readUInt32BE(at + k));
    const bytes = woff.subarray(start, start + packed);
    return {
      tag: woff.subarray(at, at + 4),
      sum: woff.readUInt32BE(at + 16),
      bytes: packed < full ? zlib.inflateSync(bytes) : bytes,
    };
  });
  const power = 2 ** Math.floor(Math.log2(count));
  const head = Buffer.alloc(12 + 16 * count);
  head.writeUInt32BE(woff.readUInt32BE(4), 0);
  head.writeUInt16BE(count, 4);
  head.writeUInt16BE(16 * power, 6);
  head.writeUInt16BE(Math.log2(power), 8);
  head.writeUInt16BE(16 * (count - power), 10);
  const parts = [head];
  let at = head.length;
  for (const [i, { tag, sum, bytes }] of tables.entries()) {
    tag.copy(head, 12 + 16 * i);
    [sum, at, bytes.length].forEach((value, k) => {
      head.writeUInt32BE(value, 16 + 16 * i + 4 * k);
    });
    const padding = (4 - (bytes.length % 4)) % 4;
    parts.push(bytes, Buffer.alloc(padding));
    at += bytes.length + padding;
  }
  return Buffer.concat(parts);
}

/** esbuild: an import of a .woff file is the bytes of the font in it, which are put into `fonts/` beside the program. */
export const fontPlugin = (outdir) => ({
  name: 'font',
  setup({ onLoad }) {
    onLoad({ filter: /\.woff$/ }, ({ path: woff }) => {
      const name = `${path.basename(woff, '.woff')}.ttf`;
      fs.mkdirSync(path.join(outdir, 'fonts'), { recursive: true });
      fs.writeFileSync(path.join(outdir, 'fonts', name), sfntOf(fs.readFileSync(woff)));
      const contents = `
        import { readFileSync } from 'node:fs';
        import { join } from 'node:path';
        export default new Uint8Array(readFileSync(join(__dirname, 'fonts', ${JSON.stringify(name)})));`;
      return { contents, loader: 'js' };
    });
  },
});

/** vitest: the same. */
export const fontForTests = () => ({
  name: 'font',
  enforce: 'pre',
  load(id) {
    const file = id.split('?')[0];
    if (!file.endsWith('.woff')) return undefined;
    const text = sfntOf(fs.readFileSync(file)).toString('base64');
    return `export default new Uint8Array(Buffer.from('${text}', 'base64'))`;
  },
});
