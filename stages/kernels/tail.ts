/** Which side of a cumulative distribution is meant: P(X ≤ x) is `lower`, P(X > x) is `upper`. */
export type Tail = 'lower' | 'upper';
