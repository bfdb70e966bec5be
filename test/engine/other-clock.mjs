// Loaded into a process under test (`node --import`): its clock is off by CETERIS_CLOCK_OFF milliseconds.
const off = Number(process.env.CETERIS_CLOCK_OFF ?? 0);
const now = Date.now;
Date.now = () => now() + off;
