/** `ceteris watch`: run, then run again after each save of the YAML or the data. */

import { type CliContext, EXIT } from '../cli/context.ts';
import { reporterFor } from '../cli/reporter.ts';
import type { Before } from '../standing/resume.ts';
import { retoldAsJson } from '../standing/retold.ts';

export async function watchCommand(context: CliContext): Promise<number> {
  const [{ Watch }, { watchLines }] = await Promise.all([
    import('../watch/watch.ts'),
    import('../report/watch-lines.ts'),
  ]);
  const reporter = await reporterFor(context, watchLines);
  const { lang, out } = context;
  const watch = new Watch(
    context,
    reporter.emit,
    ...(context.args.json ? [(before: Before) => retoldAsJson(before, lang, out)] : []),
  );
  const stopped = new Promise<number>((resolve) => {
    let stopping = false;
    const stop = (): void => {
      if (stopping) process.exit(EXIT.interrupted);
      stopping = true;
      void watch.close().then(() => {
        reporter.close();
        resolve(EXIT.interrupted);
      });
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
  watch.start();
  return Promise.race([stopped, watch.broken]);
}
