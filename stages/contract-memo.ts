/**
 * Work that stages have in common, kept in memory while there is room. It saves time and changes nothing: a stage makes the same
 * bytes without it.
 */
export interface Memo {
  /**
   * What was made before under this key, or what `make` makes now. The key says all that the value follows from: digests of parts,
   * or `idOf` something that was kept itself. Nobody writes to the value.
   */
  get<T extends object>(key: string, make: () => T, bytesOf: (made: T) => number): T;
}
