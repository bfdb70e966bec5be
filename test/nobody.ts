/** Another user, for tests that root runs. */
export const isRoot = process.getuid?.() === 0;

export const NOBODY = 65_534;

/** What starts a command as that user, who may write less and read as much: this checkout may lie in a folder that is closed to others. */
export const asNobody: readonly string[] = [
  ...['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'],
  ...['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'],
];
