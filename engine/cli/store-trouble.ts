/** A store that cannot be used at all: said in the form that was asked for. */
import type { StoreFailure } from '../../cache/failure.ts';
import { storeFault } from '../run/run-faults.ts';
import { type CliContext, EXIT } from './context.ts';
import { printDiagnostics } from './loaded.ts';
import { refuse } from './refuse.ts';

export function storeTrouble(context: CliContext, failure: StoreFailure): number {
  const diagnostics = [storeFault(failure)];
  const { command } = context.args;
  if (command === 'run' || command === 'watch') refuse(context, diagnostics);
  else printDiagnostics(context, diagnostics, false);
  return EXIT.environment;
}
