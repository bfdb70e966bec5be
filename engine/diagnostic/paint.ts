import pc from 'picocolors';

/** Colours, or none. */
export interface Paint {
  readonly green: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const [plain, colored] = [pc.createColors(false), pc.createColors(true)];

export const paintWith = (color: boolean): Paint => (color ? colored : plain);
