/** A drawing as PNG. Its texts are outlines already, so no font of the machine has a part in it. */
import type { Drawing } from './drawing.ts';
import { svg } from './svg.ts';

/** Units of a drawing to the inch. */
const UNITS = 96;

/** @param dpi dots to the inch: 300 for print */
export async function png(drawing: Drawing, dpi: number): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const renderer = new Resvg(svg(drawing, 'outlines'), {
    font: { loadSystemFonts: false },
    fitTo: { mode: 'width', value: Math.round((drawing.width * dpi) / UNITS) },
    logLevel: 'off',
  });
  return withDensity(new Uint8Array(renderer.render().asPng()), dpi);
}

/** Says how large the picture is on paper (chunk pHYs), which Word goes by. Source: PNG 1.2, 4.2.4.2 and appendix D. */
function withDensity(file: Uint8Array, dpi: number): Uint8Array {
  const perMetre = Math.round(dpi / 0.0254);
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, 9);
  chunk.set([0x70, 0x48, 0x59, 0x73], 4);
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  chunk[16] = 1;
  view.setUint32(17, crc(chunk.subarray(4, 17)));
  const header = 33; // signature and IHDR
  const out = new Uint8Array(file.length + chunk.length);
  out.set(file.subarray(0, header));
  out.set(chunk, header);
  out.set(file.subarray(header), header + chunk.length);
  return out;
}

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let k = 0; k < 8; k++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}
