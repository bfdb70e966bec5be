import { expect, test } from 'vitest';
import { simulatedFoldedNormal } from '../../stages/kernels/folded-normal.ts';
import { normalsOfR } from '../../stages/kernels/mersenne-twister.ts';

// R 4.2: set.seed(s); print(rnorm(n), digits = 17)
test("the draws are those of R's rnorm, from the first and after the state is refilled", () => {
  const zero = normalsOfR(4, 0);
  [1.2629542848807933, -0.3262333607056494, 1.3297992629225006, 1.2724293214294047].forEach((v, i) => {
    expect(zero[i]).toBeCloseTo(v, 14);
  });
  const later = normalsOfR(1000, 123);
  [-1.35110038570333413, -0.52261669719591586, -0.24919067775539916].forEach((v, i) => {
    expect(later[997 + i]).toBeCloseTo(v, 14);
  });
});

// set.seed(0); z <- rnorm(1e6); quantile(abs(z + shift), 1 - alpha)
test("the simulated quantile is that of a million of R's draws", () => {
  const critical = simulatedFoldedNormal();
  for (const [shift, alpha, want] of [
    [0, 0.05, 1.96223866698157],
    [0.5, 0.005, 3.09470235764292],
    [2, 0.05, 3.64332542434448],
  ] as const)
    expect(critical(shift, alpha)).toBeCloseTo(want, 12);
});
