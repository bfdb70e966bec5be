/** What may stand at the top of a pipeline file. */
export const TOP_KEYS = ['ceteris', 'name', 'title', 'include', 'plugins', 'vars', 'labels', 'defaults', 'stages'];
