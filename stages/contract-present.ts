/** How a value is to be shown to people. */
import type { Lang, PartName } from './contract.ts';

export interface PresentOptions {
  readonly lang: Lang;
  /** first rows only */
  readonly head?: number;
  readonly digests: ReadonlyMap<PartName, string>;
}
