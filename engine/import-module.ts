/**
 * Imports a module of the user's, by its URL. The program itself is a script, in which node knows no `import`; the two files that node
 * starts have it, and hand this over.
 */
export const importModule = (url: string): Promise<object> => import(url) as Promise<object>;
