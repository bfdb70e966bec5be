/** What `program.js` is made of. Each part is made ready when it is first asked for. */
export const main = () => import('./main.ts');
export const worker = () => import('./execute/worker.ts');
export const registry = () => import('../stages/registry.ts');
