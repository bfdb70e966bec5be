/** One small study, for tests of what becomes of it when its data, its pipeline or its disk are bad. */
import { openLab, PANEL } from './lab.ts';

/** Of a pipeline file. */
export const head = 'ceteris: 1\nname: t\n';
/** A regression on `d.csv`, beside stages that do not depend on it. */
export const pipeline = `${head}stages:
  raw:
    stage: ingest
    file: d.csv
    panel: { unit: city, time: year }
  fit:
    stage: regress
    from: raw
    y: y
    x: x
  good: { stage: ingest, file: good.csv }
  sums: { stage: aggregate, from: good, by: id, columns: { m: mean(y) } }
`;
/** Data that the regression takes. */
export const rows = 'a,1,1,2\na,2,2,3\nb,1,1,1\nb,2,1.5,1\nc,1,2,3\nc,2,3,4\n';
/** Of `d.csv`, as `rows`. */
export const header = 'city,year,y,x\n';
export const lab = (data: string | Uint8Array, yaml = pipeline) =>
  openLab({ 'pipeline.yaml': yaml, 'd.csv': data, 'good.csv': PANEL });
