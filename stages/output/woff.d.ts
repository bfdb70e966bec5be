/** A font file in a package; the build puts in the TrueType file that it holds. */
declare module '*.woff' {
  const font: Uint8Array;
  // biome-ignore lint/style/noDefaultExport: this is how bundlers give a file
  export default font;
}
