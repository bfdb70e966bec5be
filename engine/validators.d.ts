/** Made by the build from the schemas of all stage types. */
declare module 'ceteris:validators' {
  export const validators: Readonly<Record<string, import('./compiled/load-checked.ts').Validator>>;
}
