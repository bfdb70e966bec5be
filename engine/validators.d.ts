/** Made by the build from the schemas of all stage types. */
declare module 'ceteris:validators' {
  export const validators: Readonly<Record<string, import('./load/load-checked.ts').Validator>>;
}
