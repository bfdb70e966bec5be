/** Every state of code and tests has its own random tests: what they find there, they find on every machine and in every run. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.TEST_SEED) });
